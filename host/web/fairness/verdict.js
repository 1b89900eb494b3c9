// What comes of computing a draw or a split again, from what everybody was told. Comes when somebody wants to know.

import { t } from "../texts.js";
import { checkDraw, drawOf } from "./draw.js";
import { splitIn } from "./published.js";
import { checkSplit } from "./split.js";

/** `fits` is null where only a part of it can be checked here. */
/** @typedef {{fits: boolean | null, text: string}} Verdict */

const PAGE = 1_000;

/** An activity that leads on to more pages than this is not followed. */
const PAGES_MAX = 200;

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 * @returns {Promise<Verdict>}
 */
export async function verdict(meeting, activity) {
  const split = splitIn(activity.view?.blocks ?? []);
  if (split) {
    const said = await checkSplit(split);
    return { fits: said.fits, text: said.fits ? t("fair.split_fits", { count: said.shares }) : t(`fair.bad_${said.reason}`) };
  }
  const draw = drawOf(await wholeJournal(meeting), activity.id);
  if (!draw?.wins.length) return { fits: null, text: t("fair.nothing") };
  // Who was online stands in no journal, but on pages that the activity leads to.
  draw.pool ??= await everybodyBehind(meeting, activity);
  // Whether somebody may win twice is a setting of the draw: it fits by the one rule or by the other.
  const strict = await checkDraw(draw, false);
  const said = strict.fits ? strict : await checkDraw(draw, true);
  if (said.reason === "unknown_pool") return { fits: null, text: t("fair.seed_fits") };
  return { fits: said.fits, text: said.fits ? t("fair.draw_fits", { pool: said.pool, count: said.picks }) : t(`fair.bad_${said.reason}`) };
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
 * @returns {Promise<string[] | null>}
 */
async function everybodyBehind(meeting, activity) {
  /** @type {Set<string>} */
  const people = new Set();
  const ahead = new Set(queriesIn(activity.view?.blocks ?? []));
  for (const query of ahead) {
    if (ahead.size > PAGES_MAX) return null;
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
