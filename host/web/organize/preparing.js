// The form by which an activity is prepared: a new one, one like another, or one that waits in the queue and is changed.

import { attempt } from "../attempt.js";
import * as icons from "../icons.js";
import { html, live, nothing } from "../render.js";
import { Submission } from "../schema/submission.js";
import { t } from "../texts.js";
import { Begun } from "./begun.js";

/** @typedef {import("./activities.js").Plugin} Plugin */
/** @typedef {{config?: object, anonymous?: boolean, revises?: {id: string, title: string}, repeats?: string}} Beginning what stands in the form at first, and which activity it changes, or is made after */
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
  constructor(meeting, plugin, { config, anonymous = false, revises, repeats }, tell) {
    this.meeting = meeting;
    this.plugin = plugin;
    this.revises = revises;
    this.tell = tell;
    this.submission = new Submission(plugin.config_schema, () => this.#changed(), config);
    this.anonymous = anonymous;
    /** Where what is typed is kept, until it is sent or given up. */
    /** @type {Begun | null} */
    this.begun = new Begun(meeting, revises?.id ?? (repeats ? `${repeats}.again` : plugin.name));
    /** What the server had when that was begun, and how the form stood then. */
    this.from = JSON.stringify(config ?? null);
    this.untouched = this.#typed();
    /** What another organizer has done with the activity meanwhile: nobody's work is to be lost without a word. */
    /** @type {"" | "revised" | "opened" | "discarded"} */
    this.news = "";
    this.#goOn(this.begun);
  }

  /**
   * Goes on where somebody was before the page was loaded anew.
   * @param {Begun} begun
   */
  #goOn(begun) {
    const content = begun.content(this.plugin.version);
    if (!content) return;
    this.submission.form.value = content.value;
    Object.assign(this.submission, { sent: content.sent, key: content.key });
    if (content.from !== this.from) this.news = "revised";
    Object.assign(this, { anonymous: content.anonymous, from: content.from });
  }

  /** What stands in it, as a text. */
  #typed() {
    return JSON.stringify([this.submission.form.value, this.anonymous]);
  }

  #changed() {
    const { anonymous, begun, from, plugin, submission } = this;
    const { form, key, sent } = submission;
    if (this.#typed() === this.untouched && !sent) begun?.forget();
    else begun?.keep({ version: plugin.version, from, value: form.value, anonymous, sent, key });
    this.tell.changed();
  }

  /**
   * @param {import("../room/meeting.js").Activity | null} made nothing where it was given up
   * @param {boolean} isOpen
   */
  #end(made, isOpen) {
    this.begun?.forget();
    this.begun = null;
    this.tell.done(made, isOpen);
  }

  /**
   * Something happened to an activity.
   * @param {{id: string}} activity
   * @param {string} change
   */
  hear({ id }, change) {
    if (id !== this.revises?.id || this.submission.sending || !["revised", "opened", "discarded"].includes(change)) return;
    this.#tell(/** @type {"revised" | "opened" | "discarded"} */ (change));
  }

  /** @param {"revised" | "opened" | "discarded"} news */
  #tell(news) {
    this.news = news;
    // There is nothing to change any more: what was typed can become another one.
    if (news !== "revised") this.#leave();
    this.#changed();
  }

  #leave() {
    this.begun?.forget();
    // Not in the place of a new one: somebody may have begun that, too.
    this.begun = new Begun(this.meeting, `${this.revises?.id}.again`);
    this.revises = undefined;
    Object.assign(this, { from: "null", untouched: "" });
  }

  /** Takes what the other one has saved, in place of what was typed. */
  async #take() {
    const { id = "" } = this.revises ?? {};
    await attempt(async () => {
      const { config } = await this.meeting.hezi.call("GET", `/api/activities/${id}/config`);
      this.submission.begin(config);
      Object.assign(this, { from: JSON.stringify(config), untouched: this.#typed(), news: "" });
    });
    this.#changed();
  }

  #newsTemplate() {
    const { news } = this;
    return html`<div role="status">${news ? html`<p class="notice"><span class="grow">${NEWS[news]()}</span>
      ${news === "revised" ? html`<button type="button" class="link" @click=${() => this.#take()}>${t("fields.take")}</button>` : nothing}</p>` : nothing}</div>`;
  }

  template() {
    const { plugin, revises, submission } = this;
    return submission.template({
      head: html`<div class="row"><button type="button" class="icon-button" aria-label=${t("back")} @click=${() => this.#end(null, false)}>${icons.back}</button>
        <h3 dir="auto">${revises ? revises.title : plugin.title}</h3></div>
      ${this.#newsTemplate()}`,
      more: plugin.allows_anonymous ? this.#anonymity() : nothing,
      buttons: html`<div class="row">${revises ? nothing : html`<button type="button" class="button quiet-button grow" ?disabled=${submission.sending} @click=${() => this.#send(false)}>${t("organize.queue")}</button>`}
        <button class="button grow" ?disabled=${submission.sending}>${t(revises ? "save" : "organize.open_now")}</button></div>`,
      send: () => this.#send(!revises),
    });
  }

  /** Whether it is anonymous is settled when it is made. */
  #anonymity() {
    if (this.revises) return this.anonymous ? html`<p class="quiet">${t("organize.is_anonymous")}</p>` : nothing;
    const choose = (/** @type {Event} */ event) => {
      this.anonymous = /** @type {HTMLInputElement} */ (event.target).checked;
      this.#changed();
    };
    return html`<div class="field"><label class="tick"><input type="checkbox" role="switch" name="anonymous" .checked=${live(this.anonymous)} @change=${choose}>
      <span>${t("organize.anonymous")}</span></label><p class="field-help">${t("organize.anonymous_help")}</p></div>`;
  }

  /** @param {boolean} open */
  async #send(open) {
    const { meeting, revises, submission } = this;
    const config = submission.form.config();
    const anonymous = this.anonymous ? { anonymous: true } : {};
    const body = revises ? { config } : { plugin: this.plugin.name, config, open, ...anonymous };
    const [method, path] = revises ? ["PUT", `/api/activities/${revises.id}/config`] : ["POST", `${meeting.path}/activities`];
    const request = async (/** @type {string} */ key) => this.#end(await meeting.hezi.call(method, path, body, { key }), open);
    await submission.send(body, request, (code) => this.#isNews(code));
  }

  /**
   * Whether a refusal tells of what another organizer has done.
   * @param {string} code
   */
  #isNews(code) {
    if (code === "unknown_plugin") this.tell.stale();
    // They were faster by a moment, and the word of it is still on its way.
    if (!this.revises || !["wrong_phase", "unknown_activity"].includes(code)) return false;
    this.#tell(code === "wrong_phase" ? "opened" : "discarded");
    return true;
  }
}
