// What the viewer does in one activity: what is typed into its forms, what is under way, and what was refused.
//
// Invariants:
// * While an action is under way the same one is not sent a second time.
// * What was typed is kept until the action was taken, also when it is refused.

import { sentence } from "../problems.js";

export class Acting {
  /**
   * @param {(action: object) => Promise<any>} send
   * @param {() => void} changed asks for the page to be drawn anew
   */
  constructor(send, changed) {
    this.send = send;
    this.changed = changed;
    /** @type {Map<string, Record<string, unknown>>} */
    this.typed = new Map();
    /** @type {Set<string>} */
    this.under = new Set();
    /** @type {Map<string, string>} */
    this.refused = new Map();
    /** Whether the viewer has acted here: their view may differ from everybody's then. */
    this.hasActed = false;
  }

  /**
   * What stands in the fields of a form, to be changed in place.
   * @param {string} key
   */
  values(key) {
    let values = this.typed.get(key);
    if (!values) this.typed.set(key, (values = {}));
    return values;
  }

  /** @param {string} key */
  doing(key) {
    return this.under.has(key);
  }

  /** @param {string} key */
  refusal(key) {
    return this.refused.get(key) ?? "";
  }

  /** @param {string} key */
  forget(key) {
    this.typed.delete(key);
  }

  /**
   * @param {string} key
   * @param {object} action
   * @param {() => void} [done] called when the action was taken
   */
  async act(key, action, done = () => {}) {
    if (this.under.has(key)) return;
    this.under.add(key);
    this.refused.delete(key);
    this.changed();
    try {
      await this.send(action);
      this.hasActed = true;
      done();
    } catch (error) {
      this.refused.set(key, sentence(error));
    } finally {
      this.under.delete(key);
      this.changed();
    }
  }
}
