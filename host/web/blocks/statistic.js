// One figure.

import { html } from "../render.js";

/** @param {{label: string, value: string}} block */
export default function statistic(block) {
  return html`<p class="statistic"><span class="statistic-label" dir="auto">${block.label}</span> <strong class="statistic-value tabular" dir="auto">${block.value}</strong></p>`;
}
