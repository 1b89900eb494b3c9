//! What is kept of the questions, and the lists in which they stand.
//!
//! # Invariants
//! * Each question stands in the list of its state, at the place that its score gives it, and in no other.

use hezi_sdk::{Cell, Counter, Counters, Map, ReadCtx};
use serde::{Deserialize, Serialize};

use crate::messages::Event;
use crate::rules::{Config, State, place};

/// The context of a call that changes something.
pub(crate) type Ctx = hezi_sdk::Ctx<Event>;

pub(crate) const CONFIG: Cell<Config> = Cell::new("config");
pub(crate) const CLOSED: Cell<bool> = Cell::new("closed");
/// All questions by number, from 1.
pub(crate) const QUESTIONS: Map<u32, Question> = Map::new("question/");
pub(crate) const ASKED: Counter = Counter::new("asked");
/// Which question is being answered.
pub(crate) const ANSWERING: Cell<u32> = Cell::new("answering");
/// The numbers of the questions for which each member votes, by member id.
pub(crate) const VOTES: Map<str, Vec<u32>> = Map::new("votes/");
/// When each member asked last, in milliseconds since 1970.
pub(crate) const LAST_MS: Map<str, u64> = Map::new("last_ms/");
/// How many questions each list has, by its letter.
pub(crate) const COUNTS: Counters<str> = Counters::new("count/");

/// What somebody asked, and how it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Question {
    pub(crate) text: String,
    pub(crate) author: Option<Author>,
    pub(crate) state: State,
    pub(crate) pinned: bool,
    pub(crate) score: u64,
}

/// Who asked, and what they were called then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Author {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A list of questions: their places, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// Those that wait for an answer, or are being answered.
    Open,
    /// Those that were answered.
    Answered,
    /// Those that wait for review.
    Pending,
    /// Those that were taken away.
    Hidden,
}

impl List {
    pub(crate) fn of(state: State) -> Self {
        match state {
            State::Open | State::Answering => Self::Open,
            State::Answered => Self::Answered,
            State::Pending => Self::Pending,
            State::Hidden => Self::Hidden,
        }
    }

    /// What the list is called in the state and in queries.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Pending => "pending",
            Self::Hidden => "hidden",
        }
    }

    /// The places of its questions. The value says nothing: that there is a place is what matters.
    pub(crate) const fn places(self) -> Map<u64, u8> {
        Map::new(match self {
            Self::Open => "open/",
            Self::Answered => "answered_at/",
            Self::Pending => "pending/",
            Self::Hidden => "hidden/",
        })
    }

    /// How many questions it has.
    pub(crate) fn count(self, ctx: &ReadCtx) -> u64 {
        COUNTS.get(ctx, self.name())
    }
}

pub(crate) fn put(ctx: &mut Ctx, number: u32, question: &Question) {
    let list = List::of(question.state);
    list.places().set(ctx, &place(question.state, question.pinned, question.score, number), &1);
    COUNTS.add(ctx, list.name(), 1);
    QUESTIONS.set(ctx, &number, question);
}

/// Puts the question where it belongs after a change.
pub(crate) fn replace(ctx: &mut Ctx, number: u32, before: &Question, after: &Question) {
    let list = List::of(before.state);
    list.places().remove(ctx, &place(before.state, before.pinned, before.score, number));
    COUNTS.subtract(ctx, list.name(), 1);
    put(ctx, number, after);
}
