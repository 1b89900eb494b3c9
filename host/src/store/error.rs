//! What can go wrong in the store, by what the caller can do about it.

use url::Url;

use crate::config::Config;
use crate::protocol::code::Problem;

/// What RocksDB says of a folder that another process has open.
const LOCKED: &str = "While lock file";
/// The same for people: the lock goes with its process, so there is no file to be removed.
const IN_USE: &str =
    "another server, or `hezi verify`, has it open: end that one, or give this one a folder of its own";

/// An error of the store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// SurrealDB did not answer. Whether a change was made is not known, nor whether it will be.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// SurrealDB answered with an error. Whether a change was made is not known, but reading tells: nothing more comes of it.
    #[error("the store failed: {0}")]
    Failed(String),
    /// The store does not open.
    #[error("the store at {address} (setting `{setting}`) does not open: {why}")]
    NotOpened {
        /// Where it is, without who signs in there.
        address: String,
        /// The setting that says so.
        setting: &'static str,
        /// What is wrong.
        why: String,
    },
    /// No answer within the deadline. Whether a change was made is not known.
    #[error("the store did not answer within {limit_ms} ms")]
    TimedOut {
        /// How long the store had to answer, in milliseconds.
        limit_ms: u64,
    },
    /// The log of the engine failed: nothing that it says can be believed any more, and the process ends.
    #[error("the store cannot keep what it is given: {why}")]
    Broken {
        /// What failed, in the engine's words.
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
        /// The kind of record.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// A folder of the engine that Hezi had before could not be moved over. The folder is as it was.
    #[error("the data in {folder} cannot be moved over: {why}")]
    NotMoved {
        /// Where the data of that engine is still.
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

    /// The same at a start, when whoever reads it has to know which store is meant.
    pub(super) fn at_start(self, config: &Config) -> Self {
        let why = match self {
            Self::Unavailable(why) | Self::Failed(why) => why,
            Self::TimedOut { limit_ms } => format!("it did not answer within {limit_ms} ms"),
            other => return other,
        };
        let setting = if config.store.is_some() { "store" } else { "data" };
        let why = if why.contains(LOCKED) { format!("{IN_USE} ({why})") } else { why };
        Self::NotOpened { address: without_login(&config.store_url()), setting, why }
    }

    /// What a client is told: nothing about the inside.
    pub fn problem(&self) -> Problem {
        Problem::unavailable()
    }
}

/// An address without the name and the password that may stand in it.
fn without_login(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    if url.username().is_empty() && url.password().is_none() {
        return address.to_owned();
    }
    // What cannot have a login has none to take out.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_does_not_open_is_named_without_its_password() {
        for (store, says) in [
            (Some("ws://db.example.com:8000"), "at ws://db.example.com:8000 (setting `store`)"),
            (Some("wss://root:secret@db.example.com"), "at wss://db.example.com/ (setting `store`)"),
            (None, "at rocksdb://./data/store?sync=every (setting `data`)"),
        ] {
            let config = Config { store: store.map(str::to_owned), ..Config::default() };
            let text = StoreError::Unavailable("nobody is there".into()).at_start(&config).to_string();
            assert!(text.contains(says) && text.ends_with("nobody is there") && !text.contains("secret"), "{text}");
        }
    }
}
