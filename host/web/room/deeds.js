// What somebody can do in a view: by that the page knows whether two viewers see the same.

/**
 * What can be done in a view, and what kinds of blocks it has: two views that agree in that differ in figures only, which
 * everybody is sent.
 * @param {any[]} blocks
 */
export function deeds(blocks) {
  const ofCards = (/** @type {any} */ block) => [...new Set((block.items ?? []).flatMap((/** @type {any} */ card) => (card.buttons ?? []).map((/** @type {any} */ button) => button.label)))];
  const of = (/** @type {any} */ block) => (block.type === "cards" ? ofCards(block) : ["form", "buttons", "tabs"].includes(block.type) && block);
  return JSON.stringify(blocks.map((block) => [block.type, of(block)]));
}
