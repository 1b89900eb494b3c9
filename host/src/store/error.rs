//! What can go wrong in the store, by what the caller can do about it.

use crate::protocol::code::Problem;

/// An error of the store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// SurrealDB did not answer, or answered with an error. Whether a change was made is not known.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// No answer within the deadline. Whether a change was made is not known.
    #[error("the store did not answer within {limit_ms} ms")]
    TimedOut {
        /// The deadline.
        limit_ms: u64,
    },
    /// The log of the engine failed: nothing that it says can be believed any more, and the process ends.
    #[error("the store cannot keep what it is given: {why}")]
    Broken {
        /// What failed.
        why: String,
    },
    /// A record with this id exists already; nothing was changed.
    #[error("the record exists already")]
    Exists,
    /// Another transaction changed the same records; nothing was changed. Worth another try.
    #[error("another transaction was faster")]
    Conflict,
    /// The table is not defined: a database that nobody set up yet.
    #[error("the store has no tables yet")]
    NoTable,
    /// A record is not what this program writes.
    #[error("{what} cannot be read: {why}")]
    Corrupt {
        /// Which record.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// A folder of the engine that Hezi had before could not be moved over. The folder is as it was.
    #[error("the data in {folder} cannot be moved over: {why}")]
    NotMoved {
        /// The folder.
        folder: String,
        /// What is wrong with it.
        why: String,
    },
    /// A newer version of Hezi wrote this data.
    #[error(
        "the data was written by a newer Hezi (schema {found}, this one knows {known}): start that version, or restore a backup"
    )]
    NewerSchema {
        /// The schema's version.
        found: u64,
        /// The newest version that this program knows.
        known: u64,
    },
}

impl StoreError {
    /// A record that is not what this program writes.
    pub(crate) fn corrupt(what: impl Into<String>, why: impl ToString) -> Self {
        Self::Corrupt { what: what.into(), why: why.to_string() }
    }

    /// What a client is told: nothing about the inside.
    pub fn problem(&self) -> Problem {
        Problem::unavailable()
    }
}
