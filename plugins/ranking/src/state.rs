//! What a ranking keeps: its configuration, the sums, and each member's order.
//!
//! # Invariants
//! * Sums are kept and never summed up again: they are those of the orders.

use hezi_sdk::{Cell, Counter, Counters, Map, ReadCtx};
use serde::{Deserialize, Serialize};

use crate::messages::Ctx;
use crate::rules::{Config, Order, Tally};

pub(crate) const CONFIG: Cell<Config> = Cell::new("config");
/// Whether the ranking is over; absent before.
pub(crate) const CLOSED: Cell<bool> = Cell::new("closed");
/// How many orders there are.
pub(crate) const BALLOTS: Counter = Counter::new("ballots");
/// Points of each option, by its index.
const POINTS: Counters<u32> = Counters::new("points/");
/// How often each option was put first.
const FIRSTS: Counters<u32> = Counters::new("firsts/");
/// Each member's order, by member id.
pub(crate) const ORDERS: Map<str, Ballot> = Map::new("order/");

/// What a member gave.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ballot {
    /// The name at that moment; empty in an anonymous activity.
    pub(crate) name: String,
    pub(crate) order: Order,
}

/// Counts an order.
pub(crate) fn count(ctx: &mut Ctx, config: &Config, order: &[u32]) {
    BALLOTS.add(ctx, 1);
    for (option, points) in (0..).zip(config.points(order)) {
        POINTS.add(ctx, &option, points);
    }
    if let Some(first) = order.first() {
        FIRSTS.add(ctx, first, 1);
    }
}

/// Takes an order out of the sums.
pub(crate) fn discount(ctx: &mut Ctx, config: &Config, order: &[u32]) {
    BALLOTS.subtract(ctx, 1);
    for (option, points) in (0..).zip(config.points(order)) {
        POINTS.subtract(ctx, &option, points);
    }
    if let Some(first) = order.first() {
        FIRSTS.subtract(ctx, first, 1);
    }
}

/// What all orders give together.
pub(crate) fn tally(ctx: &ReadCtx, config: &Config) -> Tally {
    let all = |counters: &Counters<u32>| (0..config.count()).map(|option| counters.get(ctx, &option)).collect();
    Tally { ballots: BALLOTS.get(ctx), points: all(&POINTS), firsts: all(&FIRSTS) }
}
