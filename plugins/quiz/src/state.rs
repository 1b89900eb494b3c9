//! What is kept of a quiz.

use hezi_sdk::{Cell, Counter, Counters, Map, ReadCtx};
use serde::{Deserialize, Serialize};

use crate::board::Board;
use crate::ladder;
use crate::rules::{Answers, Asked, Question};

pub(crate) const QUIZ: Cell<Quiz> = Cell::new("quiz");
/// The questions by number, from 1. They are kept apart: fifty long ones do not fit into one value.
pub(crate) const QUESTIONS: Map<u32, Question> = Map::new("question/");
/// The question that was asked last, if any was.
pub(crate) const ASKED: Cell<Asked> = Cell::new("asked");
pub(crate) const CLOSED: Cell<bool> = Cell::new("closed");
/// Each player, by member id.
pub(crate) const PLAYERS: Map<str, Player> = Map::new("player/");
/// How many members have answered anything.
pub(crate) const PLAYER_COUNT: Counter = Counter::new("players");
/// How many chose what, by [`count_key`].
pub(crate) const COUNTS: Counters<u32> = Counters::new("count/");
pub(crate) const BOARD: Cell<Board> = Cell::new("board");
/// The board as it was when the question began that was asked last.
pub(crate) const BOARD_BEFORE: Cell<Board> = Cell::new("board_before");
/// How many players have points, and how many have how many, by the counts of [`ladder`].
pub(crate) const SCORERS: Counter = Counter::new("scorers");
pub(crate) const LADDER: Counters<u32> = Counters::new("ladder/");

/// The quiz, but for the questions.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Quiz {
    pub(crate) title: String,
    pub(crate) questions: u32,
}

/// A player: their name when they answered last, and their answers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Player {
    pub(crate) name: String,
    pub(crate) answers: Answers,
}

/// The place of a member who has these points: one behind all who have more.
pub(crate) fn place(ctx: &ReadCtx, points: u32) -> u64 {
    let no_more: u64 = ladder::up_to(points).map(|count| LADDER.get(ctx, &count)).sum();
    SCORERS.get(ctx) - no_more + 1
}

/// How many chose each choice of a question.
pub(crate) fn counts(ctx: &ReadCtx, number: u32, choices: u32) -> Vec<u64> {
    (0..choices).map(|choice| COUNTS.get(ctx, &count_key(number, choice))).collect()
}

/// A question has at most six choices, so no two share a key.
pub(crate) fn count_key(number: u32, choice: u32) -> u32 {
    number * 8 + choice
}

pub(crate) fn is_closed(ctx: &ReadCtx) -> bool {
    CLOSED.get(ctx).unwrap_or(false)
}

/// How many questions have ended: all that may be told of.
pub(crate) fn ended_questions(ctx: &ReadCtx) -> u32 {
    ASKED.get(ctx).map_or(0, |asked| if asked.ended { asked.number } else { asked.number - 1 })
}
