// A small line of how something went, from nothing up to its largest value. What it says stands beside it in words.

import { html, nothing } from "../render.js";
import { svg } from "../vendor/lit-html/lit-html.js";

const WIDTH = 120;
const HEIGHT = 28;

/** @param {number[]} values oldest first */
export function chart(values) {
  if (values.length < 2) return nothing;
  const most = Math.max(...values) || 1;
  const points = values.map((value, at) => `${((at / (values.length - 1)) * WIDTH).toFixed(1)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1)}`);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">${svg`<polygon points=${`0,${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}`}/><polyline points=${points.join(" ")}/>`}</svg>`;
}
