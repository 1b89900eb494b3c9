//! Who is in a test room: members who come and go, and have the conference open or not.

use super::Room;
use crate::bindings::attendance::exports::hezi::activity::attendance;
use crate::guest::Guest;
use crate::{Activity, Attendance, Member, Result, Role};

/// Whether a member has the conference open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// They have.
    Online,
    /// They have not, and are a member still.
    Offline,
}

impl<A: Activity> Room<A> {
    /// A participant joins.
    pub fn join(&mut self, id: &str, name: &str) -> Member {
        self.world.join(id, name, Role::Participant)
    }

    /// An organizer joins.
    pub fn join_organizer(&mut self, id: &str, name: &str) -> Member {
        self.world.join(id, name, Role::Organizer)
    }

    /// Whether a member has the conference open. Those who join have.
    pub fn set_presence(&mut self, id: &str, presence: Presence) {
        match presence {
            Presence::Online => drop(self.world.offline.remove(id)),
            Presence::Offline => drop(self.world.offline.insert(id.to_owned())),
        }
    }

    /// A member leaves.
    pub fn leave(&mut self, id: &str) {
        self.world.members.remove(id);
    }
}

impl<A: Attendance> Room<A> {
    /// A participant joins while the activity is open, and the activity is told.
    ///
    /// # Errors
    /// What the activity refuses; the member is there all the same.
    pub fn arrive(&mut self, id: &str, name: &str) -> Result<Member> {
        let member = self.join(id, name);
        let who = member.clone();
        self.world.call(|| <Guest<A> as attendance::Guest>::joined(who))?;
        Ok(member)
    }

    /// A member leaves while the activity is open, and the activity is told.
    ///
    /// # Errors
    /// What the activity refuses; the member is gone all the same.
    pub fn depart(&mut self, member: &Member) -> Result<()> {
        self.leave(&member.id);
        let who = member.clone();
        self.world.call(|| <Guest<A> as attendance::Guest>::left(who))
    }
}
