// How often each plugin was called from one look at it to the next, kept over a reload.

import { keep, recall } from "../memory.js";
import { isMissed, lastOf } from "./looks.js";

/** @typedef {{at: number, total: number}} Counted all calls since the server started */

/** So many looks at a plugin are kept. */
const KEPT = 40;
const PLACE = "counted";

export class Calls {
  constructor() {
    /** @type {Map<string, Counted[]>} */
    this.counted = new Map(JSON.parse(recall("session", PLACE) ?? "[]"));
  }

  /**
   * Notes how often each was called until now.
   * @param {import("./plugin.js").Plugin[]} plugins
   * @param {number} at
   */
  note(plugins, at) {
    const look = (/** @type {import("./plugin.js").Plugin} */ { versions }) => ({ at, total: versions.reduce((all, { counters }) => all + (counters?.calls ?? 0), 0) });
    this.counted = new Map(plugins.map((plugin) => [plugin.name, lastOf([...(this.counted.get(plugin.name) ?? []), look(plugin)], KEPT, at)]));
    keep("session", PLACE, JSON.stringify([...this.counted]));
  }

  /**
   * The calls between each look and the one before; not known where one was missed, or the server has begun to count anew.
   * @param {string} name
   * @returns {import("./chart.js").Point[]}
   */
  of(name) {
    const counted = this.counted.get(name) ?? [];
    return counted.slice(1).map(({ at, total }, before) => ({ at, value: isMissed(counted[before].at, at) || total < counted[before].total ? null : total - counted[before].total }));
  }
}
