// Moments as the browser's own field for times has them (on this clock, without a zone), as the server has them, and as days.

/**
 * What such a field is filled with.
 * @param {number} ms
 */
export function localTime(ms) {
  const at = new Date(ms);
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/**
 * A moment for the server, of what stands in such a field; null where it is empty.
 * @param {string} local
 */
export function momentOf(local) {
  return local ? new Date(local).toISOString() : null;
}

/**
 * Whether two moments are on one day here. Cheaper than to write both: a list asks it for every message at every drawing.
 * @param {string | number} at
 * @param {string | number} other
 */
export function isSameDay(at, other) {
  return new Date(at).toDateString() === new Date(other).toDateString();
}
