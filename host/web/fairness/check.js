// The check of a draw or of a split, in the reader's hand: computed here, from what everybody was told, and said loudly.
//
// Which activity can be checked is seen by what it published, not by its name: hashes in its view that were there before.

import { html, nothing } from "../render.js";
import { sentence } from "../problems.js";
import { t } from "../texts.js";
import { checkDraw, drawOf, poolIn } from "./draw.js";
import { checkSplit } from "./split.js";

/** `fits` is null where only a part of it can be checked here. */
/** @typedef {{fits: boolean | null, text: string} | "checking"} Outcome */

/** @type {Map<string, Outcome>} */
const outcomes = new Map();
const DIGEST = /\b[0-9a-f]{64}\b/g;
const PAGE = 1_000;

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 */
export function checkTemplate(meeting, activity) {
  // A draw is whole when it is closed; a split as soon as its shares are told.
  if (activity.phase === "closed" ? !digests(activity).length : !splitOf(activity)) return nothing;
  const outcome = outcomes.get(activity.id);
  if (outcome === "checking") return html`<p class="quiet" role="status">${t("fair.checking")}</p>`;
  if (outcome) {
    const [style, sign] = outcome.fits === null ? ["notice", "ℹ"] : outcome.fits ? ["notice notice-success", "✓"] : ["notice notice-alarm", "✗"];
    return html`<p class=${style} role=${outcome.fits === false ? "alert" : "status"}>
      <span class="notice-sign" aria-hidden="true">${sign}</span><span>${outcome.text}</span></p>`;
  }
  return html`<button class="button quiet-button small-button" @click=${() => check(meeting, activity)}>${t("fair.check")}</button>`;
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 */
async function check(meeting, activity) {
  outcomes.set(activity.id, "checking");
  meeting.changed();
  try {
    // As it is now: what was published when it closed may not have come yet.
    const published = await meeting.hezi.call("GET", `/api/activities/${activity.id}`);
    outcomes.set(activity.id, await verdict(meeting, published));
  } catch (error) {
    outcomes.set(activity.id, { fits: false, text: t("fair.not_checked", { why: sentence(error) }) });
  }
  meeting.changed();
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 * @returns {Promise<Outcome>}
 */
async function verdict(meeting, activity) {
  const split = splitOf(activity);
  if (split) {
    const said = await checkSplit(split);
    return { fits: said.fits, text: said.fits ? t("fair.split_fits", { count: said.shares }) : t(`fair.bad_${said.reason}`) };
  }
  const draw = drawOf(await wholeJournal(meeting), activity.id);
  if (!draw) return { fits: null, text: t("fair.nothing") };
  // Who was online stands in the report, which organizers may read.
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

/** @param {import("../room/meeting.js").Activity} activity */
function texts(activity) {
  return (activity.view?.blocks ?? []).filter((block) => block.type === "text").map((block) => String(block.text));
}

/** @param {import("../room/meeting.js").Activity} activity */
function digests(activity) {
  return texts(activity).flatMap((text) => text.match(DIGEST) ?? []);
}

/**
 * A commitment, the nonce and the shares, where the view publishes all three.
 * @param {import("../room/meeting.js").Activity} activity
 */
function splitOf(activity) {
  const [commitment, nonce] = digests(activity);
  const list = texts(activity).map((text) => /[:：]\s*(\d+(?:,\d+)*)$/.exec(text)?.[1]).find((found) => found !== undefined);
  if (!nonce || list === undefined) return null;
  return { commitment, nonce, shares: list.split(",").map(Number) };
}
