//! An entry of a conference's journal: one thing that happened, with its place in the order.
//!
//! How entries are stored is `store`'s, how they look on the wire is `protocol`'s.
//!
//! # Invariants
//! * `seq` counts the entries of a conference from 1 without a gap.
//! * Who may see an entry is decided here and nowhere else.

use serde::{Deserialize, Serialize};

use super::activity::{ActivityBrief, Change};
use super::id::{ActivityId, UserId};
use super::member::{Person, Role};

/// Who receives what an activity emits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Every member.
    Everyone,
    /// The organizers.
    Organizers,
    /// One member.
    Member(UserId),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// Somebody joined.
    Joined {
        /// The new member.
        who: Person,
    },
    /// Somebody left.
    Left {
        /// Who is no member any more.
        who: Person,
    },
    /// The owner made somebody an organizer.
    Appointed {
        /// The new organizer.
        who: Person,
    },
    /// Somebody is called by another name now.
    Renamed {
        /// Who, with the new name.
        who: Person,
    },
    /// Somebody said something.
    Chat {
        /// Who said it.
        from: Person,
        /// What was said.
        text: String,
    },
    /// Something happened to an activity.
    Activity {
        /// Which, as it is afterwards.
        activity: ActivityBrief,
        /// What happened to it.
        change: Change,
    },
    /// An activity said something.
    Emit {
        /// The activity that said it.
        activity: ActivityId,
        /// To whom.
        to: Audience,
        /// What: a JSON text.
        event: String,
    },
    /// A member acted in an activity. What they did is between them and the plugin.
    Acted {
        /// Which activity.
        activity: ActivityId,
        /// Who did it.
        by: UserId,
    },
    /// An activity did something of itself: a timer was due, or it moved to another version of its plugin.
    Ran {
        /// Which activity.
        activity: ActivityId,
    },
    /// The conference ended.
    Ended,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place in the order.
    pub seq: u64,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What it was.
    pub what: Happening,
}

impl Entry {
    /// Whether this member may see the entry.
    pub fn visible_to(&self, member: &UserId, role: Role) -> bool {
        match &self.what {
            Happening::Acted { by, .. } => by == member,
            Happening::Emit { to, .. } => match to {
                Audience::Everyone => true,
                Audience::Organizers => role == Role::Organizer,
                Audience::Member(id) => id == member,
            },
            Happening::Activity { change: Change::Faulted, .. } | Happening::Ran { .. } => role == Role::Organizer,
            _ => true,
        }
    }
}
