//! How long a call may run.
//!
//! What counts is the processor time of the calling thread, because it is the same on a busy machine as on an idle one.
//! It is read when a call starts and ends and at the engine's ticks, never in between: reading it is a system call.
//! Host functions cannot be interrupted, which is why each of them does a bounded amount of work.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

use crate::{Fault, Limits};

/// The time of one call.
#[derive(Debug)]
pub(crate) struct Budget {
    started: Duration,
    /// Taken at the first tick and not at the start: a call that ends before a tick does without it.
    first_tick: Option<Instant>,
    cpu_limit_ms: u64,
    wall_limit_ms: u64,
}

impl Budget {
    /// Starts the clock.
    pub(crate) fn start(limits: &Limits) -> Self {
        Self {
            started: thread_time(),
            first_tick: None,
            cpu_limit_ms: limits.call_cpu_ms,
            wall_limit_ms: limits.call_wall_ms,
        }
    }

    /// Processor time since the start.
    pub(crate) fn spent(&self) -> Duration {
        thread_time().saturating_sub(self.started)
    }

    /// Called at each tick: fails when the time is used up.
    pub(crate) fn check(&mut self) -> Result<(), Fault> {
        if self.spent() > Duration::from_millis(self.cpu_limit_ms) {
            return Err(Fault::OutOfTime { limit_ms: self.cpu_limit_ms });
        }
        #[allow(clippy::disallowed_methods, reason = "the backstop is about the wall clock, and no outcome shows it")]
        let now = Instant::now();
        let first = *self.first_tick.get_or_insert(now);
        if now - first > Duration::from_millis(self.wall_limit_ms) {
            return Err(Fault::OutOfTime { limit_ms: self.cpu_limit_ms });
        }
        Ok(())
    }
}

/// The processor time of this thread. A system without such a clock gives zero, and the wall clock does the work.
fn thread_time() -> Duration {
    ThreadTime::try_now().map_or(Duration::ZERO, |time| time.as_duration())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_ends_by_processor_time() {
        let mut budget = Budget::start(&Limits { call_cpu_ms: 2, ..Limits::default() });
        assert_eq!(budget.check(), Ok(()));
        while budget.spent() <= Duration::from_millis(2) {
            std::hint::spin_loop();
        }
        assert_eq!(budget.check(), Err(Fault::OutOfTime { limit_ms: 2 }));
    }

    #[test]
    fn a_call_that_only_waits_ends_by_the_wall_clock() {
        let mut budget = Budget::start(&Limits { call_wall_ms: 0, ..Limits::default() });
        assert_eq!(budget.check(), Ok(()));
        std::thread::sleep(Duration::from_millis(2));
        assert!(budget.check().is_err());
    }
}
