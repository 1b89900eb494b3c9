//! What a rating keeps: its configuration, sum, number and spread, and each member's score.
//!
//! # Invariants
//! * Sum, number and spread are kept and never summed up again.

use hezi_sdk::{Cell, Counters, Map, Names, ReadCtx};

use crate::rules::{Config, Total};
use crate::score::Score;

pub(crate) const CONFIG: Cell<Config> = Cell::new("config");
/// Whether the rating is over; absent before.
pub(crate) const CLOSED: Cell<bool> = Cell::new("closed");
pub(crate) const TOTAL: Cell<Total> = Cell::new("total");
/// How many scores there are at each level of the scale.
pub(crate) const LEVELS: Counters<u32> = Counters::new("level/");
/// Each member's score, by member id.
pub(crate) const SCORES: Map<str, Score> = Map::new("score/");
/// What members were called when they gave it. Beside the scores, so that those of versions without names can be read.
pub(crate) const NAMES: Names = Names::new("name/");

/// The number of scores at every level.
pub(crate) fn counts(ctx: &ReadCtx, config: &Config) -> Vec<u64> {
    let mut counts = vec![0; config.levels() as usize];
    for (level, count) in LEVELS.entries(ctx) {
        counts[level as usize] = count;
    }
    counts
}
