//! What can be seen of an engine room: views and the report, within the bounds that the server sets beyond the engine's.

use hezi_plugin::{
    Answer, Call, Member, ReportPage, View,
    limits::{REPORT_BYTES_MAX, REPORT_PAGES_MAX},
};
use serde::Serialize;
use serde_json::Value;

use super::{EngineRoom, Phase, RoomError, json};

/// All pages of a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// The figures of the whole activity.
    pub summary: Value,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// All rows.
    pub rows: Vec<Vec<String>>,
    /// How many pages there were.
    #[serde(skip)]
    pub pages: usize,
}

impl EngineRoom {
    /// What everybody sees, the big screen too.
    ///
    /// # Errors
    /// What the activity refuses, and a view that is larger than the server takes.
    pub fn view(&mut self) -> Result<View, RoomError> {
        self.look(None, None)
    }

    /// What a member sees.
    ///
    /// # Errors
    /// What the activity refuses, and a view that is larger than the server takes.
    pub fn view_of(&mut self, viewer: &Member) -> Result<View, RoomError> {
        self.look(Some(viewer.clone()), None)
    }

    /// What a member sees, or everybody, on the page or through the filter that is asked for.
    ///
    /// # Errors
    /// What the activity refuses, and a view that is larger than the server takes.
    pub fn look(&mut self, viewer: Option<Member>, query: Option<String>) -> Result<View, RoomError> {
        self.need_opened()?;
        match self.call(Call::View { viewer, query: query.as_deref() })? {
            Answer::View(view) => Ok(view),
            _ => Err(RoomError::TooMuch("`view` gave no view".into())),
        }
    }

    /// The whole report, page by page.
    ///
    /// # Errors
    /// What the activity refuses, and a report that does not come to an end.
    pub fn report(&mut self) -> Result<Table, RoomError> {
        self.need_opened()?;
        let first = self.report_page(None)?;
        let summary = json("summary", first.summary.get())?;
        let mut table = Table { summary, columns: first.columns, rows: first.rows, pages: 1 };
        let (mut next, mut bytes) = (first.next, cell_bytes(&table.rows));
        while let Some(cursor) = next {
            let page = self.report_page(Some(&cursor))?;
            bytes += cell_bytes(&page.rows);
            table.rows.extend(page.rows);
            table.pages += 1;
            let goes_on = page.next.is_some();
            if bytes > REPORT_BYTES_MAX || goes_on && (table.pages >= REPORT_PAGES_MAX || page.next == Some(cursor)) {
                return Err(RoomError::TooMuch("the report does not come to an end".into()));
            }
            next = page.next;
        }
        Ok(table)
    }

    fn report_page(&mut self, cursor: Option<&str>) -> Result<ReportPage, RoomError> {
        match self.call(Call::Report { cursor })? {
            Answer::Report(page) => Ok(page),
            _ => Err(RoomError::TooMuch("`report` gave no report".into())),
        }
    }

    fn need_opened(&self) -> Result<(), RoomError> {
        if self.phase == Phase::Draft { self.need(Phase::Open) } else { Ok(()) }
    }
}

fn cell_bytes(rows: &[Vec<String>]) -> usize {
    rows.iter().flatten().map(String::len).sum()
}
