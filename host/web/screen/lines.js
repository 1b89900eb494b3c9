// What is drawn of an activity as lines: what stands beside each other, from where to where, and what belongs together.
//
// It reads the page and changes nothing. A list has a line for each row of its items, a paragraph one for each line of its
// letters; anything else is one line, however tall.

/**
 * @typedef {object} Line
 * @property {HTMLElement[]} elements what stands in it
 * @property {HTMLElement} block what it is a part of: a list with its title, a paragraph
 * @property {number} top
 * @property {number} bottom
 * @property {number} head how much the title of its list takes above it, on every page on which the list goes on
 * @property {number} skipped how much of its paragraph stands before it
 * @property {boolean} isPart whether it is one of several: of a list, or of a long paragraph
 * @property {boolean} leads whether it is nothing without what follows
 */

const LIST = ":scope > ul, :scope > ol, :scope > .winners";

/** A paragraph of more lines than this is to be read, and no remark. */
const REMARK_LINES_MAX = 3;

/**
 * @param {HTMLElement} box
 * @returns {Line[]}
 */
export function linesOf(box) {
  /** @type {Line[]} */
  const lines = [];
  for (const block of blocksOf(box)) {
    const list = listOf(block);
    if (list) lines.push(...rowsOf(block, list));
    else if (block.matches("p:where(.text, .announced)")) lines.push(...lettersOf(block));
    else place(lines, block);
  }
  return lines;
}

/**
 * What lines consist of, in its order, also what is away.
 * @param {HTMLElement} box
 */
export function itemsOf(box) {
  return blocksOf(box).flatMap((block) => [...(listOf(block)?.children ?? [block])]);
}

/** @param {HTMLElement} box */
function blocksOf(box) {
  const found = [...box.children].flatMap((child) => (child.matches(".blocks") ? [...child.children] : [child]));
  return /** @type {HTMLElement[]} */ (found).filter((one) => !one.matches(".unseen, .rain, .screen-page") && (one.matches("[data-away]") || one.getClientRects().length));
}

/**
 * @param {HTMLElement} block
 * @returns {HTMLElement | null}
 */
function listOf(block) {
  return block.matches("ul") ? block : block.querySelector(LIST);
}

/**
 * @param {HTMLElement} block
 * @param {HTMLElement} list
 */
function rowsOf(block, list) {
  const head = Math.max(0, list.getBoundingClientRect().top - block.getBoundingClientRect().top);
  /** @type {Line[]} */
  const rows = [];
  for (const item of /** @type {Iterable<HTMLElement>} */ (list.children)) {
    const { top, bottom } = item.getBoundingClientRect();
    const last = rows.at(-1);
    if (last && top < last.bottom - 1) {
      last.elements.push(item);
      last.bottom = Math.max(last.bottom, bottom);
    } else rows.push({ elements: [item], block, top, bottom, head, skipped: 0, isPart: true, leads: false });
  }
  return rows;
}

/** @param {HTMLElement} block */
function lettersOf(block) {
  const { top, height } = block.getBoundingClientRect();
  const one = parseFloat(getComputedStyle(block).lineHeight);
  const count = Math.max(1, Math.round(height / one));
  return Array.from({ length: count }, (_, at) => {
    const skipped = at * one;
    return { elements: [block], block, top: top + skipped, bottom: top + skipped + one, head: 0, skipped, isPart: count > REMARK_LINES_MAX, leads: false };
  });
}

/**
 * Puts a block after the others, or beside the last one where it stands there.
 * @param {Line[]} lines
 * @param {HTMLElement} block
 */
function place(lines, block) {
  const { top, bottom } = block.getBoundingClientRect();
  const last = lines.at(-1);
  if (last && !last.isPart && top < last.bottom - 1) {
    last.elements.push(block);
    last.bottom = Math.max(last.bottom, bottom);
  } else lines.push({ elements: [block], block, top, bottom, head: 0, skipped: 0, isPart: false, leads: block.matches(".heading") });
}
