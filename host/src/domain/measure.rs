//! What those who run a conference do about one person in it.
//!
//! Whether somebody may is `access`' business, what follows from it the room's.

use serde::{Deserialize, Serialize};

/// A measure about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// They may not write any more.
    Mute,
    /// They may write again.
    Unmute,
    /// They have to go, and stay out until they are let in again.
    Remove,
    /// They may join again.
    Readmit,
    /// They become an organizer.
    Appoint,
    /// They are an organizer no longer.
    Dismiss,
    /// They become the owner; whoever was it stays an organizer.
    HandOver,
}

impl Measure {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mute => "mute",
            Self::Unmute => "unmute",
            Self::Remove => "remove",
            Self::Readmit => "readmit",
            Self::Appoint => "appoint",
            Self::Dismiss => "dismiss",
            Self::HandOver => "hand_over",
        }
    }

    /// Whether only the owner takes it: what changes who runs the conference.
    pub fn is_for_the_owner(self) -> bool {
        matches!(self, Self::Appoint | Self::Dismiss | Self::HandOver)
    }
}
