// What organizers have in their hand: activities, people, the meeting itself. Comes to organizers only, when it is needed.

import { isOpen, openSheet } from "../dialogs.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { Activities } from "./activities.js";
import { Meet } from "./meet.js";
import { People } from "./people.js";

/** @typedef {"activities" | "people" | "meet"} Tab */

export class Panel {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {() => void} changed
   * @param {(activity: string) => void} show puts an activity onto the stage
   */
  constructor(meeting, changed, show) {
    this.meeting = meeting;
    this.changed = changed;
    /** @type {Tab} */
    this.tab = "activities";
    /** The form that is shown, if one is. */
    /** @type {unknown} */
    this.form = null;
    this.parts = { activities: new Activities(meeting, () => this.#changed(), show), people: new People(meeting, changed), meet: new Meet(meeting, changed) };
    meeting.room.addEventListener("presence", () => isOpen("organize") && this.tab === "people" && this.parts.people.look());
  }

  template() {
    const tabs = /** @type {Tab[]} */ (["activities", "people", "meet"]);
    return html`<div class="row" role="group" aria-label=${t("organize")}>${tabs.map((tab) => html`<button class=${tab === this.tab ? "chip pressed" : "chip"}
        aria-current=${tab === this.tab ? "true" : nothing} @click=${() => this.#choose(tab)}>${t(`organize.${tab}`)}</button>`)}</div>
      ${this.parts[this.tab].template()}`;
  }

  /** @param {import("../room/meeting.js").Activity} activity on the stage */
  onStage(activity) {
    return this.parts.activities.onStage(activity, () => {
      openSheet("organize", this.changed);
      this.#choose("activities");
    });
  }

  /** @param {Tab} tab */
  #choose(tab) {
    this.tab = tab;
    this.look();
    this.changed();
  }

  /** A form begins at its beginning, wherever in the list somebody has chosen it; and so does the list after it. */
  #changed() {
    const { preparing } = this.parts.activities;
    if (preparing !== this.form) requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById("organize")?.scrollTo({ top: 0 })));
    this.form = preparing;
    this.changed();
  }

  /** Whoever opens it sees what others have changed meanwhile: a plugin that was loaded a minute ago, who has come. */
  look() {
    if (this.meeting.over) return;
    if (this.tab === "activities") this.parts.activities.load();
    if (this.tab === "people") this.parts.people.look();
  }
}
