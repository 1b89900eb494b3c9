// A bar chart. Bars grow smoothly; figures are there for whoever does not see them.

import { html, nothing } from "../render.js";
import { number, percent } from "../texts.js";

/** @param {{title?: string, total: number, items: {label: string, value: number}[]}} block */
export default function bars(block) {
  const most = Math.max(0, ...block.items.map((item) => item.value));
  return html`<figure class="bars">
    ${block.title ? html`<figcaption class="block-title" dir="auto">${block.title}</figcaption>` : nothing}
    <ul>${block.items.map((item) => bar(item, block.total, most))}</ul>
  </figure>`;
}

/**
 * @param {{label: string, value: number}} item
 * @param {number} total
 * @param {number} most
 */
function bar(item, total, most) {
  const share = total ? Math.min(1, item.value / total) : 0;
  const leads = item.value > 0 && item.value === most;
  return html`<li class=${leads ? "bar-item leads" : "bar-item"}>
    <span class="bar-label" dir="auto">${item.label}</span>
    <span class="bar-figure tabular">${number(item.value)} <span class="bar-share">${percent(share)}</span></span>
    <span class="track" aria-hidden="true"><span class="track-fill" .style=${`transform: scaleX(${share})`}></span></span>
  </li>`;
}
