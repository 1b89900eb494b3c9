// What came of an activity, as a table: who has taken part, and with what. The same rows as in the report that is downloaded.
// Of an anonymous one who has taken part, once it is over, and with what of nobody.

import { isOpen } from "../dialogs.js";
import { nameOf, shared } from "../names.js";
import { html, nothing } from "../render.js";
import { sentence } from "../problems.js";
import { t } from "../texts.js";

/** Rows that a page shows; all of them are in the report. */
const ROWS_MAX = 200;

/** Entries of the journal that are asked for at a time. */
const PAGE = 1_000;

/** How often a table that somebody looks at is fetched anew while people take part. */
const ANEW_MS = 2_000;

/** @typedef {{columns: string[], rows: unknown[][]}} Table */
/** @typedef {import("../names.js").Person} Person */

export class Results {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {() => void} changed
   */
  constructor(meeting, changed) {
    this.meeting = meeting;
    this.changed = changed;
    /** A table, people, or why there is nothing. */
    /** @type {Map<string, Table | Person[] | string>} */
    this.known = new Map();
    /** Activities whose table is unfolded. */
    /** @type {Set<string>} */
    this.unfolded = new Set();
    /** @type {Map<string, number>} */
    this.timers = new Map();
    meeting.room.addEventListener("view", (event) => this.#soon(/** @type {CustomEvent} */ (event).detail.activity));
    meeting.room.addEventListener("event", (event) => {
      const { change, activity } = /** @type {CustomEvent} */ (event).detail;
      if (change === "closed") this.#soon(activity.id);
    });
  }

  /** @param {import("../room/meeting.js").Activity} activity */
  template({ id }) {
    const look = (/** @type {Event} */ event) => {
      if (!(/** @type {HTMLDetailsElement} */ (event.target).open)) return void this.unfolded.delete(id);
      this.unfolded.add(id);
      this.#load(id);
    };
    return html`<details class="later" ?open=${this.unfolded.has(id)} @toggle=${look}><summary>${t("results")}</summary>${this.#known(id)}</details>`;
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
    const now = this.meeting.activities.get(activity);
    try {
      if (!now?.anonymous) this.known.set(activity, await this.meeting.hezi.call("GET", `/api/activities/${activity}/report?format=json`));
      else if (now.phase === "closed") this.known.set(activity, await this.#tookPart(activity));
    } catch (error) {
      this.known.set(activity, sentence(error));
    }
    this.changed();
  }

  /**
   * Who has acted in an anonymous activity, as the journal tells when it is over: a long list in several entries, newest first.
   * @param {string} activity
   */
  async #tookPart(activity) {
    /** @type {Person[]} */
    const people = [];
    let before = "";
    do {
      const { entries, next } = await this.meeting.hezi.call("GET", `${this.meeting.path}/journal?kind=took_part&limit=${PAGE}${before}`);
      people.unshift(...entries.filter((/** @type {any} */ entry) => entry.activity === activity).reverse().flatMap((/** @type {any} */ entry) => entry.people));
      before = next === undefined ? "" : `&before=${next}`;
    } while (before);
    return people;
  }

  /** @param {string} id */
  #known(id) {
    const now = this.meeting.activities.get(id);
    const known = this.known.get(id);
    if (now?.anonymous && now.phase !== "closed") return html`<p class="quiet">${t("results.anonymous")}</p>`;
    if (known === undefined) return html`<p class="quiet">${t("loading")}</p>`;
    if (typeof known === "string") return html`<p class="refusal" role="alert">${known}</p>`;
    return Array.isArray(known) ? this.#people(known) : this.#table(known);
  }

  /** @param {Person[]} list */
  #people(list) {
    const twice = shared(list);
    return html`<p class="quiet">${t("results.people", { count: list.length, members: this.meeting.members })}</p>
      <div class="people"><ul>${list.map((person) => html`<li><bdi>${nameOf(person, twice)}</bdi></li>`)}</ul></div>`;
  }

  /** @param {Table} table */
  #table({ columns, rows }) {
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
