//! What can go wrong with a session.

use crate::protocol::code::{Code, Problem};
use crate::store::StoreError;

/// An error of signing in, or of finding out who is signed in.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The store failed; nothing is known of the session.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the person said of themselves cannot be taken.
    #[error("sign-in refused: `{field}` {reason}")]
    Invalid {
        /// The field to blame.
        field: &'static str,
        /// What it should be.
        reason: String,
    },
}

impl SessionError {
    /// What a client is told.
    pub fn problem(&self) -> Problem {
        match self {
            Self::Store(error) => error.problem(),
            Self::Invalid { field, reason } => Problem::new(Code::Invalid, format!("`{field}` {reason}")),
        }
    }
}
