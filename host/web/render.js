// The view library, and when it draws: the one place that knows lit-html.
//
// A page has one template of all it shows, and one `paint` that may be called as often as anything changes: it draws once a
// frame, and only the places that differ.

import { html, noChange, nothing, render } from "./vendor/lit-html/lit-html.js";

export { html, noChange, nothing };
export { repeat } from "./vendor/lit-html/directives/repeat.js";
export { live } from "./vendor/lit-html/directives/live.js";

/** @typedef {import("./vendor/lit-html/lit-html.d.ts").TemplateResult | typeof nothing | string | number | unknown[]} Drawn */

/**
 * Draws into an element; gives what asks for it to be drawn anew. What stood in the element before goes with the first
 * drawing.
 * @param {Element} root
 * @param {() => Drawn} template
 * @param {() => void} [drawn] called once after each time; what measures the page belongs there
 * @returns {() => void}
 */
export function painter(root, template, drawn = () => {}) {
  let due = false;
  let isDrawn = false;
  return () => {
    if (due) return;
    due = true;
    // A page that nobody looks at gets no frames, and needs none: the next one shows all.
    requestAnimationFrame(() => {
      due = false;
      if (!isDrawn) root.replaceChildren();
      isDrawn = true;
      render(template(), /** @type {HTMLElement} */ (root));
      drawn();
    });
  };
}
