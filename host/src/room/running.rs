//! Activities and their tasks: which have one, and how one gets its state from the store first.

use std::collections::{BTreeMap, VecDeque};

use super::actor::Room;
use super::command::Message;
use super::error::RoomError;
use super::views::ViewState;
use crate::activity::{self, ActivityError, ActivityHandle, Job};
use crate::domain::activity::Activity;
use crate::domain::id::ActivityId;

/// An activity of the room.
pub(super) struct Slot {
    pub(super) activity: Activity,
    pub(super) running: Running,
    pub(super) view: ViewState,
    /// Armed timers, as far as they are durable.
    pub(super) timers: BTreeMap<String, u64>,
    /// Keys changed since the last checkpoint, as far as they are durable.
    pub(super) unwritten: BTreeMap<String, Option<Vec<u8>>>,
    /// The last durable entry that changed the activity, if that is not in a checkpoint yet.
    pub(super) unwritten_seq: Option<u64>,
}

/// Whether an activity has a task.
pub(super) enum Running {
    /// Its state is not in memory.
    No,
    /// Its state is being read; these wait.
    Loading(VecDeque<Job>),
    /// It has a task.
    Yes(ActivityHandle),
}

impl Slot {
    pub(super) fn new(activity: Activity, running: Running) -> Self {
        Self {
            activity,
            running,
            view: ViewState::default(),
            timers: BTreeMap::new(),
            unwritten: BTreeMap::new(),
            unwritten_seq: None,
        }
    }
}

impl Room {
    /// Hands a job to an activity, reading its state first if it is not in memory.
    pub(super) fn give(&mut self, id: &ActivityId, job: Job) -> Result<(), RoomError> {
        let own = self.own.clone();
        let slot = self.activities.get_mut(id).ok_or_else(|| RoomError::UnknownActivity(id.clone()))?;
        match &mut slot.running {
            Running::Yes(handle) => return Ok(handle.send(job)?),
            Running::Loading(waiting) if waiting.len() < activity::BATCH_LEN => waiting.push_back(job),
            Running::Loading(_) => return Err(ActivityError::Busy.into()),
            Running::No => {
                slot.running = Running::Loading(VecDeque::from([job]));
                let (store, id) = (self.shared.store.clone(), id.clone());
                self.around.tasks.spawn(async move {
                    let state = store.state(&id).await.map_err(RoomError::from);
                    if let Some(own) = own.upgrade() {
                        drop(own.send(Message::Loaded { id, state }).await);
                    }
                });
            }
        }
        Ok(())
    }

    /// An activity's state was read.
    pub(super) fn loaded(&mut self, id: &ActivityId, state: Result<Vec<(String, Vec<u8>)>, RoomError>) {
        let (around, outcomes) = (self.around.clone(), self.outcomes.clone());
        let Some(slot) = self.activities.get_mut(id) else { return };
        let Running::Loading(waiting) = std::mem::replace(&mut slot.running, Running::No) else { return };
        match state {
            Ok(rows) => {
                let space = space_of(rows, &slot.timers);
                let handle = activity::start(slot.activity.clone(), space, around, outcomes);
                slot.running = Running::Yes(handle.clone());
                for job in waiting {
                    // The mailbox is longer than what can have waited.
                    drop(handle.send(job));
                }
            }
            Err(error) => {
                tracing::error!(activity.id = %id, "its state cannot be read: {error}");
                for ticket in waiting.iter().map(ticket_of) {
                    self.fail(ticket, ActivityError::Gone);
                }
            }
        }
    }

    /// Whether an activity's task has ended though the room still needs it.
    pub(super) fn has_lost_an_activity(&self) -> bool {
        self.activities.values().any(|slot| matches!(&slot.running, Running::Yes(handle) if handle.is_gone()))
    }
}

pub(super) fn space_of(rows: Vec<(String, Vec<u8>)>, timers: &BTreeMap<String, u64>) -> hezi_plugin::Space {
    let mut space = hezi_plugin::Space::new();
    for (key, value) in rows {
        space.set(key, value);
    }
    for (name, at_ms) in timers {
        space.arm(name.as_str(), *at_ms);
    }
    space
}

fn ticket_of(job: &Job) -> u64 {
    match job {
        Job::Open { ticket }
        | Job::Act { ticket, .. }
        | Job::Close { ticket }
        | Job::View { ticket, .. }
        | Job::Report { ticket } => *ticket,
    }
}
