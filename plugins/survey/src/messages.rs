//! What goes into a survey and what comes out: actions, replies and events, as they stand on the wire.

use std::collections::BTreeMap;

use hezi_sdk::serde_json::Value;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a call of this plugin may do.
pub(crate) type Ctx = hezi_sdk::Ctx<Event>;

/// What a member does: `{"answer":{"q1":"A","q3":["B","C"]}}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The answers by the numbers of the questions; a question without one is left out.
    pub answer: BTreeMap<String, Value>,
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// Whether the form is complete and counts; it is kept in any case.
    pub submitted: bool,
    /// The numbers of the questions that must be answered and are not.
    pub missing: Vec<u32>,
}

/// What everyone is told when the survey is closed.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The survey is closed.
    Result {
        /// How many forms were submitted.
        forms: u64,
    },
}
