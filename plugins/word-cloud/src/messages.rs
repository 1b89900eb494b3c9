//! What goes in and out: actions and replies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a member does.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Says a word, or several with commas between them.
    Say {
        /// One, or several with commas between them.
        #[schemars(length(min = 1, max = 300))]
        words: String,
    },
    /// Takes a word back.
    TakeBack {
        /// Which of one's own, in any writing that counts as the same.
        #[schemars(length(max = 300))]
        word: String,
    },
    /// Takes a word away from everybody: for organizers.
    Hide {
        /// Which one, in any writing that counts as the same.
        #[schemars(length(max = 300))]
        word: String,
    },
    /// Brings a hidden word back: for organizers.
    Show {
        /// Which one, in any writing that counts as the same.
        #[schemars(length(max = 300))]
        word: String,
    },
}

/// What the member is answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Reply {
    /// How many words they have left.
    pub left: usize,
}
