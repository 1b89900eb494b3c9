// A draw, as everybody is told of it: an event with a prize and its winners, whichever plugin it comes from. Who has won by what they
// knew or did has no prize to wait for, and nothing rolls for them.
//
// Names roll on the wall first and appear one after another then. What phones know meanwhile they keep to themselves: read out
// by those who look down, nobody would look up.

import { html, nothing } from "../render.js";
import { t } from "../texts.js";

/** @typedef {{key: string, atMs: number, prize: string, winners: {id: string, name: string}[]}} Draw */

/** What an activity told everybody: `at` is the server's time as it says it, `atMs` that of this browser. */
/** @typedef {{event: any, seq: number, at: string, atMs: number}} Emit */

/** How long names roll. */
export const ROLL_MS = 2_600;

/** So long after one name the next appears; all of them together take no longer than the most. */
const NEXT_MS = 250;
const ALL_MS_MAX = 3_000;

/** Draws for which the page is drawn anew when they are young no longer. */
/** @type {Set<string>} */
const awaited = new Set();

/**
 * What was drawn last in an activity while this page was open.
 * @param {import("./meeting.js").Meeting} meeting
 * @param {import("./meeting.js").Activity} activity
 * @returns {Draw | null}
 */
export function drawIn({ emitted }, { id }) {
  const emit = emitted.get(id);
  const told = drawnBy(emit);
  return emit && told?.winners.length ? { key: `${id}/${emit.seq}`, atMs: emit.atMs, prize: told.prize, winners: told.winners } : null;
}

/** @param {Emit | undefined} emit */
function drawnBy(emit) {
  return [emit?.event, ...Object.values(emit?.event ?? {})].find((value) => typeof value?.prize === "string" && Array.isArray(value.winners));
}

/**
 * What is kept of what was told, with what was told before it. More winners than an event can hold come in several, of one moment
 * and alike in all else: they are one draw, which began with the first of them.
 * @param {Emit | undefined} before
 * @param {Emit} emit
 * @returns {Emit}
 */
export function followed(before, emit) {
  const [first, more] = [drawnBy(before), drawnBy(emit)];
  const rest = (/** @type {object} */ draw) => JSON.stringify({ ...draw, winners: [] });
  if (!before || before.at !== emit.at || !first || !more || rest(first) !== rest(more)) return emit;
  return { ...before, event: { ...more, winners: [...first.winners, ...more.winners] } };
}

/**
 * After how long the name at a place appears, once they have rolled.
 * @param {Draw} draw
 * @param {number} place
 */
export function appearsAfterMs({ winners }, place) {
  return place * Math.min(NEXT_MS, ALL_MS_MAX / winners.length);
}

/**
 * Whether this page was told of a draw less than so long ago.
 * @param {import("./meeting.js").Meeting} meeting
 * @param {Draw} draw
 * @param {number} ms
 */
export function isYoung({ changed }, { key, atMs }, ms) {
  const leftMs = atMs + ms - Date.now();
  if (leftMs > 0 && !awaited.has(`${key}/${ms}`)) {
    awaited.add(`${key}/${ms}`);
    setTimeout(changed, leftMs);
  }
  return leftMs > 0;
}

/**
 * Whether names roll, or appear one after another.
 * @param {import("./meeting.js").Meeting} meeting
 * @param {Draw} draw
 */
export function isBeingTold(meeting, draw) {
  return isYoung(meeting, draw, ROLL_MS + appearsAfterMs(draw, draw.winners.length));
}

/**
 * What a phone shows in the place of an activity while its names roll and appear on a wall, if there is one: participants are not
 * told of screens. Hosts see what they did.
 * @param {import("./meeting.js").Meeting} meeting
 * @param {import("./meeting.js").Activity} activity
 */
export function suspense(meeting, activity) {
  const draw = meeting.organizes ? null : drawIn(meeting, activity);
  if (!draw || !isBeingTold(meeting, draw)) return null;
  return html`<div class="blocks">${draw.prize ? html`<h3 class="heading" dir="auto">${draw.prize}</h3>` : nothing}<p class="text" role="status">${t("stage.suspense")}</p></div>`;
}
