//! The activities of a room: their tasks, what they are asked, and what is shown of them.
//!
//! # Invariants
//! * Every ticket is taken back exactly once: by the event that answers it, or by whoever could not ask.
//! * Of each activity the room is asked at most one view at a time, however many calls changed it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::error::RoomError;
use super::live::{Given, LiveActivity};
use super::message::{Message, Responder, StateRows};
use super::roster::ConnectionId;
use crate::activity::{self, ActivityError, Ask, Attendance, Environment, Event, Job, Report, Roll, Views};
use crate::clock::{new_id, random_32};
use crate::domain::activity::{Activity, Change, Draft, Phase, Schedule};
use crate::domain::command::Stamp;
use crate::domain::entry::Happening;
use crate::domain::id::ActivityId;
use crate::domain::language::Languages;
use crate::domain::member::Member;
use crate::domain::reply::Reply;
use crate::domain::sentence::Sentence;
use crate::domain::veil::Veil;
use crate::plugin::Activation;
use crate::protocol::server::ActivityView;
use crate::store::{Addition, Checkpoint, Rows, SharedJournals, StateChange};

/// Most bytes of views in a welcome: the rest is to be asked for one by one.
const VIEWS_BYTES_MAX: usize = 512 << 10;

/// What a job was given for.
pub(super) enum Ticket {
    /// A command of a member.
    Command(Stamp),
    /// The room's view, because something has changed, or for those who would read it in another language.
    RoomView { has_changed: bool },
    /// A member's view, for somebody who reads these.
    MemberView { answer: Responder<ActivityView>, languages: Languages },
    /// A view for a socket that looks with its member's own eyes.
    OwnView { connection: ConnectionId, query: Option<String> },
    /// Somebody waits for what it reports.
    Report(Responder<Report>),
    /// The end of the conference, which waits for the activity to be closed.
    LastClose,
}

/// The activities of a room.
pub(super) struct Activities {
    live: BTreeMap<ActivityId, LiveActivity>,
    tickets: HashMap<u64, Ticket>,
    last_ticket: u64,
    /// The state of an activity that has to be closed could not be read.
    has_lost_one: bool,
    environment: Environment,
    /// Where tasks put their events.
    events: mpsc::Sender<Vec<Event>>,
    /// The room's own mailbox, for a state that has been read.
    own: mpsc::WeakSender<Message>,
    store: SharedJournals,
}

impl Activities {
    /// These activities, none of which has a task.
    pub(super) fn new(
        live: BTreeMap<ActivityId, LiveActivity>,
        environment: Environment,
        events: mpsc::Sender<Vec<Event>>,
        own: mpsc::WeakSender<Message>,
        store: SharedJournals,
    ) -> Self {
        Self { live, tickets: HashMap::new(), last_ticket: 0, has_lost_one: false, environment, events, own, store }
    }

    /// Starts those that run, so that their timers do; drafts have no state to read.
    ///
    /// # Errors
    /// [`RoomError::Store`] when a state cannot be read.
    pub(super) async fn start_open(&mut self) -> Result<(), RoomError> {
        for (id, live) in &mut self.live {
            let rows = match live.doc().phase {
                Phase::Open => self.store.state(id).await?,
                Phase::Draft => Vec::new(),
                Phase::Closed | Phase::Discarded => continue,
            };
            start(live, rows, &self.environment, &self.events);
        }
        Ok(())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.live.len()
    }

    /// What an activity is.
    ///
    /// # Errors
    /// [`RoomError::UnknownActivity`].
    pub(super) fn doc(&self, id: &ActivityId) -> Result<&Activity, RoomError> {
        self.live.get(id).map(|live| live.doc().as_ref()).ok_or_else(|| RoomError::UnknownActivity(id.clone()))
    }

    /// The veil over what people do in an activity, if it has one.
    pub(super) fn veil(&self, id: &ActivityId) -> Option<&Veil> {
        self.live.get(id)?.doc().veil.as_ref()
    }

    /// What all of them are, in the order in which they were made.
    pub(super) fn docs(&self) -> Vec<Arc<Activity>> {
        self.live.values().filter(|live| live.is_durable()).map(|live| Arc::clone(live.doc())).collect()
    }

    /// Makes an activity; gives what goes into the journal.
    ///
    /// # Errors
    /// [`RoomError::BadId`].
    pub(super) fn create(&mut self, config: String, schedule: Schedule, draft: Draft) -> Result<Addition, RoomError> {
        let Environment { clock, rng, .. } = &self.environment;
        let id = ActivityId::parse(&new_id(clock.as_ref(), rng.as_ref()))?;
        let Draft { title, plugin, trial, anonymous } = draft;
        let (created_at_ms, phase) = (clock.now_ms(), Phase::Draft);
        let schedule = schedule.check(phase, created_at_ms).map_err(ActivityError::Schedule)?;
        // From the beginning: whoever acts first is not known to the journal either.
        let veil = anonymous.then(|| Veil::new(random_32(rng.as_ref())));
        let doc = Activity {
            id: id.clone(),
            plugin,
            title,
            phase,
            config,
            created_at_ms,
            opened_at_ms: None,
            closed_at_ms: None,
            trial,
            schedule,
            anonymous,
            veil,
        };
        let happening = Happening::Activity { activity: doc.brief(), change: Change::Created };
        let mut live = LiveActivity::new(doc.into());
        let rows = Rows { activities: vec![live.doc().clone()], ..Rows::default() };
        start(&mut live, Vec::new(), &self.environment, &self.events);
        let reply = Some(Reply::naming(&id));
        self.live.insert(id, live);
        Ok(Addition { reply, rows, ..Addition::of(happening) })
    }

    /// Gives an activity a job, reading its state first if it is not in memory.
    ///
    /// # Errors
    /// Why not, with the ticket.
    pub(super) fn ask(&mut self, id: &ActivityId, ticket: Ticket, job: Job) -> Result<(), (Ticket, RoomError)> {
        let Some(live) = self.live.get_mut(id) else { return Err((ticket, RoomError::UnknownActivity(id.clone()))) };
        let number = self.last_ticket + 1;
        match live.give(Ask { ticket: Some(number), job }) {
            Ok(Given::Taken) => {}
            Ok(Given::NeedsState) => self.read_state(id),
            Err(error) => return Err((ticket, error.into())),
        }
        self.last_ticket = number;
        self.tickets.insert(number, ticket);
        Ok(())
    }

    /// Asks all that are not closed to be closed because the conference ends. Drafts too: one may be about to open. What is
    /// still a draft then says so and stays one.
    pub(super) fn ask_for_the_end(&mut self) {
        let live = self.live.iter().filter(|(_, live)| !live.doc().phase.is_over());
        let closing: Vec<ActivityId> = live.map(|(id, _)| id.clone()).collect();
        for id in closing {
            let running = self.live.get(&id).and_then(LiveActivity::handle).cloned();
            let Some(handle) = running else {
                self.has_lost_one |= self.ask(&id, Ticket::LastClose, Job::End).is_err();
                continue;
            };
            self.last_ticket += 1;
            self.tickets.insert(self.last_ticket, Ticket::LastClose);
            // It is done after what waits already, however much that is.
            handle.send_surely(Ask { ticket: Some(self.last_ticket), job: Job::End }, &self.environment.tasks);
        }
    }

    /// Whether the end of the conference still waits for one to be closed.
    pub(super) fn are_ending(&self) -> bool {
        self.has_lost_one || self.tickets.values().any(|ticket| matches!(ticket, Ticket::LastClose))
    }

    /// The ticket of an event.
    pub(super) fn take_ticket(&mut self, number: Option<u64>) -> Option<Ticket> {
        self.tickets.remove(&number?)
    }

    /// Whether nothing is asked for that was not answered.
    pub(super) fn is_settled(&self) -> bool {
        self.tickets.is_empty()
    }

    fn read_state(&self, id: &ActivityId) {
        let (store, own, id) = (self.store.clone(), self.own.clone(), id.clone());
        self.environment.tasks.spawn(async move {
            let state = store.state(&id).await.map_err(RoomError::from);
            if let Some(own) = own.upgrade() {
                drop(own.send(Message::Loaded { id, state }).await);
            }
        });
    }

    /// An activity's state was read. Gives the tickets of the jobs that came to nothing because it could not be.
    pub(super) fn loaded(&mut self, id: &ActivityId, state: Result<StateRows, RoomError>) -> Vec<Ticket> {
        let Some(live) = self.live.get_mut(id) else { return Vec::new() };
        let waiting = live.take_waiting();
        match state {
            Ok(rows) => {
                start(live, rows, &self.environment, &self.events);
                // The mailbox is longer than what can have waited.
                waiting.into_iter().for_each(|ask| drop(live.give(ask)));
                Vec::new()
            }
            Err(error) => {
                tracing::error!(activity.id = %id, "its state cannot be read: {error}");
                let tickets: Vec<Ticket> = waiting.iter().filter_map(|ask| self.tickets.remove(&ask.ticket?)).collect();
                self.has_lost_one |= tickets.iter().any(|ticket| matches!(ticket, Ticket::LastClose));
                tickets
            }
        }
    }

    /// Whether an activity that the room still needs has ended: nothing but the journal knows its state.
    pub(super) fn has_lost_one(&self) -> bool {
        self.has_lost_one || self.live.values().filter_map(LiveActivity::handle).any(|handle| handle.is_gone())
    }

    /// It is durable that activities are this now. Of one that was thrown away nothing is left here: its task ends when it
    /// has answered what waits.
    pub(super) fn publish(&mut self, docs: Vec<Arc<Activity>>) {
        for doc in docs {
            if doc.phase == Phase::Discarded {
                self.live.remove(&doc.id);
            } else if let Some(live) = self.live.get_mut(&doc.id) {
                live.set_doc(doc);
            }
        }
    }

    /// A durable change of an activity: its view is old now, and its checkpoint.
    pub(super) fn note(&mut self, change: StateChange) {
        if let Some(live) = self.live.get_mut(&change.activity) {
            live.note(change);
        }
    }

    /// Checkpoints of all that has changed.
    pub(super) fn take_checkpoints(&mut self) -> Vec<Checkpoint> {
        self.live.values_mut().filter_map(LiveActivity::take_checkpoint).collect()
    }

    /// A checkpoint that could not be written.
    pub(super) fn take_back(&mut self, checkpoint: Checkpoint) {
        if let Some(live) = self.live.get_mut(&checkpoint.activity) {
            live.take_back(checkpoint);
        }
    }

    /// Whether something has changed that no checkpoint has.
    pub(super) fn has_unwritten(&self) -> bool {
        self.live.values().any(LiveActivity::has_unwritten)
    }

    /// Whether a timer must find the room in memory.
    pub(super) fn has_armed_timers(&self) -> bool {
        self.live.values().any(LiveActivity::has_armed_timers)
    }

    /// Whether a view has to be asked for.
    pub(super) fn wants_views(&self) -> bool {
        self.live.values().any(LiveActivity::wants_view)
    }

    /// Tells all that run and are open who has come or gone.
    pub(super) fn attend(&mut self, who: &Arc<Member>, step: Attendance) {
        let open = self.live.values().filter(|live| live.doc().phase == Phase::Open);
        for handle in open.filter_map(LiveActivity::handle) {
            let job = Job::Attend { who: Arc::clone(who), step };
            handle.send_surely(Ask { ticket: None, job }, &self.environment.tasks);
        }
    }

    /// Asks for the views that have changed, for people who read these. Where there is too much to do the next occasion will
    /// come.
    pub(super) fn ask_for_views(&mut self, readers: &[Languages]) {
        let wanted = self.live.iter().filter(|(_, live)| live.wants_view());
        let wanted: Vec<_> = wanted.map(|(id, live)| (id.clone(), live.has_changed())).collect();
        for (id, has_changed) in wanted {
            let job = Job::View { viewer: None, query: None, readers: readers.to_vec() };
            if self.ask(&id, Ticket::RoomView { has_changed }, job).is_ok()
                && let Some(live) = self.live.get_mut(&id)
            {
                live.view_asked();
            }
        }
    }

    /// The room's view has come.
    pub(super) fn viewed(&mut self, id: &ActivityId) {
        if let Some(live) = self.live.get_mut(id) {
            live.view_answered();
        }
    }

    /// The room's view could not be made. Where that is transient the last one stays; otherwise gives what people are
    /// told in its place, for what they see is no longer what there is.
    pub(super) fn view_failed(&mut self, id: &ActivityId, error: &ActivityError) -> Option<Views> {
        tracing::debug!(activity.id = %id, error = ?error.to_string(), "no view");
        let live = self.live.get_mut(id)?;
        live.view_answered();
        if matches!(error, ActivityError::Busy | ActivityError::Gone) {
            live.view_is_old();
        }
        let failure = error.is_plugins_fault().then(|| failure_views(&live.doc().title)).flatten()?;
        let is_shown = live.shown().is_some_and(|(_, last)| last.is_same(&failure));
        (!is_shown).then_some(failure)
    }

    /// An activity keeps failing and is out of service.
    pub(super) fn note_down(&mut self, id: &ActivityId, on: Activation) {
        if let Some(live) = self.live.get_mut(id) {
            live.note_down(on);
        }
    }

    /// Somebody comes who reads these: what is there for them is asked for where nobody has read it in their language.
    pub(super) fn note_reader(&mut self, languages: &Languages) {
        self.live.values_mut().for_each(|live| live.note_reader(languages));
    }

    /// What the room was shown last.
    pub(super) fn last_shown(&self, id: &ActivityId) -> Option<&Views> {
        self.live.get(id)?.shown().map(|(_, views)| views)
    }

    /// The room was shown this view, and these are who looks.
    pub(super) fn shown(&mut self, id: &ActivityId, as_of: u64, views: Views, readers: &[Languages]) {
        if let Some(live) = self.live.get_mut(id) {
            live.set_shown(as_of, views, readers);
        }
    }

    /// An activity with this view.
    ///
    /// # Errors
    /// [`RoomError::UnknownActivity`].
    pub(super) fn with_view(
        &self,
        id: &ActivityId,
        as_of: u64,
        view: Box<RawValue>,
    ) -> Result<ActivityView, RoomError> {
        let live = self.live.get(id).ok_or_else(|| RoomError::UnknownActivity(id.clone()))?;
        Ok(live.with_view(Some((as_of, view)), &self.environment))
    }

    /// All activities, latest first in their right to room: with the views that were last shown, as far as they fit.
    pub(super) fn list(&self, languages: &Languages) -> Vec<ActivityView> {
        let mut left = VIEWS_BYTES_MAX;
        let mut views: Vec<ActivityView> = Vec::with_capacity(self.live.len());
        for live in self.live.values().rev().filter(|live| live.is_durable()) {
            let bytes = live.shown().map_or(0, |(_, views)| views.bytes_max());
            let fits = bytes <= left;
            left -= if fits { bytes } else { 0 };
            let shown = live.shown().filter(|_| fits).map(|(as_of, views)| (*as_of, views.best(languages).to_owned()));
            views.push(live.with_view(shown, &self.environment));
        }
        views.reverse();
        views
    }
}

fn start(live: &mut LiveActivity, mut rows: StateRows, environment: &Environment, events: &mpsc::Sender<Vec<Event>>) {
    let roll = Roll::take_from(&mut rows);
    let space = live.space(rows);
    live.run(activity::start(live.doc().clone(), space, roll, environment.clone(), events.clone()));
}

/// What is to be seen in the place of an activity that has failed, in each language of the server.
fn failure_views(title: &str) -> Option<Views> {
    let block = serde_json::json!({ "type": "notice", "tone": "warning" });
    Views::of_the_host(title, &block, &Sentence::NotShown {}).ok()
}
