//! Programs that a machine may have or not, and what is said where one is missing that a story needs.

use std::io::{Write as _, stdout};
use std::path::PathBuf;

/// The first program on the path that has one of these names.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut files = std::env::split_paths(&path).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    files.find(|file| file.is_file())
}

/// Says that something is not tested here, and why.
///
/// # Panics
/// When standard output cannot be written to.
pub fn say_untested(what: &str) {
    // Not `println`, which the test runner keeps to itself unless a test fails.
    writeln!(stdout(), "not tested: {what}").expect("standard output can be written to");
}
