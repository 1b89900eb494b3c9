// Reads a JSON Schema for a form: what kind of field each part is, what it is called, and what stands in it at first.
//
// A schema says by keywords of its own how a form is to be drawn: `x-order`, `x-unit`, `x-for`, `x-one-of`,
// `x-begin`; see the SDK. It draws nothing. Kinds that it does not know become JSON to be typed, so that no plugin is locked out of the pages.

import { placeOf, textOf } from "./pick.js";
import { known } from "./unit.js";

/** @typedef {{[more: string]: any}} Schema */

/**
 * The schema with its reference followed, and an optional one (`anyOf` with null) as what it is when it is there. What has a
 * title is called what its title says: what stands in it is described for programmers, in one language.
 * @param {Schema} schema
 * @param {Schema} root
 * @returns {Schema}
 */
export function resolve(schema, root) {
  if (typeof schema.$ref === "string" && schema.$ref.startsWith("#/")) {
    const found = schema.$ref.slice(2).split("/").reduce((place, part) => place?.[part.replace(/~1/g, "/").replace(/~0/g, "~")], root);
    const { $ref: _, ...beside } = schema;
    return found ? resolve(called(found, beside), root) : schema;
  }
  const options = schema.anyOf ?? schema.oneOf;
  if (options) {
    const real = options.filter((/** @type {Schema} */ one) => one.type !== "null");
    const { anyOf: _any, oneOf: _one, ...beside } = schema;
    if (real.length === 1) return resolve(called(real[0], beside), root);
    const words = real.map((/** @type {Schema} */ one) => one.const ?? (one.enum?.length === 1 ? one.enum[0] : undefined));
    if (words.every((/** @type {unknown} */ word) => typeof word === "string")) {
      return { ...beside, type: "string", enum: words, labels: real.map((/** @type {Schema} */ one) => one.title ?? one.description) };
    }
  }
  if (Array.isArray(schema.type)) return { ...schema, type: schema.type.find((type) => type !== "null") };
  return schema;
}

/**
 * What a schema refers to, with what stands beside the reference.
 * @param {Schema} found
 * @param {Schema} beside
 */
function called(found, beside) {
  const { title: _title, description: _description, ...unnamed } = found;
  return { ...(beside.title === undefined ? found : unnamed), ...beside };
}

/**
 * @param {Schema} schema resolved
 * @returns {"object" | "list" | "choice" | "text" | "number" | "toggle" | "json"}
 */
export function kindOf(schema) {
  if (Array.isArray(schema.enum)) return "choice";
  switch (schema.type) {
    case "object":
      return schema.properties ? "object" : "json";
    case "array":
      return schema.items ? "list" : "json";
    case "string":
      return "text";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "toggle";
    default:
      return "json";
  }
}

/**
 * The properties of an object in the order in which they are asked for: as the plugin names them (`x-order`), and where it does
 * not, what must be there first.
 * @param {Schema} schema resolved
 * @returns {[string, Schema][]}
 */
export function propertiesOf(schema) {
  const required = /** @type {string[]} */ (schema.required ?? []);
  const first = required.filter((name) => name in schema.properties);
  const names = [...first, ...Object.keys(schema.properties).filter((name) => !first.includes(name))];
  const place = (/** @type {string} */ name) => schema.properties[name]["x-order"] ?? Infinity;
  const compare = (/** @type {number} */ one, /** @type {number} */ other) => (one === other ? 0 : one - other);
  return names.sort((one, other) => compare(place(one), place(other))).map((name) => [name, schema.properties[name]]);
}

/**
 * Whether a field is asked for: not what is there for older clients only, and not what means nothing beside the others
 * (`"x-for": {"kind": ["matrix"]}`).
 * @param {Schema} part
 * @param {Record<string, any>} beside the values of the same object
 */
export function isAsked(part, beside) {
  const wanted = Object.entries(/** @type {Record<string, any[]>} */ (part["x-for"] ?? {}));
  return !part.deprecated && wanted.every(([name, values]) => values.includes(beside[name]));
}

/**
 * What stands in a field at first: its default, or what is empty and yet has the least that it must have.
 * @param {Schema} part
 * @param {Schema} root
 * @returns {any}
 */
export function initial(part, root) {
  const schema = resolve(part, root);
  const better = known(schema) ?? schema.default;
  if (better !== undefined) return structuredCloneOf(better);
  switch (kindOf(schema)) {
    case "object": {
      const required = new Set(schema.required ?? []);
      const entries = Object.entries(schema.properties).filter(([name, one]) => required.has(name) || resolve(/** @type {Schema} */ (one), root).default !== undefined);
      return Object.fromEntries(entries.map(([name, one]) => [name, initial(/** @type {Schema} */ (one), root)]));
    }
    case "list":
      return begun(schema, root);
    case "choice":
      return schema.enum[0];
    case "text":
      return "";
    case "number":
      // Nobody means the least money that there is.
      return schema["x-unit"] === "cents" ? undefined : (schema.minimum ?? undefined);
    case "toggle":
      return false;
    default:
      return undefined;
  }
}

/**
 * The entries that a list begins with: as many as it must have, and as it is likely to get (`"x-begin": 2`).
 * @param {Schema} schema resolved
 * @param {Schema} root
 */
export function begun(schema, root) {
  return Array.from({ length: Math.max(schema.minItems ?? 0, schema["x-begin"] ?? 0) }, () => initial(schema.items, root));
}

/**
 * What stands in a form of what was sent.
 * @param {any} value
 * @param {Schema} part
 * @param {Schema} root
 * @returns {any}
 */
export function opened(value, part, root) {
  const schema = resolve(part, root);
  const kind = kindOf(schema);
  if (kind === "list" && Array.isArray(value)) return value.map((one) => opened(one, schema.items, root));
  if (kind !== "object" || typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, schema.properties[name] ? opened(one, schema.properties[name], root) : one]);
  return Object.fromEntries(entries.map(([name, one]) => [name, placeOf(one, schema.properties[name], value)]));
}

/**
 * What is sent: without fields that may be left out and were.
 * @param {any} value
 * @param {Schema} part
 * @param {Schema} root
 * @returns {any}
 */
export function cleaned(value, part, root) {
  const schema = resolve(part, root);
  const kind = kindOf(schema);
  if (kind === "list" && Array.isArray(value)) return value.map((one) => cleaned(one, schema.items, root));
  if (kind !== "object" || typeof value !== "object" || value === null) return value;
  const required = new Set(schema.required ?? []);
  const means = (/** @type {string} */ name) => !schema.properties[name]?.["x-for"] || isAsked(schema.properties[name], value);
  const texts = Object.entries(value).map(([name, one]) => [name, textOf(one, schema.properties[name], value)]);
  const kept = texts.filter(([name, one]) => one !== undefined && means(name) && (one !== "" || required.has(name)));
  return Object.fromEntries(kept.map(([name, one]) => [name, schema.properties[name] ? cleaned(one, schema.properties[name], root) : one]));
}

/**
 * What a field is called. The server has translated it: titles are in the reader's language.
 * @param {Schema} schema resolved
 * @param {string} name
 */
export function labelOf(schema, name) {
  const title = schema.title ?? schema.description ?? name;
  return { title, help: schema.title ? (schema.description ?? "") : "" };
}

/** @param {any} value */
function structuredCloneOf(value) {
  return JSON.parse(JSON.stringify(value));
}
