// Who has come to a crowd since its list was put in order: they are counted, for no row is drawn for them yet.
//
// Nobody is told of each who comes, but now and then of the last few: of more at once the next list has the others.

/** @typedef {import("./people.js").Member} Member */

export class Newcomers {
  constructor() {
    /** Who was told of as one who came last; null before the first time, which tells of people who are here already. */
    /** @type {Set<string> | null} */
    this.told = null;
    /** @type {Set<string>} */
    this.ids = new Set();
  }

  get count() {
    return this.ids.size;
  }

  clear() {
    this.ids.clear();
  }

  /**
   * Those of the people who came last whom the list does not have.
   * @param {{id: string, name: string}[]} recent
   * @param {Member[]} list
   * @param {boolean} isFull whether no row is drawn for whoever is added to it
   */
  among(recent, list, isFull) {
    const { told } = this;
    const untold = recent.filter(({ id }) => !told?.has(id));
    this.told = new Set([...(told ?? []), ...untold.map(({ id }) => id)]);
    if (!told || !isFull || !untold.length) return [];
    const known = new Set(list.map(({ id }) => id));
    const come = untold.filter(({ id }) => !known.has(id));
    for (const { id } of come) this.ids.add(id);
    return come;
  }

  /**
   * Takes note of those whom a list has that was fetched anew.
   * @param {Member[]} members
   * @param {Member[]} list as it was
   * @param {string | undefined} next after whom the list had nobody
   */
  note(members, list, next) {
    const known = new Set(list.map(({ id }) => id));
    for (const { id } of members) if (!known.has(id) && (next === undefined || id <= next)) this.ids.add(id);
  }

  /**
   * The list with them at its head.
   * @param {Member[]} list
   * @param {(list: Member[]) => Member[]} inOrder
   */
  first(list, inOrder) {
    const isNew = (/** @type {Member} */ { id }) => this.ids.has(id);
    const ordered = [...inOrder(list.filter(isNew)), ...list.filter((one) => !isNew(one))];
    this.clear();
    return ordered;
  }
}
