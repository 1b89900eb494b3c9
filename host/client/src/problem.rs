//! What a server says when it does not do what it was asked: the part of a problem document that counts here.

use std::fmt;

use serde::Deserialize;

use crate::printable::Printable;

/// Longest sentence of a server that is shown.
const SHOWN_CHARS_MAX: usize = 2_000;

/// A refusal in the server's words: its kind, and what is wrong and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Problem {
    code: Printable,
    detail: Printable,
}

impl Problem {
    /// The kind of problem, for programs.
    pub fn code(&self) -> &str {
        &self.code
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail: String = self.detail.chars().take(SHOWN_CHARS_MAX).collect();
        f.write_str(&detail)
    }
}
