//! Who is in an engine room: members who come and go, and have the conference open or not.

use std::sync::Arc;

use hezi_plugin::{Call, Member, Role};

use super::{EngineRoom, Phase, RoomError};

/// Whether a member has the conference open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// They have.
    Online,
    /// They have not, and are a member still.
    Offline,
}

impl EngineRoom {
    /// A participant joins.
    pub fn join(&mut self, id: &str, name: &str) -> Member {
        self.admit(Member { id: id.to_owned(), name: name.to_owned(), role: Role::Participant })
    }

    /// An organizer joins.
    pub fn join_organizer(&mut self, id: &str, name: &str) -> Member {
        self.admit(Member { id: id.to_owned(), name: name.to_owned(), role: Role::Organizer })
    }

    /// A member joins, or takes the place of the one with the same id. They have the conference open.
    pub fn admit(&mut self, member: Member) -> Member {
        self.online.insert_mut(member.id.as_str().into());
        Arc::make_mut(&mut self.members).insert(member.clone());
        member
    }

    /// A member leaves.
    pub fn leave(&mut self, id: &str) {
        self.online.remove_mut(id);
        Arc::make_mut(&mut self.members).remove(id);
    }

    /// A member joins, and the activity is told if it is open and asked to be.
    ///
    /// # Errors
    /// What the activity refuses; the member is there all the same.
    pub fn arrive(&mut self, member: Member) -> Result<(), RoomError> {
        let who = self.admit(member);
        self.tell(Call::Joined { who })
    }

    /// A member leaves, and the activity is told if it is open and asked to be.
    ///
    /// # Errors
    /// What the activity refuses; the member is gone all the same.
    pub fn depart(&mut self, id: &str) -> Result<(), RoomError> {
        let Some(who) = self.member(id).cloned() else { return Ok(()) };
        self.leave(id);
        self.tell(Call::Left { who })
    }

    fn tell(&mut self, call: Call<'_>) -> Result<(), RoomError> {
        let is_told = self.phase == Phase::Open && self.plugin().wants_attendance();
        if is_told { self.call(call).map(drop) } else { Ok(()) }
    }

    /// Whether a member has the conference open.
    pub fn set_presence(&mut self, id: &str, presence: Presence) {
        match presence {
            Presence::Online => self.online.insert_mut(id.into()),
            Presence::Offline => drop(self.online.remove_mut(id)),
        }
    }
}
