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

/// Whether a word is a function's name alone: types and cases begin with a capital, and paths have colons.
fn is_function(name: &str) -> bool {
    name.starts_with(|char: char| char.is_ascii_lowercase()) && !name.contains(':')
}

/// Whether the code of a text defines a function of this name; what a comment says does not count.
fn defines(text: &str, function: &str) -> bool {
    let code = text.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    let mut after_fn = code.flat_map(|line| line.split("fn ").skip(1));
    after_fn.any(|rest| rest.strip_prefix(function).is_some_and(|rest| rest.starts_with(['(', '<'])))
}

/// The names that stand as code in a row of a table, and not in its files, with its line. A function is defined in the file
/// that is named last before it; a type, or a path that says whose the function is, stands in any file of the row. A row
/// without a file names what it likes.
fn names_astray(guide: &str, read: impl Fn(&str) -> Option<String>) -> Vec<(usize, &str)> {
    let mut astray = Vec::new();
    for (at, row) in guide.lines().enumerate().filter(|(_, line)| line.starts_with('|')) {
        let words: Vec<&str> = row.split('`').skip(1).step_by(2).collect();
        let texts: Vec<String> = words.iter().copied().filter_map(&read).collect();
        let mut last = None;
        for word in words {
            last = read(word).or(last);
            let is_there = match &last {
                Some(text) if is_function(word) => defines(text, word),
                _ => texts.is_empty() || texts.iter().any(|text| has(text, word)),
            };
            if is_name(word) && !is_there {
                astray.push((at + 1, word));
            }
        }
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
    let read = |path: &str| match path {
        "host/a.rs" => Some("pub(crate) fn one() {} // fn said()\nstruct Two;".to_owned()),
        "host/b.rs" => Some("fn three<T>(_: T) { one() }".to_owned()),
        _ => None,
    };
    let guide = "| 1 | `host/a.rs` `one`, `a::Two` | `{}` |\n| 2 | `host/a.rs` `on` | `Three` |\n| 3 | `four` |\n`host/a.rs` `five`\n\
        | 5 | `host/a.rs` `one`, `host/b.rs` `three` | `Two` |\n| 6 | `host/b.rs` `one`, `host/a.rs` `said` | `One::three` |";
    assert_eq!(names_astray(guide, read), [(2, "on"), (2, "Three"), (6, "one"), (6, "said")]);
}
