//! An activity as its room has it: what it is, its task, what was shown of it last, and what of it is not written yet.
//!
//! # Invariants
//! * The document is the last one of the task's that is durable. Nobody edits it here.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::value::RawValue;

use crate::activity::{ActivityError, ActivityHandle, Ask, Environment, Views};
use crate::domain::activity::{Activity, Phase};
use crate::domain::language::Languages;
use crate::plugin::Activation;
use crate::protocol::server::ActivityView;
use crate::store::{Checkpoint, StateChange, StoredActivity};

/// Jobs that may wait for an activity's state to be read.
const WAITING_MAX: usize = 256;

/// An activity of a room.
pub(super) struct LiveActivity {
    doc: Arc<Activity>,
    /// Whether it is durable that there is this activity; nobody hears of it before.
    is_durable: bool,
    task: Task,
    shown: Shown,
    /// Armed timers, as far as they are durable.
    timers: BTreeMap<String, u64>,
    /// Keys changed since the last checkpoint, as far as they are durable.
    unwritten: BTreeMap<Box<str>, Option<Bytes>>,
    /// The last durable entry that changed the activity, if that is not in a checkpoint yet.
    unwritten_seq: Option<u64>,
    /// What it was found to keep failing on.
    down_on: Option<Activation>,
}

/// Whether an activity has a task.
enum Task {
    /// Its state is not in memory.
    None,
    /// Its state is being read; these wait.
    Starting(VecDeque<Ask>),
    /// It has its state and takes jobs by this handle.
    Started(ActivityHandle),
}

/// What the room was shown of an activity.
#[derive(Default)]
struct Shown {
    /// Something changed since the view that was last asked for.
    is_old: bool,
    /// Nothing has to have changed: somebody came who would read it in a language that it was not made in.
    lacks_language: bool,
    /// A view has been asked for.
    is_asked_for: bool,
    /// The last view, and the last entry that it stands for.
    last: Option<(u64, Views)>,
}

/// What became of a job.
pub(super) enum Given {
    /// Its task has it, or will.
    Taken,
    /// It waits for the state, which has to be read now.
    NeedsState,
}

impl LiveActivity {
    /// An activity that was just made.
    pub(super) fn new(doc: Arc<Activity>) -> Self {
        let (timers, unwritten) = (BTreeMap::new(), BTreeMap::new());
        Self {
            doc,
            is_durable: false,
            task: Task::None,
            shown: Shown::default(),
            timers,
            unwritten,
            unwritten_seq: None,
            down_on: None,
        }
    }

    /// An activity of the store, of which the room has not been shown anything yet.
    pub(super) fn restored(stored: &StoredActivity) -> Self {
        let mut live = Self::new(Arc::new(stored.doc.clone()));
        live.timers = stored.timers.iter().cloned().collect();
        live.shown.is_old = true;
        live.is_durable = true;
        live
    }

    /// What the activity is, as of its last durable change.
    pub(super) fn doc(&self) -> &Arc<Activity> {
        &self.doc
    }

    /// It is durable that it is this now.
    pub(super) fn set_doc(&mut self, doc: Arc<Activity>) {
        (self.doc, self.is_durable) = (doc, true);
    }

    /// Whether it is durable that there is this activity.
    pub(super) fn is_durable(&self) -> bool {
        self.is_durable
    }

    /// Its task has its state and takes jobs.
    pub(super) fn run(&mut self, handle: ActivityHandle) {
        self.task = Task::Started(handle);
    }

    /// Hands over a job.
    ///
    /// # Errors
    /// [`ActivityError::Busy`] when too many wait, [`ActivityError::Gone`] when the task has ended.
    pub(super) fn give(&mut self, ask: Ask) -> Result<Given, ActivityError> {
        match &mut self.task {
            Task::Started(handle) => handle.send(ask).map(|()| Given::Taken),
            Task::Starting(waiting) if waiting.len() < WAITING_MAX => {
                waiting.push_back(ask);
                Ok(Given::Taken)
            }
            Task::Starting(_) => Err(ActivityError::Busy),
            Task::None => {
                self.task = Task::Starting(VecDeque::from([ask]));
                Ok(Given::NeedsState)
            }
        }
    }

    /// The way to its task, if it runs.
    pub(super) fn handle(&self) -> Option<&ActivityHandle> {
        match &self.task {
            Task::Started(handle) => Some(handle),
            Task::None | Task::Starting(_) => None,
        }
    }

    /// The jobs that wait for its state. It is without a task then.
    pub(super) fn take_waiting(&mut self) -> VecDeque<Ask> {
        match std::mem::replace(&mut self.task, Task::None) {
            Task::Starting(waiting) => waiting,
            task => {
                self.task = task;
                VecDeque::new()
            }
        }
    }

    /// Its state, of these rows.
    pub(super) fn space(&self, rows: Vec<(String, Vec<u8>)>) -> hezi_plugin::Space {
        let mut space = hezi_plugin::Space::new();
        for (key, value) in rows {
            space.set(key, value);
        }
        for (name, at_ms) in &self.timers {
            space.arm(name.as_str(), *at_ms);
        }
        space
    }

    /// Whether a timer of it will run.
    pub(super) fn has_armed_timers(&self) -> bool {
        let has_timer = self.doc.phase == Phase::Open && !self.timers.is_empty();
        has_timer || self.doc.schedule.next_ms(self.doc.phase).is_some()
    }

    /// Takes a durable change into the next checkpoint; what was shown is old now.
    pub(super) fn note(&mut self, change: StateChange) {
        self.shown.is_old = true;
        self.unwritten_seq = Some(change.seq);
        for write in change.writes {
            self.unwritten.insert(write.key, write.value);
        }
        for timer in change.timers {
            match timer.at_ms {
                Some(at_ms) => self.timers.insert(timer.name, at_ms),
                None => self.timers.remove(&timer.name),
            };
        }
    }

    /// Whether something has changed that no checkpoint has.
    pub(super) fn has_unwritten(&self) -> bool {
        self.unwritten_seq.is_some()
    }

    /// The next checkpoint, if something has changed.
    pub(super) fn take_checkpoint(&mut self) -> Option<Checkpoint> {
        let seq = self.unwritten_seq.take()?;
        Some(Checkpoint {
            activity: self.doc.id.clone(),
            seq,
            writes: std::mem::take(&mut self.unwritten),
            timers: self.timers.iter().map(|(name, at_ms)| (name.clone(), *at_ms)).collect(),
        })
    }

    /// A checkpoint that could not be written: what has not changed again since goes into the next one.
    pub(super) fn take_back(&mut self, checkpoint: Checkpoint) {
        let newer = std::mem::replace(&mut self.unwritten, checkpoint.writes);
        self.unwritten.extend(newer);
        self.unwritten_seq = Some(self.unwritten_seq.unwrap_or(checkpoint.seq));
    }

    /// Whether a view is to be asked for.
    pub(super) fn wants_view(&self) -> bool {
        (self.shown.is_old || self.shown.lacks_language) && !self.shown.is_asked_for
    }

    /// Whether something changed since the view that was last asked for.
    pub(super) fn has_changed(&self) -> bool {
        self.shown.is_old
    }

    /// A view has been asked for.
    pub(super) fn view_asked(&mut self) {
        (self.shown.is_old, self.shown.lacks_language, self.shown.is_asked_for) = (false, false, true);
    }

    /// Somebody comes who reads these.
    pub(super) fn note_reader(&mut self, languages: &Languages) {
        self.shown.lacks_language |= self.shown.last.as_ref().is_some_and(|(_, views)| views.lacks(languages));
    }

    /// A view has come, or will not.
    pub(super) fn view_answered(&mut self) {
        self.shown.is_asked_for = false;
    }

    /// What was shown is old: it is asked for at the next occasion.
    pub(super) fn view_is_old(&mut self) {
        self.shown.is_old = true;
    }

    /// The room was shown this, and these are who looks now: somebody may have come while it was made.
    pub(super) fn set_shown(&mut self, as_of: u64, views: Views, readers: &[Languages]) {
        self.shown.last = Some((as_of, views));
        readers.iter().for_each(|languages| self.note_reader(languages));
    }

    /// What the room was shown last.
    pub(super) fn shown(&self) -> Option<&(u64, Views)> {
        self.shown.last.as_ref()
    }

    /// It keeps failing on this component.
    pub(super) fn note_down(&mut self, on: Activation) {
        self.down_on = Some(on);
    }

    /// Whether it is out of service: on its own until that version is activated again or it moves, or with all others.
    fn is_down(&self, environment: &Environment) -> bool {
        let Environment { plugins, .. } = environment;
        let is_still = |down: &Activation| plugins.activation(&self.doc.plugin).as_ref() == Some(down);
        self.down_on.as_ref().is_some_and(is_still) || plugins.is_down(&self.doc.plugin)
    }

    /// How clients see it, with this view, if there is one.
    pub(super) fn with_view(&self, view: Option<(u64, Box<RawValue>)>, environment: &Environment) -> ActivityView {
        let (as_of, view) = view.unzip();
        ActivityView {
            id: self.doc.id.clone(),
            plugin: self.doc.plugin.name.clone(),
            version: self.doc.plugin.version.clone(),
            phase: self.doc.phase,
            out_of_service: self.is_down(environment),
            title: self.doc.title.clone(),
            opened_at_ms: self.doc.opened_at_ms,
            closed_at_ms: self.doc.closed_at_ms,
            schedule: self.doc.schedule,
            anonymous: self.doc.anonymous,
            view,
            as_of,
        }
    }
}
