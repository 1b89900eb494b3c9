// Computes a draw again from what everybody was told: the pool, the seed and the entropy, as RFC 3797 does with SHA-256.
//
// The pool is not taken from anybody's word: it is who was in the meeting as a participant when the pool was frozen, by the
// journal, and its hash must be the one that was published then.
//
// Invariants:
// * Nothing of what was drawn is believed: each winner is computed and compared.

/** @typedef {{seq: number, kind: string, [more: string]: any}} Entry */
/** @typedef {{fits: boolean, reason: string, picks: number, pool: number}} Verdict */

const encoder = new TextEncoder();

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {Uint8Array[]} parts */
export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} digits */
export function unhex(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {number} value */
function be32(value) {
  return new Uint8Array([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
}

/** Order of UTF-8 bytes, which is the order of code points and not that of JavaScript's texts. */
/** @param {Uint8Array} one @param {Uint8Array} other */
function compareBytes(one, other) {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) if (one[at] !== other[at]) return one[at] - other[at];
  return one.length - other.length;
}

/**
 * Who was in the meeting at an entry, by the journal.
 * @param {Entry[]} entries from the beginning, in order
 * @param {number} seq
 * @param {{withOrganizers: boolean}} who
 */
export function membersAt(entries, seq, { withOrganizers }) {
  // Whoever comes first has made the meeting, and organizes it.
  const organizers = new Set([entries.find((entry) => entry.kind === "joined")?.who.id]);
  const members = new Set();
  for (const entry of entries) {
    if (entry.seq >= seq) break;
    if (entry.kind === "joined") members.add(entry.who.id);
    if (entry.kind === "left" || entry.kind === "removed") members.delete(entry.who.id);
    if (entry.kind === "appointed") organizers.add(entry.who.id);
    if (entry.kind === "dismissed") organizers.delete(entry.who.id);
  }
  return [...members].filter((id) => withOrganizers || !organizers.has(id));
}

/**
 * @param {{pool: string[] | null, pool_hash: string, seed: string, seed_hash: string, wins: import("./winners.js").Win[]}} draw
 * @param {boolean} repeats whether a person may win different prizes
 * @returns {Promise<Verdict>}
 */
export async function checkDraw(draw, repeats) {
  const verdict = (/** @type {string} */ reason) => ({ fits: reason === "", reason, picks: draw.wins.length, pool: draw.pool?.length ?? 0 });
  const seed = unhex(draw.seed);
  if (hex(await sha256(seed)) !== draw.seed_hash) return verdict("seed");
  if (draw.pool === null) return verdict("unknown_pool");
  const ids = inOrder(draw.pool);
  const poolHash = await hashOf(ids);
  if (hex(poolHash) !== draw.pool_hash) return verdict("pool");
  const absent = new Set();
  /** @type {{id: string, prize: string}[]} */
  const won = [];
  for (const [number, win] of draw.wins.entries()) {
    if (win.replaces) absent.add(win.replaces);
    const out = new Set([...absent, ...won.filter((other) => !repeats || other.prize === win.prize).map((other) => other.id)]);
    const candidates = ids.filter((id) => !out.has(id));
    const x = await sha256(be32(number), poolHash, seed, encoder.encode(win.entropy), be32(number));
    if (!candidates.length || candidates[Number(BigInt(`0x${hex(x)}`) % BigInt(candidates.length))] !== win.id) return verdict("winner");
    won.push({ id: win.id, prize: win.prize });
  }
  return verdict("");
}

/**
 * Ids in ascending order of their bytes.
 * @param {string[]} ids
 */
function inOrder(ids) {
  return ids.map((id) => encoder.encode(id)).sort(compareBytes).map((id) => new TextDecoder().decode(id));
}

/** @param {string[]} ids in order */
function hashOf(ids) {
  return sha256(...ids.map((id) => encoder.encode(id)).flatMap((id) => [be32(id.length), id]));
}

/**
 * The draw as the journal tells of it. Who was online when the pool was frozen stands in no journal: the pool is missing then.
 * @param {Entry[]} entries of the whole meeting, in order
 * @param {string} activity
 * @returns {{pool: string[] | null, pool_hash: string, seed: string, seed_hash: string, wins: import("./winners.js").Win[]} | null}
 */
export function drawOf(entries, activity) {
  const emits = entries.filter((entry) => entry.kind === "emit" && entry.activity === activity);
  const frozen = emits.find((entry) => entry.event.frozen);
  const revealed = emits.find((entry) => entry.event.revealed);
  if (!frozen || !revealed) return null;
  /** @type {import("./winners.js").Win[]} */
  const wins = [];
  for (const { event } of emits) {
    const { drawn, redrawn } = event;
    for (const winner of drawn?.winners ?? []) wins.push({ id: winner.id, name: winner.name, prize: drawn.prize, entropy: drawn.entropy });
    // A draw for somebody who was not there takes the entropy of the draw that they had won in.
    const before = redrawn && [...wins].reverse().find((win) => win.id === redrawn.absent.id && win.prize === redrawn.prize);
    for (const winner of redrawn?.winners ?? []) wins.push({ id: winner.id, name: winner.name, prize: redrawn.prize, entropy: before?.entropy ?? "", replaces: redrawn.absent.id });
  }
  const { pool_hash, seed_hash, who, organizers = false } = frozen.event.frozen;
  const { seed } = revealed.event.revealed;
  const pool = who === "online" ? null : membersAt(entries, frozen.seq, { withOrganizers: organizers });
  return { pool, pool_hash, seed, seed_hash, wins };
}
