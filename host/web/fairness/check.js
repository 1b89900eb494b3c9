// The check of a draw or of a split, in the reader's hand: computed here, from what everybody was told, and said loudly.
//
// Which activity can be checked is seen by what it published, not by its name: hashes in its view that were there before.

import { html, nothing } from "../render.js";
import { sentence } from "../problems.js";
import { t } from "../texts.js";
import { digestsIn, splitIn } from "./published.js";

/** @typedef {import("./verdict.js").Verdict | "checking"} Outcome */

/** @type {Map<string, Outcome>} */
const outcomes = new Map();

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 */
export function checkTemplate(meeting, activity) {
  // A draw is whole when it is closed; a split as soon as its shares are told.
  if (activity.phase === "closed" ? !digestsIn(blocksOf(activity)).length : !splitIn(blocksOf(activity))) return nothing;
  const outcome = outcomes.get(activity.id);
  if (outcome === "checking") return html`<p class="quiet" role="status">${t("fair.checking")}</p>`;
  if (outcome) {
    const [style, sign] = outcome.fits === null ? ["", "ℹ"] : outcome.fits ? ["notice-success", "✓"] : ["notice-alarm", "✗"];
    return html`<p class=${`notice verdict verdict-${activity.id} ${style}`} role=${outcome.fits === false ? "alert" : "status"}>
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
    const { verdict } = await import("./verdict.js");
    // What is checked is what is seen; who looks at another page of it sees that one until they leave it.
    const isElsewhere = Boolean(meeting.queries.get(activity.id));
    if (!isElsewhere) meeting.show(published);
    outcomes.set(activity.id, await verdict(meeting, isElsewhere ? published : (meeting.activities.get(activity.id) ?? published)));
  } catch (error) {
    outcomes.set(activity.id, { fits: null, text: t("fair.not_checked", { why: sentence(error) }) });
  }
  meeting.changed();
  // It stands below all of it, and is what somebody waits for. By then it is drawn.
  requestAnimationFrame(() => document.querySelectorAll(`.verdict-${activity.id}`).forEach((one) => one.scrollIntoView({ block: "nearest" })));
}

/** @param {import("../room/meeting.js").Activity} activity */
function blocksOf(activity) {
  return activity.view?.blocks ?? [];
}
