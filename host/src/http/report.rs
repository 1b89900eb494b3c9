//! A report as CSV that spreadsheets open as it is meant.
//!
//! # Invariants
//! * UTF-8 with a byte order mark, without which Excel takes Chinese for something else; quoting after RFC 4180.
//! * No cell is a formula: names and answers come from people, and a spreadsheet runs what begins with `=`.

/// Says "UTF-8" to Excel.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The table as CSV.
pub(super) fn csv(columns: &[String], rows: &[Vec<String>]) -> String {
    let mut out = String::from(BYTE_ORDER_MARK);
    for row in std::iter::once(columns).chain(rows.iter().map(Vec::as_slice)) {
        for (index, cell) in row.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_cell(&mut out, cell);
        }
        out.push_str("\r\n");
    }
    out
}

fn write_cell(out: &mut String, cell: &str) {
    let guard = if is_formula(cell) { "'" } else { "" };
    if !cell.contains(['"', ',', '\r', '\n']) {
        out.push_str(guard);
        out.push_str(cell);
        return;
    }
    out.push('"');
    out.push_str(guard);
    out.push_str(&cell.replace('"', "\"\""));
    out.push('"');
}

/// Whether a spreadsheet would calculate instead of show. A plain negative number is one that it should show.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_negative_number(cell)
}

fn is_negative_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or_default();
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut out = String::new();
        write_cell(&mut out, text);
        out
    }

    #[test]
    fn a_table_becomes_lines() {
        let columns = vec!["姓名".to_owned(), "金额".to_owned()];
        let rows = vec![vec!["小王, 北京".to_owned(), "1234".to_owned()], vec!["a\"b".to_owned(), String::new()]];
        assert_eq!(csv(&columns, &rows), "\u{feff}姓名,金额\r\n\"小王, 北京\",1234\r\n\"a\"\"b\",\r\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+86", "'+86"),
            ("-cmd", "'-cmd"),
            ("-", "'-"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\r=1", "\"'\r=1\""),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
            ("a=b", "a=b"),
            ("-12.5", "-12.5"),
            ("", ""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }
}
