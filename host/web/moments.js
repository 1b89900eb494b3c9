// Moments as the browser's own field for times has them (on this clock, without a zone), and as the server has them.

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
