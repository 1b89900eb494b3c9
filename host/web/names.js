// What tells people of one name apart, wherever several are named: a word of their id, and nothing where names differ.

/** An id that people give is a short word; one that a program gives differs at its end. */
const WORD_CHARS = 12;
const END_CHARS = 6;

/** @typedef {{id: string, name: string}} Person */

/**
 * The names that more than one of them have. Whoever is there twice is one.
 * @param {Person[]} people
 */
export function shared(people) {
  /** @type {Map<string, string>} */
  const first = new Map();
  const twice = new Set();
  for (const { id, name } of people) {
    if (name && (first.get(name) ?? id) !== id) twice.add(name);
    first.set(name, id);
  }
  return twice;
}

/** @param {Person} who */
export function idOf({ id }) {
  return id.length > WORD_CHARS ? `…${id.slice(-END_CHARS)}` : id;
}

/**
 * @param {Person} who
 * @param {Set<string>} [twice] the names that are not theirs alone
 */
export function nameOf(who, twice) {
  return twice?.has(who.name) ? `${who.name} (${idOf(who)})` : who.name || who.id;
}
