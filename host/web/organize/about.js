// What a meeting is about and when it begins, and a private one's link.

import { attempt } from "../attempt.js";
import { ask, hint } from "../dialogs.js";
import { localTime, momentOf } from "../moments.js";
import { html, live, nothing } from "../render.js";
import { dayAndTime, t } from "../texts.js";

/**
 * Title, description and beginning, to be changed.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("./fields.js").Fields} fields
 */
export function aboutTemplate(meeting, fields) {
  const { title, description = "", starts_at } = meeting.conference;
  const begins = starts_at ? localTime(Date.parse(starts_at)) : "";
  return html`<details class="later"><summary>${t("about")}</summary><form class="stack-close" @submit=${(/** @type {SubmitEvent} */ event) => change(event, meeting, fields, begins)}>
    <label class="field"><span class="field-label">${t("home.title")}</span>
      <input class="input" name="title" maxlength="120" required dir="auto" .value=${live(fields.value("title", title))} @input=${fields.typing("title", title)}></label>
    ${fields.news("title", title)}
    <label class="field"><span class="field-label">${t("about.description")}</span>
      <textarea class="input" name="description" rows="3" maxlength="2000" dir="auto" .value=${live(fields.value("description", description))} @input=${fields.typing("description", description)}></textarea></label>
    ${fields.news("description", description)}
    <label class="field"><span class="field-label">${t("about.starts_at")}</span>
      <input class="input" type="datetime-local" name="starts_at" .value=${fields.value("starts_at", begins)} @input=${fields.typing("starts_at", begins)}></label>
    ${fields.news("starts_at", begins, starts_at && dayAndTime(starts_at))}
    <button class="button quiet-button small-button">${t("save")}</button></form></details>`;
}

/**
 * Changes what is otherwise now, and nothing else.
 * @param {SubmitEvent} event
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {import("./fields.js").Fields} fields
 * @param {string} begins what the server has
 */
async function change(event, meeting, fields, begins) {
  event.preventDefault();
  const given = new FormData(/** @type {HTMLFormElement} */ (event.target));
  const text = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
  /** @type {Record<string, unknown>} */
  const changes = {};
  for (const name of ["title", "description"]) if (text(name) !== (meeting.conference[name] ?? "")) changes[name] = text(name);
  if (text("starts_at") !== begins) changes.starts_at = momentOf(text("starts_at"));
  if (!Object.keys(changes).length) return;
  if (await send(meeting, { type: "change", changes })) fields.done("title", "description", "starts_at");
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
  const done = await attempt(() => meeting.room.send(command));
  if (done) hint(t("saved"));
  return done;
}
