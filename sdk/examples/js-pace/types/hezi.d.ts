// The interface of Hezi's plugins, from wit/ by `npm run types` (@bytecodealliance/jco@1.24.6). Not to be changed by hand.

declare module 'hezi:activity/activity@0.1.0' {
  /**
   * Describes the plugin. Called at load, before anything else; may use no import but `log`.
   */
  export function describe(): Description;
  /**
   * Opens the activity with a configuration that fits `config-schema`, on an empty state. Gives the title to show.
   *
   * The host also calls it when an activity is drafted, and drops what it did, to find out whether the configuration
   * makes sense.
   */
  export function open(config: string): string;
  /**
   * A member does something. `action` fits `action-schema`; the reply must fit `reply-schema`. Only while open.
   *
   * With `on-behalf` an organizer does it for `caller`, who may not even be there: `on-behalf` is that organizer. A plugin
   * that has no use for this refuses with `denied`. It never happens in an anonymous activity.
   */
  export function act(caller: Member, action: string, onBehalf: Member | null): string;
  /**
   * What somebody sees: `viewer`, or, without one, everybody in the room (the big screen too). Read-only. At most 100
   * blocks, and 128 KiB when the host writes them as JSON.
   *
   * `query` is what the viewer asked to see, one of those that a `tabs` block offered or none; at most 256 bytes. It comes
   * from a client, so it may be anything: show the first page for one that makes no sense.
   */
  export function view(viewer: Member | null, query: string | null): Array<Block>;
  /**
   * A timer is due. It is disarmed already. Only while open.
   */
  export function tick(timer: string): void;
  /**
   * An organizer closes the activity, its time is over, or the conference ends. `act` and `tick` are never called again.
   */
  export function close(): void;
  /**
   * One page of the report for organizers; `cursor` is the `next` of the page before. Read-only. A report has at most
   * 1,000 pages and 16 MiB.
   */
  export function report(cursor: string | null): ReportPage;
  /**
   * Brings the state from layout `from-version` to this component's `state-version`. When it fails the activity stays
   * on the component that it ran on. May be a step up or, after a roll-back, a step down.
   */
  export function migrate(fromVersion: number): void;
  export type Member = import('hezi:activity/types@0.1.0').Member;
  export type Error = import('hezi:activity/types@0.1.0').Error;
  export type Description = import('hezi:activity/types@0.1.0').Description;
  export type Block = import('hezi:activity/types@0.1.0').Block;
  export type ReportPage = import('hezi:activity/types@0.1.0').ReportPage;
}

declare module 'hezi:activity/clock@0.1.0' {
  import * as self from 'hezi:activity/clock@0.1.0';
  export default self;
  /**
   * Milliseconds since 1970, the same during the whole call.
   */
  export function now(): number;
}

declare module 'hezi:activity/confirmation@0.1.0' {
  import * as self from 'hezi:activity/confirmation@0.1.0';
  export default self;
  /**
   * Asks before the form with this id is sent.
   */
  export function beforeForm(id: string, question: string): void;
  /**
   * Asks before each button that has this action, the same text, sends it.
   */
  export function beforeButton(action: string, question: string): void;
}

declare module 'hezi:activity/locale@0.1.0' {
  import * as self from 'hezi:activity/locale@0.1.0';
  export default self;
  /**
   * One of the tags that `describe` lists: what the viewer or caller prefers, or what comes closest to it. The first
   * that is listed in calls that nobody waits for, and while the room's own view is made for those who prefer nothing.
   * Where few prefer a language it tells who called: in an anonymous activity keep it beside nothing.
   */
  export function language(): string;
}

declare module 'hezi:activity/log@0.1.0' {
  import * as self from 'hezi:activity/log@0.1.0';
  export default self;
  /**
   * Writes a line. At most 32 lines a call are kept, each cut at 1 KiB; the rest is counted and dropped.
   */
  export function write(level: Level, message: string): void;
  /**
   * How urgent a line is.
   * # Variants
   *
   * ## `"debug"`
   *
   * For the author.
   * ## `"info"`
   *
   * Worth knowing.
   * ## `"warn"`
   *
   * Something is odd.
   * ## `"error"`
   *
   * Something is broken.
   */
  export type Level = 'debug' | 'info' | 'warn' | 'error';
}

declare module 'hezi:activity/random@0.1.0' {
  import * as self from 'hezi:activity/random@0.1.0';
  export default self;
  /**
   * `len` random bytes, at most 64 KiB.
   */
  export function bytes(len: number): Uint8Array;
  /**
   * A random number.
   */
  export function getU64(): number;
}

declare module 'hezi:activity/room@0.1.0' {
  import * as self from 'hezi:activity/room@0.1.0';
  export default self;
  /**
   * The member with this id, or none if they never joined or left.
   */
  export function find(id: string): Member | null;
  /**
   * How many members the conference has.
   */
  export function count(): number;
  /**
   * Members in ascending order of id, at most `limit` (1 to 1,000; more counts as 1,000).
   *
   * Asking for `online` fails the call in `view` and `report`: who is online changes without anything happening in the
   * activity. It is not recorded either, so keep what you make of it.
   */
  export function members(who: Presence, cursor: string | null, limit: number): MemberPage;
  /**
   * Sends an event, a JSON text of at most 16 KiB, at most 64 a call. It is sent when the call has succeeded and is
   * durable. Fails the call in `view` and `report`.
   */
  export function emit(to: Audience, event: string): void;
  export type Member = import('hezi:activity/types@0.1.0').Member;
  export type Audience = import('hezi:activity/types@0.1.0').Audience;
  /**
   * One page of members.
   */
  export interface MemberPage {
    /**
     * Members in ascending order of id bytes.
     */
    members: Array<Member>,
    /**
     * Cursor for the next page; none when there is nothing more.
     */
    next: string | null,
  }
  /**
   * Which members are meant.
   * # Variants
   *
   * ## `"everyone"`
   *
   * All of them.
   * ## `"online"`
   *
   * Those who have the conference open at this moment.
   */
  export type Presence = 'everyone' | 'online';
}

declare module 'hezi:activity/state@0.1.0' {
  import * as self from 'hezi:activity/state@0.1.0';
  export default self;
  /**
   * The value of a key, or none.
   */
  export function get(key: string): Uint8Array | null;
  /**
   * Sets a key. Fails the call in `view` and `report`, which may not write.
   */
  export function set(key: string, value: Uint8Array): void;
  /**
   * Removes a key; nothing happens when there is none. Fails the call in `view` and `report`.
   */
  export { _delete as delete };
  function _delete(key: string): void;
  /**
   * Adds to the number under a key, which counts as 0 if there is none, and gives the new one. The value is the number in
   * decimal digits, as `get` shows. Fails the call when the value is no such number, when the sum leaves the range of
   * `s64`, and in `view` and `report`.
   */
  export function add(key: string, delta: number): number;
  /**
   * Entries whose key starts with `prefix`, at most `limit` (1 to 1,000; more counts as 1,000) and at most 256 KiB of
   * them. `cursor` is the `next` of the page before; a cursor that is not of this prefix finds nothing outside it.
   */
  export function scan(prefix: string, cursor: string | null, limit: number, order: Order): Page;
  /**
   * One key and its value.
   */
  export interface Entry {
    /**
     * The key.
     */
    key: string,
    /**
     * The value.
     */
    value: Uint8Array,
  }
  /**
   * One page of a scan.
   */
  export interface Page {
    /**
     * Entries in the order that was asked for.
     */
    entries: Array<Entry>,
    /**
     * Cursor for the next page; none when there is nothing more.
     */
    next: string | null,
  }
  /**
   * In which order a scan goes.
   * # Variants
   *
   * ## `"ascending"`
   *
   * By key bytes, smallest first.
   * ## `"descending"`
   *
   * By key bytes, largest first.
   */
  export type Order = 'ascending' | 'descending';
}

declare module 'hezi:activity/timer@0.1.0' {
  import * as self from 'hezi:activity/timer@0.1.0';
  export default self;
  /**
   * Arms the timer `name` (1 to 64 bytes) for `at-ms` milliseconds since 1970; a time that has passed fires at once. An
   * armed timer of the same name is replaced. The same timer fires at most ten times a second.
   */
  export function set(name: string, atMs: number): void;
  /**
   * Disarms a timer; nothing happens when there is none of this name.
   */
  export function cancel(name: string): void;
}

declare module 'hezi:activity/types@0.1.0' {
  /**
   * What a member may do in the conference.
   * # Variants
   *
   * ## `"participant"`
   *
   * Takes part.
   * ## `"organizer"`
   *
   * Runs the conference: its owner, and whom the owner appointed.
   */
  export type Role = 'participant' | 'organizer';
  /**
   * A member of the conference.
   */
  export interface Member {
    /**
     * Stable identifier: the same person has the same id in every call. 1 to 64 bytes. In an anonymous activity it is
     * made for this activity alone and says nothing of the person; when that is closed nobody can tell who was who, and
     * every viewer has an id that nobody acted under.
     */
    id: string,
    /**
     * Name to show. May change between calls; never use it as a key. Empty in an anonymous activity.
     */
    name: string,
    /**
     * What the member may do, in an anonymous activity too: keep it beside nothing that they chose.
     */
    role: Role,
  }
  /**
   * Who receives an emitted event.
   */
  export type Audience = AudienceEveryone | AudienceOrganizers | AudienceMember;
  /**
   * Every member, connected now or later. At most 20 such events a second for each activity: the call that passes
   * it fails. Emit to everyone only what is rare and worth an interruption.
   */
  export interface AudienceEveryone {
    tag: 'everyone',
  }
  /**
   * The organizers.
   */
  export interface AudienceOrganizers {
    tag: 'organizers',
  }
  /**
   * The member with this id. In an anonymous activity nobody receives it, for it would stand in the journal beside what
   * somebody did: show it in their view.
   */
  export interface AudienceMember {
    tag: 'member',
    val: string,
  }
  /**
   * Why a call was refused by the rules of the activity. The text is shown to the person: say what to do instead.
   *
   * A call that returns an error changes nothing: its writes, events and timers are dropped.
   */
  export type Error = ErrorInvalid | ErrorDenied | ErrorConflict | ErrorExhausted;
  /**
   * The configuration or the action makes no sense: a field is missing, out of range or unknown. HTTP 422.
   */
  export interface ErrorInvalid {
    tag: 'invalid',
    val: string,
  }
  /**
   * This person may not do this. HTTP 403.
   */
  export interface ErrorDenied {
    tag: 'denied',
    val: string,
  }
  /**
   * It does not fit what has happened before: voted already, not frozen yet. HTTP 409.
   */
  export interface ErrorConflict {
    tag: 'conflict',
    val: string,
  }
  /**
   * There is nothing left to give. HTTP 410.
   */
  export interface ErrorExhausted {
    tag: 'exhausted',
    val: string,
  }
  /**
   * The texts of a field of the configuration, in one language.
   */
  export interface Label {
    /**
     * Where the field's schema stands in `config-schema`: a JSON pointer such as `/properties/options`.
     */
    pointer: string,
    /**
     * What the field is called; 1 to 80 characters.
     */
    title: string,
    /**
     * What to put in, in a sentence; empty for none, at most 400 characters.
     */
    help: string,
  }
  /**
   * What the plugin calls itself in one language.
   */
  export interface Translation {
    /**
     * The language, as a BCP 47 tag: `zh-Hans`, `en`.
     */
    language: string,
    /**
     * Title for people, at most 80 characters.
     */
    title: string,
    /**
     * One sentence for people who choose among activity types, at most 400 characters.
     */
    summary: string,
    /**
     * Texts of the fields of the configuration: each of its properties has one, and each language has the same.
     */
    labels: Array<Label>,
  }
  /**
   * What a plugin says of itself. Must be the same in every call of one component.
   */
  export interface Description {
    /**
     * Name of the activity type: `[a-z][a-z0-9-]{0,39}`.
     */
    name: string,
    /**
     * Semantic version of the plugin: `1.2.3`, optionally with a pre-release.
     */
    version: string,
    /**
     * The languages that the plugin speaks, 1 to 16, each once. The first is for those who speak none of them.
     */
    translations: Array<Translation>,
    /**
     * JSON Schema (draft 2020-12) of the configuration. The host checks every configuration against it.
     */
    configSchema: string,
    /**
     * JSON Schema of an action. The host checks every action against it before `act` is called.
     */
    actionSchema: string,
    /**
     * JSON Schema of a reply, for the documentation of clients.
     */
    replySchema: string,
    /**
     * JSON Schema of emitted events, for the documentation of clients.
     */
    eventSchema: string,
    /**
     * Version of the layout of the state. When it differs from the one that wrote an activity's state, `migrate` runs.
     */
    stateVersion: number,
    /**
     * Whether it makes sense without knowing who acts. Only then may an organizer make an anonymous activity of it, in
     * which the host gives members ids of this activity alone and no names, and nobody learns who did what. `room` has no
     * members to list there, nobody acts for somebody else, `attendance` is not called, and the report is asked for when
     * the activity is closed.
     */
    allowsAnonymous: boolean,
  }
  /**
   * Who is shown something that sends an action. It is a matter of tidiness, not of secrecy: `act` checks the caller.
   * # Variants
   *
   * ## `"everyone"`
   *
   * Every member.
   * ## `"organizers"`
   *
   * Organizers only.
   */
  export type ShownTo = 'everyone' | 'organizers';
  /**
   * One labelled value of a bar chart.
   */
  export interface Bar {
    /**
     * What is counted.
     */
    label: string,
    /**
     * The count.
     */
    value: number,
  }
  /**
   * A bar chart. Bars are drawn in the given order, in proportion to `total`.
   */
  export interface Bars {
    /**
     * Heading of the chart; empty for none.
     */
    title: string,
    /**
     * What a full bar stands for; 0 if nothing was counted yet.
     */
    total: number,
    /**
     * The bars, at most 200.
     */
    items: Array<Bar>,
  }
  /**
   * One figure.
   */
  export interface Statistic {
    /**
     * What it is.
     */
    label: string,
    /**
     * The figure, formatted for people.
     */
    value: string,
  }
  /**
   * A person in a list, with a remark.
   */
  export interface Person {
    /**
     * The member's id.
     */
    id: string,
    /**
     * The name to show.
     */
    name: string,
    /**
     * A remark: an amount, a prize. Empty for none.
     */
    detail: string,
  }
  /**
   * A list of people.
   */
  export interface People {
    /**
     * Heading of the list; empty for none.
     */
    title: string,
    /**
     * The people, at most 200.
     */
    items: Array<Person>,
  }
  /**
   * A clock that runs down on the client.
   */
  export interface Countdown {
    /**
     * What happens at the end.
     */
    label: string,
    /**
     * The end, in milliseconds since 1970.
     */
    untilMs: number,
  }
  /**
   * A button that sends an action as it is.
   */
  export interface Button {
    /**
     * The text on it.
     */
    label: string,
    /**
     * The action: a JSON text that fits `action-schema`.
     */
    action: string,
    /**
     * Whether it is drawn as pressed: what it does is done already, and pressing it may take that back.
     */
    pressed: boolean,
    /**
     * Who is shown it.
     */
    shownTo: ShownTo,
  }
  /**
   * Something that somebody wrote or did.
   */
  export interface Card {
    /**
     * Stays the same as long as it is the same card, so that a client can move it and not draw it anew.
     */
    id: string,
    /**
     * What was written: plain text, which may have several lines.
     */
    text: string,
    /**
     * Who wrote it; empty for nobody in particular.
     */
    author: string,
    /**
     * Remarks in a word each: `answered`, `pinned`. At most 8.
     */
    marks: Array<string>,
    /**
     * A figure to show on it, such as its votes.
     */
    score: number | null,
    /**
     * What can be done with it, at most 8.
     */
    buttons: Array<Button>,
  }
  /**
   * A list of cards. Its order is the plugin's.
   */
  export interface Cards {
    /**
     * Heading of the list; empty for none.
     */
    title: string,
    /**
     * The cards, at most 100.
     */
    items: Array<Card>,
  }
  /**
   * A word of a cloud.
   */
  export interface Word {
    /**
     * The word or phrase.
     */
    text: string,
    /**
     * How often it came: the client draws it larger the more, the largest of the cloud largest.
     */
    weight: number,
  }
  /**
   * Words, drawn larger the more they weigh. In the given order where they are read out.
   */
  export interface Cloud {
    /**
     * Heading of the cloud; empty for none.
     */
    title: string,
    /**
     * The words, at most 200.
     */
    items: Array<Word>,
  }
  /**
   * A place in standings.
   */
  export interface Standing {
    /**
     * The place, from 1. Equal scores share one.
     */
    rank: number,
    /**
     * The member's id.
     */
    id: string,
    /**
     * The name to show.
     */
    name: string,
    /**
     * The score.
     */
    score: number,
    /**
     * How many places up since the last time; negative for down, 0 for none.
     */
    change: number,
  }
  /**
   * Who leads, first place first.
   */
  export interface Standings {
    /**
     * Heading of the list; empty for none.
     */
    title: string,
    /**
     * The places, at most 200.
     */
    items: Array<Standing>,
  }
  /**
   * How far something is.
   */
  export interface Progress {
    /**
     * What is under way.
     */
    label: string,
    /**
     * How much is done.
     */
    value: number,
    /**
     * How much there is; `value` is at most this.
     */
    total: number,
  }
  /**
   * What a notice is about, which a client shows by a colour and a sign.
   * # Variants
   *
   * ## `"info"`
   *
   * Good to know.
   * ## `"success"`
   *
   * It went well.
   * ## `"warning"`
   *
   * To be minded.
   */
  export type Tone = 'info' | 'success' | 'warning';
  /**
   * A sentence that stands out.
   */
  export interface Notice {
    /**
     * What it is about.
     */
    tone: Tone,
    /**
     * The sentence.
     */
    text: string,
  }
  /**
   * Another page or filter of the same activity.
   */
  export interface Tab {
    /**
     * The text on it.
     */
    label: string,
    /**
     * What `view` is asked for when it is chosen; at most 256 bytes.
     */
    query: string,
    /**
     * Whether this is what is shown.
     */
    current: boolean,
  }
  /**
   * One choice of a choice field.
   */
  export interface Choice {
    /**
     * The value that stands in the action.
     */
    value: string,
    /**
     * The text to show.
     */
    label: string,
  }
  /**
   * A field where the person picks from choices.
   */
  export interface ChoiceField {
    /**
     * What can be picked, at most 200.
     */
    choices: Array<Choice>,
    /**
     * How many must be picked at least, if any is.
     */
    min: number,
    /**
     * How many may be picked at most.
     */
    max: number,
    /**
     * Whether the value is an array of the picked values (true) or the one picked value (false; `max` is then 1).
     */
    many: boolean,
  }
  /**
   * A field for a number.
   */
  export interface NumberField {
    /**
     * Smallest value.
     */
    min: number,
    /**
     * Largest value.
     */
    max: number,
    /**
     * Distance between allowed values, counted from `min`.
     */
    step: number,
  }
  /**
   * A field for text. An empty text is left out of the action.
   */
  export interface TextField {
    /**
     * Most characters.
     */
    maxChars: number,
    /**
     * Text shown in the empty field; empty for none.
     */
    placeholder: string,
    /**
     * How many lines are shown. With 1 the text has no line breaks.
     */
    lines: number,
  }
  /**
   * A field where the person puts choices into an order, first the best.
   */
  export interface OrderField {
    /**
     * What is put into an order, at most 50.
     */
    choices: Array<Choice>,
    /**
     * How many must be placed at least. What is not placed is left out of the value.
     */
    min: number,
  }
  /**
   * A field where the person distributes points among choices.
   */
  export interface PointsField {
    /**
     * What gets points, at most 50.
     */
    choices: Array<Choice>,
    /**
     * How many points there are. All of them must be given.
     */
    total: number,
  }
  /**
   * A field with a question a row, all with the same answers.
   */
  export interface MatrixField {
    /**
     * The questions, at most 50.
     */
    rows: Array<Choice>,
    /**
     * The answers, at most 11.
     */
    columns: Array<Choice>,
  }
  /**
   * What kind of input a field takes, and with it the JSON type of its value.
   */
  export type Input = InputChoice | InputNumber | InputRating | InputText | InputSwitch | InputOrder | InputPoints | InputMatrix | InputHidden;
  /**
   * Choices: an array of strings, or one string.
   */
  export interface InputChoice {
    tag: 'choice',
    val: ChoiceField,
  }
  /**
   * A number.
   */
  export interface InputNumber {
    tag: 'number',
    val: NumberField,
  }
  /**
   * A number picked from stars or a scale.
   */
  export interface InputRating {
    tag: 'rating',
    val: NumberField,
  }
  /**
   * A string.
   */
  export interface InputText {
    tag: 'text',
    val: TextField,
  }
  /**
   * True or false.
   */
  export interface InputSwitch {
    tag: 'switch',
  }
  /**
   * An order: an array of strings, best first, none twice.
   */
  export interface InputOrder {
    tag: 'order',
    val: OrderField,
  }
  /**
   * Points: an object with a whole number from 0 for each choice's value, those with 0 left out or not.
   */
  export interface InputPoints {
    tag: 'points',
    val: PointsField,
  }
  /**
   * Answers: an object with the value of a column for each row's value.
   */
  export interface InputMatrix {
    tag: 'matrix',
    val: MatrixField,
  }
  /**
   * Nothing to fill in: the field's preset value is sent as it is.
   */
  export interface InputHidden {
    tag: 'hidden',
  }
  /**
   * One field of a form.
   */
  export interface Field {
    /**
     * The name of the member of the action object that takes the value.
     */
    name: string,
    /**
     * What is asked.
     */
    label: string,
    /**
     * A sentence below it; empty for none.
     */
    help: string,
    /**
     * Whether it must be filled in. One that may be left empty, and is, is left out of the action.
     */
    required: boolean,
    /**
     * What stands in it at first: a JSON text of the field's value.
     */
    preset: string | null,
    /**
     * The kind of input.
     */
    input: Input,
  }
  /**
   * Fields and a button that sends an action.
   *
   * The action is a JSON object with one member a field. With `wrap` it is put into an object under that name:
   * `wrap = "draw"` and a field `count` give `{"draw":{"count":1}}`; no field and `wrap = "grab"` give `{"grab":{}}`.
   *
   * When a view comes with a form of the same `id` as one that is on the screen, the client keeps what the person has put
   * into fields of the same name, whatever else has changed around them.
   */
  export interface Form {
    /**
     * Tells the form from others of the activity; no two of a view have the same.
     */
    id: string,
    /**
     * Name to wrap the object in, if any.
     */
    wrap: string | null,
    /**
     * The fields, at most 50.
     */
    fields: Array<Field>,
    /**
     * The text on the button.
     */
    submit: string,
    /**
     * Who is shown the form.
     */
    shownTo: ShownTo,
  }
  /**
   * One block of a view. A client shows blocks from top to bottom and needs to know nothing else of the plugin.
   *
   * The host adds to each block what it means in plain text, for screen readers and for clients that do not know its kind.
   */
  export type Block = BlockHeading | BlockText | BlockNotice | BlockCelebration | BlockStatistic | BlockProgress | BlockCountdown | BlockBars | BlockCloud | BlockStandings | BlockPeople | BlockCards | BlockTabs | BlockButtons | BlockForm;
  /**
   * A heading.
   */
  export interface BlockHeading {
    tag: 'heading',
    val: string,
  }
  /**
   * A paragraph of plain text.
   */
  export interface BlockText {
    tag: 'text',
    val: string,
  }
  /**
   * A sentence that stands out.
   */
  export interface BlockNotice {
    tag: 'notice',
    val: Notice,
  }
  /**
   * Something to be glad of: the client may add confetti. The text stands alone without it.
   */
  export interface BlockCelebration {
    tag: 'celebration',
    val: string,
  }
  /**
   * One figure.
   */
  export interface BlockStatistic {
    tag: 'statistic',
    val: Statistic,
  }
  /**
   * How far something is.
   */
  export interface BlockProgress {
    tag: 'progress',
    val: Progress,
  }
  /**
   * A clock that runs down.
   */
  export interface BlockCountdown {
    tag: 'countdown',
    val: Countdown,
  }
  /**
   * A bar chart.
   */
  export interface BlockBars {
    tag: 'bars',
    val: Bars,
  }
  /**
   * A cloud of words.
   */
  export interface BlockCloud {
    tag: 'cloud',
    val: Cloud,
  }
  /**
   * Who leads.
   */
  export interface BlockStandings {
    tag: 'standings',
    val: Standings,
  }
  /**
   * A list of people.
   */
  export interface BlockPeople {
    tag: 'people',
    val: People,
  }
  /**
   * A list of things that people wrote or did.
   */
  export interface BlockCards {
    tag: 'cards',
    val: Cards,
  }
  /**
   * Other pages and filters, at most 20. Choosing one asks for the view again and sends nothing.
   */
  export interface BlockTabs {
    tag: 'tabs',
    val: Array<Tab>,
  }
  /**
   * Buttons in a row, at most 8.
   */
  export interface BlockButtons {
    tag: 'buttons',
    val: Array<Button>,
  }
  /**
   * Fields and a button.
   */
  export interface BlockForm {
    tag: 'form',
    val: Form,
  }
  /**
   * One page of a report: rows of a table, with the figures that sum it up.
   */
  export interface ReportPage {
    /**
     * JSON object with the figures of the whole activity. Only the first page's is used.
     */
    summary: string,
    /**
     * Names of the columns, the same on each page.
     */
    columns: Array<string>,
    /**
     * The rows; each has as many cells as there are columns.
     */
    rows: Array<Array<string>>,
    /**
     * Where the next page starts; none on the last page. Opaque to the host.
     */
    next: string | null,
  }
}
