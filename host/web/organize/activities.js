// Activities, for organizers: a new one from its form, the queue of prepared ones, what is open, and what is over.

import { attempt } from "../attempt.js";
import { ask, closeSheet, hint } from "../dialogs.js";
import { newId } from "../client/hezi-client.js";
import * as icons from "../icons.js";
import { sentence } from "../problems.js";
import { html, live, nothing } from "../render.js";
import { reportLinks } from "../room/past.js";
import { phasePill } from "../room/stage.js";
import { SchemaForm } from "../schema/form.js";
import { t } from "../texts.js";
import { Results } from "./results.js";
import { Schedule, scheduledTemplate } from "./schedule.js";
import { wallButton } from "./wall.js";

/** @typedef {{name: string, title: string, summary?: string, config_schema: any, allows_anonymous?: boolean}} Plugin */

export class Activities {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {() => void} changed
   * @param {(activity: string) => void} show
   */
  constructor(meeting, changed, show) {
    this.meeting = meeting;
    this.changed = changed;
    this.show = show;
    /** @type {Plugin[] | null} */
    this.plugins = null;
    /** @type {{plugin: Plugin, form: SchemaForm, anonymous: boolean, key: string, refusal: string, sending: boolean} | null} */
    this.making = null;
    this.schedule = new Schedule(meeting, changed);
    this.results = new Results(meeting, changed);
    document.addEventListener("language", () => this.load());
  }

  async load() {
    await attempt(async () => {
      this.plugins = (await this.meeting.hezi.call("GET", "/api/plugins")).plugins;
    });
    this.changed();
  }

  template() {
    return this.making ? this.#form() : this.#lists();
  }

  #lists() {
    const group = (/** @type {"draft" | "open" | "closed"} */ phase) => {
      const list = this.meeting.inPhase(phase);
      // What was opened last is what a host has in mind.
      if (phase === "open") list.reverse();
      return list.length ? html`<section class="stack-close"><h3>${t(`organize.${phase}`)}</h3><ul class="stack-close">${list.map((one) => this.#item(one))}</ul></section>` : nothing;
    };
    return html`${group("open")}${group("draft")}
      <section class="stack-close"><h3>${t("organize.new")}</h3>
        ${this.plugins === null ? html`<p class="quiet">${t("loading")}</p>` : html`<ul class="tiles">${this.plugins.map((plugin) => this.#tile(plugin))}</ul>`}
      </section>
      ${group("closed")}`;
  }

  /**
   * What a host does about the stage, one tap away: end what is there, begin what was prepared next.
   * @param {import("../room/meeting.js").Activity} activity on the stage
   */
  onStage(activity) {
    const next = this.meeting.inPhase("draft")[0];
    if (activity.phase !== "open" && !next) return nothing;
    return html`<div class="row stage-host">
      ${activity.phase === "open" ? html`<button class="button quiet-button small-button" @click=${() => this.#close(activity)}>${t("organize.close_now")}</button>` : nothing}
      ${next ? html`<button class="button quiet-button small-button stage-next" dir="auto" @click=${() => this.#step(next.id, "open")}>${t("organize.next", { title: next.title })}</button>` : nothing}
    </div>`;
  }

  /** @param {Plugin} plugin */
  #tile(plugin) {
    return html`<li><button class="tile" @click=${() => this.#begin(plugin)}><strong dir="auto">${plugin.title}</strong>
      ${plugin.summary ? html`<span class="quiet" dir="auto">${plugin.summary}</span>` : nothing}</button></li>`;
  }

  /** @param {import("../room/meeting.js").Activity} activity */
  #item(activity) {
    const { id, phase } = activity;
    return html`<li class="queue-item">
      <p class="row-apart"><span class="grow" dir="auto">${activity.title || activity.plugin}</span>${phasePill(activity)}</p>
      ${scheduledTemplate(activity)}
      <div class="row">
        ${phase === "draft" ? html`<button class="button small-button" @click=${() => this.#step(id, "open")}>${t("organize.open_now")}</button>` : nothing}
        ${phase === "open" ? html`<button class="button quiet-button small-button" @click=${() => (closeSheet("organize"), this.show(id))}>${t("organize.look")}</button>
          <button class="button danger-button small-button" @click=${() => this.#close(activity)}>${t("organize.close_now")}</button>` : nothing}
        ${phase === "draft" ? nothing : wallButton(this.meeting, id)}
        ${phase === "closed" ? reportLinks(id) : nothing}
      </div>
      ${this.schedule.template(activity)}${phase === "draft" ? nothing : this.results.template(activity)}</li>`;
  }

  /** @param {import("../room/meeting.js").Activity} activity */
  async #close(activity) {
    if (await ask(t("organize.close_question", { title: activity.title }), t("organize.close_now"), true)) this.#step(activity.id, "close");
  }

  /**
   * @param {string} id
   * @param {"open" | "close"} step
   */
  async #step(id, step) {
    try {
      this.meeting.show(await this.meeting.hezi.call("POST", `/api/activities/${id}/${step}`));
      if (step !== "open") return;
      // Whoever opens it wants to see it: the panel lies over the stage.
      closeSheet("organize");
      this.show(id);
    } catch (error) {
      // Two organizers pressed at the same moment: what is there now is what was wanted.
      this.meeting.refreshSoon(id, 0);
      const { code } = /** @type {{code?: string}} */ (error);
      hint(code === "wrong_phase" ? t(step === "open" ? "organize.open_before" : "organize.close_before") : sentence(error));
    }
  }

  /** @param {Plugin} plugin */
  #begin(plugin) {
    this.making = { plugin, form: new SchemaForm(plugin.config_schema, this.changed), anonymous: false, key: newId(), refusal: "", sending: false };
    this.changed();
  }

  #form() {
    const making = /** @type {NonNullable<Activities["making"]>} */ (this.making);
    const back = () => ((this.making = null), this.changed());
    return html`<form class="stack" novalidate @submit=${(/** @type {Event} */ event) => (event.preventDefault(), this.#make(true))}>
      <div class="row"><button type="button" class="icon-button" aria-label=${t("back")} @click=${back}>${icons.back}</button>
        <h3 dir="auto">${making.plugin.title}</h3></div>
      ${making.form.template()}
      ${making.plugin.allows_anonymous ? this.#anonymity(making) : nothing}
      ${making.refusal ? html`<p class="refusal" role="alert">${making.refusal}</p>` : nothing}
      <div class="row"><button type="button" class="button quiet-button grow" ?disabled=${making.sending} @click=${() => this.#make(false)}>${t("organize.queue")}</button>
        <button class="button grow" ?disabled=${making.sending}>${t("organize.open_now")}</button></div>
    </form>`;
  }

  /** @param {{anonymous: boolean}} making */
  #anonymity(making) {
    const choose = (/** @type {Event} */ event) => (making.anonymous = /** @type {HTMLInputElement} */ (event.target).checked);
    return html`<div class="field"><label class="tick"><input type="checkbox" role="switch" name="anonymous" .checked=${live(making.anonymous)} @change=${choose}>
      <span>${t("organize.anonymous")}</span></label><p class="field-help">${t("organize.anonymous_help")}</p></div>`;
  }

  /** @param {boolean} open */
  async #make(open) {
    const making = /** @type {NonNullable<Activities["making"]>} */ (this.making);
    Object.assign(making, { sending: true, refusal: "" });
    this.changed();
    try {
      const anonymous = making.anonymous ? { anonymous: true } : {};
      const body = { plugin: making.plugin.name, config: making.form.config(), open, ...anonymous };
      const made = await this.meeting.hezi.call("POST", `${this.meeting.path}/activities`, body, { key: making.key });
      this.meeting.show(made);
      this.making = null;
      if (open) {
        closeSheet("organize");
        this.show(made.id);
      }
    } catch (error) {
      // Another attempt is another request, unless nobody knows what became of this one.
      const { code, message } = /** @type {{code?: string, message: string}} */ (error);
      if (code !== "offline") making.key = newId();
      making.refusal = code === "invalid" ? making.form.refuse(message) : sentence(error);
      // The list of what can be made was an old one.
      if (code === "unknown_plugin") this.load();
      requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector("#organize [role=alert]")?.scrollIntoView({ block: "center" })));
    }
    making.sending = false;
    this.changed();
  }
}
