// When this page looks at the server, and whether it did between two moments: not while nobody sees it, or the server is away.

/** How often figures are fetched while somebody looks. */
export const LOOK_MS = 5_000;

/** A look may come late on a busy machine; of what is further apart than so many, one was missed. */
const LATE = 2.5;

/**
 * @param {number} from of one look, in milliseconds
 * @param {number} to of the next one
 */
export function isMissed(from, to) {
  return to - from > LATE * LOOK_MS;
}

/**
 * Those of the last so many looks that were made: older ones are of no use beside them.
 * @template {{at: number}} Looked
 * @param {Looked[]} all oldest first
 * @param {number} count
 * @param {number} now
 */
export function lastOf(all, count, now) {
  return all.filter(({ at }) => at > now - count * LOOK_MS);
}
