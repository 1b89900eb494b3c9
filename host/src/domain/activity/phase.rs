//! The phases of an activity, which only go forward.
//!
//! Apart from the activity because sentences name them; what is done in which phase is the module `activity`'s.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Prepared, not shown to participants as running.
    Draft,
    /// Members act.
    Open,
    /// Over; its view and report remain.
    Closed,
    /// Thrown away before it was opened; there is nothing to see any more.
    Discarded,
}

impl Phase {
    /// Whether its plugin has been called, and there is something to see.
    pub fn was_opened(self) -> bool {
        matches!(self, Phase::Open | Phase::Closed)
    }

    /// Whether nothing happens in it any more.
    pub fn is_over(self) -> bool {
        matches!(self, Phase::Closed | Phase::Discarded)
    }
}

impl fmt::Display for Phase {
    /// Writes the word that journals and clients have for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
