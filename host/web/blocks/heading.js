// A heading over what follows.

import { html } from "../render.js";

/** @param {{text: string}} block */
export default function heading(block) {
  return html`<h3 class="heading" dir="auto">${block.text}</h3>`;
}
