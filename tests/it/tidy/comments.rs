//! A comment that documents something says something: one word never does, with an article neither, nor does the name once
//! more.

use super::report;
use super::source::{Source, sources};

/// Words that add nothing to a name.
const ARTICLES: &[&str] = &["A", "An", "Its", "One", "The", "Their", "Which"];

/// What may stand before the name of an item.
const KEYWORDS: &[&str] =
    &["pub", "crate", "super", "const", "static", "async", "unsafe", "fn", "struct", "enum", "trait", "type", "mod"];

/// Documentation of one line: the line, counted from 1, and what it says.
fn single_lines(text: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    let is_doc = |at: usize| lines.get(at).is_some_and(|line| line.trim_start().starts_with("///"));
    let alone = |at: &usize| is_doc(*at) && !is_doc(at + 1) && !at.checked_sub(1).is_some_and(is_doc);
    let said = |at: usize| (at + 1, lines[at].trim_start().trim_start_matches('/').trim());
    (0..lines.len()).filter(alone).map(said).collect()
}

/// Documentation that is one word and no more, or one with an article.
fn one_word_docs(text: &str) -> Vec<(usize, &str)> {
    // A title in Chinese has no spaces, and code speaks for itself.
    let is_word = |words: &str| words.chars().all(|char| char.is_ascii_alphanumeric() || "-.".contains(char));
    let is_noun =
        |words: &str| words.split_once(' ').is_some_and(|(article, word)| ARTICLES.contains(&article) && is_word(word));
    let says_nothing = |line: usize, words: &str| is_word(words) || is_noun(words) && !is_in_schema(text, line);
    single_lines(text).into_iter().filter(|(line, words)| says_nothing(*line, words)).collect()
}

/// Whether a line stands in a type that makes a JSON schema. What is said there is read in forms, next to a label and below what
/// the whole is about: "The amount." may be enough, and other words would be another schema.
fn is_in_schema(text: &str, line: usize) -> bool {
    let above: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let item = text[..above].rsplit("\n}\n").next().unwrap_or_default();
    let derived = item.rsplit_once("#[derive(").and_then(|(_, rest)| rest.split(")]").next());
    derived.is_some_and(|derived| derived.contains("JsonSchema"))
}

/// Documentation that says the name of what it stands above, and no more: "The id." of an `id`.
fn repeated_names(text: &str) -> Vec<(usize, &str)> {
    let plain = |name: &str| name.to_lowercase().replace(['-', '_'], "").trim_end_matches('s').to_owned();
    let repeats = |words: &str, name: &str| {
        let noun = words.trim_end_matches('.').split_once(' ').filter(|(article, _)| ARTICLES.contains(article));
        noun.is_some_and(|(_, noun)| plain(noun) == plain(name))
    };
    single_lines(text).into_iter().filter(|(line, words)| repeats(words, name_below(text, *line))).collect()
}

/// The name of the item below a line: of a field, a variant, a type, a function.
fn name_below(text: &str, line: usize) -> &str {
    let above: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut item = text[above..].trim_start();
    while item.starts_with("#[") {
        item = item.split_once("]\n").map_or("", |(_, rest)| rest.trim_start());
    }
    let mut names = item.split(|char: char| !char.is_alphanumeric() && char != '_').filter(|name| !name.is_empty());
    names.find(|name| !KEYWORDS.contains(name)).unwrap_or_default()
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
fn documentation_says_more_than_the_name() {
    let mut complaints = Vec::new();
    for source in sources().iter().filter(|source| is_ours(source)) {
        let found = repeated_names(&source.text);
        complaints.extend(found.iter().map(|(line, words)| format!("{}:{line} says {words:?}", source.path)));
    }
    report("Documentation says what the name does not: what it means, its unit, its bounds.", &complaints);
}

#[test]
fn a_word_alone_is_found_and_a_sentence_is_not() {
    let text = "/// Which.\nstruct A {\n    /// The id.\n    a: u8,\n    /// Who\n    b: u8,\n}\n/// Of\n/// two lines.\nfn f() {}\n";
    assert_eq!(one_word_docs(text), [(1, "Which."), (3, "The id."), (5, "Who")]);
}

#[test]
fn a_word_with_an_article_is_found_and_more_of_it_is_not() {
    let text = "/// The answer.\nok: u8,\n/// A cache.\nstruct Held;\n/// Its id.\nkey: u8,\n/// One activity.\nstruct Machine;\n\
        /// The answer, once there is one.\nok: u8,\n/// Say it.\nsay: u8,\n/// The `next`.\nnext: u8,\n/// The time\n/// to wait.\nwait: u8,\n";
    let found: Vec<usize> = one_word_docs(text).into_iter().map(|(line, _)| line).collect();
    assert_eq!(found, [1, 3, 5, 7]);
}

#[test]
fn what_a_schema_says_in_two_words_is_left_and_what_stands_behind_it_is_found() {
    let text = "#[derive(Debug, JsonSchema)]\nstruct Grab {\n    /// The amount.\n    cents: u64,\n    /// Cents.\n    all: u64,\n}\n\
        #[derive(Debug)]\nstruct Best {\n    /// Its amount.\n    cents: u64,\n}\n";
    assert_eq!(one_word_docs(text), [(5, "Cents."), (10, "Its amount.")]);
}

#[test]
fn a_name_once_more_is_found_and_what_says_more_is_not() {
    let text = "/// The id.\nid: u8,\n/// Their names.\n#[serde(\n  default\n)]\npub(super) name: u8,\n/// A room.\npub struct Room;\n\
        /// The person.\nuser: u8,\n/// The id of a person.\nid: u8,\n/// The id.\n/// Of two lines.\nid: u8,\n/// One way.\nfn way() {}\n/// Which form.\nform: u8,\n";
    let found: Vec<usize> = repeated_names(text).into_iter().map(|(line, _)| line).collect();
    assert_eq!(found, [1, 3, 8, 17, 19]);
}
