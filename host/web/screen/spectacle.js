// What is worth watching: names that roll while a draw is shown, and packets that rain while there is something to grab.
//
// It follows what an activity publishes, not which plugin it is: winners of a prize are a draw; something that everybody is to tap
// once, with a clock beside it, is a race. Only transforms move, which costs a slow machine next to nothing.

import { nameOf, shared } from "../names.js";
import { html, nothing } from "../render.js";
import { appearsAfterMs, drawIn, isBeingTold, isYoung, ROLL_MS } from "../room/draw.js";

/** @typedef {import("../names.js").Person & {role?: string}} Known */

const NAMES = 24;
const DROPS = 18;

/**
 * What is drawn above an activity. While names roll nothing else is shown, or the end would be known before it came.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 * @param {Known[]} people in the meeting
 * @param {(shown: import("../room/meeting.js").Activity, named: Known[]) => unknown} rest draws the activity itself, where these
 *   have names as well
 */
export function spectacle(meeting, activity, people, rest) {
  const draw = drawIn(meeting, activity);
  if (!draw) return html`${activity.phase === "open" && isRace(activity) ? rain() : nothing}${rest(activity, people)}`;
  /** @type {Known[]} */
  const all = [...people, ...draw.winners];
  const twice = shared(all);
  const prize = draw.prize ? html`<p class="prize" dir="auto">${draw.prize}</p>` : nothing;
  // Where motion is not wanted they never roll.
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches && isYoung(meeting, draw, ROLL_MS)) return html`<div class="drawn">${prize}${roll(all, twice, draw.winners[0])}</div>`;
  return html`<div class=${isBeingTold(meeting, draw) ? "drawn appearing" : "drawn"}>${prize}<div class="winners">${draw.winners.map((one, at) => html`<p class="winner" dir="auto" .style=${`animation-delay: ${appearsAfterMs(draw, at)}ms`}>${nameOf(one, twice)}</p>`)}</div></div>${rest(without(activity, draw.winners), all)}`;
}

/**
 * An activity whose lists of people name all but those who are named large above them.
 * @param {import("../room/meeting.js").Activity} activity
 * @param {{id: string}[]} named
 */
function without(activity, named) {
  const ids = new Set(named.map(({ id }) => id));
  const blocks = activity.view?.blocks.map((block) => (block.type === "people" ? { ...block, items: block.items.filter((/** @type {{id: string}} */ one) => !ids.has(one.id)) } : block));
  return blocks ? { ...activity, view: { ...activity.view, blocks } } : activity;
}

/** @param {import("../room/meeting.js").Activity} activity */
function isRace(activity) {
  const blocks = activity.view?.blocks ?? [];
  const tap = blocks.some((block) => block.type === "form" && block.fields.length === 0 && (block.shown_to ?? block.audience) === "everyone");
  return tap && blocks.some((block) => block.type === "countdown");
}

/**
 * @param {Known[]} all
 * @param {Set<string>} twice
 * @param {Known} first who has won
 */
function roll(all, twice, first) {
  // Organizers take no part in most draws.
  const inPool = all.filter(({ role }) => role !== "organizer");
  const strip = Array.from({ length: NAMES + 1 }, (_, at) => nameOf(at < NAMES ? inPool[(at * 7) % inPool.length] : first, twice));
  return html`<div class="roll" aria-hidden="true"><div class="roll-strip">${strip.map((name) => html`<p dir="auto">${name}</p>`)}</div></div>`;
}

function rain() {
  return html`<div class="rain" aria-hidden="true">${Array.from({ length: DROPS }, (_, at) => html`<i class=${`drop drop-${at}`}></i>`)}</div>`;
}
