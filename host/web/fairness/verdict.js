// What comes of computing a draw or a split again, from what everybody was told. Comes when somebody wants to know.

import { t } from "../texts.js";
import { checkDraw, drawOf, poolAmong, poolIn } from "./draw.js";
import { listsIn, splitIn } from "./published.js";
import { checkSplit } from "./split.js";

/** `fits` is null where only a part of it can be checked here. */
/** @typedef {{fits: boolean | null, text: string}} Verdict */

const PAGE = 1_000;

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
  // Who was online stands in no journal: a short list is shown when it is over, and a long one in the report, which organizers may read.
  draw.pool ??= await poolAmong(listsIn(activity.view?.blocks ?? []), draw.pool_hash);
  if (draw.pool === null && meeting.organizes) draw.pool = poolIn(await wholeReport(meeting, activity.id));
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
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {string} activity
 * @returns {Promise<{rows: string[][]}>}
 */
function wholeReport(meeting, activity) {
  return meeting.hezi.call("GET", `/api/activities/${activity}/report?format=json`);
}
