//! How a version's calls go: counted, measured, and put out of service where they keep failing.

use hezi_plugin::{CallReport, Failure};

use super::Plugins;
use crate::domain::id::ActivityId;
use crate::plugin::{Loaded, Place, Verdict};

impl Plugins {
    /// Counts a call, and says what its fault brings about, if it has one.
    pub fn count(&self, loaded: &Loaded, export: &'static str, place: &Place, report: &CallReport) -> Verdict {
        let reference = loaded.reference();
        if let Err(Failure::Fault(fault)) = &report.result {
            metrics::counter!("hezi_plugin_faults_total", "plugin" => reference.name.clone(),
                "version" => reference.version.clone(), "code" => fault.code())
            .increment(1);
            // As `Debug`, because the words may be the component's: a line break must not begin a line of the log.
            tracing::warn!(plugin.name = %reference.name, plugin.version = %reference.version, plugin.export = export,
                conference.id = %place.conference, activity.id = ?place.activity.as_ref().map(ActivityId::as_str),
                fault.code = fault.code(), error = ?fault.to_string(), "a plugin call failed");
        }
        let verdict = loaded.count(export, place, report, self.0.clock.now_ms(), &self.0.quarantine);
        match verdict {
            Verdict::Goes => {}
            Verdict::PlaceOut => tracing::warn!(plugin.name = %reference.name, plugin.version = %reference.version,
                conference.id = %place.conference, activity.id = ?place.activity.as_ref().map(ActivityId::as_str),
                "the activity keeps failing and is out of service"),
            Verdict::VersionOut => {
                tracing::error!(plugin.name = %reference.name, plugin.version = %reference.version,
                    "the plugin version keeps failing in several conferences and is out of service");
                self.note_quarantine(reference, report);
            }
        }
        verdict
    }

    /// Whether so many calls failed there of late that another one is not tried.
    pub fn is_out(&self, loaded: &Loaded, place: &Place) -> bool {
        loaded.is_out(place, self.0.clock.now_ms(), &self.0.quarantine)
    }

    /// Notes that an activity could not move to this version.
    pub fn note_rejected(&self, loaded: &Loaded, activity: &ActivityId, why: &str) {
        let message = format!("activity {activity} stays on its version: migrate failed: {why}");
        loaded.note(self.0.clock.now_ms(), message);
    }
}
