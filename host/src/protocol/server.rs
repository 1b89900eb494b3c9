//! What the server sends over the socket, and the entries of the journal as the journal route shows them.
//!
//! Shapes only; who receives what is the room's business.
//!
//! # Invariants
//! * An entry looks the same on the socket and in the journal, but for the `type` that socket frames have.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use utoipa::ToSchema;

use super::code::{Code, Problem};
use crate::domain::activity::{ActivityBrief, Change, Phase};
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::entry::{Entry, Happening};
use crate::domain::id::{ActivityId, CommandId, ConferenceId, Number};
use crate::domain::member::{Person, Role};

/// A time as text: RFC 3339 in UTC with milliseconds.
pub fn time_text(at_ms: u64) -> String {
    let at_ms = i64::try_from(at_ms).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_millisecond(at_ms) {
        Ok(at) => format!("{at:.3}"),
        // Only a clock thousands of years ahead gets here; the number still tells what it said.
        Err(_) => at_ms.to_string(),
    }
}

/// A conference as clients see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Conference)]
pub struct ConferenceView {
    /// Its identity for good.
    pub id: ConferenceId,
    /// Its number: five digits.
    pub number: Number,
    /// What it is about.
    pub title: String,
    /// Who made it.
    pub owner: Person,
    /// Whether people from outside may join as guests.
    pub guests: bool,
    /// Whether it goes on.
    pub state: ConferenceState,
    /// Where to join: the address in the QR code.
    pub join_url: String,
    /// When it was made, RFC 3339.
    pub created_at: String,
    /// When it ended, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
}

impl ConferenceView {
    /// How clients see this conference; `public_url` is the server's address without a slash at the end.
    pub fn new(conference: &Conference, public_url: &str) -> Self {
        Self {
            id: conference.id.clone(),
            number: conference.number,
            title: conference.title.clone(),
            owner: conference.owner.clone(),
            guests: conference.guests,
            state: conference.state,
            join_url: join_url(public_url, conference.number),
            created_at: time_text(conference.created_at_ms),
            ended_at: conference.ended_at_ms.map(time_text),
        }
    }
}

/// The address that brings a person into a conference.
pub fn join_url(public_url: &str, number: Number) -> String {
    format!("{public_url}/c/{number}")
}

/// The receiver, as `welcome` shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Me<'a> {
    /// The person's id.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// What they may do.
    pub role: Role,
}

/// An activity as clients see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Activity)]
pub struct ActivityView {
    /// Its identity for good.
    pub id: ActivityId,
    /// Name of its plugin.
    pub plugin: String,
    /// Version of the plugin that it runs on.
    pub version: String,
    /// Where it stands.
    pub phase: Phase,
    /// Title to show.
    pub title: String,
    /// What is to be seen, if it is known: `{"blocks":[…]}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub view: Option<Box<RawValue>>,
    /// The last entry that the view stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<u64>,
}

/// A frame for the socket.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame<'a> {
    /// The first frame: where the conference stands.
    Welcome {
        /// The conference.
        conference: &'a ConferenceView,
        /// The receiver.
        me: Me<'a>,
        /// The last entry.
        seq: u64,
        /// When it happened: goes back with `since`, so that a position is not taken for one in another journal.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<String>,
        /// The server's time, in milliseconds since 1970.
        now_ms: u64,
        /// How often an `alive` frame comes at least: a line that is silent for much longer is dead.
        alive_every_ms: u64,
        /// Whether the entries after `since` follow. If not, start from this snapshot.
        resumed: bool,
        /// How many members there are.
        members: usize,
        /// How many of them are connected.
        online: usize,
        /// The activities, with what is to be seen of them.
        activities: &'a [ActivityView],
        /// What was said last, oldest first; empty where the entries after `since` follow.
        chat: Vec<Box<RawValue>>,
    },
    /// What is to be seen of an activity has changed.
    View {
        /// The activity's id.
        activity: &'a ActivityId,
        /// The last entry that it stands for.
        as_of: u64,
        /// The server's time, in milliseconds since 1970.
        now_ms: u64,
        /// What is to be seen.
        view: &'a RawValue,
    },
    /// How many are here; at most twice a second.
    Presence {
        /// How many members there are.
        members: usize,
        /// How many of them are connected.
        online: usize,
        /// Who came last, latest first.
        recent: &'a [Person],
    },
}

/// A refusal of a command, as a frame.
#[derive(Debug, Serialize)]
struct Refusal<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    error: RefusalError<'a>,
}

#[derive(Debug, Serialize)]
struct RefusalError<'a> {
    code: Code,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
}

/// The frame that says that the line is alive, for clients that do not see pings.
pub const ALIVE: &str = r#"{"type":"alive"}"#;

/// The frame that says that a command was carried out. `ok` is a JSON text, which goes on as it is.
pub fn reply(id: &CommandId, seq: u64, ok: &str) -> String {
    format!(r#"{{"type":"reply","id":{},"seq":{seq},"ok":{ok}}}"#, json(id))
}

/// The frame that refuses a command; without an id when none could be read.
pub fn refusal(id: Option<&str>, problem: &Problem) -> String {
    let Problem { code, detail, retry_after_ms, fault, reason: _ } = problem;
    let error = RefusalError { code: *code, detail, retry_after_ms: *retry_after_ms, fault: *fault };
    json(&Refusal { kind: "reply", id, error })
}

/// JSON of a value whose keys are texts and whose numbers are finite.
pub fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| {
        // Unreachable for the shapes of this module: kept as a visible fault rather than a panic.
        format!(r#"{{"type":"fault","detail":{:?}}}"#, error.to_string())
    })
}

/// What an entry tells of, and so which of its other members there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Somebody joined.
    Joined,
    /// Somebody left.
    Left,
    /// A member was made an organizer.
    Appointed,
    /// Somebody is called by another name now.
    Renamed,
    /// Somebody said something.
    Chat,
    /// Something happened to an activity.
    Activity,
    /// An activity said something.
    Emit,
    /// A member acted in an activity.
    Acted,
    /// An activity did something of itself.
    Ran,
    /// The conference ended.
    Ended,
}

/// The activity that an entry is about: in a line after a change, else its id.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = EntryActivity)]
enum Which<'a> {
    Brief(&'a ActivityBrief),
    Id(&'a ActivityId),
}

/// An entry of the journal: one thing that happened.
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
pub struct EntryShape<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    frame: Option<&'static str>,
    /// Its place in the order.
    seq: u64,
    /// When, RFC 3339.
    at: String,
    kind: EntryKind,
    /// Who said something.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a Person>,
    /// Whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'a Person>,
    /// What was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    activity: Option<Which<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
    /// What the activity said: whatever its plugin's `event_schema` describes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    event: Option<&'a RawValue>,
}

/// The entry as a frame for sockets; none for what reaches sockets in another form or not at all.
pub fn event(entry: &Entry) -> Option<String> {
    match kind(entry) {
        EntryKind::Chat | EntryKind::Appointed | EntryKind::Ended | EntryKind::Activity | EntryKind::Emit => {
            Some(json(&shape(entry, Some("event"))))
        }
        // Coalesced into presence, or of interest to nobody but the journal.
        _ => None,
    }
}

/// What kind of entry it is.
pub fn kind(entry: &Entry) -> EntryKind {
    match &entry.what {
        Happening::Joined { .. } => EntryKind::Joined,
        Happening::Left { .. } => EntryKind::Left,
        Happening::Appointed { .. } => EntryKind::Appointed,
        Happening::Renamed { .. } => EntryKind::Renamed,
        Happening::Chat { .. } => EntryKind::Chat,
        Happening::Activity { .. } => EntryKind::Activity,
        Happening::Emit { .. } => EntryKind::Emit,
        Happening::Acted { .. } => EntryKind::Acted,
        Happening::Ran { .. } => EntryKind::Ran,
        Happening::Ended => EntryKind::Ended,
    }
}

/// The entry as the journal route shows it.
pub fn entry(entry: &Entry) -> Option<Box<RawValue>> {
    to_raw_value(&shape(entry, None)).ok()
}

fn shape<'e>(entry: &'e Entry, frame: Option<&'static str>) -> EntryShape<'e> {
    let mut shape = EntryShape {
        frame,
        seq: entry.seq,
        at: time_text(entry.at_ms),
        kind: kind(entry),
        from: None,
        who: None,
        text: None,
        activity: None,
        change: None,
        event: None,
    };
    match &entry.what {
        Happening::Joined { who }
        | Happening::Left { who }
        | Happening::Appointed { who }
        | Happening::Renamed { who } => shape.who = Some(who),
        Happening::Chat { from, text } => (shape.from, shape.text) = (Some(from), Some(text.as_str())),
        Happening::Activity { activity, change } => {
            (shape.activity, shape.change) = (Some(Which::Brief(activity)), Some(*change));
        }
        Happening::Emit { activity, event, .. } => {
            (shape.activity, shape.event) = (Some(Which::Id(activity)), serde_json::from_str(event).ok());
        }
        Happening::Acted { activity, .. } | Happening::Ran { activity } => shape.activity = Some(Which::Id(activity)),
        Happening::Ended => {}
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::Audience;
    use crate::domain::id::UserId;

    fn person() -> Person {
        Person { id: UserId::parse("u1").expect("an id"), name: "小王".into() }
    }

    fn at(seq: u64, what: Happening) -> Entry {
        Entry { seq, at_ms: 1_795_334_400_123, what }
    }

    #[test]
    fn a_refusal_names_what_the_plugin_did() {
        let problem = Problem { fault: Some("trapped"), ..Problem::new(Code::PluginFault, "it failed") };
        let frame = r#"{"type":"reply","error":{"code":"plugin_fault","detail":"it failed","fault":"trapped"}}"#;
        assert_eq!(refusal(None, &problem), frame);
    }

    #[test]
    fn chat_and_emit_look_as_the_contract_says() {
        let chat = event(&at(42, Happening::Chat { from: person(), text: "你好".into() }));
        assert_eq!(
            chat.as_deref(),
            Some(
                r#"{"type":"event","seq":42,"at":"2026-11-22T08:00:00.123Z","kind":"chat","from":{"id":"u1","name":"小王"},"text":"你好"}"#
            )
        );
        let activity = ActivityId::parse("a1").expect("an id");
        let emit = Happening::Emit { activity, to: Audience::Everyone, event: r#"{"drawn":1}"#.into() };
        assert_eq!(
            event(&at(45, emit)).as_deref(),
            Some(
                r#"{"type":"event","seq":45,"at":"2026-11-22T08:00:00.123Z","kind":"emit","activity":"a1","event":{"drawn":1}}"#
            )
        );
    }

    #[test]
    fn a_reply_is_an_object_whatever_its_id() {
        let id = CommandId::parse(r#"c"\1"#).expect("an id");
        assert_eq!(reply(&id, 7, r#"{"n":1.50}"#), r#"{"type":"reply","id":"c\"\\1","seq":7,"ok":{"n":1.50}}"#);
    }

    #[test]
    fn joins_stand_in_the_journal_but_not_on_sockets() {
        let joined = at(1, Happening::Joined { who: person() });
        assert_eq!(event(&joined), None);
        let shown = entry(&joined).expect("JSON");
        assert!(shown.get().contains(r#""kind":"joined","who":{"id":"u1""#), "{shown}");
    }

    #[test]
    fn a_refusal_carries_the_time_to_come_again() {
        let mut problem = Problem::new(Code::RateLimited, "slowly");
        problem.retry_after_ms = Some(50);
        assert_eq!(
            refusal(Some("c1"), &problem),
            r#"{"type":"reply","id":"c1","error":{"code":"rate_limited","detail":"slowly","retry_after_ms":50}}"#
        );
    }
}
