// A bar chart. Bars grow smoothly; figures are there for whoever does not see them. Who has most stands out, or, where the plugin
// has marked what is right, that: whatever most people believe.

import { html, nothing } from "../render.js";
import { number, percent } from "../texts.js";

/** @typedef {{label: string, value: number}} Item */

/** @param {{title?: string, total: number, items: Item[]}} block */
export default function bars(block) {
  const most = Math.max(0, ...block.items.map((item) => item.value));
  const isMarked = block.items.some(isRight);
  const standsOut = (/** @type {Item} */ item) => (isMarked ? isRight(item) : item.value > 0 && item.value === most);
  return html`<figure class="bars">
    ${block.title ? html`<figcaption class="block-title" dir="auto">${block.title}</figcaption>` : nothing}
    <ul>${block.items.map((item) => bar(item, block.total, standsOut(item)))}</ul>
  </figure>`;
}

/** @param {Item} item */
const isRight = ({ label }) => label.endsWith("✓");

/**
 * @param {Item} item
 * @param {number} total
 * @param {boolean} leads
 */
function bar(item, total, leads) {
  const share = total ? Math.min(1, item.value / total) : 0;
  return html`<li class=${leads ? "bar-item leads" : "bar-item"}>
    <span class="bar-label" dir="auto">${item.label}</span>
    <span class="bar-figure tabular">${number(item.value)} <span class="bar-share">${percent(share)}</span></span>
    <span class="track" aria-hidden="true"><span class="track-fill" .style=${`transform: scaleX(${share})`}></span></span>
  </li>`;
}
