// All activities of a meeting that have been open: the way to their results, to their reports, and to the check of a draw.

import { closeSheet } from "../dialogs.js";
import { checkTemplate } from "../fairness/check.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { phasePill } from "./stage.js";

/**
 * @param {import("./meeting.js").Meeting} meeting
 * @param {(activity: string) => void} choose
 * @param {(activity: import("./meeting.js").Activity) => unknown} ofHosts what hosts take of one that is over
 */
export function pastTemplate(meeting, choose, ofHosts) {
  const all = [...meeting.activities.values()].filter((activity) => activity.phase !== "draft").reverse();
  return html`<ul class="stack">${all.map((activity) => html`<li class="past-item">
    <button class="past-open" @click=${() => (closeSheet("past"), choose(activity.id))}>
      ${phasePill(activity)}<span class="grow" dir="auto">${activity.title}</span><span class="chevron-right" aria-hidden="true"></span></button>
    <div class="row">${checkTemplate(meeting, activity)}${activity.phase === "closed" ? ofHosts(activity) : nothing}</div>
  </li>`)}</ul>`;
}
