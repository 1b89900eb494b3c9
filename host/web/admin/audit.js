// Who did what to the plugins of the server, newest first, back to the beginning.

import { attempt } from "../attempt.js";
import { html, live, nothing } from "../render.js";
import { dayAndTime, t } from "../texts.js";
import { deedTemplate, doer, doerTemplate, isPerson, others, whoIs } from "./deed.js";

/** @typedef {import("./deed.js").Line} Line */
/** @typedef {{plugin: string, who: string}} Fits which lines are shown; empty where it does not matter */

const PAGE = 50;
/** A line's `who` is no longer than this. */
const WHO_MAX = 64;

export class Audit {
  /**
   * @param {import("../client/hezi-client.js").Hezi} hezi
   * @param {() => void} changed
   */
  constructor(hezi, changed) {
    this.hezi = hezi;
    this.changed = changed;
    /** @type {Fits} */
    this.fits = { plugin: "", who: "" };
    /** @type {Line[]} */
    this.lines = [];
    /** Where the log goes on backward, if it does. */
    this.next = "";
    /** Whether the end of the log was looked at for what fits. */
    this.isRead = false;
    /** Who did something, with their names, and to which plugins, as far as that was seen: what can be chosen from. */
    /** @type {Map<string, string>} */
    this.doers = new Map();
    /** @type {Set<string>} */
    this.plugins = new Set();
  }

  /** Learns what happened since the last look; what was read back to stays. */
  async look() {
    const { fits } = this;
    const { audit, next = "" } = await this.#page();
    // Whoever has chosen something else has looked for it.
    if (fits !== this.fits) return;
    const known = audit.findIndex((/** @type {Line} */ line) => isSame(line, this.lines[0]));
    // More came between two looks than a page has: the log is read from its end anew.
    if (!this.isRead || (known < 0 && audit.length === PAGE)) Object.assign(this, { lines: audit, next, isRead: true });
    else this.lines.unshift(...(known < 0 ? audit : audit.slice(0, known)));
  }

  /**
   * A page of what fits, with fewer lines than it may have where the server has looked at many.
   * @param {string} [before]
   * @returns {Promise<{audit: Line[], next?: string}>}
   */
  async #page(before = "") {
    const asked = Object.entries({ limit: String(PAGE), before, ...this.fits }).filter(([, value]) => value);
    const page = await this.hezi.call("GET", `/api/admin/audit?${new URLSearchParams(asked)}`);
    for (const { who, who_name, deed } of /** @type {Line[]} */ (page.audit)) {
      if (isPerson(who)) this.doers.set(who, who_name ?? this.doers.get(who) ?? "");
      if (deed?.plugin) this.plugins.add(deed.plugin);
    }
    return page;
  }

  async #older() {
    const { fits } = this;
    await attempt(async () => {
      const { audit, next = "" } = await this.#page(this.next);
      if (fits !== this.fits) return;
      this.lines.push(...audit);
      this.next = next;
    });
    this.changed();
  }

  /** @param {Partial<Fits>} choice */
  async #choose(choice) {
    const { fits: before, lines, next, isRead } = this;
    const fits = { ...before, ...choice };
    Object.assign(this, { fits, lines: [], next: "", isRead: false });
    this.changed();
    // What cannot be asked for was not chosen.
    if (!(await attempt(() => this.look())) && fits === this.fits) Object.assign(this, { fits: before, lines, next, isRead });
    this.changed();
  }

  /**
   * @param {(plugin: string) => string} titleOf what a plugin is called
   * @param {string[]} plugins those that there are
   */
  template(titleOf, plugins) {
    const isChosen = this.fits.plugin !== "" || this.fits.who !== "";
    if (!this.lines.length && !isChosen) return nothing;
    return html`<section class="stack-close"><h2 tabindex="-1">${t("admin.audit")}</h2>
      ${this.#choiceTemplate(titleOf, plugins)}
      ${this.lines.length ? html`<ol class="card audit">${this.lines.map((line) => lineTemplate(line, titleOf))}</ol>` : html`<p class="quiet" role="status">${this.#emptyText()}</p>`}
      ${this.next ? html`<button class="button quiet-button" @click=${() => this.#older()}>${t("admin.older")}</button>` : nothing}</section>`;
  }

  /** @param {string} typed an id, or a name that one person has alone */
  #whoIs(typed) {
    const named = [...this.doers].filter(([, name]) => name && name === typed);
    return named.length === 1 && !this.doers.has(typed) ? named[0][0] : whoIs(typed);
  }

  #emptyText() {
    if (!this.isRead) return t("loading");
    return this.next ? t("admin.audit_none_yet") : t("admin.audit_none");
  }

  /**
   * @param {(plugin: string) => string} titleOf
   * @param {string[]} plugins
   */
  #choiceTemplate(titleOf, plugins) {
    const { fits } = this;
    const names = [...new Set([...plugins, ...this.plugins])].sort();
    const value = (/** @type {Event} */ event) => /** @type {HTMLInputElement | HTMLSelectElement} */ (event.target).value.trim();
    return html`<form class="row audit-choice" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <label class="field"><span class="field-label">${t("admin.audit_plugin")}</span>
        <select class="input" name="plugin" @change=${(/** @type {Event} */ event) => this.#choose({ plugin: value(event) })}>
          <option value="" .selected=${live(fits.plugin === "")}>${t("admin.audit_any")}</option>
          ${names.map((name) => html`<option value=${name} .selected=${live(name === fits.plugin)}>${titleOf(name)}</option>`)}</select></label>
      <label class="field"><span class="field-label">${t("admin.audit_who")}</span>
        <input class="input" name="who" list="doers" maxlength=${WHO_MAX} autocomplete="off" autocapitalize="none" spellcheck="false" placeholder=${t("admin.audit_anybody")}
          .value=${live(doer(fits.who))} @change=${(/** @type {Event} */ event) => this.#choose({ who: this.#whoIs(value(event)) })}></label>
      <datalist id="doers">${others().map((name) => html`<option value=${name}></option>`)}${[...this.doers].map(([id, name]) => html`<option value=${id} label=${name || id}></option>`)}</datalist></form>`;
  }
}

/**
 * @param {Line} line
 * @param {(plugin: string) => string} titleOf
 */
function lineTemplate(line, titleOf) {
  return html`<li><time class="quiet tabular" datetime=${line.at}>${dayAndTime(line.at)}</time>
    <span class="pill">${doerTemplate(line)}</span><span class="grow">${deedTemplate(line, titleOf)}</span></li>`;
}

/**
 * @param {Line} line
 * @param {Line | undefined} other
 */
function isSame(line, other) {
  return line.at === other?.at && line.who === other.who && line.what === other.what;
}
