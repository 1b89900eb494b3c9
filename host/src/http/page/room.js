// The room's page: one socket, the chat, and the activities. How a view is drawn is view.js's, what organizers do is
// organize.js's; both are loaded after this and before anything happens. What people or plugins wrote goes into text nodes.
"use strict";

const number = document.getElementById("room").dataset.number;
// The link of a private conference carries a key, which is shown wherever somebody comes in.
const key = new URLSearchParams(location.search).get("key");
const byId = (id) => document.getElementById(id);
const CHAT_LINES_MAX = 500;
const PHASES = { draft: "未开始", open: "进行中", closed: "已结束" };
const state = { seq: null, me: null, socket: null, tries: 0, final: false, activities: new Map(), pending: new Map() };

/** An element with attributes and children; texts become text nodes. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  Object.assign(element, attributes);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function notice(text) {
  byId("notice").textContent = text;
}

async function call(method, path, body) {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(path, { method, headers, body });
  const answer = await response.json();
  if (response.status === 401) {
    const back = new URLSearchParams({ return_to: location.pathname + location.search });
    location.assign(`/auth/login?${back}`);
  }
  if (!response.ok) throw new Error(answer.detail || answer.title);
  return answer;
}

function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The socket.

function connect() {
  const query = new URLSearchParams();
  if (state.seq !== null) query.set("since", state.seq);
  if (key !== null) query.set("key", key);
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/api/conferences/${number}/socket?${query}`, "hezi.v1");
  state.socket = socket;
  socket.onmessage = (message) => receive(JSON.parse(message.data));
  socket.onclose = (event) => disconnected(event);
}

async function disconnected(event) {
  byId("presence").textContent = "未连接";
  if (event.reason.startsWith("final")) {
    state.final = true;
    notice(event.code === 4003 ? "会议已经结束。" : `连接已关闭：${event.reason}`);
    return;
  }
  if (event.code === 1006 && (await isOver())) return;
  // Everybody loses the connection at the same moment: come back at random ones.
  const pause = Math.min(30000, 500 * 2 ** state.tries) * (0.5 + Math.random());
  state.tries += 1;
  setTimeout(connect, pause);
}

/** Whether there is nothing to come back to. A refused handshake does not say why, so the conference is asked. */
async function isOver() {
  try {
    const shown = key === null ? "" : `?${new URLSearchParams({ key })}`;
    const conference = await call("GET", `/api/conferences/${number}${shown}`);
    if (conference.state === "open") return false;
    notice("会议已经结束。");
    return true;
  } catch (error) {
    notice(error.message);
    return false;
  }
}

/** Sends a command; the same id goes out again after a reconnect until there is a reply. */
function send(command) {
  const id = randomId();
  return new Promise((resolve, reject) => {
    state.pending.set(id, { text: JSON.stringify({ ...command, id }), resolve, reject });
    if (state.socket.readyState === WebSocket.OPEN) state.socket.send(state.pending.get(id).text);
  });
}

const receivers = {
  welcome(frame) {
    state.tries = 0;
    state.me = frame.me;
    if (!frame.resumed) showHistory(frame.seq);
    if (!frame.resumed || state.seq === null) state.seq = frame.seq;
    notice("");
    showPresence(frame);
    byId("organize").hidden = frame.me.role !== "organizer";
    if (frame.me.role === "organizer") loadPlugins();
    const known = new Set(frame.activities.map((activity) => activity.id));
    for (const [id, activity] of state.activities) if (!known.has(id)) forget(id, activity);
    frame.activities.forEach(showActivity);
    for (const { text } of state.pending.values()) state.socket.send(text);
  },
  event(frame) {
    state.seq = frame.seq;
    if (frame.kind === "chat") showChat(frame);
    if (frame.kind === "deleted") hideChat(frame.message);
    if (frame.kind === "activity") refresh(frame.activity.id);
    if (frame.kind === "emit") refreshSoon(frame.activity);
  },
  view(frame) {
    const activity = state.activities.get(frame.activity);
    if (!activity) return refresh(frame.activity);
    // The room's view is everybody's. Whoever has acted sees their own, a little later and not too often.
    if (activity.acted) refreshSoon(frame.activity);
    else drawView(activity, frame.view);
  },
  presence: showPresence,
  reply(frame) {
    const waiting = state.pending.get(frame.id);
    if (!waiting) return;
    state.pending.delete(frame.id);
    if (frame.error) waiting.reject(new Error(frame.error.detail));
    else waiting.resolve(frame.ok);
  },
};

function receive(frame) {
  receivers[frame.type]?.(frame);
}

function showPresence(frame) {
  byId("presence").textContent = `${frame.online} 人在线，共 ${frame.members} 人`;
}

/** What was said lately, above what is said while it loads. */
async function showHistory(seq) {
  byId("chat").replaceChildren();
  try {
    const page = await call("GET", `/api/conferences/${number}/journal?after=${Math.max(0, seq - 300)}&limit=300`);
    const said = page.entries.filter((entry) => entry.kind === "chat" && entry.seq <= seq);
    byId("chat").prepend(...said.map(chatLine));
  } catch (error) {
    notice(error.message);
  }
}

const DELETED = "（消息已删除）";

function chatLine(said) {
  const line = make("li", {}, make("b", {}, said.from.name), said.deleted_by ? DELETED : said.text);
  line.dataset.seq = said.seq;
  return line;
}

function hideChat(seq) {
  const line = byId("chat").querySelector(`[data-seq="${Number(seq)}"]`);
  if (line) line.lastChild.textContent = DELETED;
}

function showChat(said) {
  const list = byId("chat");
  list.append(chatLine(said));
  while (list.children.length > CHAT_LINES_MAX) list.firstChild.remove();
  list.scrollTop = list.scrollHeight;
}

// Activities.

function forget(id, activity) {
  activity.box.remove();
  state.activities.delete(id);
}

async function refresh(id) {
  try {
    showActivity(await call("GET", `/api/activities/${id}`));
  } catch (error) {
    notice(error.message);
  }
}

function refreshSoon(id) {
  const activity = state.activities.get(id);
  if (!activity || activity.timer) return;
  activity.timer = setTimeout(() => {
    activity.timer = null;
    refresh(id);
  }, 1000 + Math.random() * 2000);
}

function showActivity(shown) {
  let activity = state.activities.get(shown.id);
  if (!activity) {
    const parts = { title: make("h2", {}), phase: make("p", { className: "phase" }), blocks: make("div", {}) };
    const tools = make("p", {});
    const error = make("p", { className: "error" });
    const box = make("article", { className: "activity" }, parts.title, parts.phase, parts.blocks, error, tools);
    activity = { id: shown.id, ...parts, tools, error, box, forms: new Map(), acted: false, timer: null };
    state.activities.set(shown.id, activity);
    byId("activities").prepend(box);
  }
  activity.title.textContent = shown.title;
  activity.phase.textContent = `${shown.plugin} · ${PHASES[shown.phase]}`;
  activity.tools.replaceChildren(...tools(shown, activity));
  if (shown.view) drawView(activity, shown.view);
}

function tools(shown, activity) {
  if (state.me?.role !== "organizer") return [];
  const press = (text, change) => make("button", { className: "plain", onclick: () => change().catch((error) => fail(activity, error)) }, text);
  const step = (verb) => async () => showActivity(await call("POST", `/api/activities/${shown.id}/${verb}`));
  if (shown.phase === "draft") return [press("开始", step("open"))];
  if (shown.phase === "open") return [press("结束活动", step("close"))];
  return [make("a", { href: `/api/activities/${shown.id}/report?format=csv` }, "下载报告")];
}

function fail(activity, error) {
  activity.error.textContent = error.message;
}

// The chat.

byId("say").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = event.target.elements.text;
  const text = input.value;
  input.value = "";
  try {
    await send({ type: "chat", text });
  } catch (error) {
    notice(error.message);
    input.value = text;
  }
});

document.addEventListener("DOMContentLoaded", connect);
