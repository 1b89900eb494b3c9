// A paragraph of plain text.

import { html } from "../render.js";

/** A run of so many hexadecimal digits is a hash or a seed: to be compared, not to be read. */
const DIGITS = /^[0-9a-f]{32,}$/;

/** @param {{text: string}} block */
export default function text(block) {
  const parts = block.text.split(/([0-9a-f]{32,})/);
  return html`<p class="text" dir="auto">${parts.map((part) => (DIGITS.test(part) ? html`<code class="digest">${part}</code>` : part))}</p>`;
}
