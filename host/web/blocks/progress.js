// How far something is.

import { html } from "../render.js";
import { number } from "../texts.js";

/** @param {{label: string, value: number, total: number}} block */
export default function progress(block) {
  const share = block.total ? Math.min(1, block.value / block.total) : 0;
  return html`<div class="progress">
    <p class="row-apart"><span dir="auto">${block.label}</span><span class="tabular quiet">${number(block.value)} / ${number(block.total)}</span></p>
    <div class="track" role="progressbar" aria-label=${block.label} aria-valuemin="0" aria-valuemax=${block.total} aria-valuenow=${block.value}>
      <div class="track-fill" .style=${`transform: scaleX(${share})`}></div>
    </div>
  </div>`;
}
