//! The guides name files that exist: a map that is out of date is worse than none.

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
