// How the line to the server is: said in a word in the bar, and in a sentence as soon as something waits.

import { html, nothing } from "../render.js";
import { sentence } from "../problems.js";
import { dayAndTime, t } from "../texts.js";
import { presence } from "./chat.js";

/** What kept somebody out and may be otherwise a minute later. */
const CAN_CHANGE = ["locked", "full", "closed", "too_many_sockets", "left", "kept_out"];

/**
 * How much of what somebody has done has no reply yet: what the page asks for by itself is nobody's.
 * @param {import("./meeting.js").Meeting} meeting
 */
export function waitingIn({ room, watching }) {
  return room.waiting - watching;
}

/** @param {import("./meeting.js").Meeting} meeting */
export function lineTemplate(meeting) {
  const { line } = meeting.room;
  const waiting = waitingIn(meeting);
  if (meeting.over) return html`<p class="strip" role="status" tabindex="-1">${sentence(meeting.over)} ${CAN_CHANGE.includes(meeting.over.code ?? "") ? html`<button class="link" @click=${() => location.reload()}>${t("line.again")}</button>` : nothing}</p>`;
  if (line === "online" || !meeting.conference) return nothing;
  return html`<p class="strip" role="status">${waiting ? t("line.offline_waiting", { count: waiting }) : t("line.offline")}</p>`;
}

/** @param {import("./meeting.js").Meeting} meeting */
export function presenceTemplate(meeting) {
  if (meeting.over && !meeting.conference) return nothing;
  if (meeting.over) return html`<span class="quiet">${dayAndTime(meeting.conference.created_at)}</span>`;
  if (!meeting.conference) return html`<span class="quiet">${t("line.connecting")}</span>`;
  return html`<span class="quiet tabular">${presence(meeting.online, meeting.members)}</span>`;
}
