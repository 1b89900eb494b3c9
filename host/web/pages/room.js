// The room: what is open on top, the chat below, and for organizers what they need, two taps away.

import { attempt } from "../attempt.js";
import { bringCursor, followBuild } from "../build.js";
import { closeSheet, isOpen, openSheet, sheet } from "../dialogs.js";
import { keepFocus } from "../focus.js";
import * as icons from "../icons.js";
import { languageSwitch } from "../language.js";
import { openPage } from "../page.js";
import { sentence } from "../problems.js";
import { html, noChange, nothing } from "../render.js";
import { Chat } from "../room/chat.js";
import { foldForKeyboard } from "../room/keyboard.js";
import { lineTemplate, presenceTemplate, waitingIn } from "../room/line.js";
import { takeAhead } from "../room/ahead.js";
import { linked } from "../room/links.js";
import { Meeting } from "../room/meeting.js";
import { MessageSheet } from "../room/message_sheet.js";
import { pastTemplate } from "../room/past.js";
import { Stage } from "../room/stage.js";
import { dayAndTime, t } from "../texts.js";

/** Whoever has waited so long for the room sees that the page is there, and connects. */
const EARLY_MS = 1_000;

/** What did not load is asked for again after so long, and after twice as long each time. */
const PANEL_MS = 2_000;
const PANEL_MAX_MS = 60_000;

const { hezi, root, paint } = openPage(template, { title: () => meeting.conference?.title, drawn, spoken: () => meeting.room.reconnect() });
const { id = "", over = "", me = "" } = root.dataset;
/** The link of a private conference carries a key, which is shown wherever somebody comes in. */
const key = new URLSearchParams(location.search).get("key") ?? "";
const meeting = new Meeting(hezi, id, changed, { key, ahead: takeAhead(), me });
const stage = new Stage(meeting);
const chat = new Chat(meeting, chooseMessage);
const messageSheet = new MessageSheet(meeting, chat, (message) => panel?.ofMessage(message, chat.onWall.has(message.seq)));
/** What only organizers need comes when it is needed. */
/** @type {import("../organize/panel.js").Panel | null} */
let panel = null;
/** How often it did not load, and whether it is not to be asked for now. */
let misses = 0;
let panelWaits = false;
/** What somebody wanted to look at in it before it was there. */
/** @type {import("../organize/panel.js").Part | undefined} */
let wanted;
/** @type {unknown} */
let failure = null;
/** Whether the head of the page stands as the server has sent it: to draw an empty room first takes a slow phone 0.3 s. */
let isEarly = true;

function changed() {
  if (isEarly && !meeting.conference && !meeting.over && !failure) return;
  stage.follow();
  if (meeting.conference && !meeting.organizes && isOpen("organize")) closeSheet("organize");
  if (meeting.organizes && !panel && !panelWaits) loadPanel();
  paint();
}

function drawn() {
  chat.update();
  stage.drawn();
  panel?.drawn();
  keepFocus();
  bringCursor();
}

async function loadPanel() {
  panelWaits = true;
  try {
    const { Panel } = await import("../organize/panel.js");
    if (panel) return;
    panel = new Panel(meeting, changed, (activity) => stage.choose(activity));
    chat.ofHosts = (message, isOnWall) => panel?.besideMessage(message, isOnWall);
    // Somebody was faster than it.
    if (isOpen("organize")) panel.begin(wanted);
  } catch (error) {
    console.info("the panel did not load", String(error));
    setTimeout(panelMissed, Math.min(PANEL_MS * 2 ** misses++, PANEL_MAX_MS));
  }
  changed();
}

/** It is time to ask for it again. */
function panelMissed() {
  panelWaits = false;
  changed();
}

/** What stands in its place. */
function noPanelTemplate() {
  return html`<p class="quiet" role="status">${t(misses ? "loading.failed" : "loading")}</p>${misses ? html`<button class="button quiet-button" @click=${loadPanel}>${t("line.again")}</button>` : nothing}`;
}

function openPast() {
  openSheet("past", changed);
}

/** @param {import("../organize/panel.js").Part} [part] */
function openPanel(part) {
  wanted = part;
  if (panel) panel.open(part);
  else openSheet("organize", changed);
}

/** @param {import("../room/messages.js").Message} message */
function chooseMessage(message) {
  if (meeting.over) return;
  if (meeting.organizes) panel?.learnPeople();
  messageSheet.open(message, changed);
}

function template() {
  panel?.drawing();
  // Somebody who never came in has no room to look at, but why.
  const why = failure ?? (meeting.conference ? null : meeting.over);
  if (why) return html`<main class="narrow standalone"><h1>${t("problem.title")}</h1><p>${sentence(why)}</p>
      <p class="row"><button class="button" @click=${() => location.reload()}>${t("line.again")}</button><a class="button quiet-button" href="/">${t("home")}</a></p>${languageSwitch()}</main>`;
  const isHost = meeting.organizes && !meeting.over;
  return html`${stage.isHeld ? noChange : aboveTemplate(isHost)}${meeting.herald.template()}
    <main class=${stage.isHeld ? noChange : meeting.messages.isEmpty ? "room-body silence" : "room-body"}>
      ${stage.template({ openPast, toBegin: (count) => panel?.toBegin(count, openPast), ofHosts: (activity) => (panel && isHost ? panel.onStage(activity) : nothing) })}
      ${chat.template()}
    </main>
    ${sheet("past", t("stage.all_title"), () => pastTemplate(meeting, (activity) => stage.choose(activity), (activity) => panel?.ofPast(activity)))}
    ${sheet("more", t("more"), moreTemplate)}
    ${sheet("message", t("message.title"), () => messageSheet.template())}
    ${sheet("organize", t("organize"), () => panel?.template() ?? noPanelTemplate())}`;
}

/**
 * What stands above the stage, and moves it when it becomes higher.
 * @param {boolean} isHost
 */
function aboveTemplate(isHost) {
  return html`<header class="bar">
      <a class="icon-button" href="/" aria-label=${t("home")}>${icons.back}</a>
      <div class="bar-title"><h1 dir="auto">${meeting.conference?.title ?? document.title}</h1><p>${isHost ? html`<button class="bar-people" @click=${() => openPanel("people")}>${presenceTemplate(meeting)}</button>` : presenceTemplate(meeting)}</p></div>
      ${isHost ? html`<button class="button small-button" @click=${() => openPanel()}>${t("organize")}</button>` : nothing}
      <button class="icon-button" aria-label=${t("more")} @click=${() => openSheet("more", changed)}>${icons.more}</button>
    </header>
    ${lineTemplate(meeting)}
    ${meeting.conference?.notice && !meeting.over ? html`<aside class="pinned" aria-label=${t("meet.notice")} dir="auto">${linked(meeting.conference.notice.text)}</aside>` : nothing}`;
}

function moreTemplate() {
  const { conference } = meeting;
  return html`${conference ? html`<h3 dir="auto">${conference.title}</h3>` : nothing}<dl class="facts">
      <div><dt>${t("number")}</dt><dd class="tabular">${conference?.number ?? ""}</dd></div>
      <div><dt>${t("owner")}</dt><dd><bdi>${conference?.owner.name ?? ""}</bdi></dd></div>
      <div><dt>${t("me")}</dt><dd><bdi>${meeting.me?.name ?? ""}</bdi></dd></div>
      ${conference?.starts_at ? html`<div><dt>${t("about.starts_at")}</dt><dd>${dayAndTime(conference.starts_at)}</dd></div>` : nothing}
    </dl>
    ${conference?.description ? html`<p class="about" dir="auto">${linked(conference.description)}</p>` : nothing}
    ${languageSwitch()}
    ${meeting.over ? panel?.again() : nothing}
    ${meeting.over || meeting.organizes ? nothing : html`<button class="button quiet-button" @click=${leave}>${t("leave")}</button>`}`;
}

async function leave() {
  if (await attempt(() => hezi.call("POST", `${meeting.path}/leave`))) location.assign("/");
}

/** What is kept of a meeting that is over. */
async function lookBack() {
  try {
    const { openArchive } = await import("../room/archive.js");
    await openArchive(meeting, await hezi.call("GET", meeting.path));
  } catch (error) {
    // Of a meeting that was on this page a moment ago everything stays to be read.
    if (!meeting.conference) failure = error;
  }
  changed();
}

async function start() {
  if (over) await lookBack();
  else meeting.start();
  changed();
  setTimeout(() => ((isEarly = false), changed()), EARLY_MS);
}

meeting.room.addEventListener("welcome", () => {
  // After the room: to ask takes as long as to draw a part of it.
  setTimeout(followBuild, EARLY_MS, hezi, () => waitingIn(meeting) > 0 || chat.composer.draft !== "" || chat.composer.answering !== null || meeting.hasTyped);
});
meeting.room.addEventListener("over", (event) => {
  closeSheet("organize");
  const { code } = /** @type {CustomEvent} */ (event).detail;
  if (code === "not_signed_in") location.assign(`/auth/login?return_to=${encodeURIComponent(location.pathname + location.search)}`);
  if (code === "conference_ended") lookBack();
  // The server gives them their page; what was begun on this one is kept for whoever began it.
  if (code === "another_person") location.reload();
});
foldForKeyboard(stage);
start();
