// What a meeting is about and when it begins, and a private one's link.

import { ask, hint } from "../dialogs.js";
import { localTime, momentOf } from "../moments.js";
import { sentence } from "../problems.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";

/**
 * Title, description and beginning, to be changed.
 * @param {import("../room/meeting.js").Meeting} meeting
 */
export function aboutTemplate(meeting) {
  const { conference } = meeting;
  const begins = conference.starts_at ? localTime(Date.parse(conference.starts_at)) : "";
  return html`<details class="later"><summary>${t("about")}</summary><form class="stack-close" @submit=${(/** @type {SubmitEvent} */ event) => change(event, meeting, begins)}>
    <label class="field"><span class="field-label">${t("home.title")}</span>
      <input class="input" name="title" maxlength="120" required dir="auto" .value=${conference.title}></label>
    <label class="field"><span class="field-label">${t("about.description")}</span>
      <textarea class="input" name="description" rows="3" maxlength="2000" dir="auto" .value=${conference.description ?? ""}></textarea></label>
    <label class="field"><span class="field-label">${t("about.starts_at")}</span>
      <input class="input" type="datetime-local" name="starts_at" .value=${begins}></label>
    <button class="button quiet-button small-button">${t("save")}</button></form></details>`;
}

/**
 * Changes what is otherwise now, and nothing else.
 * @param {SubmitEvent} event
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {string} begins what stood in the field
 */
async function change(event, meeting, begins) {
  event.preventDefault();
  const given = new FormData(/** @type {HTMLFormElement} */ (event.target));
  const text = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
  /** @type {Record<string, unknown>} */
  const changes = {};
  for (const name of ["title", "description"]) if (text(name) !== (meeting.conference[name] ?? "")) changes[name] = text(name);
  if (text("starts_at") !== begins) changes.starts_at = momentOf(text("starts_at"));
  if (!Object.keys(changes).length) return;
  await send(meeting, { type: "change", changes });
}

/**
 * The key of a private meeting's link is exchanged: who has the old link gets in no more.
 * @param {import("../room/meeting.js").Meeting} meeting
 */
export function linkTemplate(meeting) {
  if (!meeting.conference.private) return nothing;
  const exchange = async () => (await ask(t("link.question"), t("link.exchange"), true)) && send(meeting, { type: "rekey" });
  return html`<div class="stack-close"><p class="quiet">${t("link.private")}</p>
    <button class="button quiet-button small-button" @click=${exchange}>${t("link.exchange")}</button></div>`;
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("../client/hezi-client.d.ts").Command} command
 */
async function send(meeting, command) {
  try {
    await meeting.room.send(command);
    hint(t("saved"));
  } catch (error) {
    hint(sentence(error));
  }
}
