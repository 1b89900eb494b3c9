// What the server counts of itself: read from its metrics, and what came of it between two looks.

import { isMissed } from "./looks.js";

/** @typedef {{at: number, online: number, rooms: number, memory: number, calls: number, faults: number, slots: Record<string, number>}} Look */
/** @typedef {{at: number, online: number, rooms: number, memory: number, calls: number | null, faults: number | null, p99: number | null}} Point */

/** A line of the text format of Prometheus: the name, the labels, the value. */
const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const MB = 1_000_000;

/**
 * @param {string} text of `/metrics`
 * @param {number} at when it was read, in milliseconds
 * @returns {Look}
 */
export function readMetrics(text, at) {
  const look = { at, online: 0, rooms: 0, memory: 0, calls: 0, faults: 0, slots: /** @type {Record<string, number>} */ ({}) };
  for (const line of text.split("\n")) {
    const [, name = "", labels = "", value = ""] = LINE.exec(line) ?? [];
    const figure = Number(value);
    if (name === "hezi_members_online") look.online += figure;
    else if (name === "hezi_rooms_online") look.rooms += figure;
    else if (name === "process_resident_memory_bytes") look.memory = figure / MB;
    else if (name === "hezi_plugin_calls_total") look.calls += figure;
    else if (name === "hezi_plugin_faults_total") look.faults += figure;
    else if (name === "hezi_plugin_call_seconds_bucket") {
      const bound = /le="([^"]*)"/.exec(labels)?.[1] ?? "";
      look.slots[bound] = (look.slots[bound] ?? 0) + figure;
    }
  }
  return look;
}

/**
 * What there is now, and what happened since the look before: unknown where one was missed in between, and after a restart of the
 * server, which counts anew.
 * @param {Look} look
 * @param {Look | null} before
 * @returns {Point}
 */
export function pointOf(look, before) {
  const { at, online, rooms, memory } = look;
  const isAfter = before && before.calls <= look.calls && before.faults <= look.faults && before.at < at && !isMissed(before.at, at);
  if (!isAfter) return { at, online, rooms, memory, calls: null, faults: null, p99: null };
  const seconds = (at - before.at) / 1_000;
  return { at, online, rooms, memory, calls: (look.calls - before.calls) / seconds, faults: look.faults - before.faults, p99: slowest(look.slots, before.slots) };
}

/**
 * So many milliseconds 99 of 100 calls took at most; unknown where there was none.
 * @param {Record<string, number>} slots how many calls took at most so many seconds
 * @param {Record<string, number>} before
 */
function slowest(slots, before) {
  const bounds = Object.keys(slots).map((bound) => ({ seconds: bound === "+Inf" ? Infinity : Number(bound), count: slots[bound] - (before[bound] ?? 0) }));
  bounds.sort((one, other) => one.seconds - other.seconds);
  const wanted = (bounds.at(-1)?.count ?? 0) * 0.99;
  if (wanted <= 0) return null;
  const at = bounds.findIndex(({ count }) => count >= wanted);
  const [from, to] = [bounds[at - 1] ?? { seconds: 0, count: 0 }, bounds[at]];
  if (to.seconds === Infinity) return from.seconds * 1_000;
  return (from.seconds + ((to.seconds - from.seconds) * (wanted - from.count)) / (to.count - from.count)) * 1_000;
}
