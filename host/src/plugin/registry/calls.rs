//! How a version's calls go: counted, measured, and put out of service when they keep failing.

use hezi_plugin::{CallReport, Failure};

use super::Plugins;
use crate::domain::id::ActivityId;
use crate::plugin::Loaded;

impl Plugins {
    /// Counts a call; true when it put the version into quarantine.
    pub fn count(&self, loaded: &Loaded, export: &'static str, report: &CallReport) -> bool {
        let reference = loaded.reference();
        if let Err(Failure::Fault(fault)) = &report.result {
            metrics::counter!("hezi_plugin_faults_total", "plugin" => reference.name.clone(),
                "version" => reference.version.clone(), "code" => fault.code())
            .increment(1);
            // As `Debug`, because the words may be the component's: a line break must not begin a line of the log.
            tracing::warn!(plugin.name = %reference.name, plugin.version = %reference.version, plugin.export = export,
                fault.code = fault.code(), error = ?fault.to_string(), "a plugin call failed");
        }
        let quarantined = loaded.count(export, report, self.0.clock.now_ms());
        if quarantined {
            tracing::error!(plugin.name = %reference.name, plugin.version = %reference.version,
                "the plugin version keeps failing and is out of service");
            self.note_quarantine(reference, report);
        }
        quarantined
    }

    /// Notes that an activity could not move to this version.
    pub fn note_rejected(&self, loaded: &Loaded, activity: &ActivityId, why: &str) {
        let message = format!("activity {activity} stays on its version: migrate failed: {why}");
        loaded.note(self.0.clock.now_ms(), message);
    }
}
