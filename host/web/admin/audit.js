// Who did what to the plugins of the server, newest first.

import { html } from "../render.js";
import { dayAndTime, t } from "../texts.js";
import { withDigests } from "./digest.js";

/** @param {{at: string, who: string, what: string}[]} lines */
export function auditTemplate(lines) {
  return html`<section class="stack-close"><h2>${t("admin.audit")}</h2>
    <ol class="card audit">${lines.map((line) => html`<li><time class="quiet tabular" datetime=${line.at}>${dayAndTime(line.at)}</time>
      <span class="pill">${line.who}</span><span class="grow">${withDigests(line.what)}</span></li>`)}</ol></section>`;
}

/**
 * Why a version was taken out of service, as far as the lines say it.
 * @param {{what: string}[]} lines newest first
 * @param {{name: string, version: string, hash: string}} version
 */
export function whyQuarantined(lines, { name, version, hash }) {
  const start = `quarantined ${name} ${version} (${hash}): `;
  return lines.find((line) => line.what.startsWith(start))?.what.slice(start.length) ?? "";
}
