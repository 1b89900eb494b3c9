//! The list of who is here, in the order in which they came.
//!
//! # Invariants
//! * A member stands on the list at most once, and so does a name that was added by hand.
//! * What stands on the list never changes; a number is given once, also if its row is taken off.
//! * The counts are those of the rows: nothing is counted by reading them.

use hezi_sdk::{Cell, Counter, Ctx, Map, ReadCtx};
use serde::{Deserialize, Serialize};

use crate::rules::{self, Config};

/// What the organizer chose.
pub(crate) const CONFIG: Cell<Config> = Cell::new("config");
/// From when on people are late, if ever.
pub(crate) const LATE_AT_MS: Cell<Option<u64>> = Cell::new("late-at");
/// Whether that time has come, so that the view says so; absent before.
pub(crate) const IS_LATE: Cell<bool> = Cell::new("is-late");
/// Whether the check-in is over; absent before.
pub(crate) const CLOSED: Cell<bool> = Cell::new("closed");
/// Numbers that were given.
const NUMBERS: Counter = Counter::new("numbers");
/// Rows that stand.
pub(crate) const PRESENT: Counter = Counter::new("present");
/// Those of them that came late.
pub(crate) const LATE: Counter = Counter::new("late");
/// Those of them that are members.
pub(crate) const MEMBERS: Counter = Counter::new("members");
/// Who came, by number.
pub(crate) const ARRIVALS: Map<u32, Arrival> = Map::new("arrival/");
/// Each member's number.
pub(crate) const PLACES: Map<str, u32> = Map::new("place/");
/// The number of a name, as names are compared.
const NAMED: Map<str, u32> = Map::new("named/");

/// Somebody who came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Arrival {
    /// The member's id; none for who was added by name only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// The name at that moment.
    pub(crate) name: String,
    /// When they came, in milliseconds since 1970.
    pub(crate) at_ms: u64,
    /// The name of the organizer who added them by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
}

/// The number of somebody of this name.
pub(crate) fn find_name(ctx: &ReadCtx, name: &str) -> Option<u32> {
    NAMED.get(ctx, &rules::compared(name))
}

/// Puts somebody on the list, and gives the number.
pub(crate) fn add(ctx: &mut Ctx, arrival: &Arrival) -> u32 {
    // Ten thousand members, each a few times: far from the end of the numbers.
    let number = NUMBERS.add(ctx, 1) as u32;
    PRESENT.add(ctx, 1);
    if rules::is_late(arrival.at_ms, LATE_AT_MS.load(ctx)) {
        LATE.add(ctx, 1);
    }
    if let Some(id) = &arrival.id {
        MEMBERS.add(ctx, 1);
        PLACES.set(ctx, id, &number);
    }
    ARRIVALS.set(ctx, &number, arrival);
    NAMED.set(ctx, &rules::compared(&arrival.name), &number);
    number
}

/// Takes somebody off the list.
pub(crate) fn remove(ctx: &mut Ctx, number: u32, arrival: &Arrival) {
    PRESENT.subtract(ctx, 1);
    if rules::is_late(arrival.at_ms, LATE_AT_MS.load(ctx)) {
        LATE.subtract(ctx, 1);
    }
    if let Some(id) = &arrival.id {
        MEMBERS.subtract(ctx, 1);
        PLACES.remove(ctx, id);
    }
    ARRIVALS.remove(ctx, &number);
    if find_name(ctx, &arrival.name) == Some(number) {
        NAMED.remove(ctx, &rules::compared(&arrival.name));
    }
}
