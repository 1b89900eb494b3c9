//! Calls that only read: what is to be seen, and the report.
//!
//! They work on a version that is switched off, too: what was done can be read for as long as the version is there.

use std::sync::Arc;

use hezi_plugin::limits::{REPORT_BYTES_MAX, REPORT_PAGES_MAX, VIEW_BYTES_MAX};
use hezi_plugin::{Answer, Call, ReportPage};

use super::machine::Machine;
use super::{ActivityError, Report};
use crate::domain::activity::Phase;

/// Most processor time of a report's pages together: its activity does nothing else meanwhile.
const REPORT_CPU_NS_MAX: u64 = 1_000_000_000;

impl Machine {
    pub(super) fn view(&mut self, viewer: Option<hezi_plugin::Member>) -> (Result<String, ActivityError>, bool) {
        if self.activity.phase == Phase::Draft {
            return (Ok(draft_view(&self.activity.title)), false);
        }
        let Read { answer, quarantined, .. } = self.read("view", Call::View { viewer });
        let result = answer.and_then(|answer| match answer {
            Answer::View(view) => match serde_json::to_string(&view) {
                Ok(json) if json.len() > VIEW_BYTES_MAX => {
                    Err(fault("view_invalid", format!("the view has more than {VIEW_BYTES_MAX} bytes as JSON")))
                }
                view => view.map_err(|error| fault("view_invalid", error)),
            },
            _ => Err(fault("view_invalid", "no view")),
        });
        (result, quarantined)
    }

    pub(super) fn report(&mut self) -> (Result<Report, ActivityError>, bool) {
        if self.activity.phase == Phase::Draft {
            return (self.need(Phase::Open).map(|()| empty_report(&self.activity.title)), false);
        }
        let mut report = empty_report(&self.activity.title);
        let (mut cursor, mut last, mut bytes, mut cpu_ns) = (None, None, 0, 0);
        for page in 0..REPORT_PAGES_MAX {
            let read = self.read("report", Call::Report { cursor: cursor.take() });
            let quarantined = read.quarantined;
            cpu_ns += read.cpu_ns;
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
            if cpu_ns > REPORT_CPU_NS_MAX {
                let detail =
                    format!("the report takes more than {} ms of processor time", REPORT_CPU_NS_MAX / 1_000_000);
                return (Err(fault("report_invalid", detail)), false);
            }
        }
        (Err(fault("report_invalid", "the report does not come to an end")), false)
    }

    /// Runs a call that only reads. It works on a version that is switched off, too.
    fn read(&mut self, export: &'static str, call: Call) -> Read {
        let (context, _) = self.context();
        if let Err((answer, quarantined)) = self.check_version() {
            return Read { answer, quarantined, cpu_ns: 0 };
        }
        let Some(running) = &mut self.running else {
            return Read { answer: Err(self.not_running()), quarantined: false, cpu_ns: 0 };
        };
        let report = running.instance.call(&mut self.space, context, call);
        let loaded = Arc::clone(&running.loaded);
        let quarantined = self.around.plugins.count(&loaded, export, &report) && self.is_news(&loaded);
        let cpu_ns = report.cost.cpu_ns;
        Read { answer: report.result.map(|outcome| outcome.answer).map_err(ActivityError::from), quarantined, cpu_ns }
    }
}

/// What came of a call that only reads.
struct Read {
    answer: Result<Answer, ActivityError>,
    /// Whether the activity noticed that its version is in quarantine.
    quarantined: bool,
    cpu_ns: u64,
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
