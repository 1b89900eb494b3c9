// What was said in a meeting, oldest first, with what this browser has said and the server has not taken yet.
//
// Invariants:
// * Messages stand in the order of their `seq`, each once, whether they came live or from the journal.
// * What was typed and not taken survives a reload of the page, with its command id: it is said once, however often it is sent, and
//   by nobody else who signs in in the same tab.

import { HeziError, newId } from "../client/hezi-client.js";
import { keep, recall } from "../memory.js";
import { sentence } from "../problems.js";

/** @typedef {{seq: number, at: string, from: {id: string, name: string}, text: string, [more: string]: any}} Message */
/** @typedef {{id: string, text: string, refusal: string, reply_to?: number}} Unsent */

/** Most messages that a page keeps; older ones come from the journal again. */
const KEPT_MAX = 6_000;
const PAGE = 100;

export class Messages {
  /**
   * @param {import("../client/hezi-client.js").Room} room
   * @param {() => void} changed
   * @param {(refusal: string) => void} refused says why, to whoever does not see it
   */
  constructor(room, changed, refused) {
    this.room = room;
    this.changed = changed;
    this.refused = refused;
    /** @type {Message[]} */
    this.list = [];
    /** Where the journal goes on backward; null when its beginning is here, undefined when nobody knows. */
    this.before = /** @type {number | null | undefined} */ (undefined);
    this.loading = false;
    /** Until when the server takes no message of this person, as far as it has said so, on its clock. */
    this.heldUntilMs = 0;
    this.place = `unsent.${room.conference}.${room.me}`;
    /** @type {Unsent[]} */
    this.unsent = JSON.parse(recall("session", this.place) ?? "[]");
  }

  /**
   * Begins with what was said last.
   * @param {Message[]} last
   */
  start(last) {
    this.list = [...last];
    this.before = last.length ? last[0].seq : undefined;
    this.changed();
  }

  /**
   * When somebody said something last, on the server's clock; 0 where nothing of theirs is here.
   * @param {string | undefined} id
   */
  saidAtMs(id) {
    for (let at = this.list.length - 1; at >= 0; at -= 1) if (this.list[at].from.id === id) return Date.parse(this.list[at].at);
    return 0;
  }

  /** Whether nobody has said anything. */
  get isEmpty() {
    return !this.list.length && !this.unsent.length;
  }

  /** @param {Message} message */
  add(message) {
    const newest = this.list.at(-1);
    if (newest && newest.seq >= message.seq) return;
    this.list.push(message);
    if (this.list.length > KEPT_MAX) {
      this.list.splice(0, this.list.length - KEPT_MAX);
      this.before = this.list[0].seq;
    }
    this.changed();
  }

  /**
   * The message at a place, if it is here.
   * @param {number} seq
   */
  at(seq) {
    return this.list[this.indexOf(seq)];
  }

  /**
   * Where a message stands, or -1: the list is in the order of places, and long.
   * @param {number} seq
   */
  indexOf(seq) {
    let [low, high] = [0, this.list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.list[middle].seq < seq) low = middle + 1;
      else high = middle;
    }
    return this.list[low]?.seq === seq ? low : -1;
  }

  /**
   * Something is otherwise with a message that may be here.
   * @param {number} seq
   * @param {object} changes
   */
  amend(seq, changes) {
    const at = this.indexOf(seq);
    if (at < 0) return;
    this.list[at] = { ...this.list[at], ...changes };
    this.changed();
  }

  /** Fetches what was said before the oldest message here. */
  async loadOlder() {
    if (this.loading || this.before === null) return;
    this.loading = true;
    const query = new URLSearchParams({ kind: "chat", limit: String(PAGE) });
    if (this.before !== undefined) query.set("before", String(this.before));
    try {
      const page = await this.room.hezi.call("GET", `/api/conferences/${this.room.conference}/journal?${query}`);
      const oldest = this.list[0]?.seq ?? Infinity;
      const older = page.entries.filter((/** @type {Message} */ entry) => entry.seq < oldest);
      this.list.unshift(...older.reverse());
      this.before = page.next ?? null;
    } catch {
      // The next scroll asks again.
    } finally {
      this.loading = false;
      this.changed();
    }
  }

  /** Sends what an earlier visit of this page did not get rid of. */
  resend() {
    for (const unsent of this.unsent) if (!unsent.refusal) this.#send(unsent);
  }

  /**
   * Says something. It is to be seen at once, as not sent yet.
   * @param {string} text
   * @param {object} [more] further members of the command
   */
  say(text, more = {}) {
    const unsent = { id: newId(), text, refusal: "", ...more };
    this.unsent.push(unsent);
    this.#keep();
    this.#send(unsent);
  }

  /** @param {Unsent} unsent */
  drop(unsent) {
    this.unsent = this.unsent.filter((other) => other !== unsent);
    this.#keep();
    this.changed();
  }

  /**
   * Tries once more what was refused.
   * @param {Unsent} unsent
   */
  again(unsent) {
    unsent.refusal = "";
    unsent.id = newId();
    this.#keep();
    this.#send(unsent);
  }

  /** @param {Unsent} unsent */
  async #send(unsent) {
    this.changed();
    try {
      const { id, text, refusal: _, ...more } = unsent;
      await this.room.send({ type: "chat", text, ...more }, id);
      this.drop(unsent);
    } catch (error) {
      // A line that was closed says nothing of the message: it stays as it is, and its writer's.
      if (error instanceof HeziError && ["closed", "another_person"].includes(error.code)) return;
      unsent.refusal = sentence(error);
      this.heldUntilMs = this.room.now() + (/** @type {HeziError} */ (error).retryAfterMs ?? 0);
      this.#keep();
      this.refused(unsent.refusal);
    }
  }

  #keep() {
    keep("session", this.place, this.unsent.length ? JSON.stringify(this.unsent) : "");
  }
}
