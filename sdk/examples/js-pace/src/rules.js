// The rules, without the host: what can be said, and what a change of mind does to the counts.

/** What people can say of the pace, in the order in which it is shown. @type {readonly Pace[]} */
export const PACES = ["slower", "fine", "faster"];

/** What withdraws what one said. */
export const NOTHING = "nothing";

/** @typedef {"slower" | "fine" | "faster"} Pace */
/** @typedef {Pace | "nothing"} Word */

/**
 * What has to be added to which count. Nothing, when somebody says again what they say already.
 *
 * @param {Word} before what this person said until now
 * @param {Word} now what they say
 * @returns {{ pace: Pace, by: number }[]}
 */
export function changes(before, now) {
  if (before === now) return [];
  const changed = [];
  if (before !== NOTHING) changed.push({ pace: before, by: -1 });
  if (now !== NOTHING) changed.push({ pace: now, by: 1 });
  return changed;
}
