// Whether two configurations say the same. The server keeps texts tidied: in one normal form, without what nobody sees.

/** White space, and what nobody sees, of which the server keeps some and some not. */
const UNSEEN = /[\s\p{Cc}\p{Cf}\p{DI}\u2800]/gu;

/**
 * @param {unknown} one
 * @param {unknown} other
 */
export function isSame(one, other) {
  return JSON.stringify(said(one)) === JSON.stringify(said(other));
}

/**
 * What a value says, with names in their order.
 * @param {any} value
 * @returns {any}
 */
function said(value) {
  if (typeof value === "string") return value.normalize("NFC").replace(UNSEEN, "");
  if (Array.isArray(value)) return value.map(said);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [said(name), said(value[name])]));
}
