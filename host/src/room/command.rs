//! The messages in a room's mailbox, each with the way back for its answer.
//!
//! Dropping the way back is an answer, too: the room could not say what came of it.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::error::RoomError;
use super::outbox::Outbox;
use super::roster::{ConnectionId, SessionTag};
use crate::activity::{Drafted, Report};
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
        /// What: a JSON text.
        action: Box<RawValue>,
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

/// A command of a member.
#[derive(Debug)]
pub(super) struct MemberCommand {
    pub(super) member: UserId,
    pub(super) id: CommandId,
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
    /// An answer was read from the journal.
    Recalled { waiter: Waiter, seq: u64, ok: Result<Arc<str>, RoomError> },
    /// Make everything durable and stop.
    Shutdown { answer: oneshot::Sender<()> },
}

/// Entries that a member may see, out of these.
pub(super) fn visible(entries: Vec<Entry>, member: &Member) -> Vec<Entry> {
    entries.into_iter().filter(|entry| entry.visible_to(&member.id, member.role)).collect()
}
