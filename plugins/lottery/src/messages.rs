//! What goes into a lottery and what comes out: actions, replies and events, as they stand on the wire.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a call of this plugin may do.
pub(crate) type Ctx = hezi_sdk::Ctx<Event>;

/// What an organizer does.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Freezes the pool.
    Freeze {
        /// Who is in it; all members if it is left out.
        #[serde(default)]
        who: Who,
        /// Whether organizers are in it, too.
        #[serde(default)]
        organizers: bool,
    },
    /// Draws winners of a prize.
    Draw {
        /// The name of the prize.
        prize: String,
        /// How many winners; 1 if it is left out.
        #[serde(default = "one")]
        #[schemars(range(min = 1))]
        count: u32,
        /// Entropy that was called out in the hall, such as dice.
        #[serde(default)]
        #[schemars(length(max = 200))]
        entropy: String,
    },
    /// Takes the latest prize back from a winner who is not there, and draws for it again.
    Redraw {
        /// The id of who is not there.
        winner: String,
    },
}

/// Who is in the pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// All members.
    #[default]
    Everyone,
    /// Those who have the conference open at the freezing.
    Online,
}

fn one() -> u32 {
    1
}

/// What the organizer is answered.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Reply {
    /// To `freeze`.
    Frozen(FrozenPool),
    /// To `draw` and `redraw`.
    Winners {
        /// The new winners, in the order of their picks.
        winners: Vec<Winner>,
    },
}

/// What everyone is told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The pool is frozen.
    Frozen(FrozenPool),
    /// Somebody has won. Very many winners come in several events.
    Drawn {
        /// What was won, by its name in the configuration.
        prize: String,
        /// The winners, in the order of their picks.
        winners: Vec<Winner>,
        /// The entropy that was typed in; may be empty.
        entropy: String,
    },
    /// A winner was not there, and somebody else has won.
    Redrawn {
        /// What was won, by its name in the configuration.
        prize: String,
        /// Who was not there.
        absent: Winner,
        /// The new winner.
        winners: Vec<Winner>,
    },
    /// It is over, and every draw can be computed again.
    Revealed {
        /// The seed, in hexadecimal digits.
        seed: String,
        /// Its hash, as it was shown from the opening on.
        seed_hash: String,
    },
}

/// The pool, as it is frozen.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FrozenPool {
    /// How many people are in the pool.
    pub pool: u32,
    /// Who that is.
    pub who: Who,
    /// Whether organizers are in it, too.
    pub organizers: bool,
    /// The hash of their ids.
    pub pool_hash: String,
    /// The hash of the seed.
    pub seed_hash: String,
}

/// Somebody who won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Winner {
    /// The member's id.
    pub id: String,
    /// The member's name at the time; of who had left, at the freezing.
    pub name: String,
    /// The member had left before the draw.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
}
