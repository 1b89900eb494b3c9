// The last lines that the versions of a plugin have written to their log, newest first.

import { html } from "../render.js";
import { day, t, timeOfDay } from "../texts.js";

/** @typedef {import("../client/hezi-client.d.ts").PluginVersion} Version */
/** @typedef {import("../client/hezi-client.d.ts").PluginLogLine} Line */

/** @param {Version[] | undefined} versions as soon as they are known */
export function logTemplate(versions) {
  if (!versions) return html`<p class="quiet">${t("loading")}</p>`;
  const lines = newestFirst(versions);
  return html`<ol class="log">${lines.length ? lines.map(lineTemplate) : html`<li class="quiet">${t("admin.no_logs")}</li>`}</ol>`;
}

/**
 * What each version has, oldest first, as one log. Lines of the same millisecond stay in the order in which they were written.
 * @param {Version[]} versions
 * @returns {(Line & {version: string})[]}
 */
function newestFirst(versions) {
  const all = versions.flatMap(({ version, log = [] }) => log.map((line) => ({ ...line, version })));
  return all.reverse().sort((one, other) => other.at_ms - one.at_ms);
}

/** @param {Line & {version: string}} line */
function lineTemplate({ at_ms, version, level, export: called, message, activity }) {
  return html`<li><time datetime=${new Date(at_ms).toISOString()}>${withSeconds(at_ms)}</time> ${version} ${level} ${called}: <span dir="auto">${message}</span> <span class="log-activity">${activity ?? ""}</span></li>`;
}

/**
 * A day with its time to the second: of what a program says, many lines are of the same minute.
 * @param {number} at
 */
function withSeconds(at) {
  return `${day(at)} ${timeOfDay(at)}:${String(new Date(at).getSeconds()).padStart(2, "0")}`;
}
