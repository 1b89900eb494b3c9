// The key of a private meeting's link, as an address shows it.

/**
 * An address's end that shows a key; nothing where there is none.
 * @param {string | null} key
 */
export function withKey(key) {
  return key ? `?${new URLSearchParams({ key })}` : "";
}
