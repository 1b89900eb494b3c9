// Types of the client library. Everything below the line "Shapes" is generated from the server's own description
// (`/api/openapi.json`) by `tests/it/client_types.rs`, which fails when the two differ.

/** What the server said no to, or that it was not reached (`code` is `offline`). */
export class HeziError extends Error {
  constructor(problem: { code?: string; detail?: string; title?: string; status?: number; retry_after_ms?: number; [more: string]: unknown });
  code: string;
  status: number;
  retryAfterMs?: number;
  problem: { code?: string; detail?: string; [more: string]: unknown };
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
  room(conference: string, options?: { key?: string }): Room;
}

/** What a client sends over the line; the library adds the id. */
export type Command =
  | { type: "chat"; text: string; [more: string]: unknown }
  | { type: "act"; activity: string; action: object }
  | { type: string; [more: string]: unknown };

/** The block of a view: its kind, and what the kind has. */
export interface Block {
  type: string;
  [more: string]: any;
}

/** The first frame of each connection: where the conference stands. */
export interface Welcome {
  type: "welcome";
  conference: Conference;
  me: { id: string; name: string; role: Role };
  seq: number;
  at?: string;
  now_ms: number;
  alive_every_ms: number;
  resumed: boolean;
  members: number;
  online: number;
  activities: Activity[];
  chat: Entry[];
  [more: string]: any;
}

/** What is to be seen of an activity has changed. */
export interface View {
  type: "view";
  activity: string;
  as_of: number;
  now_ms: number;
  view: { blocks: Block[] };
}

/** How many are here. */
export interface Presence {
  type: "presence";
  members: number;
  online: number;
  recent: { id: string; name: string }[];
}

/** Something happened: an entry of the journal. */
export type Event = Entry & { type: "event"; [more: string]: any };

/** What came of a command. */
export type Reply = { type: "reply"; id: string } & ({ seq: number; ok: any } | { error: { code: Code; detail: string; retry_after_ms?: number; fault?: string } });

/** A frame of the server. */
export type Frame = Welcome | View | Presence | Event | Reply | { type: "alive" };

interface RoomEvents {
  welcome: CustomEvent<Welcome>;
  event: CustomEvent<Event>;
  view: CustomEvent<View>;
  presence: CustomEvent<Presence>;
  answered: CustomEvent<Reply>;
  line: CustomEvent<Room["line"]>;
  over: CustomEvent<{ code?: string; detail?: string }>;
}

/** The live line into a room. */
export class Room extends EventTarget {
  constructor(hezi: Hezi, conference: string, options?: { key?: string });
  readonly hezi: Hezi;
  readonly conference: string;
  line: "off" | "connecting" | "online" | "waiting" | "over";
  seq: number | null;
  at: string | null;
  readonly waiting: number;
  connect(): void;
  close(): void;
  now(): number;
  chat(text: string): Promise<any>;
  act(activity: string, action: object): Promise<any>;
  send(command: Command, id?: string): Promise<any>;
  addEventListener<K extends keyof RoomEvents>(type: K, listener: (event: RoomEvents[K]) => unknown, options?: AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: AddEventListenerOptions): void;
}

// Shapes.

export type Acted = {
  reply: { [member: string]: any };
  seq: number;
};

export type ActivatedPlugin = PluginStatus & {
  swap?: PluginSwap | null;
};

export type Activities = {
  activities: (Activity)[];
};

export type Activity = {
  as_of?: number | null;
  id: ActivityId;
  phase: Phase;
  plugin: string;
  title: string;
  version: string;
  view?: { [member: string]: any } | null;
};

export type ActivityBrief = {
  id: ActivityId;
  phase: Phase;
  plugin: string;
  title: string;
};

export type ActivityId = string;

export type AllPlugins = {
  plugins: (PluginStatus)[];
};

export type Appointment = {
  member: UserId;
};

export type AuditLine = {
  at: string;
  what: string;
  who: string;
};

export type AuditLog = {
  audit: (AuditLine)[];
  next?: string | null;
};

export type Change = "created" | "opened" | "closed" | "faulted";

export type Code = "invalid" | "malformed_json" | "too_large" | "not_signed_in" | "denied" | "foreign_origin" | "not_member" | "not_organizer" | "not_admin" | "not_found" | "method_not_allowed" | "unsupported_media_type" | "unknown_conference" | "unknown_activity" | "unknown_plugin" | "unknown_member" | "conflict" | "wrong_phase" | "conference_ended" | "id_reused" | "version_exists" | "in_use" | "too_many" | "exhausted" | "rate_limited" | "numbers_exhausted" | "plugin_fault" | "plugin_refused" | "signature_missing" | "signature_invalid" | "unavailable" | "damaged" | "internal";

export type Conference = {
  created_at: string;
  ended_at?: string | null;
  guests: boolean;
  id: ConferenceId;
  join_url: string;
  number: ConferenceNumber;
  owner: Person;
  state: ConferenceState;
  title: string;
};

export type ConferenceId = string;

export type ConferenceNumber = string;

export type ConferenceState = "open" | "ended";

export type Conferences = {
  conferences: (Conference)[];
};

export type DataUrl = {
  data_url: string;
};

export type DevPerson = {
  id?: string | null;
  name: string;
};

export type Done = { [member: string]: any };

export type Entries = {
  entries: (Entry)[];
  next?: number | null;
};

export type Entry = {
  activity?: EntryActivity | null;
  at: string;
  change?: Change | null;
  event?: any;
  from?: Person | null;
  kind: EntryKind;
  seq: number;
  text?: string | null;
  who?: Person | null;
};

export type EntryActivity = ActivityBrief | ActivityId;

export type EntryKind = "joined" | "left" | "appointed" | "renamed" | "chat" | "activity" | "emit" | "acted" | "ran" | "ended";

export type FailedMove = {
  activity: ActivityId;
  why: string;
};

export type Health = {
  status: HealthStatus;
};

export type HealthStatus = "live" | "ready";

export type InvitedBody = {
  invalid: (string)[];
  invited: number;
};

export type Invitees = {
  members: (string)[];
};

export type Joined = {
  conference: Conference;
  me: Member;
};

export type JsSdk = {
  agent_id: number;
  corp_id: string;
  nonce: string;
  signature: string;
  timestamp: number;
};

export type Me = {
  admin: boolean;
  avatar?: string | null;
  id: string;
  name: string;
};

export type Member = {
  id: UserId;
  joined_at: string;
  name: string;
  role: Role;
};

export type Members = {
  members: (Member)[];
  next?: UserId | null;
};

export type NewActivity = {
  config: { [member: string]: any };
  open?: boolean;
  plugin: string;
  version?: string | null;
};

export type NewConference = {
  guests?: boolean;
  title: string;
};

export type Person = {
  id: UserId;
  name: string;
};

export type Phase = "draft" | "open" | "closed";

export type Plugin = {
  action_schema: any;
  allows_anonymous: boolean;
  config_schema: any;
  event_schema: any;
  languages: (string)[];
  name: string;
  reply_schema: any;
  summary: string;
  title: string;
  version: string;
};

export type PluginCounters = {
  activities: number;
  calls: number;
  cpu_p50_us: number;
  cpu_p99_us: number;
  cpu_us: number;
  faults: number;
  log_lines: number;
  refusals: number;
  state_bytes: number;
};

export type PluginLogLine = {
  activity?: ActivityId | null;
  at_ms: number;
  export: string;
  level: string;
  message: string;
};

export type PluginStatus = {
  active?: string | null;
  name: string;
  versions: (PluginVersion)[];
};

export type PluginSwap = {
  failed: (FailedMove)[];
  moved: number;
  waiting: number;
};

export type PluginVersion = {
  activated_at?: string | null;
  active: boolean;
  counters?: PluginCounters | null;
  hash: string;
  log?: (PluginLogLine)[];
  name: string;
  quarantined: boolean;
  size_bytes: number;
  stored_at: string;
  version: string;
};

export type Plugins = {
  plugins: (Plugin)[];
};

export type Problem = {
  code: Code;
  detail: string;
  fault?: string | null;
  reason?: string | null;
  retry_after_ms?: number | null;
  status: number;
  title: string;
  type: string;
};

export type ReportBody = {
  columns: (string)[];
  rows: ((string)[])[];
  summary: { [member: string]: any };
  title: string;
};

export type Role = "participant" | "organizer";

export type SignedIn = {
  user: Me;
};

export type UploadedVersion = PluginVersion & {
  swap?: PluginSwap | null;
};

export type UserId = string;

export type VersionToActivate = {
  version: string;
};
