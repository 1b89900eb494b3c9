//! Why an activity refuses a call. The text reaches the person, so it says what to do instead.

use std::fmt;

use crate::bindings::hezi::activity::types;

/// What a call of an activity gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call was refused by the rules of the activity.
///
/// A call that returns an error changes nothing: its writes, events and timers are dropped. A broken invariant is not an
/// error but a bug: panic, and the host drops the call and shows the message to the author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The configuration or the action makes no sense: a field is missing, out of range or unknown.
    Invalid(String),
    /// This person may not do this.
    Denied(String),
    /// It does not fit what has happened before: voted already, not frozen yet.
    Conflict(String),
    /// There is nothing left to give.
    Exhausted(String),
}

impl Error {
    /// The configuration or the action makes no sense.
    pub fn invalid(text: impl Into<String>) -> Self {
        Self::Invalid(text.into())
    }

    /// This person may not do this.
    pub fn denied(text: impl Into<String>) -> Self {
        Self::Denied(text.into())
    }

    /// It does not fit what has happened before.
    pub fn conflict(text: impl Into<String>) -> Self {
        Self::Conflict(text.into())
    }

    /// There is nothing left to give.
    pub fn exhausted(text: impl Into<String>) -> Self {
        Self::Exhausted(text.into())
    }

    /// The text for the person.
    pub fn text(&self) -> &str {
        match self {
            Self::Invalid(text) | Self::Denied(text) | Self::Conflict(text) | Self::Exhausted(text) => text,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for Error {}

impl From<Error> for types::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(text) => Self::Invalid(text),
            Error::Denied(text) => Self::Denied(text),
            Error::Conflict(text) => Self::Conflict(text),
            Error::Exhausted(text) => Self::Exhausted(text),
        }
    }
}

impl From<types::Error> for Error {
    fn from(error: types::Error) -> Self {
        match error {
            types::Error::Invalid(text) => Self::Invalid(text),
            types::Error::Denied(text) => Self::Denied(text),
            types::Error::Conflict(text) => Self::Conflict(text),
            types::Error::Exhausted(text) => Self::Exhausted(text),
        }
    }
}
