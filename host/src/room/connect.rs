//! Sockets come and go: the welcome, what was missed, and who is here.
//!
//! # Invariants
//! * The welcome, the missed entries and the first live entry leave no gap and no overlap: all three are pushed by the
//!   room's task.

use super::actor::Room;
use super::error::RoomError;
use super::outbox::Outbox;
use super::roster::{ConnectionId, Seat, SessionTag};
use crate::domain::id::UserId;
use crate::protocol::frame;
use crate::protocol::server::{self, ConferenceView, Frame, Me};

impl Room {
    pub(super) fn connect(
        &mut self,
        user: &UserId,
        session: SessionTag,
        since: Option<u64>,
        outbox: Outbox,
    ) -> Result<ConnectionId, RoomError> {
        self.check_open()?;
        let member = self.member(user)?.clone();
        if let Some(since) = since
            && since > self.durable
        {
            return Err(RoomError::SinceInFuture { since, head: self.durable });
        }
        let missed = since.and_then(|since| self.recent.after(since));
        let frames: Option<Vec<_>> = missed.map(|missed| {
            let visible = missed.filter(|framed| framed.entry.visible_to(&member.id, member.role));
            visible.map(|framed| framed.frame.clone()).collect()
        });
        let seat = Seat { member: member.id.clone(), role: member.role, session, outbox: outbox.clone() };
        let connection = self.roster.add(seat, self.shared.limits.sockets_per_member);
        let welcome = server::json(&Frame::Welcome {
            conference: &ConferenceView::new(&self.conference, &self.shared.public_url),
            me: Me { id: member.id.as_str(), name: &member.name, role: member.role },
            seq: self.durable,
            resumed: frames.is_some(),
            members: self.members.len(),
            online: self.roster.online(),
            activities: &self.activity_views(),
        });
        outbox.preload(frame::text(&welcome));
        for frame in frames.into_iter().flatten() {
            outbox.preload(frame);
        }
        self.presence_changed = true;
        Ok(connection)
    }

    pub(super) fn disconnect(&mut self, connection: ConnectionId) {
        if self.roster.remove(connection) {
            self.presence_changed = true;
        }
    }

    /// Tells everybody how many are here.
    pub(super) fn send_presence(&mut self) {
        self.presence_changed = false;
        let recent: Vec<_> = self.latest.iter().cloned().collect();
        let frame = Frame::Presence { members: self.members.len(), online: self.roster.online(), recent: &recent };
        let frame = frame::text(&server::json(&frame));
        self.roster.broadcast(&frame, |_| true);
    }
}
