// Which messages hosts have put on the wall. All of them come with each welcome, and again after each change.

/** @typedef {Pick<import("./messages.js").Message, "seq" | "from" | "text">} Shown */

export class OnWall {
  /** @param {import("./meeting.js").Meeting} meeting */
  constructor(meeting) {
    this.meeting = meeting;
    /** In the order in which they were put there. */
    /** @type {Shown[]} */
    this.messages = [];
    meeting.room.addEventListener("welcome", (event) => this.#take(/** @type {CustomEvent} */ (event).detail.on_wall ?? []));
    meeting.room.addEventListener("wall", (event) => this.#take(/** @type {CustomEvent} */ (event).detail.messages));
  }

  /** @param {Shown[]} messages */
  #take(messages) {
    this.messages = messages;
    this.meeting.changed();
  }

  /**
   * Whether a message is there; undefined where this reader does not decide what is.
   * @param {number} seq
   */
  has(seq) {
    if (!this.meeting.organizes || this.meeting.conference?.screen_chat !== "approved") return undefined;
    return this.messages.some((message) => message.seq === seq);
  }
}
