//! A batch of jobs on a thread for plugin code.
//!
//! # Invariants
//! * At most as many batches run at a time as there are places; the rest wait without a thread.

use std::sync::Arc;

use super::machine::Machine;
use super::{Done, Job};

/// Runs the jobs, and the timers that are due, one after another. Gives the machine back with what came of it.
///
/// Gives none when the thread panicked, which no plugin can bring about.
pub(super) async fn run(mut machine: Machine, batch: Vec<Job>) -> Option<(Machine, Vec<Done>)> {
    let threads = Arc::clone(&machine.around.threads);
    let place = threads.acquire_owned().await.ok()?;
    machine.follow_plugin().await;
    let ran = tokio::task::spawn_blocking(move || {
        let _place = place;
        let mut done = machine.settle();
        machine.run_due_timers(&mut done);
        for job in batch {
            done.push(machine.run(job));
        }
        machine.weigh();
        (machine, done)
    });
    match ran.await {
        Ok(back) => Some(back),
        Err(error) => {
            tracing::error!("an activity's thread panicked: {error}");
            None
        }
    }
}
