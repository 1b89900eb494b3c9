// The form by which an activity is prepared: a new one, one like another, or one that waits in the queue and is changed.

import { attempt } from "../attempt.js";
import { hint } from "../dialogs.js";
import * as icons from "../icons.js";
import { html, live, nothing } from "../render.js";
import { carried } from "../schema/carry.js";
import { SchemaForm } from "../schema/form.js";
import { isSame } from "../schema/same.js";
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
    /** What would be sent of a form into which nobody has typed. */
    this.first = new SchemaForm(plugin.config_schema, () => {}).config();
    /** What had no place in this form of what was typed into that of another version; nothing where there was no other one. */
    /** @type {string[] | null} */
    this.lost = null;
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
    const content = begun.content();
    if (!content) return;
    const saved = content.sent ? JSON.parse(content.sent).config : null;
    // The answer was lost, and what the server has now is what was sent: nobody else has saved.
    const isOwn = this.revises !== undefined && saved !== null && isSame(saved, JSON.parse(this.from));
    if (isOwn && isSame(saved, content.config)) return begun.forget();
    this.anonymous = content.anonymous;
    if (content.version === this.plugin.version) this.submission.form.value = content.value;
    else this.#carry(content);
    if (isOwn) return;
    // What somebody else has saved since is replaced by another request, and not by the first one once more.
    if (content.from !== this.from) this.news = "revised";
    else this.submission.goOn(content);
    this.from = content.from;
  }

  /**
   * Brings what was typed into the form of another version into this one.
   * @param {import("./begun.js").Content} content
   */
  #carry({ config, first }) {
    const { config: fitting, lost } = carried(config, first, this.plugin.config_schema);
    this.submission.begin(fitting);
    const isNamed = this.anonymous && !this.revises && !this.plugin.allows_anonymous;
    if (isNamed) this.anonymous = false;
    this.lost = isNamed ? [...lost, t("organize.anonymous")] : lost;
  }

  /** What stands in it, as a text. */
  #typed() {
    return JSON.stringify([this.submission.form.value, this.anonymous]);
  }

  #changed() {
    const { anonymous, begun, first, from, plugin, submission } = this;
    const { form, key, sent } = submission;
    if (this.#typed() === this.untouched && !sent) begun?.forget();
    else begun?.keep({ version: plugin.version, from, value: form.value, config: form.config(), first, anonymous, sent, key });
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
    if (change === "revised" && this.submission.sent) return void this.#learnWhose(JSON.parse(this.submission.sent).config);
    this.#tell(/** @type {"revised" | "opened" | "discarded"} */ (change));
  }

  /**
   * Somebody has saved the activity, and nobody knows what became of what was sent from here: that may have been it.
   * @param {object} sent
   */
  async #learnWhose(sent) {
    const there = await this.#saved().catch(() => null);
    // It was sent once more meanwhile: the answer to that says it.
    if (!this.submission.sent || this.submission.sending) return;
    if (!isSame(there, sent)) return this.#tell("revised");
    hint(t("saved"));
    if (isSame(this.submission.form.config(), sent)) return this.#end(null, false);
    this.from = JSON.stringify(there);
    this.submission.settle();
    this.#changed();
  }

  /** What the server has of it now. */
  async #saved() {
    return (await this.meeting.hezi.call("GET", `/api/activities/${this.revises?.id}/config`)).config;
  }

  /** @param {"revised" | "opened" | "discarded"} news */
  #tell(news) {
    this.news = news;
    this.submission.settle();
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
    await attempt(async () => {
      const config = await this.#saved();
      this.submission.begin(config);
      Object.assign(this, { from: JSON.stringify(config), untouched: this.#typed(), news: "" });
    });
    this.#changed();
  }

  #newsTemplate() {
    const { lost, news } = this;
    const said = lost && (lost.length ? t("organize.carried_but", { lost: lost.join(" · ") }) : t("organize.carried"));
    return html`<div class="stack-close" role="status">${said ? html`<p class="notice">${said}</p>` : nothing}${news ? html`<p class="notice"><span class="grow">${NEWS[news]()}</span>
      ${news === "revised" ? html`<button type="button" class="link" @click=${() => this.#take()}>${t("fields.take")}</button>` : nothing}</p>` : nothing}</div>`;
  }

  template() {
    const { plugin, revises, submission } = this;
    return submission.template({
      head: html`<div class="row"><button type="button" class="icon-button" aria-label=${t("back")} @click=${() => this.#end(null, false)}>${icons.back}</button>
        <h3 dir="auto">${revises ? revises.title : plugin.title}</h3></div>
      ${this.#newsTemplate()}`,
      more: plugin.allows_anonymous ? this.#anonymity() : nothing,
      buttons: html`<div class="row">${revises ? nothing : html`<button type="button" class="button quiet-button grow" aria-disabled=${submission.sending} @click=${() => this.#send(false)}>${t("organize.queue")}</button>`}
        <button class="button grow" aria-disabled=${submission.sending}>${t(revises ? "save" : "organize.open_now")}</button></div>`,
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
