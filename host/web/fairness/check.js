// The check of a draw or of a split, in the reader's hand: computed here, from what everybody was told, and said loudly.
//
// Which activity can be checked is seen by what it published, not by its name: hashes in its view that were there before.
//
// Invariants:
// * Whoever looks at an activity to its end need not ask: it is checked by itself, once, where that costs little. What comes of it
//   is shown where it is sure; everything else is said to whoever asks.

import { html, nothing, onceDrawn } from "../render.js";
import { sentence } from "../problems.js";
import { t } from "../texts.js";
import { digestsIn, splitIn } from "./published.js";

/** @typedef {import("./verdict.js").Verdict | "checking"} Outcome */

/** Before that names may roll still, and then a thousand phones do not ask at the same moment. */
const UNASKED_MS = 6_000;
const SPREAD_MS = 10_000;

/** Of a meeting of which there is more to read, or an activity that leads to more pages, nobody is told unasked. */
const ENTRIES_MAX = 1_000;
const PAGES_MAX = 2;

/** @type {Map<string, Outcome>} */
const outcomes = new Map();

/** Activities that were looked at before they could be checked. */
/** @type {Set<string>} */
const awaited = new Set();

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 */
export function checkTemplate(meeting, activity) {
  // A draw is whole when it is closed; a split as soon as its shares are told.
  if (activity.phase === "closed" ? !digestsIn(blocksOf(activity)).length : !splitIn(blocksOf(activity))) {
    if (activity.phase === "open") awaited.add(activity.id);
    return nothing;
  }
  if (awaited.delete(activity.id)) setTimeout(checkUnasked, UNASKED_MS + Math.random() * SPREAD_MS, meeting, activity.id);
  const outcome = outcomes.get(activity.id);
  if (outcome === "checking") return html`<p class="quiet" role="status">${t("fair.checking")}</p>`;
  if (outcome) {
    const [style, sign] = outcome.fits === null ? ["", "ℹ"] : outcome.fits ? ["notice-success", "✓"] : ["notice-alarm", "✗"];
    return html`<p class=${`notice verdict verdict-${activity.id} ${style}`} role=${outcome.fits === false ? "alert" : "status"}>
      <span class="notice-sign" aria-hidden="true">${sign}</span><span>${outcome.text}</span></p>`;
  }
  return html`<button class="button quiet-button small-button" @click=${() => check(meeting, activity.id)}>${t("fair.check")}</button>`;
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {string} id
 */
async function check(meeting, id) {
  outcomes.set(id, "checking");
  meeting.changed();
  try {
    outcomes.set(id, await computed(meeting, await shown(meeting, id)));
  } catch (error) {
    outcomes.set(id, { fits: null, text: t("fair.not_checked", { why: sentence(error) }) });
  }
  meeting.changed();
  lookAt(id);
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {string} id
 */
async function checkUnasked(meeting, id) {
  if (meeting.over || outcomes.has(id)) return;
  try {
    const activity = await shown(meeting, id);
    // A split needs no journal.
    if (!splitIn(blocksOf(activity)) && (activity.as_of ?? Infinity) > ENTRIES_MAX) return;
    const outcome = await computed(meeting, activity, PAGES_MAX);
    if (outcome.fits === null || outcomes.has(id)) return;
    outcomes.set(id, outcome);
    meeting.changed();
    if (!outcome.fits) lookAt(id);
  } catch (error) {
    console.info("an activity could not be checked", sentence(error));
  }
}

/**
 * An activity as it is now, which is what is shown from here on: what was published when it closed may not have come yet.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {string} id
 * @returns {Promise<import("../room/meeting.js").Activity>}
 */
async function shown(meeting, id) {
  const published = await meeting.hezi.call("GET", `/api/activities/${id}`);
  // Whoever looks at another page of it sees that one until they leave it.
  if (meeting.queries.get(id)) return published;
  meeting.show(published);
  return meeting.activities.get(id) ?? published;
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 * @param {number} [pagesMax]
 */
async function computed(meeting, activity, pagesMax) {
  const { verdict } = await import("./verdict.js");
  return verdict(meeting, activity, pagesMax);
}

/**
 * It may stand below all that there is.
 * @param {string} id
 */
function lookAt(id) {
  onceDrawn(() => document.querySelectorAll(`.verdict-${id}`).forEach((one) => one.scrollIntoView({ block: "nearest" })));
}

/** @param {import("../room/meeting.js").Activity} activity */
function blocksOf(activity) {
  return activity.view?.blocks ?? [];
}
