// What an activity has published that can be checked. It is seen by what it is, and not by whose it is: hashes that were there
// before, and amounts with two decimals.

/** @typedef {{nonce: string, shares: number[], commitment: string, total?: number, grabbed?: number[], from?: number}} Split */
/** @typedef {{type: string, [more: string]: any}[]} Blocks */

const DIGEST = /\b[0-9a-f]{64}\b/g;
/** Numbers as people write them, in groups of three; amounts have two decimals. */
const FIGURE = /\d+(?:,\d{3})*(?:\.\d+)?/g;
const AMOUNT = /\d+(?:,\d{3})*\.\d\d\b/;

/** @param {Blocks} blocks */
export function digestsIn(blocks) {
  return textsIn(blocks).flatMap((text) => text.match(DIGEST) ?? []);
}

/**
 * A split, where a view tells its commitment, nonce and shares: with them what all shares are to add up to, and who has got which
 * of them, as far as that is told.
 * @param {Blocks} blocks
 * @returns {Split | null}
 */
export function splitIn(blocks) {
  const [commitment, nonce] = digestsIn(blocks);
  const list = textsIn(blocks).map((text) => /[:：]\s*(\d+(?:,\d+)*)$/.exec(text)?.[1]).find((found) => found !== undefined);
  if (!nonce || list === undefined) return null;
  const shares = list.split(",").map(Number);
  const pairs = blocks.filter((block) => block.type === "statistic").map((block) => String(block.value).match(FIGURE) ?? []).filter((pair) => pair.length === 2);
  const total = pairs.find((pair) => pair.every((figure) => AMOUNT.test(figure)))?.[1];
  const taken = pairs.find((pair) => whole(pair[1]) === shares.length)?.[0];
  // The last ones come first, and of many no more than those.
  const grabbed = blocks.filter((block) => block.type === "people").flatMap((block) => block.items).reverse().map((person) => cents(AMOUNT.exec(person.detail ?? "")?.[0]));
  return { commitment, nonce, shares, total: cents(total), grabbed: grabbed.flatMap((one) => one ?? []), from: (taken === undefined ? grabbed.length : whole(taken)) - grabbed.length };
}

/** @param {string} figure */
function whole(figure) {
  return Number(figure.replaceAll(",", ""));
}

/** @param {string | undefined} amount */
function cents(amount) {
  return amount === undefined ? undefined : Number(amount.replace(/[.,]/g, ""));
}

/** @param {Blocks} blocks */
function textsIn(blocks) {
  return blocks.filter((block) => block.type === "text").map((block) => String(block.text));
}
