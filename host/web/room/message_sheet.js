// What can be done with a message: react, answer, delete, and what hosts have for it and about its writer. One tap on the message
// opens it, the second does it.

import { attempt } from "../attempt.js";
import { ask, closeSheet } from "../dialogs.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";

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

  template() {
    const { meeting, message } = this;
    if (!message) return nothing;
    return html`<p class="message-quote" dir="auto"><bdi>${message.from.name || message.from.id}</bdi> ${message.deleted_by ? t("message.deleted") : message.text}</p>
      ${message.deleted_by ? nothing : this.#ofText(message)}
      ${meeting.organizes ? html`<div class="stack" @click=${closeAfter}>${this.ofHosts(message)}</div>` : nothing}`;
  }

  /** @param {import("./messages.js").Message} message */
  #ofText(message) {
    const { chat, meeting } = this;
    const mayDelete = meeting.organizes || message.from.id === meeting.me?.id;
    const { silence } = chat.composer.speaking;
    return html`${meeting.me?.muted ? nothing : html`<div class="row" @click=${closeAfter}>${meeting.reactions.map((reaction) => chat.reactions.button(message, reaction, "chip reaction"))}</div>`}
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
 * A reaction, or a measure, is one tap more, and done.
 * @param {Event} event among the buttons
 */
function closeAfter(event) {
  if (/** @type {Element} */ (event.target).closest("button")) closeSheet("message");
}
