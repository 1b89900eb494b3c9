// A small line of how something went, from nothing up to its largest value, and from when to when. What it says stands beside it in
// words.
//
// Invariant: a point stands where its time is, and nothing is drawn where nobody looked.

import { html, nothing } from "../render.js";
import { timeSpan } from "../texts.js";
import { svg } from "../vendor/lit-html/lit-html.js";
import { isMissed } from "./looks.js";

/** @typedef {{at: number, value: number | null}} Point what was found at a time; null where that is not known */
/** @typedef {{x: string, y: string}} Place */

const WIDTH = 120;
const HEIGHT = 28;

/** @param {Point[]} points oldest first */
export function chart(points) {
  const values = points.flatMap(({ value }) => value ?? []);
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  if (!values.length || from === to) return nothing;
  const most = Math.max(...values) || 1;
  const place = (/** @type {Point} */ { at, value }) => ({ x: (((at - from) / (to - from)) * WIDTH).toFixed(1), y: (HEIGHT - 2 - ((value ?? 0) / most) * (HEIGHT - 4)).toFixed(1) });
  return html`<div class="chart" aria-hidden="true"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT}>${runs(points).map((run) => runTemplate(run.map(place)))}</svg>
    <span class="quiet tabular">${timeSpan(from, to)}</span></div>`;
}

/** @param {Place[]} places */
function runTemplate(places) {
  const [first, last] = [places[0], places[places.length - 1]];
  if (first === last) return svg`<circle cx=${first.x} cy=${first.y} r="1.25"/>`;
  const line = places.map(({ x, y }) => `${x},${y}`).join(" ");
  return svg`<polygon points=${`${first.x},${HEIGHT} ${line} ${last.x},${HEIGHT}`}/><polyline points=${line}/>`;
}

/**
 * What is known without a gap in between.
 * @param {Point[]} points
 */
function runs(points) {
  /** @type {Point[][]} */
  const all = [];
  points.forEach((point, at) => {
    const before = points[at - 1];
    if (point.value === null) return;
    if (before && before.value !== null && !isMissed(before.at, point.at)) all[all.length - 1].push(point);
    else all.push([point]);
  });
  return all;
}
