// The screen on the wall: the way in, what is open, what people say. It shows what every participant may see, and of that what
// an organizer has chosen on their phone (`screen` of the conference); it takes nothing.

import { followBuild } from "../build.js";
import * as icons from "../icons.js";
import { languageSwitch } from "../language.js";
import { openPage } from "../page.js";
import { sentence } from "../problems.js";
import { html, nothing, repeat } from "../render.js";
import { qrLink } from "../room/addresses.js";
import { presence } from "../room/chat.js";
import { drawIn } from "../room/draw.js";
import { Meeting } from "../room/meeting.js";
import { OnWall } from "../room/on_wall.js";
import { drawActivity } from "../room/stage.js";
import { Arrivals } from "../screen/arrivals.js";
import { Pager } from "../screen/pager.js";
import { spectacle } from "../screen/spectacle.js";
import { t } from "../texts.js";

/** How many of the last messages pass by. */
const MESSAGES = 6;
const { hezi, root, paint } = openPage(template, { title: called, drawn, spoken: () => meeting.room.reconnect() });
const { id = "", over = "" } = root.dataset;
const key = new URLSearchParams(location.search).get("key") ?? "";
const meeting = new Meeting(hezi, id, paint, { key, isWall: true });
const onWall = new OnWall(meeting);
const arrivals = new Arrivals(paint);
const [pager, stripPager] = [new Pager(), new Pager()];
/** What is to be read on the wall: another one is read from its beginning. */
let shownKey = "";
// What fitted before may not fit a wall of another size, and what was made small for a small one may grow again.
addEventListener("resize", paint);
for (const type of ["pointermove", "pointerdown"]) addEventListener(type, wake);
let failure = "";
/** People who are here, as far as they are known: their names roll when something is drawn, and tell who is meant. */
/** @type {import("../screen/spectacle.js").Known[]} */
let people = [];

/** The tab of the wall stands beside that of the room, and is called otherwise. */
function called() {
  const { conference } = meeting;
  return conference && t("screen.title", { title: conference.title });
}

function drawn() {
  stripPager.fit(document.querySelector(".screen-notice.long"), meeting.conference?.notice?.text ?? "");
  pager.fit(document.querySelector(".screen-activity"), shownKey);
}

function template() {
  const { conference } = meeting;
  if (failure) return html`<main class="screen-lobby"><p class="screen-failure">${failure}</p></main>`;
  const shown = current();
  return html`<header class="screen-bar">
      <h1 dir="auto">${conference?.title ?? document.title}</h1>
      <span class="screen-controls">${languageSwitch()}<button class="icon-button" aria-label=${t("screen.full")} @click=${fullScreen}>${icons.wide}</button></span>
      ${meeting.over ? nothing : html`<span class="tabular">${conference ? presence(meeting.online, meeting.members) : ""}</span>`}
      ${meeting.room.line === "online" || meeting.over ? nothing : html`<span class="pill bad" role="status">${t("screen.offline")}</span>`}
    </header>
    ${conference?.notice && !meeting.over && chosen() !== "notice" ? stripTemplate(conference.notice.text) : nothing}
    ${shown && !meeting.over ? activityTemplate(shown) : (noticeTemplate() ?? lobbyTemplate())}
    ${arrivals.template()}`;
}

/** What an organizer wants to be seen. */
function chosen() {
  return meeting.conference?.screen ?? "follow";
}

/** In which phase each activity was when the wall was drawn last. */
/** @type {Map<string, string>} */
const phases = new Map();
/** The one that was opened or closed last: on the wall is what people talk about, and that is often what has just come of it. */
let latest = "";

/** Finds out what was opened or closed since the last drawing; of several, and at the beginning, what is open comes first. */
function follow() {
  const turned = [...meeting.inPhase("closed"), ...meeting.inPhase("open")].filter(({ id, phase }) => phases.get(id) !== phase);
  for (const { id, phase } of turned) phases.set(id, phase);
  latest = turned.at(-1)?.id ?? latest;
}

/** What was chosen; or what was opened or closed last. */
function current() {
  follow();
  const wanted = chosen();
  if (wanted.activity) return meeting.activities.get(wanted.activity);
  if (wanted !== "follow") return undefined;
  return meeting.activities.get(latest);
}

/** The notice alone, as large as fits. */
function noticeTemplate() {
  const { notice } = meeting.conference ?? {};
  if (chosen() !== "notice" || !notice || meeting.over) return null;
  shownKey = notice.text;
  return html`<main class="screen-activity screen-announcement"><p class="announced" dir="auto">${notice.text}</p>${pageMark()}</main>`;
}

/** A notice of more letters is no line, and passes by in a strip of its own. */
const STRIP_LETTERS_MAX = 40;

/** @param {string} text */
function stripTemplate(text) {
  return html`<aside class=${text.length > STRIP_LETTERS_MAX ? "screen-notice long" : "screen-notice"} aria-label=${t("meet.notice")}><p class="announced" dir="auto">${text}</p>${pageMark()}</aside>`;
}

/** What a wall says where a phone would say something else. */
/** @type {Record<string, (() => string) | undefined>} */
const OVER = { conference_ended: () => t("screen.over"), locked: () => t("screen.locked") };

function lobbyTemplate() {
  const { conference } = meeting;
  if (meeting.over) return html`<main class="screen-lobby"><p class="screen-over">${OVER[meeting.over.code ?? ""]?.() ?? sentence(meeting.over)}</p></main>`;
  if (!conference) return html`<main class="screen-lobby"></main>`;
  return html`<main class="screen-lobby">
    <div class="screen-invite"><p class="screen-hint">${t("screen.join")}</p><img class="screen-qr" src=${qrLink(meeting)} alt=${t("meet.qr")}></div>
    ${conference.private ? nothing : html`<div class="screen-invite"><p class="screen-hint">${t("screen.number")}</p><p class="screen-number tabular">${conference.number}</p>
      <p class="screen-address">${new URL(conference.join_url).host}</p></div>`}
    ${arrivals.crowd()}
    ${messagesTemplate()}
  </main>`;
}

/** @param {import("../room/meeting.js").Activity} activity */
function activityTemplate(activity) {
  shownKey = `${activity.id} ${drawIn(meeting, activity)?.key ?? ""}`;
  return html`<main class="screen-main">
    <section class="screen-activity"><h2 class="unseen" dir="auto">${activity.title}</h2>${spectacle(meeting, activity, people, (shown, named) => drawActivity(meeting, shown, { watchOnly: true, people: named }))}${pageMark()}</section>
    <aside class="screen-side"><div class="screen-corner"><img class="screen-qr" src=${qrLink(meeting)} alt=${t("meet.qr")}><p class="screen-corner-number tabular">${meeting.conference?.number ?? ""}</p></div>
      ${messagesTemplate()}</aside>
  </main>`;
}

/** Which page it is of how many: written by the pager, where there are several. */
function pageMark() {
  return html`<p class="screen-page tabular" aria-hidden="true"></p>`;
}

/** The newest first: the column is filled from its foot, with as many as are whole. */
function messagesTemplate() {
  const ofChat = meeting.conference?.screen_chat;
  if (ofChat === "none") return nothing;
  const said = ofChat === "approved" ? onWall.messages : meeting.messages.list.filter((message) => !message.deleted_by);
  const last = said.slice(-MESSAGES).reverse();
  return html`<ol class="screen-chat" aria-label=${t("chat.title")}>${repeat(last, (message) => message.seq, (message) => html`<li><p class="said"><bdi>${message.from.name}</bdi>&ensp;<span dir="auto">${message.text}</span></p></li>`)}</ol>`;
}

/** The pointer, and what it is for, go when it has rested for so long. */
const RESTS_MS = 3_000;
let resting = 0;

function wake() {
  root.classList.remove("resting");
  clearTimeout(resting);
  resting = setTimeout(() => root.classList.add("resting"), RESTS_MS);
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

async function start() {
  if (!over) return meeting.start();
  try {
    Object.assign(meeting, { conference: await meeting.look(), over: { code: "conference_ended" } });
  } catch (error) {
    failure = sentence(error);
  }
  paint();
}

/** So many members are asked for. */
const NAMES_MAX = 1_000;

/** A first page of the members is enough to roll. Members are told of it alone: a screen need not be signed in as one. */
async function learnNames() {
  try {
    const { role } = await meeting.look();
    if (!role) return;
    const { members } = await hezi.call("GET", `${meeting.path}/members?limit=${NAMES_MAX}`);
    people = members;
    if (members.length < NAMES_MAX) arrivals.keep(members);
    arrivals.know(members);
  } catch {
    // The names of those who come while the screen is on will do.
  }
}

meeting.room.addEventListener("welcome", () => {
  followBuild(hezi, () => false);
  learnNames();
});
meeting.room.addEventListener("event", (event) => {
  if (/** @type {CustomEvent} */ (event).detail.change === "opened") learnNames();
});
let membersBefore = 0;
meeting.room.addEventListener("presence", (event) => {
  const { recent, members } = /** @type {CustomEvent} */ (event).detail;
  arrivals.take(recent);
  // Who was sent out or has left is told to nobody but by the count.
  if (members < membersBefore) learnNames();
  membersBefore = members;
});
wake();
start();
