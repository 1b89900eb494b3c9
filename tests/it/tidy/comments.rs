//! A comment that documents something says something: one word never does.

use super::report;
use super::source::{Source, sources};

/// The lines, counted from 1, of documentation that is one word and no more.
fn one_word_docs(text: &str) -> Vec<(usize, &str)> {
    let doc = |line: &str| line.trim_start().strip_prefix("///").map(|doc| doc.len());
    let lines: Vec<&str> = text.lines().collect();
    let is_doc = |at: usize| lines.get(at).is_some_and(|line| doc(line).is_some());
    let alone = |at: &usize| is_doc(*at) && !is_doc(at + 1) && !at.checked_sub(1).is_some_and(is_doc);
    let words = |at: usize| lines[at].trim_start().trim_start_matches('/').trim();
    let one = (0..lines.len()).filter(alone).map(|at| (at + 1, words(at)));
    // A title in Chinese has no spaces, and code speaks for itself.
    let is_word = |words: &str| words.chars().all(|char| char.is_ascii_alphanumeric() || "-.".contains(char));
    one.filter(|(_, words)| is_word(words)).collect()
}

fn is_ours(source: &Source) -> bool {
    source.path.contains("/src/")
}

#[test]
fn documentation_says_more_than_one_word() {
    let mut complaints = Vec::new();
    for source in sources().iter().filter(|source| is_ours(source)) {
        let found = one_word_docs(&source.text);
        complaints.extend(found.iter().map(|(line, words)| format!("{}:{line} says {words:?}", source.path)));
    }
    report("Documentation says something.", &complaints);
}

#[test]
fn a_word_alone_is_found_and_a_sentence_is_not() {
    let text = "/// Which.\nstruct A {\n    /// The id.\n    a: u8,\n    /// Who\n    b: u8,\n}\n/// Of\n/// two lines.\nfn f() {}\n";
    assert_eq!(one_word_docs(text), [(1, "Which."), (5, "Who")]);
}
