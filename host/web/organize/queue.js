// The order of what is prepared, and how a host changes it. The server takes an order as a whole, and of two hosts who move
// something in the same moment the second would undo what the first did.
//
// Invariant: whoever has overwritten a move that they had not seen makes theirs again, upon that.

import { attempt } from "../attempt.js";

/** How often a move is made again at most, where many hosts move things. */
const AGAIN_MAX = 5;

/** Within so long what was taken is told to everybody, its sender among them. */
const TOLD_MS = 2_000;

export class Queue {
  /** @param {import("../room/meeting.js").Meeting} meeting */
  constructor(meeting) {
    this.meeting = meeting;
    this.moving = Promise.resolve(-1);
    /** The order that is under way, and what another host's was that came before it. */
    /** @type {{order: string[], between: string[] | null, told: () => void} | null} */
    this.sent = null;
    meeting.room.addEventListener("event", (event) => this.#hear(/** @type {CustomEvent} */ (event).detail));
  }

  /**
   * Brings a prepared activity before the one that it stands behind; gives its place then, or -1 where it was not moved. One
   * after another: each goes out from what the one before has brought about.
   * @param {string} id
   */
  raise(id) {
    return (this.moving = this.moving.then(() => this.#raise(id)));
  }

  /** @param {string} id */
  async #raise(id) {
    /** @type {string[] | null} */
    let order = this.meeting.inPhase("draft").map((one) => one.id);
    const at = order.indexOf(id);
    if (at < 1) return -1;
    const next = order[at - 1];
    for (let left = AGAIN_MAX; order && left; left -= 1) order = await this.#send(moved(order, id, next));
    return this.meeting.inPhase("draft").findIndex((one) => one.id === id);
  }

  /**
   * Gives the order that was overwritten by this one, if that happened.
   * @param {string[]} order
   */
  async #send(order) {
    const sent = { order, between: /** @type {string[] | null} */ (null), told: () => {} };
    const told = new Promise((resolve) => (sent.told = () => resolve(null)));
    this.sent = sent;
    const isTaken = await attempt(() => this.meeting.room.send({ type: "change", changes: { queue: order } }));
    if (isTaken) await Promise.race([told, new Promise((resolve) => setTimeout(resolve, TOLD_MS))]);
    this.sent = null;
    return isTaken ? sent.between : null;
  }

  /** @param {any} frame */
  #hear({ kind, by, changes }) {
    const { sent } = this;
    if (!sent || kind !== "changed" || !changes?.queue) return;
    if (by?.id === this.meeting.me?.id && String(changes.queue) === String(sent.order)) {
      this.sent = null;
      sent.told();
    } else sent.between = changes.queue;
  }
}

/**
 * The order in which one comes before another that it stood behind, if that is still there.
 * @param {string[]} order
 * @param {string} id
 * @param {string} next
 */
function moved(order, id, next) {
  const [at, before] = [order.indexOf(id), order.indexOf(next)];
  if (before < 0 || (at >= 0 && at < before)) return order;
  return order.flatMap((one) => (one === next ? [id, next] : one === id ? [] : [one]));
}
