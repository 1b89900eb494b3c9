//! Scenarios: stories of people in one activity, written as TOML, which `cargo hezi test` plays in the server's engine.
//!
//! The text below is what `cargo hezi test --help` prints. `read` makes a [`Scenario`] of a file, `player` plays it, and
//! `words` is what can be read in a view.
//!
//! # Invariants
//! * A key that is not known here stops the file from being read, with the number of the step that it stands in.
//! * A scenario goes the same way each time, to the byte.
#![doc = "\n# The format\n```text"]
#![doc = include_str!("scenario/format.txt")]
#![doc = "```"]

mod player;
mod read;
mod repeat;
mod step;
mod words;

use std::{io, path::PathBuf};

use hezi_plugin::Member;
use thiserror::Error;

pub use self::player::{Mismatch, Played};
use self::step::Step;

/// How scenarios are written, for `cargo hezi test --help`.
pub(crate) const FORMAT: &str = include_str!("scenario/format.txt");
/// Longest file: a story that a person can read.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// A story that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    title: String,
    seed: u64,
    members: Vec<Member>,
    steps: Vec<Step>,
}

/// Why a scenario cannot be read.
#[derive(Debug, Error)]
#[error("{}: {problem}", path.display())]
pub struct ScenarioError {
    /// The file that it was read from.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: ScenarioProblem,
}

/// What is wrong with a scenario.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "a field says in its name what it is, and the sentence above what it means")]
pub enum ScenarioProblem {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    File(#[from] io::Error),
    /// The file is too long.
    #[error("it has more than {FILE_BYTES_MAX} bytes: tell a shorter story")]
    TooLong,
    /// It is no TOML, or has other keys at the top than a scenario has.
    #[error("{0}")]
    Toml(String),
    /// A member is not well-formed.
    #[error("member {number}: {message}")]
    Member { number: usize, message: String },
    /// A step is not well-formed.
    #[error("step {number}: {message}")]
    Step { number: usize, message: String },
}

impl Scenario {
    /// What the story is about; empty if it does not say.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many steps it has.
    #[must_use]
    pub fn step_count(&self) -> usize {
        self.steps.len()
    }
}
