// What organizers have in their hand: activities, people, the meeting itself. Comes to organizers only, when it is needed.

import { html } from "../render.js";
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
    this.parts = { activities: new Activities(meeting, changed, show), people: new People(meeting, changed), meet: new Meet(meeting, changed) };
  }

  template() {
    const tabs = /** @type {Tab[]} */ (["activities", "people", "meet"]);
    return html`<div class="row" role="group" aria-label=${t("organize")}>${tabs.map((tab) => html`<button class=${tab === this.tab ? "chip pressed" : "chip"}
        aria-pressed=${tab === this.tab ? "true" : "false"} @click=${() => this.#choose(tab)}>${t(`organize.${tab}`)}</button>`)}</div>
      ${this.parts[this.tab].template()}`;
  }

  /** @param {Tab} tab */
  #choose(tab) {
    this.tab = tab;
    this.changed();
  }
}
