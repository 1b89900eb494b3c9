//! Calls that only read: what is to be seen, and the report.
//!
//! They work on a version that is switched off, too: what was done can be read for as long as the version is there.

use hezi_plugin::{Answer, Call, ReportPage};

use super::machine::Machine;
use super::{ActivityError, Report};
use crate::domain::activity::Phase;

/// Most pages of a report; a plugin that never comes to an end is stopped here.
const REPORT_PAGES_MAX: usize = 1_000;
/// Most bytes of a report's cells.
const REPORT_BYTES_MAX: usize = 16 << 20;
/// Most bytes of a view as JSON: every member gets it, up to ten times a second.
const VIEW_BYTES_MAX: usize = 128 << 10;

impl Machine {
    pub(super) fn view(&mut self, viewer: Option<hezi_plugin::Member>) -> (Result<String, ActivityError>, bool) {
        if self.activity.phase == Phase::Draft {
            return (Ok(draft_view(&self.activity.title)), false);
        }
        let (answer, quarantined) = self.read("view", Call::View { viewer });
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
        let (mut cursor, mut last, mut bytes) = (None, None, 0);
        for page in 0..REPORT_PAGES_MAX {
            let (answer, quarantined) = self.read("report", Call::Report { cursor: cursor.take() });
            match answer {
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
        }
        (Err(fault("report_invalid", "the report does not come to an end")), false)
    }

    /// Runs a call that only reads. It works on a version that is switched off, too.
    fn read(&mut self, export: &'static str, call: Call) -> (Result<Answer, ActivityError>, bool) {
        let (context, _) = self.context();
        let Some(running) = &mut self.running else {
            return (Err(ActivityError::NoPlugin { plugin: self.activity.plugin.name.clone() }), false);
        };
        if running.loaded.is_quarantined() {
            return (Err(ActivityError::Quarantined { plugin: self.activity.plugin.name.clone() }), false);
        }
        let report = running.instance.call(&mut self.space, context, call);
        let quarantined = self.around.plugins.count(&running.loaded, export, &report);
        (report.result.map(|outcome| outcome.answer).map_err(ActivityError::from), quarantined)
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
