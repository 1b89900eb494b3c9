// What the viewer does in one activity: what is typed into its forms, what is under way, and what was refused.
//
// Invariants:
// * While an action is under way the same one is not sent a second time.
// * What was typed is kept until the action was taken, also when it is refused, and over a reload of the page; for its writer alone.
// * So is an action until it is answered, with its command id: it is done once, however often it is sent.

import { newId } from "../client/hezi-client.js";
import { keep, recall } from "../memory.js";
import { fieldsOf, sentence } from "../problems.js";

/** @typedef {{text: string, fields: {pointer: string, detail: string}[], atMs: number}} Refusal */

/** So long a refusal stands whose form is gone. */
export const REFUSED_MS = 10_000;

/** So long it is said that something was taken of which nothing is to be seen. */
const RECEIVED_MS = 6_000;

export class Acting {
  /**
   * @param {string} whose the activity, and who acts in it
   * @param {(action: object, id: string) => Promise<any>} send as the command with this id
   * @param {() => void} changed asks for the page to be drawn anew
   */
  constructor(whose, send, changed) {
    this.send = send;
    this.changed = changed;
    this.place = `typed.${whose}`;
    /** @type {Map<string, Record<string, unknown>>} */
    this.typed = new Map(JSON.parse(recall("session", this.place) ?? "[]"));
    this.placeUnder = `under.${whose}`;
    /** @type {Map<string, {id: string, action: object}>} */
    this.under = new Map();
    /** Forms whose action was taken, until the view that shows it is there: what was picked does not vanish in between. */
    /** @type {Set<string>} */
    this.taken = new Set();
    /** When the action of a form was taken last. */
    /** @type {Map<string, number>} */
    this.received = new Map();
    /** @type {Map<string, Refusal>} */
    this.refused = new Map();
  }

  /**
   * What was typed into the fields of a form and was not taken yet.
   * @param {string} key
   * @returns {Readonly<Record<string, unknown>>}
   */
  values(key) {
    return this.typed.get(key) ?? {};
  }

  /**
   * @param {string} key
   * @param {string} field
   * @param {unknown} value
   */
  type(key, field, value) {
    this.typed.set(key, { ...this.values(key), [field]: value });
    this.#keep();
    this.changed();
  }

  /** @param {string} key */
  doing(key) {
    return this.under.has(key) || this.taken.has(key);
  }

  /**
   * Whether the action of a form was taken a moment ago, and nothing was typed there since.
   * @param {string} key
   */
  wasReceived(key) {
    return !this.typed.has(key) && Date.now() - (this.received.get(key) ?? 0) < RECEIVED_MS;
  }

  /**
   * Why an action was refused; nothing where it was not.
   * @param {string} key
   */
  refusal(key) {
    return this.refused.get(key);
  }

  /** The view is there that shows what was taken. */
  settle() {
    for (const key of this.taken) this.typed.delete(key);
    this.taken.clear();
    this.#keep();
  }

  /** Whether somebody has begun what they have not sent. */
  get hasTyped() {
    return this.typed.size > 0;
  }

  #keep() {
    keep("session", this.place, this.typed.size ? JSON.stringify([...this.typed]) : "");
  }

  #keepUnder() {
    keep("session", this.placeUnder, this.under.size ? JSON.stringify([...this.under]) : "");
  }

  /**
   * Sends again what an earlier visit of the page was not answered.
   * @param {boolean} isOpen whether the activity takes actions; what is meant for one that does not any more is dropped
   */
  resume(isOpen) {
    /** @type {Acting["under"]} */
    const kept = new Map(JSON.parse(recall("session", this.placeUnder) ?? "[]"));
    if (isOpen) for (const [key, { id, action }] of kept) this.act(key, action, id);
    else keep("session", this.placeUnder, "");
  }

  /**
   * @param {string} key
   * @param {object} action
   * @param {string} [id] of its command, where it was sent before
   */
  async act(key, action, id = newId()) {
    if (this.doing(key)) return;
    this.under.set(key, { id, action });
    this.refused.delete(key);
    this.#keepUnder();
    this.changed();
    let isAnswered = true;
    try {
      await this.send(action, id);
      if (this.typed.has(key)) this.taken.add(key);
      this.received.set(key, Date.now());
      setTimeout(this.changed, RECEIVED_MS);
    } catch (error) {
      this.refused.set(key, { text: sentence(error), fields: fieldsOf(error), atMs: Date.now() });
      setTimeout(this.changed, REFUSED_MS);
      isAnswered = !(/** @type {import("../client/hezi-client.js").HeziError} */ (error).problem?.unanswered);
    }
    this.under.delete(key);
    // What the end of a line left without an answer is for the next visit.
    if (isAnswered) this.#keepUnder();
    this.changed();
  }
}
