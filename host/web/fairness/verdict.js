// What comes of computing a draw or a split again, from what everybody was told. Comes when somebody wants to know.
//
// Invariants:
// * What the reader sees is part of it: a rightly computed draw beside other names, or another commitment, does not fit.
// * That something was committed to is said only where the journal has it, or this tab has seen it.

import { nameOf, shared } from "../names.js";
import { addTexts, currentLanguage, t } from "../texts.js";
import english from "../texts/en.fair.js";
import chinese from "../texts/zh-Hans.fair.js";
import { checkDraw, drawOf } from "./draw.js";
import { digestsIn, splitIn } from "./published.js";
import { checkSplit } from "./split.js";
import { holders, misnamed } from "./winners.js";
import { witnessed } from "./witness.js";

addTexts({ "zh-Hans": chinese, en: english });

/** `fits` is null where only a part of it can be checked here. */
/** @typedef {{fits: boolean | null, text: string}} Verdict */

const PAGE = 1_000;

const PAGES_MAX = 200;

/** So many of the winners are named, the latest ones. */
const NAMED_MAX = 10;

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity as the page shows it
 * @param {number} [pagesMax] an activity that leads on to more pages than this is not followed
 * @returns {Promise<Verdict>}
 */
export async function verdict(meeting, activity, pagesMax = PAGES_MAX) {
  const blocks = activity.view?.blocks ?? [];
  const seen = witnessed(activity.id);
  const split = splitIn(blocks);
  if (split) return ofSplit(split, blocks, seen);
  const draw = drawOf(await wholeJournal(meeting), activity.id);
  if (!draw?.wins.length) return { fits: null, text: t("fair.nothing") };
  // Other hashes may have been called out as entropy: of those the view shows the latest ones only.
  const entropies = draw.wins.flatMap(({ entropy }) => digestsIn([{ type: "text", text: entropy }]));
  if (!isKept([draw.seed_hash, draw.pool_hash], [...digestsIn(blocks), ...entropies], seen)) return misfit("promise");
  // Who was online stands in no journal, but on pages that the activity leads to.
  draw.pool ??= await everybodyBehind(meeting, activity, pagesMax);
  // Whether somebody may win twice is a setting of the draw: it fits by the one rule or by the other.
  const strict = await checkDraw(draw, false);
  const said = strict.fits ? strict : await checkDraw(draw, true);
  const isPart = said.reason === "unknown_pool";
  if (!said.fits && !isPart) return misfit(said.reason);
  const held = holders(draw.wins);
  const wrong = misnamed(blocks, held, meeting.me?.id);
  if (wrong.length) return misfit("names", { shown: listed(wrong), names: named(held) });
  if (isPart) return { fits: null, text: t("fair.seed_fits") };
  return { fits: true, text: t("fair.draw_fits", { pool: said.pool, count: said.picks, names: named(held) }) };
}

/**
 * @param {import("./published.js").Split} split
 * @param {import("./published.js").Blocks} blocks
 * @param {string[]} seen
 * @returns {Promise<Verdict>}
 */
async function ofSplit(split, blocks, seen) {
  const { fits, reason, shares: count } = await checkSplit(split);
  if (!fits) return misfit(reason);
  if (!isKept([split.commitment], digestsIn(blocks), seen)) return misfit("promise");
  // No journal tells of the commitment: only who saw it before knows that it is the same.
  return seen.length ? { fits, text: t("fair.split_fits", { count }) } : { fits: null, text: t("fair.split_unseen", { count }) };
}

/**
 * Whether all that was published stands there still, and was what was committed to first.
 * @param {string[]} promises by what was computed, the first one first
 * @param {string[]} shown
 * @param {string[]} seen while the activity was open, if this tab was there
 */
function isKept(promises, shown, seen) {
  return [...promises, ...seen].every((one) => shown.includes(one)) && (!seen.length || seen.includes(promises[0]));
}

/**
 * @param {string} reason
 * @param {Record<string, string>} [values]
 * @returns {Verdict}
 */
function misfit(reason, values) {
  return { fits: false, text: t(`fair.bad_${reason}`, values) };
}

/** @param {import("./winners.js").Win[]} held */
function named(held) {
  const twice = shared(held);
  return listed(held.slice(-NAMED_MAX).map((win) => `${nameOf(win, twice)} · ${win.prize}`), held.length);
}

/**
 * Names in a row, each in its own direction; and that there are more of them, where there are.
 * @param {string[]} names
 * @param {number} [count]
 */
function listed(names, count = names.length) {
  const shown = names.slice(0, NAMED_MAX).map((name) => `\u2068${name}\u2069`);
  const rest = count > shown.length ? [t("fair.more", { count: count - shown.length })] : [];
  return new Intl.ListFormat(currentLanguage()).format([...shown, ...rest]);
}

/** @param {import("../room/meeting.js").Meeting} meeting */
async function wholeJournal(meeting) {
  const entries = [];
  let after = 0;
  for (;;) {
    const page = await meeting.hezi.call("GET", `${meeting.path}/journal?after=${after}&limit=${PAGE}`);
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    after = page.next;
  }
}

/**
 * Everybody who is named on the pages that an activity leads to, each of them leading on to others; null where there are none. The
 * hash that was published says whether they are the right ones.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 * @param {number} pagesMax
 * @returns {Promise<string[] | null>}
 */
async function everybodyBehind(meeting, activity, pagesMax) {
  /** @type {Set<string>} */
  const people = new Set();
  const ahead = new Set(queriesIn(activity.view?.blocks ?? []));
  for (const query of ahead) {
    if (ahead.size > pagesMax) return null;
    const page = await meeting.hezi.call("GET", `/api/activities/${activity.id}?query=${encodeURIComponent(query)}`);
    const blocks = page.view?.blocks ?? [];
    peopleIn(blocks).forEach((id) => people.add(id));
    // A set that grows while it is gone through is gone through to its end.
    queriesIn(blocks).forEach((next) => ahead.add(next));
  }
  return people.size ? [...people] : null;
}

/**
 * The other pages that a view leads to.
 * @param {import("./published.js").Blocks} blocks
 * @returns {string[]}
 */
function queriesIn(blocks) {
  return blocks.filter((block) => block.type === "tabs").flatMap((block) => block.items.map((/** @type {{query: string}} */ { query }) => query)).filter(Boolean);
}

/**
 * Who is named in the lists of a view.
 * @param {import("./published.js").Blocks} blocks
 * @returns {string[]}
 */
function peopleIn(blocks) {
  return blocks.filter((block) => block.type === "people").flatMap((block) => block.items.map((/** @type {{id: string}} */ { id }) => id));
}
