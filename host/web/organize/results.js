// What came of an activity, as a table: who has taken part, and with what. The same rows as in the report that is downloaded.

import { html, nothing } from "../render.js";
import { sentence } from "../problems.js";
import { t } from "../texts.js";

/** Rows that a page shows; all of them are in the report. */
const ROWS_MAX = 200;

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
  }

  /** @param {string} activity */
  template(activity) {
    const look = (/** @type {Event} */ event) => /** @type {HTMLDetailsElement} */ (event.target).open && this.#load(activity);
    return html`<details class="later" @toggle=${look}><summary>${t("results")}</summary>${this.#table(activity)}</details>`;
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
    return html`<p class="quiet">${t("results.rows", { count: rows.length })}</p>
      <div class="table-scroll" tabindex="0" role="region" aria-label=${t("results")}><table class="results"><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
        <tbody>${rows.slice(0, ROWS_MAX).map((row) => html`<tr>${row.map((cell) => html`<td dir="auto">${shown(cell)}</td>`)}</tr>`)}</tbody></table></div>
      ${rows.length > ROWS_MAX ? html`<p class="quiet">${t("results.more", { count: ROWS_MAX })}</p>` : nothing}`;
  }
}

/** @param {unknown} cell */
function shown(cell) {
  return cell === null || cell === undefined ? "" : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
