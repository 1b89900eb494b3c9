//! The guides name files that exist, and what is in them: a map that is out of date is worse than none.

use std::fs;

use super::report;
use super::source::workspace;

/// What newcomers read.
const GUIDES: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/// What a path in a guide begins with.
const ROOTS: &[&str] = &["host/", "sdk/", "plugins/", "tests/", "wit/", ".ci/", ".config/"];

/// Every path that stands in the text as code or as a link's target, with its line.
fn paths_in(guide: &str) -> Vec<(usize, &str)> {
    let is_path = |word: &str| ROOTS.iter().any(|root| word.starts_with(root)) && !word.contains(['*', '<', '{', '…']);
    let ends_path = |char: char| char.is_whitespace() || "`(),|#:;[]".contains(char);
    let lines = guide.lines().enumerate();
    let words = lines.flat_map(|(at, line)| line.split(ends_path).map(move |word| (at + 1, word)));
    words.filter(|(_, word)| is_path(word)).collect()
}

/// A file that a guide names, if it is one.
fn file(path: &str) -> Option<String> {
    if ROOTS.iter().any(|root| path.starts_with(root)) { fs::read_to_string(workspace().join(path)).ok() } else { None }
}

/// Whether a word may name something in code: a function, a type, a case.
fn is_name(word: &str) -> bool {
    word.chars().all(|char| char.is_ascii_alphanumeric() || "_:".contains(char))
}

/// Whether this stands as a whole word in the text; of a path its end.
fn has(text: &str, name: &str) -> bool {
    let name = name.rsplit("::").next().unwrap_or(name);
    text.split(|char: char| !char.is_alphanumeric() && char != '_').any(|word| word == name)
}

/// The names that stand as code in a row of a table, and in none of the files of that row, with its line. A row without a
/// file names what it likes.
fn names_astray(guide: &str, read: impl Fn(&str) -> Option<String>) -> Vec<(usize, &str)> {
    let mut astray = Vec::new();
    for (at, row) in guide.lines().enumerate().filter(|(_, line)| line.starts_with('|')) {
        let words: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let texts: Vec<String> = words.iter().copied().filter_map(&read).collect();
        let names = words.into_iter().filter(|word| is_name(word) && !texts.is_empty());
        astray.extend(names.filter(|name| !texts.iter().any(|text| has(text, name))).map(|name| (at + 1, name)));
    }
    astray
}

#[test]
fn every_file_that_a_guide_names_is_there() {
    let mut complaints = Vec::new();
    for guide in GUIDES {
        let text = fs::read_to_string(workspace().join(guide)).unwrap_or_else(|error| panic!("{guide}: {error}"));
        let missing = paths_in(&text).into_iter().filter(|(_, path)| !workspace().join(path).exists());
        complaints.extend(missing.map(|(line, path)| format!("{guide}:{line} names {path}, which is not there")));
    }
    report("Guides name what exists.", &complaints);
}

#[test]
fn paths_are_found_as_code_and_as_links() {
    let guide =
        "see `host/src/http.rs`, [the SDK](sdk/README.md#four-steps), `wit/` and `cargo run`\n| x | tests/src/lib.rs |";
    let expected = [(1, "host/src/http.rs"), (1, "sdk/README.md"), (1, "wit/"), (2, "tests/src/lib.rs")];
    assert_eq!(paths_in(guide), expected);
    assert!(paths_in("`plugins/<name>/src`, `host/*`, `plugins.dir`, https://x/host/y").is_empty());
}

#[test]
fn what_a_row_names_stands_in_its_files() {
    let guide = fs::read_to_string(workspace().join("ARCHITECTURE.md")).expect("the guide");
    let astray = names_astray(&guide, file).into_iter();
    let complaints =
        astray.map(|(line, name)| format!("ARCHITECTURE.md:{line} names `{name}`, which no file there has"));
    report("A row of a table names what its files have.", &complaints.collect::<Vec<_>>());
}

#[test]
fn a_name_that_no_file_of_its_row_has_is_found() {
    let read = |path: &str| (path == "host/a.rs").then(|| "fn one() {} struct Two;".to_owned());
    let guide = "| 1 | `host/a.rs` `one`, `a::Two` | `{}` |\n| 2 | `host/a.rs` `on` | `three` |\n| 3 | `four` |\n`host/a.rs` `five`";
    assert_eq!(names_astray(guide, read), [(2, "on"), (2, "three")]);
}
