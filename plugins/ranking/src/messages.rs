//! What goes into a ranking and what comes out: actions, replies and events, as they stand on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::Method;

/// What a call of this plugin may do.
pub(crate) type Ctx = hezi_sdk::Ctx<Event>;

/// What a member does: `{"order":["B","A"]}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The options, best first.
    #[schemars(length(min = 1, max = 20))]
    pub order: Vec<String>,
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// The options, best first.
    pub order: Vec<String>,
}

/// What everyone is told when the ranking is closed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The ranking is closed.
    Result {
        /// How many members gave an order.
        ballots: u64,
        /// What decided.
        method: Method,
        /// The first options, at most ten.
        top: Vec<OptionResult>,
    },
}

/// What an option has got.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OptionResult {
    /// Its text in the configuration.
    pub option: String,
    /// Its place, from 1. Equal ones share one.
    pub place: u32,
    /// Its Borda points.
    pub points: u64,
    /// How often it was put first.
    pub firsts: u64,
    /// Its average rank with two places; absent without an order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_rank: Option<String>,
}
