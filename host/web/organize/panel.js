// What organizers have in their hand: activities, the meeting itself, people, one below the other: each of it is two taps away.
// Comes to organizers only, when it is needed.

import { attempt } from "../attempt.js";
import { hint, isOpen, openSheet } from "../dialogs.js";
import { html, nothing, onceDrawn } from "../render.js";
import { wallLink } from "../room/addresses.js";
import { addTexts, t } from "../texts.js";
import english from "../texts/en.hosts.js";
import chinese from "../texts/zh-Hans.hosts.js";
import { Activities } from "./activities.js";
import { againTemplate } from "./again.js";
import { Anchor } from "./anchor.js";
import { Meet } from "./meet.js";
import { People } from "./people.js";
import { reportLinks } from "./reports.js";
import { keepRow, noteRow } from "./rows.js";
import { wallMark, wallMove } from "./wall.js";

/** @typedef {"activities" | "meet" | "people"} Part */

addTexts({ "zh-Hans": chinese, en: english });

/** In this order: the people are many, and stand last. */
const PARTS = /** @type {Part[]} */ (["activities", "meet", "people"]);

/** A notice has no more characters. */
const NOTICE_CHARS = 500;

export class Panel {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {() => void} changed
   * @param {(activity: string) => void} show puts an activity onto the stage
   */
  constructor(meeting, changed, show) {
    this.meeting = meeting;
    this.changed = changed;
    /** The form that is shown, if one is. */
    /** @type {unknown} */
    this.form = null;
    this.anchor = new Anchor("organize");
    this.parts = { activities: new Activities(meeting, () => this.#changed(), show), meet: new Meet(meeting, changed), people: new People(meeting, changed) };
    meeting.room.addEventListener("presence", (event) => {
      this.parts.people.meet(/** @type {CustomEvent} */ (event).detail.recent ?? []);
      if (isOpen("organize")) this.parts.people.look();
    });
  }

  template() {
    const { activities, meet } = this.parts;
    if (activities.preparing) return activities.template();
    return html`<nav class="row parts" aria-label=${t("organize")}>${PARTS.map((part) => html`<button class="chip" @click=${() => goTo(part)}>${t(`organize.${part}`)}</button>`)}</nav>
      ${meet.switches()}
      ${PARTS.map((part) => html`<section class="sheet-part" id=${`organize-${part}`} tabindex="-1" aria-labelledby=${`organize-${part}-title`}>
        <h2 id=${`organize-${part}-title`}>${t(`organize.${part}`)}</h2>${this.parts[part].template()}</section>`)}`;
  }

  /** Before each drawing of the page. */
  drawing() {
    if (isOpen("organize")) this.anchor.note();
    noteRow();
  }

  /** After it. */
  drawn() {
    this.anchor.keep();
    keepRow();
  }

  /** @param {import("../room/meeting.js").Activity} activity on the stage */
  onStage(activity) {
    return this.parts.activities.onStage(activity, () => this.open("activities"));
  }

  /**
   * What there is to do first, where nothing is on the stage.
   * @param {number} count of the activities that are over
   * @param {() => void} openPast shows those
   */
  toBegin(count, openPast) {
    return html`<div class="row"><button class="button small-button" @click=${() => this.open("activities")}>${t("organize.new")}</button>
      <a class="button quiet-button small-button" href=${wallLink(this.meeting)} target="_blank" rel="noopener">${t("meet.screen")}</a>
      ${count ? html`<button class="button quiet-button small-button" @click=${openPast}>${t("stage.all", { count })}</button>` : nothing}</div>`;
  }

  /** @param {import("../room/meeting.js").Activity} activity that is over */
  ofPast(activity) {
    return this.meeting.organizes ? reportLinks(activity) : nothing;
  }

  /** The way to hold a meeting that is over once more. */
  again() {
    return againTemplate(this.meeting);
  }

  /**
   * Opens it, where somebody wants to look.
   * @param {Part} [part]
   */
  open(part) {
    openSheet("organize", this.changed);
    this.begin(part);
  }

  /**
   * Somebody has just opened it.
   * @param {Part} [part] where they want to look
   */
  begin(part) {
    const { activities } = this.parts;
    const isFirst = activities.plugins === null;
    const loaded = this.look();
    if (!part) return;
    // A form that was left open gives way; what was typed is kept.
    this.form = activities.preparing = null;
    onceDrawn(() => goTo(part));
    // What has come above it since has moved it; whoever has gone on by then is not called back.
    if (isFirst) loaded.then(() => onceDrawn(() => isAt(part) && goTo(part)));
  }

  /** Learns what people are now: what may be done about the writer of a message hangs on it. */
  learnPeople() {
    this.parts.people.look();
  }

  /**
   * The short way of a message onto the wall, and off it.
   * @param {import("../room/messages.js").Message} message
   * @param {boolean} isOnWall
   */
  besideMessage(message, isOnWall) {
    return wallMark(this.meeting, message, isOnWall);
  }

  /**
   * What hosts do with a message, and about its writer.
   * @param {import("../room/messages.js").Message} message
   * @param {boolean | undefined} isOnWall undefined where hosts do not choose what of the chat is there
   */
  ofMessage(message, isOnWall) {
    const { deleted_by, from, text } = message;
    const deeds = this.parts.people.ofWriter(from);
    return html`${deleted_by || isOnWall === undefined ? nothing : wallMove(this.meeting, message, isOnWall)}${deleted_by || [...text].length > NOTICE_CHARS ? nothing : html`<button class="button quiet-button" @click=${() => this.#pin(text)}>${t("message.pin")}</button>`}
      ${deeds === nothing ? nothing : html`<p class="quiet">${t("message.from")} <bdi>${from.name || from.id}</bdi></p><div class="row">${deeds}</div>`}`;
  }

  /** @param {string} text */
  async #pin(text) {
    if (await attempt(() => this.meeting.room.send({ type: "pin", text }))) hint(t("meet.pinned"));
  }

  /** A form begins at its beginning, wherever in the list somebody has chosen it; and so does the list after it. */
  #changed() {
    const { preparing } = this.parts.activities;
    if (preparing !== this.form) onceDrawn(() => document.getElementById("organize")?.scrollTo({ top: 0 }));
    this.form = preparing;
    this.changed();
  }

  /** Whoever opens it sees what others have changed meanwhile: a plugin that was loaded a minute ago, who has come. */
  async look() {
    if (this.meeting.over) return;
    this.parts.people.open();
    await this.parts.activities.load();
  }
}

/** @param {Part} part */
function goTo(part) {
  section(part)?.focus({ preventScroll: true });
  section(part)?.scrollIntoView();
}

/**
 * Whether the cursor is where a part begins.
 * @param {Part} part
 */
function isAt(part) {
  return document.activeElement === section(part);
}

/** @param {Part} part */
function section(part) {
  return document.getElementById(`organize-${part}`);
}
