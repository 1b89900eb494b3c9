// Who is shown what sends an action. A matter of tidiness and not of secrecy: the plugin checks who acts.

/** @typedef {import("../blocks.js").Dependencies} Dependencies */

/**
 * Whether the viewer is shown something that is meant for everyone or for organizers.
 * @param {{shown_to?: string}} block
 * @param {Dependencies} around
 */
export function isShown(block, around) {
  return !around.watchOnly && (isForEveryone(block) || around.organizes);
}

/**
 * Whether it is meant for everyone, and not for organizers only.
 * @param {{shown_to?: string}} block
 */
export function isForEveryone(block) {
  return (block.shown_to ?? "everyone") === "everyone";
}
