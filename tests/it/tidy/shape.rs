//! The shape of files: what they open with, how long they and their functions are, and what they are called.

use std::path::Path;

use super::report;
use super::source::{Source, sources};

/// Functions that may be longer, with the reason.
const LONG_FUNCTIONS: &[(&str, &str, &str)] =
    &[("tests/guests/hostile/src/deeds.rs", "run", "a list of misdeeds, one line each")];

const FUNCTION_LINES_MAX: usize = 60;
const FILE_LINES_MAX: usize = 400;
const DOC_CHARS_MIN: usize = 20;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc", "manager", "mod"];

/// Every function with a body: its name, where it begins, and how many lines it takes.
fn functions(source: &Source) -> Vec<(String, usize, usize)> {
    let code = &source.code;
    let mut functions = Vec::new();
    for at in source.words(code, "fn") {
        let name: String =
            code[at + 2..].trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let Some(open) = body_start(code, at) else { continue };
        if !name.is_empty() {
            let end = body_end(code, open);
            functions.push((name, at, code[at..end].matches('\n').count() + 1));
        }
    }
    functions
}

/// Where the body of the function at `at` opens; none when it has no body.
fn body_start(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (offset, char) in code[at..].char_indices() {
        match char {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at + offset),
            ';' if depth == 0 => return None,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    None
}

fn body_end(code: &str, open: usize) -> usize {
    let mut depth = 0_i32;
    for (offset, char) in code[open..].char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + offset;
        }
    }
    code.len()
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let mut complaints = Vec::new();
    for source in sources() {
        let first = source.text.lines().next().unwrap_or_default();
        let doc = first.strip_prefix("//!").unwrap_or_default().trim();
        if doc.chars().count() < DOC_CHARS_MIN {
            complaints.push(format!("{}:1 opens with {first:?}", source.path));
        }
    }
    report("A file opens with a `//!` sentence that says what it is for.", &complaints);
}

#[test]
fn functions_fit_on_a_screen() {
    let mut complaints = Vec::new();
    for source in sources() {
        for (name, at, lines) in functions(&source) {
            let excused = LONG_FUNCTIONS.iter().any(|(path, long, _reason)| (*path, *long) == (&source.path, &name));
            if lines > FUNCTION_LINES_MAX && !excused {
                complaints.push(format!("{} `{name}` has {lines} lines", source.place(at)));
            }
        }
    }
    report("A function has at most 60 lines.", &complaints);
}

#[test]
fn files_are_about_one_thing() {
    let mut complaints = Vec::new();
    for source in sources() {
        let end = source.test_module().unwrap_or(source.text.len());
        let lines = source.text[..end].lines().count();
        if lines > FILE_LINES_MAX {
            complaints.push(format!("{}:{FILE_LINES_MAX} has {lines} lines before its tests", source.path));
        }
    }
    report("A file has at most 400 lines before its tests.", &complaints);
}

#[test]
fn names_say_what_is_inside() {
    let mut complaints = Vec::new();
    for source in sources() {
        let parts = Path::new(&source.path).components().map(|part| part.as_os_str().to_string_lossy().into_owned());
        for part in parts {
            let name = part.trim_end_matches(".rs");
            if EMPTY_NAMES.contains(&name) {
                complaints.push(format!("{}:1 name the thing, not `{name}`", source.path));
            }
        }
    }
    report("No file or folder has an empty name.", &complaints);
}

#[test]
fn nothing_panics_on_a_missing_value() {
    let mut complaints = Vec::new();
    for source in sources() {
        for (at, _) in source.product_code().match_indices(".unwrap()") {
            let line = source.code[..at].rsplit('\n').next().unwrap_or_default();
            // A constant is worked out by the compiler, which stops there and not in front of people.
            if line.trim_start().trim_start_matches("pub ").starts_with("const ") {
                continue;
            }
            complaints.push(format!("{} handle it, or say with `expect` why it cannot happen", source.place(at)));
        }
    }
    report("No `unwrap()` outside tests.", &complaints);
}

#[test]
fn every_test_runs() {
    let mut complaints = Vec::new();
    for source in sources() {
        for (at, _) in source.code.match_indices("#[ignore") {
            complaints.push(format!("{} repair the test or remove it", source.place(at)));
        }
    }
    report("No test is ignored.", &complaints);
}
