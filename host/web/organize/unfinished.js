// What an activity has not come to the end of, for whoever is about to close it: figures of its view that say how much of how much.

import { number, t } from "../texts.js";

/** So many figures are read before an answer; of more it is said that there are more. */
const FIGURES_MAX = 5;

/** "1/3", and not a part of an amount or a date. */
const SHARE = /(^|[^\d./-])(\d+)\/(\d+)(?![\d./-])/;

/**
 * @param {import("../room/meeting.js").Activity} activity
 * @returns {string} empty where everything is done, or nothing is known of it
 */
export function unfinished({ view }) {
  const figures = (view?.blocks ?? []).flatMap(figure);
  const shown = figures.slice(0, FIGURES_MAX);
  if (figures.length > shown.length) shown.push("…");
  return shown.join(t("organize.close_join"));
}

/** @param {any} block */
function figure({ type, label, value, total }) {
  if (type === "progress") return value < total ? [`${label} ${number(value)}/${number(total)}`] : [];
  const [, , done, all] = (type === "statistic" && SHARE.exec(value)) || [];
  return Number(done) < Number(all) ? [`${label} ${value}`] : [];
}
