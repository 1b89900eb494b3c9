// Choices to pick from: large rows, the whole of each can be tapped.

import { nameOf, shared } from "../names.js";
import { html, live } from "../render.js";
import { t } from "../texts.js";

/**
 * @param {import("../inputs.js").Field} field
 * @param {string | string[] | undefined} value
 * @param {string} name
 * @param {(value: unknown) => void} change
 */
export function draw(field, value, name, change) {
  const { choices, max, many } = field.input;
  const picked = new Set(listed(value));
  const single = max === 1;
  const pick = (/** @type {string} */ one) => change((/** @type {typeof value} */ before) => {
    const others = single ? [] : listed(before).filter((other) => other !== one);
    const isOut = !single && (listed(before).includes(one) || others.length >= max);
    const next = isOut ? others : [...others, one];
    return many ? next : next[0];
  });
  // Those that read alike are people, and their values are ids.
  const who = (/** @type {import("../inputs.js").Choice} */ { value: id, label }) => ({ id, name: label });
  const twice = shared(choices.map(who));
  const full = !single && picked.size >= max;
  return html`${single ? "" : html`<p class="field-help" id=${`${name}-max`}>${t("choice.max", { count: max })}</p>`}
    <div class="choices">${choices.map((/** @type {import("../inputs.js").Choice} */ choice) => html`<label class=${picked.has(choice.value) ? "choice picked" : "choice"}>
      <input type=${single ? "radio" : "checkbox"} name=${name} .checked=${live(picked.has(choice.value))}
        ?disabled=${full && !picked.has(choice.value)} @change=${() => pick(choice.value)}>
      <span dir="auto">${nameOf(who(choice), twice)}</span>
    </label>`)}</div>`;
}

/** @param {string | string[] | undefined} value */
function listed(value) {
  return value === undefined ? [] : [value].flat();
}

/**
 * What is chosen already, where there is only one thing to choose.
 * @param {{choices: import("../inputs.js").Choice[], many?: boolean}} input
 */
export function only({ choices, many }) {
  if (choices.length !== 1) return undefined;
  return many ? [choices[0].value] : choices[0].value;
}

/**
 * @param {string | string[] | undefined} value
 * @param {{min?: number, max: number}} input
 */
export function isFilled(value, input) {
  const count = value === undefined || value === "" ? 0 : [value].flat().length;
  return count >= Math.max(1, input.min ?? 1) && count <= input.max;
}
