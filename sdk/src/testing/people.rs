//! Who is in a test room: members who come and go, and have the conference open or not.

use super::Room;
use super::veil::Veil;
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
    /// The room with an anonymous activity: whoever joins from now on has an id of this activity alone and no name, and the
    /// activity finds and lists nobody.
    ///
    /// # Panics
    /// When the activity does not allow it.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        assert!(A::ALLOWS_ANONYMOUS, "`{}` does not allow anonymous activities", A::NAME);
        self.world.veil = Some(Veil);
        self
    }

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

    /// A member leaves. In an anonymous activity too it is the id that they joined under.
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
        if self.world.veil.is_none() {
            self.world.call(|| <Guest<A> as attendance::Guest>::joined(who))?;
        }
        Ok(member)
    }

    /// A member leaves while the activity is open, and the activity is told.
    ///
    /// # Errors
    /// What the activity refuses; the member is gone all the same.
    pub fn depart(&mut self, member: &Member) -> Result<()> {
        self.leave(&member.id);
        let who = member.clone();
        match self.world.veil {
            None => self.world.call(|| <Guest<A> as attendance::Guest>::left(who)),
            Some(_) => Ok(()),
        }
    }
}
