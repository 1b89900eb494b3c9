//! The forms that members filled in, and what they count for.
//!
//! # Invariants
//! * What was submitted is complete; what is not complete is a draft and counts for nothing.
//! * The counts are those of the submitted forms: nothing is counted by reading them.
//! * What is kept stays far below what a report may have: 16 MiB.

use hezi_sdk::{Cell, Counter, Counters, Error, Map, Member, ReadCtx, Result};
use serde::{Deserialize, Serialize};

use crate::answer::Naming;
use crate::messages::Ctx;
use crate::rules::{Answers, Config};
use crate::texts::Texts;

/// What the organizer chose.
pub(crate) const CONFIG: Cell<Config> = Cell::new("config");
/// Whether the survey is over; absent before.
pub(crate) const CLOSED: Cell<bool> = Cell::new("closed");
/// How many forms were submitted.
pub(crate) const FORMS: Counter = Counter::new("forms");
/// How many drafts there are.
pub(crate) const DRAFT_COUNT: Counter = Counter::new("drafts");
/// Submitted forms, by member id.
pub(crate) const FILED: Map<str, Filed> = Map::new("form/");
/// Forms that are not complete, by member id.
pub(crate) const DRAFTS: Map<str, Answers> = Map::new("draft/");
/// Who submitted, in the order in which they did for the first time; in an anonymous activity in no order.
pub(crate) const SEQUENCE: Map<u64, String> = Map::new("sequence/");
/// What answers count for, by [`count_key`].
const COUNTS: Counters<u32> = Counters::new("count/");
/// What all rows and drafts take in a report that has numbers for names.
const BYTES: Counter = Counter::new("bytes");
/// What all rows take with names.
const NAMED_BYTES: Counter = Counter::new("named-bytes");

const ROWS_BYTES_MAX: u64 = 13 << 20;
/// Counts of a question; its last one is how many have answered it.
const QUESTION_COUNTS: u32 = 1_024;
const ANSWERED: u32 = QUESTION_COUNTS - 1;

/// A form that was submitted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Filed {
    /// The member's name at that moment; empty in an anonymous activity.
    pub(crate) name: String,
    pub(crate) answers: Answers,
}

/// Where a count of the question at a place, from 0 on, stands.
fn count_key(place: usize, cell: u32) -> u32 {
    // A survey has twenty questions.
    place as u32 * QUESTION_COUNTS + cell
}

/// A count of the question at this place.
pub(crate) fn count(ctx: &ReadCtx, place: usize, cell: u32) -> u64 {
    COUNTS.get(ctx, &count_key(place, cell))
}

/// How many have answered the question at this place.
pub(crate) fn answered(ctx: &ReadCtx, place: usize) -> u64 {
    count(ctx, place, ANSWERED)
}

/// Whether rows with the names of options are more than a report may have.
pub(crate) fn is_numbered(ctx: &ReadCtx) -> bool {
    NAMED_BYTES.get(ctx) > ROWS_BYTES_MAX
}

/// Submits a form, in the place of the one before.
///
/// # Errors
/// [`Error::Exhausted`] when there are too many.
pub(crate) fn submit(ctx: &mut Ctx, config: &Config, caller: &Member, answers: Answers) -> Result<()> {
    drop_draft(ctx, config, &caller.id);
    match FILED.get(ctx, &caller.id) {
        Some(before) => {
            for (key, amount) in amounts(config, &before.answers) {
                COUNTS.subtract(ctx, &key, amount);
            }
            BYTES.subtract(ctx, bytes(config, &before.answers, Naming::Numbers));
            NAMED_BYTES.subtract(ctx, bytes(config, &before.answers, Naming::Names));
        }
        None => {
            // Who acts first could be seen, and would be known by the order.
            let number = if caller.name.is_empty() { ctx.random_u64() } else { FORMS.get(ctx) };
            FORMS.add(ctx, 1);
            SEQUENCE.set(ctx, &number, &caller.id);
        }
    }
    for (key, amount) in amounts(config, &answers) {
        COUNTS.add(ctx, &key, amount);
    }
    NAMED_BYTES.add(ctx, bytes(config, &answers, Naming::Names));
    take_room(ctx, config, &answers)?;
    FILED.set(ctx, &caller.id, &Filed { name: caller.name.clone(), answers });
    Ok(())
}

/// Keeps a form that is not complete, in the place of the draft before.
///
/// # Errors
/// [`Error::Exhausted`] when there are too many.
pub(crate) fn keep_draft(ctx: &mut Ctx, config: &Config, id: &str, answers: &Answers) -> Result<()> {
    drop_draft(ctx, config, id);
    take_room(ctx, config, answers)?;
    DRAFT_COUNT.add(ctx, 1);
    DRAFTS.set(ctx, id, answers);
    Ok(())
}

fn drop_draft(ctx: &mut Ctx, config: &Config, id: &str) {
    if let Some(draft) = DRAFTS.get(ctx, id) {
        DRAFT_COUNT.subtract(ctx, 1);
        BYTES.subtract(ctx, bytes(config, &draft, Naming::Numbers));
        DRAFTS.remove(ctx, id);
    }
}

fn take_room(ctx: &mut Ctx, config: &Config, answers: &Answers) -> Result<()> {
    if BYTES.add(ctx, bytes(config, answers, Naming::Numbers)) > ROWS_BYTES_MAX {
        return Err(Error::exhausted(ctx.texts::<Texts>().survey_is_full()));
    }
    Ok(())
}

/// What a row takes beside its answers: id and name of a member, at most.
const MEMBER_BYTES: u64 = 320;

fn bytes(config: &Config, answers: &Answers, naming: Naming) -> u64 {
    // In the first language whatever the caller's is: what was added is taken away again.
    let cells = config.cells(answers, naming, Texts::default());
    MEMBER_BYTES + cells.iter().map(String::len).sum::<usize>() as u64
}

/// What a form adds to which counts.
fn amounts(config: &Config, answers: &Answers) -> Vec<(u32, u64)> {
    let questions = config.questions.iter().zip(answers).enumerate();
    let amounts = questions.filter_map(|(place, (question, answer))| Some((place, question.counts(answer.as_ref()?))));
    let keyed = |place: usize, cell: u32, amount: u64| (count_key(place, cell), amount);
    let of_question = |(place, counts): (usize, Vec<(u32, u64)>)| {
        let counts = counts.into_iter().filter(|(_, amount)| *amount > 0);
        counts.map(move |(cell, amount)| keyed(place, cell, amount)).chain([keyed(place, ANSWERED, 1)])
    };
    amounts.flat_map(of_question).collect()
}
