// A meeting as this browser sees it: one line into the room, and what has come over it. The pages draw it.
//
// Invariants:
// * What is shown of an activity never goes back: a view that stands for an earlier entry is dropped.
// * Whoever sees something else of an activity than everybody does (they have acted, they organize) is sent their own view of it
//   after each change, and is shown no other.

import { witness } from "../fairness/witness.js";
import { sentence } from "../problems.js";
import { t } from "../texts.js";
import { Acting } from "./acting.js";
import { deeds } from "./deeds.js";
import { followed } from "./draw.js";
import { Herald } from "./herald.js";
import { withKey } from "./key.js";
import { Messages } from "./messages.js";

/** @typedef {{id: string, plugin: string, version: string, phase: "draft" | "open" | "closed" | "discarded", title: string, view?: {blocks: any[]}, as_of?: number, out_of_service?: boolean, [more: string]: any}} Activity */

/** Own views are asked for after a while that differs from phone to phone: a thousand ask at the same moment otherwise. */
const OWN_VIEW_MS = 1_000;
const OWN_VIEW_SPREAD_MS = 1_500;

export class Meeting {
  /**
   * @param {import("../client/hezi-client.js").Hezi} hezi
   * @param {string} conference
   * @param {() => void} changed asks for the page to be drawn anew
   * @param {{key?: string, ahead?: import("../client/hezi-client.js").Ahead, isWall?: boolean, me?: string}} [options] the key that
   *   the link of a private conference carries; a socket that is open already; whether it is for the wall, which never asks for the
   *   view of whoever put it there; who reads it, where that is known before the server says so
   */
  constructor(hezi, conference, changed, options) {
    this.hezi = hezi;
    this.isWall = options?.isWall ?? false;
    this.key = options?.key ?? "";
    this.changed = changed;
    this.room = hezi.room(conference, { key: options?.key, ahead: options?.ahead, screen: this.isWall, me: options?.me });
    this.path = `/api/conferences/${conference}`;
    this.herald = new Herald(changed);
    this.messages = new Messages(this.room, changed, (refusal) => this.herald.say(refusal));
    /** @type {any} */
    this.conference = null;
    /** @type {{id: string, name: string, role: string, muted?: boolean} | null} */
    this.me = null;
    this.members = 0;
    this.online = 0;
    /** How many screens are connected, as far as this viewer is told. */
    /** @type {number | undefined} */
    this.screens = undefined;
    /** @type {Map<string, Activity>} */
    this.activities = new Map();
    /** @type {Map<string, Acting>} */
    this.actings = new Map();
    /** @type {Map<string, string>} */
    this.queries = new Map();
    /** @type {Map<string, number>} */
    this.timers = new Map();
    /** Activities whose own view the server sends over this connection, and at which page; how many are asked for. */
    /** @type {Map<string, string>} */
    this.watched = new Map();
    this.watching = 0;
    /** What everybody can do in each activity, and what this viewer can. */
    /** @type {Map<string, {everybody?: string, viewer?: string}>} */
    this.can = new Map();
    /** Activities of which this viewer sees something else than everybody. */
    /** @type {Set<string>} */
    this.own = new Set();
    /** Why nothing more comes, if so. */
    this.over = /** @type {{code?: string, detail?: string} | null} */ (null);
    /** The reactions that a message may get; none where the server takes none. */
    /** @type {string[]} */
    this.reactions = [];
    /** What came last from each activity that everybody was told. */
    /** @type {Map<string, import("./draw.js").Emit>} */
    this.emitted = new Map();
    /** Other tabs of the same person: what was done in one, in an activity or as a reaction, is known in all. */
    this.tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel(`hezi.${conference}`) : null;
    this.#listen();
  }

  /** Connects. */
  start() {
    this.room.connect();
    this.messages.resend();
  }

  get organizes() {
    return this.me?.role === "organizer";
  }

  /** Whether something was begun in a form and not sent that can be sent still. */
  get hasTyped() {
    return [...this.actings].some(([id, acting]) => acting.hasTyped && this.activities.get(id)?.phase === "open");
  }

  /** @param {string} id */
  acting(id) {
    let acting = this.actings.get(id);
    if (!acting) {
      const send = async (/** @type {object} */ action, /** @type {string} */ command) => {
        try {
          const reply = await this.room.send({ type: "act", activity: id, action }, command);
          this.tabs?.postMessage({ activity: id });
          this.#seesOwn(id);
          this.herald.say(t("said.taken"));
          return reply;
        } catch (error) {
          // The activity may be another than the one that is shown.
          this.refreshSoon(id, 0);
          throw error;
        }
      };
      this.actings.set(id, (acting = new Acting(`${id}.${this.room.me}`, send, this.changed)));
    }
    return acting;
  }

  /**
   * Activities in one phase, in the order in which they were opened or closed; drafts as they were queued, and then as they were made.
   * @param {Activity["phase"]} phase
   */
  inPhase(phase) {
    const found = [...this.activities.values()].filter((activity) => activity.phase === phase);
    const queue = /** @type {string[]} */ (this.conference?.queue ?? []);
    const place = (/** @type {Activity} */ { id }) => (queue.includes(id) ? queue.indexOf(id) : queue.length);
    if (phase === "draft") return found.sort((one, other) => place(one) - place(other));
    const turn = (/** @type {Activity} */ { opened_at_ms: opened = 0, closed_at_ms: closed = opened }) => closed;
    return found.sort((one, other) => turn(one) - turn(other));
  }

  /**
   * One that was thrown away is nowhere any more.
   * @param {string} id
   */
  forget(id) {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.activities.delete(id);
    this.changed();
  }

  /** @param {Activity} activity */
  show(activity) {
    if (activity.phase === "discarded") return this.forget(activity.id);
    witness(activity);
    const known = this.activities.get(activity.id);
    // Of an answer that set out before the last that was told, only the view is taken.
    if (known && (known.told ?? 0) > (activity.as_of ?? Infinity)) activity = { ...known, view: activity.view, as_of: activity.as_of };
    const isOlder = known?.view && (known.as_of ?? 0) > (activity.as_of ?? 0);
    // Times that are not named are not set any more.
    const before = { ...known, opens_at_ms: undefined, closes_at_ms: undefined, out_of_service: undefined };
    this.activities.set(activity.id, isOlder ? { ...activity, told: known.told, view: known.view, as_of: known.as_of } : { ...before, ...activity });
    this.changed();
  }

  /**
   * Another page or filter of an activity's view, for this viewer.
   * @param {string} id
   * @param {string} query
   */
  ask(id, query) {
    this.queries.set(id, query);
    this.refreshSoon(id, 0);
    this.#watch(id);
  }

  /**
   * Has the viewer's own view sent after each change, at the page that they look at.
   * @param {string} id
   */
  async #watch(id) {
    if (this.isWall || this.room.line !== "online") return;
    const query = this.queries.get(id) ?? "";
    if (this.watched.get(id) === query) return;
    this.watching += 1;
    try {
      await this.room.send(query ? { type: "watch", activity: id, query } : { type: "watch", activity: id });
      this.watched.set(id, query);
    } catch {
      // So many are watched already: this one is asked for.
      this.watched.delete(id);
    }
    this.watching -= 1;
  }

  /**
   * Asks for the viewer's own view of an activity.
   * @param {string} id
   * @param {number} [waitMs]
   */
  refreshSoon(id, waitMs = OWN_VIEW_MS + Math.random() * OWN_VIEW_SPREAD_MS) {
    if (this.isWall) return;
    if (this.timers.has(id) && waitMs > 0) return;
    clearTimeout(this.timers.get(id));
    this.timers.set(id, setTimeout(() => this.#refresh(id), waitMs));
  }

  /** @param {string} id */
  async #refresh(id) {
    this.timers.delete(id);
    const query = this.queries.get(id);
    const search = query ? `?${new URLSearchParams({ query })}` : "";
    const wasThere = this.activities.has(id);
    try {
      const activity = await this.hezi.call("GET", `/api/activities/${id}${search}`);
      // It was thrown away while the answer was on its way.
      if (wasThere && !this.activities.has(id)) return;
      this.show(activity);
      this.#learnDeeds(id, "viewer", activity.view);
    } catch (error) {
      console.info("a view could not be had", sentence(error));
      const known = this.activities.get(id);
      const { problem } = /** @type {import("../client/hezi-client.js").HeziError} */ (error);
      // Each activity tells of its own faults: of those of its whole kind whoever asks finds out.
      if (known && /faulted|quarantined/.test(String(problem?.fault))) this.activities.set(id, { ...known, out_of_service: true });
    }
    this.acting(id).settle();
    this.changed();
  }

  /**
   * Finds out whether the viewer can do something else in an activity than everybody: then theirs is the view to show.
   * @param {string} id
   * @param {"everybody" | "viewer"} who
   * @param {{blocks: any[]} | undefined} view
   */
  #learnDeeds(id, who, view) {
    if (!view || this.isWall || this.own.has(id)) return;
    const can = { ...this.can.get(id), [who]: deeds(view.blocks) };
    this.can.set(id, can);
    if (can.everybody === undefined || can.viewer === undefined || can.everybody === can.viewer) return;
    this.#seesOwn(id);
  }

  /**
   * The viewer sees something else of an activity than everybody: they have acted, in this tab or another one, or they can do more.
   * @param {string} id
   */
  #seesOwn(id) {
    this.own.add(id);
    this.can.delete(id);
    this.#watch(id);
    // What everybody sees may have been shown meanwhile.
    this.refreshSoon(id, 0);
  }

  #listen() {
    const on = (/** @type {string} */ type, /** @type {(frame: any) => void} */ take) =>
      this.room.addEventListener(type, (event) => {
        take(/** @type {CustomEvent} */ (event).detail);
        this.changed();
      });
    this.tabs?.addEventListener("message", ({ data }) => {
      if (data.activity) this.#seesOwn(data.activity);
    });
    on("line", (line) => this.herald.follow(line));
    on("answered", () => {});
    on("over", (reason) => this.herald.say(sentence((this.over = reason))));
    on("presence", (frame) => ({ members: this.members, online: this.online, screens: this.screens } = frame));
    on("welcome", (frame) => this.#welcome(frame));
    on("reactions", (frame) => frame.messages.forEach((/** @type {any} */ one) => this.messages.amend(one.message, { reactions: one.reactions })));
    on("view", (frame) => this.#view(frame));
    on("event", (frame) => this.#event(frame));
  }

  /** @param {any} frame */
  #welcome(frame) {
    ({ conference: this.conference, me: this.me, members: this.members, online: this.online, screens: this.screens } = frame);
    this.reactions = frame.reactions ?? [];
    this.watched.clear();
    const known = new Set(frame.activities.map((/** @type {Activity} */ activity) => activity.id));
    for (const id of this.activities.keys()) if (!known.has(id)) this.activities.delete(id);
    for (const activity of frame.activities) {
      this.show({ ...activity, told: 0 });
      this.#learnDeeds(activity.id, "everybody", activity.view);
      this.acting(activity.id).resume(activity.phase === "open");
      // The welcome has everybody's view; whether this person has voted, only their own says.
      if (activity.phase !== "open") continue;
      this.refreshSoon(activity.id, Math.random() * Math.min(2_000, frame.members * 5));
      if (this.#isOwn(activity.id)) this.#watch(activity.id);
    }
    if (!frame.resumed) this.messages.start(frame.chat);
  }

  /** @param {any} frame */
  #view(frame) {
    const activity = this.activities.get(frame.activity);
    if (!activity) return this.refreshSoon(frame.activity);
    const isOwn = this.#isOwn(frame.activity);
    if (!frame.own) this.#learnDeeds(frame.activity, "everybody", frame.view);
    // Of a page that was left meanwhile nothing is shown.
    if (frame.own && (frame.query ?? "") !== (this.queries.get(frame.activity) ?? "")) return;
    if (isOwn && !frame.own) return this.watched.has(frame.activity) ? undefined : this.refreshSoon(frame.activity);
    // That an activity is back nobody is told: its views say so to a wall, and to whoever asks.
    if (activity.out_of_service) this.refreshSoon(frame.activity);
    this.show({ ...activity, view: frame.view, as_of: frame.as_of, out_of_service: activity.out_of_service && !this.isWall });
  }

  /**
   * Whether the viewer sees something else of an activity than everybody does.
   * @param {string} id
   */
  #isOwn(id) {
    return !this.isWall && (this.queries.has(id) || this.own.has(id));
  }

  /** @param {any} frame */
  #event(frame) {
    if (!this.isWall && this.me && frame.who?.id === this.me.id) this.herald.tell(frame.kind);
    switch (frame.kind) {
      case "chat":
        if (frame.from.id !== this.me?.id && this.messages.at(frame.reply_to)?.from.id === this.me?.id) this.herald.say(t("said.answered", { name: frame.from.name, text: frame.text }));
        return this.messages.add(frame);
      case "activity":
        return this.#activity(frame);
      case "emit":
        this.#emit(frame);
        return this.refreshSoon(frame.activity);
      case "deleted":
        return this.messages.amend(frame.message, { text: "", deleted_by: frame.by });
      case "appointed":
      case "dismissed":
        // Whoever becomes an organizer has the word again.
        return this.#amendMe(frame.who, { role: frame.kind === "appointed" ? "organizer" : "participant", muted: false });
      case "muted":
      case "unmuted":
        return this.#amendMe(frame.who, { muted: frame.kind === "muted" });
      case "handed_over":
        // Whoever owns it runs it, also who was no organizer before.
        this.#amendMe(frame.who, { role: "organizer", muted: false });
        return this.#amend({ owner: frame.who });
      case "notice":
        return this.#amend({ notice: frame.text ? { text: frame.text, by: frame.by } : undefined });
      case "changed":
        this.#amend(frame.changes ?? {});
        // Whoever waited for slow mode waits for the one that there is now.
        if (frame.changes?.slow_mode_s !== undefined) this.messages.heldUntilMs = 0;
        if (frame.changes?.chat === "organizers" && !this.organizes) this.herald.say(t("chat.hosts_only"));
        return frame.changes?.private === undefined ? undefined : this.#learn();
      case "rekeyed":
        return this.#learn();
      case "ended":
        return this.#amend({ state: "ended" });
    }
  }

  /** @param {any} frame */
  #emit({ activity, event, seq, at }) {
    const emit = { event, seq, at, atMs: Date.now() + Date.parse(at) - this.room.now() };
    this.emitted.set(activity, followed(this.emitted.get(activity), emit));
  }

  /** The link is another one: only the server knows it. */
  async #learn() {
    try {
      this.#amend(await this.look());
    } catch (error) {
      console.info("the conference could not be had", sentence(error));
    }
    this.changed();
  }

  /** The conference as it is now, for whoever has come by its link, too. */
  look() {
    return this.hezi.call("GET", `${this.path}${withKey(this.key)}`);
  }

  /** @param {object} changes what is otherwise with the conference now */
  #amend(changes) {
    if (this.conference) this.conference = { ...this.conference, ...changes };
  }

  /**
   * Something is otherwise with somebody; what concerns the reader is kept.
   * @param {{id: string} | undefined} who
   * @param {object} changes
   */
  #amendMe(who, changes) {
    if (this.me && who?.id === this.me.id) this.me = { ...this.me, ...changes };
  }

  /** @param {any} frame */
  #activity(frame) {
    if (frame.activity.phase === "discarded") return this.forget(frame.activity.id);
    const known = this.activities.get(frame.activity.id);
    this.activities.set(frame.activity.id, {
      ...known,
      opens_at_ms: undefined,
      closes_at_ms: undefined,
      ...frame.activity,
      out_of_service: frame.change === "faulted",
      told: frame.seq,
    });
    if (frame.change === "opened") this.herald.say(t("said.opened", { title: frame.activity.title }));
    if (frame.change === "closed") this.herald.say(t("said.closed", { title: frame.activity.title }));
    // Who opened it sees it at once, and so does everybody else: what is open now is what people wait for.
    this.refreshSoon(frame.activity.id, Math.random() * Math.min(1_500, this.online * 3));
  }
}
