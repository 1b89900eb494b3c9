// Reads a JSON Schema for a form: what kind of field each part is, what it is called, and what stands in it at first.
//
// It draws nothing. Kinds that it does not know become JSON to be typed, so that no plugin is locked out of the pages.

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
 * The properties of an object in the order in which they are asked for: what must be there first, as the schema lists it.
 * @param {Schema} schema resolved
 * @returns {[string, Schema][]}
 */
export function propertiesOf(schema) {
  const first = (schema.required ?? []).filter((/** @type {string} */ name) => name in schema.properties);
  const names = [...first, ...Object.keys(schema.properties).filter((name) => !first.includes(name))];
  return names.map((name) => [name, schema.properties[name]]);
}

/**
 * What stands in a field at first: its default, or what is empty and yet has the least that it must have.
 * @param {Schema} part
 * @param {Schema} root
 * @returns {any}
 */
export function initial(part, root) {
  const schema = resolve(part, root);
  if (schema.default !== undefined) return structuredCloneOf(schema.default);
  switch (kindOf(schema)) {
    case "object": {
      const required = new Set(schema.required ?? []);
      const entries = Object.entries(schema.properties).filter(([name, one]) => required.has(name) || resolve(/** @type {Schema} */ (one), root).default !== undefined);
      return Object.fromEntries(entries.map(([name, one]) => [name, initial(/** @type {Schema} */ (one), root)]));
    }
    case "list":
      return Array.from({ length: Math.max(schema.minItems ?? 0, 0) }, () => initial(schema.items, root));
    case "choice":
      return schema.enum[0];
    case "text":
      return "";
    case "number":
      return schema.minimum ?? undefined;
    case "toggle":
      return false;
    default:
      return undefined;
  }
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
  const kept = Object.entries(value).filter(([name, one]) => one !== undefined && (one !== "" || required.has(name)));
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
