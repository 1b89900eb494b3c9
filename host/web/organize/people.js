// Who is in the meeting, and what an organizer may do with them.
//
// Invariant: as long as the list is looked at nobody in it changes places, so that no finger meets somebody else: who comes is added
// at its end, and who goes stays where they were.

import { attempt } from "../attempt.js";
import { html, live, nothing, repeat } from "../render.js";
import { t } from "../texts.js";
import { KeptOut } from "./kept_out.js";
import { take } from "./measures.js";

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

const PAGE = 200;

/** A list of no more than a page is fetched anew when people come or go, so often at most; of a crowd the button does it. */
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
    /** @type {string | undefined} */
    this.next = undefined;
    this.sought = "";
    this.loading = false;
    this.timer = 0;
    this.isLate = false;
    /** How often somebody has become another: an answer that set out before that does not know it. */
    this.heard = 0;
    this.keptOut = new KeptOut(meeting, changed);
    meeting.room.addEventListener("event", (event) => this.#hear(/** @type {CustomEvent} */ (event).detail));
  }

  /** Somebody opens the list: it is in order then. */
  open() {
    if (!this.next) this.list = inOrder(this.list.filter((one) => !one.gone));
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

  /** Somebody came, or went, while it is open. */
  look() {
    if (this.next || this.list.length > PAGE) return;
    if (this.timer) return void (this.isLate = true);
    this.isLate = false;
    this.#again();
    this.timer = setTimeout(() => {
      this.timer = 0;
      if (this.isLate) this.look();
    }, ANEW_MS);
  }

  /** The next page of a crowd. */
  async #more() {
    if (this.loading || this.next === undefined) return;
    this.loading = true;
    const { next } = this;
    this.next = undefined;
    const isThere = await attempt(async () => {
      const page = await this.meeting.hezi.call("GET", `${this.meeting.path}/members?limit=${PAGE}&after=${encodeURIComponent(next)}`);
      this.list.push(...page.members);
      this.next = page.next;
    });
    if (!isThere) this.next = next;
    this.loading = false;
    this.changed();
  }

  template() {
    const shown = this.list.filter((member) => `${member.name} ${member.id}`.toLowerCase().includes(this.sought.toLowerCase()));
    return html`<div class="row"><label class="unseen" for="seek">${t("people.seek")}</label>
        <input class="input grow" id="seek" type="search" placeholder=${t("people.seek")} .value=${live(this.sought)} @input=${(/** @type {Event} */ event) => this.#seek(event)}>
        <button class="button quiet-button small-button" @click=${() => this.#again()}>${t("people.refresh")}</button></div>
      <ul class="stack-close">${repeat(shown, (member) => member.id, (member) => this.#member(member))}</ul>
      ${this.next ? html`<button class="button quiet-button" aria-disabled=${this.loading} @click=${() => this.#more()}>${t("people.more")}</button>` : nothing}
      ${this.keptOut.template()}`;
  }

  /** @param {Event} event */
  #seek(event) {
    this.sought = /** @type {HTMLInputElement} */ (event.target).value;
    this.changed();
  }

  /** Fetches the first page anew; what is shown stays until it is here. */
  async #again() {
    const { heard } = this;
    await attempt(async () => {
      const { members, next } = await this.meeting.hezi.call("GET", `${this.meeting.path}/members?limit=${PAGE}`);
      if (heard !== this.heard) return this.#again();
      Object.assign(this, { list: next ? members : inPlace(this.list, members), next });
    });
    this.changed();
  }

  /** @param {Member} member */
  #member(member) {
    const { conference, me } = this.meeting;
    const isAway = !member.gone && member.online === false;
    return html`<li class=${member.gone ? "person-row gone" : "person-row"} ?inert=${member.gone ?? false}><p class="row-apart"><span class="grow"><bdi>${member.name || member.id}</bdi> ${member.id === me?.id ? html`<span class="quiet">${t("chat.me")}</span>` : nothing}</span>
      ${member.role === "organizer" ? html`<span class="pill live">${t(member.id === conference.owner.id ? "owner" : "organizer")}</span>` : nothing}
      ${member.gone ? html`<span class="pill">${t("people.is_gone")}</span>` : nothing}
      ${isAway ? html`<span class="pill">${t("people.is_away")}</span>` : nothing}
      ${member.muted ? html`<span class="pill bad">${t("people.is_muted")}</span>` : nothing}</p>
      <div class="row person-deeds">${this.#deeds(member)}</div></li>`;
  }

  /**
   * What may be done about whoever wrote something. Of a crowd not everybody's role is known here: there the server says no.
   * @param {{id: string, name: string}} writer
   */
  ofWriter(writer) {
    return this.#deeds(this.list.find(({ id }) => id === writer.id) ?? writer);
  }

  /** @param {{id: string, name: string, role?: string, muted?: boolean}} who */
  #deeds(who) {
    const { conference, me } = this.meeting;
    // Of whom nothing is known yet nothing is offered that would be another thing a moment later.
    if (who.id === me?.id || who.id === conference.owner.id || !this.list.length) return nothing;
    const isHost = who.role === "organizer";
    // What takes a thing back stands where that was done, so that no second tap meets anything else.
    /** @type {import("./measures.js").Measure[]} */
    const deeds = conference.owner.id === me?.id ? [isHost ? "dismiss" : "appoint", "hand_over"] : [];
    if (!isHost) deeds.push(who.muted ? "unmute" : "mute", "remove");
    return repeat(deeds, (deed) => deed, (deed) => this.#deed(who, deed));
  }

  /**
   * A button for something that can be taken back, or is asked for once more.
   * @param {{id: string, name: string}} who
   * @param {import("./measures.js").Measure} deed
   */
  #deed(who, deed) {
    const style = deed === "remove" || deed === "hand_over" ? "danger-button" : "quiet-button";
    const text = t(`people.${deed}`);
    return html`<button class=${`button small-button ${style}`} aria-label=${`${text} · ${who.name || who.id}`} @click=${(/** @type {MouseEvent} */ event) => event.detail < 2 && take(this.meeting, who, deed)}>${text}</button>`;
  }
}

/**
 * Who is here first.
 * @param {Member[]} list
 */
function inOrder(list) {
  return list.sort((one, other) => Number(other.online) - Number(one.online) || (one.id < other.id ? -1 : 1));
}

/**
 * The members as they are now, each where they are shown already.
 * @param {Member[]} shown
 * @param {Member[]} members
 */
function inPlace(shown, members) {
  const now = new Map(members.map((member) => [member.id, member]));
  const known = new Set(shown.map((one) => one.id));
  return [...shown.map((one) => now.get(one.id) ?? { ...one, gone: true }), ...inOrder(members.filter((member) => !known.has(member.id)))];
}
