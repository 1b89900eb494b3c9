//! What goes into a check-in and what comes out: actions and replies, as they stand on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What somebody does.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Says that one is here.
    CheckIn {},
    /// Adds somebody who has no device; for organizers.
    Add {
        /// What they are called, 1 to 40 characters.
        #[schemars(length(min = 1, max = 40))]
        name: String,
    },
    /// Takes off somebody who was added by hand; for organizers.
    Remove {
        /// The number on the list.
        number: u32,
    },
}

/// The row that was added or taken off.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// The number on the list, from 1. None is given twice.
    pub number: u32,
    /// When they came, in milliseconds since 1970.
    pub at_ms: u64,
    /// Whether that was late.
    pub late: bool,
}
