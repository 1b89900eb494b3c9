// Types of the client library. Everything below the line "Shapes" is generated from the server's own description
// (`/api/openapi.json`, which has the shapes of the socket, too) by `tests/it/client_types.rs`, which fails when the two differ.

/** What the server said no to, or that it was not reached (`code` is `offline`). */
export class HeziError extends Error {
  constructor(problem: { code?: string; detail?: string; title?: string; status?: number; retry_after_ms?: number; [more: string]: unknown });
  code: string;
  status: number;
  retryAfterMs?: number;
  fields: { pointer: string; detail: string }[];
  /** The whole document; `unanswered` where the line ended, which says nothing of the command. */
  problem: { code?: string; detail?: string; unanswered?: boolean; [more: string]: unknown };
}

/** An id that nobody else makes: for commands and for `Idempotency-Key`. */
export function newId(): string;

/** A server, seen by whoever is signed in in this browser. */
export class Hezi {
  constructor(options?: { origin?: string; language?: string });
  origin: string;
  language: string;
  call(method: string, path: string, body?: unknown, options?: { key?: string; headers?: Record<string, string> }): Promise<any>;
  me(): Promise<Me>;
  room(conference: string, options?: { key?: string; screen?: boolean; ahead?: Ahead; me?: string }): Room;
}

/** A socket that was opened before the client was there, to the address that the client would open, and what came over it. */
export interface Ahead {
  socket: WebSocket;
  messages: MessageEvent[];
  closed?: CloseEvent;
}

/** What a client sends over the line; the library adds the id. */
export type Command = Omit<ClientMessage, "id">;

/** The block of a view: its kind, and what the kind has. */
export interface Block {
  type: string;
  [more: string]: any;
}

/** The first frame of each connection: where the conference stands. */
export type Welcome = Extract<ServerFrame, { type: "welcome" }>;

/** Reactions to messages have changed. */
export type Reactions = Extract<ServerFrame, { type: "reactions" }>;

/** What organizers have put on the wall has changed. */
export type Wall = Extract<ServerFrame, { type: "wall" }>;

/** What is to be seen of an activity has changed. */
export type View = Extract<ServerFrame, { type: "view" }> & { view: { blocks: Block[] } };

/** How many are here. */
export type Presence = Extract<ServerFrame, { type: "presence" }>;

/** Something happened: an entry of the journal. */
export type Event = Extract<ServerFrame, { type: "event" }> & { [more: string]: any };

/** What came of a command. */
export type Reply = Extract<ServerFrame, { type: "reply" }>;

/** A frame of the server. */
export type Frame = Welcome | View | Presence | Reactions | Wall | Event | Reply | Extract<ServerFrame, { type: "alive" }>;

interface RoomEvents {
  welcome: CustomEvent<Welcome>;
  event: CustomEvent<Event>;
  view: CustomEvent<View>;
  presence: CustomEvent<Presence>;
  reactions: CustomEvent<Reactions>;
  wall: CustomEvent<Wall>;
  answered: CustomEvent<Reply>;
  line: CustomEvent<Room["line"]>;
  over: CustomEvent<{ code?: string; detail?: string }>;
}

/** The live line into a room. */
export class Room extends EventTarget {
  constructor(hezi: Hezi, conference: string, options?: { key?: string; screen?: boolean; ahead?: Ahead; me?: string });
  readonly hezi: Hezi;
  readonly conference: string;
  /** Whose words go over it; empty where that was not said. */
  readonly me: string;
  line: "off" | "connecting" | "online" | "waiting" | "over";
  seq: number | null;
  at: string | null;
  readonly waiting: number;
  connect(): void;
  reconnect(): void;
  close(): void;
  now(): number;
  chat(text: string): Promise<any>;
  act(activity: string, action: object): Promise<any>;
  send(command: Command, id?: string): Promise<any>;
  addEventListener<K extends keyof RoomEvents>(type: K, listener: (event: RoomEvents[K]) => unknown, options?: AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: AddEventListenerOptions): void;
}

