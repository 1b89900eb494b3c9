// What the pages say, in the reader's language: chosen by the browser, changed by the reader, remembered here.
//
// Invariants:
// * Both catalogues have the same keys; a key that is in neither is shown as it is and reported in the console.

import english from "./texts/en.js";
import chinese from "./texts/zh-Hans.js";
import { keep } from "./memory.js";
import { readersLanguage } from "./reader.js";

/** @type {Record<string, {name: string, texts: Record<string, string | Record<string, string>>}>} */
const CATALOGUES = {
  "zh-Hans": { name: "中文", texts: chinese },
  en: { name: "English", texts: english },
};

/** The languages that there are, each with its own name. */
export const LANGUAGES = Object.entries(CATALOGUES).map(([tag, { name }]) => ({ tag, name }));

let language = readersLanguage();
let plurals = new Intl.PluralRules(language);
document.documentElement.lang = language;

/** The language of the page, as a BCP 47 tag. */
export function currentLanguage() {
  return language;
}

/**
 * Changes the language; whoever shows something draws it anew.
 * @param {string} tag
 */
export function chooseLanguage(tag) {
  keep("local", "language", tag);
  language = tag;
  plurals = new Intl.PluralRules(language);
  document.documentElement.lang = language;
  document.dispatchEvent(new Event("language"));
}

/**
 * Texts of a page that says what no other does.
 * @param {Record<string, Record<string, string | Record<string, string>>>} more by language
 */
export function addTexts(more) {
  for (const [tag, texts] of Object.entries(more)) Object.assign(CATALOGUES[tag].texts, texts);
}

/**
 * The text of a key, with values in the places of `{name}`. A text of several forms is chosen by the value `count`.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const found = CATALOGUES[language].texts[key];
  if (found === undefined) {
    console.error(`no text for ${key}`);
    return key;
  }
  const form = typeof found === "string" ? found : (found[plurals.select(Number(values.count))] ?? found.other);
  return form.replace(/\{(\w+)\}/g, (place, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : (value ?? place);
  });
}

/** What writes numbers and times: to make one takes longer than to draw a message, and a list has many. */
/** @type {Map<string, any>} */
const writers = new Map();

/**
 * @template T
 * @param {string} kind
 * @param {() => T} make
 * @returns {T}
 */
function writer(kind, make) {
  const name = `${language}/${kind}`;
  if (!writers.has(name)) writers.set(name, make());
  return writers.get(name);
}

/**
 * A number as people write it.
 * @param {number} value
 */
export function number(value) {
  // Whole numbers are written alike in all languages here, and the first writer of a kind takes a slow phone 40 ms.
  if (Number.isInteger(value)) return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  return writer("number", () => new Intl.NumberFormat(language)).format(value);
}

/**
 * A share of the whole, as people write it.
 * @param {number} share from 0 to 1
 */
export function percent(share) {
  return writer("percent", () => new Intl.NumberFormat(language, { style: "percent" })).format(share);
}

/**
 * A time of day, of 24 hours in all languages here: the first writer of times takes a slow phone 0.1 s.
 * @param {string | number} at
 */
export function timeOfDay(at) {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}

/**
 * From one time of day to another; with the days where they are not the same.
 * @param {number} from
 * @param {number} to
 */
export function timeSpan(from, to) {
  return writer("span", () => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })).formatRange(new Date(from), new Date(to));
}

/**
 * A day.
 * @param {string | number} at
 */
export function day(at) {
  return writer("day", () => new Intl.DateTimeFormat(language, { dateStyle: "medium" })).format(new Date(at));
}

/**
 * A day with its time, in hours as `timeOfDay` writes them.
 * @param {string | number} at
 */
export function dayAndTime(at) {
  return writer("moment", () => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" })).format(new Date(at));
}
