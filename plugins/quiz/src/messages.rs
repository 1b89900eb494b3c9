//! What goes in and out: actions, replies and events.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a member does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Asks the next question: for organizers.
    Next {},
    /// Ends the question early: for organizers.
    Stop {},
    /// Answers the question that is being asked.
    Answer {
        /// The question's number and the choice's letter, as in `2B`.
        choice: String,
    },
}

/// What the member is answered. Whether an answer is right is not said here: the question is still open.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To `next`.
    Asked {
        /// The question's number.
        question: u32,
        /// When it ends, in milliseconds since 1970.
        ends_ms: u64,
    },
    /// To `stop`.
    Ended {
        /// The question's number.
        question: u32,
    },
    /// To `answer`.
    Answered {
        /// The question's number.
        question: u32,
        /// The letter of the choice.
        choice: char,
    },
}

/// What everyone is told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A question begins.
    Asked {
        /// Its number.
        question: u32,
        /// When it ends, in milliseconds since 1970.
        ends_ms: u64,
    },
    /// A question is over.
    Ended {
        /// Its number.
        question: u32,
        /// The letter of the right choice.
        right: char,
        /// How many have answered.
        answers: u64,
    },
    /// The quiz is over.
    Finished {
        /// Who has the most points, at most ten.
        winners: Vec<Winner>,
        /// How many have the most points.
        leaders: u32,
    },
}

/// Somebody who has the most points.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Winner {
    /// The member's id.
    pub id: String,
    /// The member's name.
    pub name: String,
    /// The member's points.
    pub points: u32,
}
