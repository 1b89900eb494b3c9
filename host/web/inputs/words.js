// Text of one line or of several.

import { html, live, nothing } from "../render.js";

/**
 * @param {import("../inputs.js").Field} field
 * @param {string | undefined} value
 * @param {string} name
 * @param {(value: unknown) => void} change
 * @param {unknown} [described] ids of what says more of it
 * @param {unknown} [invalid] "true" where what stands in it was refused
 */
export function draw(field, value, name, change, described = nothing, invalid = nothing) {
  const { max_chars: maxChars, placeholder = "", lines = 1 } = field.input;
  const read = (/** @type {Event} */ event) => change(/** @type {HTMLInputElement} */ (event.target).value);
  if (lines > 1) {
    return html`<textarea class="input" id=${name} rows=${Math.min(lines, 8)} maxlength=${maxChars} placeholder=${placeholder} dir="auto"
      aria-label=${field.label} aria-describedby=${described} aria-invalid=${invalid} .value=${live(value ?? "")} @input=${read}></textarea>`;
  }
  return html`<input class="input" id=${name} maxlength=${maxChars} placeholder=${placeholder} autocomplete="off" dir="auto"
    aria-label=${field.label} aria-describedby=${described} aria-invalid=${invalid} .value=${live(value ?? "")} @input=${read}>`;
}

/** @param {string | undefined} value */
export function isFilled(value) {
  return typeof value === "string" && value.trim() !== "";
}
