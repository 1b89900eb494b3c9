//! The Rust files of the workspace, and their code without comments and texts.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold our code.
const ROOTS: &[&str] = &["host", "sdk", "plugins", "tests"];

/// A Rust file.
pub(super) struct Source {
    /// Its path from the workspace, with `/`.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
    /// Its text with spaces in place of comments, strings and characters; lines are where they were.
    pub(super) code: String,
}

impl Source {
    /// Code without the test module at the end of the file; empty where the whole file is a test.
    pub(super) fn product_code(&self) -> &str {
        if self.is_test() {
            return "";
        }
        &self.code[..self.test_module().unwrap_or(self.code.len())]
    }

    /// Whether the whole file is compiled for tests alone.
    pub(super) fn is_test(&self) -> bool {
        let is_named_so = self.path.ends_with("tests.rs") || self.path.ends_with("_fuzz.rs");
        is_named_so || self.path.starts_with("tests/") || self.path.contains("/tests/")
    }

    /// Where the test module begins.
    pub(super) fn test_module(&self) -> Option<usize> {
        let found = self.code.match_indices("#[cfg(test)]").map(|(at, attribute)| (at, at + attribute.len()));
        found.into_iter().find(|(_, end)| self.code[*end..].trim_start().starts_with("mod ")).map(|(at, _)| at)
    }

    /// `path:line` of a place in the text.
    pub(super) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path, self.text[..at].matches('\n').count() + 1)
    }

    /// Every place where this name stands as a whole word in the given part of the code.
    pub(super) fn words<'a>(&self, code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let is_name = |char: char| char.is_alphanumeric() || char == '_';
        code.match_indices(word).map(|(at, _)| at).filter(move |at| {
            let before = code[..*at].chars().next_back();
            let after = code[at + word.len()..].chars().next();
            !before.is_some_and(is_name) && !after.is_some_and(is_name)
        })
    }
}

/// The folder of the workspace.
pub(super) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the workspace").to_path_buf()
}

/// Every Rust file of ours, in order of path.
pub(super) fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    for root in ROOTS {
        collect(&workspace().join(root), &mut sources);
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(sources.len() > 20, "the rules found only {} files: they look in the wrong place", sources.len());
    sources
}

fn collect(folder: &Path, sources: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a file of ours can be read");
            let relative = path.strip_prefix(workspace()).expect("it lies in the workspace");
            let path = relative.to_string_lossy().replace('\\', "/");
            sources.push(Source { path, code: without_words(&text), text });
        }
    }
}

/// Puts spaces in place of comments, strings and characters, byte by byte.
fn without_words(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'/', b'/', ..] => at + text[at..].find('\n').unwrap_or(text.len() - at),
            [b'/', b'*', ..] => block_comment_end(bytes, at),
            [b'r', b'"' | b'#', ..] if !follows_name(bytes, at) => raw_string_end(text, at),
            [b'"', ..] => quoted_end(bytes, at, b'"'),
            [b'\'', ..] if is_char(bytes, at) => quoted_end(bytes, at, b'\''),
            _ => {
                at += 1;
                continue;
            }
        };
        code[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        at = end;
    }
    // Only whole texts were replaced, so what remains is UTF-8 still.
    String::from_utf8(code).expect("code is UTF-8")
}

fn follows_name(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_') && bytes[at - 1] != b'b'
}

/// A character, and not a lifetime: it is escaped, or the quote is closed after it.
fn is_char(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at + 1) {
        Some(b'\\') => true,
        Some(byte) if byte.is_ascii() => bytes.get(at + 2) == Some(&b'\''),
        Some(_) => true,
        None => false,
    }
}

fn quoted_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

fn raw_string_end(text: &str, start: usize) -> usize {
    let hashes = text[start + 1..].bytes().take_while(|byte| *byte == b'#').count();
    if text.as_bytes().get(start + 1 + hashes) != Some(&b'"') {
        return start + 1;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let open = start + 2 + hashes;
    text[open..].find(&close).map_or(text.len(), |length| open + length + close.len())
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

#[test]
fn rules_read_code_and_not_words() {
    let text =
        "let a = \"// x\"; // wasmtime\nlet b = r#\"\"axum\"\"#; /* /* surrealdb */ */ let c: &'a u8 = b'\\'';\n";
    let code = without_words(text);
    assert_eq!(code.len(), text.len());
    assert!(!["wasmtime", "axum", "surrealdb", "x"].iter().any(|word| code.contains(word)), "{code}");
    assert!(code.contains("let b =") && code.contains("let c: &'a u8 = b"), "{code}");
}
