// Who has won by a draw, and whom a view names instead: a draw that is computed rightly is worth nothing beside other names.

/** @typedef {{id: string, name: string, prize: string, entropy: string, replaces?: string}} Win */

/**
 * Who holds a prize in the end, in the order of the draws: whoever was not there lost theirs to whom it was drawn for again.
 * @param {Win[]} wins
 * @returns {Win[]}
 */
export function holders(wins) {
  /** @type {Win[]} */
  const held = [];
  for (const win of wins) {
    const lost = win.replaces === undefined ? -1 : held.map(({ id, prize }) => id === win.replaces && prize === win.prize).lastIndexOf(true);
    if (lost >= 0) held.splice(lost, 1);
    held.push(win);
  }
  return held;
}

/**
 * What a view says of winners that is not so: names in its lists, under the prize where the list has a prize's name; that it is glad
 * of a prize, and names nobody who has won; and that the reader has won one who has not.
 * @param {import("./published.js").Blocks} blocks
 * @param {Win[]} held
 * @param {string | undefined} reader
 * @returns {string[]}
 */
export function misnamed(blocks, held, reader) {
  const prizes = new Set(held.map(({ prize }) => prize));
  const hasWon = (/** @type {{id: string, name?: string}} */ person, /** @type {string | undefined} */ prize) =>
    held.some((win) => win.id === person.id && called(win) === called(person) && (!prize || !prizes.has(prize) || win.prize === prize));
  const isReader = reader === undefined || held.some(({ id }) => id === reader);
  return blocks.flatMap(({ type, title, items, text, tone }) => {
    const named = (/** @type {Win} */ person) => [called(person), title].filter(Boolean).join(" · ");
    if (type === "people") return items.filter((/** @type {Win} */ person) => !hasWon(person, title)).map(named);
    const isFalse = type === "celebration" ? !held.some(({ name }) => text.includes(name)) : type === "notice" && tone === "success" && !isReader;
    return isFalse && [...prizes].some((prize) => text.includes(prize)) ? [text] : [];
  });
}

/** @param {{id: string, name?: string}} person */
export function called({ id, name }) {
  return name || id;
}
