// How the server does: a few figures, each with the way that it went while somebody looked at this page, kept over a reload.

import { keep, recall } from "../memory.js";
import { html, nothing } from "../render.js";
import { number, t } from "../texts.js";
import { chart } from "./chart.js";
import { LOOK_MS, lastOf } from "./looks.js";
import { pointOf, readMetrics } from "./metrics.js";

/** @typedef {import("./metrics.js").Point} Point */
/** @typedef {import("./metrics.js").Look} Look */

/** So many looks are kept: ten minutes. */
const KEPT = 120;
const MINUTES = (KEPT * LOOK_MS) / 60_000;
const PLACE = "figures";

export class Figures {
  constructor() {
    /** Whether the figures can be had: a server may keep them for a network of its own. */
    this.isThere = true;
    /** @type {{points: Point[], last: Look | null}} */
    this.seen = JSON.parse(recall("session", PLACE) ?? '{"points":[],"last":null}');
  }

  async look() {
    if (!this.isThere) return;
    const answer = await fetch("/metrics").catch(() => null);
    // Without a network the next look asks again.
    if (!answer) return;
    this.isThere = answer.ok && (answer.headers.get("content-type") ?? "").startsWith("text/plain");
    if (!this.isThere) return;
    const look = readMetrics(await answer.text(), Date.now());
    const { points, last } = this.seen;
    this.seen = { points: lastOf([...points, pointOf(look, last)], KEPT, look.at), last: look };
    keep("session", PLACE, JSON.stringify(this.seen));
  }

  template() {
    const { points } = this.seen;
    if (!this.isThere || !points.length) return nothing;
    // What is counted in whole things is named after how many there are.
    const { online: people = 0, rooms = 0 } = points.at(-1) ?? {};
    return html`<section class="stack-close"><h2>${t("admin.figures")}</h2>
      <ul class="figures">
        ${this.#figure(t("admin.figure_online"), t("admin.figure_online_unit", { count: people }), points.map(({ at, online }) => ({ at, value: online })), 0)}
        ${this.#figure(t("admin.figure_rooms"), t("admin.figure_rooms_unit", { count: rooms }), points.map(({ at, rooms }) => ({ at, value: rooms })), 0)}
        ${this.#figure(t("admin.figure_calls"), t("admin.figure_calls_unit"), points.map(({ at, calls }) => ({ at, value: calls })), 1)}
        ${this.#figure(t("admin.figure_p99"), t("admin.figure_p99_unit"), points.map(({ at, p99 }) => ({ at, value: p99 })), 2)}
        ${this.#figure(t("admin.figure_faults"), t("admin.figure_faults_unit"), points.map(({ at, faults }) => ({ at, value: faults })), 0)}
        ${this.#figure(t("admin.figure_memory"), t("admin.figure_memory_unit"), points.map(({ at, memory }) => ({ at, value: memory })), 0)}
      </ul><p class="quiet">${t("admin.figures_help", { minutes: MINUTES })}</p></section>`;
  }

  /**
   * @param {string} name
   * @param {string} unit
   * @param {import("./chart.js").Point[]} points oldest first
   * @param {number} digits behind the point
   */
  #figure(name, unit, points, digits) {
    const values = points.flatMap(({ value }) => value ?? []);
    const written = (/** @type {number | undefined} */ value) => (value === undefined ? "–" : number(Number(value.toFixed(digits))));
    return html`<li class="card figure"><p class="quiet">${name}</p>
      <p><strong class="tabular">${written(values.at(-1))}</strong> <span class="quiet">${unit}</span></p>
      ${chart(points)}
      ${values.length ? html`<p class="quiet tabular">${t("admin.figure_most", { most: written(Math.max(...values)) })}</p>` : nothing}</li>`;
  }
}
