// Activities, for organizers: the queue of prepared ones, what is open, what is over, and what a new one may be.

import { attempt } from "../attempt.js";
import { ask, closeSheet, hint, isOpen } from "../dialogs.js";
import { sentence } from "../problems.js";
import { html, nothing, onceDrawn, repeat } from "../render.js";
import { phasePill } from "../room/stage.js";
import { t } from "../texts.js";
import { Begun } from "./begun.js";
import { labelOf } from "./labels.js";
import { Preparing } from "./preparing.js";
import { Queue } from "./queue.js";
import { reportLinks } from "./reports.js";
import { Results } from "./results.js";
import { Schedule, scheduledTemplate } from "./schedule.js";
import { unfinished } from "./unfinished.js";
import { wallButton } from "./wall.js";

/** @typedef {{name: string, version: string, title: string, summary?: string, config_schema: any, allows_anonymous?: boolean, out_of_service?: boolean}} Plugin */

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
    /** @type {Preparing | null} */
    this.preparing = null;
    this.queue = new Queue(meeting);
    this.schedule = new Schedule(meeting, changed);
    this.results = new Results(meeting, changed);
    document.addEventListener("language", () => this.load());
    meeting.room.addEventListener("event", (event) => {
      const { kind, activity, change } = /** @type {CustomEvent} */ (event).detail;
      if (kind === "activity") this.preparing?.hear(activity, change);
    });
  }

  async load() {
    await attempt(async () => {
      this.plugins = (await this.meeting.hezi.call("GET", "/api/plugins")).plugins;
    });
    this.changed();
  }

  template() {
    return this.preparing ? this.preparing.template() : this.#lists();
  }

  #lists() {
    const group = (/** @type {"draft" | "open" | "closed"} */ phase) => {
      const list = this.meeting.inPhase(phase);
      // What was opened last is what a host has in mind.
      if (phase === "open") list.reverse();
      return list.length ? html`<section class="stack-close"><h3>${t(`organize.${phase}`)}</h3><ul class="stack-close">${repeat(list, (one) => one.id, (one, at) => this.#item(one, at))}</ul></section>` : nothing;
    };
    return html`${group("open")}${group("draft")}
      <section class="stack-close"><h3>${t("organize.new")}</h3>
        ${this.plugins === null ? html`<p class="quiet">${t("loading")}</p>` : html`<ul class="tiles">${this.plugins.map((plugin) => this.#tile(plugin))}</ul>`}
      </section>
      ${group("closed")}`;
  }

  /**
   * What a host does about the stage, one tap away: end what is there, take what came of it, begin what was prepared next, or
   * something new.
   * @param {import("../room/meeting.js").Activity} activity on the stage
   * @param {() => void} look opens the panel with all kinds of activities
   */
  onStage(activity, look) {
    const next = this.meeting.inPhase("draft")[0];
    const isRunning = activity.phase === "open";
    return html`<div class="row stage-host">
      ${isRunning ? deed(activity, "quiet-button", t("organize.close_now"), () => this.#close(activity)) : nothing}
      ${next ? html`<button class="button quiet-button small-button stage-next" dir="auto" @click=${() => this.#step(next.id, "open")}>${t("organize.next", { title: next.title })}</button>` : nothing}
      ${isRunning || next ? nothing : html`<button class="button quiet-button small-button" @click=${look}>${t("organize.new")}</button>`}
      ${isRunning ? nothing : reportLinks(activity)}
    </div>`;
  }

  /** @param {Plugin} plugin */
  #tile(plugin) {
    const isOut = plugin.out_of_service ?? false;
    return html`<li><button class="tile" ?disabled=${isOut} @click=${() => this.#begin(plugin)}><strong dir="auto">${plugin.title}</strong>${isOut ? html`<span class="pill bad">${t("phase.faulted")}</span>` : this.#begunPill(plugin.name)}
      ${plugin.summary ? html`<span class="quiet" dir="auto">${plugin.summary}</span>` : nothing}</button></li>`;
  }

  /**
   * That somebody has begun a form and not sent it.
   * @param {string} what
   */
  #begunPill(what) {
    return new Begun(this.meeting, what).content() ? html`<span class="pill">${t("organize.begun")}</span>` : nothing;
  }

  /**
   * @param {import("../room/meeting.js").Activity} activity
   * @param {number} at its place among those in its phase
   */
  #item(activity, at) {
    const { id, phase } = activity;
    return html`<li class="queue-item">
      <p class="row-apart"><span class="grow" dir="auto">${nameOf(activity)}</span>${phase === "draft" ? this.#begunPill(id) : nothing}${phasePill(activity)}</p>
      ${scheduledTemplate(activity)}
      <div class="row">
        ${phase === "draft" ? this.#prepared(activity, at) : nothing}
        ${phase === "open" ? html`${deed(activity, "quiet-button", t("organize.look"), () => (closeSheet("organize"), this.show(id)))}
          ${deed(activity, "danger-button", t("organize.close_now"), () => this.#close(activity))}` : nothing}
        ${phase === "draft" ? nothing : wallButton(this.meeting, id, nameOf(activity))}
        ${phase === "closed" ? html`${reportLinks(activity)}${deed(activity, "quiet-button", t("organize.once_more"), () => this.#revise(activity, true))}` : nothing}
      </div>
      ${this.schedule.template(activity)}${phase === "draft" ? nothing : this.results.template(activity)}</li>`;
  }

  /**
   * What is done with one that is prepared.
   * @param {import("../room/meeting.js").Activity} activity
   * @param {number} at
   */
  #prepared(activity, at) {
    const { id, title } = activity;
    return html`${deed(activity, "", t("organize.open_now"), () => this.#step(id, "open"))}
      ${deed(activity, "quiet-button", t("organize.revise"), () => this.#revise(activity, false))}
      ${deed(activity, "quiet-button", t("organize.discard"), () => this.#discard(activity))}
      ${at ? html`<button class="icon-button item-up" aria-label=${t("organize.raise", { title })} @click=${(/** @type {Event} */ event) => this.#raise(event, id)}>↑</button>` : nothing}`;
  }

  /** @param {import("../room/meeting.js").Activity} activity */
  async #close(activity) {
    const { title } = activity;
    const figures = unfinished(activity);
    const question = figures ? t("organize.close_unfinished", { title, figures }) : t("organize.close_question", { title });
    if (await ask(question, t("organize.close_now"), true)) this.#step(activity.id, "close");
  }

  /**
   * @param {string} id
   * @param {"open" | "close"} step
   */
  async #step(id, step) {
    try {
      const made = await this.meeting.hezi.call("POST", `/api/activities/${id}/${step}`);
      this.meeting.show(made);
      if (step === "open") this.#toStage(made);
    } catch (error) {
      // Two organizers pressed at the same moment: what is there now is what was wanted.
      this.meeting.refreshSoon(id, 0);
      const { code } = /** @type {{code?: string}} */ (error);
      hint(code === "wrong_phase" ? t(step === "open" ? "organize.open_before" : "organize.close_before") : sentence(error));
    }
  }

  /**
   * Whoever opens one wants to see it: the panel lies over the stage. The cursor goes there too, if it was in the panel. What was
   * opened before goes on; to end it is one tap away, for nothing would otherwise remind anybody.
   * @param {import("../room/meeting.js").Activity} activity
   */
  #toStage({ id, title }) {
    const isInFront = isOpen("organize");
    closeSheet("organize");
    this.show(id);
    if (isInFront) onceDrawn(() => /** @type {HTMLElement | null} */ (document.querySelector(".stage-fold"))?.focus({ preventScroll: true }));
    const before = this.meeting.inPhase("open").filter((one) => one.id !== id).at(-1);
    if (before) hint(t("said.opened", { title }), () => this.#step(before.id, "close"), t("organize.close_last", { title: nameOf(before) }));
  }

  /**
   * The form, filled in as an activity was prepared: to change that one, or to make another like it.
   * @param {import("../room/meeting.js").Activity} activity
   * @param {boolean} isOther
   */
  async #revise({ id, title }, isOther) {
    await attempt(async () => {
      const { config, anonymous, judged_by: plugin } = await this.meeting.hezi.call("GET", `/api/activities/${id}/config`);
      if (!plugin) return hint(t("problem.unknown_plugin"));
      this.#begin(plugin, { config, anonymous, ...(isOther ? { repeats: id } : { revises: { id, title } }) });
    });
  }

  /** @param {import("../room/meeting.js").Activity} activity */
  async #discard({ id, title }) {
    if (!(await ask(t("organize.discard_question", { title }), t("organize.discard"), true))) return;
    try {
      await this.meeting.hezi.call("DELETE", `/api/activities/${id}`);
      this.meeting.forget(id);
    } catch (error) {
      hint(sentence(error));
      // Another organizer was faster, with the same or with something else.
      if (/** @type {{code?: string}} */ (error).code === "unknown_activity") this.meeting.forget(id);
      else this.meeting.refreshSoon(id, 0);
    }
  }

  /**
   * @param {Event} event
   * @param {string} id
   */
  async #raise(event, id) {
    const list = /** @type {HTMLElement} */ (event.target).closest("ul");
    const at = await this.queue.raise(id);
    if (at < 0) return;
    // Once it is drawn in its new place the hand stays on it.
    const raised = () => list?.children[at];
    onceDrawn(() => /** @type {HTMLElement | null | undefined} */ (raised()?.querySelector(".item-up") ?? raised()?.querySelector(".button"))?.focus());
  }

  /**
   * @param {Plugin} plugin
   * @param {import("./preparing.js").Beginning} [beginning]
   */
  #begin(plugin, beginning = {}) {
    const done = (/** @type {import("../room/meeting.js").Activity | null} */ made, /** @type {boolean} */ isBegun) => {
      this.preparing = null;
      if (made) this.meeting.show(made);
      if (made && isBegun) this.#toStage(made);
      this.changed();
    };
    this.preparing = new Preparing(this.meeting, plugin, beginning, { changed: this.changed, done, stale: () => this.load() });
    this.changed();
  }
}

/**
 * A button that says to whoever hears it alone which activity it is about.
 * @param {import("../room/meeting.js").Activity} activity
 * @param {string} style
 * @param {string} text
 * @param {() => void} press
 */
function deed(activity, style, text, press) {
  return html`<button class=${`button small-button ${style}`} aria-label=${labelOf(text, nameOf(activity))} @click=${press}>${text}</button>`;
}

/** @param {import("../room/meeting.js").Activity} activity */
function nameOf({ title, plugin }) {
  return title || plugin;
}
