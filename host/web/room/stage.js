// What is open in a meeting, on top and one tap away: one activity at a time, with the way to all others.
//
// Invariants:
// * What is on the stage changes by itself only when nobody is in the middle of it: no typing, nothing under way.
// * Under a finger nothing moves, here or above: what it was put on is what it presses.

import { isForEveryone } from "../blocks/audience.js";
import countdown from "../blocks/countdown.js";
import { isProof, proofs } from "../blocks/proofs.js";
import { drawBlocks } from "../blocks.js";
import { checkTemplate } from "../fairness/check.js";
import { html, noChange, nothing } from "../render.js";
import { t } from "../texts.js";
import { REFUSED_MS } from "./acting.js";
import { drawIn, suspense } from "./draw.js";

/** So long after a touch the stage is somebody's. */
const TOUCHED_MS = 6_000;

/** A browser tells a tap so long after the finger was lifted at most. */
const TAP_MS = 100;

/** Where letters go. What is ticked or picked keeps the focus when it is done, and nobody is in the middle of that. */
const TYPED_INTO = ".stage-body textarea, .stage-body input:not([type=radio], [type=checkbox], [type=range])";

/**
 * What the page around has for the stage.
 * @typedef {object} Around
 * @property {() => void} openPast shows all activities
 * @property {(count: number) => unknown} toBegin what hosts begin with, where so many activities are over and none is here
 * @property {(activity: import("./meeting.js").Activity) => unknown} ofHosts what hosts have below an activity
 */

export class Stage {
  /** @param {import("./meeting.js").Meeting} meeting */
  constructor(meeting) {
    this.meeting = meeting;
    /** @type {string | null} */
    this.shown = null;
    this.folded = false;
    /** Whether it was folded for somebody who types below it, and not by a hand. */
    this.isGiven = false;
    this.touchedAtMs = 0;
    this.timer = 0;
    /** What had its turn: of those that are open one after another comes up by itself, and none a second time. */
    /** @type {Set<string>} */
    this.seen = new Set();
    /** The activity that was drawn last, and the page of it that somebody wants to leave. */
    /** @type {string | null} */
    this.read = null;
    /** @type {unknown} */
    this.left = undefined;
    /** The draw that was told last. */
    /** @type {string | undefined} */
    this.told = undefined;
    /** The finger that is on it. */
    /** @type {number | null} */
    this.heldBy = null;
    this.lettingGo = 0;
    for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, (event) => this.#lifted(/** @type {PointerEvent} */ (event)));
    document.addEventListener("click", () => this.heldBy !== null && this.#letGo());
  }

  /** @param {Around} around */
  template(around) {
    const { meeting } = this;
    if (this.isHeld) return noChange;
    const { openPast, ofHosts } = around;
    const activity = this.shown ? meeting.activities.get(this.shown) : undefined;
    const others = meeting.inPhase("open").filter((one) => one.id !== this.shown);
    const count = [...meeting.activities.values()].filter((one) => one.phase !== "draft").length;
    if (!activity) return this.#empty(count, around);
    // A long one stands whole in the body, once.
    const isBelow = !this.folded && isRepeated(activity) && isLong(activity) && !suspense(meeting, activity);
    const style = this.folded ? "stage folded" : asks(activity) ? "stage asks" : "stage";
    return html`<section class=${style} aria-labelledby="stage-title"
      @pointerdown=${(/** @type {PointerEvent} */ event) => this.#hold(event)} @keydown=${() => this.#touched()} @focusout=${() => meeting.changed()}>
      <div class="stage-head">
        <h2 class="stage-heading"><button class="stage-fold" aria-expanded=${this.folded ? "false" : "true"} @click=${() => this.#fold()}>
          ${phasePill(activity)}<span class="grow"><span id="stage-title" class=${isBelow ? "unseen" : "stage-title"} dir="auto">${activity.title}</span></span>
          <span class="chevron" aria-hidden="true"></span>
        </button></h2>
        ${count > 1 ? html`<button class="button quiet-button small-button" @click=${openPast}>${t("stage.all", { count })}</button>` : nothing}
      </div>
      ${others.length && !this.folded ? html`<div class="stage-others"><span class="quiet">${t("stage.others")}</span>${others.map((one) => html`<button class="link" dir="auto" @click=${() => this.choose(one.id)}>${one.title}</button>`)}</div>` : nothing}
      <div class="stage-body" aria-live="off" role="group" aria-labelledby="stage-title">${this.folded ? nothing : html`${drawActivity(meeting, activity, { ask: (query) => this.#ask(activity, query) })}<div class="row">${checkTemplate(meeting, activity)}</div>`}</div>
      ${this.folded ? nothing : ofHosts(activity)}
    </section>`;
  }

  /**
   * @param {number} count
   * @param {Around} around
   */
  #empty(count, around) {
    const { conference, organizes, over } = this.meeting;
    if (!conference) return nothing;
    if (organizes && !over) return html`<section class="stage stage-empty stage-invitation">
      <p class="quiet">${t("number")} <strong class="big-number tabular">${conference.number}</strong></p>${around.toBegin(count)}</section>`;
    return html`<section class="stage stage-empty"><p class="quiet">${t("stage.empty")}</p>
      ${count ? html`<button class="button quiet-button small-button" @click=${around.openPast}>${t("stage.all", { count })}</button>` : nothing}</section>`;
  }

  /** @param {string} id */
  choose(id) {
    this.shown = id;
    this.folded = false;
    this.#touched();
    this.meeting.changed();
  }

  /**
   * Turns to another page of what is on it.
   * @param {import("./meeting.js").Activity} activity
   * @param {string} query
   */
  #ask({ id, view }, query) {
    this.left = view;
    this.meeting.ask(id, query);
  }

  /**
   * After each drawing: another page of an activity, or another activity, is read from its beginning; and so is one by the host who
   * has drawn in it, for what came of that stands there.
   */
  drawn() {
    const { meeting, shown, left } = this;
    const activity = meeting.activities.get(shown ?? "");
    if (this.isHeld || !activity) return;
    if (!suspense(meeting, activity)) meeting.herald.look(activity);
    const body = /** @type {HTMLElement | null} */ (document.querySelector(".stage-body"));
    if (body) makeStop(body);
    const isTurned = left && left !== activity.view;
    const told = drawIn(meeting, activity)?.key;
    const { taken, under } = meeting.acting(activity.id);
    const hasDrawn = told !== this.told && taken.size + under.size > 0;
    this.told = told;
    if (shown === this.read && !isTurned && !hasDrawn) return;
    Object.assign(this, { read: shown, left: undefined });
    // On a very low page the body does not scroll, but all of it does: whoever turns a page or draws looks at the body.
    if (body && (isTurned || hasDrawn) && getComputedStyle(body).overflowY === "visible") body.scrollIntoView();
    else body?.scrollTo(0, 0);
  }

  /** Somebody is busy with what is here; once they are not, what was opened meanwhile may come. */
  #touched() {
    this.touchedAtMs = Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(this.meeting.changed, TOUCHED_MS);
  }

  /** @param {PointerEvent} event */
  #hold({ button, pointerId }) {
    // What opens a menu presses nothing, and may never be told to be over.
    if (button) return;
    clearTimeout(this.lettingGo);
    this.heldBy = pointerId;
    this.#touched();
  }

  /** @param {PointerEvent} event */
  #lifted({ pointerId }) {
    if (pointerId === this.heldBy) this.lettingGo = setTimeout(() => this.#letGo(), TAP_MS);
  }

  #letGo() {
    clearTimeout(this.lettingGo);
    this.heldBy = null;
    this.meeting.changed();
  }

  /** Whether somebody has a finger on it: the page draws nothing anew then that could move it. */
  get isHeld() {
    return this.heldBy !== null && this.#isTouched;
  }

  get #isTouched() {
    return Date.now() - this.touchedAtMs < TOUCHED_MS;
  }

  #fold() {
    this.folded = !this.folded;
    this.isGiven = false;
    this.meeting.changed();
  }

  /** Gives its room to what is below. */
  give() {
    if (this.folded) return;
    this.folded = this.isGiven = true;
    this.meeting.changed();
  }

  /** Takes back the room that it gave. */
  take() {
    if (!this.isGiven) return;
    this.folded = this.isGiven = false;
    this.meeting.changed();
  }

  /**
   * After each change: what is opened comes onto the stage, unless somebody is busy with what is there. What closes stays, with
   * what came of it, whatever else was open all along.
   */
  follow() {
    const open = this.meeting.inPhase("open");
    const newest = open.at(-1);
    const shown = this.shown === null ? undefined : this.meeting.activities.get(this.shown);
    const stays = shown !== undefined;
    if (!newest) {
      if (!stays) this.shown = this.meeting.inPhase("closed").at(-1)?.id ?? null;
      return;
    }
    if (stays && (this.seen.has(newest.id) || this.#isBusy(shown.phase === "open"))) return;
    for (const { id } of open) this.seen.add(id);
    this.shown = newest.id;
    // Whoever types below has its room until they are done.
    this.folded = this.isGiven;
  }

  /**
   * Whoever reads what is over is in the middle of nothing, however lately they touched it.
   * @param {boolean} isOpen whether what is on the stage takes actions
   */
  #isBusy(isOpen) {
    const typing = document.activeElement?.closest(TYPED_INTO);
    const sending = this.shown !== null && this.meeting.acting(this.shown).under.size > 0;
    return Boolean(typing) || sending || (isOpen && this.#isTouched);
  }
}

/**
 * What scrolls, and has nothing in it that Tab stops at, is a stop itself: somebody without a mouse reads all of it.
 * @param {HTMLElement} body
 */
function makeStop(body) {
  if (!body.querySelector(":is(button, input, textarea):enabled")) body.tabIndex = 0;
  else if (document.activeElement !== body) body.removeAttribute("tabindex");
}

/** @param {import("./meeting.js").Activity} activity */
export function phasePill(activity) {
  if (activity.out_of_service) return html`<span class="pill bad">${t("phase.faulted")}</span>`;
  return html`<span class=${activity.phase === "open" ? "pill live" : "pill"}>${t(`phase.${activity.phase}`)}</span>`;
}

/**
 * An activity's blocks, as this viewer sees them.
 * @param {import("./meeting.js").Meeting} meeting
 * @param {import("./meeting.js").Activity} activity
 * @param {{watchOnly?: boolean, ask?: (query: string) => void, people?: import("../names.js").Person[]}} [how] whether it is for the wall;
 *   asks for another page of it; who else has a name
 */
export function drawActivity(meeting, activity, { watchOnly = false, ask = () => {}, people } = {}) {
  const awaited = watchOnly ? null : suspense(meeting, activity);
  if (awaited) return awaited;
  const acting = meeting.acting(activity.id);
  const around = {
    activity: activity.id,
    organizes: meeting.organizes,
    open: activity.phase === "open" && meeting.over === null,
    watchOnly: watchOnly || meeting.over !== null,
    now: () => meeting.room.now(),
    acting,
    ask,
    people,
  };
  // A form has its own beside it, as long as it is there, and a button has none: its key is its action.
  const forms = new Set(around.open ? activity.view?.blocks.filter(({ type }) => type === "form").map(({ id }) => id) : []);
  const isTold = (/** @type {string} */ key, /** @type {number} */ atMs) => /^["{]/.test(key) || Date.now() - atMs < REFUSED_MS;
  const refusals = [...acting.refused].filter(([key, { atMs }]) => !forms.has(key) && isTold(key, atMs)).map(([, { text }]) => text);
  return html`<div class="blocks">
    ${activity.out_of_service && activity.phase === "open" ? html`<p class="notice notice-warning">${t("stage.faulted")}</p>` : nothing}
    ${activity.anonymous ? html`<p class="quiet anonymous">${t("stage.anonymous")}</p>` : nothing}
    ${around.open && activity.closes_at_ms && !hasClock(activity) ? countdown({ label: t("stage.closes"), until_ms: activity.closes_at_ms }, around) : nothing}
    ${activity.view ? drawBlocks(watchOnly ? onWall(activity, around.now()) : arranged(activity, meeting.organizes), around) : html`<p class="quiet">${t("stage.loading")}</p>`}
    ${watchOnly ? nothing : proofs(activity)}
    ${refusals.map((text) => html`<p class="refusal" role="alert">${text}</p>`)}
  </div>`;
}

/**
 * Whether the plugin shows a clock of its own: two would be one too many.
 * @param {import("./meeting.js").Activity} activity
 */
function hasClock(activity) {
  return activity.view?.blocks.some((block) => block.type === "countdown") ?? false;
}

/** A clock with more time than this is nothing to wait for. */
const CLOCK_MS = 3_600_000;

/** What there is to do. */
const DEEDS = ["buttons", "form"];

/** A title of so many characters is to be seen whole in the head of the stage, also on the narrowest phone. */
const TITLE_CHARS = 14;

/**
 * Whether the view begins with the title.
 * @param {import("./meeting.js").Activity} activity
 */
function isRepeated({ view, title }) {
  const first = view?.blocks[0];
  return first?.type === "heading" && first.text === title;
}

/** @param {import("./meeting.js").Activity} activity */
function isLong({ title }) {
  return title.length > TITLE_CHARS;
}

/** What says what there is to do. */
const WORDS = ["heading", "notice", "celebration", "text", "countdown"];

/** What of that says what has just come of something, also where tabs stand above it. */
const RESULTS = ["notice", "celebration"];

/** Figures in a line, which may stand between such words. */
const FIGURES = ["statistic", "progress"];

/** What may stand before what there is to do. */
const FIRST = [...WORDS, ...FIGURES, "tabs"];

/**
 * Whether it waits for what everybody does.
 * @param {import("./meeting.js").Activity} activity
 */
function asks({ phase, view }) {
  return phase === "open" && (view?.blocks ?? []).some((block) => block.type === "form" && isForEveryone(block));
}

/**
 * The blocks in the order in which a hand needs them: what there is to do comes right after what says so, before figures and
 * results, so that a thumb need not look for it; but after the draw that came before it, and, for hosts, after the pages: what
 * waits for them may stand there. A first heading that repeats a short title is left out: the head of the stage has it.
 * @param {import("./meeting.js").Activity} activity
 * @param {boolean} organizes
 */
function arranged(activity, organizes) {
  const blocks = (activity.view?.blocks ?? []).filter((block) => !isProof(block));
  const own = isRepeated(activity) && !isLong(activity) ? blocks.slice(1) : blocks;
  if (activity.phase !== "open") return own;
  const until = own.findIndex(({ type }) => !FIRST.includes(type));
  const first = until < 0 ? own : own.slice(0, until);
  const rest = own.slice(first.length);
  const tabs = first.findIndex(({ type }) => type === "tabs");
  const lead = first.filter(({ type }, at) => (tabs < 0 || at < tabs ? WORDS : RESULTS).includes(type));
  if (organizes && tabs >= 0) lead.push(first[tabs]);
  const isDeed = (/** @type {{type: string}} */ { type }) => DEEDS.includes(type);
  return [...lead, ...rest.filter(isDeed), ...first.filter((block) => !lead.includes(block)), ...rest.filter((block) => !isDeed(block))];
}

/**
 * The blocks on the wall, as the plugin has them but for what is of no use there: pages that nobody turns, choices that bars name
 * already, what is to be checked, and a clock that runs for a day.
 * @param {import("./meeting.js").Activity} activity
 * @param {number} nowMs
 */
function onWall({ view }, nowMs) {
  const blocks = view?.blocks ?? [];
  const without = blocks.some(({ type }) => type === "bars") ? ["tabs", "form"] : ["tabs"];
  const isFar = (/** @type {any} */ { type, until_ms: untilMs }) => type === "countdown" && untilMs - nowMs > CLOCK_MS;
  return blocks.filter((block) => !without.includes(block.type) && !isProof(block) && !isFar(block));
}
