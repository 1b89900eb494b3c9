// All activities of a meeting that have been open: the way to their results, to their reports, and to the check of a draw.

import { closeSheet } from "../dialogs.js";
import { checkTemplate } from "../fairness/check.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { phasePill } from "./stage.js";

/**
 * @param {import("./meeting.js").Meeting} meeting
 * @param {(activity: string) => void} choose
 */
export function pastTemplate(meeting, choose) {
  const all = [...meeting.activities.values()].filter((activity) => activity.phase !== "draft").reverse();
  return html`<ul class="stack">${all.map((activity) => html`<li class="past-item">
    <button class="past-open" @click=${() => (closeSheet("past"), choose(activity.id))}>
      ${phasePill(activity)}<span class="grow" dir="auto">${activity.title}</span><span class="chevron-right" aria-hidden="true"></span></button>
    <div class="row">${checkTemplate(meeting, activity)}${meeting.organizes && activity.phase === "closed" ? reportLinks(activity.id) : nothing}</div>
  </li>`)}</ul>`;
}

/** @param {string} activity */
export function reportLinks(activity) {
  return html`<a class="button quiet-button small-button" download href=${`/api/activities/${activity}/report?format=csv`}>${t("report.csv")}</a>
    <a class="button quiet-button small-button" download href=${`/api/activities/${activity}/report?format=xlsx`}>${t("report.xlsx")}</a>`;
}
