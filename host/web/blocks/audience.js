// Who is shown what sends an action. A matter of tidiness and not of secrecy: the plugin checks who acts.

/** @typedef {import("../blocks.js").Surroundings} Surroundings */

/**
 * Whether the viewer is shown something that is meant for everyone or for organizers.
 * @param {{shown_to?: string, audience?: string}} block
 * @param {Surroundings} around
 */
export function isShown(block, around) {
  const to = block.shown_to ?? block.audience ?? "everyone";
  return !around.watchOnly && (to === "everyone" || around.organizes);
}
