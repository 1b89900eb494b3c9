// What tells people of one name apart, in front of whoever does something about one of them: a word of their id.

/** An id that people give is a short word; one that a program gives differs at its end. */
const WORD_CHARS = 12;
const END_CHARS = 6;

/** @typedef {{id: string, name: string}} Person */

/**
 * The names that more than one of them have.
 * @param {Person[]} people
 */
export function shared(people) {
  const once = new Set();
  return new Set(people.map(({ name }) => name).filter((name) => name && (once.has(name) || !once.add(name))));
}

/** @param {Person} who */
export function idOf({ id }) {
  return id.length > WORD_CHARS ? `…${id.slice(-END_CHARS)}` : id;
}

/**
 * @param {Person} who
 * @param {Set<string>} twice the names that are not theirs alone
 */
export function nameOf(who, twice) {
  return twice.has(who.name) ? `${who.name} (${idOf(who)})` : who.name || who.id;
}
