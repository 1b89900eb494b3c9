// The report of an activity that is over, to be downloaded. It does not show it: see `results`.

import { html } from "../render.js";
import { t } from "../texts.js";
import { labelOf } from "./labels.js";

/** @param {import("../room/meeting.js").Activity} activity */
export function reportLinks({ id, title }) {
  const link = (/** @type {string} */ format, /** @type {string} */ text) => html`<a class="button quiet-button small-button" download
    aria-label=${labelOf(text, title)} href=${`/api/activities/${id}/report?format=${format}`}>${text}</a>`;
  return html`${link("csv", t("report.csv"))} ${link("xlsx", t("report.xlsx"))}`;
}
