//! Calls that only read: what is to be seen, and the report.
//!
//! They work on a version that is switched off, too: what was done can be read for as long as the version is there.

use std::sync::Arc;

use hezi_plugin::limits::{REPORT_BYTES_MAX, REPORT_PAGES_MAX};
use hezi_plugin::{Answer, Call, Cost, Limits, ReportPage};

use super::machine::Machine;
use super::{ActivityError, Report};
use crate::domain::activity::Phase;

/// A report's pages may take as much together as so many calls: its activity does nothing else meanwhile.
const REPORT_CALLS_MAX: u64 = 10;

impl Machine {
    pub(super) fn view(&mut self, viewer: Option<hezi_plugin::Member>) -> (Result<String, ActivityError>, bool) {
        if self.activity.phase == Phase::Draft {
            return (Ok(draft_view(&self.activity.title)), false);
        }
        let Read { answer, quarantined, .. } = self.read("view", Call::View { viewer });
        let result = answer.and_then(|answer| match answer {
            Answer::View(view) => serde_json::to_string(&view).map_err(|error| fault("view_invalid", error)),
            _ => Err(fault("view_invalid", "no view")),
        });
        (result, quarantined)
    }

    pub(super) fn report(&mut self) -> (Result<Report, ActivityError>, bool) {
        if self.activity.phase == Phase::Draft {
            return (self.need(Phase::Open).map(|()| empty_report(&self.activity.title)), false);
        }
        let mut report = empty_report(&self.activity.title);
        let (mut cursor, mut last, mut bytes, mut spent) = (None, None, 0, Spent::default());
        for page in 0..REPORT_PAGES_MAX {
            let read = self.read("report", Call::Report { cursor: cursor.take() });
            let quarantined = read.quarantined;
            spent.add(&read.cost);
            match read.answer {
                Ok(Answer::Report(ReportPage { summary, columns, rows, next })) => {
                    if page == 0 {
                        (report.summary, report.columns) = (String::from(Box::<str>::from(summary)), columns);
                    }
                    bytes += rows.iter().flatten().map(String::len).sum::<usize>();
                    report.rows.extend(rows);
                    if bytes > REPORT_BYTES_MAX || (next.is_some() && next == last) {
                        break;
                    }
                    last.clone_from(&next);
                    cursor = next;
                }
                Ok(_) => return (Err(fault("report_invalid", "no report")), quarantined),
                Err(error) => return (Err(error), quarantined),
            }
            if cursor.is_none() {
                return (Ok(report), false);
            }
            if let Some(running) = &self.running
                && let Err(detail) = spent.check(running.loaded.plugin().engine().limits())
            {
                return (Err(fault("report_invalid", detail)), false);
            }
        }
        (Err(fault("report_invalid", "the report does not come to an end")), false)
    }

    /// Runs a call that only reads. It works on a version that is switched off, too.
    fn read(&mut self, export: &'static str, call: Call) -> Read {
        let (context, _) = self.context();
        if let Err((answer, quarantined)) = self.check_version() {
            return Read { answer, quarantined, cost: Cost::default() };
        }
        let Some(running) = &self.running else {
            return Read { answer: Err(self.not_running()), quarantined: false, cost: Cost::default() };
        };
        let (loaded, seat) = (Arc::clone(&running.loaded), Arc::clone(&running.seat));
        let report = seat.take().call(&mut self.space, context, call);
        let quarantined = self.count(&loaded, export, &report);
        let cost = report.cost;
        Read { answer: report.result.map(|outcome| outcome.answer).map_err(ActivityError::from), quarantined, cost }
    }
}

/// What came of a call that only reads.
struct Read {
    answer: Result<Answer, ActivityError>,
    /// Whether the activity noticed that its version is in quarantine.
    quarantined: bool,
    cost: Cost,
}

/// What the pages of a report took up to now.
#[derive(Default)]
struct Spent {
    fuel: u64,
    cpu_ns: u64,
}

impl Spent {
    fn add(&mut self, cost: &Cost) {
        self.fuel = self.fuel.saturating_add(cost.fuel).saturating_add(cost.host_fuel);
        self.cpu_ns = self.cpu_ns.saturating_add(cost.cpu_ns);
    }

    fn check(&self, limits: &Limits) -> Result<(), String> {
        if self.fuel > limits.call_fuel.saturating_mul(REPORT_CALLS_MAX) {
            return Err(format!(
                "the report takes more work than {REPORT_CALLS_MAX} calls may (`limits.plugin.call_fuel`)"
            ));
        }
        // The bound that stands behind the work, as for a single call.
        let cpu_ns_max = limits.call_cpu_ms.saturating_mul(REPORT_CALLS_MAX).saturating_mul(1_000_000);
        if self.cpu_ns > cpu_ns_max {
            return Err(format!("the report takes more than {} ms of processor time", cpu_ns_max / 1_000_000));
        }
        Ok(())
    }
}

fn fault(code: &'static str, detail: impl ToString) -> ActivityError {
    ActivityError::Fault { code, detail: detail.to_string() }
}

fn empty_report(title: &str) -> Report {
    Report { title: title.to_owned(), summary: "{}".into(), columns: Vec::new(), rows: Vec::new() }
}

/// What is to be seen of an activity that was never opened.
fn draft_view(title: &str) -> String {
    let blocks = serde_json::json!({"blocks": [
        {"type": "heading", "text": title},
        {"type": "text", "text": "尚未开始"},
    ]});
    blocks.to_string()
}
