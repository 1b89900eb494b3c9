//! The timers of an activity: which are due, in which order, and when one that failed runs again.
//!
//! The timers themselves are part of the activity's state; here is only what the host adds to them.
//!
//! # Invariants
//! * Timers run in the order of the times that they were armed for, and by their names where these are alike: what a
//!   plugin armed for earlier happens earlier, also after a pause in which both became due.

use std::collections::HashMap;
use std::time::Duration;

use hezi_plugin::Space;
use hezi_plugin::limits::TICK_PACE_MS;

use crate::domain::activity::Activity;

/// A failing timer is tried again after a pause that doubles up to this.
const TICK_RETRY_MS_MAX: u64 = 300_000;

/// When timers may run again that have run.
#[derive(Default)]
pub(super) struct Timers {
    retries: HashMap<String, Retry>,
    /// When what an organizer scheduled may be tried again that could not be done.
    schedule_not_before_ms: u64,
}

struct Retry {
    failures: u32,
    not_before_ms: u64,
}

impl Timers {
    /// How long until a timer is due.
    pub(super) fn next_wait(&self, space: &Space, now_ms: u64) -> Option<Duration> {
        space
            .timers()
            .map(|(name, at_ms)| self.retries.get(name).map_or(at_ms, |retry| at_ms.max(retry.not_before_ms)))
            .min()
            .map(|at_ms| Duration::from_millis(at_ms.saturating_sub(now_ms)))
    }

    /// How long until the activity opens or closes by itself.
    pub(super) fn scheduled_wait(&self, doc: &Activity, now_ms: u64) -> Option<Duration> {
        let at_ms = doc.schedule.next_ms(doc.phase)?.max(self.schedule_not_before_ms);
        Some(Duration::from_millis(at_ms.saturating_sub(now_ms)))
    }

    /// What is scheduled could not be done: it is tried again then.
    pub(super) fn put_schedule_off(&mut self, until_ms: u64) {
        self.schedule_not_before_ms = until_ms;
    }

    /// The timers that are due, in the order in which they run.
    pub(super) fn due(&self, space: &Space, now_ms: u64) -> Vec<String> {
        let may_run = |name: &str| self.retries.get(name).is_none_or(|retry| retry.not_before_ms <= now_ms);
        let mut due: Vec<(u64, String)> = space
            .timers()
            .filter(|(name, at_ms)| *at_ms <= now_ms && may_run(name))
            .map(|(name, at_ms)| (at_ms, name.to_owned()))
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, name)| name).collect()
    }

    /// A timer has run. One that armed itself anew waits a moment, so that one that is always due cannot keep a thread for
    /// itself.
    pub(super) fn ran(&mut self, name: &str, space: &Space, now_ms: u64) {
        match space.timer(name) {
            Some(_) => {
                let retry = Retry { failures: 0, not_before_ms: now_ms.saturating_add(TICK_PACE_MS) };
                self.retries.insert(name.to_owned(), retry);
            }
            None => drop(self.retries.remove(name)),
        }
    }

    /// A timer has failed; gives how long it waits now.
    pub(super) fn failed(&mut self, name: String, now_ms: u64, base_ms: u64) -> u64 {
        let retry = self.retries.entry(name).or_insert(Retry { failures: 0, not_before_ms: 0 });
        let pause_ms = base_ms.saturating_mul(1 << retry.failures.min(16)).min(TICK_RETRY_MS_MAX);
        retry.failures = retry.failures.saturating_add(1);
        retry.not_before_ms = now_ms.saturating_add(pause_ms);
        pause_ms
    }

    /// Another version runs now: what failed on the one before may run.
    pub(super) fn forget(&mut self) {
        self.retries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overdue_timers_run_in_the_order_of_their_times_and_names() {
        let mut space = Space::new();
        for (name, at_ms) in [("a", 30), ("b", 10), ("d", 20), ("c", 20), ("waits", 5), ("later", 41)] {
            space.arm(name, at_ms);
        }
        let mut timers = Timers::default();
        assert_eq!(timers.failed("waits".into(), 40, 1), 1);
        assert_eq!(timers.failed("d".into(), 39, 1), 1);
        assert_eq!(timers.due(&space, 40), ["b", "c", "d", "a"]);
        assert_eq!(timers.due(&space, 41), ["waits", "b", "c", "d", "a", "later"]);
    }

    #[test]
    fn the_pause_of_a_failing_timer_doubles_up_to_its_bound() {
        let mut timers = Timers::default();
        let pauses: Vec<u64> = (0..12).map(|_| timers.failed("t".into(), 0, 1_000)).collect();
        assert_eq!(pauses[..4], [1_000, 2_000, 4_000, 8_000]);
        assert_eq!(pauses[11], TICK_RETRY_MS_MAX);
    }
}
