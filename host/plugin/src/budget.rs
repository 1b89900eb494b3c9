//! How long a call may run: the clocks behind the limit of work.
//!
//! A call is judged by its fuel, which the engine counts; what stands here ends a call that gets by with little fuel for
//! a long time. The processor time of the calling thread comes first, because it is nearly the same on a busy machine as
//! on an idle one. Clocks are read when a call starts and ends and at the engine's ticks, never in between: reading one
//! is a system call. Host functions cannot be interrupted, which is why each of them does a bounded amount of work.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

use crate::{Fault, Limits, fault::CallClock};

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
        #[allow(clippy::disallowed_methods, reason = "the backstop is about the wall clock, and no outcome shows it")]
        let now = Instant::now();
        let first = *self.first_tick.get_or_insert(now);
        self.judge(self.spent(), now - first)
    }

    fn judge(&self, spent: Duration, waited: Duration) -> Result<(), Fault> {
        if spent > Duration::from_millis(self.cpu_limit_ms) {
            return Err(Fault::OutOfTime { limit_ms: self.cpu_limit_ms, clock: CallClock::Processor });
        }
        if waited > Duration::from_millis(self.wall_limit_ms) {
            return Err(Fault::OutOfTime { limit_ms: self.wall_limit_ms, clock: CallClock::Wall });
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

    fn budget() -> Budget {
        Budget::start(&Limits { call_cpu_ms: 20, call_wall_ms: 300, ..Limits::default() })
    }

    fn judge(spent_ms: u64, waited_ms: u64) -> Result<(), Fault> {
        budget().judge(Duration::from_millis(spent_ms), Duration::from_millis(waited_ms))
    }

    #[test]
    fn a_budget_ends_by_processor_time() {
        assert_eq!(judge(20, 300), Ok(()));
        assert_eq!(judge(21, 21), Err(Fault::OutOfTime { limit_ms: 20, clock: CallClock::Processor }));
    }

    #[test]
    fn a_call_that_only_waits_ends_by_the_wall_clock() {
        assert_eq!(judge(0, 301), Err(Fault::OutOfTime { limit_ms: 300, clock: CallClock::Wall }));
    }

    #[test]
    fn time_passes() {
        let budget = budget();
        while budget.spent() == Duration::ZERO {
            std::hint::spin_loop();
        }
    }
}
