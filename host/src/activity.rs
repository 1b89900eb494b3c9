//! Activities: one task each, which runs its plugin's calls one after another and tells the room what came of them.
//!
//! A task owns the activity's state in memory and drains its mailbox in batches onto a thread for plugin code. It gives
//! out no `seq`, writes nothing to the store and talks to no client: that is the room's business.
//!
//! # Invariants
//! * Guest code never runs on an async worker thread.
//! * Outcomes leave in the order in which the calls ran; a view that leaves after an outcome shows it.
//! * A call that failed left no trace in the state.

mod batch;
mod draft;
mod error;
mod machine;
mod reading;
mod seats;
mod timers;
mod versions;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use hezi_plugin::{Effects, Members, Space};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::task::TaskTracker;

pub use self::draft::{Drafted, draft};
pub use self::error::ActivityError;
use self::machine::Machine;
pub use self::seats::Seats;
use crate::clock::{SharedClock, SharedRng};
use crate::domain::activity::{Activity, Phase, PluginRef};
use crate::domain::id::{ActivityId, ConferenceId, UserId};
use crate::domain::member::{Member, Role};
use crate::plugin::Plugins;

/// Jobs that may wait for an activity. More are refused at once: waiting longer would help nobody.
const MAILBOX_LEN: usize = 4_096;
/// Jobs run in one go, so that a storm cannot keep a view waiting for long.
pub(crate) const BATCH_LEN: usize = 256;
/// An instance that is not used for so long gives its memory back.
const COOL_AFTER: Duration = Duration::from_secs(5);

/// The members as plugins see them, and the entry up to which the list is good.
#[derive(Debug, Clone, Default)]
pub struct MembersAsOf {
    /// The members.
    pub members: Arc<Members>,
    /// The last entry that the list stands for.
    pub seq: u64,
}

/// What every activity of a conference needs.
#[derive(Clone)]
pub struct Surroundings {
    /// The conference.
    pub conference: ConferenceId,
    /// Whose conference it is.
    pub owner: UserId,
    /// The plugins.
    pub plugins: Plugins,
    /// The time.
    pub clock: SharedClock,
    /// Randomness.
    pub rng: SharedRng,
    /// The conference's members, kept up to date by the room.
    pub members: Arc<ArcSwap<MembersAsOf>>,
    /// Places on threads for plugin code, shared by all activities of the server.
    pub threads: Arc<Semaphore>,
    /// Where instances are kept between calls, shared by all activities of the server.
    pub seats: Seats,
    /// Where tasks are counted.
    pub tasks: TaskTracker,
    /// Shortest time between two failing runs of a timer.
    pub tick_retry_ms: u64,
}

/// What an activity is asked to do.
#[derive(Debug)]
pub enum Job {
    /// Open it.
    Open {
        /// Comes back with the outcome.
        ticket: u64,
    },
    /// A member acts.
    Act {
        /// Comes back with the outcome.
        ticket: u64,
        /// Who.
        caller: Member,
        /// What: a JSON text.
        action: String,
    },
    /// Close it.
    Close {
        /// Comes back with the outcome.
        ticket: u64,
    },
    /// Show it.
    View {
        /// Comes back with the view.
        ticket: u64,
        /// To whom; to the room if to nobody in particular.
        viewer: Option<Member>,
    },
    /// Report on it.
    Report {
        /// Comes back with the report.
        ticket: u64,
    },
}

/// What came of a job, or of a timer.
#[derive(Debug)]
pub struct Done {
    /// Which activity.
    pub activity: ActivityId,
    /// The ticket of the job; none for a timer or a migration.
    pub ticket: Option<u64>,
    /// What came of it.
    pub result: Result<Product, ActivityError>,
    /// Whether this is the first that the activity notices of being out of service, by itself or with its version.
    pub quarantined: bool,
}

/// What a job gives.
#[derive(Debug)]
pub enum Product {
    /// The state changed, or could have.
    Changed(Box<Changed>),
    /// What is to be seen: a JSON text.
    View(String),
    /// A report.
    Report(Report),
}

/// A call that succeeded.
#[derive(Debug)]
pub struct Changed {
    /// The exported function; none when the host closed the activity without its plugin, and nothing ran.
    pub export: Option<&'static str>,
    /// Who called, for `act`.
    pub caller: Option<UserId>,
    /// What the call was given: a configuration, an action, a timer's name, a version.
    pub payload: String,
    /// The time that the call was told.
    pub now_ms: u64,
    /// The seed of its randomness.
    pub seed: [u8; 32],
    /// The last entry before the members list that it was given.
    pub members_as_of: u64,
    /// The component that ran.
    pub plugin_hash: String,
    /// The answer to `act`: a JSON text.
    pub reply: Option<String>,
    /// What it changed.
    pub effects: Effects,
    /// The phase that the activity entered, if it did.
    pub phase: Option<Phase>,
    /// The title that it took, if it did.
    pub title: Option<String>,
    /// The plugin version that it moved to since the change before, if it did.
    pub plugin: Option<PluginRef>,
}

/// A report: a table and the figures that sum it up.
#[derive(Debug, Clone)]
pub struct Report {
    /// The activity's title.
    pub title: String,
    /// The figures: a JSON object.
    pub summary: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// The way to an activity's task.
#[derive(Debug, Clone)]
pub struct ActivityHandle {
    jobs: mpsc::Sender<Job>,
    shut: Arc<AtomicBool>,
}

impl ActivityHandle {
    /// Hands over a job without waiting.
    ///
    /// # Errors
    /// [`ActivityError::Busy`] when too many wait, [`ActivityError::Gone`] when the task has ended.
    pub fn send(&self, job: Job) -> Result<(), ActivityError> {
        self.jobs.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => ActivityError::Busy,
            mpsc::error::TrySendError::Closed(_) => ActivityError::Gone,
        })
    }

    /// Closes the activity without its plugin, for a conference that is over: what still waits finds it closed. Its state
    /// stays in memory, to be looked at and reported on.
    pub fn shut(&self) {
        self.shut.store(true, Ordering::Relaxed);
    }

    /// Whether the task has ended.
    pub fn is_gone(&self) -> bool {
        self.jobs.is_closed()
    }
}

/// Starts an activity's task on a state that is already loaded. It ends when the handle and the receiver are gone.
pub fn start(activity: Activity, space: Space, around: Surroundings, done: mpsc::Sender<Vec<Done>>) -> ActivityHandle {
    let (jobs, mailbox) = mpsc::channel(MAILBOX_LEN);
    let tasks = around.tasks.clone();
    let shut = Arc::new(AtomicBool::new(false));
    tasks.spawn(run(Machine::new(activity, space, around, Arc::clone(&shut)), mailbox, done));
    ActivityHandle { jobs, shut }
}

async fn run(mut machine: Machine, mut mailbox: mpsc::Receiver<Job>, done: mpsc::Sender<Vec<Done>>) {
    let mut batch = VecDeque::new();
    loop {
        if batch.is_empty() {
            let timer_wait = machine.next_timer_wait();
            tokio::select! {
                job = mailbox.recv() => match job {
                    Some(job) => batch.push_back(job),
                    None => return,
                },
                () = sleep_for(timer_wait) => {}
                () = tokio::time::sleep(COOL_AFTER), if machine.is_warm() => {
                    machine.cool();
                    continue;
                }
            }
        }
        while batch.len() < BATCH_LEN
            && let Ok(job) = mailbox.try_recv()
        {
            batch.push_back(job);
        }
        let Some(ran) = batch::run(machine, batch).await else {
            // The thread panicked and took the state with it: the room starts again from the journal.
            return;
        };
        (machine, batch) = (ran.machine, ran.left);
        if !ran.done.is_empty() && done.send(ran.done).await.is_err() {
            return;
        }
    }
}

/// Sleeps for a time, or for ever.
async fn sleep_for(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

/// A member as plugins see them.
pub fn plugin_member(member: &Member) -> hezi_plugin::Member {
    hezi_plugin::Member {
        id: member.id.to_string(),
        name: member.name.clone(),
        role: match member.role {
            Role::Participant => hezi_plugin::Role::Participant,
            Role::Organizer => hezi_plugin::Role::Organizer,
        },
    }
}
