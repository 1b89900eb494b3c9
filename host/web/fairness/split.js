// Computes the commitment of a split again: SHA-256 over a nonce and all shares, each as eight bytes, high byte first.

import { hex, sha256, unhex } from "./draw.js";

/** @param {number} value */
function be64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/**
 * @param {import("./published.js").Split} split
 * @returns {Promise<{fits: boolean, reason: string, shares: number}>}
 */
export async function checkSplit(split) {
  const { grabbed = [], from = 0 } = split;
  const verdict = (/** @type {string} */ reason) => ({ fits: reason === "", reason, shares: split.shares.length });
  const digest = await sha256(unhex(split.nonce), ...split.shares.map(be64));
  if (hex(digest) !== split.commitment) return verdict("commitment");
  if (split.total !== undefined && split.shares.reduce((all, one) => all + one, 0) !== split.total) return verdict("total");
  if (split.shares.some((share) => share < 1)) return verdict("total");
  if (grabbed.some((cents, at) => cents !== split.shares[from + at])) return verdict("order");
  return verdict("");
}
