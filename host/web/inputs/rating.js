// A number picked from a scale: stars where there are few, a slider where there are many.

import { html } from "../render.js";
import { number, t } from "../texts.js";
import * as numeric from "./numeric.js";

/** More steps than this do not fit side by side under a thumb. */
const STARS_MAX = 10;

/**
 * @param {import("../inputs.js").Field} field
 * @param {number | undefined} value
 * @param {string} name
 * @param {(value: unknown) => void} change
 */
export function draw(field, value, name, change) {
  const { min, max, step } = field.input;
  const count = Math.round((max - min) / step) + 1;
  if (count > STARS_MAX) return numeric.draw(field, value, name, change);
  const steps = Array.from({ length: count }, (_, at) => Number((min + at * step).toFixed(6)));
  return html`<div class="stars">${steps.map((score) => html`<label class=${value !== undefined && score <= value ? "star lit" : "star"}>
    <input type="radio" class="unseen" name=${name} .checked=${score === value} @change=${() => change(score)} aria-label=${t("rating.of", { score, max })}>
    <span class="star-shape" aria-hidden="true">★</span><span class="star-figure tabular" aria-hidden="true">${number(score)}</span>
  </label>`)}</div>`;
}

export { isFilled } from "./numeric.js";
