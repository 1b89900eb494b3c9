// Something to be glad of. The text stands alone; the confetti is only decoration, and none where motion is not wanted.

import { html } from "../render.js";

const PIECES = 14;

/** @param {{text: string}} block */
export default function celebration(block) {
  const pieces = Array.from({ length: PIECES }, (_, at) => html`<i class=${`confetti confetti-${at % 7}`}></i>`);
  return html`<div class="celebration"><div class="confetti-field" aria-hidden="true">${pieces}</div><p dir="auto">${block.text}</p></div>`;
}
