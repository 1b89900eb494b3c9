// The activity: what the host calls, in the order of wit/activity.wit. JSON becomes words here, and words JSON.
//
// To refuse, throw `{ tag, val }` with one of the tags of `error` in wit/types.wit and a sentence for the person. Anything
// else that is thrown is a fault: the call fails, and what it wrote is dropped.

import "./sealed.js";
import { describe } from "./describe.js";
import { withFaultsLogged } from "./faults.js";
import * as memory from "./memory.js";
import { changes, NOTHING, PACES } from "./rules.js";
import { texts } from "./texts.js";

/** @typedef {import("hezi:activity/types@0.1.0").Member} Member */
/** @typedef {import("hezi:activity/types@0.1.0").Block} Block */
/** @typedef {import("hezi:activity/types@0.1.0").Error} Refusal */
/** @typedef {import("./rules.js").Word} Word */

/** @param {Refusal["tag"]} tag @param {string} val @returns {never} */
function refuse(tag, val) {
  throw { tag, val };
}

/** A button for each pace. The one that somebody said is pressed, and withdraws it. @param {Word} mine @returns {Block} */
const buttons = (mine) => ({
  tag: "buttons",
  val: PACES.map((pace) => ({
    label: texts().paces[pace],
    action: JSON.stringify({ say: pace === mine ? NOTHING : pace }),
    pressed: pace === mine,
    shownTo: "everyone",
  })),
});

/** @type {typeof import("hezi:activity/activity@0.1.0")} */
const functions = {
  describe,

  open(config) {
    const { topic } = JSON.parse(config);
    memory.setTopic(topic);
    return topic;
  },

  act(caller, action, onBehalf) {
    if (onBehalf !== null) refuse("denied", texts().notForOthers);
    const { say } = /** @type {{ say: Word }} */ (JSON.parse(action));
    for (const { pace, by } of changes(memory.saidBy(caller.id), say)) memory.count(pace, by);
    memory.setSaid(caller, say);
    return JSON.stringify({ said: say });
  },

  view(viewer) {
    const its = texts();
    const counts = memory.counts();
    const total = counts.reduce((sum, one) => sum + one, 0);
    const items = PACES.map((pace, at) => ({ label: its.paces[pace], value: counts[at] ?? 0 }));
    /** @type {Block[]} */
    const blocks = [
      { tag: "heading", val: memory.topic() },
      { tag: "statistic", val: { label: its.answers, value: String(total) } },
      { tag: "bars", val: { title: its.question, total, items } },
    ];
    const mine = viewer === null ? NOTHING : memory.saidBy(viewer.id);
    blocks.push(memory.isClosed() ? { tag: "text", val: its.over } : buttons(mine));
    return blocks;
  },

  tick() {},

  close() {
    memory.setClosed();
  },

  report(cursor) {
    const { people, next } = memory.page(cursor);
    const counts = Object.fromEntries(PACES.map((pace, at) => [pace, memory.counts()[at]]));
    const summary = JSON.stringify({ topic: memory.topic(), ...counts });
    const rows = people.map(({ id, name, word }) => [id, name, word]);
    return { summary, columns: texts().columns, rows, next };
  },

  migrate(from) {
    refuse("conflict", texts().unknownLayout(from));
  },
};

export const activity = withFaultsLogged(functions);
