// Numbers of a configuration in the units that people think in: the schema says by `x-unit` what a number counts.
//
// Invariant: what is sent is a number in the schema's unit, whatever was typed.

import { number, t } from "../texts.js";
import { lengthInput, lengthText } from "./length.js";
import { ownZone, zoneInput } from "./zone.js";

/**
 * @typedef {object} Unit
 * @property {number} scale how many of the schema's unit make one of what is typed
 * @property {() => string} name what stands behind the field
 */

/** @type {Record<string, Unit>} */
const UNITS = {
  cents: { scale: 100, name: () => t("unit.yuan") },
};

/** @type {Unit} */
const PLAIN = { scale: 1, name: () => "" };

/** Those that are more than a number with a word behind it. */
/** @type {Record<string, typeof lengthInput | typeof zoneInput | undefined>} */
const INPUTS = {
  seconds: lengthInput,
  "utc-offset-minutes": zoneInput,
};

/**
 * @param {import("./schema.js").Schema} schema
 * @returns {Unit}
 */
export function unitOf(schema) {
  return UNITS[schema["x-unit"]] ?? PLAIN;
}

/**
 * What draws the input, where a plain number does not.
 * @param {import("./schema.js").Schema} schema
 */
export function inputOf(schema) {
  return INPUTS[schema["x-unit"]];
}

/** How so much of it is said. */
/** @type {Record<string, ((value: number) => string) | undefined>} */
const TEXTS = {
  cents: (value) => `${number(value / 100)} ${t("unit.yuan")}`,
  seconds: lengthText,
};

/**
 * Why a number is refused, in the unit that it was typed in; empty where that is not for its size.
 * @param {import("./schema.js").Schema} schema
 * @param {unknown} value
 */
export function beyond({ minimum = -Infinity, maximum = Infinity, "x-unit": unit }, value) {
  const text = TEXTS[unit];
  if (!text || typeof value !== "number") return "";
  if (value > maximum) return t("form.at_most", { most: text(maximum) });
  return value < minimum ? t("form.at_least", { least: text(minimum) }) : "";
}

/**
 * What stands in a field at first because the reader's browser knows it better than a default.
 * @param {import("./schema.js").Schema} schema
 */
export function known(schema) {
  return schema["x-unit"] === "utc-offset-minutes" ? ownZone() : undefined;
}
