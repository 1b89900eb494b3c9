// A sentence that stands out.

import { html } from "../render.js";
import { t } from "../texts.js";

/** A sign each, so that it is not the colour alone that says what it is. */
/** @type {Record<string, string>} */
const SIGNS = { info: "ℹ", success: "✓", warning: "!" };

/** @param {{tone: string, text: string}} block */
export default function notice(block) {
  const tone = block.tone in SIGNS ? block.tone : "info";
  return html`<p class=${`notice notice-${tone}`} dir="auto">
    <span class="notice-sign" aria-hidden="true">${SIGNS[tone]}</span>
    <span><span class="unseen">${t(`notice.${tone}`)}</span>${block.text}</span>
  </p>`;
}
