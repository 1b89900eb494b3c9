//! The ways to a conference that were looked up of late: from its number, from an activity.
//!
//! # Invariants
//! * What is remembered is bounded; a number's way, which may be given to another conference, for some seconds only.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::SharedClock;
use crate::domain::id::{ActivityId, ConferenceId, Number};

/// How long the way from a number to its conference is remembered.
const NUMBER_MEMORY_MS: u64 = 5_000;
/// Ways that are remembered; then all are forgotten.
const WAYS_MAX: usize = 100_000;

/// Ways to conferences.
pub(super) struct Ways {
    clock: SharedClock,
    // Mutexes, because each is held for a look-up only.
    numbers: Mutex<HashMap<Number, (ConferenceId, u64)>>,
    activities: Mutex<HashMap<ActivityId, ConferenceId>>,
}

impl Ways {
    /// None yet.
    pub(super) fn new(clock: SharedClock) -> Self {
        Self { clock, numbers: Mutex::default(), activities: Mutex::default() }
    }

    /// The conference that had this number a moment ago.
    pub(super) fn of_number(&self, number: Number) -> Option<ConferenceId> {
        let now_ms = self.clock.monotonic_ms();
        locked(&self.numbers).get(&number).filter(|(_, until_ms)| *until_ms > now_ms).map(|(id, _)| id.clone())
    }

    /// Keeps the way from a number to its conference for a while.
    pub(super) fn remember_number(&self, number: Number, id: &ConferenceId) {
        let until_ms = self.clock.monotonic_ms() + NUMBER_MEMORY_MS;
        remember(&self.numbers, number, (id.clone(), until_ms));
    }

    /// The conference that has this activity.
    pub(super) fn of_activity(&self, activity: &ActivityId) -> Option<ConferenceId> {
        locked(&self.activities).get(activity).cloned()
    }

    /// Keeps the way from an activity to its conference.
    pub(super) fn remember_activity(&self, activity: &ActivityId, id: &ConferenceId) {
        remember(&self.activities, activity.clone(), id.clone());
    }

    /// The conference's number may be another's soon.
    pub(super) fn forget(&self, id: &ConferenceId) {
        locked(&self.numbers).retain(|_, (conference, _)| conference != id);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remember<K: Hash + Eq, V>(ways: &Mutex<HashMap<K, V>>, from: K, to: V) {
    let mut ways = locked(ways);
    if ways.len() >= WAYS_MAX {
        ways.clear();
    }
    ways.insert(from, to);
}
