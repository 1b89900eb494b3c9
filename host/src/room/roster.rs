//! Who is connected: sockets by number, and how many of each member's.
//!
//! # Invariants
//! * A member is online while at least one of their sockets is here.

use std::collections::{BTreeMap, HashMap, HashSet};

use bytes::Bytes;

use super::outbox::Outbox;
use crate::domain::id::UserId;
use crate::domain::member::Role;
use crate::protocol::close::Close;
use crate::telemetry::Counted;

/// Number of a connection within a room.
pub(super) type ConnectionId = u64;

/// Names a session without giving it away: the hash of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionTag(pub [u8; 32]);

/// One socket.
pub(super) struct Socket {
    pub(super) member: UserId,
    pub(super) role: Role,
    pub(super) session: SessionTag,
    pub(super) outbox: Outbox,
}

/// Who is connected.
#[derive(Default)]
pub(super) struct Roster {
    sockets: BTreeMap<ConnectionId, Socket>,
    of_member: HashMap<UserId, OnlineMember>,
    next: ConnectionId,
    /// The room among those in which somebody is online.
    counted: Option<Counted>,
}

/// A member who is online.
struct OnlineMember {
    /// Their sockets, oldest first.
    sockets: Vec<ConnectionId>,
    _counted: Counted,
}

impl Roster {
    /// Adds a socket; closes the member's oldest one when they have too many.
    pub(super) fn add(&mut self, socket: Socket, per_member_max: usize) -> ConnectionId {
        let id = self.next;
        self.next += 1;
        self.counted.get_or_insert_with(|| Counted::by("hezi_rooms_online"));
        let online = || OnlineMember { sockets: Vec::new(), _counted: Counted::by("hezi_members_online") };
        let sockets = &mut self.of_member.entry(socket.member.clone()).or_insert_with(online).sockets;
        sockets.push(id);
        let surplus = (sockets.len() > per_member_max.max(1)).then(|| sockets[0]);
        self.sockets.insert(id, socket);
        if let Some(oldest) = surplus {
            self.close(oldest, Close::TooManySockets);
        }
        id
    }

    /// Takes a socket out; true if it was there.
    pub(super) fn remove(&mut self, id: ConnectionId) -> bool {
        let Some(socket) = self.sockets.remove(&id) else { return false };
        if let Some(of_member) = self.of_member.get_mut(&socket.member) {
            of_member.sockets.retain(|other| *other != id);
            if of_member.sockets.is_empty() {
                self.of_member.remove(&socket.member);
            }
        }
        if self.of_member.is_empty() {
            self.counted = None;
        }
        true
    }

    /// Closes a socket and takes it out.
    pub(super) fn close(&mut self, id: ConnectionId, close: Close) {
        if let Some(socket) = self.sockets.get(&id) {
            socket.outbox.close(close);
        }
        self.remove(id);
    }

    /// Closes the sockets that this holds for; says whether there were any.
    pub(super) fn close_where(&mut self, close: Close, holds: impl Fn(&Socket) -> bool) -> bool {
        let closing: Vec<_> = self.sockets.iter().filter(|(_, socket)| holds(socket)).map(|(id, _)| *id).collect();
        for id in &closing {
            self.close(*id, close);
        }
        !closing.is_empty()
    }

    /// Sends a frame to one socket.
    pub(super) fn send(&mut self, id: ConnectionId, frame: Bytes) {
        if let Some(socket) = self.sockets.get(&id)
            && !socket.outbox.push(frame)
        {
            self.remove(id);
        }
    }

    /// Sends a frame to every socket that this holds for. Sockets that are too slow are taken out.
    pub(super) fn broadcast(&mut self, frame: &Bytes, holds: impl Fn(&Socket) -> bool) {
        let mut lost = Vec::new();
        for (id, socket) in &self.sockets {
            if holds(socket) && !socket.outbox.push(frame.clone()) {
                lost.push(*id);
            }
        }
        for id in lost {
            self.remove(id);
        }
    }

    /// A member's role has changed.
    pub(super) fn set_role(&mut self, member: &UserId, role: Role) {
        for id in self.of_member.get(member).into_iter().flat_map(|online| &online.sockets) {
            if let Some(socket) = self.sockets.get_mut(id) {
                socket.role = role;
            }
        }
    }

    /// The sessions that sockets hang on.
    pub(super) fn sessions(&self) -> HashSet<SessionTag> {
        self.sockets.values().map(|socket| socket.session).collect()
    }

    /// How many members are online.
    pub(super) fn online(&self) -> usize {
        self.of_member.len()
    }

    /// Whether nobody is connected.
    pub(super) fn is_empty(&self) -> bool {
        self.sockets.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_two_sockets_is_one_member_until_the_last_one_closes() {
        let mut roster = Roster::default();
        let socket = |member: &str| Socket {
            member: UserId::parse(member).expect("an id"),
            role: Role::Participant,
            session: SessionTag([0; 32]),
            outbox: Outbox::new(1).0,
        };
        let count = |roster: &Roster| (roster.counted.is_some(), roster.online());
        let (phone, screen) = (roster.add(socket("li"), 9), roster.add(socket("li"), 9));
        let other = roster.add(socket("wang"), 9);
        assert_eq!(count(&roster), (true, 2));
        roster.remove(phone);
        assert_eq!(count(&roster), (true, 2));
        roster.remove(screen);
        assert_eq!(count(&roster), (true, 1));
        roster.close(other, Close::Left);
        assert_eq!(count(&roster), (false, 0));
        assert!(roster.is_empty());
    }
}
