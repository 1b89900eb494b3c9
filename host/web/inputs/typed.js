// A number as it was typed, for as long as it is that number: "1.0" on the way to "1.05" is no "1" to be written over it.

/** What was typed last into each field, by its id. */
/** @type {Map<string, string>} */
const texts = new Map();

/**
 * @param {string} field
 * @param {string} text
 */
export function typed(field, text) {
  texts.set(field, text);
}

/**
 * What stands in a field that has this value.
 * @param {string} field
 * @param {number | null | undefined} value
 */
export function shownAs(field, value) {
  if (value === undefined || value === null) return "";
  const text = texts.get(field);
  return text && Number(text) === value ? text : String(value);
}
