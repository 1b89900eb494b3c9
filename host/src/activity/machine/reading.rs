//! Calls that only read: what is to be seen, and the report.
//!
//! They work on a version that is switched off, too: what was done can be read for as long as the version is there.

use std::sync::Arc;

use hezi_plugin::limits::{REPORT_BYTES_MAX, REPORT_PAGES_MAX};
use hezi_plugin::{Answer, Call, Cost, JsonText, Limits, Member, ReportPage};
use serde_json::value::{RawValue, to_raw_value};

use super::calls::Machine;
use crate::activity::error::ActivityError;
use crate::activity::event::Report;
use crate::activity::views::Views;
use crate::domain::activity::Phase;
use crate::domain::language::{Language, Languages};
use crate::domain::sentence::Sentence;

/// A report's pages may take as much together as so many calls: its activity does nothing else meanwhile.
const REPORT_CALLS_MAX: u64 = 10;

impl Machine {
    /// What is to be seen, once in each language that one of these readers reads best.
    pub(super) fn views(
        &mut self,
        viewer: Option<&Member>,
        query: Option<&str>,
        readers: &[Languages],
    ) -> Result<Views, ActivityError> {
        if !self.doc.phase.was_opened() {
            return draft_views(&self.doc.title);
        }
        let loaded = self.callee()?.loaded;
        let mut tags: Vec<Arc<str>> = readers.iter().map(|reader| loaded.language_for(reader)).collect();
        let first = loaded.first_language();
        // The first one comes first: it is for whoever reads none of them.
        tags.sort_unstable_by(|one, other| (*one != first, one).cmp(&(*other != first, other)));
        tags.dedup();
        let mut tags = tags.into_iter();
        let tag = tags.next().unwrap_or(first);
        let view = Views::one(Language::parse(&tag).ok(), self.view(viewer, query, tag)?);
        let mut views = view.offering(loaded.languages());
        for tag in tags {
            views.push(Language::parse(&tag).ok(), self.view(viewer, query, tag)?);
        }
        Ok(views)
    }

    fn view(
        &mut self,
        viewer: Option<&Member>,
        query: Option<&str>,
        language: Arc<str>,
    ) -> Result<Box<RawValue>, ActivityError> {
        match self.read(language, Call::View { viewer: viewer.cloned(), query }).0? {
            Answer::View(view) => to_raw_value(&view).map_err(|error| fault("view_invalid", error)),
            _ => Err(fault("view_invalid", "no view")),
        }
    }

    /// The report, from its first page to its last.
    pub(super) fn report(&mut self, languages: &Languages) -> Result<Report, ActivityError> {
        if !self.doc.phase.was_opened() {
            return self.need(Phase::Open).map(|()| empty_report(&self.doc.title));
        }
        if self.doc.anonymous {
            // A row that was not there a moment ago is that of whoever acted in this moment.
            self.need(Phase::Closed)?;
        }
        let language = self.callee()?.loaded.language_for(languages);
        let mut report = empty_report(&self.doc.title);
        let (mut cursor, mut bytes, mut spent) = (None::<String>, 0, Spent::default());
        for page in 0..REPORT_PAGES_MAX {
            let (answer, cost) = self.read(Arc::clone(&language), Call::Report { cursor: cursor.as_deref() });
            spent.add(&cost);
            let Answer::Report(ReportPage { summary, columns, rows, next }) = answer? else {
                return Err(fault("report_invalid", "no report"));
            };
            if page == 0 {
                (report.summary, report.columns) = (summary, columns);
            }
            bytes += rows.iter().flatten().map(String::len).sum::<usize>();
            report.rows.extend(rows);
            if bytes > REPORT_BYTES_MAX || (next.is_some() && next == cursor) {
                break;
            }
            cursor = next;
            if cursor.is_none() {
                return Ok(report);
            }
            if let Some(current) = self.current() {
                let limits = current.loaded.plugin().engine().limits();
                spent.check(limits).map_err(|detail| fault("report_invalid", detail))?;
            }
        }
        Err(fault("report_invalid", "the report does not come to an end"))
    }

    /// Runs a call that only reads, and says what it cost. It works on a version that is switched off, too.
    fn read(&mut self, language: Arc<str>, call: Call<'_>) -> (Result<Answer, ActivityError>, Cost) {
        let (context, _) = self.context(language);
        match self.callee() {
            Ok(callee) => {
                let report = self.run_call(&callee, context, call);
                (report.result.map(|outcome| outcome.answer).map_err(ActivityError::from), report.cost)
            }
            Err(error) => (Err(error), Cost::default()),
        }
    }
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
    Report { title: title.to_owned(), summary: JsonText::default(), columns: Vec::new(), rows: Vec::new() }
}

/// What is to be seen of an activity that was never opened.
fn draft_views(title: &str) -> Result<Views, ActivityError> {
    let block = serde_json::json!({ "type": "text" });
    Views::of_the_host(title, &block, &Sentence::NotOpenYet {}).map_err(|error| fault("view_invalid", error))
}
