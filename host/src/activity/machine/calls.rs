//! The parts of an activity's machine, and how a call takes them from one state to the next.
//!
//! What the calls are is said in the files beside this one; this is the floor, which calls none of them.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use hezi_plugin::{Answer, Call, CallContext, CallReport, Effects, Outcome, Space};

use crate::activity::environment::{Environment, without_people};
use crate::activity::error::ActivityError;
use crate::activity::event::{Event, Told};
use crate::activity::quarantine::ActivityQuarantine;
use crate::activity::roll::Roll;
use crate::activity::timers::Timers;
use crate::activity::versions::{Callee, Current, Versions};
use crate::domain::activity::{Activity, Phase};
use crate::domain::entry::{Audience, Happening};
use crate::domain::id::UserId;
use crate::plugin::{CallSite, Loaded};
use crate::store::{Addition, CallInput, Rows, StateChange, StateWrite, TimerWrite};

/// An activity in memory: its document, its state and the version that it runs on, which calls change together.
pub(in crate::activity) struct Machine {
    pub(super) environment: Environment,
    /// What the activity is. Whoever was told of a change shares it.
    pub(super) doc: Arc<Activity>,
    pub(super) space: Space,
    pub(super) versions: Versions,
    pub(super) quarantine: ActivityQuarantine,
    pub(super) timers: Timers,
    /// Who acted, where that is kept apart from what they did.
    pub(super) roll: Roll,
    /// Where its calls run, for whoever counts faults.
    pub(super) site: CallSite,
    /// What came of the batch that runs, in order.
    pub(super) told: Vec<Event>,
}

/// A call that succeeded, before it is put into the words of the journal.
pub(super) struct Success {
    pub(super) answer: Answer,
    pub(super) effects: Effects,
    /// What the call was given; none when the host did something of itself and nothing was called.
    pub(super) input: Option<CallInput>,
}

/// What a call brought about for the activity itself.
#[derive(Default)]
pub(super) struct PhaseStep {
    pub(super) phase: Option<Phase>,
    pub(super) title: Option<String>,
    /// Whether its schedule is another one now.
    pub(super) is_scheduled: bool,
}

/// Who calls, and how they are spoken to.
#[derive(Default)]
pub(super) struct Caller {
    pub(super) id: Option<UserId>,
    /// The organizer who does it for them.
    pub(super) on_behalf: Option<UserId>,
    /// The plugin's first language if nobody waits for the answer.
    pub(super) language: Option<Arc<str>>,
}

impl Success {
    /// The host did something of itself.
    pub(super) fn of_the_host() -> Self {
        Self { answer: Answer::Done, effects: Effects::default(), input: None }
    }

    /// Keeps something of the host's own beside what the plugin wrote.
    pub(super) fn keep(&mut self, key: Box<str>, value: Bytes) {
        self.effects.writes.insert(key, Some(value));
    }
}

impl Machine {
    pub(in crate::activity) fn new(doc: Arc<Activity>, space: Space, roll: Roll, environment: Environment) -> Self {
        let (conference, owner) = (environment.conference.clone(), environment.owner.clone());
        let site = CallSite { conference, owner, activity: Some(doc.id.clone()) };
        let (versions, timers, told) = (Versions::new(&environment.plugins), Timers::default(), Vec::new());
        let quarantine = ActivityQuarantine::default();
        Self { environment, doc, space, versions, quarantine, timers, roll, site, told }
    }

    pub(in crate::activity) fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(super) fn current(&self) -> Option<&Current> {
        self.versions.current()
    }

    pub(super) fn tell(&mut self, ticket: Option<u64>, told: Told) {
        self.told.push(Event { activity: self.doc.id.clone(), ticket, told });
        self.tell_news();
    }

    pub(super) fn tell_news(&mut self) {
        if let Some(on) = self.quarantine.take_news() {
            let told = Told::OutOfService { activity: self.doc.brief(), on };
            self.told.push(Event { activity: self.doc.id.clone(), ticket: None, told });
        }
    }

    pub(super) fn need(&self, needed: Phase) -> Result<(), ActivityError> {
        let found = self.doc.phase;
        if found == needed { Ok(()) } else { Err(ActivityError::WrongPhase { found, needed }) }
    }

    /// The activity did something of itself.
    pub(super) fn ran(&mut self, success: Success) {
        let changed = self.changed(Happening::Ran { activity: self.doc.id.clone() }, PhaseStep::default(), success);
        self.tell(None, Told::Changed(Box::new(changed)));
    }

    /// The version to call, if it is there and neither it nor the activity is out of service.
    ///
    /// # Errors
    /// Why nothing runs.
    pub(super) fn callee(&mut self) -> Result<Callee, ActivityError> {
        let current = self.versions.at_work(&self.doc)?;
        self.quarantine.check(&current.loaded)?;
        Ok(current.callee())
    }

    /// Runs a call that may change something. The text that it is given goes into the journal with what came of it.
    pub(super) fn call(
        &mut self,
        caller: Caller,
        payload: String,
        call: impl FnOnce(&str) -> Call<'_>,
    ) -> Result<Success, ActivityError> {
        let callee = self.callee()?;
        let language = caller.language.clone().unwrap_or_else(|| callee.loaded.first_language());
        let (context, members_as_of) = self.context(language);
        let call = call(&payload);
        let input = self.input(&call, caller, &context, members_as_of, &callee.loaded);
        let Outcome { answer, effects } = self.run_call(&callee, context, call).result?;
        Ok(Success { answer, effects, input: Some(CallInput { payload, ..input }) })
    }

    /// Runs a call and counts it.
    pub(super) fn run_call(&mut self, callee: &Callee, context: CallContext, call: Call<'_>) -> CallReport {
        let (export, now_ms) = (call.export(), context.now_ms);
        let report = callee.instance.take().call(&mut self.space, context, call);
        if let Some(fault) = callee.loaded.count(export, &self.site, &report, now_ms) {
            self.quarantine.note_fault(&callee.loaded, export, &self.site, fault, &self.environment.plugins);
        }
        report
    }

    /// What a call is given, and the last entry that its members list stands for.
    pub(super) fn context(&self, language: Arc<str>) -> (CallContext, u64) {
        let (context, members_as_of) = self.environment.context(language);
        let context = if self.doc.anonymous { without_people(context) } else { context };
        (context, members_as_of)
    }

    /// What a call is given, to be recorded, but for its text.
    pub(super) fn input(
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
            export: Cow::Borrowed(call.export().name()),
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
    pub(super) fn changed(&mut self, first: Happening, step: PhaseStep, success: Success) -> Addition {
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
            Answer::Reply(reply) => Some(reply.into()),
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
