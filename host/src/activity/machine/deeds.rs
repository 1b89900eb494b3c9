//! What an activity is asked that changes it: be prepared otherwise, open, act, close, keep other times, hear who comes and
//! goes.
//!
//! Each is judged, called and put into the words of the journal here; how a call runs is `machine`'s business.
//!
//! # Invariants
//! * An organizer can always close: no plugin keeps anybody in an activity.

use std::sync::Arc;

use hezi_plugin::{Answer, Call};

use super::calls::{Caller, Machine, PhaseStep, Success};
use crate::activity::environment::plugin_member;
use crate::activity::error::ActivityError;
use crate::activity::job::{Attendance, Job};
use crate::domain::activity::{Change, Phase, Schedule};
use crate::domain::entry::Happening;
use crate::domain::language::Languages;
use crate::domain::member::Member;
use crate::domain::payload::Payload;
use crate::store::Addition;

impl Machine {
    /// It is another one from now on, though nobody has seen it yet.
    pub(super) fn revise(&mut self, config: String, title: String) -> Result<Addition, ActivityError> {
        self.need(Phase::Draft)?;
        Arc::make_mut(&mut self.doc).revise(config, title.clone());
        let happening = Happening::Activity { activity: self.doc.brief(), change: Change::Revised };
        let step = PhaseStep { title: Some(title), ..PhaseStep::default() };
        Ok(self.changed(happening, step, Success::of_the_host()))
    }

    /// It will not happen. What it was to ask is nowhere any more but in its title.
    pub(super) fn discard(&mut self) -> Result<Addition, ActivityError> {
        self.need(Phase::Draft)?;
        Arc::make_mut(&mut self.doc).discard();
        let happening = Happening::Activity { activity: self.doc.brief(), change: Change::Discarded };
        let step = PhaseStep { phase: Some(Phase::Discarded), ..PhaseStep::default() };
        Ok(self.changed(happening, step, Success::of_the_host()))
    }

    pub(super) fn open(&mut self) -> Result<Addition, ActivityError> {
        self.need(Phase::Draft)?;
        // The draft was judged by the version of its time; this may be another one.
        if let Some(current) = self.current() {
            current.loaded.check_config(&self.doc.config).map_err(ActivityError::Schema)?;
        }
        // Of what is switched off nothing begins any more; what runs goes on to its end.
        if !self.doc.trial && self.environment.plugins.active(&self.doc.plugin.name).is_none() {
            return Err(ActivityError::NoPlugin { plugin: self.doc.plugin.name.clone() });
        }
        let opened = self.call(Caller::default(), self.doc.config.clone(), |config| Call::Open { config });
        let success = opened.map_err(ActivityError::of_a_configuration)?;
        let title = match &success.answer {
            Answer::Title(title) => Some(title.clone()),
            _ => None,
        };
        let now_ms = self.environment.clock.now_ms();
        Arc::make_mut(&mut self.doc).open(now_ms, title.as_deref());
        let happening = Happening::Activity { activity: self.doc.brief(), change: Change::Opened };
        Ok(self.changed(happening, PhaseStep { phase: Some(Phase::Open), title, is_scheduled: false }, success))
    }

    /// Closes it, with its plugin or, where that refuses or does not live to do it, without. A transient error is no
    /// reason to do without.
    pub(super) fn close(&mut self, is_transient: impl Fn(&ActivityError) -> bool) -> Result<Addition, ActivityError> {
        self.need(Phase::Open)?;
        let success = match self.call(Caller::default(), String::new(), |_| Call::Close) {
            Ok(success) => success,
            Err(error) if is_transient(&error) => return Err(error),
            Err(error) => {
                // An organizer can always close: no plugin keeps anybody in an activity.
                tracing::warn!(activity.id = %self.doc.id, error = ?error.to_string(), "closed without its plugin");
                Success::of_the_host()
            }
        };
        let now_ms = self.environment.clock.now_ms();
        Arc::make_mut(&mut self.doc).close(now_ms);
        let took_part = self.lift_veil();
        let happening = Happening::Activity { activity: self.doc.brief(), change: Change::Closed };
        let step = PhaseStep { phase: Some(Phase::Closed), ..PhaseStep::default() };
        let mut changed = self.changed(happening, step, success);
        changed.happenings.extend(took_part);
        Ok(changed)
    }

    /// It opens and closes by itself at these times.
    pub(super) fn schedule(&mut self, schedule: Schedule) -> Result<Addition, ActivityError> {
        let found = self.doc.phase;
        if found.is_over() {
            return Err(ActivityError::WrongPhase { found, needed: Phase::Open });
        }
        let schedule = schedule.check(found, self.environment.clock.now_ms()).map_err(ActivityError::Schedule)?;
        Ok(self.set_schedule(schedule))
    }

    pub(super) fn set_schedule(&mut self, schedule: Schedule) -> Addition {
        Arc::make_mut(&mut self.doc).set_schedule(schedule);
        let happening = Happening::Activity { activity: self.doc.brief(), change: Change::Scheduled };
        self.changed(happening, PhaseStep { is_scheduled: true, ..PhaseStep::default() }, Success::of_the_host())
    }

    /// Whether a job is none of the activity's business: who comes and goes, where its plugin does not ask or is not to know.
    pub(in crate::activity) fn ignores(&self, job: &Job) -> bool {
        let is_asked = || self.current().is_none_or(|current| current.loaded.plugin().wants_attendance());
        matches!(job, Job::Attend { .. }) && (self.doc.anonymous || !is_asked())
    }

    /// Tells the plugin who has come or gone, if it wants to know. Nobody waits for it, so a failure is only logged.
    pub(super) fn attend(&mut self, who: &Member, step: Attendance) {
        let wants = self.current().is_some_and(|current| current.loaded.plugin().wants_attendance());
        if self.doc.phase != Phase::Open || self.doc.anonymous || !wants {
            return;
        }
        let call = match step {
            Attendance::Joined => Call::Joined { who: plugin_member(who) },
            Attendance::Left => Call::Left { who: plugin_member(who) },
        };
        let export = call.export().name();
        let caller = Caller { id: Some(who.id.clone()), ..Caller::default() };
        match self.call(caller, String::new(), |_| call) {
            Ok(success) => self.ran(success),
            Err(error) => {
                tracing::warn!(activity.id = %self.doc.id, member.id = %who.id, error = ?error.to_string(),
                    "the plugin was not told that somebody {export}");
                self.tell_news();
            }
        }
    }

    pub(super) fn act(
        &mut self,
        caller: &Member,
        on_behalf: Option<&Member>,
        action: Payload,
        languages: &Languages,
    ) -> Result<Addition, ActivityError> {
        self.need(Phase::Open)?;
        if let Some(current) = self.current() {
            current.loaded.check_action(&action).map_err(ActivityError::Schema)?;
        }
        if on_behalf.is_some() && self.doc.anonymous {
            return Err(ActivityError::ForThemselves);
        }
        let pseudonym = self.pseudonym(caller);
        let (as_seen, on_behalf_as_seen) = (self.as_seen(caller, pseudonym.as_ref()), on_behalf.map(plugin_member));
        let calling = Caller {
            id: Some(pseudonym.clone().unwrap_or_else(|| caller.id.clone())),
            on_behalf: on_behalf.map(|organizer| organizer.id.clone()),
            language: self.current().map(|current| current.loaded.language_for(languages)),
        };
        let mut success = self.call(calling, action.into_text(), |action| Call::Act {
            caller: as_seen,
            action,
            on_behalf: on_behalf_as_seen,
        })?;
        if let Some(pseudonym) = pseudonym {
            self.note_part(caller, &pseudonym, &mut success);
        }
        let activity = self.doc.id.clone();
        let happening = match (self.doc.anonymous, on_behalf) {
            (true, _) => Happening::ActedUnnamed { activity },
            (false, None) => Happening::Acted { activity, by: caller.id.clone(), for_whom: None },
            (false, Some(by)) => Happening::Acted { activity, by: by.id.clone(), for_whom: Some(caller.id.clone()) },
        };
        Ok(self.changed(happening, PhaseStep::default(), success))
    }
}
