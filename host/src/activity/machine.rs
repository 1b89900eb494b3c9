//! An activity's document, state and plugin, and the calls that take the one through the other.
//!
//! How a call runs is said here; what each job is, in the files below: what changes something in `deeds`, what only reads in
//! `reading`, what happens by itself in `schedule`, and what is different where nobody is to learn who did what in `anonymity`.
//! Which version of the plugin runs is `versions`' business, when a timer runs is `timers`'.
//!
//! # Invariants
//! * A batch ends after about [`BATCH_MS`]: others have to wait for its thread no longer than that and one call.
//! * The document and the state in memory are what the changes told so far add up to; whether they are durable is the
//!   room's business.

mod anonymity;
mod deeds;
mod reading;
mod schedule;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hezi_plugin::{Answer, Call, CallContext, CallReport, Effects, Outcome, Space};

use super::environment::{Environment, without_people};
use super::error::ActivityError;
use super::event::{Event, Told};
use super::job::{Ask, Job};
use super::roll::Roll;
use super::timers::Timers;
use super::versions::{Callee, Current, Followed, Versions};
use crate::domain::activity::{Activity, Phase};
use crate::domain::entry::{Audience, Happening};
use crate::domain::id::UserId;
use crate::plugin::{Loaded, Place};
use crate::store::{Addition, CallInput, Rows, StateChange, StateWrite, TimerWrite};

/// How long a batch may go on beginning calls.
const BATCH_MS: u64 = 100;

/// One activity.
pub(super) struct Machine {
    environment: Environment,
    /// What the activity is. Whoever was told of a change shares it.
    doc: Arc<Activity>,
    space: Space,
    versions: Versions,
    timers: Timers,
    /// Who acted, where that is kept apart from what they did.
    roll: Roll,
    /// Where its calls run, for whoever counts faults.
    place: Place,
    /// What came of the batch that runs, in order.
    told: Vec<Event>,
}

/// A call that succeeded, before it is put into the words of the journal.
struct Success {
    answer: Answer,
    effects: Effects,
    /// What the call was given; none when the host did something of itself and nothing was called.
    input: Option<CallInput>,
}

/// What a call brought about for the activity itself.
#[derive(Default)]
struct PhaseStep {
    phase: Option<Phase>,
    title: Option<String>,
    /// Whether its schedule is another one now.
    is_scheduled: bool,
}

/// Who calls, and how they are spoken to.
#[derive(Default)]
struct Caller {
    id: Option<UserId>,
    /// The organizer who does it for them.
    on_behalf: Option<UserId>,
    /// The plugin's first language if nobody waits for the answer.
    language: Option<Arc<str>>,
}

impl Success {
    /// The host did something of itself.
    fn of_the_host() -> Self {
        Self { answer: Answer::Done, effects: Effects::default(), input: None }
    }

    /// Keeps something of the host's own beside what the plugin wrote.
    fn keep(&mut self, key: Box<str>, value: Bytes) {
        self.effects.writes.insert(key, Some(value));
    }
}

impl Machine {
    pub(super) fn new(doc: Arc<Activity>, space: Space, roll: Roll, environment: Environment) -> Self {
        let (conference, owner) = (environment.conference.clone(), environment.owner.clone());
        let place = Place { conference, owner, activity: Some(doc.id.clone()) };
        let (versions, timers, told) = (Versions::new(&environment.plugins), Timers::default(), Vec::new());
        Self { environment, doc, space, versions, timers, roll, place, told }
    }

    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    fn current(&self) -> Option<&Current> {
        self.versions.current()
    }

    /// Whether an instance holds memory.
    pub(super) fn is_warm(&self) -> bool {
        self.current().is_some_and(|current| current.instance.is_warm())
    }

    /// Gives the instance's memory back.
    pub(super) fn cool(&mut self) {
        if let Some(current) = self.current() {
            current.instance.take().park();
        }
    }

    /// Finds the version to run on.
    pub(super) async fn follow_plugin(&mut self) {
        if self.versions.follow(&mut self.doc, &self.environment).await == Followed::Moved {
            self.timers.forget();
        }
    }

    /// Whether another version is to take over.
    pub(super) fn is_to_move(&self) -> bool {
        self.doc.phase == Phase::Open && self.versions.is_to_move(&self.doc, &self.environment)
    }

    /// Runs what is due by itself and the jobs, one after another, for as long as there is time, and at least one job. Gives
    /// what came of them; jobs that there was no time for stay where they are.
    pub(super) fn run_batch(&mut self, asked: &mut VecDeque<Ask>) -> Vec<Event> {
        let clock = Arc::clone(&self.environment.clock);
        let until_ms = clock.monotonic_ms().saturating_add(BATCH_MS);
        let has_time = || clock.monotonic_ms() < until_ms;
        self.make_ready();
        self.run_schedule();
        self.run_due_timers(has_time);
        run_in_time(asked, has_time, |ask| self.run(ask));
        if let Some(current) = self.versions.current_mut() {
            current.weigh(self.space.bytes());
        }
        std::mem::take(&mut self.told)
    }

    /// Sees to it that there is room for an instance, and lets a waiting version take over.
    fn make_ready(&mut self) {
        if let Some(current) = self.current() {
            self.environment.instances.prepare(&current.instance);
        }
        self.migrate();
        if self.doc.phase == Phase::Open && self.versions.has_moved() {
            // Told before anything is seen of the new version, so that no answer has two of them.
            self.ran(Success::of_the_host());
        }
    }

    /// Runs one job.
    fn run(&mut self, Ask { ticket, job }: Ask) {
        let told = match job {
            Job::Revise { config, title } => self.revise(config, title).into(),
            Job::Discard => self.discard().into(),
            Job::Open => self.open().into(),
            Job::Act { caller, action, on_behalf, languages } => {
                self.act(&caller, on_behalf.as_deref(), action, &languages).into()
            }
            Job::Schedule(schedule) => self.schedule(schedule).into(),
            Job::Attend { who, step } => return self.attend(&who, step),
            Job::Close => self.close(|error| matches!(error, ActivityError::Busy | ActivityError::Gone)).into(),
            Job::End => self.close(|_| false).into(),
            Job::View { viewer, query, readers } => {
                let viewer = viewer.as_deref().map(|viewer| self.as_seen(viewer, self.pseudonym(viewer).as_ref()));
                self.views(viewer.as_ref(), query.as_deref(), &readers).map_or_else(Told::Failed, Told::View)
            }
            Job::Report { languages } => self.report(&languages).map_or_else(Told::Failed, Told::Report),
        };
        self.tell(ticket, told);
    }

    fn tell(&mut self, ticket: Option<u64>, told: Told) {
        self.told.push(Event { activity: self.doc.id.clone(), ticket, told });
        self.tell_news();
    }

    fn tell_news(&mut self) {
        if let Some(on) = self.versions.take_news() {
            let told = Told::OutOfService { activity: self.doc.brief(), on };
            self.told.push(Event { activity: self.doc.id.clone(), ticket: None, told });
        }
    }

    fn need(&self, needed: Phase) -> Result<(), ActivityError> {
        let found = self.doc.phase;
        if found == needed { Ok(()) } else { Err(ActivityError::WrongPhase { found, needed }) }
    }

    /// How long until a timer is due, or what is scheduled.
    pub(super) fn next_wait(&self) -> Option<Duration> {
        let now_ms = self.environment.clock.now_ms();
        let timer = self.has_timers().then(|| self.timers.next_wait(&self.space, now_ms)).flatten();
        [timer, self.timers.scheduled_wait(&self.doc, now_ms)].into_iter().flatten().min()
    }

    /// Whether there are timers that may run.
    fn has_timers(&self) -> bool {
        self.doc.phase == Phase::Open && self.space.timer_count() > 0
    }

    /// Runs the timers that are due while there is time. Those that are left are due the next time, too.
    fn run_due_timers(&mut self, has_time: impl Fn() -> bool) {
        if !self.has_timers() {
            return;
        }
        let now_ms = self.environment.clock.now_ms();
        for timer in self.timers.due(&self.space, now_ms) {
            if !has_time() {
                return;
            }
            // An earlier one of these may have cancelled or moved it.
            if self.space.timer(&timer).is_none_or(|at_ms| at_ms > now_ms) {
                continue;
            }
            match self.call(Caller::default(), timer.clone(), |timer| Call::Tick { timer }) {
                Ok(success) => {
                    self.timers.ran(&timer, &self.space, now_ms);
                    self.ran(success);
                }
                Err(error) => {
                    let pause_ms = self.timers.failed(timer.clone(), now_ms, self.environment.tick_retry_ms);
                    // As `Debug`, because the plugin chooses the words: a line break in them must not begin a line of the log.
                    tracing::warn!(activity.id = %self.doc.id, timer.name = ?timer, retry.after_ms = pause_ms,
                        error = ?error.to_string(), "a timer failed and will run again");
                    self.tell_news();
                }
            }
        }
    }

    /// Lets a waiting version take over, if the state can be brought to its layout. A failure does not count toward
    /// quarantine: the activity stays where it is, and nobody notices.
    fn migrate(&mut self) {
        let Some(candidate) = self.versions.take_candidate() else { return };
        let from = self.doc.plugin.state_version;
        let next = Current::new(Arc::clone(&candidate.loaded), &self.environment);
        let (context, members_as_of) = self.context(candidate.loaded.first_language());
        let call = Call::Migrate { from };
        let input = self.input(&call, Caller::default(), &context, members_as_of, &candidate.loaded);
        match self.run_call(&next.callee(), context, call).result {
            Ok(Outcome { answer, effects }) => {
                self.versions.move_to(next, &mut self.doc);
                self.timers.forget();
                let input = Some(CallInput { payload: from.to_string(), ..input });
                self.ran(Success { answer, effects, input });
            }
            Err(failure) => self.versions.reject(candidate, &failure, &self.doc.id, &self.environment),
        }
    }

    /// The activity did something of itself.
    fn ran(&mut self, success: Success) {
        let changed = self.changed(Happening::Ran { activity: self.doc.id.clone() }, PhaseStep::default(), success);
        self.tell(None, Told::Changed(Box::new(changed)));
    }

    /// Runs a call that may change something. The text that it is given goes into the journal with what came of it.
    fn call(
        &mut self,
        caller: Caller,
        payload: String,
        call: impl FnOnce(&str) -> Call<'_>,
    ) -> Result<Success, ActivityError> {
        let callee = self.versions.callee(&self.doc)?;
        let language = caller.language.clone().unwrap_or_else(|| callee.loaded.first_language());
        let (context, members_as_of) = self.context(language);
        let call = call(&payload);
        let input = self.input(&call, caller, &context, members_as_of, &callee.loaded);
        let Outcome { answer, effects } = self.run_call(&callee, context, call).result?;
        Ok(Success { answer, effects, input: Some(CallInput { payload, ..input }) })
    }

    /// Runs a call and counts it.
    fn run_call(&mut self, callee: &Callee, context: CallContext, call: Call<'_>) -> CallReport {
        let (export, now_ms) = (call.export(), context.now_ms);
        let report = callee.instance.take().call(&mut self.space, context, call);
        if let Some(fault) = callee.loaded.count(export, &self.place, &report, now_ms) {
            self.versions.note_fault(&callee.loaded, export, &self.place, fault, &self.environment);
        }
        report
    }

    /// What a call is given, and the last entry that its members list stands for.
    fn context(&self, language: Arc<str>) -> (CallContext, u64) {
        let (context, members_as_of) = self.environment.context(language);
        let context = if self.doc.anonymous { without_people(context) } else { context };
        (context, members_as_of)
    }

    /// What a call is given, to be recorded, but for its text.
    fn input(
        &self,
        call: &Call<'_>,
        caller: Caller,
        context: &CallContext,
        members_as_of: u64,
        loaded: &Loaded,
    ) -> CallInput {
        // Where few read a language it would tell who called.
        let is_telling = self.doc.anonymous && caller.id.is_some();
        CallInput {
            activity: self.doc.id.clone(),
            seq: 0,
            plugin_hash: Arc::clone(&loaded.reference().hash),
            export: Cow::Borrowed(call.export()),
            caller: caller.id,
            on_behalf: caller.on_behalf,
            language: if is_telling { Arc::default() } else { Arc::clone(&context.language) },
            payload: String::new(),
            now_ms: context.now_ms,
            seed: context.seed,
            members_as_of,
        }
    }

    /// A success in the words of the journal.
    fn changed(&mut self, first: Happening, step: PhaseStep, success: Success) -> Addition {
        let Success { answer, effects: Effects { writes, emits, timers }, input } = success;
        let id = &self.doc.id;
        let mut happenings = Vec::with_capacity(1 + emits.len());
        happenings.push(first);
        happenings.extend(emits.into_iter().filter_map(|emit| emitted(&self.doc, emit)));
        let plugin = self.versions.take_move().then(|| self.doc.plugin.clone());
        let is_other = step.phase.is_some() || step.title.is_some() || step.is_scheduled || plugin.is_some();
        let activities = is_other.then(|| Arc::clone(&self.doc)).into_iter().collect();
        let change = StateChange {
            activity: id.clone(),
            seq: 0,
            writes: writes.into_iter().map(|(key, value)| StateWrite { key, value }).collect(),
            timers: timers.into_iter().map(timer_write).collect(),
            phase: step.phase,
            title: step.title,
            plugin,
        };
        let reply = match answer {
            Answer::Reply(reply) => Some(reply),
            _ => None,
        };
        let rows = Rows { activities, ..Rows::default() };
        Addition { happenings, change: Some(change), call: input, command: None, reply, rows }
    }
}

/// An event of a plugin as an entry; none when it is for somebody who cannot exist, or for one person of an anonymous activity:
/// it would stand in the journal beside what somebody did.
fn emitted(doc: &Activity, emit: hezi_plugin::Emit) -> Option<Happening> {
    let to = match &emit.audience {
        hezi_plugin::Audience::Everyone => Audience::Everyone,
        hezi_plugin::Audience::Organizers => Audience::Organizers,
        hezi_plugin::Audience::Member(_) if doc.anonymous => return None,
        hezi_plugin::Audience::Member(id) => Audience::Member(UserId::parse(id).ok()?),
    };
    Some(Happening::Emit { activity: doc.id.clone(), to, event: emit.event })
}

fn timer_write(change: hezi_plugin::TimerChange) -> TimerWrite {
    match change {
        hezi_plugin::TimerChange::Set { name, at_ms } => TimerWrite { name, at_ms: Some(at_ms) },
        hezi_plugin::TimerChange::Cancel { name } => TimerWrite { name, at_ms: None },
    }
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
