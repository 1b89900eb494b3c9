// Measures: what organizers do about a person, from the list of people and from a message alike: done at once, said, and taken back.

import { attempt } from "../attempt.js";
import { ask, hint } from "../dialogs.js";
import { t } from "../texts.js";

/** @typedef {"mute" | "unmute" | "remove" | "readmit" | "appoint" | "dismiss" | "hand_over"} Measure */

/** What takes a measure back. */
const BACK = /** @type {Record<string, Measure>} */ ({ mute: "unmute", unmute: "mute", remove: "readmit", appoint: "dismiss", dismiss: "appoint" });

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {{id: string, name: string}} who
 * @param {Measure} measure
 */
export async function take(meeting, who, measure) {
  const name = who.name || who.id;
  if (measure === "hand_over" && !(await ask(t("people.hand_over_question", { name }), t("people.hand_over"), true))) return;
  const back = BACK[measure];
  if (await send(meeting, who, measure)) hint(t(`people.done_${measure}`, { name }), back ? () => undo(meeting, who, back) : undefined);
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {{id: string, name: string}} who
 * @param {Measure} measure
 */
async function undo(meeting, who, measure) {
  if (await send(meeting, who, measure)) hint(t(`people.done_${measure}`, { name: who.name || who.id }));
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {{id: string}} who
 * @param {Measure} measure
 */
function send(meeting, who, measure) {
  return attempt(() => meeting.room.send({ type: measure, member: who.id }));
}
