//! What a server says when it does not do what it was asked: the part of a problem document that counts here.

use std::fmt;

use serde::Deserialize;

use crate::printable::printable;

/// Longest sentence of a server that is shown.
const SHOWN_CHARS_MAX: usize = 2_000;

/// A refusal in the server's words. Displaying it is safe for a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// The kind of problem, for programs.
    pub code: String,
    /// What is wrong and what to do about it.
    detail: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail: String = self.detail.chars().take(SHOWN_CHARS_MAX).collect();
        f.write_str(&printable(&detail))
    }
}
