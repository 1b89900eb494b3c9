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

/// Number of a connection within a room.
pub(super) type ConnectionId = u64;

/// Names a session without giving it away: the hash of its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionTag(pub [u8; 32]);

/// One socket.
pub(super) struct Seat {
    pub(super) member: UserId,
    pub(super) role: Role,
    pub(super) session: SessionTag,
    pub(super) outbox: Outbox,
}

/// Who is connected.
#[derive(Default)]
pub(super) struct Roster {
    seats: BTreeMap<ConnectionId, Seat>,
    of_member: HashMap<UserId, Vec<ConnectionId>>,
    next: ConnectionId,
}

impl Roster {
    /// Adds a socket; closes the member's oldest one when they have too many.
    pub(super) fn add(&mut self, seat: Seat, per_member_max: usize) -> ConnectionId {
        let id = self.next;
        self.next += 1;
        let of_member = self.of_member.entry(seat.member.clone()).or_default();
        of_member.push(id);
        let surplus = (of_member.len() > per_member_max.max(1)).then(|| of_member[0]);
        self.seats.insert(id, seat);
        if let Some(oldest) = surplus {
            self.close(oldest, Close::TooManySockets);
        }
        id
    }

    /// Takes a socket out; true if it was there.
    pub(super) fn remove(&mut self, id: ConnectionId) -> bool {
        let Some(seat) = self.seats.remove(&id) else { return false };
        if let Some(of_member) = self.of_member.get_mut(&seat.member) {
            of_member.retain(|other| *other != id);
            if of_member.is_empty() {
                self.of_member.remove(&seat.member);
            }
        }
        true
    }

    /// Closes a socket and takes it out.
    pub(super) fn close(&mut self, id: ConnectionId, close: Close) {
        if let Some(seat) = self.seats.get(&id) {
            seat.outbox.close(close);
        }
        self.remove(id);
    }

    /// Closes the sockets that this holds for; says whether there were any.
    pub(super) fn close_where(&mut self, close: Close, holds: impl Fn(&Seat) -> bool) -> bool {
        let closing: Vec<_> = self.seats.iter().filter(|(_, seat)| holds(seat)).map(|(id, _)| *id).collect();
        for id in &closing {
            self.close(*id, close);
        }
        !closing.is_empty()
    }

    /// Sends a frame to one socket.
    pub(super) fn send(&mut self, id: ConnectionId, frame: Bytes) {
        if let Some(seat) = self.seats.get(&id)
            && !seat.outbox.push(frame)
        {
            self.remove(id);
        }
    }

    /// Sends a frame to every socket that this holds for. Sockets that are too slow are taken out.
    pub(super) fn broadcast(&mut self, frame: &Bytes, holds: impl Fn(&Seat) -> bool) {
        let mut lost = Vec::new();
        for (id, seat) in &self.seats {
            if holds(seat) && !seat.outbox.push(frame.clone()) {
                lost.push(*id);
            }
        }
        for id in lost {
            self.remove(id);
        }
    }

    /// A member's role has changed.
    pub(super) fn set_role(&mut self, member: &UserId, role: Role) {
        for id in self.of_member.get(member).into_iter().flatten() {
            if let Some(seat) = self.seats.get_mut(id) {
                seat.role = role;
            }
        }
    }

    /// The sessions that sockets hang on.
    pub(super) fn sessions(&self) -> HashSet<SessionTag> {
        self.seats.values().map(|seat| seat.session).collect()
    }

    /// How many members are online.
    pub(super) fn online(&self) -> usize {
        self.of_member.len()
    }

    /// Whether nobody is connected.
    pub(super) fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }
}
