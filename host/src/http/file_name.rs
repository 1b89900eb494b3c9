//! What a file is called that somebody takes home.
//!
//! # Invariants
//! * The name is one that Windows, macOS and Linux take as it is, and stays in the folder that people choose.
//! * The header is ASCII whatever the title is: RFC 6266, with the title in `filename*` and the id alone for old programs.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::domain::text::cut_line;

/// Most characters of a title in a name.
const TITLE_CHARS_MAX: usize = 60;
/// Most bytes of a title in a name: a file system takes 255, and the id and the ending want room.
const TITLE_BYTES_MAX: usize = 180;

/// What RFC 8187 has encoded in a value.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The header `Content-Disposition` of a report: the title says which activity, the id tells two of one title apart.
pub(super) fn attachment(title: &str, id: &str, kind: &str) -> String {
    // The id is of our own making, but a header is no place for trust.
    let id: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
    let title = plain(title);
    let name = if title.is_empty() { format!("report-{id}.{kind}") } else { format!("{title} {id}.{kind}") };
    format!("attachment; filename=\"report-{id}.{kind}\"; filename*=UTF-8''{}", utf8_percent_encode(&name, ENCODED))
}

/// The title without what means something to a file system.
fn plain(title: &str) -> String {
    let title = cut_line(title, TITLE_CHARS_MAX).unwrap_or_default();
    let title: String = title.chars().map(|c| if r#"\/:*?"<>|%"#.contains(c) { '_' } else { c }).collect();
    let title = &title[..title.floor_char_boundary(TITLE_BYTES_MAX)];
    // One that begins with a dot is hidden, and one that begins with a hyphen is an option of a command.
    title.trim_start_matches(['.', '-', '~', ' ']).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_which_activity() {
        assert_eq!(
            attachment("午饭?", "01A", "csv"),
            "attachment; filename=\"report-01A.csv\"; filename*=UTF-8''%E5%8D%88%E9%A5%AD_%2001A.csv"
        );
        assert_eq!(
            attachment("\u{202e}", "0\"\r\n1", "xlsx"),
            "attachment; filename=\"report-01.xlsx\"; filename*=UTF-8''report-01.xlsx"
        );
    }

    #[test]
    fn a_name_stays_in_its_folder_and_is_not_too_long() {
        for (title, name) in [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\x", "C__x"),
            ("-rf a\nb", "rf ab"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
        ] {
            assert_eq!(plain(title), name);
        }
        assert!(plain(&"👍🏽".repeat(99)).len() <= TITLE_BYTES_MAX);
        assert!(attachment(&"题".repeat(1000), "01A", "csv").is_ascii());
    }
}
