// A list of things that people wrote or did. A card keeps its element as long as its id lives, and moves rather than jumps.

import { html, nothing, repeat } from "../render.js";
import { number } from "../texts.js";
import { row } from "./buttons.js";

/** @typedef {{id: string, text: string, author?: string, marks?: string[], score?: number, buttons?: import("./buttons.js").Button[]}} Card */

/**
 * @param {{title?: string, items: Card[]}} block
 * @param {import("../blocks.js").Dependencies} around
 */
export default function cards(block, around) {
  return html`<section class="cards">
    ${block.title ? html`<h3 class="block-title" dir="auto">${block.title}</h3>` : nothing}
    <ul>${repeat(block.items, (card) => card.id, (card) => draw(card, around))}</ul>
  </section>`;
}

/**
 * @param {Card} card
 * @param {import("../blocks.js").Dependencies} around
 */
function draw(card, around) {
  const has = card.score !== undefined && card.score !== null;
  return html`<li class="note">
    <p class="note-text" dir="auto">${card.text}</p>
    <p class="row quiet">
      ${has ? html`<strong class="note-score tabular">${number(/** @type {number} */ (card.score))}</strong>` : nothing}
      ${card.author ? html`<bdi>${card.author}</bdi>` : nothing}
      ${(card.marks ?? []).map((mark) => html`<span class="pill live">${mark}</span>`)}
    </p>
    ${row(card.buttons ?? [], around, "row note-buttons")}
  </li>`;
}
