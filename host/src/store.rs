//! Everything durable: the only module that knows SurrealDB and SurrealQL.
//!
//! Rules of the product are not here: the store keeps what it is given and refuses what exists already. In the order in which
//! something is kept:
//!
//! * `conference`, `journal`, `activity`, `plugin`, `session`, …: one file an aggregate, each a set of methods of
//!   [`Store`]; what rooms need of it is [`Journals`] (`journals`), so that they can be tried on a store that fails.
//! * `record` and `checkpoint` say what is written; `query` binds it, and tries again what lost a race.
//! * `connection` asks the database within a deadline, `engine` is the one in this process, and `soundness` knows whether what
//!   it says can be believed. `opening` sees to it that nobody else has it: `lease` keeps others out of one on a server
//!   (`holder` is who has it).
//! * `answer` reads what comes back, and what its errors mean (`error`).
//!
//! Beside that way: `schema` makes the tables, `moving` brings a folder of the old engine over, `verify` checks everything.
//!
//! # Invariants
//! * What must be unique is unique by its record id, never by check-then-insert.
//! * A change of several records is one `BEGIN … COMMIT` query; values are bound, never written into the text.
//! * Absent is `None`, not an error.

mod activity;
mod answer;
mod audit;
mod audit_deed;
mod audit_id;
mod checkpoint;
mod commands;
mod conference;
mod connection;
mod engine;
mod error;
mod holder;
mod idle;
mod journal;
mod journals;
mod lease;
mod login;
mod moving;
mod opening;
mod plugin;
mod query;
mod record;
mod schema;
mod sealed;
mod session;
mod soundness;
mod user;
mod verify;

pub use self::activity::StoredActivity;
pub use self::audit::{AuditLine, AuditQuery};
pub use self::audit_deed::{AuditDeed, DeedCode};
pub use self::audit_id::AuditId;
pub use self::checkpoint::Checkpoint;
pub use self::commands::{CommandPage, Indexed, PAGE_COMMANDS};
pub use self::conference::{Created, MadeBefore, NewConference, TakeNumber};
pub use self::connection::Store;
pub use self::error::StoreError;
pub use self::idle::{LastUse, Lent};
pub use self::journal::{Commit, Placed};
pub use self::journals::{Journals, SharedJournals};
pub use self::login::{SignInRows, UsedState};
pub use self::plugin::StoredPlugin;
pub use self::record::{
    Addition, CallInput, Record, Redaction, ReplyRecord, Rows, StateChange, StateWrite, TimerWrite, UNKNOWN_PRINT,
};
pub use self::session::SessionRow;
pub use self::verify::{Finding, Verified};

use crate::clock::SharedRng;
use crate::config::{Config, SurrealConfig};

impl Store {
    /// Opens the store, creates the schema where there is none and migrates an older one. A folder of the engine that
    /// Hezi had before is moved over first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when SurrealDB does not open, [`StoreError::NewerSchema`] when a newer Hezi wrote it,
    /// [`StoreError::NotMoved`] when a folder of the old engine cannot be moved.
    pub async fn open(config: &Config, rng: SharedRng) -> Result<Self, StoreError> {
        if config.store.is_none() {
            moving::move_old_folder(config, &rng).await?;
        }
        Self::open_at(&config.store_url(), &config.surrealdb, rng).await.map_err(|error| error.at_start(config))
    }

    /// Whether the store can do its work: it writes a record and waits until it is durable.
    ///
    /// # Errors
    /// [`StoreError`] that says what fails.
    pub async fn probe(&self, now_ms: u64) -> Result<(), StoreError> {
        self.write("UPSERT meta:probe SET at_ms = $now RETURN NONE").bind("now", now_ms).run().await.map(drop)
    }

    /// Opens the store at `url`, without a look at folders of the old engine.
    async fn open_at(url: &str, config: &SurrealConfig, rng: SharedRng) -> Result<Self, StoreError> {
        let store = Self::connect(url, config, rng).await?;
        match store.migrate().await {
            Ok(()) => Ok(store),
            Err(error) => {
                // Whoever may come next does not have to wait for one that does not serve.
                if let Err(error) = store.close().await {
                    tracing::warn!(%error, "the store did not come to rest");
                }
                Err(error)
            }
        }
    }
}

#[cfg(test)]
#[path = "store/audit_tests.rs"]
mod audit_tests;
#[cfg(test)]
#[path = "store/derived_tests.rs"]
mod derived_tests;
#[cfg(test)]
#[path = "store/tests.rs"]
mod tests;
#[cfg(test)]
#[path = "store/verify_tests.rs"]
mod verify_tests;
