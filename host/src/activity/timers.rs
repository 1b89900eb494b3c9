//! The timers of an activity: which are due, in which order, and when one that failed runs again.
//!
//! # Invariants
//! * Timers run in the order of the times that they were armed for, and by their names where these are alike: what a
//!   plugin armed for earlier happens earlier, also after a pause in which both became due.

use std::collections::HashMap;
use std::time::Duration;

use hezi_plugin::limits::TICK_PACE_MS;
use hezi_plugin::{Call, Space};

use super::machine::Machine;
use super::{ActivityError, Done, Product};
use crate::domain::activity::Phase;

/// A failing timer is tried again after a pause that doubles up to this.
const TICK_RETRY_MS_MAX: u64 = 300_000;

/// When a timer may run again.
pub(super) struct Retry {
    failures: u32,
    not_before_ms: u64,
}

impl Machine {
    /// How long until a timer is due.
    pub(super) fn next_timer_wait(&self) -> Option<Duration> {
        if self.activity.phase != Phase::Open {
            return None;
        }
        let now_ms = self.around.clock.now_ms();
        self.space
            .timers()
            .map(|(name, at_ms)| self.retries.get(name).map_or(at_ms, |retry| at_ms.max(retry.not_before_ms)))
            .min()
            .map(|at_ms| Duration::from_millis(at_ms.saturating_sub(now_ms)))
    }

    /// Runs the timers that are due while there is time. Those that are left are due the next time, too.
    pub(super) fn run_due_timers(&mut self, done: &mut Vec<Done>, has_time: impl Fn() -> bool) {
        if self.activity.phase != Phase::Open {
            return;
        }
        let now_ms = self.around.clock.now_ms();
        for timer in due(&self.space, &self.retries, now_ms) {
            if !has_time() {
                return;
            }
            // An earlier one of these may have cancelled or moved it.
            if self.space.timer(&timer).is_none_or(|at_ms| at_ms > now_ms) {
                continue;
            }
            let (result, quarantined) = self.call("tick", None, timer.clone(), Call::Tick { timer: timer.clone() });
            match result {
                Ok(changed) => {
                    self.pace(&timer, now_ms);
                    done.push(self.done(None, Ok(Product::Changed(Box::new(changed))), quarantined));
                }
                Err(error) => {
                    self.back_off(timer, now_ms, &error);
                    if quarantined {
                        done.push(self.done(None, Err(error), true));
                    }
                }
            }
        }
    }

    /// A timer that arms itself anew waits a moment, so that one that is always due cannot keep a thread for itself.
    fn pace(&mut self, timer: &str, now_ms: u64) {
        match self.space.timer(timer) {
            Some(_) => {
                let retry = Retry { failures: 0, not_before_ms: now_ms.saturating_add(TICK_PACE_MS) };
                self.retries.insert(timer.to_owned(), retry);
            }
            None => drop(self.retries.remove(timer)),
        }
    }

    fn back_off(&mut self, timer: String, now_ms: u64, error: &ActivityError) {
        let base_ms = self.around.tick_retry_ms;
        let retry = self.retries.entry(timer.clone()).or_insert(Retry { failures: 0, not_before_ms: 0 });
        let pause_ms = base_ms.saturating_mul(1 << retry.failures.min(16)).min(TICK_RETRY_MS_MAX);
        retry.failures = retry.failures.saturating_add(1);
        retry.not_before_ms = now_ms.saturating_add(pause_ms);
        // As `Debug`, because the plugin chooses the words: a line break in them must not begin a line of the log.
        tracing::warn!(activity.id = %self.activity.id, timer.name = ?timer, retry.after_ms = pause_ms,
            error = ?error.to_string(), "a timer failed and will run again");
    }
}

/// The timers that are due, in the order in which they run.
fn due(space: &Space, retries: &HashMap<String, Retry>, now_ms: u64) -> Vec<String> {
    let may_run = |name: &str| retries.get(name).is_none_or(|retry| retry.not_before_ms <= now_ms);
    let mut due: Vec<(u64, String)> = space
        .timers()
        .filter(|(name, at_ms)| *at_ms <= now_ms && may_run(name))
        .map(|(name, at_ms)| (at_ms, name.to_owned()))
        .collect();
    due.sort_unstable();
    due.into_iter().map(|(_, name)| name).collect()
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
        let retries = HashMap::from([
            ("waits".to_owned(), Retry { failures: 1, not_before_ms: 41 }),
            ("d".to_owned(), Retry { failures: 1, not_before_ms: 40 }),
        ]);
        assert_eq!(due(&space, &retries, 40), ["b", "c", "d", "a"]);
        assert_eq!(due(&space, &retries, 41), ["waits", "b", "c", "d", "a", "later"]);
    }
}
