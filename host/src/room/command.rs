//! The messages in a room's mailbox, each with the way back for its answer.
//!
//! Dropping the way back is an answer, too: the room could not say what came of it.

use std::collections::HashSet;

use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::admission::Pace;
use super::error::RoomError;
use super::outbox::Outbox;
use super::roster::{ConnectionId, SessionTag};
use super::search::Searched;
use crate::activity::{Drafted, Report};
use crate::domain::command::{Fingerprint, fingerprint};
use crate::domain::conference::Conference;
use crate::domain::entry::Entry;
use crate::domain::id::{ActivityId, CommandId, UserId};
use crate::domain::member::{Member, Person, User};
use crate::protocol::server::ActivityView;

/// The way back for an answer.
pub(super) type Answer<T> = oneshot::Sender<Result<T, RoomError>>;

/// What a command that was carried out gives.
#[derive(Debug, Clone)]
pub struct Acted {
    /// The entry that it made.
    pub seq: u64,
    /// The answer: a JSON text.
    pub reply: Box<RawValue>,
}

/// An activity to make.
#[derive(Debug)]
pub struct NewActivity {
    /// Name of the plugin.
    pub plugin: String,
    /// Which version to try; the active one if none. Only an administrator may: that is for the caller to see to.
    pub version: Option<String>,
    /// The configuration: a JSON text.
    pub config: Box<RawValue>,
    /// Whether to open it at once.
    pub open: bool,
}

/// Who waits for the answer to a command.
#[derive(Debug)]
pub(super) enum Waiter {
    /// A socket, which gets a reply frame.
    Socket {
        /// Which.
        connection: ConnectionId,
        /// The command's id, to name in the reply.
        id: CommandId,
    },
    /// A caller in this process.
    Call(Answer<Acted>),
}

/// What a member wants done, under an id that makes it happen once.
#[derive(Debug)]
pub(super) enum Want {
    /// Say something.
    Chat {
        /// What.
        text: String,
    },
    /// Act in an activity.
    Act {
        /// Which.
        activity: ActivityId,
        /// What: a JSON text without white space.
        action: String,
    },
    /// Make an activity.
    Create {
        /// Which plugin.
        plugin: String,
        /// Which version is to be tried, if not the active one.
        version: Option<String>,
        /// The configuration: a JSON text.
        config: String,
        /// What the plugin said of it; none to find out whether the command was carried out before.
        drafted: Option<Drafted>,
        /// Whether it is to be opened at once, by a command of its own: part of what tells one command from another.
        open: bool,
    },
    /// Open an activity.
    Open {
        /// Which.
        activity: ActivityId,
    },
    /// Close an activity.
    Close {
        /// Which.
        activity: ActivityId,
    },
}

impl Want {
    /// The action of a member in an activity.
    pub(super) fn act(activity: ActivityId, action: &RawValue) -> Self {
        Self::Act { activity, action: compact(action.get()) }
    }

    /// What the command says, to tell another one under the same id. Reads all of it: not in the room's task.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        match self {
            Self::Chat { text } => fingerprint(&["chat", text]),
            Self::Act { activity, action } => fingerprint(&["act", activity.as_str(), &canonical(action)]),
            Self::Create { plugin, version, config, open, .. } => {
                let (config, open) = (canonical(config), if *open { "open" } else { "" });
                match version {
                    Some(version) => fingerprint(&["create", plugin, &config, open, version]),
                    None => fingerprint(&["create", plugin, &config, open]),
                }
            }
            Self::Open { activity } => fingerprint(&["open", activity.as_str()]),
            Self::Close { activity } => fingerprint(&["close", activity.as_str()]),
        }
    }

    /// How the command is let in.
    pub(super) fn pace(&self) -> Pace {
        match self {
            Self::Chat { .. } | Self::Act { .. } => Pace::Member,
            Self::Create { .. } | Self::Open { .. } | Self::Close { .. } => Pace::Organizer,
        }
    }
}

/// A JSON text without its white space and with its keys in order: a client may write the same thing in two ways.
fn canonical(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json).map_or_else(|_| json.to_owned(), |value| value.to_string())
}

/// A JSON text without the white space between its words: what is kept for good is not made of blanks. Nothing else is
/// changed, so numbers stay as long as they are.
pub(super) fn compact(json: &str) -> String {
    let mut compact = String::with_capacity(json.len());
    let (mut in_text, mut escaped) = (false, false);
    for c in json.chars() {
        if in_text {
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            in_text = c == '"';
        }
        compact.push(c);
    }
    compact
}

/// A command of a member.
#[derive(Debug)]
pub(super) struct MemberCommand {
    pub(super) member: UserId,
    pub(super) id: CommandId,
    /// Of `want`.
    pub(super) fingerprint: Fingerprint,
    pub(super) want: Want,
    pub(super) waiter: Waiter,
}

/// A page of members, and where the next one starts.
pub(super) type MemberPage = (Vec<Member>, Option<UserId>);

/// A message in the mailbox.
pub(super) enum Message {
    /// What is the conference?
    Conference(Answer<Conference>),
    /// Somebody joins, or is called by another name now.
    Join { user: User, answer: Answer<(Conference, Member)> },
    /// Somebody is called by another name now.
    Rename { person: Person },
    /// Somebody leaves.
    Leave { user: UserId, answer: Answer<()> },
    /// Somebody is made an organizer.
    Appoint { by: UserId, member: UserId, answer: Answer<Member> },
    /// The conference ends.
    End { by: UserId, answer: Answer<Conference> },
    /// The conference ends because nobody uses it, unless something has happened since this entry.
    EndUnused { head: u64, answer: Answer<Conference> },
    /// Who joined?
    Members { by: UserId, after: Option<UserId>, limit: usize, answer: Answer<MemberPage> },
    /// Who is this member, and how far is the journal?
    WhoIs { user: UserId, answer: Answer<(Member, u64)> },
    /// A command of a member.
    Command(MemberCommand),
    /// Which activities are there?
    Activities { by: UserId, answer: Answer<Vec<ActivityView>> },
    /// One activity, as this member sees it.
    Activity { by: UserId, id: ActivityId, answer: Answer<ActivityView> },
    /// Report on an activity.
    Report { by: UserId, id: ActivityId, answer: Answer<Report> },
    /// A socket comes.
    Connect { user: UserId, session: SessionTag, since: Option<u64>, outbox: Outbox, answer: Answer<ConnectionId> },
    /// A socket has gone.
    Disconnect { connection: ConnectionId },
    /// Which sessions do the sockets hang on?
    Sessions(Answer<HashSet<SessionTag>>),
    /// A session has ended.
    SignOut { session: SessionTag },
    /// An activity's state was read from the store.
    Loaded { id: ActivityId, state: Result<Vec<(String, Vec<u8>)>, RoomError> },
    /// A command was looked for in the journal.
    Searched(Searched),
    /// Make everything durable and stop.
    Shutdown { answer: oneshot::Sender<()> },
}

/// Entries that a member may see, out of these.
pub(super) fn visible(entries: Vec<Entry>, member: &Member) -> Vec<Entry> {
    entries.into_iter().filter(|entry| entry.visible_to(&member.id, member.role)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".{0,12}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map(".{0,6}", inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn compact_means_the_same_and_has_no_blank_too_many(value in json()) {
            let pretty = serde_json::to_string_pretty(&value).expect("a text");
            let compact = compact(&pretty);
            prop_assert_eq!(&compact, &value.to_string());
        }
    }

    #[test]
    fn compact_changes_nothing_within_texts_and_numbers() {
        assert_eq!(compact(" { \"a b\\\" c\" : 1.50e3 ,\n\t\"d\": \"\\\\\" } "), r#"{"a b\" c":1.50e3,"d":"\\"}"#);
    }

    #[test]
    fn the_same_thing_written_in_two_ways_is_one_command() {
        let want = |text: &str| {
            let action = RawValue::from_string(text.to_owned()).expect("JSON");
            Want::act(ActivityId::parse("a").expect("an id"), &action).fingerprint()
        };
        assert_eq!(want(r#"{"a":1,"b":[ 2 ]}"#), want(r#"{ "b":[2], "a":1 }"#));
        assert_ne!(want(r#"{"a":1}"#), want(r#"{"a":2}"#));
    }
}
