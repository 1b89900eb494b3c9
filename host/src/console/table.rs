//! Texts for a terminal: tables and sizes.
//!
//! # Invariants
//! * No cell of a table steers the terminal.

use hezi_client::Printable;

/// Space between two columns.
const GAP: &str = "  ";

/// A table with a head, each column as wide as its widest cell.
pub(super) fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [Printable; N]>) -> String {
    let head = head.map(|name| name.to_owned().into());
    let lines: Vec<[Printable; N]> = std::iter::once(head).chain(rows).collect();
    let widths: [usize; N] =
        std::array::from_fn(|column| lines.iter().map(|line| width(&line[column])).max().unwrap_or(0));
    let mut text = String::new();
    for line in &lines {
        let mut row = String::new();
        for (cell, widest) in line.iter().zip(widths) {
            row.push_str(cell);
            row.push_str(&" ".repeat(widest - width(cell)));
            row.push_str(GAP);
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

/// How many places a text takes. Chinese characters and their like take two.
fn width(text: &str) -> usize {
    let is_wide = |c: char| {
        matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}'
            | '\u{20000}'..='\u{3fffd}')
    };
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// A number of bytes for people.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_one_another() {
        let rows = [["小王", "x"], ["a", ""]].map(|row| row.map(|cell| cell.to_owned().into()));
        assert_eq!(table(["WHO", "WHAT"], rows), "WHO   WHAT\n小王  x\na\n");
        assert_eq!(table(["WHO"], []), "WHO\n");
    }

    #[test]
    fn no_cell_steers_the_terminal() {
        assert_eq!(table(["A"], [["x\r\u{7f}".to_owned().into()]]), "A\nx\\r\\u{7f}\n");
    }

    #[test]
    fn sizes_are_for_people() {
        let sizes = [(999, "999 B"), (1_000, "1 kB"), (59_400, "60 kB"), (1_000_000, "1.0 MB"), (4_190_000, "4.1 MB")];
        for (bytes, said) in sizes {
            assert_eq!(size(bytes), said);
        }
    }
}
