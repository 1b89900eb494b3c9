//! What goes into a red packet and what comes out: actions, replies and events, as they stand on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ledger::Reason;

/// What a member does: `{"grab":{}}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Takes the next share.
    Grab {},
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// The amount, in cents.
    pub cents: u64,
}

/// What everyone is told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The last share was grabbed.
    Finished {
        /// How many shares there were.
        shares: u32,
        /// What they held.
        total_cents: u64,
        /// Who had the best luck; absent when the money was split evenly.
        #[serde(skip_serializing_if = "Option::is_none")]
        best: Option<Grab>,
    },
    /// It is over before all shares were grabbed, and what was left went back.
    Refunded {
        /// What went back.
        cents: u64,
        /// Why it is over.
        reason: Reason,
    },
}

/// A share that was grabbed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Grab {
    /// The member's id.
    pub id: String,
    /// The member's name at the time.
    pub name: String,
    /// The amount.
    pub cents: u64,
}
