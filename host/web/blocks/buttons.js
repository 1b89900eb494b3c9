// Buttons in a row, each sends its action as it is.

import { html, nothing } from "../render.js";
import { agreed } from "./agreed.js";
import { isShown } from "./audience.js";

/** @typedef {{label: string, action: object, pressed?: boolean, shown_to?: string, confirm?: string}} Button */

/**
 * @param {{items: Button[]}} block
 * @param {import("../blocks.js").Dependencies} around
 */
export default function buttons(block, around) {
  // The one thing that there is to do is as large as the button of a form.
  const [only, ...others] = block.items.filter((button) => isShown(button, around));
  if (only && !others.length && !only.pressed && around.open) return draw(only, around, "button wide");
  return row(block.items, around, "row");
}

/**
 * A row of buttons, here and on cards.
 * @param {Button[]} items
 * @param {import("../blocks.js").Dependencies} around
 * @param {string} style
 */
export function row(items, around, style) {
  const shown = items.filter((button) => isShown(button, around));
  if (!shown.length) return nothing;
  return html`<div class=${style}>${shown.map((button) => draw(button, around, button.pressed ? "chip pressed" : "chip"))}</div>`;
}

/**
 * @param {Button} button
 * @param {import("../blocks.js").Dependencies} around
 * @param {string} style
 */
function draw(button, around, style) {
  const action = JSON.stringify(button.action);
  const doing = around.acting.doing(action);
  // What was tapped looks tapped at once; the view that follows says what came of it.
  const pressed = doing ? !button.pressed : Boolean(button.pressed);
  const send = async () => (await agreed(button.confirm, button.label)) && around.acting.act(action, button.action);
  return html`<button class=${style} aria-pressed=${button.pressed === undefined ? nothing : pressed ? "true" : "false"}
    ?disabled=${!around.open} aria-disabled=${doing} @click=${send}>${button.label}</button>`;
}
