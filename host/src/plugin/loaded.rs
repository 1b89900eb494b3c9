//! One version of a plugin in memory, with its counters, its quarantine and its last log lines.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hezi_plugin::{CallReport, Export, Failure, Fault, Plugin, excerpt};
use serde::Serialize;

use super::failed_moves::{FailedMove, FailedMoves};
use super::meter::{Counters, Meter};
use super::misfits;
use super::quarantine::{Activation, CallSite, Quarantine, Verdict};
use crate::config::QuarantineLimits;
use crate::domain::activity::PluginRef;
use crate::domain::id::ActivityId;
use crate::domain::language::{Language, Languages};
use crate::domain::payload::Payload;
use crate::domain::sentence::Misfits;

/// Log lines kept for the administrator.
const LOG_LINES_MAX: usize = 100;
/// Longest of these lines: the words may be the component's own.
const LINE_CHARS_MAX: usize = 2_000;

/// A version in memory.
pub struct Loaded {
    plugin: Plugin,
    reference: PluginRef,
    /// The languages that it speaks, and at the same places the tags that it calls them by.
    languages: Vec<Language>,
    tags: Vec<Arc<str>>,
    /// The language of those who speak none of these, and of calls that nobody waits for.
    first_language: Arc<str>,
    meter: Meter,
    quarantine: Quarantine,
    failed_moves: FailedMoves,
    log: PluginLog,
}

impl Loaded {
    pub(super) fn new(plugin: Plugin) -> Self {
        let description = plugin.description();
        let reference = PluginRef {
            name: description.name.clone(),
            version: description.version.to_string(),
            hash: plugin.hash().into(),
            state_version: description.state_version,
        };
        let all = description.translations.iter().map(|one| one.language.as_str());
        let (languages, tags) = all.clone().filter_map(|tag| Some((Language::parse(tag).ok()?, tag.into()))).unzip();
        let first_language = all.clone().next().unwrap_or_default().into();
        let meter = Meter::new(&reference);
        let (quarantine, failed_moves) = (Quarantine::default(), FailedMoves::default());
        Self {
            plugin,
            reference,
            languages,
            tags,
            first_language,
            meter,
            quarantine,
            failed_moves,
            log: PluginLog::default(),
        }
    }

    /// The compiled component.
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// The name, number and hash that this version is known by.
    pub fn reference(&self) -> &PluginRef {
        &self.reference
    }

    /// The languages that it speaks; the first is for those who speak none of them.
    pub fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// In which of its languages it speaks to somebody who reads these: the one that suits them best, else its first.
    pub fn language_for(&self, languages: &Languages) -> Arc<str> {
        let best = languages.best_of(&self.languages);
        let place = self.languages.iter().position(|language| best == Some(*language));
        Arc::clone(place.and_then(|place| self.tags.get(place)).unwrap_or(&self.first_language))
    }

    /// The language of those who speak none of its languages, and of calls that nobody waits for.
    pub fn first_language(&self) -> Arc<str> {
        Arc::clone(&self.first_language)
    }

    /// Whether a configuration, a JSON text, fits the plugin's schema.
    ///
    /// # Errors
    /// What does not fit and where, for people.
    pub fn check_config(&self, config: &str) -> Result<(), Misfits> {
        let config = serde_json::from_str(config).map_err(|error| misfits::not_json("config", &error))?;
        self.plugin.check_config(&config).map_err(|problems| misfits::told("config", problems))
    }

    /// Whether an action fits the plugin's schema.
    ///
    /// # Errors
    /// What does not fit and where, for people.
    pub fn check_action(&self, action: &Payload) -> Result<(), Misfits> {
        let checked = action.with_parsed(|action| self.plugin.check_action(action));
        let checked = checked.map_err(|error| misfits::not_json("action", &error))?;
        checked.map_err(|problems| misfits::told("action", problems))
    }

    /// Whether it is out of service because it kept faulting.
    pub fn is_quarantined(&self) -> bool {
        self.quarantine.is_on()
    }

    /// It, as it was activated last.
    pub fn activation(&self) -> Activation {
        self.quarantine.activation(&self.reference.hash)
    }

    /// Whether it is in service, and what has failed on it.
    pub(super) fn quarantine(&self) -> &Quarantine {
        &self.quarantine
    }

    /// Counts a call that began then, and gives its fault, if it has one: that is for `Plugins::note_fault`.
    #[must_use]
    pub fn count<'r>(&self, export: Export, site: &CallSite, report: &'r CallReport, now_ms: u64) -> Option<&'r Fault> {
        self.meter.count(export, report);
        let whence = (export, site.activity.as_ref());
        report.logs.iter().for_each(|line| self.log.keep(now_ms, line.level.name(), whence, &line.message));
        match &report.result {
            Err(Failure::Fault(fault)) => Some(fault),
            Ok(_) | Err(Failure::Refused(_)) => None,
        }
    }

    /// Notes a call's fault, and says what it brings about.
    pub(super) fn note_fault(
        &self,
        export: Export,
        site: &CallSite,
        fault: &Fault,
        now_ms: u64,
        limits: &QuarantineLimits,
    ) -> Verdict {
        if !fault.is_plugins_fault() {
            return Verdict::Goes;
        }
        let activity = site.activity.as_ref();
        let whose = activity.map_or_else(String::new, |id| format!(" of activity {id}"));
        let line = format!("{}: {fault} (in `{}`{whose})", fault.code(), export.name());
        self.log.keep(now_ms, "fault", (export, activity), &line);
        self.quarantine.note(export, fault, now_ms, site, limits)
    }

    /// Keeps that an activity could not move to this version, for its log and for whoever activated it.
    pub(super) fn note_failed_move(&self, at_ms: u64, activity: &ActivityId, why: &str) {
        let message = format!("activity {activity} stays on its version: migrate failed: {why}");
        self.log.keep(at_ms, "host", (Export::Migrate, Some(activity)), &message);
        self.failed_moves.note(activity, self.quarantine.activations(), excerpt(why, LINE_CHARS_MAX));
    }

    /// The activities that could not move to this version since it was last activated.
    pub(super) fn failed_moves(&self) -> Vec<FailedMove> {
        self.failed_moves.under(self.quarantine.activations())
    }

    /// What was counted since the server started.
    pub fn counters(&self) -> Counters {
        self.meter.counters()
    }

    /// The last log lines, oldest first.
    pub fn lines(&self) -> Vec<PluginLogLine> {
        self.log.lines().iter().cloned().collect()
    }
}

/// What one activity adds to the figures of the version that it runs on, for as long as it does.
pub struct Share {
    loaded: Arc<Loaded>,
    state_bytes: u64,
}

impl Share {
    /// An activity begins to run on this version.
    pub fn new(loaded: Arc<Loaded>) -> Self {
        loaded.meter.activities.change(0, 1);
        Self { loaded, state_bytes: 0 }
    }

    /// The activity's state has so many bytes now.
    pub fn weigh(&mut self, state_bytes: usize) {
        let (before, now) = (self.state_bytes, state_bytes as u64);
        if before != now {
            self.loaded.meter.state_bytes.change(before, now);
            self.state_bytes = now;
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.weigh(0);
        self.loaded.meter.activities.change(1, 0);
    }
}

/// A log line of a plugin.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PluginLogLine {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// How urgent it is: `error`, `warn`, …, `fault` for what the call was ended by, `host` for what the host says.
    pub level: &'static str,
    /// The export that was called.
    pub export: &'static str,
    /// The activity that it was called for; none while one is drafted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<ActivityId>,
    /// What was logged, cut off where it is longer than anybody reads.
    pub message: String,
}

/// Where a line comes from: the export that was called, and the activity that it was called for.
type Whence<'a> = (Export, Option<&'a ActivityId>);

/// The last lines, oldest first. A mutex for the threads that run plugins: held for a push, never across a wait.
#[derive(Default)]
struct PluginLog(Mutex<VecDeque<PluginLogLine>>);

impl PluginLog {
    fn keep(&self, at_ms: u64, level: &'static str, (export, activity): Whence<'_>, message: &str) {
        let message = excerpt(message, LINE_CHARS_MAX);
        let line = PluginLogLine { at_ms, level, export: export.name(), activity: activity.cloned(), message };
        let mut lines = self.lines();
        if lines.len() == LOG_LINES_MAX {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    fn lines(&self) -> MutexGuard<'_, VecDeque<PluginLogLine>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_no_more_of_one_than_is_read() {
        let log = PluginLog::default();
        for n in 0..=LOG_LINES_MAX as u64 {
            log.keep(n, "fault", (Export::Act, None), &"长".repeat(LINE_CHARS_MAX + 1));
        }
        let lines = log.lines();
        assert_eq!((lines.len(), lines[0].at_ms), (LOG_LINES_MAX, 1));
        assert!(lines[0].message.ends_with("长…") && lines[0].message.chars().count() == LINE_CHARS_MAX + 1);
    }
}
