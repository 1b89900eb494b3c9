// What is worth watching: names that roll while a draw is shown, and packets that rain while there is something to grab.
//
// It follows what an activity publishes, not which plugin it is: an event with winners is a draw; something that everybody is
// to tap once, with a clock beside it, is a race. Only transforms move, which costs a slow machine next to nothing.

import { html, nothing } from "../render.js";
import { appearsAfterMs, drawIn, isBeingTold, isYoung, ROLL_MS } from "../room/draw.js";

const NAMES = 24;
const DROPS = 18;

/**
 * What is drawn above an activity. While names roll nothing else is shown, or the end would be known before it came.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 * @param {string[]} names of people in the meeting
 * @param {(shown: import("../room/meeting.js").Activity) => unknown} rest draws the activity itself
 */
export function spectacle(meeting, activity, names, rest) {
  const draw = drawIn(meeting, activity);
  if (!draw) return html`${activity.phase === "open" && isRace(activity) ? rain() : nothing}${rest(activity)}`;
  const prize = draw.prize ? html`<p class="prize" dir="auto">${draw.prize}</p>` : nothing;
  // Where motion is not wanted they never roll.
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches && isYoung(meeting, draw, ROLL_MS)) return html`<div class="drawn">${prize}${roll(draw.winners, names)}</div>`;
  return html`<div class=${isBeingTold(meeting, draw) ? "drawn appearing" : "drawn"}>${prize}<div class="winners">${draw.winners.map((one, at) => html`<p class="winner" dir="auto" .style=${`animation-delay: ${appearsAfterMs(draw, at)}ms`}>${one.name || one.id}</p>`)}</div></div>${rest(without(activity, draw.winners))}`;
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
 * @param {{id: string, name: string}[]} winners
 * @param {string[]} names
 */
function roll(winners, names) {
  const all = [...names, ...winners.map((one) => one.name)];
  const strip = Array.from({ length: NAMES }, (_, at) => all[(at * 7) % all.length]);
  return html`<div class="roll" aria-hidden="true"><div class="roll-strip">${strip.map((name) => html`<p dir="auto">${name}</p>`)}<p dir="auto">${winners[0].name}</p></div></div>`;
}

function rain() {
  return html`<div class="rain" aria-hidden="true">${Array.from({ length: DROPS }, (_, at) => html`<i class=${`drop drop-${at}`}></i>`)}</div>`;
}
