//! What goes into a rating and what comes out: actions, replies and events, as they stand on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::score::Score;

/// What a call of this plugin may do.
pub(crate) type Ctx = hezi_sdk::Ctx<Event>;

/// What a member does: `{"score":4}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// How the member rates it, within the scale of the configuration.
    pub score: Score,
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// How the member rates it now.
    pub score: Score,
}

/// What everyone is told when the rating is closed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The rating is closed.
    Result {
        /// How many members gave a score.
        count: u64,
        /// The average, rounded to two places; absent without a score.
        #[serde(skip_serializing_if = "Option::is_none")]
        average: Option<String>,
    },
}
