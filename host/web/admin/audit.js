// Who did what to the plugins of the server, newest first, back to the beginning.

import { attempt } from "../attempt.js";
import { html, nothing } from "../render.js";
import { dayAndTime, t } from "../texts.js";
import { deedTemplate, doer } from "./deed.js";

/** @typedef {import("./deed.js").Line} Line */

const PAGE = 50;

export class Audit {
  /**
   * @param {import("../client/hezi-client.js").Hezi} hezi
   * @param {() => void} changed
   */
  constructor(hezi, changed) {
    this.hezi = hezi;
    this.changed = changed;
    /** @type {Line[]} */
    this.lines = [];
    /** Where the log goes on backward, if it does. */
    this.next = "";
  }

  /** Learns what happened since the last look; what was read back to stays. */
  async look() {
    const { audit, next = "" } = await this.hezi.call("GET", `/api/admin/audit?limit=${PAGE}`);
    const known = audit.findIndex((/** @type {Line} */ line) => isSame(line, this.lines[0]));
    // More came between two looks than a page has: the log is read from its end anew.
    if (known < 0) Object.assign(this, { lines: audit, next });
    else this.lines.unshift(...audit.slice(0, known));
  }

  async #older() {
    await attempt(async () => {
      const { audit, next = "" } = await this.hezi.call("GET", `/api/admin/audit?limit=${PAGE}&before=${encodeURIComponent(this.next)}`);
      this.lines.push(...audit);
      this.next = next;
    });
    this.changed();
  }

  /** @param {(plugin: string) => string} titleOf what a plugin is called */
  template(titleOf) {
    if (!this.lines.length) return nothing;
    return html`<section class="stack-close"><h2>${t("admin.audit")}</h2>
      <ol class="card audit">${this.lines.map((line) => lineTemplate(line, titleOf))}</ol>
      ${this.next ? html`<button class="button quiet-button" @click=${() => this.#older()}>${t("admin.older")}</button>` : nothing}</section>`;
  }
}

/**
 * @param {Line} line
 * @param {(plugin: string) => string} titleOf
 */
function lineTemplate(line, titleOf) {
  return html`<li><time class="quiet tabular" datetime=${line.at}>${dayAndTime(line.at)}</time>
    <span class="pill">${doer(line.who)}</span><span class="grow">${deedTemplate(line, titleOf)}</span></li>`;
}

/**
 * @param {Line} line
 * @param {Line | undefined} other
 */
function isSame(line, other) {
  return line.at === other?.at && line.who === other.who && line.what === other.what;
}
