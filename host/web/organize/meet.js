// The meeting itself, for organizers: how people get in, the screen on the wall, and the end.

import { attempt } from "../attempt.js";
import { ask, hint } from "../dialogs.js";
import { html, live, nothing } from "../render.js";
import { qrLink, wallLink } from "../room/addresses.js";
import { t } from "../texts.js";
import { aboutTemplate, linkTemplate } from "./about.js";
import { againTemplate } from "./again.js";
import { Fields } from "./fields.js";
import { wallTemplate } from "./wall.js";

/** Pauses between two messages of one person that are offered, in seconds. */
const SLOW_S = [0, 5, 15, 30, 60];
/** Limits of members that are offered; none first. */
const MEMBERS = [0, 20, 50, 100, 200, 500, 1_000, 5_000];

export class Meet {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {() => void} changed
   */
  constructor(meeting, changed) {
    this.meeting = meeting;
    this.changed = changed;
    this.fields = new Fields(changed);
  }

  template() {
    const { conference } = this.meeting;
    return html`<section class="invite">
        <img class="qr" src=${qrLink(this.meeting)} alt=${t("meet.qr")} width="176" height="176">
        <div class="stack-close grow"><p class="quiet">${t("number")}</p><p class="big-number tabular">${conference.number}</p>
          <button class="button quiet-button small-button" @click=${() => this.#copy()}>${t("meet.copy")}</button></div>
      </section>
      <a class="button quiet-button" href=${wallLink(this.meeting)} target="_blank" rel="noopener">${t("meet.screen")}</a>
      ${wallTemplate(this.meeting)}
      ${conference.slow_mode_s === undefined ? nothing : html`${aboutTemplate(this.meeting, this.fields)}${this.#settings()}${linkTemplate(this.meeting)}`}
      ${againTemplate(this.meeting)}
      <button class="button danger-button" @click=${() => this.#end()}>${t("meet.end")}</button>`;
  }

  /** What cannot wait when a meeting gets out of hand: who comes in, who speaks, and how fast. */
  switches() {
    const { conference } = this.meeting;
    if (conference.slow_mode_s === undefined) return nothing;
    const toggle = (/** @type {string} */ text, /** @type {boolean} */ is, /** @type {object} */ changes) => html`<button class=${is ? "chip pressed" : "chip"}
      aria-pressed=${is ? "true" : "false"} @click=${() => this.#change(changes)}>${text}</button>`;
    const isQuiet = conference.chat === "organizers";
    return html`<div class="row">${toggle(t("meet.locked"), conference.locked, { locked: !conference.locked })}
      ${toggle(t("meet.hosts_only"), isQuiet, { chat: isQuiet ? "everyone" : "organizers" })}
      <label class="row"><span>${t("meet.slow")}</span><select class="input short-input" @change=${(/** @type {Event} */ event) => this.#change({ slow_mode_s: Number(/** @type {HTMLSelectElement} */ (event.target).value) })}>
        ${SLOW_S.map((seconds) => html`<option value=${seconds} .selected=${live(seconds === conference.slow_mode_s)}>${seconds ? t("meet.seconds", { count: seconds }) : t("meet.slow_off")}</option>`)}</select></label></div>`;
  }

  /** What everybody is to see, and who may come in. */
  #settings() {
    const { conference } = this.meeting;
    const pinned = conference.notice?.text ?? "";
    return html`<form class="stack-close" @submit=${(/** @type {Event} */ event) => this.#pin(event)}>
        <label class="field-label" for="pin">${t("meet.notice")}</label>
        <div class="row"><input class="input grow" id="pin" name="text" maxlength="500" dir="auto" autocomplete="off" .value=${live(this.fields.value("notice", pinned))} @input=${this.fields.typing("notice", pinned)}>
          <button class="button quiet-button small-button">${t("meet.pin")}</button></div>
        ${this.fields.news("notice", pinned)}
        ${conference.notice ? html`<p class="row-apart"><span class="grow quiet" dir="auto">${t("meet.pinned_now")} ${conference.notice.text}</span>
          <button type="button" class="button quiet-button small-button" @click=${() => this.#unpin()}>${t("meet.unpin")}</button></p>` : nothing}</form>
      <label class="tick"><input type="checkbox" role="switch" .checked=${live(conference.private)} @change=${(/** @type {Event} */ event) => this.#change({ private: /** @type {HTMLInputElement} */ (event.target).checked })}><span>${t("meet.private")}</span></label>
      ${this.#limit()}`;
  }

  /** How many may be in the meeting; also a number that is not among those to choose from, where one was set otherwise. */
  #limit() {
    const most = this.meeting.conference.members_max ?? 0;
    const choices = [...new Set([...MEMBERS, most])].sort((one, other) => one - other);
    return html`<label class="field"><span class="field-label">${t("meet.limit")}</span><select class="input" @change=${(/** @type {Event} */ event) => this.#change({ members_max: Number(/** @type {HTMLSelectElement} */ (event.target).value) || null })}>
      ${choices.map((count) => html`<option value=${count} .selected=${live(count === most)}>${count ? t("meet.people", { count }) : t("meet.no_limit")}</option>`)}</select></label>`;
  }

  /** @param {object} changes */
  async #change(changes) {
    await this.#send({ type: "change", changes });
  }

  /** @param {Event} event */
  async #pin(event) {
    event.preventDefault();
    const text = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("text") ?? "").trim();
    if (!text) return this.#unpin();
    if (!(await this.#send({ type: "pin", text }))) return;
    this.fields.done("notice");
    hint(t("meet.pinned"));
  }

  async #unpin() {
    if (!(await this.#send({ type: "unpin" }))) return;
    this.fields.done("notice");
    hint(t("meet.unpinned"));
  }

  /** @param {import("../client/hezi-client.d.ts").Command} command */
  async #send(command) {
    const done = await attempt(() => this.meeting.room.send(command));
    this.changed();
    return done;
  }

  async #copy() {
    const { conference } = this.meeting;
    try {
      await navigator.clipboard.writeText(conference.join_url);
      hint(t("meet.copied"));
    } catch {
      // Web views refuse the clipboard: the address is shown to be copied by hand.
      hint(conference.join_url);
    }
  }

  async #end() {
    if (!(await ask(t("meet.end_question"), t("meet.end"), true))) return;
    await attempt(() => this.meeting.hezi.call("POST", `${this.meeting.path}/end`));
  }
}
