// Distributes points among choices. What is left to give is always to be seen.

import { html } from "../render.js";
import { t } from "../texts.js";

/**
 * @param {import("../inputs.js").Field} field
 * @param {Record<string, number> | undefined} value
 * @param {string} _name
 * @param {(value: unknown) => void} change
 */
export function draw(field, value, _name, change) {
  const given = value ?? {};
  /** @type {{choices: import("../inputs.js").Choice[], total: number}} */
  const { choices, total } = /** @type {any} */ (field.input);
  const left = total - sum(given);
  const give = (/** @type {string} */ to, /** @type {number} */ by) => change((/** @type {typeof given} */ before = {}) => {
    const has = (before[to] ?? 0) + by;
    return has < 0 || sum(before) + by > total ? before : { ...before, [to]: has };
  });
  return html`<p class="field-help" role="status">${t("points.left", { count: left })}</p>
    <ul class="order">${choices.map((choice) => html`<li class="order-item">
      <span class="grow" dir="auto">${choice.label}</span>
      <button type="button" class="icon-button" ?disabled=${!given[choice.value]} aria-label=${t("points.less", { name: choice.label })} @click=${() => give(choice.value, -1)}>−</button>
      <strong class="tabular">${given[choice.value] ?? 0}</strong>
      <button type="button" class="icon-button" ?disabled=${left <= 0} aria-label=${t("points.more", { name: choice.label })} @click=${() => give(choice.value, 1)}>+</button>
    </li>`)}</ul>`;
}

/** @param {Record<string, number>} given */
function sum(given) {
  return Object.values(given).reduce((all, one) => all + one, 0);
}

/**
 * @param {Record<string, number> | undefined} value
 * @param {{total: number}} input
 */
export function isFilled(value, input) {
  return sum(value ?? {}) === input.total;
}
