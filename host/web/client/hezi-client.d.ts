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

// Shapes.

/** What came of an action. */
export type Acted = {
  /** The plugin's answer. */
  reply: { [member: string]: any };
  /** The entry that it made. */
  seq: number;
};

/** A plugin whose active version was chosen. */
export type ActivatedPlugin = PluginStatus & {
  swap?: PluginSwap | null;
};

/** The activities of a conference. */
export type Activities = {
  /** In the order in which they were made. */
  activities: (Activity)[];
};

/** An activity as clients see it. */
export type Activity = Schedule & {
  /** Whether nobody learns who does what in it; absent where that is not so. */
  anonymous?: boolean;
  /** The last entry that the view stands for. */
  as_of?: number | null;
  /** When it was closed, in milliseconds since 1970: what was closed last is what people talk about. */
  closed_at_ms?: number | null;
  /** Its identity for good. */
  id: ActivityId;
  /** When it was opened, in milliseconds since 1970: what was opened last is what people wait for. */
  opened_at_ms?: number | null;
  /** Whether it keeps failing and is not asked any more for now, whatever its phase says. Organizers can close it. */
  out_of_service?: boolean;
  /** Where it stands. */
  phase: Phase;
  /** Name of its plugin. */
  plugin: string;
  /** Title to show. */
  title: string;
  /** Version of the plugin that it runs on. */
  version: string;
  /** What is to be seen, if it is known: `{"blocks":[…]}`. */
  view?: { [member: string]: any } | null;
};

/** An activity in a line, as events show it. */
export type ActivityBrief = {
  /** Whether nobody learns who does what in it; absent where that is not so. */
  anonymous?: boolean;
  /** When it was closed, in milliseconds since 1970. One of before this was kept has none. */
  closed_at_ms?: number | null;
  /** When it closes by itself, in milliseconds since 1970. */
  closes_at_ms?: number | null;
  /** Its identity for good. */
  id: ActivityId;
  /** When it was opened, in milliseconds since 1970. */
  opened_at_ms?: number | null;
  /** When it opens by itself, in milliseconds since 1970. */
  opens_at_ms?: number | null;
  /** Where it stands. */
  phase: Phase;
  /** Name of its plugin. */
  plugin: string;
  /** Title to show. */
  title: string;
};

/** An activity of a conference. */
export type ActivityId = string;

/** All plugins. */
export type AllPlugins = {
  /** In order of their names. */
  plugins: (PluginStatus)[];
};

/** A member in the list of them. */
export type Attendee = Member & {
  /** Whether they are connected. */
  online: boolean;
};

/** What was done, for programs. */
export type AuditDeed = {
  /** A word for the kind of deed: `stored`, `stored_and_activated`, `activated`, `rolled_back`, `disabled`, `removed`, `refused`, `refused_unread`, `quarantined`, `guessed` or `closed_to_writing`. A text, because a newer server may have written it. */
  code: string;
  /** The conference that it was done to, by its id. */
  conference?: string | null;
  /** The network address that it came from; none where there were too many to tell apart. */
  from?: string | null;
  /** The component's SHA-256, in hex. */
  hash?: string | null;
  /** The key that it was signed with, by its id. */
  key?: string | null;
  /** The plugin that it was done to. */
  plugin?: string | null;
  /** Why it was refused, by the same name as in the answer to whoever tried. */
  reason?: string | null;
  /** How often it was done, where one line stands for several times. */
  times?: number | null;
  /** Number of that plugin's version. */
  version?: string | null;
  /** Why, in words that may be the component's. */
  why?: string | null;
};

/** One thing that was done. */
export type AuditLine = {
  /** When, RFC 3339. */
  at: string;
  deed?: AuditDeed | null;
  /** What, as a sentence. */
  what: string;
  /** Who: a user's id, `token` for whoever held the administrators' token, `folder` or `watch` for files that the server found, `server` for what it did by itself, `stranger` for somebody who guesses the token. */
  who: string;
  /** What the user is called now. */
  who_name?: string | null;
};

/** A page of the log. */
export type AuditLog = {
  /** Newest first. */
  audit: (AuditLine)[];
  /** `before` of the next page, as long as the log goes on. */
  next?: string | null;
};

export type Binary = string;

/** What happened to an activity. */
export type Change = "created" | "revised" | "discarded" | "opened" | "closed" | "scheduled" | "faulted";

/** What a client sends: which of the members there are hangs on its `type`. */
export type ClientMessage = {
  /** What somebody does in it, by the plugin's schema. */
  action?: { [member: string]: any } | null;
  activity?: ActivityId | null;
  changes?: ConferenceChanges | null;
  /** Of the client's choosing: the same one again is the same command. */
  id: CommandId;
  member?: UserId | null;
  /** The place of a message. */
  message?: number | null;
  /** A page or filter of a view. */
  query?: string | null;
  /** One of those that a message may get. */
  reaction?: string | null;
  /** The place of the message that is answered. */
  reply_to?: number | null;
  /** What is said, or pinned. */
  text?: string | null;
  type: CommandKind;
};

/** An error code. The words are part of the contract with clients. */
export type Code = "invalid" | "malformed_json" | "too_large" | "not_signed_in" | "denied" | "foreign_origin" | "not_member" | "not_organizer" | "not_admin" | "muted" | "kept_out" | "key_needed" | "locked" | "full" | "not_found" | "method_not_allowed" | "unsupported_media_type" | "unknown_conference" | "unknown_activity" | "unknown_plugin" | "unknown_member" | "unknown_message" | "blocked_word" | "conflict" | "wrong_phase" | "conference_ended" | "id_reused" | "version_exists" | "in_use" | "too_many" | "exhausted" | "rate_limited" | "numbers_exhausted" | "plugin_fault" | "plugin_refused" | "signature_missing" | "signature_invalid" | "unavailable" | "damaged" | "internal";

/** A command's id, chosen by the client: unique for a member of a conference. */
export type CommandId = string;

/** A kind of command, as its `type` says. The words are part of the contract with clients. */
export type CommandKind = "chat" | "act" | "watch" | "unwatch" | "delete" | "react" | "unreact" | "put_up" | "take_down" | "pin" | "unpin" | "mute" | "unmute" | "remove" | "readmit" | "appoint" | "dismiss" | "hand_over" | "change" | "rekey";

/** A conference as clients see it. */
export type Conference = {
  /** Who may write. */
  chat: Speakers;
  /** When it was made, RFC 3339. */
  created_at: string;
  /** What it is about, in more words; may be empty. */
  description: string;
  /** When it ended, RFC 3339. */
  ended_at?: string | null;
  /** Whether people from outside may join as guests. */
  guests: boolean;
  /** Its identity for good. */
  id: ConferenceId;
  /** Where to join: the address in the QR code. */
  join_url: string;
  /** Whether the door is locked: who is not in does not get in. */
  locked: boolean;
  /** How many members there may be, if there is a limit. */
  members_max?: number | null;
  notice?: Notice | null;
  /** Its number: five digits. */
  number: ConferenceNumber;
  /** Who owns it: whoever made it, until they hand it over. */
  owner: Person;
  /** Whether the number alone lets nobody in. */
  private: boolean;
  /** In which order the activities come that are prepared, as far as anybody has said; the others come after them. It may name some that are no drafts any more. */
  queue: (ActivityId)[];
  /** What the screen on the wall shows. */
  screen: WallShows;
  /** What it shows of what people write. */
  screen_chat: WallChat;
  /** Seconds that pass between two messages of one person who is no organizer; 0 for none. */
  slow_mode_s: number;
  /** When it is planned to begin, RFC 3339. */
  starts_at?: string | null;
  /** Whether it goes on. */
  state: ConferenceState;
  /** What it is about. */
  title: string;
};

/** What is changed. What is left out stays; `null` takes away what may be missing. */
export type ConferenceChanges = {
  /** Who may write. */
  chat?: "everyone" | "organizers" | null;
  /** What it is about, in more words: at most 2,000 characters, of several lines; empty to take it away. */
  description?: string | null;
  /** Whether the door is locked: who is not in does not get in. */
  locked?: boolean | null;
  /** How many members there may be. Nobody is sent away by it. */
  members_max?: number | null;
  /** Whether the number alone lets nobody in: the link carries a key. */
  private?: boolean | null;
  /** In which order the activities come that are prepared, by their ids. Those that are not named come after them, in the order in which they were made. */
  queue?: (ActivityId)[] | null;
  screen?: WallShows | null;
  /** What it shows of what people write: `all`, `approved` (only what an organizer has put there) or `none`. */
  screen_chat?: "all" | "approved" | "none" | null;
  /** Seconds that pass between two messages of one person who is no organizer; 0 for none. */
  slow_mode_s?: number | null;
  /** When it is planned to begin, RFC 3339; in the future. */
  starts_at?: string | null;
  /** What it is about, 1 to 120 characters. */
  title?: string | null;
};

/** A conference that was made of another one. */
export type ConferenceCopy = {
  /** Its activities, all of them drafts. */
  activities: (Activity)[];
  /** The new conference. */
  conference: Conference;
  /** Those that could not be copied. */
  skipped: (SkippedActivity)[];
};

/** A conference for good; its number is only lent to it. */
export type ConferenceId = string;

/** A conference number: exactly five digits. */
export type ConferenceNumber = string;

/** Whether a conference goes on. */
export type ConferenceState = "open" | "ended";

/** A page of my conferences. */
export type Conferences = {
  /** Newest first. */
  conferences: (Conference)[];
  next?: ConferenceId | null;
};

/** What is to be different in the copy. */
export type CopyBody = {
  /** Another title; the same if not given. */
  title?: string | null;
};

/** A picture as a text. */
export type DataUrl = {
  /** A `data:` URL with a PNG. */
  data_url: string;
};

/** Who signs in, in development. */
export type DevPerson = {
  /** Makes the same person again; somebody new without it. */
  id?: string | null;
  /** The name to show, 1 to 64 characters. */
  name: string;
};

/** Nothing to say: an empty object, so that whoever reads JSON finds JSON. */
export type Done = { [member: string]: any };

/** A page of the journal. */
export type Entries = {
  /** In order. */
  entries: (Entry)[];
  /** `after` of the next page, if there is one. */
  next?: number | null;
};

/** An entry of the journal: one thing that happened. */
export type Entry = {
  activity?: EntryActivity | null;
  /** When, RFC 3339. */
  at: string;
  by?: Person | null;
  change?: Change | null;
  changes?: ConferenceChanges | null;
  deleted_by?: Person | null;
  /** What the activity said: whatever its plugin's `event_schema` describes. */
  event?: any;
  from?: Person | null;
  kind: EntryKind;
  /** The place of the message that it is about. */
  message?: number | null;
  /** Who acted, in the order of their ids. A long list goes on in the next entry. */
  people?: (Person)[] | null;
  /** How somebody reacted. */
  reaction?: string | null;
  /** How often the message has got each reaction, as far as that is still known. */
  reactions?: { [member: string]: any } | null;
  /** The place of the message that this one answers. */
  reply_to?: number | null;
  /** Its place in the order. */
  seq: number;
  /** Whether the reaction is there now, or was taken back. */
  stands?: boolean | null;
  /** What was said, or is pinned now. A message that was deleted has none. */
  text?: string | null;
  who?: Person | null;
};

/** The activity that an entry is about: in a line after a change, else its id. */
export type EntryActivity = ActivityBrief | ActivityId;

/** What an entry tells of, and so which of its other members there are. */
export type EntryKind = "joined" | "left" | "appointed" | "dismissed" | "handed_over" | "muted" | "unmuted" | "removed" | "readmitted" | "changed" | "rekeyed" | "notice" | "renamed" | "chat" | "deleted" | "reacted" | "put_up" | "taken_down" | "activity" | "emit" | "acted" | "took_part" | "ran" | "ended";

/** An activity that stays on the version before. */
export type FailedMove = {
  /** Which one: it goes on running on the version that it had. */
  activity: ActivityId;
  /** What `migrate` said, or how it failed. */
  why: string;
};

/** What is wrong with one field. */
export type FieldProblem = {
  /** What is wrong there, for people, without the field's name. */
  detail: string;
  /** Where: a JSON pointer (RFC 6901) into the body that was sent. Over the socket it leads into the `action` or the `changes` of a command that has one, else into the message; of an address' query, into the object of its parameters. */
  pointer: string;
};

/** How the server is. */
export type Health = {
  status: HealthStatus;
};

/** What a probe asked for. */
export type HealthStatus = "live" | "ready";

/** What came of an invitation. */
export type InvitedBody = {
  /** Who did not: WeCom knows no such member, or does not let the app write to them. */
  invalid: (string)[];
  /** How many members got it. */
  invited: number;
};

/** Who is to be invited. */
export type Invitees = {
  /** Ids of members of the corp, 1 to 1,000. */
  members: (string)[];
};

/** A conference that I am in now. */
export type Joined = {
  /** Where it stands, as members see it. */
  conference: Conference;
  /** What I am in it. */
  me: Member;
};

/** What a page hands to WeCom's JavaScript. */
export type JsSdk = {
  /** The number of the app in that corp that people open this server from. */
  agent_id: number;
  /** The corp that this server is set up for; WeCom's JavaScript takes it as `appId`. */
  corp_id: string;
  /** Makes two signatures differ. */
  nonce: string;
  /** SHA-1 in hex. */
  signature: string;
  /** When it was signed, in seconds since 1970. */
  timestamp: number;
};

/** Somebody who is kept out. */
export type KeptOut = Person & {
  /** When, RFC 3339. */
  at: string;
  /** The organizer who removed them. */
  by: Person;
};

/** Who is asked about. */
export type Me = {
  /** Whether they administer the server. */
  admin: boolean;
  /** Address of a picture. */
  avatar?: string | null;
  /** The id, the same after every sign-in. */
  id: string;
  /** The name to show. */
  name: string;
};

/** A member as clients see them. */
export type Member = {
  id: UserId;
  /** When they joined, RFC 3339. */
  joined_at: string;
  /** Whether an organizer has taken the word from them. */
  muted: boolean;
  /** The name to show. */
  name: string;
  role: Role;
};

/** A page of the members. */
export type Members = {
  /** In order of their ids. */
  members: (Attendee)[];
  next?: UserId | null;
};

/** What a message has got. */
export type MessageReactions = {
  /** The message's place. */
  message: number;
  /** How often each reaction stands. */
  reactions: { [member: string]: any };
};

/** An activity to make. */
export type NewActivity = {
  /** Whether nobody is to learn who does what in it, organizers included. Only where the plugin allows it, and for good. */
  anonymous?: boolean;
  /** When it closes by itself, in milliseconds since 1970. */
  closes_at_ms?: number | null;
  /** Its configuration, as the plugin's schema says. */
  config: { [member: string]: any };
  /** Whether to open it at once. */
  open?: boolean;
  /** How long it will be open, in milliseconds; instead of `closes_at_ms`. */
  open_for_ms?: number | null;
  /** When it opens by itself, in milliseconds since 1970. */
  opens_at_ms?: number | null;
  /** Name of the plugin. */
  plugin: string;
  /** A version to try, also one that is not active. Only administrators may. */
  version?: string | null;
};

/** A conference to make. */
export type NewConference = {
  /** Who may write. */
  chat?: "everyone" | "organizers" | null;
  /** What it is about, in more words: at most 2,000 characters. */
  description?: string | null;
  /** Whether people who do not belong to the corp may join by the link, as guests. */
  guests?: boolean;
  /** How many members there may be. */
  members_max?: number | null;
  /** Whether the number alone lets nobody in: the link carries a key. */
  private?: boolean | null;
  /** Seconds that pass between two messages of one person who is no organizer; 0 for none. */
  slow_mode_s?: number | null;
  /** When it is planned to begin, RFC 3339; in the future. */
  starts_at?: string | null;
  /** What it is about, 1 to 120 characters. */
  title: string;
};

/** What somebody says to everybody in the conference. */
export type NewMessage = {
  /** The place of the message that they answer. */
  reply_to?: number | null;
  /** The words, 1 to 2,000 characters. */
  text: string;
};

/** What is to be pinned for everybody, in place of the notice before. */
export type NewNotice = {
  /** The words, 1 to 500 characters. */
  text: string;
};

/** How an activity is to be prepared. */
export type NewPreparation = {
  /** The configuration in place of the one that it has, as the plugin's schema says. */
  config: { [member: string]: any };
};

/** How somebody reacts. */
export type NewReaction = {
  /** One of those that the `welcome` of a socket names. */
  reaction: string;
};

/** When an activity opens and closes by itself. What is absent does not happen by itself. */
export type NewSchedule = {
  /** When it closes, in milliseconds since 1970. */
  closes_at_ms?: number | null;
  /** How long it will be open, in milliseconds: from its opening, or from now on if it is open. */
  open_for_ms?: number | null;
  /** When it opens, in milliseconds since 1970; only for one that was not opened yet. */
  opens_at_ms?: number | null;
};

/** What everybody in the conference is to see. */
export type Notice = {
  /** Who pinned it. */
  by: Person;
  /** What is pinned, in plain text; another notice takes its place. */
  text: string;
};

/** Whom it is about. */
export type OfMember = {
  /** The member's id. */
  member: UserId;
};

/** A reaction of the receiver's. */
export type OwnReaction = {
  /** The message's place. */
  message: number;
  /** What they gave it. */
  reaction: string;
};

/** A person as others see them. */
export type Person = {
  /** Their identity for good. */
  id: UserId;
  /** The name to show. */
  name: string;
};

/** Where an activity stands. */
export type Phase = "draft" | "open" | "closed" | "discarded";

/** An active plugin, as everybody sees it. */
export type Plugin = {
  /** JSON Schema of an action. */
  action_schema: any;
  /** Whether an anonymous activity can be made of it. */
  allows_anonymous: boolean;
  /** JSON Schema of the configuration, with the names of its fields in the language that was asked for. */
  config_schema: any;
  /** JSON Schema of emitted events. */
  event_schema: any;
  /** The languages that it speaks, as BCP 47 tags; the first is for those who speak none of them. */
  languages: (string)[];
  /** What activities name it by: lower-case letters, digits and dashes. */
  name: string;
  /** Whether it is out of service, because it kept faulting: nothing begins of it until it is activated again. */
  out_of_service: boolean;
  /** JSON Schema of a reply. */
  reply_schema: any;
  /** One sentence for people. */
  summary: string;
  /** Title for people. */
  title: string;
  /** The active version. */
  version: string;
};

/** Numbers of a version since the server started. */
export type PluginCounters = {
  /** Activities in memory that run on it. */
  activities: number;
  /** Calls that were made, whatever came of them. */
  calls: number;
  /** Half of the calls took at most so much processor time, to a quarter of it, in microseconds. */
  cpu_p50_us: number;
  /** 99 of 100 calls took at most so much processor time, to a quarter of it, in microseconds. */
  cpu_p99_us: number;
  /** Processor time of all calls, in microseconds. */
  cpu_us: number;
  /** Calls that trapped or exceeded a limit. */
  faults: number;
  /** Log lines, those that were dropped among them. */
  log_lines: number;
  /** Calls that the plugin's rules refused. */
  refusals: number;
  /** Keys and values of these activities, in bytes. */
  state_bytes: number;
};

/** A log line of a plugin. */
export type PluginLogLine = {
  activity?: ActivityId | null;
  /** When, in milliseconds since 1970. */
  at_ms: number;
  /** The export that was called. */
  export: string;
  /** How urgent it is: `error`, `warn`, …, `fault` for what the call was ended by, `host` for what the host says. */
  level: string;
  /** What was logged, cut off where it is longer than anybody reads. */
  message: string;
};

/** A plugin with all its versions, as administrators see it. */
export type PluginStatus = {
  /** The active version; none when it is switched off. */
  active?: string | null;
  /** What activities name it by: lower-case letters, digits and dashes. */
  name: string;
  /** All versions. */
  versions: (PluginVersion)[];
};

/** Where the open activities of a plugin stand, a while after a version of it was activated. */
export type PluginSwap = {
  /** Those that stay on another version, because `migrate` failed; at most a hundred of them. */
  failed: (FailedMove)[];
  /** Those that run on the version. */
  moved: number;
  /** Those that have not moved yet: they do when they are used next. */
  waiting: number;
};

/** A version of a plugin, as administrators see it. */
export type PluginVersion = {
  /** When it last became the active version, RFC 3339; none if it never was. */
  activated_at?: string | null;
  /** Whether new calls go to it. */
  active: boolean;
  counters?: PluginCounters | null;
  /** SHA-256 of the component, in hex. */
  hash: string;
  /** The last log lines, oldest first. */
  log?: (PluginLogLine)[];
  /** Name of the plugin. */
  name: string;
  quarantine?: QuarantineCause | null;
  /** Whether it is out of service because it kept faulting. */
  quarantined: boolean;
  /** Size of the component in bytes. */
  size_bytes: number;
  /** When it was stored, RFC 3339. */
  stored_at: string;
  /** Number of the version, as the component gives it: `1.2.0`. */
  version: string;
};

/** The active plugins. */
export type Plugins = {
  /** In order of their names. */
  plugins: (Plugin)[];
};

/** What an activity was made of: enough to make another one like it. */
export type Preparation = {
  /** Whether nobody is to learn who does what in it. */
  anonymous: boolean;
  /** The configuration, as the plugin's schema says. */
  config: { [member: string]: any };
  judged_by?: Plugin | null;
  /** Name of the plugin. */
  plugin: string;
  /** The version of it that the activity stands on. */
  version: string;
};

/** A problem document. */
export type Problem = {
  /** The kind of problem for programs. */
  code: Code;
  /** What is wrong here and what to do about it. */
  detail: string;
  /** The fields that are to blame, as far as that is known. */
  errors?: (FieldProblem)[];
  /** With `plugin_fault`: what the plugin did, such as `out_of_time`, `trapped` or `quarantined`. */
  fault?: string | null;
  /** With `plugin_refused`: what is wrong with the component, such as `component_too_large`. */
  reason?: string | null;
  /** When to come again, in milliseconds. */
  retry_after_ms?: number | null;
  /** The HTTP status. */
  status: number;
  /** The kind of problem in words. */
  title: string;
  /** Names the kind of problem: `urn:hezi:problem:` and the code. */
  type: string;
};

/** What put a version out of service: the last of the faults that did. */
export type QuarantineCause = {
  /** When, RFC 3339. */
  at: string;
  /** What it did, in English, for the plugin's author. */
  detail: string;
  /** What was called. */
  export: string;
  /** Stable name of the fault, such as `trapped`. */
  fault: string;
};

/** The receiver, as `welcome` shows it. */
export type Receiver = {
  /** The person's id. */
  id: string;
  /** Whether an organizer has taken the word from them. */
  muted: boolean;
  /** The name to show. */
  name: string;
  /** What they may do. */
  role: Role;
};

/** A command was carried out. */
export type Recorded = {
  /** The entry that it made. */
  seq: number;
};

/** Why a command was refused. */
export type RefusalError = {
  code: Code;
  /** For people, in the reader's language. */
  detail: string;
  /** What is wrong with which of its fields. */
  errors?: (FieldProblem)[];
  /** What the plugin did, as a stable word. */
  fault?: string | null;
  /** When it is worth another try, in milliseconds. */
  retry_after_ms?: number | null;
};

/** Who is kept out. */
export type Removals = {
  /** In the order in which they were removed. */
  removals: (KeptOut)[];
};

/** What came of an activity, in whole: the figures and the table that its plugin makes of it. */
export type ReportBody = {
  /** Names of the columns. */
  columns: (string)[];
  /** The rows; each has as many cells as there are columns. */
  rows: ((string)[])[];
  /** The figures that sum it up. */
  summary: { [member: string]: any };
  /** The activity's title. */
  title: string;
};

/** What a member may do in a conference. */
export type Role = "participant" | "organizer";

/** When an activity opens and closes by itself. */
export type Schedule = {
  /** When it closes, in milliseconds since 1970. */
  closes_at_ms?: number | null;
  /** How long it will be open, in milliseconds; only for one that was not opened yet. */
  open_for_ms?: number | null;
  /** When it opens, in milliseconds since 1970; only for one that was not opened yet. */
  opens_at_ms?: number | null;
};

/** A conference, and who I am in it. */
export type SeenConference = Conference & {
  role?: Role | null;
};

/** A frame of the server's. */
export type ServerFrame = {
  /** The activities, with what is to be seen of them. */
  activities: (Activity)[];
  /** How often an `alive` frame comes at least: a line that is silent for much longer is dead. */
  alive_every_ms: number;
  /** When it happened: goes back with `since`, so that a position is not taken for one in another journal. */
  at?: string | null;
  /** What was said last, oldest first; empty where the entries after `since` follow. */
  chat: (Entry)[];
  /** What it is about, its settings and its link, as members see them. */
  conference: Conference;
  /** Whom the socket belongs to, with what they may do here. */
  me: Receiver;
  /** How many members there are. */
  members: number;
  /** The server's time, in milliseconds since 1970. */
  now_ms: number;
  /** The messages that organizers have put on the wall, in the order in which they did; absent where there are none. */
  on_wall?: (WallMessage)[];
  /** How many of them are connected. */
  online: number;
  /** The receiver's own that stand, among the last messages. */
  reacted?: (OwnReaction)[];
  /** The reactions that a message may get. */
  reactions: (string)[];
  /** Whether the entries after `since` follow. If not, start from this snapshot. */
  resumed: boolean;
  /** How many screens are connected; organizers are told. */
  screens?: number | null;
  /** The last entry. */
  seq: number;
  type: "welcome";
} | Entry & {
  type: "event";
} | {
  /** The command's. */
  id: CommandId;
  /** The answer: what a plugin says, or the host. */
  ok: any;
  /** The entry that it made. */
  seq: number;
  type: "reply";
} | {
  /** Why, for programs and for people. */
  error: RefusalError;
  /** The command's; none where it could not be read. */
  id?: string | null;
  type: "reply";
} | {
  type: "alive";
} | {
  /** Those messages, each with all that stands now. */
  messages: (MessageReactions)[];
  type: "reactions";
} | {
  /** All of it now, in the order in which it was put there. */
  messages: (WallMessage)[];
  type: "wall";
} | {
  /** The activity's id. */
  activity: ActivityId;
  /** Whether nobody learns who does what in the activity. */
  anonymous?: boolean;
  /** The last entry that it stands for. */
  as_of: number;
  /** The server's time, in milliseconds since 1970. */
  now_ms: number;
  /** Whether it is the receiver's own and not the room's. */
  own?: boolean;
  /** Which page or filter they asked for. */
  query?: string | null;
  type: "view";
  /** What is to be seen: `{"blocks":[…]}`. */
  view: { [member: string]: any };
} | {
  /** How many members there are. */
  members: number;
  /** How many of them are connected. */
  online: number;
  /** Who came last, latest first. */
  recent: (Person)[];
  /** How many screens are connected; organizers are told. */
  screens?: number | null;
  type: "presence";
};

/** Who has signed in. */
export type SignedIn = {
  /** The person, as [`me`] shows them. */
  user: Me;
};

/** An activity that could not be copied. */
export type SkippedActivity = {
  /** Why not. */
  detail: string;
  /** Name of its plugin. */
  plugin: string;
  /** What it is called in the conference that was copied. */
  title: string;
};

/** Who may write. */
export type Speakers = "everyone" | "organizers";

/** A version that was stored. */
export type UploadedVersion = PluginVersion & {
  swap?: PluginSwap | null;
};

/** A person, the same in every conference and after every sign-in. */
export type UserId = string;

/** A version to activate. */
export type VersionToActivate = {
  /** One of those that are stored. */
  version: string;
};

/** What the screen on the wall shows of what people write. */
export type WallChat = "all" | "approved" | "none";

/** A message that an organizer has put on the wall. A copy: the message may be older than what is in memory, and whoever looks at a wall reads no journal. */
export type WallMessage = {
  /** Who said it. */
  from: Person;
  /** The message's place. */
  seq: number;
  /** What was said. */
  text: string;
};

/** What the screen on the wall shows. */
export type WallShows = "follow" | "lobby" | "notice" | {
  /** This activity, whatever else is open. */
  activity: ActivityId;
};
