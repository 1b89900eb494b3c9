// When an activity opens and closes by itself. A draft gets a time and how long it is open; an open one gets an end.

import { hint } from "../dialogs.js";
import { isSameDay, localTime } from "../moments.js";
import { sentence } from "../problems.js";
import { html, nothing } from "../render.js";
import { dayAndTime, t, timeOfDay } from "../texts.js";

/** How long an activity may be open, as it is offered, in seconds. */
const LENGTHS_S = [30, 60, 180, 300, 600, 1_800];

/** @typedef {import("../room/meeting.js").Activity} Activity */

/**
 * What is set, in a line.
 * @param {Activity} activity
 */
export function scheduledTemplate({ phase, opens_at_ms, closes_at_ms, open_for_ms }) {
  if (phase === "draft" && opens_at_ms) {
    const end = open_for_ms ? t("schedule.for", { length: length(open_for_ms / 1_000) }) : closes_at_ms ? t("schedule.until", { time: moment(closes_at_ms) }) : "";
    return html`<p class="quiet">${t("schedule.opens", { time: dayAndTime(opens_at_ms) })} ${end}</p>`;
  }
  if (phase === "draft" && open_for_ms) return html`<p class="quiet">${t("schedule.for", { length: length(open_for_ms / 1_000) })}</p>`;
  if (closes_at_ms && phase !== "closed") return html`<p class="quiet">${t("schedule.until", { time: moment(closes_at_ms) })}</p>`;
  return nothing;
}

/**
 * The ways to set it.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {Activity} activity
 */
export function scheduleTemplate(meeting, activity) {
  if (activity.phase === "closed") return nothing;
  return html`<details class="later"><summary>${t(activity.phase === "draft" ? "schedule.draft" : "schedule.open")}</summary>
    ${activity.phase === "draft" ? draftTemplate(meeting, activity) : openTemplate(meeting, activity)}</details>`;
}

/** @param {import("../room/meeting.js").Meeting} meeting @param {Activity} activity */
function draftTemplate(meeting, activity) {
  const set = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const given = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const [opens, closes] = [timeIn(given, "opens"), timeIn(given, "closes")];
    const seconds = Number(given.get("length"));
    put(meeting, activity, { ...(opens ? { opens_at_ms: opens } : {}), ...(closes ? { closes_at_ms: closes } : seconds ? { open_for_ms: seconds * 1_000 } : {}) });
  };
  // It ends at a time or after a while: whoever chooses the one gives up the other.
  const empties = (/** @type {string} */ name, /** @type {string} */ value) => (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (/** @type {HTMLInputElement} */ (event.target).form?.elements.namedItem(name));
    field.value = value;
  };
  return html`<form class="stack-close" @submit=${set}>
    <label class="field"><span class="field-label">${t("schedule.at")}</span>
      <input class="input" type="datetime-local" name="opens" .value=${activity.opens_at_ms ? localTime(activity.opens_at_ms) : ""}></label>
    <label class="field"><span class="field-label">${t("schedule.length")}</span><select class="input" name="length" @change=${empties("closes", "")}>
      <option value="0">${t("schedule.endless")}</option>
      ${LENGTHS_S.map((seconds) => html`<option value=${seconds} ?selected=${activity.open_for_ms === seconds * 1_000}>${length(seconds)}</option>`)}</select></label>
    ${endField(activity, empties("length", "0"))}
    <button class="button quiet-button small-button">${t("save")}</button></form>`;
}

/** @param {import("../room/meeting.js").Meeting} meeting @param {Activity} activity */
function openTemplate(meeting, activity) {
  const set = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const closes = timeIn(new FormData(/** @type {HTMLFormElement} */ (event.target)), "closes");
    put(meeting, activity, closes ? { closes_at_ms: closes } : {});
  };
  return html`<div class="row">${LENGTHS_S.map((seconds) => html`<button class="chip" @click=${() => put(meeting, activity, { open_for_ms: seconds * 1_000 })}>${length(seconds)}</button>`)}
    ${activity.closes_at_ms ? html`<button class="chip" @click=${() => put(meeting, activity, {})}>${t("schedule.endless")}</button>` : nothing}</div>
    <form class="stack-close" @submit=${set}>${endField(activity)}<button class="button quiet-button small-button">${t("save")}</button></form>`;
}

/**
 * @param {Activity} activity
 * @param {(event: Event) => void} [changed]
 */
function endField(activity, changed) {
  return html`<label class="field"><span class="field-label">${t("schedule.end")}</span>
    <input class="input" type="datetime-local" name="closes" @input=${changed ?? nothing} .value=${activity.closes_at_ms ? localTime(activity.closes_at_ms) : ""}></label>`;
}

/**
 * @param {FormData} given
 * @param {string} name
 */
function timeIn(given, name) {
  return Date.parse(String(given.get(name) ?? ""));
}

/**
 * A time of today as such, one of another day with its day.
 * @param {number} ms
 */
function moment(ms) {
  return isSameDay(ms, Date.now()) ? timeOfDay(ms) : dayAndTime(ms);
}

/**
 * Sets the times in place of those that there are; takes it back by setting those again.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {Activity} activity
 * @param {object} schedule
 */
async function put(meeting, activity, schedule) {
  try {
    meeting.show(await meeting.hezi.call("PUT", `/api/activities/${activity.id}/schedule`, schedule));
    hint(t("saved"));
  } catch (error) {
    hint(sentence(error));
  }
}

/** @param {number} seconds */
function length(seconds) {
  return seconds < 60 ? t("length.seconds", { count: seconds }) : t("length.minutes", { count: seconds / 60 });
}
