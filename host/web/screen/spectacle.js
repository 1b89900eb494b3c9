// What is worth watching: names that roll while a draw is shown, and packets that rain while there is something to grab.
//
// It follows what an activity publishes, not which plugin it is: an event with winners is a draw; something that everybody is
// to tap once, with a clock beside it, is a race. Only transforms move, which costs a slow machine next to nothing.

import { html, nothing } from "../render.js";

const ROLL_MS = 2_600;
const NAMES = 24;
const DROPS = 18;

/** When each draw was first seen: it rolls then, and stands afterwards. */
/** @type {Map<string, number>} */
const seen = new Map();

/**
 * What is drawn above an activity. While names roll nothing else is shown, or the end would be known before it came.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../room/meeting.js").Activity} activity
 * @param {string[]} names of people in the meeting
 * @param {() => unknown} rest draws the activity itself
 */
export function spectacle(meeting, activity, names, rest) {
  const emit = meeting.emitted.get(activity.id);
  const winners = emit ? winnersIn(emit.event) : [];
  if (emit && winners.length) {
    if (isRolling(meeting, `${activity.id}/${emit.seq}`)) return roll(winners, names);
    return html`<div class="winners">${winners.map((one) => html`<p class="winner" dir="auto">${one.name || one.id}</p>`)}</div>${rest()}`;
  }
  return html`${activity.phase === "open" && isRace(activity) ? rain() : nothing}${rest()}`;
}

/** @param {any} event */
function winnersIn(event) {
  const inner = Object.values(event ?? {}).find((value) => value && typeof value === "object" && Array.isArray(/** @type {any} */ (value).winners));
  return /** @type {{id: string, name: string}[]} */ (/** @type {any} */ (inner)?.winners ?? event?.winners ?? []);
}

/** @param {import("../room/meeting.js").Activity} activity */
function isRace(activity) {
  const blocks = activity.view?.blocks ?? [];
  const tap = blocks.some((block) => block.type === "form" && block.fields.length === 0 && (block.shown_to ?? block.audience) === "everyone");
  return tap && blocks.some((block) => block.type === "countdown");
}

/**
 * Whether the names still roll: for a while after a draw was first seen. Where motion is not wanted they never do.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {string} key
 */
function isRolling(meeting, key) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return false;
  const since = seen.get(key) ?? Date.now();
  if (!seen.has(key)) {
    seen.set(key, since);
    setTimeout(meeting.changed, ROLL_MS);
  }
  return Date.now() - since < ROLL_MS;
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
