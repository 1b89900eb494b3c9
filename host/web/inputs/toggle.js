// True or false.

import { html, live } from "../render.js";

/**
 * @param {import("../inputs.js").Field} field
 * @param {boolean | undefined} value
 * @param {string} name
 * @param {(value: unknown) => void} change
 */
export function draw(field, value, name, change) {
  return html`<label class="tick"><input type="checkbox" role="switch" id=${name} .checked=${live(Boolean(value))}
    @change=${(/** @type {Event} */ event) => change(/** @type {HTMLInputElement} */ (event.target).checked)}><span dir="auto">${field.label}</span></label>`;
}

/** Off is an answer as well. */
export const initial = () => false;

/** @param {boolean | undefined} value */
export function isFilled(value) {
  return typeof value === "boolean";
}
