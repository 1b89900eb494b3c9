//! What a vote keeps: its configuration, the counts, and each member's ballot.
//!
//! # Invariants
//! * Counts are kept and never counted again.

use hezi_sdk::{Cell, Counter, Counters, Map, Names, ReadCtx};

use crate::rules::{Ballot, Config};

pub(crate) const CONFIG: Cell<Config> = Cell::new("config");
/// Whether the vote is over; absent before.
pub(crate) const CLOSED: Cell<bool> = Cell::new("closed");
pub(crate) const VOTERS: Counter = Counter::new("voters");
/// Votes for each option, by its index.
pub(crate) const VOTES: Counters<u32> = Counters::new("votes/");
/// Each voter's ballot, by member id.
pub(crate) const BALLOTS: Map<str, Ballot> = Map::new("ballot/");
/// What voters were called when they voted. Beside the ballots, so that those of versions without names can be read.
pub(crate) const NAMES: Names = Names::new("name/");

/// The votes of every option, in the order of the configuration.
pub(crate) fn votes(ctx: &ReadCtx, config: &Config) -> Vec<u64> {
    let mut votes = vec![0; config.options.len()];
    for (option, count) in VOTES.entries(ctx) {
        votes[option as usize] = count;
    }
    votes
}
