//! A batch of jobs on a place for plugin code.
//!
//! # Invariants
//! * A batch gives its place back after about [`PLACE_MS`]: others have had to wait no longer than that and one call.

use std::collections::VecDeque;
use std::sync::Arc;

use super::machine::Machine;
use super::{Done, Job};

/// How long a batch may go on beginning calls.
const PLACE_MS: u64 = 100;

/// What a batch leaves behind.
pub(super) struct Ran {
    /// The machine.
    pub(super) machine: Machine,
    /// What came of the jobs that ran, and of the timers.
    pub(super) done: Vec<Done>,
    /// The jobs that there was no time for, in their order.
    pub(super) left: VecDeque<Job>,
}

/// Runs the timers that are due and the jobs, one after another, for as long as there is time, and at least one job.
///
/// Gives none when the thread panicked, which no plugin can bring about.
pub(super) async fn run(mut machine: Machine, mut batch: VecDeque<Job>) -> Option<Ran> {
    machine.obey();
    // May compile: before the place is taken.
    machine.follow_plugin().await;
    let places = machine.around.places.clone();
    let ran = places.run(move || {
        let clock = Arc::clone(&machine.around.clock);
        let until_ms = clock.monotonic_ms().saturating_add(PLACE_MS);
        let has_time = || clock.monotonic_ms() < until_ms;
        machine.prepare();
        let mut done = machine.settle();
        machine.run_due_timers(&mut done, has_time);
        run_in_time(&mut batch, has_time, |job| done.push(machine.run(job)));
        machine.weigh();
        Ran { machine, done, left: batch }
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
