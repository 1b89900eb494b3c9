// A question a row, all with the same answers.

import { html } from "../render.js";

/** @typedef {import("../inputs.js").Choice} Choice */

/**
 * @param {import("../inputs.js").Field} field
 * @param {Record<string, string> | undefined} value
 * @param {string} name
 * @param {(value: unknown) => void} change
 */
export function draw(field, value, name, change) {
  const answers = value ?? {};
  /** @type {{rows: Choice[], columns: Choice[]}} */
  const { rows, columns } = /** @type {any} */ (field.input);
  return html`<div class="stack-close">${rows.map((row) => html`<fieldset class="matrix-row">
    <legend dir="auto">${row.label}</legend>
    <div class="row">${columns.map((column) => html`<label class=${answers[row.value] === column.value ? "chip pressed" : "chip"}>
      <input type="radio" class="unseen" name=${`${name}-${row.value}`} .checked=${answers[row.value] === column.value}
        @change=${() => change((/** @type {object} */ before) => ({ ...before, [row.value]: column.value }))}>${column.label}</label>`)}</div>
  </fieldset>`)}</div>`;
}

/**
 * @param {Record<string, string> | undefined} value
 * @param {{rows: Choice[]}} input
 */
export function isFilled(value, input) {
  return input.rows.every((row) => value?.[row.value] !== undefined);
}
