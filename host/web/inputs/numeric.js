// A number within its limits.

import { html, live, nothing } from "../render.js";
import { number } from "../texts.js";
import { shownAs, typed } from "./typed.js";

/**
 * @param {import("../inputs.js").Field} field
 * @param {number | undefined} value
 * @param {string} name
 * @param {(value: unknown) => void} change
 * @param {unknown} [described] ids of what says more of it
 * @param {unknown} [invalid] "true" where what stands in it was refused
 */
export function draw(field, value, name, change, described = nothing, invalid = nothing) {
  const { min, max, step } = field.input;
  const read = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    typed(name, input.value);
    change(input.value === "" || Number.isNaN(input.valueAsNumber) ? undefined : input.valueAsNumber);
  };
  return html`<input class="input" id=${name} type="number" inputmode=${Number.isInteger(step) ? "numeric" : "decimal"} min=${min} max=${max} step=${step}
      aria-label=${field.label} aria-describedby=${described} aria-invalid=${invalid} .value=${live(shownAs(name, value))} @input=${read}>
    <p class="field-help tabular">${number(min)} – ${number(max)}</p>`;
}

/**
 * @param {number | undefined} value
 * @param {{min: number, max: number, step: number}} input
 */
export function isFilled(value, input) {
  if (typeof value !== "number" || value < input.min || value > input.max) return false;
  const steps = (value - input.min) / input.step;
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}
