// The form by which an activity is prepared: a new one, one like another, or one that waits in the queue and is changed.

import { attempt } from "../attempt.js";
import * as icons from "../icons.js";
import { html, live, nothing } from "../render.js";
import { Submission } from "../schema/submission.js";
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
    this.submission = new Submission(plugin.config_schema, tell.changed, config);
    this.anonymous = anonymous;
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
    if (id !== this.revises?.id || this.submission.sending || !["revised", "opened", "discarded"].includes(change)) return;
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
      this.submission.begin(config);
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
    const { plugin, revises, submission } = this;
    return submission.template({
      head: html`<div class="row"><button type="button" class="icon-button" aria-label=${t("back")} @click=${() => this.tell.done(null, false)}>${icons.back}</button>
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
    const choose = (/** @type {Event} */ event) => (this.anonymous = /** @type {HTMLInputElement} */ (event.target).checked);
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
    const request = async (/** @type {string} */ key) => this.tell.done(await meeting.hezi.call(method, path, body, { key }), open);
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
