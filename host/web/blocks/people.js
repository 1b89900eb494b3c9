// A list of people, each with a remark.

import { html, nothing } from "../render.js";

/**
 * @param {{title?: string, items: {id: string, name: string, detail?: string}[]}} block
 * @param {import("../blocks.js").Named} around
 */
export default function people(block, { called }) {
  if (!block.items.length) return nothing;
  return html`<section class="people">
    ${block.title ? html`<h3 class="block-title" dir="auto">${block.title}</h3>` : nothing}
    <ul>${block.items.map((person) => html`<li>
      <bdi class="person-name">${called(person)}</bdi>
      ${person.detail ? html`<span class="person-detail" dir="auto">${person.detail}</span>` : nothing}
    </li>`)}</ul>
  </section>`;
}
