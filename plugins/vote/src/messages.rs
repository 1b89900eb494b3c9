//! What goes into a vote and what comes out: actions, replies and events, as they stand on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a call of this plugin may do.
pub(crate) type Ctx = hezi_sdk::Ctx<Event>;

/// What a member does: `{"choose":["A"]}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The chosen options.
    #[schemars(length(min = 1, max = 50))]
    pub choose: Vec<String>,
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// The chosen options.
    pub chosen: Vec<String>,
}

/// What everyone is told when the vote is closed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The vote is closed.
    Result {
        /// How many members voted.
        voters: u64,
        /// The options with the most votes, at most ten.
        top: Vec<OptionVotes>,
    },
}

/// An option and its votes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OptionVotes {
    /// Its text in the configuration.
    pub option: String,
    /// Its votes; absent while the results are hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<u64>,
}
