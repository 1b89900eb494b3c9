// The reader's language: what the reader has chosen before, or else what the browser says.

import { recall } from "./memory.js";

/** The languages that there are catalogues of. */
const TAGS = ["zh-Hans", "en"];

/** @returns {string} a BCP 47 tag */
export function readersLanguage() {
  const kept = recall("local", "language");
  if (kept && TAGS.includes(kept)) return kept;
  const wanted = navigator.languages ?? [navigator.language];
  return wanted.map((tag) => (tag.startsWith("zh") ? "zh-Hans" : tag.split("-")[0])).find((tag) => TAGS.includes(tag)) ?? "zh-Hans";
}
