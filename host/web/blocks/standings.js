// Who leads, first place first.

import { html, nothing, repeat } from "../render.js";
import { number, t } from "../texts.js";

/** @typedef {{rank: number, id: string, name: string, score: number, change: number}} Standing */

/**
 * @param {{title?: string, items: Standing[]}} block
 * @param {import("../blocks.js").Named} around
 */
export default function standings(block, { called }) {
  return html`<section class="standings">
    ${block.title ? html`<h3 class="block-title" dir="auto">${block.title}</h3>` : nothing}
    <ol>${repeat(block.items, (item) => item.id, (item) => html`<li class=${item.rank <= 3 ? "standing ahead" : "standing"}>
      <span class="standing-rank tabular">${item.rank}</span>
      <bdi class="grow">${called(item)}</bdi>
      ${moved(item.change)}
      <strong class="tabular">${number(item.score)}</strong>
    </li>`)}</ol>
  </section>`;
}

/** @param {number} places */
function moved(places) {
  if (!places) return nothing;
  const words = t(places > 0 ? "standings.up" : "standings.down", { count: Math.abs(places) });
  return html`<span class="quiet tabular" title=${words}><span aria-hidden="true">${places > 0 ? "▲" : "▼"}${Math.abs(places)}</span><span class="unseen">${words}</span></span>`;
}
