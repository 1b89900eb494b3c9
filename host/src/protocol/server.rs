//! What the server sends over the socket, but for the entries of the journal, which are `entry`'s.
//!
//! Shapes only; who receives what is the room's business.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::code::{Code, Problem};
use super::conference::ConferenceView;
use super::field::FieldProblem;
use crate::domain::activity::{Phase, Schedule};
use crate::domain::id::{ActivityId, CommandId};
use crate::domain::member::{Person, Role};
use crate::domain::settings::WallMessage;
use crate::domain::tongue::Tongue;

/// The receiver, as `welcome` shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Receiver)]
pub struct Me<'a> {
    /// The person's id.
    pub id: &'a str,
    /// The name to show.
    pub name: &'a str,
    /// What they may do.
    pub role: Role,
    /// Whether an organizer has taken the word from them.
    pub muted: bool,
}

/// How often a message has got each reaction.
pub type ReactionCounts = BTreeMap<String, u32>;

/// What a message has got.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageReactions {
    /// The message's place.
    pub message: u64,
    /// How often each reaction stands.
    #[schema(value_type = BTreeMap<String, u32>)]
    pub reactions: ReactionCounts,
}

/// A reaction of the receiver's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnReaction {
    /// The message's place.
    pub message: u64,
    /// What they gave it.
    pub reaction: String,
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
    /// Whether it keeps failing and is not asked any more for now, whatever its phase says. Organizers can close it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub out_of_service: bool,
    /// Title to show.
    pub title: String,
    /// When it was opened, in milliseconds since 1970: what was opened last is what people wait for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_at_ms: Option<u64>,
    /// When it was closed, in milliseconds since 1970: what was closed last is what people talk about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at_ms: Option<u64>,
    /// When it opens and closes by itself.
    #[serde(flatten)]
    pub schedule: Schedule,
    /// Whether nobody learns who does what in it; absent where that is not so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub anonymous: bool,
    /// What is to be seen, if it is known: `{"blocks":[…]}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub view: Option<Box<RawValue>>,
    /// The last entry that the view stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<u64>,
}

/// A frame of the server's, but for entries of the journal and answers to commands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = ServerFrame)]
pub enum Frame<'a> {
    /// The first frame: where the conference stands.
    Welcome {
        /// What it is about, its settings and its link, as members see them.
        #[schema(value_type = ConferenceView)]
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
        /// How many screens are connected; organizers are told.
        #[serde(skip_serializing_if = "Option::is_none")]
        screens: Option<usize>,
        /// The activities, with what is to be seen of them.
        #[schema(value_type = Vec<ActivityView>)]
        activities: &'a [ActivityView],
        /// What was said last, oldest first; empty where the entries after `since` follow.
        #[schema(value_type = Vec<Object>)]
        chat: Vec<Box<RawValue>>,
        /// The messages that organizers have put on the wall, in the order in which they did; absent where there are none.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        #[schema(required = false, value_type = Vec<WallMessage>)]
        on_wall: &'a [WallMessage],
        /// The reactions that a message may get.
        reactions: &'a [String],
        /// The receiver's own that stand, among the last messages.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        #[schema(required = false)]
        reacted: Vec<OwnReaction>,
    },
    /// Reactions to messages have changed; at most twice a second.
    Reactions {
        /// Those messages, each with all that stands now.
        messages: Vec<MessageReactions>,
    },
    /// What organizers have put on the wall has changed.
    Wall {
        /// All of it now, in the order in which it was put there.
        #[schema(value_type = Vec<WallMessage>)]
        messages: &'a [WallMessage],
    },
    /// What is to be seen of an activity has changed.
    View {
        /// The activity's id.
        activity: &'a ActivityId,
        /// The last entry that it stands for.
        as_of: u64,
        /// The server's time, in milliseconds since 1970.
        now_ms: u64,
        /// Whether it is the receiver's own and not the room's.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        #[schema(required = false)]
        own: bool,
        /// Whether nobody learns who does what in the activity.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        #[schema(required = false)]
        anonymous: bool,
        /// Which page or filter they asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        query: Option<&'a str>,
        /// What is to be seen: `{"blocks":[…]}`.
        #[schema(value_type = Object)]
        view: &'a RawValue,
    },
    /// How many are here; at most twice a second.
    Presence {
        /// How many members there are.
        members: usize,
        /// How many of them are connected.
        online: usize,
        /// How many screens are connected; organizers are told.
        #[serde(skip_serializing_if = "Option::is_none")]
        screens: Option<usize>,
        /// Who came last, latest first.
        #[schema(value_type = Vec<Person>)]
        recent: &'a [Person],
    },
}

/// What a refusal is a kind of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RefusalKind {
    Reply,
}

/// A refusal of a command, as a frame.
#[derive(Debug, Serialize, ToSchema)]
pub struct Refusal<'a> {
    #[serde(rename = "type")]
    kind: RefusalKind,
    /// The command's; none where it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    error: RefusalError,
}

/// Why a command was refused.
#[derive(Debug, Serialize, ToSchema)]
struct RefusalError {
    code: Code,
    /// For people, in the reader's language.
    detail: String,
    /// When it is worth another try, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
    /// What the plugin did, as a stable word.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
    /// What is wrong with which of its fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldProblem>,
}

/// The frame that says that the line is alive, for clients that do not see pings.
pub const ALIVE: &str = r#"{"type":"alive"}"#;

/// The frame that says that a command was carried out. `ok` is a JSON text, which goes on as it is.
pub fn reply(id: &CommandId, seq: u64, ok: &str) -> String {
    format!(r#"{{"type":"reply","id":{},"seq":{seq},"ok":{ok}}}"#, json(id))
}

/// The frame that refuses a command, for somebody who reads this language; without an id when none could be read.
pub fn refusal(id: Option<&str>, problem: &Problem, tongue: Tongue) -> String {
    let Problem { code, sentence, retry_after_ms, fault, .. } = problem;
    let (detail, retry_after_ms) = (sentence.text(tongue), *retry_after_ms);
    let errors = problem.fields(tongue);
    let error = RefusalError { code: *code, detail, retry_after_ms, fault: *fault, errors };
    json(&Refusal { kind: RefusalKind::Reply, id, error })
}

/// JSON of a value whose keys are texts and whose numbers are finite.
pub fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| {
        // Unreachable for the shapes of this module: kept as a visible fault rather than a panic.
        format!(r#"{{"type":"fault","detail":{:?}}}"#, error.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sentence::Sentence;

    #[test]
    fn a_refusal_names_what_the_plugin_did() {
        let problem =
            Problem { fault: Some("trapped"), ..Problem::new(Code::PluginFault, Sentence::said("it failed")) };
        let frame = r#"{"type":"reply","error":{"code":"plugin_fault","detail":"it failed","fault":"trapped"}}"#;
        assert_eq!(refusal(None, &problem, Tongue::English), frame);
    }

    #[test]
    fn a_reply_is_an_object_whatever_its_id() {
        let id = CommandId::parse(r#"c"\1"#).expect("an id");
        assert_eq!(reply(&id, 7, r#"{"n":1.50}"#), r#"{"type":"reply","id":"c\"\\1","seq":7,"ok":{"n":1.50}}"#);
    }

    #[test]
    fn a_refusal_carries_the_time_to_come_again() {
        let mut problem = Problem::new(Code::RateLimited, Sentence::said("slowly"));
        problem.retry_after_ms = Some(50);
        assert_eq!(
            refusal(Some("c1"), &problem, Tongue::English),
            r#"{"type":"reply","id":"c1","error":{"code":"rate_limited","detail":"slowly","retry_after_ms":50}}"#
        );
    }
}
