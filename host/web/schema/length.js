// A length of time: a number, and the unit that it counts. What is sent counts seconds.

import { html, live } from "../render.js";
import { t } from "../texts.js";

/** @typedef {{id: string, invalid: string, described: unknown}} Described of a field: its id, and what an input is tied to */
/** @typedef {{scale: number, name: () => string, of: (count: number) => string}} Unit `scale` is how many seconds it has, `of` says so many of them */

/** @type {Unit[]} */
const UNITS = [
  { scale: 1, name: () => t("unit.seconds"), of: (count) => t("length.seconds", { count }) },
  { scale: 60, name: () => t("unit.minutes"), of: (count) => t("length.minutes", { count }) },
  { scale: 3_600, name: () => t("unit.hours"), of: (count) => t("length.hours", { count }) },
  { scale: 86_400, name: () => t("unit.days"), of: (count) => t("length.days", { count }) },
];

/** What was typed last into each field, by its id: the text, its unit, and the length that they were. */
/** @type {Map<string, {text: string, unit: Unit, seconds: number | undefined}>} */
const typed = new Map();

/**
 * @param {import("./schema.js").Schema} schema
 * @param {number | undefined} value in seconds
 * @param {Described} field
 * @param {(value: number | undefined) => void} change
 */
export function lengthInput(schema, value, { id, invalid, described }, change) {
  const { minimum = 0, maximum = Infinity } = schema;
  const units = UNITS.filter(({ scale }) => scale === 1 || scale <= maximum);
  const { text, unit } = shown(id, value, units);
  const set = (/** @type {string} */ text, /** @type {Unit} */ unit, /** @type {number | undefined} */ seconds) => {
    typed.set(id, { text, unit, seconds });
    change(seconds);
  };
  // Both look at what stands in the row now: the unit may have been chosen since the row was drawn last.
  const type = (/** @type {Event} */ event) => {
    const { input, unit } = row(event);
    set(input.value, unit, Number.isNaN(input.valueAsNumber) ? undefined : Math.round(input.valueAsNumber * unit.scale));
  };
  const choose = (/** @type {Event} */ event) => {
    const { input, unit } = row(event);
    if (input.value === "") return set("", unit, undefined);
    // As many of them, as far as that may be.
    const seconds = Math.min(Math.max(Math.round(Number(input.value) * unit.scale), minimum), maximum);
    set(String(seconds / unit.scale), unit, seconds);
  };
  const row = (/** @type {Event} */ event) => {
    const [input, list] = /** @type {HTMLElement} */ (event.currentTarget).parentElement?.children ?? [];
    return { input: /** @type {HTMLInputElement} */ (input), unit: units[/** @type {HTMLSelectElement} */ (list).selectedIndex] };
  };
  return html`<div class="row unit-row"><input class="input" id=${id} type="number" inputmode="decimal" step="any" min=${minimum / unit.scale} max=${maximum / unit.scale}
      aria-invalid=${invalid} aria-describedby=${described} .value=${live(text)} @input=${type}>
    <select class="input" aria-label=${[schema.title, t("unit")].filter(Boolean).join(" · ")} @change=${choose}>${units.map((one) => html`<option .selected=${live(one === unit)}>${one.name()}</option>`)}</select></div>`;
}

/**
 * What stands in the field: what was typed as long as it is that length, and otherwise as few units as it is.
 * @param {string} id
 * @param {number | undefined} value
 * @param {Unit[]} units
 */
function shown(id, value, units) {
  const last = typed.get(id);
  if (last && last.seconds === value && units.includes(last.unit)) return last;
  const unit = fitting(value, units);
  return { text: value === undefined || value === null ? "" : String(value / unit.scale), unit };
}

/**
 * The largest unit of which it is so many and no more.
 * @param {number | null | undefined} value
 * @param {Unit[]} units
 */
function fitting(value, units) {
  return (value && [...units].reverse().find(({ scale }) => value % scale === 0)) || units[0];
}

/**
 * A length of time in words.
 * @param {number} seconds
 */
export function lengthText(seconds) {
  const unit = fitting(seconds, UNITS);
  return unit.of(seconds / unit.scale);
}
