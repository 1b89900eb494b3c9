//! A report as a test looks at it: one table of all its pages.

use serde::Serialize;
use serde_json::Value;

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
