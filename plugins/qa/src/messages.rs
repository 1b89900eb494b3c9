//! What goes in and out: actions, replies and events.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rules::Step;

/// What a member does.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Asks a question.
    Ask {
        /// The question.
        #[schemars(length(min = 1, max = 300))]
        text: String,
        /// Whether it is shown without a name, where one may choose.
        #[serde(default)]
        anonymous: bool,
    },
    /// Votes for a question.
    Vote {
        /// Its number.
        question: u32,
    },
    /// Takes the vote back.
    Unvote {
        /// Its number.
        question: u32,
    },
    /// Does something with a question: for organizers.
    Moderate {
        /// Its number.
        question: u32,
        /// What is done.
        step: Step,
    },
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To `ask`.
    Asked {
        /// The question's number.
        question: u32,
        /// Whether it is shown already, or waits for review.
        shown: bool,
    },
    /// To `vote` and `unvote`.
    Voted {
        /// The question's number.
        question: u32,
        /// How many vote for it now.
        score: u64,
    },
    /// To `moderate`.
    Moderated {
        /// The question's number.
        question: u32,
    },
}

/// What people are told at once. Never a text: what is emitted stays in the journal, and a question may be hidden later.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A question waits for review: to organizers.
    Waiting {
        /// Its number.
        question: u32,
    },
    /// A question is being answered: to everyone.
    Answering {
        /// Its number.
        question: u32,
    },
}
