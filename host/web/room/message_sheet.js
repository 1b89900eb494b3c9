// What can be done with a message: react, answer, delete, and what hosts have for it and about its writer. One tap on the message
// opens it, the second does it.

import { attempt } from "../attempt.js";
import { ask, closeSheet, openSheet } from "../dialogs.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { linked } from "./links.js";

export class MessageSheet {
  /**
   * @param {import("./meeting.js").Meeting} meeting
   * @param {import("./chat.js").Chat} chat
   * @param {(message: import("./messages.js").Message) => unknown} ofHosts what hosts have for a message
   */
  constructor(meeting, chat, ofHosts) {
    this.meeting = meeting;
    this.chat = chat;
    this.ofHosts = ofHosts;
    /** @type {import("./messages.js").Message | null} */
    this.message = null;
  }

  /**
   * Opens it over the chat. Once it is closed the cursor is at the message, whatever in it was tapped: a dialog gives it back to
   * what had it before.
   * @param {import("./messages.js").Message} message
   * @param {() => void} changed
   */
  open(message, changed) {
    this.message = message;
    const more = /** @type {HTMLElement | null} */ (document.querySelector(`.message[data-seq="${message.seq}"] .message-more`));
    more?.focus({ preventScroll: true });
    openSheet("message", changed);
  }

  template() {
    const { meeting, message } = this;
    if (!message) return nothing;
    return html`<p class="message-quote" dir="auto"><bdi>${message.from.name || message.from.id}</bdi> ${message.deleted_by ? t("message.deleted") : linked(message.text)}</p>
      ${message.deleted_by ? nothing : this.#ofText(message)}
      ${meeting.organizes ? html`<div class="stack" @click=${CLOSES_FIRST}>${this.ofHosts(message)}</div>` : nothing}`;
  }

  /** @param {import("./messages.js").Message} message */
  #ofText(message) {
    const { chat, meeting } = this;
    const mayDelete = meeting.organizes || message.from.id === meeting.me?.id;
    const { silence } = chat.composer.speaking;
    return html`${meeting.me?.muted ? nothing : html`<div class="row" @click=${CLOSES_FIRST}>${meeting.reactions.map((reaction) => chat.reactions.button(message, reaction, "chip reaction"))}</div>`}
      ${silence ? html`<p class="quiet">${silence}</p>` : html`<button class="button quiet-button" @click=${() => this.#answer(message)}>${t("message.answer")}</button>`}
      ${mayDelete ? html`<button class="button danger-button" @click=${() => this.#delete(message)}>${t("message.delete")}</button>` : nothing}`;
  }

  /** @param {import("./messages.js").Message} message */
  #answer(message) {
    closeSheet("message");
    this.chat.composer.answer(message);
  }

  /** @param {import("./messages.js").Message} message */
  async #delete(message) {
    if (await ask(t("message.delete_question"), t("message.delete"), true)) await this.#send({ type: "delete", message: message.seq });
  }

  /** @param {import("../client/hezi-client.d.ts").Command} command */
  async #send(command) {
    closeSheet("message");
    await attempt(() => this.meeting.room.send(command));
  }
}

/**
 * A reaction, or a measure, is one tap more, and done: the sheet closes before it is. A question that is asked then gives the
 * cursor back to the chat, and not to a button that nobody can see any more.
 */
const CLOSES_FIRST = {
  capture: true,
  /** @param {Event} event among the buttons */
  handleEvent(event) {
    if (/** @type {Element} */ (event.target).closest("button")) closeSheet("message");
  },
};
