// The form by which an activity is prepared: a new one, one like another, or one that waits in the queue and is changed.
//
// Invariant: what is sent again because nobody knows what became of it is the same request, and done once.

import { attempt } from "../attempt.js";
import { newId } from "../client/hezi-client.js";
import * as icons from "../icons.js";
import { sentence } from "../problems.js";
import { html, live, nothing } from "../render.js";
import { SchemaForm } from "../schema/form.js";
import { t } from "../texts.js";

/** @typedef {import("./activities.js").Plugin} Plugin */
/** @typedef {{config?: object, anonymous?: boolean, revises?: {id: string, title: string}}} Beginning what stands in the form at first, and which activity it changes */
/** @typedef {{changed: () => void, done: (made: import("../room/meeting.js").Activity | null, isOpen: boolean) => void, stale: () => void}} Tell */

const NEWS = {
  revised: () => t("organize.news_revised"),
  opened: () => t("organize.news_opened"),
  discarded: () => t("organize.news_discarded"),
};

export class Preparing {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {Plugin} plugin
   * @param {Beginning} beginning
   * @param {Tell} tell whoever began it: something changed, it is done or given up, the list of plugins is an old one
   */
  constructor(meeting, plugin, { config, anonymous = false, revises }, tell) {
    this.meeting = meeting;
    this.plugin = plugin;
    this.revises = revises;
    this.tell = tell;
    this.form = new SchemaForm(plugin.config_schema, tell.changed, config);
    this.anonymous = anonymous;
    this.key = "";
    /** What was sent under that key, as long as nobody knows what became of it. */
    this.sent = "";
    this.refusal = "";
    this.sending = false;
    /** What another organizer has done with the activity meanwhile: nobody's work is to be lost without a word. */
    /** @type {"" | "revised" | "opened" | "discarded"} */
    this.news = "";
  }

  /**
   * Something happened to an activity.
   * @param {{id: string}} activity
   * @param {string} change
   */
  hear({ id }, change) {
    if (id !== this.revises?.id || this.sending || !["revised", "opened", "discarded"].includes(change)) return;
    this.#tell(/** @type {"revised" | "opened" | "discarded"} */ (change));
  }

  /** @param {"revised" | "opened" | "discarded"} news */
  #tell(news) {
    this.news = news;
    // There is nothing to change any more: what was typed can become another one.
    if (news !== "revised") this.revises = undefined;
    this.tell.changed();
  }

  /** Takes what the other one has saved, in place of what was typed. */
  async #take() {
    const { id = "" } = this.revises ?? {};
    await attempt(async () => {
      const { config } = await this.meeting.hezi.call("GET", `/api/activities/${id}/config`);
      this.form = new SchemaForm(this.plugin.config_schema, this.tell.changed, config);
      this.news = "";
    });
    this.tell.changed();
  }

  #newsTemplate() {
    const { news } = this;
    return html`<div role="status">${news ? html`<p class="notice"><span class="grow">${NEWS[news]()}</span>
      ${news === "revised" ? html`<button type="button" class="link" @click=${() => this.#take()}>${t("fields.take")}</button>` : nothing}</p>` : nothing}</div>`;
  }

  template() {
    const { plugin, revises } = this;
    return html`<form class="stack" novalidate @submit=${(/** @type {Event} */ event) => (event.preventDefault(), this.#send(!revises))}>
      <div class="row"><button type="button" class="icon-button" aria-label=${t("back")} @click=${() => this.tell.done(null, false)}>${icons.back}</button>
        <h3 dir="auto">${revises ? revises.title : plugin.title}</h3></div>
      ${this.#newsTemplate()}
      ${this.form.template()}
      ${plugin.allows_anonymous ? this.#anonymity() : nothing}
      ${this.refusal ? html`<p class="refusal" role="alert">${this.refusal}</p>` : nothing}
      <div class="row">${revises ? nothing : html`<button type="button" class="button quiet-button grow" ?disabled=${this.sending} @click=${() => this.#send(false)}>${t("organize.queue")}</button>`}
        <button class="button grow" ?disabled=${this.sending}>${t(revises ? "save" : "organize.open_now")}</button></div>
    </form>`;
  }

  /** Whether it is anonymous is settled when it is made. */
  #anonymity() {
    if (this.revises) return this.anonymous ? html`<p class="quiet">${t("organize.is_anonymous")}</p>` : nothing;
    const choose = (/** @type {Event} */ event) => (this.anonymous = /** @type {HTMLInputElement} */ (event.target).checked);
    return html`<div class="field"><label class="tick"><input type="checkbox" role="switch" name="anonymous" .checked=${live(this.anonymous)} @change=${choose}>
      <span>${t("organize.anonymous")}</span></label><p class="field-help">${t("organize.anonymous_help")}</p></div>`;
  }

  /** @param {boolean} open */
  async #send(open) {
    Object.assign(this, { sending: true, refusal: "" });
    this.tell.changed();
    try {
      this.tell.done(await this.#request(open), open);
    } catch (error) {
      this.#refused(error);
    }
    this.sending = false;
    this.tell.changed();
  }

  /** @param {boolean} open */
  #request(open) {
    const { meeting, revises } = this;
    const config = this.form.config();
    const anonymous = this.anonymous ? { anonymous: true } : {};
    const body = revises ? { config } : { plugin: this.plugin.name, config, open, ...anonymous };
    const text = JSON.stringify(body);
    // The same once more is the same request; anything else is another one.
    if (this.sent !== text) Object.assign(this, { sent: text, key: newId() });
    const [method, path] = revises ? ["PUT", `/api/activities/${revises.id}/config`] : ["POST", `${meeting.path}/activities`];
    return meeting.hezi.call(method, path, body, { key: this.key });
  }

  /** @param {unknown} error */
  #refused(error) {
    const { code } = /** @type {{code?: string}} */ (error);
    // Another attempt is another request, unless nobody knows what became of this one.
    if (code !== "offline") this.sent = "";
    // Another organizer was faster by a moment, and the word of it is still on its way.
    if (this.revises && code === "wrong_phase") return this.#tell("opened");
    if (this.revises && code === "unknown_activity") return this.#tell("discarded");
    this.refusal = code === "invalid" ? this.form.refuse(error) : sentence(error);
    if (code === "unknown_plugin") this.tell.stale();
    requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector("#organize [role=alert]")?.scrollIntoView({ block: "center" })));
  }
}
