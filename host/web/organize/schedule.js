// When an activity opens and closes by itself. A draft gets a time and how long it is open; an open one gets an end.

import { attempt } from "../attempt.js";
import { hint } from "../dialogs.js";
import { isSameDay, localTime } from "../moments.js";
import { html, live, nothing } from "../render.js";
import { dayAndTime, t, timeOfDay } from "../texts.js";
import { Fields } from "./fields.js";
import { labelOf } from "./labels.js";

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

/** The ways to set it. */
export class Schedule {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {() => void} changed
   */
  constructor(meeting, changed) {
    this.meeting = meeting;
    this.fields = new Fields(changed);
  }

  /** @param {Activity} activity */
  template(activity) {
    if (activity.phase === "closed") return nothing;
    if (activity.phase === "open") return this.#open(activity);
    return html`<details class="later"><summary>${t("schedule.draft")}</summary>${this.#draft(activity)}</details>`;
  }

  /** @param {Activity} activity */
  #draft(activity) {
    const set = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const given = new FormData(/** @type {HTMLFormElement} */ (event.target));
      const [opens, closes] = [timeIn(given, "opens"), timeIn(given, "closes")];
      const seconds = Number(given.get("length"));
      this.#put(activity, { ...(opens ? { opens_at_ms: opens } : {}), ...(closes ? { closes_at_ms: closes } : seconds ? { open_for_ms: seconds * 1_000 } : {}) });
    };
    const [name, saved] = [`${activity.id}.length`, String((activity.open_for_ms ?? 0) / 1_000)];
    const chosen = this.fields.value(name, saved);
    // It ends at a time or after a while: whoever chooses the one gives up the other.
    const choose = (/** @type {Event} */ event) => {
      this.fields.typing(name, saved)(event);
      this.fields.type(`${activity.id}.closes`, "", localOf(activity.closes_at_ms));
    };
    return html`<form class="stack-close" @submit=${set}>
      ${this.#moment(activity, "opens", t("schedule.at"), activity.opens_at_ms)}
      <label class="field"><span class="field-label">${t("schedule.length")}</span><select class="input" name="length" @change=${choose}>
        <option value="0" .selected=${live(chosen === "0")}>${t("schedule.endless")}</option>
        ${LENGTHS_S.map((seconds) => html`<option value=${seconds} .selected=${live(chosen === String(seconds))}>${length(seconds)}</option>`)}</select></label>
      ${this.#moment(activity, "closes", t("schedule.end"), activity.closes_at_ms, () => this.fields.type(name, "0", saved))}
      <button class="button quiet-button small-button">${t("save")}</button></form>`;
  }

  /** @param {Activity} activity */
  #open(activity) {
    const set = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const closes = timeIn(new FormData(/** @type {HTMLFormElement} */ (event.target)), "closes");
      this.#put(activity, closes ? { closes_at_ms: closes } : {});
    };
    const chip = (/** @type {string} */ text, /** @type {object} */ schedule) => html`<button class="chip" aria-label=${labelOf(`${t("schedule.open")} ${text}`, activity.title || activity.plugin)}
      @click=${() => this.#put(activity, schedule)}>${text}</button>`;
    return html`<div class="row" role="group" aria-label=${t("schedule.open")}><span class="quiet">${t("schedule.open")}</span>${LENGTHS_S.map((seconds) => chip(length(seconds), { open_for_ms: seconds * 1_000 }))}
      ${activity.closes_at_ms ? chip(t("schedule.endless"), {}) : nothing}</div>
      <details class="later"><summary>${t("schedule.end")}</summary><form class="stack-close" @submit=${set}>${this.#moment(activity, "closes", t("schedule.end"), activity.closes_at_ms)}<button class="button quiet-button small-button">${t("save")}</button></form></details>`;
  }

  /**
   * @param {Activity} activity
   * @param {"opens" | "closes"} name
   * @param {string} label
   * @param {number | undefined} ms what the server has
   * @param {() => void} [typed]
   */
  #moment(activity, name, label, ms, typed = () => {}) {
    const [place, saved] = [`${activity.id}.${name}`, localOf(ms)];
    const listen = (/** @type {Event} */ event) => (this.fields.typing(place, saved)(event), typed());
    return html`<label class="field"><span class="field-label">${label}</span>
      <input class="input" type="datetime-local" name=${name} .value=${this.fields.value(place, saved)} @input=${listen}></label>
      ${this.fields.news(place, saved, ms && moment(ms))}`;
  }

  /**
   * Sets the times in place of those that there are.
   * @param {Activity} activity
   * @param {object} schedule
   */
  async #put({ id }, schedule) {
    await attempt(async () => {
      this.meeting.show(await this.meeting.hezi.call("PUT", `/api/activities/${id}/schedule`, schedule));
      this.fields.done(`${id}.opens`, `${id}.length`, `${id}.closes`);
      hint(t("saved"));
    });
  }
}

/** @param {number | undefined} ms */
function localOf(ms) {
  return ms ? localTime(ms) : "";
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

/** @param {number} seconds */
function length(seconds) {
  return seconds < 60 ? t("length.seconds", { count: seconds }) : t("length.minutes", { count: seconds / 60 });
}
