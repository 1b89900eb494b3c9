// Who did what to the plugins of the server, newest first.

import { html } from "../render.js";
import { dayAndTime, t } from "../texts.js";

/** @param {{at: string, who: string, what: string}[]} lines */
export function auditTemplate(lines) {
  return html`<section class="stack-close"><h2>${t("admin.audit")}</h2>
    <ol class="card audit">${lines.map((line) => html`<li><time class="quiet tabular" datetime=${line.at}>${dayAndTime(line.at)}</time>
      <span class="pill">${line.who}</span><span class="grow">${line.what}</span></li>`)}</ol></section>`;
}
