// Numbers of a configuration in the units that people think in: the schema says by `x-unit` what a number counts.
//
// Invariant: what is sent is a number in the schema's unit, whatever was typed.

import { t } from "../texts.js";

/**
 * @typedef {object} Unit
 * @property {number} scale how many of the schema's unit make one of what is typed
 * @property {() => string} name what stands behind the field
 * @property {(value: number) => string} said the value in other words; empty where there is nothing to add
 */

/** @type {Record<string, Unit>} */
const UNITS = {
  cents: { scale: 100, name: () => t("unit.yuan"), said: () => "" },
  seconds: { scale: 1, name: () => t("unit.seconds"), said: (value) => (value > 60 ? duration(value) : "") },
  "utc-offset-minutes": { scale: 1, name: () => t("unit.minutes"), said: zone },
};

/** @type {Unit} */
const PLAIN = { scale: 1, name: () => "", said: () => "" };

/**
 * @param {import("./schema.js").Schema} schema
 * @returns {Unit}
 */
export function unitOf(schema) {
  return UNITS[schema["x-unit"]] ?? PLAIN;
}

/**
 * What stands in a field at first because the reader's browser knows it better than a default.
 * @param {import("./schema.js").Schema} schema
 */
export function known(schema) {
  return schema["x-unit"] === "utc-offset-minutes" ? -new Date().getTimezoneOffset() : undefined;
}

/** @param {number} seconds */
function duration(seconds) {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = seconds % 60;
  const parts = [
    days ? t("length.days", { count: days }) : "",
    hours ? t("length.hours", { count: hours }) : "",
    minutes ? t("length.minutes", { count: minutes }) : "",
    rest ? t("length.seconds", { count: rest }) : "",
  ];
  return `= ${parts.filter(Boolean).join(" ")}`;
}

/** @param {number} minutes */
function zone(minutes) {
  const ahead = Math.abs(minutes);
  const past = ahead % 60 ? `:${String(ahead % 60).padStart(2, "0")}` : "";
  return `UTC${minutes < 0 ? "−" : "+"}${Math.floor(ahead / 60)}${past}`;
}
