// What the screen on the wall shows, chosen from the organizer's phone: an activity, and what of the chat. Every organizer sees the
// same choice, and so does the wall.

import { attempt } from "../attempt.js";
import { html, nothing } from "../render.js";
import { t } from "../texts.js";
import { labelOf } from "./labels.js";

/** @typedef {"follow" | "lobby" | "notice" | {activity: string}} Shown */
/** @typedef {import("../room/messages.js").Message} Message */

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
      ${chosen ? chip(chosen.title || chosen.plugin, true, () => putOnWall(meeting, "follow"), false) : nothing}</div></div>
    ${chatTemplate(meeting)}`;
}

/**
 * How much of the chat it shows.
 * @param {import("../room/meeting.js").Meeting} meeting
 */
function chatTemplate(meeting) {
  const now = meeting.conference.screen_chat;
  const choices = [["all", t("wall.chat_all")], ["approved", t("wall.chat_approved")], ["none", t("wall.chat_none")]];
  return html`<div class="stack-close" role="group" aria-labelledby="wall-chat-label">
    <p class="field-label" id="wall-chat-label">${t("wall.chat")}</p>
    <div class="row">${choices.map(([shown, text]) => chip(text, now === shown, () => change(meeting, { screen_chat: shown }), false))}</div>
    ${now === "approved" ? html`<p class="quiet">${t("wall.chat_help")}</p>` : nothing}</div>`;
}

/**
 * Beside a message: whether it is on the wall, and one tap to have it otherwise. Tab does not stop at it: the sheet has it as well.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {Message} message
 * @param {boolean} isOnWall
 */
export function wallMark(meeting, message, isOnWall) {
  return html`<button class=${isOnWall ? "message-wall pressed" : "message-wall"} tabindex="-1" aria-pressed=${isOnWall ? "true" : "false"}
    aria-label=${t("message.wall")} aria-describedby=${`said-${message.seq}`} @click=${() => move(meeting, message, !isOnWall)}>${isOnWall ? "✓ " : ""}${t("message.wall")}</button>`;
}

/**
 * The same in the sheet of the message, in words.
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {Message} message
 * @param {boolean} isOnWall
 */
export function wallMove(meeting, message, isOnWall) {
  return html`<button class="button quiet-button" @click=${() => move(meeting, message, !isOnWall)}>${t(isOnWall ? "message.take_down" : "message.put_up")}</button>`;
}

/**
 * @param {import("../room/meeting.js").Meeting} meeting
 * @param {Message} message
 * @param {boolean} stands whether it is to be there
 */
async function move(meeting, { seq }, stands) {
  await attempt(() => meeting.room.send({ type: stands ? "put_up" : "take_down", message: seq }));
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
