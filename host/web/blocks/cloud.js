// Words, drawn larger the more they weigh: in seven sizes, so that the sizes are styles and not numbers in the page.

import { html, nothing } from "../render.js";

const SIZES = 7;

/** @param {{title?: string, items: {text: string, weight: number}[]}} block */
export default function cloud(block) {
  const most = Math.max(1, ...block.items.map((word) => word.weight));
  return html`<section class="cloud">
    ${block.title ? html`<h3 class="block-title" dir="auto">${block.title}</h3>` : nothing}
    <ul>${block.items.map((word) => html`<li class=${`word word-${Math.ceil((word.weight / most) * SIZES) || 1}`} dir="auto">${word.text}<span class="unseen"> ${word.weight}</span></li>`)}</ul>
  </section>`;
}
