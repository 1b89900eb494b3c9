// How people react to a message: figures for everybody, each of which the reader may add to, or take back what they added.
//
// The server tells everybody how often each stands and not who. The reader's own come with each welcome, and from their other tabs.

import { hint } from "../dialogs.js";
import { sentence } from "../problems.js";
import { html, nothing, repeat } from "../render.js";
import { number } from "../texts.js";

/** @typedef {import("./messages.js").Message} Message */

export class Reactions {
  /** @param {import("./meeting.js").Meeting} meeting */
  constructor(meeting) {
    this.meeting = meeting;
    /** The reader's own by message: true while it stands, false where it was taken back. */
    /** @type {Map<number, Record<string, boolean>>} */
    this.own = new Map();
    meeting.tabs?.addEventListener("message", ({ data }) => data.reaction && this.#mark(data.message, data.reaction, data.stands));
    meeting.room.addEventListener("welcome", (event) => this.#learn(/** @type {CustomEvent} */ (event).detail.reacted ?? []));
  }

  /**
   * All that stand. The page is drawn anew after each welcome: once, and not for each of them.
   * @param {{message: number, reaction: string}[]} reacted
   */
  #learn(reacted) {
    this.own.clear();
    for (const { message, reaction } of reacted) this.#note(message, reaction, true);
  }

  /**
   * Those that a message has got. One that the reader has taken back keeps its place, so that nothing moves under their finger.
   * @param {Message} message
   */
  template(message) {
    const counts = /** @type {Record<string, number>} */ (message.reactions ?? {});
    const { over } = this.meeting;
    const own = over ? [] : Object.keys(this.own.get(message.seq) ?? {});
    const shown = [...new Set([...Object.keys(counts).filter((reaction) => counts[reaction]), ...own])].sort();
    if (!shown.length) return nothing;
    return html`<p class="message-reactions">${repeat(shown, (reaction) => reaction, (reaction) => over
      ? html`<span class="pill tabular">${reaction} ${number(counts[reaction])}</span>`
      : this.button(message, reaction, "pill tabular", counts[reaction], -1))}</p>`;
  }

  /**
   * A reaction to be given, and taken back.
   * @param {Message} message
   * @param {string} reaction
   * @param {string} style
   * @param {number} [count] how often it stands
   * @param {unknown} [stop] -1 where Tab does not stop at it
   */
  button(message, reaction, style, count, stop = nothing) {
    const isOwn = this.#isOwn(message, reaction);
    return html`<button class=${isOwn ? `${style} pressed` : style} tabindex=${stop} aria-pressed=${isOwn ? "true" : "false"} ?disabled=${this.meeting.me?.muted}
      @click=${() => this.#toggle(message, reaction)}>${reaction}${count ? ` ${number(count)}` : ""}</button>`;
  }

  /**
   * @param {Message} message
   * @param {string} reaction
   */
  #isOwn(message, reaction) {
    return this.own.get(message.seq)?.[reaction] ?? false;
  }

  /**
   * @param {Message} message
   * @param {string} reaction
   */
  async #toggle(message, reaction) {
    const stands = !this.#isOwn(message, reaction);
    // It looks so at once; the figure follows from the server.
    this.#mark(message.seq, reaction, stands);
    try {
      await this.meeting.room.send({ type: stands ? "react" : "unreact", message: message.seq, reaction });
      // A welcome may have come in between, which knows of what stood then.
      this.#mark(message.seq, reaction, stands);
      this.meeting.tabs?.postMessage({ message: message.seq, reaction, stands });
    } catch (error) {
      // It was so before, by another browser: then it is as it was wanted.
      if (/** @type {{code?: string}} */ (error).code === "conflict") return;
      this.#mark(message.seq, reaction, !stands);
      hint(sentence(error));
    }
  }

  /**
   * @param {number} message
   * @param {string} reaction
   * @param {boolean} stands
   */
  #mark(message, reaction, stands) {
    this.#note(message, reaction, stands);
    this.meeting.changed();
  }

  /**
   * @param {number} message
   * @param {string} reaction
   * @param {boolean} stands
   */
  #note(message, reaction, stands) {
    this.own.set(message, { ...this.own.get(message), [reaction]: stands });
  }
}
