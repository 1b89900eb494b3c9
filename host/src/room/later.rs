//! What is to be done once something is durable: who is answered, who is told, what is closed.
//!
//! Values, not code: the room does it, in `publishing`. Dropping one undone tells whoever waits that nothing
//! is known.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::error::RoomError;
use super::message::{MemberPage, Responder, Waiter};
use super::roster::ConnectionId;
use crate::activity::{Report, Views};
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, UserId};
use crate::domain::member::{Member, Person};
use crate::protocol::server::ActivityView;

/// What is to be done once something is durable.
pub(super) enum Later {
    /// Somebody has joined, or goes by another name: others see it.
    Arrived { member: Arc<Member>, answer: Responder<(Conference, Member)> },
    /// Whoever joined again is told so: their first join may have been under way still.
    IsMember { member: Arc<Member>, answer: Responder<(Conference, Member)> },
    /// Somebody is called by another name.
    Renamed(Person),
    /// Somebody has left.
    Left { user: UserId, answer: Responder<()> },
    /// The conference has ended; these asked for it.
    Ended(Vec<Responder<Conference>>),
    /// The room sees an activity as it was at this entry.
    RoomSees { activity: ActivityId, as_of: u64, views: Views, has_changed: bool },
    /// A member sees one.
    MemberSees { activity: ActivityId, as_of: u64, view: Box<RawValue>, answer: Responder<ActivityView> },
    /// A socket that looks with its member's eyes sees one.
    SocketSees {
        activity: ActivityId,
        as_of: u64,
        connection: ConnectionId,
        query: Option<String>,
        view: Box<RawValue>,
    },
    /// Somebody sees the conference.
    Seen { conference: Box<Conference>, answer: Responder<Conference> },
    /// Somebody sees a page of members.
    Paged { page: MemberPage, answer: Responder<MemberPage> },
    /// A report is handed over.
    Reported { report: Report, answer: Responder<Report> },
    /// A command was refused.
    Refused { waiter: Waiter, error: RoomError },
}
