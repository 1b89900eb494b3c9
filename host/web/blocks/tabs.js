// Other pages and filters of the same activity. Choosing one asks for the view again and sends nothing, so it can be done as well
// when a meeting is over.

import { html, nothing } from "../render.js";
import { t } from "../texts.js";

/**
 * @param {{items: {label: string, query: string, current?: boolean}[]}} block
 * @param {import("../blocks.js").Dependencies} around
 */
export default function tabs(block, around) {
  // What leads on from what is shown stands for none of it.
  const label = t(block.items.some(({ current }) => current) ? "tabs.shown" : "tabs.pages");
  return html`<div class="row tabs" role="group" aria-label=${label}>${block.items.map((tab) => html`<button class=${tab.current ? "chip pressed" : "chip"}
    aria-current=${tab.current ? "true" : nothing} @click=${() => around.ask(tab.query)}>${tab.label}</button>`)}</div>`;
}
