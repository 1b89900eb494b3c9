// Makes what is shown of an activity as large as fits on the wall; what does not fit with letters for the back row passes by in
// pages, by itself.
//
// It does not know what an activity is: it sees blocks, lists and paragraphs (`lines.js`), and leaves to others how they are parted
// (`parting.js`) and in how many columns they stand (`columns.js`). What it does to them it does past the templates, in attributes
// and styles that no template has.
//
// Invariants:
// * Letters are never smaller than the floor that the style has (`--floor`): there are more pages then.
// * A page shows whole items. What is on a page stays where it is in the order, whatever else comes in between.
// * A new view turns no page, and no page turns while a draw is told.
// * Where nothing has changed nothing is measured.

import { layInColumns, standDown } from "./columns.js";
import { itemsOf, linesOf } from "./lines.js";
import { part } from "./parting.js";

/** How long a page stands. */
const PAGE_MS = 8_000;

/** How a page comes, where motion is wanted. */
const COMES = [{ opacity: 0, transform: "translate3d(1.5em, 0, 0)" }, { opacity: 1, transform: "none" }];
const COMES_MS = 450;

/** Each size is so much smaller than the one before. What is little grows by so many of them. */
const SMALLER = 0.94;
const GROWS = 3;

/** Words are all that there is of a cloud: they grow to so many times their size, in such steps. */
const CLOUD_MAX = 4;
const CLOUD_STEP = 0.2;

/** Where so much is otherwise, of letters or of what they stand in, another size is looked for. */
const OTHERWISE = 0.1;

/** @typedef {{px: number, cloud: number}} Size */

/** @typedef {{room: string, items: number, letters: number}} Found what a size was looked for with */

export class Pager {
  constructor() {
    /** @type {HTMLElement | null} */
    this.box = null;
    /** What is shown there: another one begins with its first page. */
    this.key = "";
    /** @type {Found} */
    this.found = { room: "", items: 0, letters: 0 };
    /** @type {Size[]} */
    this.sizes = [];
    this.size = 0;
    /** What was parted last. */
    /** @type {Element[]} */
    this.items = [];
    /** @type {import("./parting.js").Parted} */
    this.parted = { pinned: [], pages: [] };
    this.page = 0;
    this.timer = 0;
    this.wasHeld = false;
    // It is only asked what has happened.
    this.changes = new MutationObserver(() => {});
  }

  /**
   * To be called after each drawing.
   * @param {HTMLElement | null} box
   * @param {string} key
   */
  fit(box, key) {
    const isOther = box !== this.box || key !== this.key;
    if (box !== this.box) this.#leave(this.box, box);
    Object.assign(this, { box, key });
    if (!box) return this.#stop();
    const room = `${box.clientWidth} ${box.clientHeight}`;
    if (!isOther && room === this.found.room && !this.changes.takeRecords().length) return;
    const now = { room, items: itemsOf(box).length, letters: box.textContent?.length ?? 0 };
    const isAlike = !isOther && isNear(now, this.found);
    if (!isAlike || !this.#holds(box)) this.#part(box, now, isAlike);
    if (isOther) this.#begin(box);
    this.#keepTime(box);
    this.#show(box);
  }

  /**
   * @param {HTMLElement} box
   * @param {Found} now
   * @param {boolean} isAlike whether the size may still do
   */
  #part(box, now, isAlike) {
    this.#release(box);
    const before = this.parted.pages.length;
    if (!isAlike || this.#measure(box, this.size) !== before) this.#search(box, now);
    this.items = itemsOf(box);
    this.page = Math.min(this.page, this.parted.pages.length - 1);
  }

  /**
   * What was fitted into may stand for something else now, which is as large as its style says.
   * @param {HTMLElement | null} before
   * @param {HTMLElement | null} box
   */
  #leave(before, box) {
    this.changes.disconnect();
    if (before) {
      this.#release(before);
      before.style.removeProperty("font-size");
      before.querySelector(".screen-page")?.replaceChildren();
    }
    if (box) this.changes.observe(box, { childList: true, characterData: true, subtree: true, attributeFilter: ["class"] });
  }

  /** @param {HTMLElement} box */
  #begin(box) {
    box.removeAttribute("data-turned");
    this.page = 0;
    this.#stop();
  }

  #stop() {
    clearInterval(this.timer);
    this.timer = 0;
  }

  /**
   * Whether the same things stand where they stood, and the page that is shown still fits.
   * @param {HTMLElement} box
   */
  #holds(box) {
    const now = itemsOf(box);
    const isSame = now.length === this.items.length && now.every((one, at) => one === this.items[at]);
    return isSame && box.scrollHeight <= box.clientHeight + 1 && !isTooWide(cloudOf(box));
  }

  /**
   * The largest size with the fewest pages: what is little fits at once, and of the other sizes a few tell it.
   * @param {HTMLElement} box
   * @param {Found} now
   */
  #search(box, now) {
    this.found = now;
    const floor = parseFloat(getComputedStyle(/** @type {Element} */ (box.querySelector(".screen-page"))).fontSize);
    layInColumns(box, floor);
    this.sizes = sizesOf(box, floor);
    if (this.#measure(box, 0) === 1) return;
    let [large, small] = [0, this.sizes.length - 1];
    const fewest = this.#measure(box, small);
    while (small - large > 1) {
      const middle = (large + small) >> 1;
      if (this.#measure(box, middle) <= fewest) small = middle;
      else large = middle;
    }
    this.#measure(box, small);
  }

  /**
   * Gives the size, and finds out how many pages there are then.
   * @param {HTMLElement} box
   * @param {number} at
   */
  #measure(box, at) {
    const { px, cloud } = this.sizes[at];
    this.size = at;
    box.style.fontSize = `${px}px`;
    const words = cloudOf(box);
    if (words) words.style.fontSize = `${cloud}em`;
    const { paddingTop, paddingBottom } = getComputedStyle(box);
    this.parted = part(linesOf(box), box.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom));
    return this.parted.pages.length + (isTooWide(words) ? 1 : 0);
  }

  /** @param {HTMLElement} box */
  #keepTime(box) {
    const isHeld = box.querySelector(".roll, .appearing") !== null;
    // The first page of names stands as long as any other, once they are all there.
    if (this.parted.pages.length < 2 || isHeld !== this.wasHeld) this.#stop();
    this.wasHeld = isHeld;
    if (this.parted.pages.length > 1 && !isHeld && !this.timer) this.timer = setInterval(() => this.#turn(), PAGE_MS);
  }

  #turn() {
    const { box } = this;
    if (!box?.isConnected) return this.#stop();
    this.page = (this.page + 1) % this.parted.pages.length;
    box.setAttribute("data-turned", "");
    this.#show(box);
    // What has changed while it was away may be taller.
    if (!this.#holds(box)) {
      this.#part(box, this.found, true);
      this.#show(box);
    }
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const block of new Set(this.parted.pages[this.page].map((line) => line.block))) block.animate(COMES, { duration: COMES_MS, easing: "cubic-bezier(.2, .8, .2, 1)" });
  }

  /**
   * Everything is there again, as it was drawn.
   * @param {HTMLElement} box
   */
  #release(box) {
    for (const away of box.querySelectorAll("[data-away]")) away.removeAttribute("data-away");
    for (const cut of /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll("[data-cut]"))) {
      cut.removeAttribute("data-cut");
      cut.style.maxHeight = "";
    }
    standDown(box, false);
  }

  /** @param {HTMLElement} box */
  #show(box) {
    const { parted, page } = this;
    const { pinned, pages } = parted;
    const shown = new Set([...pinned, ...(pages[page] ?? [])].flatMap(({ elements, block }) => [...elements, block]));
    for (const { elements, block } of pages.flat()) for (const one of [...elements, block]) one.toggleAttribute("data-away", !shown.has(one));
    cut(pages, page);
    standDown(box, true);
    const mark = box.querySelector(".screen-page");
    if (mark) mark.textContent = pages.length > 1 ? `${page + 1} / ${pages.length}` : "";
    this.changes.takeRecords();
  }
}

/**
 * Of a long paragraph a page shows its own lines.
 * @param {import("./lines.js").Line[][]} pages
 * @param {number} page
 */
function cut(pages, page) {
  const letters = (pages[page] ?? []).filter(({ elements, block }) => elements[0] === block && block.matches("p"));
  for (const block of new Set(letters.map((line) => line.block))) {
    const lines = letters.filter((line) => line.block === block);
    if (pages.flat().filter((line) => line.block === block).length === lines.length) continue;
    block.setAttribute("data-cut", "");
    block.style.maxHeight = `${lines[lines.length - 1].bottom - lines[0].top}px`;
    block.scrollTop = lines[0].skipped;
  }
}

/**
 * Whether the size of one may do for the other: of a list that grows by one each moment nothing is looked for each moment.
 * @param {Found} now
 * @param {Found} before
 */
function isNear(now, before) {
  const near = (/** @type {number} */ one, /** @type {number} */ other) => Math.abs(one - other) < Math.max(1, other * OTHERWISE);
  return now.room === before.room && near(now.items, before.items) && near(now.letters, before.letters);
}

/** @param {HTMLElement} box */
function cloudOf(box) {
  return /** @type {HTMLElement | null} */ (box.querySelector(".cloud > ul"));
}

/** @param {HTMLElement | null} words */
function isTooWide(words) {
  return words !== null && words.scrollWidth > words.clientWidth + 1;
}

/**
 * From the largest down to the floor. Words of a cloud grow first, and nothing else does.
 * @param {HTMLElement} box
 * @param {number} floor
 * @returns {Size[]}
 */
function sizesOf(box, floor) {
  box.style.removeProperty("font-size");
  const whole = parseFloat(getComputedStyle(box).fontSize);
  const hasCloud = cloudOf(box) !== null;
  /** @type {Size[]} */
  const sizes = [];
  if (hasCloud) for (let cloud = CLOUD_MAX; cloud > 1; cloud -= CLOUD_STEP) sizes.push({ px: whole, cloud });
  for (let px = hasCloud ? whole : whole / SMALLER ** GROWS; px > floor; px *= SMALLER) sizes.push({ px, cloud: 1 });
  return [...sizes, { px: Math.min(whole, floor), cloud: 1 }];
}
