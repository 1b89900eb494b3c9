// Who came, on the wall: each name rises once and goes. In the lobby all of them stand together while people wait.

import { html, repeat } from "../render.js";
import { t } from "../texts.js";

/** So many at a time, and for so long; of a crowd only the last are named. */
const SHOWN_MAX = 5;
const SHOWN_MS = 4_000;

/** Names that there is room for in the lobby; the bar above says how many people there are. */
const CROWD_MAX = 48;

export class Arrivals {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {Set<string> | null} */
    this.known = null;
    /** @type {{id: string, name: string}[]} */
    this.shown = [];
    /** Names by id, who came last stands last. */
    /** @type {Map<string, string>} */
    this.here = new Map();
  }

  /**
   * Who was here before the screen was is greeted no more.
   * @param {{id: string, name: string}[]} people
   */
  know(people) {
    for (const { id, name } of people) if (!this.here.has(id)) this.here.set(id, name || id);
    this.changed();
  }

  /**
   * Who is a member no more does not stand among those who came.
   * @param {{id: string}[]} members all of them
   */
  keep(members) {
    const ids = new Set(members.map(({ id }) => id));
    for (const id of this.here.keys()) if (!ids.has(id)) this.here.delete(id);
    this.shown = this.shown.filter(({ id }) => ids.has(id));
  }

  /** Everybody, latest first. */
  crowd() {
    const names = [...this.here].reverse().slice(0, CROWD_MAX);
    return html`<ul class="crowd">${repeat(names, ([id]) => id, ([, name]) => html`<li dir="auto">${name}</li>`)}</ul>`;
  }

  /** @param {{id: string, name: string}[]} recent latest first */
  take(recent) {
    const before = this.known;
    this.know([...recent].reverse());
    this.known = new Set([...(before ?? []), ...recent.map((person) => person.id)]);
    // Who was there before the screen was is nobody who came.
    if (!before) return;
    const fresh = recent.filter((person) => !before.has(person.id)).slice(0, SHOWN_MAX);
    if (!fresh.length) return;
    this.shown = [...fresh, ...this.shown].slice(0, SHOWN_MAX);
    this.changed();
    setTimeout(() => {
      this.shown = this.shown.filter((person) => !fresh.includes(person));
      this.changed();
    }, SHOWN_MS);
  }

  template() {
    return html`<ul class="arrivals" aria-live="off">${repeat(this.shown, (person) => person.id, (person) => html`<li class="arrival">${t("screen.welcome", { name: person.name || person.id })}</li>`)}</ul>`;
  }
}
