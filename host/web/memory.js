// What a browser keeps for this site, where it lets a page keep something: a refusal is no reason to stop.
//
// It knows no people. What somebody typed is kept under their id by whoever keeps it: the next one in the tab may be somebody else.

/**
 * @param {"local" | "session"} place `session` lasts as long as the tab
 * @param {string} name
 * @returns {string | null}
 */
export function recall(place, name) {
  try {
    return storage(place).getItem(`hezi.${name}`);
  } catch {
    return null;
  }
}

/**
 * Keeps a text, or forgets it where it is empty.
 * @param {"local" | "session"} place
 * @param {string} name
 * @param {string} text
 */
export function keep(place, name, text) {
  try {
    if (text) storage(place).setItem(`hezi.${name}`, text);
    else storage(place).removeItem(`hezi.${name}`);
  } catch {
    // Private windows refuse; what was typed stays on the screen at least.
  }
}

/** @param {"local" | "session"} place */
function storage(place) {
  return place === "local" ? localStorage : sessionStorage;
}
