//! A report as CSV that spreadsheets open as it is meant.
//!
//! # Invariants
//! * UTF-8 with a byte order mark, without which Excel takes Chinese for something else; quoting after RFC 4180.
//! * No cell is a formula: names and answers come from people, and a spreadsheet runs what begins with `=`.
//! * Two cells that differ are written differently: a `'` in front is taken away where what follows would have needed one,
//!   and nowhere else.

use unicode_normalization::UnicodeNormalization;

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
    let guard = if is_misread(cell) { "'" } else { "" };
    // Excel separates by semicolons where a comma stands in numbers.
    if !cell.contains(['"', ',', ';', '\t', '\r', '\n']) {
        out.push_str(guard);
        out.push_str(cell);
        return;
    }
    out.push('"');
    out.push_str(guard);
    out.push_str(&cell.replace('"', "\"\""));
    out.push('"');
}

/// Whether a spreadsheet would calculate, or show something else than what is meant.
fn is_misread(cell: &str) -> bool {
    let text = cell.trim_start_matches('\'');
    (is_formula(text) && !is_number(text)) || is_changed(text)
}

/// Whether it is calculated: also by spreadsheets that take wide signs for signs, and those that skip white space.
fn is_formula(text: &str) -> bool {
    let begins = text.trim_start().nfkc().next();
    text.starts_with(char::is_control) || begins.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@'))
}

/// Whether it is a number that a spreadsheet shows and sums as it is meant: it has no zero in front, and no more than the
/// fifteen digits that are exact there.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_exact = whole.len() + part.len() <= 15 && (whole == "0" || !whole.starts_with('0'));
    are_digits(whole) && are_digits(part) && is_exact
}

/// Whether it looks like a number, a time or a date and is none: `00123` would lose its zeros, `1E5` become 100000, `3-4` a day.
fn is_changed(text: &str) -> bool {
    let text = text.trim_matches(' ');
    let is_of_digits = text.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.ends_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.bytes().all(|byte| byte.is_ascii_digit() || b".-/:eE".contains(&byte));
    is_of_digits && !is_number(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
            ("\tx", "\"'\tx\""),
            ("\r=1", "\"'\r=1\""),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
            ("a=b", "a=b"),
            ("-12.5", "-12.5"),
            ("\n=1", "\"'\n=1\""),
            ("\u{0}=1", "'\u{0}=1"),
            ("＝1+1", "'＝1+1"),
            ("＋1", "'＋1"),
            ("－1", "'－1"),
            ("＠x", "'＠x"),
            ("﹦1", "'﹦1"),
            (" =1", "' =1"),
            ("a;=1", "\"a;=1\""),
            ("", ""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }

    #[test]
    fn an_id_stays_what_it_is_and_a_number_is_one() {
        for text in ["00123", "1234567890123456", "1E5", "3-4", "3/4", "12:30", "2026-11-26", "-007", "1.2.3", ".5"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        for text in ["0", "123", "13800138000", "4.50", "0.5", "a00123", "5E", "v1.2"] {
            assert_eq!(cell(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_written_can_be_read_back(text in "[-'=+＝@0-9a. \t;]{0,6}") {
            let written = cell(&text);
            let written = written.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(&written);
            let read = written.strip_prefix('\'').filter(|rest| is_misread(rest)).unwrap_or(written);
            prop_assert_eq!(read, text);
        }
    }
}
