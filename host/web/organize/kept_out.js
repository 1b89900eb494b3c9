// Who was sent out of the meeting and is kept out, and the way back in.

import { attempt } from "../attempt.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
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
    return html`<section class="stack-close kept-out"><h3>${t("kept_out")}</h3>
      <ul class="stack-close">${this.list.map((one) => html`<li class="person-row row-apart"><span class="grow"><bdi>${one.name || one.id}</bdi>
        <span class="quiet">${t("kept_out.by", { name: one.by.name || one.by.id })}</span></span>
        <button class="button quiet-button small-button" aria-label=${`${t("kept_out.readmit")} · ${one.name || one.id}`} @click=${() => take(this.meeting, one, "readmit")}>${t("kept_out.readmit")}</button></li>`)}</ul></section>`;
  }

  async load() {
    await attempt(async () => {
      this.list = (await this.meeting.hezi.call("GET", `${this.meeting.path}/removals`)).removals;
    });
    this.changed();
  }
}
