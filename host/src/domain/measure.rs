//! What those who run a conference do about one person in it.
//!
//! Whether somebody may is `access`' business, what follows from it the room's.

use std::fmt;

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
    /// Whether only the owner takes it: what changes who runs the conference.
    pub fn is_for_the_owner(self) -> bool {
        matches!(self, Self::Appoint | Self::Dismiss | Self::HandOver)
    }
}

impl fmt::Display for Measure {
    /// Writes the word that journals have for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_it_is_kept() {
        // Stored commands are compared by it.
        assert_eq!(Measure::HandOver.to_string(), "hand_over");
        for measure in [Measure::Mute, Measure::Unmute, Measure::Remove, Measure::Readmit, Measure::Appoint] {
            assert_eq!(serde_json::to_value(measure).expect("a text"), measure.to_string());
        }
    }
}
