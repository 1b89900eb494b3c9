//! A report as a workbook: one sheet, the names of the columns on top.
//!
//! # Invariants
//! * No cell is a formula, whatever it begins with: texts are texts, and are read back as they were.
//! * A number stands only in a column where each cell is one that is read back as the same characters.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::csv::is_number;
use super::error::ApiError;
use crate::domain::sentence::Sentence;

/// Why there is no workbook of a report.
#[derive(Debug, thiserror::Error)]
pub(super) enum WorkbookError {
    /// There are more rows or columns than spreadsheets have.
    #[error("a workbook has at most 1,048,576 rows and 16,384 columns: take `format=csv`")]
    TooLarge,
    /// A cell is longer than spreadsheets read.
    #[error("a cell of a workbook has at most 32,767 characters: take `format=csv`")]
    CellTooLong,
    /// It could not be written.
    #[error("the workbook cannot be written: {0}")]
    Unwritable(XlsxError),
}

impl From<WorkbookError> for ApiError {
    fn from(error: WorkbookError) -> Self {
        match error {
            WorkbookError::TooLarge => Self::invalid(Sentence::WorkbookTooLarge {}),
            WorkbookError::CellTooLong => Self::invalid(Sentence::WorkbookCellTooLong {}),
            WorkbookError::Unwritable(error) => Self::internal(error),
        }
    }
}

impl From<XlsxError> for WorkbookError {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::RowColumnLimitError => Self::TooLarge,
            XlsxError::MaxStringLengthExceeded => Self::CellTooLong,
            error => Self::Unwritable(error),
        }
    }
}

/// The table as a workbook.
pub(super) fn workbook(columns: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let head = Format::new().set_bold();
    for (column, name) in (0_u16..).zip(columns) {
        sheet.write_string_with_format(0, column, name, &head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (column, index) in (0_u16..).zip(0..columns.len()) {
        write_column(sheet, column, rows.iter().map(|row| row.get(index).map_or("", String::as_str)))?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_column<'a>(
    sheet: &mut Worksheet,
    column: u16,
    cells: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), WorkbookError> {
    let numbers: Option<Vec<f64>> = cells.clone().map(exact_number).collect();
    match numbers {
        Some(numbers) => {
            for (row, number) in (1_u32..).zip(numbers) {
                sheet.write_number(row, column, number)?;
            }
        }
        None => {
            // Said to be text, it stays text also when somebody edits it.
            let text = Format::new().set_num_format("@");
            for (row, cell) in (1_u32..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string_with_format(row, column, cell, &text)?;
            }
        }
    }
    Ok(())
}

/// The number, if it is written as these very characters.
fn exact_number(cell: &str) -> Option<f64> {
    let number: f64 = cell.parse().ok().filter(|_| is_number(cell))?;
    (number.to_string() == cell).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exact_numbers_are_numbers() {
        assert_eq!(exact_number("12"), Some(12.0));
        assert_eq!(exact_number("-4.5"), Some(-4.5));
        for text in ["00123", "4.50", "1E5", "", "inf", "NaN", "=1", "1234567890123456", "-0.0"] {
            assert_eq!(exact_number(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_workbook_cannot_hold_is_said() {
        let long = [vec!["长".repeat(32_768)]];
        assert!(matches!(workbook(&["a".into()], &long), Err(WorkbookError::CellTooLong)));
        let wide = vec![String::new(); 16_385];
        assert!(matches!(workbook(&wide, &[]), Err(WorkbookError::TooLarge)));
        assert!(workbook(&["a".into()], &[]).is_ok_and(|bytes| bytes.starts_with(b"PK")));
    }
}
