// A small line of how often something happened between two looks. Its figure stands beside it in words.

import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { svg } from "../vendor/lit-html/lit-html.js";

const WIDTH = 120;
const HEIGHT = 28;

/** @param {number[]} totals growing, oldest first */
export function chart(totals) {
  if (totals.length < 2) return nothing;
  const steps = totals.slice(1).map((total, at) => Math.max(0, total - totals[at]));
  const most = Math.max(...steps);
  const points = steps.map((step, at) => `${((at / Math.max(1, steps.length - 1)) * WIDTH).toFixed(1)},${(HEIGHT - 2 - (step / Math.max(1, most)) * (HEIGHT - 4)).toFixed(1)}`);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">${svg`<polyline points=${points.join(" ")}/>`}</svg>
    <span class="quiet tabular">${t("admin.rate", { count: steps.at(-1) ?? 0, most })}</span>`;
}
