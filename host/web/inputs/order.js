// Puts choices into an order, first the best: by buttons, which work with a thumb, a keyboard and a screen reader alike.

import { html, repeat } from "../render.js";
import { t } from "../texts.js";

/**
 * @param {import("../inputs.js").Field} field
 * @param {string[] | undefined} value
 * @param {string} _name
 * @param {(value: unknown) => void} change
 */
export function draw(field, value, _name, change) {
  const placed = value ?? [];
  /** @type {import("../inputs.js").Choice[]} */
  const choices = field.input.choices;
  const label = new Map(choices.map((choice) => [choice.value, choice.label]));
  const move = (/** @type {string} */ one, /** @type {number} */ by) => change((/** @type {string[]} */ before = []) => {
    const [at, next] = [before.indexOf(one), [...before]];
    if (next[at] && next[at + by]) [next[at], next[at + by]] = [next[at + by], one];
    return next;
  });
  // The choices keep their places: a thumb that taps one after another finds each where it was.
  // Once more takes it out.
  const tap = (/** @type {string} */ one) => change((/** @type {string[]} */ before = []) => (before.includes(one) ? before.filter((other) => other !== one) : [...before, one]));
  return html`<p class="field-help">${t("order.tap")}</p>
    <div class="row">${choices.map(({ value: one, label: text }) => html`<button type="button" class=${placed.includes(one) ? "chip pressed" : "chip"} dir="auto"
      aria-pressed=${placed.includes(one) ? "true" : "false"} @click=${() => tap(one)}>${text}</button>`)}</div>
    <ol class="order">${repeat(placed, (one) => one, (one, at) => html`<li class="order-item picked">
      <span class="standing-rank tabular">${at + 1}</span><span class="grow" dir="auto">${label.get(one)}</span>
      <button type="button" class="icon-button" ?disabled=${at === 0} aria-label=${t("order.up", { name: label.get(one) ?? "" })} @click=${() => move(one, -1)}>↑</button>
      <button type="button" class="icon-button" ?disabled=${at === placed.length - 1} aria-label=${t("order.down", { name: label.get(one) ?? "" })} @click=${() => move(one, 1)}>↓</button>
    </li>`)}</ol>`;
}

/**
 * @param {string[] | undefined} value
 * @param {{min?: number}} input
 */
export function isFilled(value, input) {
  return (value?.length ?? 0) >= Math.max(1, input.min ?? 1);
}
