// Somebody who goes through the chat without a mouse: it is one stop of Tab, and arrows, Home and End lead from message to message.
// The chat draws; links and reactions, which are no stops, are in the sheet of a message as well.
//
// Invariants:
// * There is one stop: a message which is drawn, or the list itself where none of them offers anything.
// * Whoever was at a message goes on from there, also after it was drawn away.

/** The keys, each with the direction that it looks in. */
/** @type {Record<string, number>} */
const KEYS = { ArrowUp: -1, ArrowDown: 1, Home: 1, End: -1 };

const MORE = ".message-more";

export class Walker {
  /** @param {import("./chat.js").Chat} chat */
  constructor(chat) {
    this.chat = chat;
    /** The message that the cursor was at last. */
    this.seq = 0;
    /** Whether the cursor goes there with the next drawing. */
    this.isDue = false;
    /** @type {HTMLElement | undefined} */
    this.stop = undefined;
  }

  /** @param {KeyboardEvent | FocusEvent} event in the list */
  handleEvent(event) {
    if ("key" in event) return this.#pressed(event);
    const row = /** @type {Element} */ (event.target).closest("[data-seq]");
    if (row) this.seq = Number(row.getAttribute("data-seq"));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const by = KEYS[event.key];
    const { messages, over } = this.chat.meeting;
    if (!by || over || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { list } = messages;
    const at = messages.indexOf(this.seq);
    let next = event.key === "Home" ? 0 : event.key === "End" || at < 0 ? list.length - 1 : at + by;
    // Of a message that is gone nothing is offered.
    while (list[next]?.deleted_by) next += by;
    if (!list[next]) return;
    this.seq = list[next].seq;
    this.isDue = true;
    this.chat.reveal(next);
  }

  /**
   * Once the list is drawn.
   * @param {HTMLElement} box
   * @param {string | null | undefined} from the first message that is to be seen; the last one is where the list ends
   */
  settle(box, from) {
    const seq = this.isDue || box.contains(document.activeElement) ? this.seq : from;
    let row = box.querySelector(`[data-seq="${seq}"]`) ?? box.firstElementChild?.lastElementChild;
    while (row && !row.querySelector(MORE)) row = row.previousElementSibling;
    const stop = /** @type {HTMLElement | undefined} */ (row?.querySelector(MORE) ?? undefined);
    if (this.stop) this.stop.tabIndex = -1;
    if (stop) stop.tabIndex = 0;
    box.tabIndex = stop ? -1 : 0;
    if (this.isDue) {
      row?.scrollIntoView({ block: "nearest" });
      stop?.focus({ preventScroll: true });
    }
    Object.assign(this, { stop, isDue: false });
  }
}
