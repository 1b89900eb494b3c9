// A text that is one of those in the list beside it (`"x-one-of": "choices"`): picked, and not typed once more.
//
// Invariant: in a form it is the place of what was picked, so that it stays with that, however it is renamed and moved; what is sent
// is the text that stands there then.

import { t } from "../texts.js";

/** @typedef {import("./schema.js").Schema} Schema */

/**
 * The list that a text is picked from; none where it is typed.
 * @param {Schema | undefined} part
 * @param {Record<string, any> | undefined} beside the values of the same object
 * @returns {any[] | null}
 */
function listFor(part, beside) {
  const list = beside?.[part?.["x-one-of"]];
  return Array.isArray(list) ? list : null;
}

/**
 * How it is drawn: as a choice of what stands in the list.
 * @param {Schema} part
 * @param {Record<string, any>} beside
 */
export function among(part, beside) {
  const list = listFor(part, beside);
  if (!list) return part;
  return { ...part, enum: ["", ...list.keys()], labels: ["—", ...list.map((text, at) => text || t("form.item", { count: at + 1 }))] };
}

/**
 * What stands in a form of a text that was sent.
 * @param {any} text
 * @param {Schema | undefined} part
 * @param {Record<string, any>} beside
 */
export function placeOf(text, part, beside) {
  const list = listFor(part, beside);
  if (!list) return text;
  return list.includes(text) ? list.indexOf(text) : "";
}

/**
 * What is sent of what stands in a form.
 * @param {any} place
 * @param {Schema | undefined} part
 * @param {Record<string, any>} beside
 */
export function textOf(place, part, beside) {
  const list = listFor(part, beside);
  if (!list) return place;
  return list[place] ?? "";
}

/**
 * The same values, where what was picked from a list has gone along as its items moved.
 * @param {Record<string, any> | undefined} beside
 * @param {Record<string, Schema>} properties
 * @param {string} list
 * @param {(at: number) => number | ""} moved where the item of a place is now, if it is still there
 */
export function followed(beside, properties, list, moved) {
  const picks = Object.keys(properties).filter((name) => properties[name]["x-one-of"] === list && typeof beside?.[name] === "number");
  return { ...beside, ...Object.fromEntries(picks.map((name) => [name, moved(beside?.[name])])) };
}
