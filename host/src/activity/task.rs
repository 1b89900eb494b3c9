//! The task of an activity: waits for jobs and timers, and runs them in batches.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use hezi_plugin::Space;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::environment::Environment;
use super::error::ActivityError;
use super::event::Event;
use super::job::Ask;
use super::machine::Machine;
use super::roll::Roll;
use crate::domain::activity::Activity;

/// Jobs that may wait for an activity. More are refused at once: waiting longer would help nobody.
const MAILBOX_LEN: usize = 4_096;
/// Jobs run in one go, so that a storm cannot keep a view waiting for long.
const BATCH_LEN: usize = 256;
/// An instance that is not used for so long gives its memory back.
const COOL_AFTER: Duration = Duration::from_secs(5);

/// The way to an activity's task.
#[derive(Debug, Clone)]
pub struct ActivityHandle(mpsc::Sender<Ask>);

impl ActivityHandle {
    /// Hands over a job without waiting.
    ///
    /// # Errors
    /// [`ActivityError::Busy`] when too many wait, [`ActivityError::Gone`] when the task has ended.
    pub fn send(&self, ask: Ask) -> Result<(), ActivityError> {
        self.0.try_send(ask).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => ActivityError::Busy,
            mpsc::error::TrySendError::Closed(_) => ActivityError::Gone,
        })
    }

    /// Hands over a job that has to be done, as soon as there is room for it. One whose task has ended is lost with it.
    pub fn send_surely(&self, ask: Ask, tasks: &TaskTracker) {
        if let Err(mpsc::error::TrySendError::Full(ask)) = self.0.try_send(ask) {
            let asks = self.0.clone();
            tasks.spawn(async move { drop(asks.send(ask).await) });
        }
    }

    /// Whether the task has ended.
    pub fn is_gone(&self) -> bool {
        self.0.is_closed()
    }
}

/// Starts an activity's task on a state that is already loaded. It ends when the handle and the receiver are gone.
pub fn start(
    doc: Arc<Activity>,
    space: Space,
    roll: Roll,
    environment: Environment,
    events: mpsc::Sender<Vec<Event>>,
) -> ActivityHandle {
    let (asks, mailbox) = mpsc::channel(MAILBOX_LEN);
    let tasks = environment.tasks.clone();
    tasks.spawn(run(Machine::new(doc, space, roll, environment), mailbox, events));
    ActivityHandle(asks)
}

async fn run(mut machine: Machine, mut mailbox: mpsc::Receiver<Ask>, events: mpsc::Sender<Vec<Event>>) {
    let (mut asked, mut changes) = (VecDeque::new(), machine.environment().plugins.changes());
    loop {
        if asked.is_empty() {
            let wait = machine.next_wait();
            tokio::select! {
                // Each batch begins with the timers that are due, so jobs never keep one waiting for more than a batch.
                biased;
                ask = mailbox.recv() => match ask {
                    // Before a thread is taken and an instance made ready for it.
                    Some(ask) if machine.ignores(&ask.job) => continue,
                    Some(ask) => asked.push_back(ask),
                    None => return,
                },
                // A version that was activated takes over at once: what people see is made by it.
                Ok(()) = changes.changed() => {
                    if !machine.is_to_move() {
                        continue;
                    }
                }
                () = sleep_for(wait) => {}
                () = tokio::time::sleep(COOL_AFTER), if machine.is_warm() => {
                    machine.cool();
                    continue;
                }
            }
        }
        while asked.len() < BATCH_LEN
            && let Ok(ask) = mailbox.try_recv()
        {
            asked.push_back(ask);
        }
        let Some((ran, left, told)) = on_thread(machine, asked).await else {
            // The thread panicked and took the state with it: the room starts again from the journal.
            return;
        };
        (machine, asked) = (ran, left);
        if !told.is_empty() && events.send(told).await.is_err() {
            return;
        }
    }
}

/// Runs a batch on a thread for plugin code: gives the machine back, the jobs that there was no time for, and what came of
/// the others. None when the thread panicked, which no plugin can bring about.
async fn on_thread(mut machine: Machine, mut asked: VecDeque<Ask>) -> Option<(Machine, VecDeque<Ask>, Vec<Event>)> {
    // May compile: before a thread is taken.
    machine.follow_plugin().await;
    let executor = machine.environment().executor.clone();
    let ran = executor.run(move || {
        let told = machine.run_batch(&mut asked);
        (machine, asked, told)
    });
    ran.await
}

/// Sleeps for a time, or for ever.
async fn sleep_for(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
