// What kinds of input a field of a form takes. One file a kind: a new one is a new file and a line here.

import { html } from "./render.js";
import * as choice from "./inputs/choice.js";
import * as hidden from "./inputs/hidden.js";
import * as matrix from "./inputs/matrix.js";
import * as numeric from "./inputs/numeric.js";
import * as order from "./inputs/order.js";
import * as points from "./inputs/points.js";
import * as rating from "./inputs/rating.js";
import * as toggle from "./inputs/toggle.js";
import * as words from "./inputs/words.js";

/** @typedef {{value: string, label: string}} Choice */
/** @typedef {{name: string, label: string, help?: string, required: boolean, preset?: unknown, input: {type: string, [more: string]: any}}} Field */
/** @typedef {{draw: (field: Field, value: any, name: string, change: (value: unknown) => void, described?: unknown, invalid?: unknown) => unknown, isFilled: (value: any, input: any) => boolean, initial?: (input: any) => unknown, only?: (input: any) => unknown}} Kind */

/** @type {Record<string, Kind>} */
const KINDS = { choice, hidden, matrix, number: numeric, order, points, rating, switch: toggle, text: words };

/**
 * @param {Field} field
 * @param {unknown} value
 * @param {string} name tells the field's elements from all others of the page
 * @param {(value: unknown) => void} change takes it, or how it comes of the one before: a second tap may be faster than the page is drawn
 * @param {unknown} [described] ids of what says more of it
 * @param {unknown} [invalid] "true" where what stands in it was refused
 */
export function drawInput(field, value, name, change, described, invalid) {
  const kind = KINDS[field.input.type];
  return kind ? kind.draw(field, value, name, change, described, invalid) : html`<p class="quiet">${field.input.plain ?? field.label}</p>`;
}

/**
 * Whether it is one input, and not a group of them.
 * @param {Field} field
 */
export function isOne({ input }) {
  return input.type === "text" || input.type === "number";
}

/**
 * Whether the field may be sent as it is.
 * @param {Field} field
 * @param {unknown} value
 */
export function isComplete(field, value) {
  const kind = KINDS[field.input.type];
  if (!kind) return !field.required;
  return kind.isFilled(value, field.input) || (!field.required && isEmpty(value));
}

/** @param {unknown} value */
function isEmpty(value) {
  return value === undefined || value === "" || (Array.isArray(value) && !value.length) || (typeof value === "object" && value !== null && !Object.keys(value).length);
}

/**
 * What has to be in the field, where nothing else can be.
 * @param {Field} field
 */
export function onlyOf(field) {
  return field.required ? KINDS[field.input.type]?.only?.(field.input) : undefined;
}

/**
 * What stands in the field at first.
 * @param {Field} field
 */
export function presetOf(field) {
  if (field.preset !== undefined && field.preset !== null) return field.preset;
  return KINDS[field.input.type]?.initial?.(field.input);
}
