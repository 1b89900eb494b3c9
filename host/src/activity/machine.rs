//! An activity's state and plugin, and the calls that take the one through the other.
//!
//! Phases are decided here. Which version of the plugin runs is `versions`' business, what only reads is `reading`'s, when
//! a timer runs is `timers`'.
//!
//! # Invariants
//! * The state in memory is what the outcomes so far add up to; whether they are durable is the room's business.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hezi_plugin::{Answer, Call, CallContext, CallReport, Space};

use super::timers::Retry;
use super::versions::{Attempt, Running, attempt};
use super::{ActivityError, Changed, Done, Job, Product, Surroundings, plugin_member};
use crate::clock::random_32;
use crate::domain::activity::{Activity, Phase, PluginRef};
use crate::domain::id::UserId;
use crate::plugin::{Loaded, Place, Verdict};

/// One activity.
pub(super) struct Machine {
    pub(super) around: Surroundings,
    pub(super) activity: Activity,
    pub(super) space: Space,
    pub(super) running: Option<Running>,
    /// The version that the activity moved to and that no outcome has carried yet.
    pub(super) moved: Option<PluginRef>,
    /// A version waiting to take over after `migrate`.
    pub(super) candidate: Option<Arc<Loaded>>,
    /// The component whose `migrate` failed, and the activation under which it did: it is not tried again until an
    /// administrator activates it anew.
    pub(super) rejected: Option<Attempt>,
    /// The component that was found in quarantine, and under which activation: that is reported once.
    pub(super) noticed: Option<Attempt>,
    /// The component on which this activity keeps failing, and under which activation: its calls are not tried any more.
    pub(super) faulted: Option<Attempt>,
    /// Whether the version that the state stands on is there and could not be loaded.
    pub(super) is_unloaded: bool,
    pub(super) retries: HashMap<String, Retry>,
    /// Set by the room when the conference is over and the plugin did not close the activity.
    shut: Arc<AtomicBool>,
}

impl Machine {
    pub(super) fn new(activity: Activity, space: Space, around: Surroundings, shut: Arc<AtomicBool>) -> Self {
        Self {
            around,
            activity,
            space,
            running: None,
            moved: None,
            candidate: None,
            rejected: None,
            noticed: None,
            faulted: None,
            is_unloaded: false,
            retries: HashMap::new(),
            shut,
        }
    }

    /// Is closed from now on, if the room has closed it without the plugin.
    pub(super) fn obey(&mut self) {
        if self.shut.load(Ordering::Relaxed) {
            self.activity.phase = Phase::Closed;
        }
    }

    /// Whether an instance holds memory.
    pub(super) fn is_warm(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.seat.is_warm())
    }

    /// Gives the instance's memory back.
    pub(super) fn cool(&mut self) {
        if let Some(running) = &self.running {
            running.seat.take().park();
        }
    }

    /// Calls are about to run: sees to it that there is room for an instance.
    pub(super) fn prepare(&self) {
        if let Some(running) = &self.running {
            self.around.seats.prepare(&running.seat);
        }
    }

    /// Where its calls run.
    pub(super) fn place(&self) -> Place {
        let (conference, owner) = (self.around.conference.clone(), self.around.owner.clone());
        Place { conference, owner, activity: Some(self.activity.id.clone()) }
    }

    /// Tells the version that it runs on how large its state is.
    pub(super) fn weigh(&mut self) {
        if let Some(running) = &mut self.running {
            running.share.weigh(self.space.bytes());
        }
    }

    /// Runs one job.
    pub(super) fn run(&mut self, job: Job) -> Done {
        self.obey();
        match job {
            Job::Open { ticket } => {
                let (result, quarantined) = self.open();
                self.done(Some(ticket), result.map(|changed| Product::Changed(Box::new(changed))), quarantined)
            }
            Job::Close { ticket } => {
                let (result, quarantined) = self.close();
                self.done(Some(ticket), result.map(|changed| Product::Changed(Box::new(changed))), quarantined)
            }
            Job::Act { ticket, caller, action } => {
                let (result, quarantined) = self.act(&caller, action);
                self.done(Some(ticket), result.map(|changed| Product::Changed(Box::new(changed))), quarantined)
            }
            Job::View { ticket, viewer } => {
                let viewer = viewer.as_ref().map(plugin_member);
                let (result, quarantined) = self.view(viewer);
                self.done(Some(ticket), result.map(Product::View), quarantined)
            }
            Job::Report { ticket } => {
                let (result, quarantined) = self.report();
                self.done(Some(ticket), result.map(Product::Report), quarantined)
            }
        }
    }

    pub(super) fn done(&self, ticket: Option<u64>, result: Result<Product, ActivityError>, quarantined: bool) -> Done {
        Done { activity: self.activity.id.clone(), ticket, result, quarantined }
    }

    pub(super) fn need(&self, needed: Phase) -> Result<(), ActivityError> {
        let found = self.activity.phase;
        if found == needed { Ok(()) } else { Err(ActivityError::WrongPhase { found, needed }) }
    }

    fn open(&mut self) -> (Result<Changed, ActivityError>, bool) {
        if let Err(error) = self.need(Phase::Draft) {
            return (Err(error), false);
        }
        let config = self.activity.config.clone();
        // The draft was judged by the version of its time; this may be another one.
        if let Some(running) = &self.running
            && let Err(error) = running.loaded.check_config(&config)
        {
            return (Err(ActivityError::Schema(error)), false);
        }
        let (result, quarantined) = self.call("open", None, config.clone(), Call::Open { config });
        let result = result.map(|mut changed| {
            self.activity.phase = Phase::Open;
            changed.phase = Some(Phase::Open);
            if let Some(title) = &changed.title {
                self.activity.title.clone_from(title);
            }
            changed
        });
        (result, quarantined)
    }

    fn close(&mut self) -> (Result<Changed, ActivityError>, bool) {
        if let Err(error) = self.need(Phase::Open) {
            return (Err(error), false);
        }
        let (result, quarantined) = self.call("close", None, String::new(), Call::Close);
        let result = match result {
            Ok(changed) => Ok(changed),
            // There is no room for it at the moment, and that passes.
            Err(error @ (ActivityError::Busy | ActivityError::Gone)) => Err(error),
            Err(error) => Ok(self.close_without_plugin(&error)),
        };
        let result = result.map(|mut changed| {
            self.activity.phase = Phase::Closed;
            changed.phase = Some(Phase::Closed);
            changed
        });
        (result, quarantined)
    }

    /// An organizer can always close: what a plugin refuses, or does not live to do, keeps nobody in an activity.
    fn close_without_plugin(&mut self, why: &ActivityError) -> Changed {
        tracing::warn!(activity.id = %self.activity.id, error = ?why.to_string(), "closed without its plugin");
        let (context, as_of) = self.context();
        let hash = self.activity.plugin.hash.clone();
        Inputs { now_ms: context.now_ms, seed: context.seed, members_as_of: as_of, plugin_hash: hash }.without_call()
    }

    fn act(
        &mut self,
        caller: &crate::domain::member::Member,
        action: String,
    ) -> (Result<Changed, ActivityError>, bool) {
        if let Err(error) = self.need(Phase::Open) {
            return (Err(error), false);
        }
        if let Some(running) = &self.running
            && let Err(error) = running.loaded.check_action(&action)
        {
            return (Err(ActivityError::Schema(error)), false);
        }
        let call = Call::Act { caller: plugin_member(caller), action: action.clone() };
        self.call("act", Some(caller.id.clone()), action, call)
    }

    /// Runs a call that may change something.
    pub(super) fn call(
        &mut self,
        export: &'static str,
        caller: Option<UserId>,
        payload: String,
        call: Call,
    ) -> (Result<Changed, ActivityError>, bool) {
        let (context, as_of) = self.context();
        // What is switched off does nothing more but end well: a seed is revealed, money goes back.
        let must_be_active = !self.activity.trial && export != "close";
        if must_be_active && self.around.plugins.active(&self.activity.plugin.name).is_none() {
            return (Err(self.no_plugin()), false);
        }
        if let Err(refused) = self.check_version() {
            return refused;
        }
        let Some(running) = &self.running else { return (Err(self.not_running()), false) };
        let (loaded, seat) = (Arc::clone(&running.loaded), Arc::clone(&running.seat));
        let inputs = Inputs::of(&context, as_of, &loaded);
        let report = seat.take().call(&mut self.space, context, call);
        let quarantined = self.count(&loaded, export, &report);
        let outcome = match report.result {
            Ok(outcome) => outcome,
            Err(failure) => return (Err(failure.into()), quarantined),
        };
        let mut changed = inputs.changed(export, payload, outcome.effects);
        changed.caller = caller;
        changed.plugin = self.moved.take();
        match outcome.answer {
            Answer::Reply(reply) => changed.reply = Some(reply),
            Answer::Title(title) => changed.title = Some(title),
            _ => {}
        }
        (Ok(changed), quarantined)
    }

    /// Counts a call; true when the activity notices by its fault that it is out of service.
    pub(super) fn count(&mut self, loaded: &Loaded, export: &'static str, report: &CallReport) -> bool {
        match self.around.plugins.count(loaded, export, &self.place(), report) {
            Verdict::Goes => false,
            Verdict::PlaceOut => {
                self.faulted = Some(attempt(loaded));
                self.is_news(loaded)
            }
            Verdict::VersionOut => self.is_news(loaded),
        }
    }

    /// Whether the version that the state stands on is there and neither it nor the activity is out of service. Otherwise
    /// why not, and whether the activity notices that only now.
    pub(super) fn check_version<T>(&mut self) -> Result<(), (Result<T, ActivityError>, bool)> {
        let Some(running) = &self.running else { return Err((Err(self.not_running()), false)) };
        let plugin = || self.activity.plugin.name.clone();
        let is_faulted = self.faulted.as_ref().is_some_and(|faulted| *faulted == attempt(&running.loaded));
        let error = match (running.loaded.is_quarantined(), is_faulted) {
            (true, _) => ActivityError::Quarantined { plugin: plugin() },
            (false, true) => ActivityError::Faulted { plugin: plugin() },
            (false, false) => return Ok(()),
        };
        let loaded = Arc::clone(&running.loaded);
        let is_news = self.is_news(&loaded);
        Err((Err(error), is_news))
    }

    /// Whether the activity did not know yet that this version is in quarantine; from now on it does.
    pub(super) fn is_news(&mut self, loaded: &Loaded) -> bool {
        let attempt = attempt(loaded);
        self.noticed.replace(attempt.clone()) != Some(attempt)
    }

    /// Why no version runs.
    pub(super) fn not_running(&self) -> ActivityError {
        if self.is_unloaded {
            return ActivityError::NotLoaded { plugin: self.activity.plugin.name.clone() };
        }
        self.no_plugin()
    }

    fn no_plugin(&self) -> ActivityError {
        ActivityError::NoPlugin { plugin: self.activity.plugin.name.clone() }
    }

    /// What a call is given, and the last entry that its members list stands for.
    pub(super) fn context(&self) -> (CallContext, u64) {
        let members = self.around.members.load();
        let context = CallContext {
            now_ms: self.around.clock.now_ms(),
            seed: random_32(self.around.rng.as_ref()),
            members: Arc::clone(&members.members),
        };
        (context, members.seq)
    }
}

/// What a call was given, to be recorded.
pub(super) struct Inputs {
    now_ms: u64,
    seed: [u8; 32],
    members_as_of: u64,
    plugin_hash: String,
}

impl Inputs {
    pub(super) fn of(context: &CallContext, members_as_of: u64, loaded: &Loaded) -> Self {
        let plugin_hash = loaded.reference().hash.clone();
        Self { now_ms: context.now_ms, seed: context.seed, members_as_of, plugin_hash }
    }

    pub(super) fn changed(self, export: &'static str, payload: String, effects: hezi_plugin::Effects) -> Changed {
        let changed = self.without_call();
        Changed { export: Some(export), payload, effects, ..changed }
    }

    /// A change that the host makes by itself.
    fn without_call(self) -> Changed {
        Changed {
            export: None,
            caller: None,
            payload: String::new(),
            now_ms: self.now_ms,
            seed: self.seed,
            members_as_of: self.members_as_of,
            plugin_hash: self.plugin_hash,
            reply: None,
            effects: hezi_plugin::Effects::default(),
            phase: None,
            title: None,
            plugin: None,
        }
    }
}
