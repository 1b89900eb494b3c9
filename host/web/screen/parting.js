// How lines are parted into pages. Pure: it knows how tall they are, and nothing of the page.
//
// Invariants:
// * Every line is on one page, in its order; what is pinned is on all of them.
// * A page takes no more than its room, unless a single line does.
// * A list that fits on a page of its own is not parted, and a heading is not parted from what follows.

/** @typedef {import("./lines.js").Line} Line */
/** @typedef {{pinned: Line[], pages: Line[][]}} Parted */

/** What stands on all pages takes no more of them than this. */
const PINNED_MAX = 0.45;

/** What is shorter than this share of a page needs none of its own. */
const LITTLE = 0.25;

/** Pixels are parted, too: so much too tall is not too tall. */
const SLACK_PX = 1;

/** How often the room of even pages is halved: finer than a line is tall. */
const HALVINGS = 10;

/**
 * @param {Line[]} lines
 * @param {number} room how tall a page is
 * @returns {Parted}
 */
export function part(lines, room) {
  if (!lines.length || tall(lines) <= room + SLACK_PX) return { pinned: [], pages: [lines] };
  const pinned = pinnedOf(lines, room);
  const rest = lines.slice(pinned.length);
  const left = room - (pinned.length ? rest[0].top - rest[0].head - pinned[0].top : 0);
  return { pinned, pages: runsOf(rest, left).flatMap((run) => paged(run, left)) };
}

/**
 * What comes after a list of several pages begins a page of its own, unless it is little.
 * @param {Line[]} lines
 * @param {number} room
 */
function runsOf(lines, room) {
  const isLong = (/** @type {Line} */ line) => tall(lines.filter(({ block }) => block === line.block)) > room;
  const end = lines.findIndex((line, at) => line.isPart && line.block !== lines[at + 1]?.block && isLong(line)) + 1;
  const after = lines.slice(end);
  /** @type {Line[][]} */
  const runs = end && after.length && tall(after) > room * LITTLE ? [lines.slice(0, end), ...runsOf(after, room)] : [lines];
  return runs;
}

/**
 * @param {Line[]} run
 * @param {number} room
 */
function paged(run, room) {
  const pages = parted(run, room);
  const lists = new Set(run.filter((line) => line.isPart).map((line) => line.block));
  return lists.size > 1 ? pages : even(run, room, pages.length);
}

/**
 * From the top of the first, with the title of its list, to the foot of the last.
 * @param {Line[]} lines
 */
function tall(lines) {
  return lines[lines.length - 1].bottom - lines[0].top + lines[0].head;
}

/**
 * What stands before the first list: all of it, or else the first heading, or nothing.
 * @param {Line[]} lines
 * @param {number} room
 */
function pinnedOf(lines, room) {
  const first = lines.findIndex((line) => line.isPart);
  const heading = lines.findIndex((line) => line.leads) + 1;
  const fits = (/** @type {number} */ count) => count > 0 && count < lines.length && tall(lines.slice(0, count)) <= room * PINNED_MAX;
  const count = [first, Math.min(heading, first < 0 ? heading : first)].find(fits) ?? 0;
  return lines.slice(0, count);
}

/**
 * @param {Line[]} lines
 * @param {number} room
 */
function parted(lines, room) {
  /** @type {Line[][]} */
  const pages = [];
  let top = 0;
  lines.forEach((line, at) => {
    if (!pages.length || lines[lastWith(lines, at, room)].bottom - top > room + SLACK_PX) {
      pages.push([]);
      top = line.top - line.head;
    }
    pages[pages.length - 1].push(line);
  });
  return pages;
}

/**
 * The place of the last line that is to be on the same page.
 * @param {Line[]} lines
 * @param {number} at
 * @param {number} room
 * @returns {number}
 */
function lastWith(lines, at, room) {
  const { block, leads } = lines[at];
  if (leads && at + 1 < lines.length) return lastWith(lines, at + 1, room);
  if (lines[at - 1]?.block === block) return at;
  let last = at;
  while (lines[last + 1]?.block === block) last += 1;
  return tall(lines.slice(at, last + 1)) <= room + SLACK_PX ? last : at;
}

/**
 * As many pages, each about as full as the others: a last one of two lines looks like a mistake.
 * @param {Line[]} lines
 * @param {number} room
 * @param {number} count
 */
function even(lines, room, count) {
  let [low, high] = [0, room];
  for (let n = 0; n < HALVINGS; n += 1) {
    const middle = (low + high) / 2;
    if (parted(lines, middle).length > count) low = middle;
    else high = middle;
  }
  return parted(lines, high);
}
