// What people say: a list of which only a window is drawn, however long it is, and the line to write in.
//
// Invariants:
// * Nothing jumps: what is at the top of the list stays where it is when messages come in above or below.
// * Whoever is at the end stays at the end; whoever has scrolled up is told how much is new, and is left where they are.

import { html, nothing, repeat } from "../render.js";
import { render } from "../vendor/lit-html/lit-html.js";
import { isSameDay } from "../moments.js";
import { currentLanguage, day, number, t, timeOfDay } from "../texts.js";
import { Composer } from "./composer.js";
import { linked } from "./links.js";
import { OnWall } from "./on_wall.js";
import { Reactions } from "./reactions.js";
import { Walker } from "./walker.js";

/** How many messages are drawn at least, once there was time for so many. */
const WINDOW = 80;
/** As many are drawn anew in one frame, and by as many the window moves: a slow phone has to answer to a tap in between. */
const STEP = 8;
/** So near to an edge of what is drawn the window moves. */
const NEAR_PX = 800;
const AT_END_PX = 60;

export class Chat {
  /**
   * @param {import("./meeting.js").Meeting} meeting
   * @param {(message: import("./messages.js").Message) => void} choose what a tap on a message does
   */
  constructor(meeting, choose) {
    this.meeting = meeting;
    this.choose = choose;
    this.first = 0;
    this.isAtEnd = true;
    this.seenSeq = 0;
    this.composer = new Composer(meeting, () => this.toEnd());
    this.reactions = new Reactions(meeting);
    this.walker = new Walker(this);
    this.onWall = new OnWall(meeting);
    /** What hosts have beside a message, once that is loaded. */
    /** @type {((message: import("./messages.js").Message, isOnWall: boolean) => unknown) | null} */
    this.ofHosts = null;
    /** @type {HTMLElement | null} */
    this.box = null;
    /** What was drawn last, and of which messages. */
    /** @type {unknown[]} */
    this.drawn = [];
    this.newestDrawn = 0;
    this.hadUnsent = true;
    /** What each message looks like, with all that this hangs on: to write it anew for each frame takes longer than the frame. */
    /** @type {WeakMap<import("./messages.js").Message, {on: unknown[], template: unknown}>} */
    this.looks = new WeakMap();
  }

  /** The elements of the chat, without its messages: those are drawn by `update`. */
  template() {
    const unread = this.isAtEnd ? 0 : countAfter(this.meeting.messages.list, this.seenSeq);
    return html`<section class="chat" aria-label=${t("chat.title")}>
      <div class="chat-scroll" tabindex="0" role="log" aria-live="off" aria-label=${t("chat.title")} @scroll=${() => this.#scrolled()} @keydown=${this.walker} @focusin=${this.walker}><ol class="chat-list"></ol></div>
      ${unread ? html`<button class="chat-new" @click=${() => this.toEnd()}>${t("chat.new", { count: unread })} ↓</button>` : nothing}
      ${this.meeting.over ? nothing : this.composer.template()}
    </section>`;
  }

  /** Draws the messages of the window, and leaves what the reader looks at where it is. */
  update() {
    const box = /** @type {HTMLElement | null} */ (document.querySelector(".chat-scroll"));
    if (!box) return;
    this.composer.speaking.count();
    if (box !== this.box) return this.#watch(box);
    const { list } = this.meeting.messages;
    if (this.isAtEnd) this.first = list.length - this.#countAtEnd(list);
    this.first = Math.min(this.first, Math.max(0, list.length - 1));
    const shown = list.slice(this.first, this.isAtEnd ? undefined : this.first + 2 * WINDOW);
    const drawn = shown.map((message, at) => this.#look(message, shown[at - 1]));
    const unsent = this.isAtEnd || this.first + 2 * WINDOW >= list.length ? this.meeting.messages.unsent : [];
    if (!this.walker.isDue && drawn.length && !unsent.length && !this.hadUnsent && isSame(drawn, this.drawn)) return;
    const anchor = this.isAtEnd ? null : visibleMessage(box);
    render(
      html`${drawn.length || unsent.length ? nothing : html`<li class="chat-empty quiet">${t("chat.empty")}</li>`}
        ${repeat(shown, (message) => message.seq, (_, at) => drawn[at])}
        ${repeat(unsent, (one) => one.id, (one) => this.#unsent(one))}`,
      /** @type {HTMLElement} */ (box.firstElementChild),
    );
    Object.assign(this, { drawn, newestDrawn: shown.at(-1)?.seq ?? 0, hadUnsent: unsent.length > 0 });
    this.#keepPlace(box, anchor);
    const wasDue = this.walker.isDue;
    this.walker.settle(box, anchor?.seq);
    if (wasDue) this.#scrolled();
  }

  /**
   * How many messages are drawn at the end of the list: as many as before and a few more; of a flood the last ones alone, and
   * the others when there is time.
   * @param {import("./messages.js").Message[]} list
   */
  #countAtEnd(list) {
    const most = Math.min(WINDOW, list.length);
    const isFlood = countAfter(list, this.newestDrawn) > STEP;
    const count = Math.min(most, isFlood ? STEP : this.drawn.length + STEP);
    if (count < most) this.meeting.changed();
    return count;
  }

  /**
   * What is looked at stays where it is.
   * @param {HTMLElement} box
   * @param {{seq: string | null, top: number} | null} anchor
   */
  #keepPlace(box, anchor) {
    if (this.isAtEnd) {
      box.scrollTop = box.scrollHeight;
      this.seenSeq = this.newestDrawn;
    } else if (anchor) {
      const now = box.querySelector(`[data-seq="${anchor.seq}"]`);
      if (now) box.scrollTop += now.getBoundingClientRect().top - anchor.top;
    }
  }

  /**
   * A keyboard, another direction of the phone, a fold of the stage: whoever is at the end stays there.
   * @param {HTMLElement} box
   */
  #watch(box) {
    this.box = box;
    this.drawn = [];
    new ResizeObserver(() => this.isAtEnd && (box.scrollTop = box.scrollHeight)).observe(box);
    // What there is to do in the meeting is drawn before what was said in it.
    this.meeting.changed();
  }

  /** Goes to the newest message. */
  toEnd() {
    this.isAtEnd = true;
    // All there is may be drawn already: then nothing else moves it.
    if (this.box) this.box.scrollTop = this.box.scrollHeight;
    this.meeting.changed();
  }

  /**
   * Has a message drawn, wherever it stands.
   * @param {number} at
   */
  reveal(at) {
    const { list } = this.meeting.messages;
    if (at === list.length - 1) return this.toEnd();
    if (at < this.first || at >= this.first + this.drawn.length) {
      if (this.isAtEnd) this.#leaveEnd();
      this.first = Math.max(0, at - STEP);
    }
    this.meeting.changed();
  }

  /** What comes from now on is new. */
  #leaveEnd() {
    this.isAtEnd = false;
    this.seenSeq = this.meeting.messages.list.at(-1)?.seq ?? 0;
  }

  #scrolled() {
    const box = this.box;
    // What was scrolled before a key was pressed must not move the window away from where the cursor is to go.
    if (!box || this.walker.isDue) return;
    const { list } = this.meeting.messages;
    const below = box.scrollHeight - box.scrollTop - box.clientHeight;
    const last = Math.min(list.length, this.first + 2 * WINDOW);
    const wasAtEnd = this.isAtEnd;
    this.isAtEnd = below < AT_END_PX && (wasAtEnd || last >= list.length);
    if (wasAtEnd && !this.isAtEnd) this.#leaveEnd();
    if (box.scrollTop < NEAR_PX && this.first > 0) this.first = Math.max(0, this.first - STEP);
    else if (box.scrollTop < NEAR_PX && this.first === 0) this.#older();
    else if (below < NEAR_PX && last < list.length) this.first += STEP;
    else if (wasAtEnd === this.isAtEnd) return;
    this.meeting.changed();
  }

  async #older() {
    const { messages } = this.meeting;
    const before = messages.list.length;
    await messages.loadOlder();
    this.first += messages.list.length - before;
    if (!this.isAtEnd) this.first = Math.max(0, this.first - STEP);
  }

  /**
   * What a message looks like, written once as long as nothing about it changes.
   * @param {import("./messages.js").Message} message
   * @param {import("./messages.js").Message | undefined} before
   */
  #look(message, before) {
    const { me, over, messages } = this.meeting;
    const answered = message.reply_to ? messages.at(message.reply_to) : undefined;
    const isOnWall = this.onWall.has(message.seq);
    const on = [before, answered, this.reactions.own.get(message.seq), me?.id, me?.muted, over, currentLanguage(), isOnWall, this.ofHosts];
    const known = this.looks.get(message);
    if (known && isSame(known.on, on)) return known.template;
    const template = this.#message(message, before, answered, isOnWall);
    this.looks.set(message, { on, template });
    return template;
  }

  /**
   * @param {import("./messages.js").Message} message
   * @param {import("./messages.js").Message | undefined} before
   * @param {import("./messages.js").Message | undefined} answered
   * @param {boolean | undefined} isOnWall undefined where this reader does not decide what is there
   */
  #message(message, before, answered, isOnWall) {
    const own = message.from.id === this.meeting.me?.id;
    const follows = before?.from.id === message.from.id && Date.parse(message.at) - Date.parse(before.at) < 180_000;
    return html`${isSameDay(message.at, before?.at ?? Date.now()) ? nothing : html`<li class="day">${day(message.at)}</li>`}<li class=${own ? "message own" : "message"} data-seq=${message.seq}>
      ${follows ? nothing : html`<p class="message-head"><bdi class="message-name" @click=${() => this.#named(message)}>${own ? t("chat.me") : message.from.name || message.from.id}</bdi> <time class="tabular" datetime=${message.at}>${timeOfDay(message.at)}</time></p>`}
      ${message.deleted_by
        ? html`<p class="message-text quiet">${t("message.deleted")}</p>`
        : html`${message.reply_to ? quoteTemplate(answered) : nothing}<div class="message-line"><p class="message-text" id=${`said-${message.seq}`} dir="auto" @click=${(/** @type {Event} */ event) => this.#tapped(event, message)}>${linked(message.text, this.meeting.over ? nothing : -1)}</p>${this.meeting.over
              ? nothing
              : html`${isOnWall === undefined ? nothing : (this.ofHosts?.(message, isOnWall) ?? nothing)}<button class="message-more" tabindex="-1" aria-label=${t("message.more", { name: message.from.name })} aria-describedby=${`said-${message.seq}`} @click=${() => this.choose(message)}>⋯</button>`}</div>${this.reactions.template(message)}`}
    </li>`;
  }

  /**
   * A tap on a message is the short way to what can be done with it, unless it is on a link or marks a text.
   * @param {Event} event
   * @param {import("./messages.js").Message} message
   */
  #tapped(event, message) {
    const onLink = /** @type {Element} */ (event.target).closest("a") !== null;
    if (!onLink && !this.meeting.over && getSelection()?.isCollapsed !== false) this.choose(message);
  }

  /**
   * A tap on a name is the way to what hosts do about the writer, also where the message is gone.
   * @param {import("./messages.js").Message} message
   */
  #named(message) {
    if (!message.deleted_by || this.meeting.organizes) this.choose(message);
  }

  /** @param {import("./messages.js").Unsent} unsent */
  #unsent(unsent) {
    const { messages, over, room } = this.meeting;
    return html`<li class="message own unsent">
      <p class="message-text" dir="auto">${unsent.text}</p>
      ${unsent.refusal
        ? html`<p class="message-refusal">${unsent.refusal} ${over ? nothing : html`<button class="link" ?disabled=${this.composer.speaking.waitS > 0} @click=${() => messages.again(unsent)}>${t("chat.again")}</button> <button class="link" @click=${() => this.composer.revise(unsent)}>${t("chat.edit")}</button> <button class="link" @click=${() => messages.drop(unsent)}>${t("chat.drop")}</button>`}</p>`
        : html`<p class="quiet">${t(room.line === "online" ? "acting.sending" : "chat.waiting")}</p>`}
    </li>`;
  }
}

/**
 * What a message answers, in a line.
 * @param {import("./messages.js").Message | undefined} before
 */
function quoteTemplate(before) {
  return html`<p class="message-quote" dir="auto">${before && !before.deleted_by ? html`<bdi>${before.from.name}</bdi> ${before.text}` : t("message.earlier")}</p>`;
}

/**
 * How many messages came after one.
 * @param {import("./messages.js").Message[]} list
 * @param {number} seq
 */
function countAfter(list, seq) {
  let count = 0;
  while (count < list.length && list[list.length - 1 - count].seq > seq) count += 1;
  return count;
}

/**
 * Whether two lists have the same in them.
 * @param {unknown[]} list
 * @param {unknown[]} other
 */
function isSame(list, other) {
  return list.length === other.length && list.every((one, at) => one === other[at]);
}

/**
 * The first message that is to be seen, and where.
 * @param {HTMLElement} box
 */
function visibleMessage(box) {
  const top = box.getBoundingClientRect().top;
  for (const element of box.querySelectorAll("[data-seq]")) {
    const place = element.getBoundingClientRect();
    if (place.bottom > top) return { seq: element.getAttribute("data-seq"), top: place.top };
  }
  return null;
}

/**
 * How many there are, in words.
 * @param {number} online
 * @param {number} members
 */
export function presence(online, members) {
  return t("presence", { online: number(online), members: number(members) });
}
