//! The messages in a room's mailbox, each with the way back for its answer.
//!
//! Dropping the way back is an answer, too: the room could not say what came of it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use tokio::sync::oneshot;

use super::error::RoomError;
use super::lookup::{Located, Owned, Searched};
use super::outbox::Outbox;
use super::recent::Position;
use super::roster::{ConnectionId, Looker};
use crate::activity::Report;
use crate::domain::activity::Activity;
use crate::domain::command::Command;
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, CommandId, UserId};
use crate::domain::join_key::JoinKey;
use crate::domain::language::Languages;
use crate::domain::member::{Member, Person, User};
use crate::domain::reply::Reply;
use crate::domain::session::SessionTag;
use crate::domain::settings::KeptOut;
use crate::protocol::entry::ReactionCounts;
use crate::protocol::server::ActivityView;

/// The way back for an answer.
pub(super) type Responder<T> = oneshot::Sender<Result<T, RoomError>>;

/// What a command that was carried out gives.
#[derive(Debug, Clone)]
pub struct Acted {
    /// The entry that it made.
    pub seq: u64,
    /// What whoever sent it is told, now and whenever it is sent again.
    pub reply: Reply,
}

/// Who waits for the answer to a command.
#[derive(Debug)]
pub(super) enum Waiter {
    /// A socket, which gets a reply frame.
    Socket {
        /// Where the frame goes.
        connection: ConnectionId,
        /// The command's id, to name in the reply.
        id: CommandId,
    },
    /// A caller in this process.
    Call(Responder<Acted>),
}

/// A page of members, and where the next one starts.
pub(super) type MemberPage = (Vec<Attendee>, Option<UserId>);

/// A member, as others find them in the list.
#[derive(Debug)]
pub struct Attendee {
    /// Who it is.
    pub member: Member,
    /// Whether a socket of theirs is connected.
    pub is_online: bool,
}

/// What another conference is made of: the conference, and its activities in the order in which they were made.
pub type ConferencePlan = (Conference, Vec<Arc<Activity>>);

/// The rows of an activity's state.
pub(super) type StateRows = Vec<(String, Vec<u8>)>;

/// A socket that comes.
pub(super) struct Coming {
    /// Who looks through it.
    pub(super) looker: Looker,
    /// The key that they show, if they show one.
    pub(super) key: Option<JoinKey>,
    /// The session that it hangs on.
    pub(super) session: SessionTag,
    /// Where it goes on.
    pub(super) position: Option<Position>,
    /// What its person reads.
    pub(super) languages: Languages,
    /// The way to it.
    pub(super) outbox: Outbox,
}

/// How a socket looks at an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watching {
    /// With its member's own eyes, at this page of it.
    Own {
        /// Which page or filter; the first if none.
        query: Option<String>,
    },
    /// As everybody in the room does.
    Room,
}

/// A message in the mailbox.
pub(super) enum Message {
    /// What is the conference?
    Conference(Responder<Conference>),
    /// What is the conference, for somebody who shows this key?
    Look { user: User, key: Option<JoinKey>, answer: Responder<Conference> },
    /// Somebody joins, or is called by another name now.
    Join { user: User, key: Option<JoinKey>, answer: Responder<(Conference, Member)> },
    /// Somebody is called by another name now.
    Rename { person: Person },
    /// Somebody is a member no more, by their own wish.
    Leave { user: UserId, answer: Responder<()> },
    /// The conference ends.
    End { by: UserId, answer: Responder<Conference> },
    /// The conference ends because nobody uses it, unless something has happened since this entry.
    EndUnused { head: u64, answer: Responder<Conference> },
    /// Who joined?
    Members { by: UserId, after: Option<UserId>, limit: usize, answer: Responder<MemberPage> },
    /// Who is kept out?
    KeptOut { by: UserId, answer: Responder<Vec<KeptOut>> },
    /// How did people react to the messages at these places?
    Reactions { by: UserId, from: u64, to: u64, answer: Responder<BTreeMap<u64, ReactionCounts>> },
    /// What is there to make another conference of?
    Plan { by: UserId, answer: Responder<ConferencePlan> },
    /// Who is this member, and how far is the journal?
    WhoIs { user: UserId, answer: Responder<(Arc<Member>, u64)> },
    /// A command of a member.
    Command { command: Command, waiter: Waiter },
    /// Which activities are there?
    Activities { by: UserId, languages: Languages, answer: Responder<Vec<ActivityView>> },
    /// One activity, as this member sees it, on the page that they ask for.
    Activity {
        by: UserId,
        id: ActivityId,
        query: Option<String>,
        languages: Languages,
        answer: Responder<ActivityView>,
    },
    /// A socket looks at an activity in another way from now on.
    Watch { connection: ConnectionId, id: CommandId, activity: ActivityId, how: Watching },
    /// Report on an activity.
    Report { by: UserId, id: ActivityId, languages: Languages, answer: Responder<Report> },
    /// A socket comes.
    Connect { user: User, coming: Coming, answer: Responder<ConnectionId> },
    /// A socket has gone.
    Disconnect { connection: ConnectionId },
    /// Which sessions do the sockets hang on?
    Sessions(Responder<HashSet<SessionTag>>),
    /// A session has ended.
    SignOut { session: SessionTag },
    /// An activity's state was read from the store.
    Loaded { id: ActivityId, state: Result<StateRows, RoomError> },
    /// A command was looked for in the journal.
    Searched(Searched),
    /// A message was looked for in the journal.
    Located(Located),
    /// What somebody owns was looked up.
    Owned(Owned),
    /// Make everything durable and stop.
    Shutdown { answer: oneshot::Sender<()> },
}

impl Message {
    /// Whether it keeps the room in memory. What goes to every room, whoever is in it, does not: somebody signs out or learns
    /// their name all the time, and no room would ever be put away.
    pub(super) fn is_use(&self) -> bool {
        !matches!(self, Self::Sessions(_) | Self::SignOut { .. } | Self::Rename { .. } | Self::EndUnused { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_to_every_room_keeps_none_in_memory() {
        let person = Person { id: UserId::parse("wang").expect("an id"), name: "小王".into() };
        let (sessions, _) = oneshot::channel();
        let (conference, _) = oneshot::channel();
        for (message, counts) in [
            (Message::Sessions(sessions), false),
            (Message::SignOut { session: SessionTag([1; 32]) }, false),
            (Message::Rename { person }, false),
            (Message::Disconnect { connection: 1 }, true),
            (Message::Conference(conference), true),
        ] {
            assert_eq!(message.is_use(), counts);
        }
    }
}
