//! The report for organizers: rows of a table, which page themselves.
//!
//! An author writes the whole report as if it were one table; each call gives the rows of one page and skips the rest:
//!
//! ```
//! # use hezi_sdk::{Map, ReadCtx, Report, Result};
//! const SCORES: Map<str, u32> = Map::new("score/");
//!
//! fn report(ctx: &ReadCtx, report: &mut Report) -> Result<()> {
//!     report.columns(["成员", "分数"]);
//!     report.summary(|| serde_json::json!({ "subject": "午饭" }));
//!     report.rows_of(ctx, &SCORES, |member_id, score| [member_id, score.to_string()]);
//!     Ok(())
//! }
//! ```
//!
//! # Invariants
//! * The parts of a report (each call of `rows…`) are the same, in the same order, on every page.
//! * A page ends with the first row that fills it, far below what may cross the boundary in one call.

use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, Key, Map, ReadCtx, Result, bindings::hezi::activity::types::ReportPage, json};

/// A page ends after this many rows.
const PAGE_ROWS: usize = 1_000;
/// A page ends after the row that reaches this many bytes: a quarter of what may cross the boundary in one call.
const PAGE_BYTES: usize = 256 * 1024;
/// Entries of a map in one batch.
const BATCH_ENTRIES: u32 = 200;
/// What a cell costs the host beside its text.
const CELL_BYTES: usize = 24;

/// A report in the making: one page of it.
#[derive(Debug)]
pub struct Report {
    cursor: Cursor,
    part: usize,
    summary: Option<String>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    bytes: usize,
    next: Option<String>,
}

/// Where this page starts.
#[derive(Debug, Default)]
struct Cursor {
    part: usize,
    /// Where in the part; none at its beginning.
    within: Option<String>,
    first: bool,
}

impl Report {
    /// # Errors
    /// [`Error::Invalid`] when the cursor is none of this report.
    pub(crate) fn new(cursor: Option<&str>) -> Result<Self> {
        let cursor = match cursor {
            None => Cursor { first: true, ..Cursor::default() },
            Some(cursor) => Cursor::read(cursor).ok_or_else(|| Error::invalid("the cursor is none of this report"))?,
        };
        let (summary, columns, rows) = (None, Vec::new(), Vec::new());
        Ok(Self { cursor, part: 0, summary, columns, rows, bytes: 0, next: None })
    }

    /// Names the columns. Every row has as many cells.
    pub fn columns<C: Into<String>>(&mut self, names: impl IntoIterator<Item = C>) {
        self.columns = names.into_iter().map(Into::into).collect();
    }

    /// The figures of the whole activity, as a JSON object. They stand on the first page only, so `figures` is called for
    /// that page only.
    ///
    /// # Panics
    /// When they are not a JSON object.
    pub fn summary<S: Serialize>(&mut self, figures: impl FnOnce() -> S) {
        if self.cursor.first {
            let text = json::write("a summary", &figures());
            assert!(text.starts_with('{'), "a summary is a JSON object: {text}");
            self.summary = Some(text);
        }
    }

    /// Adds a row for each item of a list that is at hand.
    pub fn rows<T, R: IntoIterator<Item: Into<String>>>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut row: impl FnMut(T) -> R,
    ) {
        let Some(start) = self.begin_part() else { return };
        let start = start_index(start);
        for (index, item) in items.into_iter().enumerate().skip(start) {
            if self.is_full() {
                return self.end_page(&index.to_string());
            }
            self.push(row(item));
        }
    }

    /// Adds `count` rows, each made from its index: for long lists, for earlier rows are not made again.
    pub fn rows_by_index<R: IntoIterator<Item: Into<String>>>(
        &mut self,
        count: usize,
        mut row: impl FnMut(usize) -> R,
    ) {
        let Some(start) = self.begin_part() else { return };
        for index in start_index(start)..count {
            if self.is_full() {
                return self.end_page(&index.to_string());
            }
            self.push(row(index));
        }
    }

    /// Adds a row for each entry of a map, however many there are: earlier entries are not read again.
    pub fn rows_of<K: Key + ?Sized, V: Serialize + DeserializeOwned, R: IntoIterator<Item: Into<String>>>(
        &mut self,
        _ctx: &ReadCtx,
        map: &Map<K, V>,
        mut row: impl FnMut(K::Owned, V) -> R,
    ) {
        let Some(mut cursor) = self.begin_part() else { return };
        loop {
            let (entries, more) = map.page(cursor.as_deref(), BATCH_ENTRIES);
            for (behind, key, value) in entries {
                // Looked at before each row: a few long ones are more than a page takes.
                if self.is_full() {
                    return self.end_page(cursor.as_deref().unwrap_or_default());
                }
                self.push(row(key, value));
                cursor = Some(behind);
            }
            if !more {
                return;
            }
        }
    }

    pub(crate) fn into_page(self) -> ReportPage {
        let summary = self.summary.unwrap_or_else(|| "{}".to_owned());
        ReportPage { summary, columns: self.columns, rows: self.rows, next: self.next }
    }

    /// Where in the part that begins now this page starts; none when the page has nothing of it.
    fn begin_part(&mut self) -> Option<Option<String>> {
        let part = self.part;
        self.part += 1;
        if self.next.is_some() || part < self.cursor.part {
            return None;
        }
        Some(if part == self.cursor.part { self.cursor.within.take() } else { None })
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= PAGE_ROWS || self.bytes >= PAGE_BYTES
    }

    fn end_page(&mut self, within: &str) {
        self.next = Some(format!("{}:{within}", self.part - 1));
    }

    fn push<C: Into<String>>(&mut self, row: impl IntoIterator<Item = C>) {
        let row: Vec<String> = row.into_iter().map(Into::into).collect();
        assert_eq!(row.len(), self.columns.len(), "a row has as many cells as there are columns: {row:?}");
        self.bytes += row.iter().map(|cell| cell.len() + CELL_BYTES).sum::<usize>();
        self.rows.push(row);
    }
}

/// What stands between the names of a list in one cell.
const SEPARATOR: char = '、';
/// What stands before a separator, or itself, that belongs to a name.
const ESCAPE: char = '\\';

/// The names of a list in one cell: `、` stands between them, and `\` before each `、` and `\` of their own. No two lists of names
/// that are not empty read the same.
pub fn list_cell<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> String {
    let mut cell = String::new();
    for (place, name) in names.into_iter().enumerate() {
        if place > 0 {
            cell.push(SEPARATOR);
        }
        for char in name.as_ref().chars() {
            if char == SEPARATOR || char == ESCAPE {
                cell.push(ESCAPE);
            }
            cell.push(char);
        }
    }
    cell
}

impl Cursor {
    fn read(cursor: &str) -> Option<Self> {
        let (part, within) = cursor.split_once(':')?;
        let within = (!within.is_empty()).then(|| within.to_owned());
        Some(Self { part: part.parse().ok()?, within, first: false })
    }
}

/// A cursor comes back as it was given, so one that is no number comes from somewhere else and starts at the beginning.
fn start_index(within: Option<String>) -> usize {
    within.and_then(|index| index.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const ENTRIES: Map<u32, String> = Map::new("entry/");

    fn fill(ctx: &ReadCtx, report: &mut Report) {
        report.columns(["part", "value"]);
        report.summary(|| serde_json::json!({ "figures": 1 }));
        report.rows([1, 2, 3], |n| ["list".to_owned(), n.to_string()]);
        report.rows_of(ctx, &ENTRIES, |key, value| [key.to_string(), value]);
        report.rows_by_index(2_500, |n| ["index".to_owned(), n.to_string()]);
        report.rows(Vec::<u8>::new(), |_| ["", ""]);
    }

    fn all_pages(ctx: &ReadCtx) -> Vec<ReportPage> {
        let mut pages: Vec<ReportPage> = Vec::new();
        loop {
            let cursor = pages.last().map(|page| page.next.clone());
            let cursor = match &cursor {
                None => None,
                Some(None) => return pages,
                Some(Some(cursor)) => Some(cursor.as_str()),
            };
            let mut report = Report::new(cursor).unwrap();
            fill(ctx, &mut report);
            pages.push(report.into_page());
        }
    }

    #[test]
    fn pages_give_every_row_once_and_in_order() {
        testing::with_ctx(|ctx| {
            (0..2_345).for_each(|n| ENTRIES.set(ctx, &n, &format!("v{n}")));
            let pages = all_pages(ctx);
            let rows: Vec<_> = pages.iter().flat_map(|page| &page.rows).map(|row| row.join("=")).collect();
            let mut expected: Vec<_> = (1..=3).map(|n| format!("list={n}")).collect();
            expected.extend((0..2_345).map(|n| format!("{n}=v{n}")));
            expected.extend((0..2_500).map(|n| format!("index={n}")));
            assert_eq!(rows, expected);
            assert!(pages.iter().all(|page| page.rows.len() <= PAGE_ROWS));
            assert_eq!(pages[0].summary, r#"{"figures":1}"#);
            assert!(pages[1..].iter().all(|page| page.summary == "{}" && page.columns == pages[0].columns));
        });
    }

    #[test]
    fn long_rows_make_short_pages() {
        testing::with_ctx(|ctx| {
            (0..100).for_each(|n| ENTRIES.set(ctx, &n, &"x".repeat(2_000)));
            let mut report = Report::new(None).unwrap();
            report.columns(["text"]);
            report.rows_by_index(1_000, |_| ["y".repeat(3_000)]);
            let page = report.into_page();
            assert_eq!(page.rows.len(), 87);
            assert_eq!(page.next.as_deref(), Some("0:87"));
            assert_eq!(all_pages(ctx).iter().map(|page| page.rows.len()).sum::<usize>(), 3 + 100 + 2_500);
        });
    }

    #[test]
    fn long_rows_of_a_map_make_short_pages_too() {
        testing::with_ctx(|ctx| {
            (0..150).for_each(|n| ENTRIES.set(ctx, &n, &n.to_string()));
            let fill = |cursor: Option<&str>| {
                let mut report = Report::new(cursor).unwrap();
                report.columns(["key", "text"]);
                report.rows_of(ctx, &ENTRIES, |key, _| [key.to_string(), "长".repeat(10_000)]);
                report.into_page()
            };
            let (mut seen, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let page = fill(cursor.as_deref());
                let bytes: usize = page.rows.iter().flatten().map(String::len).sum();
                assert!(bytes <= PAGE_BYTES + 31_000, "{bytes}");
                seen.extend(page.rows.iter().map(|row| row[0].clone()));
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert!(seen.iter().map(String::as_str).eq((0..150).map(|n| n.to_string()).collect::<Vec<_>>().iter()));
        });
    }

    #[test]
    fn no_two_lists_read_the_same() {
        let lists = [&["甲、乙", "甲", "乙"][..], &["甲\\", "乙", "甲\\、乙", "甲", "、"]];
        for names in lists {
            let subsets = (1_u32..1 << names.len()).map(|set| {
                let chosen = names.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1);
                list_cell(chosen.map(|(_, name)| name))
            });
            let read: std::collections::BTreeSet<String> = subsets.collect();
            assert_eq!(read.len() + 1, 1 << names.len(), "{names:?}");
        }
        assert_eq!(list_cell(["甲、乙", "丙"]), "甲\\、乙、丙");
    }

    #[test]
    fn a_cursor_from_elsewhere_is_refused() {
        for cursor in ["", "x", "x:1", ":"] {
            assert!(matches!(Report::new(Some(cursor)), Err(Error::Invalid(_))), "{cursor}");
        }
    }

    #[test]
    #[should_panic(expected = "as many cells as there are columns")]
    fn a_row_of_another_width_panics() {
        let mut report = Report::new(None).unwrap();
        report.columns(["a", "b"]);
        report.rows([1], |_| ["only one"]);
    }
}
