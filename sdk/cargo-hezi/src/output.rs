//! What the command says: results to standard output, everything else to standard error.
//!
//! A closed pipe is not an error worth dying of.

use std::{
    fmt::Display,
    io::{self, Write},
};

/// A line of the result.
pub(crate) fn result(line: impl Display) {
    drop(writeln!(io::stdout(), "{line}"));
}

/// A line about what is going on.
pub(crate) fn note(line: impl Display) {
    drop(writeln!(io::stderr(), "{line}"));
}

/// Shows what came of a command, or says why it failed; true if all went well.
pub(crate) fn outcome<T, E: Display>(outcome: Result<T, E>, show: impl FnOnce(T)) -> bool {
    outcome.inspect_err(|reason| error(reason)).map(show).is_ok()
}

/// Why it failed.
pub(crate) fn error(line: impl Display) {
    drop(writeln!(io::stderr(), "error: {line}"));
}
