// What organizers do about a person, from the list of people and from a message alike: done at once, said, and taken back.

import { ask, hint } from "../dialogs.js";
import { sentence } from "../problems.js";
import { t } from "../texts.js";

/** @typedef {"mute" | "unmute" | "remove" | "readmit" | "dismiss" | "hand_over"} Deed */

/** What takes a deed back. */
const BACK = /** @type {Record<string, Deed>} */ ({ mute: "unmute", unmute: "mute", remove: "readmit" });

/**
 * @param {import("./meeting.js").Meeting} meeting
 * @param {{id: string, name: string}} who
 * @param {Deed} deed
 * @param {() => void} [done] called when it is done or refused, and again when it was taken back
 */
export async function doTo(meeting, who, deed, done = () => {}) {
  const name = who.name || who.id;
  if (deed === "hand_over" && !(await ask(t("people.hand_over_question", { name }), t("people.hand_over"), true))) return;
  const back = BACK[deed];
  if (await send(meeting, who, deed)) hint(t(`people.done_${deed}`, { name }), back ? () => undo(meeting, who, back, done) : undefined);
  done();
}

/**
 * @param {import("./meeting.js").Meeting} meeting
 * @param {{id: string, name: string}} who
 * @param {Deed} deed
 * @param {() => void} done
 */
async function undo(meeting, who, deed, done) {
  if (await send(meeting, who, deed)) hint(t(`people.done_${deed}`, { name: who.name || who.id }));
  done();
}

/**
 * @param {import("./meeting.js").Meeting} meeting
 * @param {{id: string}} who
 * @param {Deed} deed
 */
async function send(meeting, who, deed) {
  try {
    await meeting.room.send({ type: deed, member: who.id });
    return true;
  } catch (error) {
    hint(sentence(error));
    return false;
  }
}
