// What this tab saw an activity publish while it was open: a commitment that is another one in the end was none.
//
// Invariants:
// * Nothing is kept of a view that tells already what was committed to: it proves nothing.
// * What was seen first stays. It is a set, and has no places: a view says more and more, and in the reader's language.

import { keep, recall } from "../memory.js";
import { digestsIn, splitIn } from "./published.js";

/** Commitments come first; the hashes that somebody calls out as entropy follow, and need not all be kept. */
const SEEN_MAX = 8;

/** @param {import("../room/meeting.js").Activity} activity */
export function witness({ id, phase, view }) {
  const blocks = view?.blocks ?? [];
  const digests = phase === "open" ? digestsIn(blocks) : [];
  if (!digests.length || splitIn(blocks)) return;
  const before = witnessed(id);
  const seen = [...new Set([...before, ...digests])].slice(0, SEEN_MAX);
  if (seen.length > before.length) keep("session", `digests.${id}`, seen.join(" "));
}

/**
 * The digests that were seen, the first ones first.
 * @param {string} id an activity's
 */
export function witnessed(id) {
  return recall("session", `digests.${id}`)?.split(" ") ?? [];
}
