//! An entry of a conference's journal: one thing that happened, with its place in the order.
//!
//! How entries are stored is `store`'s, how they look on the wire is `protocol`'s.
//!
//! # Invariants
//! * `seq` counts the entries of a conference from 1 without a gap.
//! * Who may see an entry is decided here and nowhere else.

use hezi_plugin::JsonText;
use serde::{Deserialize, Serialize};

use super::activity::{ActivityBrief, Change};
use super::changes::ConferenceChanges;
use super::id::{ActivityId, UserId};
use super::measure::Measure;
use super::member::{Person, Role};

/// Who receives what an activity emits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Every member.
    Everyone,
    /// Those who run the conference.
    Organizers,
    /// Whoever has this id, and nobody else.
    Member(UserId),
}

/// Something that happened in a conference, in the words of its journal.
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
    /// The owner made somebody an organizer, as journals told it before there were other measures.
    Appointed {
        /// The new organizer.
        who: Person,
    },
    /// Somebody who runs the conference did something about a person.
    Measured {
        /// What was done.
        measure: Measure,
        /// The person it was done about.
        who: Person,
        /// Who did it.
        by: Person,
    },
    /// An organizer changed the conference.
    Changed {
        /// What was changed.
        changes: ConferenceChanges,
        /// Who did it.
        by: Person,
    },
    /// An organizer exchanged the key of the conference's link.
    Rekeyed {
        /// Who did it.
        by: Person,
    },
    /// An organizer pinned a notice, or took it away.
    Noticed {
        /// What everybody is to see now; none when it was taken away.
        text: Option<String>,
        /// Who did it.
        by: Person,
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
        /// What was said; empty when it was deleted.
        text: String,
        /// The place of the message that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<u64>,
        /// Who deleted it, if somebody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deleted_by: Option<Person>,
    },
    /// A message was deleted: what was said is nowhere any more.
    Deleted {
        /// The message's place.
        message: u64,
        /// Who did it.
        by: Person,
    },
    /// A member reacted to a message, or took that back.
    Reacted {
        /// The message's place.
        message: u64,
        /// How they reacted.
        reaction: String,
        /// Whether it is there now.
        stands: bool,
        /// Who did it.
        by: Person,
    },
    /// An organizer put a message on the wall, or took it off.
    Wall {
        /// The message's place.
        message: u64,
        /// Whether it is there now.
        stands: bool,
        /// Who did it.
        by: Person,
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
        /// Who hears of it.
        to: Audience,
        /// What it tells.
        event: JsonText,
    },
    /// A member acted in an activity. What they did is between them and the plugin.
    Acted {
        /// The activity that they acted in.
        activity: ActivityId,
        /// Who did it.
        by: UserId,
        /// For whom an organizer did it, if not for themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        for_whom: Option<UserId>,
    },
    /// A member acted in an anonymous activity. Nobody is told so one by one: when it happened would tell who it was.
    ActedUnnamed {
        /// The activity that they acted in.
        activity: ActivityId,
    },
    /// An anonymous activity was closed: these acted in it, at one time or another, in the order of their ids. A long list
    /// goes on in the next entry.
    TookPart {
        /// The activity that was closed.
        activity: ActivityId,
        /// Who acted, as they were called when they did so first.
        who: Vec<Person>,
    },
    /// An activity did something of itself: a timer was due, or it moved to another version of its plugin.
    Ran {
        /// The activity that changed.
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
            Happening::Acted { by, for_whom, .. } => by == member || for_whom.as_ref() == Some(member),
            Happening::ActedUnnamed { .. } => false,
            Happening::Emit { to, .. } => match to {
                Audience::Everyone => true,
                Audience::Organizers => role == Role::Organizer,
                Audience::Member(id) => id == member,
            },
            Happening::Ran { .. }
            | Happening::TookPart { .. }
            | Happening::Measured { measure: Measure::Remove | Measure::Readmit, .. } => role == Role::Organizer,
            _ => true,
        }
    }
}
