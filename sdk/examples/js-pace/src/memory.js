// What the activity keeps, key by key: `topic`, `closed`, `count/<pace>`, and `said/<member>` with the name as of then.
//
// Variables are no memory: the host may make a fresh instance for any call, which begins as the build ended.

import state from "hezi:activity/state@0.1.0";
import { NOTHING, PACES } from "./rules.js";
import { decode, encode } from "./utf8.js";

/** @typedef {import("./rules.js").Pace} Pace */
/** @typedef {import("./rules.js").Word} Word */
/** @typedef {{ word: Pace, name: string }} Saying */

const SAID = "said/";

/** @param {string} key @param {unknown} value */
const write = (key, value) => state.set(key, encode(JSON.stringify(value)));

/** @param {string} key @returns {any} the value, or null */
const read = (key) => {
  const bytes = state.get(key);
  return bytes === null ? null : JSON.parse(decode(bytes));
};

export const topic = () => /** @type {string} */ (read("topic"));
export const setTopic = (/** @type {string} */ topic) => write("topic", topic);
export const isClosed = () => read("closed") === true;
export const setClosed = () => write("closed", true);

/** @param {Pace} pace @param {number} by */
export const count = (pace, by) => state.add(`count/${pace}`, by);

/** How many people say each, in the order of `PACES`. @returns {number[]} */
export const counts = () => PACES.map((pace) => read(`count/${pace}`) ?? 0);

/** @param {string} member @returns {Word} */
export const saidBy = (member) => /** @type {Saying | null} */ (read(SAID + member))?.word ?? NOTHING;

/** @param {import("hezi:activity/types@0.1.0").Member} member @param {Word} word */
export const setSaid = (member, word) =>
  word === NOTHING ? state.delete(SAID + member.id) : write(SAID + member.id, { word, name: member.name });

/** A page of who said what, in the order of ids. @param {string | null} cursor */
export function page(cursor) {
  const { entries, next } = state.scan(SAID, cursor, 500, "ascending");
  const people = entries.map(({ key, value }) => {
    const { word, name } = /** @type {Saying} */ (JSON.parse(decode(value)));
    return { id: key.slice(SAID.length), word, name };
  });
  return { people, next };
}
