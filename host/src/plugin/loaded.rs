//! One version of a plugin in memory, with its counters and its last log lines.
//!
//! # Invariants
//! * A version that faults too often in the conferences of several people is put into quarantine once and stays there until
//!   it is activated again.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use hezi_plugin::{CallReport, Failure, Fault, Plugin, SchemaProblem};
use serde::Serialize;

use super::faults::{Faults, Place, Verdict};
use super::meter::{Counters, Meter};
use crate::config::QuarantineLimits;
use crate::domain::activity::PluginRef;
use crate::domain::command::Payload;

/// Problems with a configuration or an action that are told at once.
const PROBLEMS_MAX: usize = 5;
/// Log lines kept for the administrator.
const LOG_LINES_MAX: usize = 100;

/// Longest of these lines.
const LINE_CHARS_MAX: usize = 2_000;

/// A log line of a plugin.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PluginLogLine {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// How urgent.
    pub level: &'static str,
    /// The line.
    pub message: String,
}

#[derive(Default)]
struct History {
    faults: Faults,
    lines: VecDeque<PluginLogLine>,
}

/// A version in memory.
pub struct Loaded {
    plugin: Plugin,
    reference: PluginRef,
    meter: Meter,
    quarantined: AtomicBool,
    activations: AtomicU64,
    /// A mutex for the threads that run plugins: held for a push, never across a wait.
    history: Mutex<History>,
}

impl Loaded {
    pub(super) fn new(plugin: Plugin) -> Self {
        let description = plugin.description();
        let reference = PluginRef {
            name: description.name.clone(),
            version: description.version.to_string(),
            hash: plugin.hash().to_string(),
            state_version: description.state_version,
        };
        let meter = Meter::new(&reference);
        Self {
            plugin,
            reference,
            meter,
            quarantined: AtomicBool::new(false),
            activations: AtomicU64::new(0),
            history: Mutex::default(),
        }
    }

    /// The compiled component.
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// Which version this is.
    pub fn reference(&self) -> &PluginRef {
        &self.reference
    }

    /// Whether a configuration, a JSON text, fits the plugin's schema.
    ///
    /// # Errors
    /// What does not fit and where, for people.
    pub fn check_config(&self, config: &str) -> Result<(), String> {
        let config = serde_json::from_str(config).map_err(|error| format!("`config` is not JSON: {error}"))?;
        self.plugin.check_config(&config).map_err(|problems| sentence("config", &problems))
    }

    /// Whether an action fits the plugin's schema.
    ///
    /// # Errors
    /// What does not fit and where, for people.
    pub fn check_action(&self, action: &Payload) -> Result<(), String> {
        let checked = action.with_parsed(|action| self.plugin.check_action(action));
        let checked = checked.map_err(|error| format!("the action is not JSON: {error}"))?;
        checked.map_err(|problems| sentence("action", &problems))
    }

    /// Whether it is out of service because it kept faulting.
    pub fn is_quarantined(&self) -> bool {
        self.quarantined.load(Ordering::Relaxed)
    }

    /// How often it was activated: what failed under an earlier activation may be tried again under this one.
    pub fn activations(&self) -> u64 {
        self.activations.load(Ordering::Relaxed)
    }

    /// Notes that it is activated, and ends the quarantine.
    pub(super) fn release(&self) {
        self.activations.fetch_add(1, Ordering::Relaxed);
        self.history.lock().unwrap_or_else(PoisonError::into_inner).faults.clear();
        self.quarantined.store(false, Ordering::Relaxed);
    }

    /// Counts a call, and says what its fault brings about, if it has one.
    pub(super) fn count(
        &self,
        export: &str,
        place: &Place,
        report: &CallReport,
        now_ms: u64,
        limits: &QuarantineLimits,
    ) -> Verdict {
        self.meter.count(export, report);
        let fault = match &report.result {
            Err(Failure::Fault(fault)) if fault.is_plugins_fault() => Some(fault),
            Ok(_) | Err(_) => None,
        };
        if report.logs.is_empty() && fault.is_none() {
            return Verdict::Goes;
        }
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        for line in &report.logs {
            let line = PluginLogLine { at_ms: now_ms, level: line.level.name(), message: line.message.clone() };
            history.push_line(line);
        }
        let Some(fault) = fault else { return Verdict::Goes };
        let whose = place.activity.as_ref().map_or_else(String::new, |id| format!(" of activity {id}"));
        let message = format!("{}: {fault} (in `{export}`{whose})", fault.code());
        history.push_line(PluginLogLine { at_ms: now_ms, level: "fault", message });
        if !counts(export, fault) {
            return Verdict::Goes;
        }
        match history.faults.push(now_ms, place, limits) {
            Verdict::VersionOut if self.quarantined.swap(true, Ordering::Relaxed) => Verdict::Goes,
            verdict => verdict,
        }
    }

    /// Whether so many calls failed there of late that another one is not tried.
    pub(super) fn is_out(&self, place: &Place, now_ms: u64, limits: &QuarantineLimits) -> bool {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.faults.is_out(now_ms, place, limits)
    }

    /// Keeps a line that the host wrote about this version.
    pub(super) fn note(&self, at_ms: u64, message: String) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.push_line(PluginLogLine { at_ms, level: "host", message });
    }

    /// The counters.
    pub fn counters(&self) -> Counters {
        self.meter.counters()
    }

    pub(super) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The last log lines, oldest first.
    pub fn lines(&self) -> Vec<PluginLogLine> {
        let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.lines.iter().cloned().collect()
    }
}

/// Whether a fault counts toward quarantine.
fn counts(export: &str, fault: &Fault) -> bool {
    // The activity stays safely on the version that it has.
    let is_safe = export == "migrate";
    // One member can bring these about in one activity, and it hurts that activity only: saying too much at once is
    // answered with a pause, and a state that is full stays full.
    let is_local =
        matches!(fault, Fault::TooManyBroadcasts { .. } | Fault::StateQuota { .. } | Fault::TooManyKeys { .. });
    !is_safe && !is_local
}

impl History {
    /// Keeps a line, but no more of it than an administrator reads: the words may be the component's own.
    fn push_line(&mut self, mut line: PluginLogLine) {
        if let Some((end, _)) = line.message.char_indices().nth(LINE_CHARS_MAX) {
            line.message.truncate(end);
            line.message.push('…');
        }
        if self.lines.len() == LOG_LINES_MAX {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }
}

/// The first problems in a line, each with the field that it is about.
fn sentence(what: &str, problems: &[SchemaProblem]) -> String {
    let first: Vec<String> = problems
        .iter()
        .take(PROBLEMS_MAX)
        .map(|problem| format!("`{what}{}`: {}", problem.path, problem.message))
        .collect();
    first.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hurts_one_activity_only_puts_no_version_out_of_service() {
        assert!(counts("act", &Fault::StackOverflow));
        assert!(counts("view", &Fault::OutOfFuel { limit_fuel: 1 }));
        assert!(counts("act", &Fault::WriteBudget { limit_bytes: 1 }));
        assert!(!counts("migrate", &Fault::StackOverflow));
        assert!(!counts("act", &Fault::StateQuota { limit_bytes: 1 }));
        assert!(!counts("tick", &Fault::TooManyKeys { limit: 1 }));
        assert!(!counts("act", &Fault::TooManyBroadcasts { limit_per_s: 1 }));
    }

    #[test]
    fn a_line_is_cut_between_characters() {
        let mut history = History::default();
        for message in ["短".to_owned(), "长".repeat(LINE_CHARS_MAX), "长".repeat(LINE_CHARS_MAX + 1)] {
            history.push_line(PluginLogLine { at_ms: 0, level: "fault", message });
        }
        let chars: Vec<usize> = history.lines.iter().map(|line| line.message.chars().count()).collect();
        assert_eq!(chars, [1, LINE_CHARS_MAX, LINE_CHARS_MAX + 1]);
        assert!(history.lines[2].message.ends_with("长…"));
    }
}
