// What was typed into one form, brought into another: what has a field of the same name and kind there stands in it, the rest falls
// away and is named. Knows configurations as they are sent, and the schema of the other form.

import { kindOf, resolve } from "./schema.js";

/** @typedef {import("./schema.js").Schema} Schema */

/**
 * What fits, and the texts and numbers that were typed and do not.
 * @param {object} config
 * @param {object} begun what stood in the first form before anybody typed: nobody misses that
 * @param {Schema} schema of the other form
 * @returns {{config: object | undefined, lost: string[]}}
 */
export function carried(config, begun, schema) {
  /** @type {string[]} */
  const lost = [];
  return { config: fitted(config, begun, schema, { root: schema, lost }), lost };
}

/**
 * @param {any} value
 * @param {any} begun
 * @param {Schema} part
 * @param {{root: Schema, lost: string[]}} form what falls away is added to the lost
 * @returns {any} nothing where nothing of it fits
 */
function fitted(value, begun, part, form) {
  const schema = resolve(part, form.root);
  const kind = kindOf(schema);
  if (kind === "object" && isObject(value)) {
    const entries = Object.entries(value).map(([name, one]) => [name, Object.hasOwn(schema.properties, name) ? fitted(one, begun?.[name], schema.properties[name], form) : lose(one, begun?.[name], form)]);
    return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
  }
  if (kind === "list" && Array.isArray(value)) {
    const kept = value.map((one, at) => fitted(one, begun?.[at], schema.items, form)).filter((one) => one !== undefined);
    return kept.length ? kept : undefined;
  }
  return isOf(kind, schema, value) ? value : lose(value, begun, form);
}

/**
 * Whether a single field takes a value.
 * @param {ReturnType<typeof kindOf>} kind
 * @param {Schema} schema
 * @param {unknown} value
 */
function isOf(kind, schema, value) {
  switch (kind) {
    case "choice":
      return schema.enum.includes(value);
    case "text":
      return typeof value === "string";
    case "number":
      return schema.type === "integer" ? Number.isInteger(value) : typeof value === "number";
    case "toggle":
      return typeof value === "boolean";
    default:
      return kind === "json";
  }
}

/**
 * What was typed of a value that has no place. A switch has no words of its own.
 * @param {any} value
 * @param {any} begun
 * @param {{lost: string[]}} form
 * @returns {undefined}
 */
function lose(value, begun, form) {
  if (typeof value === "object" && value !== null) for (const [name, one] of Object.entries(value)) lose(one, begun?.[name], form);
  else if (["string", "number"].includes(typeof value) && value !== "" && value !== begun) form.lost.push(String(value));
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
