// The line to write in. While the reader may not write it is a sentence that says why; what was typed is kept meanwhile.

import { hint } from "../dialogs.js";
import * as icons from "../icons.js";
import { html, live, nothing } from "../render.js";
import { keep, recall } from "../memory.js";
import { number, t } from "../texts.js";
import { Speaking } from "./speaking.js";

/** The server's bound, and from where on it is said how much is left. */
const CHARS_MAX = 2_000;
const CHARS_SAID = 1_800;

export class Composer {
  /**
   * @param {import("./meeting.js").Meeting} meeting
   * @param {() => void} said called when something was said
   */
  constructor(meeting, said) {
    this.meeting = meeting;
    this.said = said;
    this.speaking = new Speaking(meeting);
    /** The message that the next one answers. */
    this.answering = /** @type {import("./messages.js").Message | null} */ (null);
    this.place = `draft.${meeting.room.conference}.${meeting.room.me}`;
    /** What was typed, also before a reload: by whoever is signed in, and not by who was before them. */
    this.draft = recall("session", this.place) ?? "";
  }

  template() {
    const { silence } = this.speaking;
    if (silence) return html`<p class="silent" tabindex="-1">${silence}</p>`;
    const chars = charsOf(this.draft);
    const { pauseS, waitS } = this.speaking;
    const placeholder = pauseS ? t("meet.seconds", { count: pauseS }) : t("chat.placeholder");
    return html`${this.#answered()}<form class="composer" @submit=${(/** @type {Event} */ event) => (event.preventDefault(), this.#send())}>
      <label class="unseen" for="say">${t("chat.placeholder")}</label>
      <textarea id="say" class="input" rows="1" placeholder=${placeholder} dir="auto" enterkeyhint="send" .value=${live(this.draft)}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event)} @paste=${pasted}
        @input=${(/** @type {Event} */ event) => this.#type(/** @type {HTMLTextAreaElement} */ (event.target).value)}></textarea>
      ${chars > CHARS_SAID ? html`<span class=${chars > CHARS_MAX ? "count over tabular" : "count tabular"} role="status">${t("chat.count", { count: number(chars), max: number(CHARS_MAX) })}</span>` : nothing}
      <button class="icon-button send tabular" ?disabled=${waitS > 0 || chars > CHARS_MAX} aria-label=${waitS ? t("chat.wait", { count: waitS }) : t("chat.send")}>${waitS ? number(waitS) : icons.send}</button>
    </form>`;
  }

  /** What the next message answers, and the way out of that. */
  #answered() {
    if (!this.answering) return nothing;
    return html`<p class="answering"><span class="grow" dir="auto">${t("message.answering", { name: this.answering.from.name })}</span>
      <button class="link" @click=${() => this.answer(null)}>${t("cancel")}</button></p>`;
  }

  /**
   * The next message answers this one.
   * @param {import("./messages.js").Message | null} message
   */
  answer(message) {
    this.answering = message;
    this.meeting.changed();
    document.getElementById("say")?.focus();
  }

  /**
   * What was refused is to be said in another way; what was typed meanwhile stands below it.
   * @param {import("./messages.js").Unsent} unsent
   */
  revise(unsent) {
    const { messages } = this.meeting;
    this.#type([unsent.text, this.draft].filter(Boolean).join("\n"));
    messages.drop(unsent);
    this.answer(messages.at(unsent.reply_to ?? 0) ?? this.answering);
  }

  #send() {
    const text = this.draft.trim();
    if (!text || charsOf(text) > CHARS_MAX || this.speaking.waitS) return;
    // At once, and not with the next drawing: whoever types on begins anew.
    /** @type {HTMLTextAreaElement} */ (document.getElementById("say")).value = "";
    this.#type("");
    this.meeting.messages.say(text, this.answering ? { reply_to: this.answering.seq } : {});
    this.answering = null;
    this.said();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    // WebKit ends a composition before the Enter that did it; such a one is told by its old code.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  /** @param {string} text */
  #type(text) {
    const before = charsOf(this.draft);
    this.draft = text;
    keep("session", this.place, text);
    if (Math.max(before, charsOf(text)) > CHARS_SAID) this.meeting.changed();
  }
}

/**
 * How many characters people see in a text: the server counts those.
 * @param {string} text
 */
function charsOf(text) {
  // Most texts are far from the bound, whatever counts as a character.
  if (text.length <= CHARS_SAID) return text.length;
  return "Segmenter" in Intl ? [...new Intl.Segmenter().segment(text)].length : [...text].length;
}

/**
 * A picture in the clipboard cannot be said: that is told, rather than nothing happening.
 * @param {ClipboardEvent} event
 */
function pasted(event) {
  const data = event.clipboardData;
  if (!data || data.types.includes("text/plain") || !data.files.length) return;
  event.preventDefault();
  hint(t("chat.no_pictures"));
}
