// Who is in the meeting, and what an organizer may do with them.
//
// Invariants:
// * As long as the list is looked at nobody in it changes places, so that no finger meets somebody else: who comes is added at its
//   end, and who goes stays where they were. Who comes to a crowd is counted, and stands first once somebody wants to see them.
// * Of several answers that are on their way only the one to the last question counts.
// * Whoever is sought is sought among all, up to a few thousand, and not only among those who were loaded before.

import { attempt } from "../attempt.js";
import { idOf, nameOf, shared } from "../names.js";
import { html, live, nothing, repeat } from "../render.js";
import { currentLanguage, t } from "../texts.js";
import { KeptOut } from "./kept_out.js";
import { labelOf } from "./labels.js";
import { take } from "./measures.js";
import { Newcomers } from "./newcomers.js";

/** @typedef {{id: string, name: string, role: string, joined_at: string, online?: boolean, gone?: boolean, [more: string]: any}} Member */

/** What a measure makes of somebody. */
/** @type {Record<string, Partial<Member>>} */
const NOW = {
  appointed: { role: "organizer", muted: false },
  dismissed: { role: "participant" },
  handed_over: { role: "organizer", muted: false },
  muted: { muted: true },
  removed: { gone: true },
  unmuted: { muted: false },
};

/** The server gives no more at once. */
const PAGE = 1_000;

/** Among so many somebody is sought: a few thousand names are no burden for a phone. */
const SOUGHT_MAX = 5_000;

/** So many are drawn, until somebody wants more: rows of buttons are one. */
const ROWS = 200;

/** A list of as many as are drawn at first is fetched anew when people come or go, so often at most; a longer one as much more seldom. */
const ANEW_MS = 3_000;

export class People {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {() => void} changed
   */
  constructor(meeting, changed) {
    this.meeting = meeting;
    this.changed = changed;
    /** @type {Member[]} */
    this.list = [];
    /** Where the members go on whom the list does not have yet, if there are any. */
    /** @type {string | undefined} */
    this.next = undefined;
    /** So many are fetched, and so many are drawn. */
    this.most = PAGE;
    this.rows = ROWS;
    this.sought = "";
    /** Whether who is sought is sought among all as they are now. */
    this.seeksAll = false;
    this.isSeeking = false;
    this.loading = false;
    this.timer = 0;
    this.isLate = false;
    /** How often somebody has become another: an answer that set out before that does not know it. */
    this.heard = 0;
    /** How often it was asked for. */
    this.asked = 0;
    this.newcomers = new Newcomers();
    this.keptOut = new KeptOut(meeting, changed);
    meeting.room.addEventListener("event", (event) => this.#hear(/** @type {CustomEvent} */ (event).detail));
  }

  /** Somebody opens the list: it is in order then. */
  open() {
    this.list = inOrder(this.list.filter((one) => !one.gone));
    this.newcomers.clear();
    this.look();
    this.keptOut.load();
  }

  /**
   * Somebody did something about a person.
   * @param {{kind: string, who?: {id: string}}} frame
   */
  #hear({ kind, who }) {
    const now = NOW[kind];
    if (now) this.heard += 1;
    if (now) this.list = this.list.map((one) => (one.id === who?.id ? { ...one, ...now } : one));
    if (this.meeting.organizes && ["removed", "readmitted"].includes(kind)) this.keptOut.load();
  }

  /**
   * Somebody came, or went.
   * @param {{id: string, name: string}[]} recent who came last
   */
  meet(recent) {
    const come = this.newcomers.among(recent, this.list, this.#isFull);
    this.list = [...this.list, ...come.map(({ id, name }) => ({ id, name, role: "participant", joined_at: "", online: true }))];
  }

  /** Somebody came, or went, while it is open. */
  look() {
    if (this.timer) return void (this.isLate = true);
    this.isLate = false;
    this.#again();
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (this.isLate) this.look();
    }, ANEW_MS * Math.max(1, this.list.length / ROWS));
  }

  /** Whether no row is drawn for whoever is added. */
  get #isFull() {
    return this.list.length >= this.rows;
  }

  get #isCrowd() {
    return this.list.length > ROWS;
  }

  /** More rows of a crowd, and who is to stand in them. */
  #more() {
    if (this.loading) return;
    const isSpent = this.#found().length <= this.rows;
    this.rows += ROWS;
    if (!isSpent) return this.changed();
    this.most += PAGE;
    this.#again();
  }

  /** Who fits what is sought: everybody where nobody is. */
  #found() {
    const sought = this.sought.trim().toLowerCase();
    return this.list.filter(({ name, id }) => `${name} ${id}`.toLowerCase().includes(sought));
  }

  template() {
    const found = this.#found();
    const twice = shared(this.list);
    const said = this.#said(found.length);
    return html`<div class="row"><label class="unseen" for="seek">${t("people.seek")}</label>
        <input class="input grow" id="seek" type="search" placeholder=${t("people.seek")} .value=${live(this.sought)} @input=${(/** @type {Event} */ event) => this.#seek(event)}>
        <button class="button quiet-button small-button" @click=${() => this.#refresh()}>${this.newcomers.count ? t("people.new", { count: this.newcomers.count }) : t("people.refresh")}</button></div>
      <p class=${said ? "quiet" : "unseen"} role="status">${said}</p>
      <ul class="stack-close">${repeat(found.slice(0, this.rows), (member) => member.id, (member) => this.#member(member, twice))}</ul>
      ${this.next || found.length > this.rows ? html`<button class="button quiet-button" aria-disabled=${this.loading} @click=${() => this.#more()}>${t("people.more")}</button>` : nothing}
      ${this.keptOut.template()}`;
  }

  /**
   * What is said of a search: it goes on, or there is nobody.
   * @param {number} count of those who were found
   */
  #said(count) {
    if (!this.sought.trim()) return "";
    if (this.isSeeking || (this.loading && !this.list.length)) return t("people.seeking");
    return count ? "" : t("people.none");
  }

  /** @param {Event} event */
  #seek(event) {
    this.sought = /** @type {HTMLInputElement} */ (event.target).value;
    this.rows = ROWS;
    this.most = Math.max(this.most, SOUGHT_MAX);
    if (!this.sought) this.seeksAll = false;
    else if (this.#isCrowd && !this.seeksAll && !this.isSeeking) this.#seekAll();
    this.changed();
  }

  /** Of a crowd the list is an old one, and not all of it. */
  async #seekAll() {
    this.isSeeking = true;
    this.seeksAll = await this.#again();
    this.isSeeking = false;
    this.changed();
  }

  /** Who has come since stands first; where that is nobody as far as is known, it is asked for. */
  #refresh() {
    if (!this.newcomers.count) return this.#again();
    this.list = this.newcomers.first(this.list, inOrder);
    this.changed();
  }

  /**
   * Fetches the members anew; what is shown stays until they are here.
   * @returns {Promise<boolean>} whether they are
   */
  async #again() {
    this.loading = true;
    const turn = ++this.asked;
    const isDone = await attempt(async () => {
      let heard, fetched;
      // Once more, where somebody has become another meanwhile.
      do {
        ({ heard } = this);
        fetched = await this.#fetch();
      } while (heard !== this.heard);
      const { members, next } = fetched;
      if (turn !== this.asked) return;
      if (this.#isFull) this.newcomers.note(members, this.list, this.next);
      Object.assign(this, { list: inPlace(this.list, members, next), next });
    });
    if (turn === this.asked) this.loading = false;
    this.changed();
    return isDone;
  }

  /** @returns {Promise<{members: Member[], next?: string}>} as many as are wanted, and where they go on */
  async #fetch() {
    /** @type {Member[]} */
    const members = [];
    let after = "";
    for (;;) {
      const page = await this.meeting.hezi.call("GET", `${this.meeting.path}/members?limit=${PAGE}${after}`);
      members.push(...page.members);
      if (!page.next || members.length >= this.most) return { members, next: page.next };
      after = `&after=${encodeURIComponent(page.next)}`;
    }
  }

  /**
   * @param {Member} member
   * @param {Set<string>} twice the names that more than one of them have
   */
  #member(member, twice) {
    const { conference, me } = this.meeting;
    const isAway = !member.gone && member.online === false;
    return html`<li class=${member.gone ? "person-row gone" : "person-row"} ?inert=${member.gone ?? false}><p class="row-apart"><span class="grow"><bdi>${member.name || member.id}</bdi>${twice.has(member.name) ? html` <bdi class="quiet">${idOf(member)}</bdi>` : nothing} ${member.id === me?.id ? html`<span class="quiet">${t("chat.me")}</span>` : nothing}</span>
      ${member.role === "organizer" ? html`<span class="pill live">${t(member.id === conference.owner.id ? "owner" : "organizer")}</span>` : nothing}
      ${member.gone ? html`<span class="pill">${t("people.is_gone")}</span>` : nothing}
      ${isAway ? html`<span class="pill">${t("people.is_away")}</span>` : nothing}
      ${member.muted ? html`<span class="pill bad">${t("people.is_muted")}</span>` : nothing}</p>
      <div class="row person-deeds">${this.#deeds(member, twice)}</div></li>`;
  }

  /**
   * What may be done about whoever wrote something. Of a crowd not everybody's role is known here: there the server says no.
   * @param {{id: string, name: string}} writer
   */
  ofWriter(writer) {
    return this.#deeds(this.list.find(({ id }) => id === writer.id) ?? writer, shared(this.list));
  }

  /**
   * @param {{id: string, name: string, role?: string, muted?: boolean}} who
   * @param {Set<string>} twice
   */
  #deeds(who, twice) {
    const { conference, me } = this.meeting;
    // Of whom nothing is known yet nothing is offered that would be another thing a moment later.
    if (who.id === me?.id || who.id === conference.owner.id || !this.list.length) return nothing;
    const isHost = who.role === "organizer";
    // What takes a thing back stands where that was done, so that no second tap meets anything else.
    /** @type {import("./measures.js").Measure[]} */
    const deeds = conference.owner.id === me?.id ? [isHost ? "dismiss" : "appoint", "hand_over"] : [];
    if (!isHost) deeds.push(who.muted ? "unmute" : "mute", "remove");
    return repeat(deeds, (deed) => deed, (deed) => this.#deed({ id: who.id, name: nameOf(who, twice) }, deed));
  }

  /**
   * A button for something that can be taken back, or is asked for once more.
   * @param {{id: string, name: string}} who
   * @param {import("./measures.js").Measure} deed
   */
  #deed(who, deed) {
    const style = deed === "remove" || deed === "hand_over" ? "danger-button" : "quiet-button";
    const text = t(`people.${deed}`);
    return html`<button class=${`button small-button ${style}`} aria-label=${labelOf(text, who.name)} @click=${(/** @type {MouseEvent} */ event) => event.detail < 2 && take(this.meeting, who, deed)}>${text}</button>`;
  }
}

/**
 * Who is here first, and of those who run the meeting; then by their names.
 * @param {Member[]} list
 */
function inOrder(list) {
  const { compare } = new Intl.Collator(currentLanguage());
  const isHost = (/** @type {Member} */ { role }) => Number(role === "organizer");
  return list.sort((one, other) => Number(other.online) - Number(one.online) || isHost(other) - isHost(one) || compare(one.name || one.id, other.name || other.id) || (one.id < other.id ? -1 : 1));
}

/**
 * The members as they are now, each where they are shown already.
 * @param {Member[]} shown
 * @param {Member[]} members in order of their ids
 * @param {string | undefined} next after whom there are others, of whom nothing is known
 */
function inPlace(shown, members, next) {
  const now = new Map(members.map((member) => [member.id, member]));
  const known = new Set(shown.map((one) => one.id));
  const isGone = (/** @type {Member} */ { id }) => next === undefined || id <= next;
  return [...shown.map((one) => now.get(one.id) ?? { ...one, gone: one.gone || isGone(one) }), ...inOrder(members.filter((member) => !known.has(member.id)))];
}
