//! What is kept of the words, and the order in which they are shown.
//!
//! # Invariants
//! * Each word that somebody says stands at the place that its weight gives it, or among the hidden ones.

use hezi_sdk::{Cell, Counter, Map, NoEvent, ReadCtx};
use serde::{Deserialize, Serialize};

use crate::rules::{Config, place};

/// The context of a call that changes something.
pub(crate) type Ctx = hezi_sdk::Ctx<NoEvent>;

pub(crate) const CONFIG: Cell<Config> = Cell::new("config");
/// The blocked words as they are counted: apart, since nothing but saying a word reads them.
pub(crate) const BLOCKED: Cell<Vec<String>> = Cell::new("blocked");
pub(crate) const CLOSED: Cell<bool> = Cell::new("closed");
/// Every word that somebody says, as it is counted.
pub(crate) const WORDS: Map<str, Word> = Map::new("word/");
/// The words that are shown, as they are shown, by their places.
pub(crate) const SHOWN: Map<str, String> = Map::new("shown/");
/// The words that organizers have taken away.
pub(crate) const HIDDEN: Map<str, String> = Map::new("hidden/");
/// What each member says, as it is counted, by member id.
pub(crate) const MINE: Map<str, Vec<String>> = Map::new("mine/");
/// How many words were accepted and not taken back, from how many people, and how many different ones.
pub(crate) const ACCEPTED: Counter = Counter::new("accepted");
pub(crate) const PEOPLE: Counter = Counter::new("people");
pub(crate) const DIFFERENT: Counter = Counter::new("different");

/// A word that somebody says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Word {
    /// As whoever said it first has written it.
    pub(crate) shown: String,
    pub(crate) weight: u64,
    pub(crate) hidden: bool,
}

/// How many words somebody has left who says these.
pub(crate) fn left(ctx: &ReadCtx, mine: &[String]) -> usize {
    (CONFIG.load(ctx).words_each as usize).saturating_sub(mine.len())
}

/// Puts a word where it belongs after a change. One that nobody says any more is gone, unless it is hidden: then it stays, so
/// that nobody says it again.
pub(crate) fn replace(ctx: &mut Ctx, folded: &str, before: Option<&Word>, after: Word) {
    if let Some(before) = before {
        SHOWN.remove(ctx, &place(before.weight, folded));
        HIDDEN.remove(ctx, folded);
    }
    if after.hidden {
        HIDDEN.set(ctx, folded, &after.shown);
    } else if after.weight > 0 {
        SHOWN.set(ctx, &place(after.weight, folded), &after.shown);
    } else {
        WORDS.remove(ctx, folded);
        DIFFERENT.subtract(ctx, 1);
        return;
    }
    WORDS.set(ctx, folded, &after);
}
