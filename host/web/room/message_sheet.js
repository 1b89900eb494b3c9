// What can be done with a message: react, answer, delete, and for organizers about its writer. One tap on the message opens it, the
// second does it.

import { attempt } from "../attempt.js";
import { ask, closeSheet } from "../dialogs.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { take } from "./measures.js";

export class MessageSheet {
  /**
   * @param {import("./meeting.js").Meeting} meeting
   * @param {import("./chat.js").Chat} chat
   */
  constructor(meeting, chat) {
    this.meeting = meeting;
    this.chat = chat;
    /** @type {import("./messages.js").Message | null} */
    this.message = null;
  }

  template() {
    const { chat, meeting, message } = this;
    if (!message) return nothing;
    const mayDelete = meeting.organizes || message.from.id === meeting.me?.id;
    // Who else is an organizer the page does not know: there the server says no.
    const mayJudge = meeting.organizes && message.from.id !== meeting.me?.id && message.from.id !== meeting.conference.owner.id;
    const { silence } = chat.composer.speaking;
    const judge = (/** @type {"mute" | "remove"} */ deed) => (closeSheet("message"), take(meeting, message.from, deed));
    return html`<p class="message-quote" dir="auto"><bdi>${message.from.name}</bdi> ${message.text}</p>
      ${meeting.me?.muted ? nothing : html`<div class="row" @click=${closeAfter}>${meeting.reactions.map((reaction) => chat.reactions.button(message, reaction, "chip reaction"))}</div>`}
      ${silence ? html`<p class="quiet">${silence}</p>` : html`<button class="button quiet-button" @click=${() => this.#answer(message)}>${t("message.answer")}</button>`}
      ${mayDelete ? html`<button class="button danger-button" @click=${() => this.#delete(message)}>${t("message.delete")}</button>` : nothing}
      ${mayJudge ? html`<p class="quiet">${t("message.from")} <bdi>${message.from.name || message.from.id}</bdi></p><div class="row">
        <button class="button quiet-button grow" @click=${() => judge("mute")}>${t("people.mute")}</button>
        <button class="button danger-button grow" @click=${() => judge("remove")}>${t("people.remove")}</button></div>` : nothing}`;
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
 * A reaction is one tap more, and done.
 * @param {Event} event among the reactions
 */
function closeAfter(event) {
  if (/** @type {Element} */ (event.target).closest("button")) closeSheet("message");
}
