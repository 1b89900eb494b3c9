// What somebody looks at in a long panel stays where it is while what is above it grows or shrinks. Most browsers see to that by
// themselves; for one that does not (WebKit) it is measured before and after each drawing.
//
// Invariants:
// * Where the browser does it nothing is measured, so that nothing is moved twice.
// * Whoever is at the very beginning stays there, and sees what comes.

/** What stays where it is however much is scrolled, and covers what is below. */
const ON_TOP = ".sheet-head, .parts";

/** From so much on something has moved. */
const MOVED_PX = 1;

export class Anchor {
  /** @param {string} id of what is scrolled */
  constructor(id) {
    this.id = id;
    /** What is to be seen, from the top, and where each of it is. */
    /** @type {{one: Element, top: number}[]} */
    this.seen = [];
  }

  /** Before a drawing. */
  note() {
    const box = document.getElementById(this.id);
    const isKept = !box || box.scrollTop <= 0 || getComputedStyle(box).getPropertyValue("overflow-anchor") === "auto";
    this.seen = isKept ? [] : [...within(box, clearTop(box), box.getBoundingClientRect().bottom)];
  }

  /** After it. The first one that is still there is held on to. */
  keep() {
    const held = this.seen.find(({ one }) => one.isConnected);
    this.seen = [];
    const box = document.getElementById(this.id);
    if (!held || !box) return;
    const moved = held.one.getBoundingClientRect().top - held.top;
    if (Math.abs(moved) >= MOVED_PX) box.scrollTop += moved;
  }
}

/**
 * Where the part of a box begins that nothing lies upon.
 * @param {Element} box
 */
function clearTop(box) {
  const covered = [...box.querySelectorAll(ON_TOP)].map((one) => one.getBoundingClientRect().bottom);
  return Math.max(box.getBoundingClientRect().top, ...covered);
}

/**
 * What begins between two heights: the largest parts that do, and of what begins above the parts inside of it.
 * @param {Element} parent
 * @param {number} from
 * @param {number} until
 * @returns {Generator<{one: Element, top: number}>}
 */
function* within(parent, from, until) {
  for (const one of parent.children) {
    const { top, bottom } = one.getBoundingClientRect();
    if (bottom <= from || top >= until || !["static", "relative"].includes(getComputedStyle(one).position)) continue;
    if (top >= from) yield { one, top };
    else yield* within(one, from, until);
  }
}
