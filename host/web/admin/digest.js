// A digest: its beginning, by which people tell two of them apart, and the whole of it for whoever compares.

import { html } from "../render.js";
import { t } from "../texts.js";

const SHORT = 12;

/** What a digest looks like in a text. */
const DIGEST = /([0-9a-f]{64})/;

/** @param {string} hash */
export function digest(hash) {
  return html`<details class="digest"><summary><span class="unseen">${t("admin.hash")} </span>${hash.slice(0, SHORT)}…</summary>${hash}</details>`;
}

/**
 * A text with its digests short.
 * @param {string} text
 */
export function withDigests(text) {
  return text.split(DIGEST).map((part) => (DIGEST.test(part) ? digest(part) : part));
}
