// What came of an activity, as a table: who has taken part, and with what. The same rows as in the report that is downloaded.

import { isOpen } from "../dialogs.js";
import { html, nothing } from "../render.js";
import { sentence } from "../problems.js";
import { t } from "../texts.js";

/** Rows that a page shows; all of them are in the report. */
const ROWS_MAX = 200;

/** How often a table that somebody looks at is fetched anew while people take part. */
const ANEW_MS = 2_000;

export class Results {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {() => void} changed
   */
  constructor(meeting, changed) {
    this.meeting = meeting;
    this.changed = changed;
    /** @type {Map<string, {columns: string[], rows: unknown[][]} | string>} */
    this.known = new Map();
    /** Activities whose table is unfolded. */
    /** @type {Set<string>} */
    this.unfolded = new Set();
    /** @type {Map<string, number>} */
    this.timers = new Map();
    meeting.room.addEventListener("view", (event) => this.#soon(/** @type {CustomEvent} */ (event).detail.activity));
  }

  /** @param {string} activity */
  template(activity) {
    const look = (/** @type {Event} */ event) => {
      if (!(/** @type {HTMLDetailsElement} */ (event.target).open)) return void this.unfolded.delete(activity);
      this.unfolded.add(activity);
      this.#load(activity);
    };
    return html`<details class="later" ?open=${this.unfolded.has(activity)} @toggle=${look}><summary>${t("results")}</summary>${this.#table(activity)}</details>`;
  }

  /**
   * Somebody has done something there: what is looked at follows, after a while in which others do something too.
   * @param {string} activity
   */
  #soon(activity) {
    if (!this.unfolded.has(activity) || this.timers.has(activity) || !isOpen("organize")) return;
    this.timers.set(activity, setTimeout(() => {
      this.timers.delete(activity);
      this.#load(activity);
    }, ANEW_MS));
  }

  /** @param {string} activity */
  async #load(activity) {
    try {
      this.known.set(activity, await this.meeting.hezi.call("GET", `/api/activities/${activity}/report?format=json`));
    } catch (error) {
      this.known.set(activity, sentence(error));
    }
    this.changed();
  }

  /** @param {string} activity */
  #table(activity) {
    const report = this.known.get(activity);
    if (report === undefined) return html`<p class="quiet">${t("loading")}</p>`;
    if (typeof report === "string") return html`<p class="refusal" role="alert">${report}</p>`;
    const { columns, rows } = report;
    if (!rows.length) return html`<p class="quiet">${t("results.none")}</p>`;
    return html`<p class="quiet">${t("results.rows", { count: rows.length, members: this.meeting.members })}</p>
      <div class="table-scroll" tabindex="0" role="region" aria-label=${t("results")}><table class="results"><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
        <tbody>${rows.slice(0, ROWS_MAX).map((row) => html`<tr>${row.map((cell) => html`<td dir="auto">${shown(cell)}</td>`)}</tr>`)}</tbody></table></div>
      ${rows.length > ROWS_MAX ? html`<p class="quiet">${t("results.more", { count: ROWS_MAX })}</p>` : nothing}`;
  }
}

/** @param {unknown} cell */
function shown(cell) {
  return cell === null || cell === undefined ? "" : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
