// The client of a Hezi server: requests, and a live line into a room that comes back by itself. No dependencies, no DOM.
//
// What it does not do: it shows nothing and keeps nothing between two visits of a page.
//
// Invariants:
// * A command has one id for all its life. It is sent again after each reconnect until a reply is there, and is carried out once.
// * Events arrive in the order of their `seq`, none missing and none twice, over however many connections.
// * Every wait ends: a line that is silent for too long is given up, the sooner where a command waits, and every pause is bounded.

/** @typedef {import("./hezi-client.d.ts").Frame} Frame */
/** @typedef {import("./hezi-client.d.ts").Command} Command */
/** @typedef {import("./hezi-client.d.ts").Ahead} Ahead */
/** @typedef {{key?: string, screen?: boolean, ahead?: Ahead, me?: string}} RoomOptions the key that the link of a private conference carries; whether it is a screen on a wall, by which nobody joins and nobody is counted; a socket that was opened before; who is at the line: it ends with `another_person` where somebody else is signed in by now, whose words these are not */

/** Longest wait for the answer of a request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 20_000;
/** First pause before a reconnect; each one after it is twice as long, up to the longest. */
const PAUSE_FIRST_MS = 400;
const PAUSE_LONGEST_MS = 15_000;
/** Longest wait for a connection to open. */
const OPEN_TIMEOUT_MS = 10_000;
/** How much longer than promised a line may be silent. */
const SILENCE_GRACE_MS = 10_000;
/** How long it may be while a command waits: not the same for everybody, who come back at the same moment otherwise. */
const patience = () => 8_000 + Math.random() * 2_000;
/** Codes that a reconnect cannot change. */
const FINAL_CODES = ["not_signed_in", "denied", "unknown_conference", "conference_ended", "not_member", "kept_out", "key_needed", "locked", "full"];

/** What the server said no to, or that it was not reached (`code` is `offline`). */
export class HeziError extends Error {
  /** @param {{code?: string, detail?: string, title?: string, status?: number, retry_after_ms?: number, [more: string]: unknown}} problem */
  constructor(problem) {
    super(problem.detail ?? problem.title ?? problem.code ?? "unknown");
    this.name = "HeziError";
    /** The word for programs. */
    this.code = problem.code ?? "internal";
    /** The HTTP status, 0 where there is none. */
    this.status = problem.status ?? 0;
    /** When to come again, in milliseconds, where that is known. */
    this.retryAfterMs = problem.retry_after_ms;
    /** The fields that are to blame, as far as the server knows: where, and what people are told. */
    this.fields = /** @type {{pointer: string, detail: string}[]} */ (problem.errors ?? []);
    /** The whole document; `unanswered` where the line ended, which says nothing of the command. */
    this.problem = problem;
  }
}

/** An id that nobody else makes: for commands and for `Idempotency-Key`. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A server, seen by whoever is signed in in this browser. */
export class Hezi {
  /** @param {{origin?: string, language?: string}} [options] the server's origin, and the language of its sentences */
  constructor({ origin = "", language = "" } = {}) {
    this.origin = origin;
    this.language = language;
  }

  /**
   * Sends a request and gives the JSON of its answer.
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body] goes as JSON, unless it is a Blob
   * @param {{key?: string, headers?: Record<string, string>}} [options] `key` makes a retry safe
   * @returns {Promise<any>}
   * @throws {HeziError}
   */
  async call(method, path, body, { key, headers = {} } = {}) {
    const sent = { ...headers };
    if (this.language) sent["accept-language"] = this.language;
    if (key) sent["idempotency-key"] = key;
    if (body !== undefined && !(body instanceof Blob)) sent["content-type"] = "application/json";
    const given = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), body instanceof Blob ? 10 * REQUEST_TIMEOUT_MS : REQUEST_TIMEOUT_MS);
    try {
      const asked = { method, headers: sent, body: /** @type {BodyInit | undefined} */ (given), signal: abort.signal };
      return await read(await fetch(this.origin + path, { ...asked, credentials: "same-origin" }));
    } catch (error) {
      throw error instanceof HeziError ? error : new HeziError({ code: "offline", detail: String(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Who is signed in. */
  me() {
    return this.call("GET", "/api/me");
  }

  /**
   * A room by the number or the id of its conference. It is silent until `connect`.
   * @param {string} conference
   * @param {RoomOptions} [options]
   */
  room(conference, options) {
    return new Room(this, conference, options);
  }
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function read(response) {
  const kind = response.headers.get("content-type") ?? "";
  // A portal in between answers with a page of its own: as good as no answer.
  if (!kind.includes("json")) throw new HeziError({ code: "offline", status: response.status, detail: "no answer of the server" });
  const answer = await response.json();
  if (!response.ok) throw new HeziError({ ...answer, status: response.status });
  return answer;
}

/**
 * The live line into a room. Events, each with the frame as `detail`: `welcome`, `event`, `view`, `presence`, and any other
 * type of frame under its name; `line` whenever `line` changes; `over` with the reason when nothing more will come.
 */
export class Room extends EventTarget {
  /**
   * @param {Hezi} hezi
   * @param {string} conference
   * @param {RoomOptions} [options]
   */
  constructor(hezi, conference, { key = "", screen = false, ahead, me = "" } = {}) {
    super();
    this.hezi = hezi;
    this.conference = conference;
    this.key = key;
    this.screen = screen;
    this.ahead = ahead;
    this.me = me;
    /** @type {"off" | "connecting" | "online" | "waiting" | "over"} */
    this.line = "off";
    /** The last entry that arrived, and when it happened: where the next connection goes on. */
    this.seq = /** @type {number | null} */ (null);
    this.at = /** @type {string | null} */ (null);
    /** How far the server's clock is ahead of this one, in milliseconds. */
    this.clockAheadMs = 0;
    /** @type {Map<string, {text: string, resolve: (ok: any) => void, reject: (error: HeziError) => void}>} */
    this.unanswered = new Map();
    this.tries = 0;
    this.aliveEveryMs = 30_000;
    /** Since when there is nothing to be heard. */
    this.heardAtMs = 0;
    this.patienceMs = patience();
    /** @type {WebSocket | null} */
    this.socket = null;
    this.timer = 0;
    this.watch = 0;
    this.wake = () => this.#wake();
    this.sleep = () => this.#sleep();
  }

  /** Connects, and stays connected until `close`. */
  connect() {
    if (this.line !== "off") return;
    globalThis.addEventListener?.("online", this.wake);
    globalThis.addEventListener?.("offline", this.sleep);
    globalThis.document?.addEventListener("visibilitychange", this.wake);
    this.#open();
  }

  /** Connects anew at once: after another language was chosen, everything comes in that one. Nothing is lost. */
  reconnect() {
    if (this.line === "online" || this.line === "waiting") this.#giveUp();
  }

  /** Ends the line for good. Commands without a reply fail. */
  close() {
    this.#end({ code: "closed" });
  }

  /** The server's time now, in milliseconds since 1970. */
  now() {
    return Date.now() + this.clockAheadMs;
  }

  /** Commands that have no reply yet. */
  get waiting() {
    return this.unanswered.size;
  }

  /** Says something. @param {string} text @returns {Promise<any>} */
  chat(text) {
    return this.send({ type: "chat", text });
  }

  /**
   * Acts in an activity; gives the plugin's reply.
   * @param {string} activity
   * @param {object} action
   * @returns {Promise<any>}
   */
  act(activity, action) {
    return this.send({ type: "act", activity, action });
  }

  /**
   * Sends a command, again after each reconnect, until it is answered.
   * @param {Command} command
   * @param {string} [id] of an earlier attempt, to be sent once more
   * @returns {Promise<any>}
   */
  send(command, id = newId()) {
    if (this.line === "over") return Promise.reject(new HeziError({ code: "closed", detail: "the line is closed" }));
    const text = JSON.stringify({ ...command, id });
    return new Promise((resolve, reject) => {
      this.unanswered.set(id, { text, resolve, reject });
      if (this.line !== "online") return;
      this.socket?.send(text);
      // Before it was sent there was no reason to be told anything.
      if (this.unanswered.size === 1) this.heardAtMs = Date.now();
      this.#watchSilence();
    });
  }

  #open() {
    clearTimeout(this.timer);
    this.#setLine("connecting");
    const origin = (this.hezi.origin || location.origin).replace(/^http/, "ws");
    const query = new URLSearchParams();
    if (this.seq !== null) query.set("since", String(this.seq));
    if (this.seq !== null && this.at) query.set("at", this.at);
    if (this.key) query.set("key", this.key);
    if (this.screen) query.set("screen", "true");
    // A page cannot say it in a header of a socket.
    if (this.hezi.language) query.set("lang", this.hezi.language);
    const address = `${origin}/api/conferences/${this.conference}/socket?${query}`;
    const ahead = this.#takeAhead(address);
    const socket = ahead?.socket ?? new WebSocket(address, "hezi.v1");
    this.socket = socket;
    const opening = setTimeout(() => socket.close(), OPEN_TIMEOUT_MS);
    let wasOpen = false;
    socket.onopen = () => {
      wasOpen = true;
      clearTimeout(opening);
    };
    // What a line that was left behind still says comes over the next one, too.
    socket.onmessage = (message) => this.socket === socket && this.#receive(JSON.parse(message.data), performance.timeOrigin + message.timeStamp);
    socket.onclose = (event) => {
      clearTimeout(opening);
      if (this.socket === socket) this.#closed(event, wasOpen);
    };
    if (!ahead) return;
    if (socket.readyState === WebSocket.OPEN || ahead.messages.length) socket.onopen(new Event("open"));
    for (const message of ahead.messages) socket.onmessage(message);
    if (ahead.closed) socket.onclose(ahead.closed);
  }

  /** The socket that was opened before this client was there, if it leads to the same place. @param {string} address */
  #takeAhead(address) {
    const { ahead } = this;
    this.ahead = undefined;
    if (ahead?.socket.url === address) return ahead;
    ahead?.socket.close();
  }

  /** @param {CloseEvent} event @param {boolean} wasOpen */
  async #closed(event, wasOpen) {
    this.socket = null;
    clearTimeout(this.watch);
    if (this.line === "over") return;
    if (event.reason.startsWith("final")) return this.#end({ code: CLOSES[event.code] ?? "closed", detail: event.reason });
    this.#setLine("waiting");
    // A refused handshake does not say why, so the conference is asked.
    const refusal = wasOpen ? null : await this.#refusal();
    if (refusal) return this.#end(refusal);
    // Everybody loses the connection at the same moment: come back at random ones.
    const pause = Math.min(PAUSE_LONGEST_MS, PAUSE_FIRST_MS * 2 ** this.tries) * (0.5 + Math.random());
    this.tries = Math.min(this.tries + 1, 10);
    if (this.line === "waiting") this.timer = setTimeout(() => this.#open(), pause);
  }

  /** Why there is nothing to come back to, if so. */
  async #refusal() {
    try {
      const shown = this.key ? `?${new URLSearchParams({ key: this.key })}` : "";
      const path = `/api/conferences/${this.conference}`;
      const conference = await this.hezi.call("GET", path + shown);
      if (conference.state === "ended") return { code: "conference_ended" };
      // A screen does not come in, and is told all the same.
      if (this.screen) return conference.locked && !conference.role ? { code: "locked" } : null;
      // Who tries to come in through a locked door is told that it is one.
      await this.hezi.call("POST", `${path}/join${shown}`);
      return null;
    } catch (error) {
      const final = error instanceof HeziError && FINAL_CODES.includes(error.code);
      return final ? error.problem : null;
    }
  }

  /** Somebody looks again, or the network is back: there is no reason to wait any longer. */
  #wake() {
    if (globalThis.document?.visibilityState === "hidden") return;
    if (this.line === "waiting") {
      this.tries = 0;
      this.#open();
    } else if (this.line === "online" && Date.now() - this.heardAtMs > this.#longest) this.#giveUp();
  }

  /** The device says that it has no network: nobody need wait for the line to be silent for too long. */
  #sleep() {
    if (this.line !== "online") return;
    this.#leave();
    this.#setLine("waiting");
    this.timer = setTimeout(() => this.#open(), PAUSE_LONGEST_MS);
  }

  /** A silent line is dead, though nobody said so. */
  #giveUp() {
    this.#leave();
    if (this.line !== "over") this.#open();
  }

  /** Closing may take minutes, so the socket is left behind. */
  #leave() {
    clearTimeout(this.watch);
    this.socket?.close();
    this.socket = null;
  }

  /** How long the line may be silent, as things are. */
  get #longest() {
    return Math.min(this.aliveEveryMs + SILENCE_GRACE_MS, this.unanswered.size ? this.patienceMs : Infinity);
  }

  /** Looks after the line until it has been silent for too long: once per silence, for a full meeting is anything but silent. */
  #watchSilence() {
    clearTimeout(this.watch);
    const longest = this.#longest;
    const left = this.heardAtMs + longest - Date.now();
    if (left > 0) return void (this.watch = setTimeout(() => this.#watchSilence(), Math.min(left, longest)));
    // Where another line did not help, the server takes its time: it is given twice as much.
    if (this.unanswered.size) this.patienceMs *= 2;
    this.#giveUp();
  }

  /** @param {any} frame @param {number} atMs when it arrived: one that came ahead of the client has waited for it */
  #receive(frame, atMs) {
    this.heardAtMs = Date.now();
    if (typeof frame.now_ms === "number") this.clockAheadMs = frame.now_ms - atMs;
    if (frame.type === "reply") return this.#reply(frame);
    if (frame.type === "event") [this.seq, this.at] = [frame.seq, frame.at];
    // What was said here before is not theirs to say.
    if (frame.type === "welcome" && this.me && frame.me.id !== this.me) return this.#end({ code: "another_person" });
    if (frame.type === "welcome") this.#welcome(frame);
    this.dispatchEvent(new CustomEvent(frame.type, { detail: frame }));
  }

  /** @param {any} frame */
  #welcome(frame) {
    this.tries = 0;
    this.aliveEveryMs = frame.alive_every_ms;
    this.#watchSilence();
    if (!frame.resumed || this.seq === null) [this.seq, this.at] = [frame.seq, frame.at ?? null];
    this.#setLine("online");
    for (const { text } of this.unanswered.values()) this.socket?.send(text);
  }

  /** @param {any} frame */
  #reply(frame) {
    const waiting = this.unanswered.get(frame.id);
    if (!waiting) return;
    this.unanswered.delete(frame.id);
    this.patienceMs = patience();
    if (frame.error) waiting.reject(new HeziError(frame.error));
    else waiting.resolve(frame.ok);
    this.dispatchEvent(new CustomEvent("answered", { detail: frame }));
  }

  /** @param {{code?: string, detail?: string}} reason */
  #end(reason) {
    if (this.line === "over") return;
    clearTimeout(this.timer);
    clearTimeout(this.watch);
    globalThis.removeEventListener?.("online", this.wake);
    globalThis.removeEventListener?.("offline", this.sleep);
    globalThis.document?.removeEventListener("visibilitychange", this.wake);
    this.#setLine("over");
    this.socket?.close();
    for (const { reject } of this.unanswered.values()) reject(new HeziError({ code: "closed", ...reason, unanswered: true }));
    this.unanswered.clear();
    this.dispatchEvent(new CustomEvent("over", { detail: reason }));
  }

  /** @param {Room["line"]} line */
  #setLine(line) {
    if (this.line === line) return;
    this.line = line;
    this.dispatchEvent(new CustomEvent("line", { detail: line }));
  }
}

/** @type {Record<number, string>} what the final closes of the server mean, in the words of its codes */
const CLOSES = { 4003: "conference_ended", 4004: "not_signed_in", 4005: "left", 4008: "too_many_sockets", 4009: "kept_out" };
