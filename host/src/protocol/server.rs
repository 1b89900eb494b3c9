//! What the server sends over the socket: every frame that there is. What an entry of the journal looks like in one is `entry`'s
//! business, and who receives what the room's.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::code::{Code, Problem};
use super::conference::ConferenceView;
use super::entry::{EntryShape, ReactionCounts, is_for_sockets, shape};
use super::field::FieldProblem;
use crate::domain::activity::{Phase, Schedule};
use crate::domain::entry::Entry;
use crate::domain::id::{ActivityId, CommandId};
use crate::domain::member::{Person, Role};
use crate::domain::reply::Reply;
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

/// What a message has got.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MessageReactions {
    /// The message's place.
    pub message: u64,
    /// How often each reaction stands.
    #[schema(value_type = std::collections::BTreeMap<String, u32>)]
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

/// A frame of the server's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = ServerFrame)]
pub enum Frame<'a> {
    /// The first frame: where the conference stands.
    Welcome {
        /// What it is about, its settings and its link, as members see them.
        #[schema(value_type = ConferenceView)]
        conference: &'a ConferenceView,
        /// Whom the socket belongs to, with what they may do here.
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
        #[schema(value_type = Vec<EntryShape>)]
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
    /// Something happened: an entry of the journal.
    Event(EntryShape<'a>),
    /// A command was carried out.
    Reply {
        /// The command's.
        id: &'a CommandId,
        /// The entry that it made.
        seq: u64,
        /// The answer: what a plugin says, or the host.
        #[schema(value_type = serde_json::Value)]
        ok: &'a Reply,
    },
    /// A command was refused.
    #[serde(rename = "reply")]
    Refusal {
        /// The command's; none where it could not be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a str>,
        /// Why, for programs and for people.
        error: RefusalError,
    },
    /// The line is alive: for clients that do not see pings.
    Alive,
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

/// Why a command was refused.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusalError {
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

impl<'a> Frame<'a> {
    /// The frame of an entry; none for what reaches sockets in another form or not at all.
    pub fn event(entry: &'a Entry) -> Option<Self> {
        is_for_sockets(entry).then(|| Self::Event(shape(entry)))
    }

    /// The frame that refuses a command, for somebody who reads this language; without an id when none could be read.
    pub fn refusal(id: Option<&'a str>, problem: &Problem, tongue: Tongue) -> Self {
        let Problem { code, sentence, retry_after_ms, fault, .. } = problem;
        let (detail, errors) = (sentence.text(tongue), problem.fields(tongue));
        let error = RefusalError { code: *code, detail, retry_after_ms: *retry_after_ms, fault: *fault, errors };
        Self::Refusal { id, error }
    }
}

#[cfg(test)]
mod tests {
    use hezi_plugin::JsonText;

    use super::*;
    use crate::domain::entry::{Audience, Happening};
    use crate::domain::id::UserId;
    use crate::domain::sentence::Sentence;

    fn json(frame: &Frame<'_>) -> String {
        serde_json::to_string(frame).expect("JSON")
    }

    #[test]
    fn chat_and_emit_look_as_the_contract_says() {
        let from = Person { id: UserId::parse("u1").expect("an id"), name: "小王".into() };
        let said = Happening::Chat { from, text: "你好".into(), reply_to: None, deleted_by: None };
        let (at_ms, activity) = (1_795_334_400_123, ActivityId::parse("a1").expect("an id"));
        let chat = Entry { seq: 42, at_ms, what: said };
        assert_eq!(
            Frame::event(&chat).as_ref().map(json).as_deref(),
            Some(
                r#"{"type":"event","seq":42,"at":"2026-11-22T08:00:00.123Z","kind":"chat","from":{"id":"u1","name":"小王"},"text":"你好"}"#
            )
        );
        let emit = Happening::Emit {
            activity,
            to: Audience::Everyone,
            event: JsonText::parse(r#"{"drawn":1}"#.into()).expect("JSON"),
        };
        let emit = Entry { seq: 45, at_ms, what: emit };
        assert_eq!(
            Frame::event(&emit).as_ref().map(json).as_deref(),
            Some(
                r#"{"type":"event","seq":45,"at":"2026-11-22T08:00:00.123Z","kind":"emit","activity":"a1","event":{"drawn":1}}"#
            )
        );
    }

    #[test]
    fn a_line_that_is_alive_says_no_more() {
        assert_eq!(json(&Frame::Alive), r#"{"type":"alive"}"#);
    }

    #[test]
    fn a_refusal_names_what_the_plugin_did() {
        let problem =
            Problem { fault: Some("trapped"), ..Problem::new(Code::PluginFault, Sentence::said("it failed")) };
        let frame = r#"{"type":"reply","error":{"code":"plugin_fault","detail":"it failed","fault":"trapped"}}"#;
        assert_eq!(json(&Frame::refusal(None, &problem, Tongue::English)), frame);
    }

    #[test]
    fn a_reply_is_an_object_whatever_its_id() {
        let id = CommandId::parse(r#"c"\1"#).expect("an id");
        let ok = Reply::from(JsonText::parse(r#"{"n":1.50}"#.into()).expect("JSON"));
        let frame = json(&Frame::Reply { id: &id, seq: 7, ok: &ok });
        assert_eq!(frame, r#"{"type":"reply","id":"c\"\\1","seq":7,"ok":{"n":1.50}}"#);
    }

    #[test]
    fn a_refusal_carries_the_time_to_come_again() {
        let mut problem = Problem::new(Code::RateLimited, Sentence::said("slowly"));
        problem.retry_after_ms = Some(50);
        assert_eq!(
            json(&Frame::refusal(Some("c1"), &problem, Tongue::English)),
            r#"{"type":"reply","id":"c1","error":{"code":"rate_limited","detail":"slowly","retry_after_ms":50}}"#
        );
    }
}
