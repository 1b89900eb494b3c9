// Who was sent out of the meeting and is kept out, and the way back in.

import { attempt } from "../attempt.js";
import { nameOf, shared } from "../names.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { labelOf } from "./labels.js";
import { take } from "./measures.js";

export class KeptOut {
  /**
   * @param {import("../room/meeting.js").Meeting} meeting
   * @param {() => void} changed
   */
  constructor(meeting, changed) {
    this.meeting = meeting;
    this.changed = changed;
    /** @type {{id: string, name: string, by: {id: string, name: string}}[]} */
    this.list = [];
  }

  template() {
    if (!this.list.length) return nothing;
    const twice = shared(this.list);
    return html`<section class="stack-close kept-out"><h3>${t("kept_out")}</h3>
      <ul class="stack-close">${this.list.map((one) => this.#item({ id: one.id, name: nameOf(one, twice) }, one.by))}</ul></section>`;
  }

  /**
   * @param {import("../names.js").Person} who
   * @param {import("../names.js").Person} by
   */
  #item(who, by) {
    const back = t("kept_out.readmit");
    return html`<li class="person-row row-apart"><span class="grow"><bdi>${who.name}</bdi>
        <span class="quiet">${t("kept_out.by", { name: by.name || by.id })}</span></span>
        <button class="button quiet-button small-button" aria-label=${labelOf(back, who.name)} @click=${() => take(this.meeting, who, "readmit")}>${back}</button></li>`;
  }

  async load() {
    await attempt(async () => {
      this.list = (await this.meeting.hezi.call("GET", `${this.meeting.path}/removals`)).removals;
    });
    this.changed();
  }
}
