// What the screen on the wall shows, chosen from the organizer's phone. Every organizer sees the same choice, and so does the wall.

import { attempt } from "../attempt.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { labelOf } from "./labels.js";

/** @typedef {"follow" | "lobby" | "notice" | {activity: string}} Shown */

/**
 * The choice, in the panel of the meeting.
 * @param {import("../room/meeting.js").Meeting} meeting
 */
export function wallTemplate(meeting) {
  const { conference } = meeting;
  const now = /** @type {Shown | undefined} */ (conference.screen);
  if (now === undefined) return nothing;
  const chosen = typeof now === "object" ? meeting.activities.get(now.activity) : undefined;
  const choices = /** @type {[Shown, string][]} */ ([["follow", t("wall.follow")], ["lobby", t("wall.lobby")], ["notice", t("wall.notice")]]);
  return html`<div class="stack-close" role="group" aria-labelledby="wall-label">
    <p class="row-apart"><span class="field-label" id="wall-label">${t("wall")}</span>${screensTemplate(meeting)}</p>
    <div class="row">${choices.map(([shown, text]) => chip(text, now === shown, () => putOnWall(meeting, shown), shown === "notice" && !conference.notice))}
      ${chosen ? chip(chosen.title || chosen.plugin, true, () => putOnWall(meeting, "follow"), false) : nothing}
      ${chip(t("wall.chat"), conference.screen_chat, () => change(meeting, { screen_chat: !conference.screen_chat }), false)}</div></div>`;
}

/**
 * Whether any screen shows it: whoever drives the wall from elsewhere does not see that.
 * @param {import("../room/meeting.js").Meeting} meeting
 */
function screensTemplate({ screens }) {
  if (screens === undefined) return nothing;
  return html`<span class="quiet screens" role="status">${screens ? t("wall.screens", { count: screens }) : t("wall.no_screen")}</span>`;
}

/**
 * The way of one activity onto the wall, and off it again.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {string} activity
 * @param {string} name of it
 */
export function wallButton(meeting, activity, name) {
  const now = meeting.conference?.screen;
  if (now === undefined) return nothing;
  const isThere = now.activity === activity;
  return chip(t("wall.put"), isThere, () => putOnWall(meeting, isThere ? "follow" : { activity }), false, labelOf(t("wall.put"), name));
}

/**
 * @param {string} text
 * @param {boolean} isPressed
 * @param {() => void} press
 * @param {boolean} disabled
 * @param {unknown} [label] for whoever hears it alone
 */
function chip(text, isPressed, press, disabled, label = nothing) {
  return html`<button type="button" class=${isPressed ? "chip pressed" : "chip"} aria-pressed=${isPressed ? "true" : "false"} dir="auto" aria-label=${label}
    ?disabled=${disabled} @click=${press}>${text}</button>`;
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {Shown} screen
 */
async function putOnWall(meeting, screen) {
  await change(meeting, { screen });
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {object} changes
 */
async function change(meeting, changes) {
  await attempt(() => meeting.room.send({ type: "change", changes }));
}
