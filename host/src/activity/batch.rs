//! A batch of jobs on a thread for plugin code.
//!
//! # Invariants
//! * A batch gives its thread back after about [`BATCH_MS`]: others have had to wait no longer than that and one call.

use std::collections::VecDeque;
use std::sync::Arc;

use super::event::Event;
use super::job::Ask;
use super::machine::Machine;

/// How long a batch may go on beginning calls.
const BATCH_MS: u64 = 100;

/// What a batch leaves behind.
pub(super) struct Ran {
    /// The machine.
    pub(super) machine: Machine,
    /// What came of the jobs that ran, and of the timers.
    pub(super) events: Vec<Event>,
    /// The jobs that there was no time for, in their order.
    pub(super) left: VecDeque<Ask>,
}

/// Runs the timers that are due and the jobs, one after another, for as long as there is time, and at least one job.
///
/// Gives none when the thread panicked, which no plugin can bring about.
pub(super) async fn run(mut machine: Machine, mut asked: VecDeque<Ask>) -> Option<Ran> {
    // May compile: before a thread is taken.
    machine.follow_plugin().await;
    let executor = machine.environment().executor.clone();
    let ran = executor.run(move || {
        let clock = Arc::clone(&machine.environment().clock);
        let until_ms = clock.monotonic_ms().saturating_add(BATCH_MS);
        let has_time = || clock.monotonic_ms() < until_ms;
        machine.begin_batch();
        machine.run_schedule();
        machine.run_due_timers(has_time);
        run_in_time(&mut asked, has_time, |ask| machine.run(ask));
        Ran { events: machine.end_batch(), machine, left: asked }
    });
    ran.await
}

/// Runs one job, and the next ones while there is time.
fn run_in_time<T>(jobs: &mut VecDeque<T>, has_time: impl Fn() -> bool, mut run: impl FnMut(T)) {
    while let Some(job) = jobs.pop_front() {
        run(job);
        if !has_time() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn jobs_run_in_order_for_as_long_as_there_is_time() {
        let left_ms = Cell::new(5_i32);
        let mut jobs: VecDeque<i32> = (1..=4).collect();
        let mut ran = Vec::new();
        run_in_time(
            &mut jobs,
            || left_ms.get() > 0,
            |job| {
                left_ms.set(left_ms.get() - 3);
                ran.push(job);
            },
        );
        assert_eq!((ran, jobs), (vec![1, 2], VecDeque::from([3, 4])));
    }

    #[test]
    fn one_job_runs_though_the_time_is_over() {
        let mut jobs = VecDeque::from([1, 2]);
        let mut ran = Vec::new();
        run_in_time(&mut jobs, || false, |job| ran.push(job));
        assert_eq!((ran, jobs), (vec![1], VecDeque::from([2])));
    }
}
