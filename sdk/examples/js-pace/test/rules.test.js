// The rules, in Node and without a host.

import assert from "node:assert/strict";
import { test } from "node:test";
import { changes, NOTHING, PACES } from "../src/rules.js";

/** @type {import("../src/rules.js").Word[]} */
const WORDS = [...PACES, NOTHING];

test("saying the same again changes nothing", () => {
  for (const word of WORDS) assert.deepEqual(changes(word, word), []);
});

test("whatever people say, the counts are what they say now", () => {
  // A small generator with a fixed seed: every run tries the same ten thousand words.
  let seed = 7;
  const dice = (/** @type {number} */ sides) => (seed = (seed * 48271) % 2147483647) % sides;
  const counts = new Map(PACES.map((pace) => [pace, 0]));
  const said = new Array(20).fill(NOTHING);
  for (let turn = 0; turn < 10_000; turn++) {
    const [who, word] = [dice(said.length), WORDS[dice(WORDS.length)] ?? NOTHING];
    for (const { pace, by } of changes(said[who], word)) counts.set(pace, (counts.get(pace) ?? 0) + by);
    said[who] = word;
    for (const pace of PACES) assert.equal(counts.get(pace), said.filter((one) => one === pace).length);
  }
});
