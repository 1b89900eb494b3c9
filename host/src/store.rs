//! Everything durable: the only module that knows SurrealDB and SurrealQL.
//!
//! One file an aggregate (`conference`, `activity`, `journal`, …), each a set of methods of [`Store`]. Rules of the product
//! are not here: the store keeps what it is given and refuses what exists already. What rooms need of it is [`Journals`], so that
//! they can be tried on a store that fails.
//!
//! # Invariants
//! * What must be unique is unique by its record id, never by check-then-insert.
//! * A change of several records is one `BEGIN … COMMIT` query; values are bound, never written into the text.
//! * Absent is `None`, not an error.

mod activity;
mod audit;
mod checkpoint;
mod commands;
mod conference;
mod engine;
mod error;
mod idle;
mod journal;
mod journals;
mod login;
mod moving;
mod plugin;
mod query;
mod record;
mod sealed;
mod session;
mod soundness;
mod user;
mod verify;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use tokio_util::task::TaskTracker;

pub use self::activity::StoredActivity;
pub use self::audit::{AuditId, AuditLine};
pub use self::checkpoint::Checkpoint;
pub use self::commands::{CommandPage, Indexed, PAGE_COMMANDS};
pub use self::conference::{Created, NewConference, TakeNumber};
use self::engine::Engine;
pub use self::error::StoreError;
pub use self::idle::{LastUse, Lent};
pub use self::journal::{Commit, Placed};
pub use self::journals::{Journals, SharedJournals};
pub use self::login::{NewSession, UsedState};
pub use self::plugin::StoredPlugin;
pub use self::record::{Addition, CallInput, Record, ReplyRecord, Rows, StateChange, StateWrite, TimerWrite};
pub use self::session::SessionRow;
use self::soundness::Soundness;
pub use self::verify::{Finding, Verified};

use crate::clock::SharedRng;
use crate::config::{Config, SurrealConfig};

/// Version of the schema that this program writes. Counts up with each migration in `migrate`.
const SCHEMA_VERSION: u64 = 4;

/// The tables. Running it again changes nothing.
const SCHEMA: &str = include_str!("store/schema.surql");

/// How long a stop waits for writes that are under way.
const STOP_GRACE: Duration = Duration::from_secs(3);

enum Connection {
    /// In this process.
    Embedded(Engine),
    /// A SurrealDB server.
    Remote(Surreal<Any>),
}

struct Inner {
    connection: Connection,
    rng: SharedRng,
    query_timeout: Duration,
    audit_ids: audit::AuditIds,
    soundness: Arc<Soundness>,
    /// The writes that are under way, whoever waits for them.
    tasks: TaskTracker,
    /// Set once the store is being closed: what fails from then on fails for that reason.
    stopping: OnceLock<()>,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

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
        Self::open_at(&config.store_url(), &config.surrealdb, rng).await
    }

    /// Opens the store at `url`, without a look at folders of the old engine.
    async fn open_at(url: &str, config: &SurrealConfig, rng: SharedRng) -> Result<Self, StoreError> {
        let store = Self::connect(url, config, rng).await?;
        store.migrate().await?;
        Ok(store)
    }

    async fn connect(url: &str, config: &SurrealConfig, rng: SharedRng) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(Inner {
            connection: connect(url, config).await?,
            rng,
            query_timeout: Duration::from_millis(config.query_timeout_ms),
            audit_ids: audit::AuditIds::default(),
            soundness: Arc::default(),
            tasks: TaskTracker::new(),
            stopping: OnceLock::new(),
        })))
    }

    /// Whether the store can do its work: it writes a record and waits until it is durable.
    ///
    /// # Errors
    /// [`StoreError`] that says what fails.
    pub async fn probe(&self, now_ms: u64) -> Result<(), StoreError> {
        self.write("UPSERT meta:probe SET at_ms = $now RETURN NONE").bind("now", now_ms).run().await.map(drop)
    }

    /// Waits until the engine's log has failed, and gives the reason. The process must end then: nothing that the store
    /// would say can be believed.
    pub async fn broken(&self) -> String {
        self.0.soundness.broken().await
    }

    /// Closes the store: waits for what is under way, then lets the engine write what it has in memory and close its files.
    /// Every later query is an error.
    ///
    /// # Errors
    /// [`StoreError`] when the engine does not come to rest; what was acknowledged is in its log all the same.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.0.tasks.close();
        if tokio::time::timeout(STOP_GRACE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("the store is closed while a write is under way: it has not been acknowledged");
        }
        // Whether somebody closed it before makes no difference.
        let _ = self.0.stopping.set(());
        match &self.0.connection {
            Connection::Embedded(engine) => engine.close().await,
            Connection::Remote(_) => Ok(()),
        }
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let found: Option<u64> = match self.read("SELECT VALUE version FROM ONLY meta:schema").run().await {
            Ok(mut answer) => answer.take_one(0)?,
            // A new database has no such table yet.
            Err(StoreError::NoTable) => None,
            Err(error) => return Err(error),
        };
        match found {
            Some(found) if found > SCHEMA_VERSION => Err(StoreError::NewerSchema { found, known: SCHEMA_VERSION }),
            Some(SCHEMA_VERSION) => Ok(()),
            older => {
                self.write(SCHEMA).run().await?;
                if let Some(older) = older {
                    self.bring_forward(older).await?;
                }
                self.write("UPSERT meta:schema SET version = $version").bind("version", SCHEMA_VERSION).run().await?;
                Ok(())
            }
        }
    }

    /// Changes the data of an older schema to what this one has. Each step may be done twice: a start can be cut off.
    ///
    /// Two lines of development both called their schema 2: one has ordered audit lines, the other the tables of sign-ins.
    /// Which of the two wrote a database cannot be told, so one of schema 2 goes through what either of them lacks.
    async fn bring_forward(&self, from: u64) -> Result<(), StoreError> {
        tracing::info!(schema.from = from, schema.to = SCHEMA_VERSION, "the data is brought forward");
        if from < 3 {
            self.order_audit().await?;
            self.date_active_plugins().await?;
        }
        Ok(())
    }
}

async fn connect(url: &str, config: &SurrealConfig) -> Result<Connection, StoreError> {
    let unavailable = |error: surrealdb::Error| StoreError::Unavailable(error.to_string());
    if url.starts_with("ws://") || url.starts_with("wss://") {
        let db = surrealdb::engine::any::connect(url).await.map_err(unavailable)?;
        sign_in(&db, config).await.map_err(unavailable)?;
        db.use_ns(&config.namespace).use_db(&config.database).await.map_err(unavailable)?;
        return Ok(Connection::Remote(db));
    }
    Engine::open(url, config).await.map(Connection::Embedded)
}

async fn sign_in(db: &Surreal<Any>, config: &SurrealConfig) -> surrealdb::Result<()> {
    if let (Some(username), Some(password)) = (&config.username, &config.password) {
        let root = surrealdb::opt::auth::Root { username: username.clone(), password: password.clone() };
        db.signin(root).await?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "store/derived_tests.rs"]
mod derived_tests;
#[cfg(test)]
#[path = "store/tests.rs"]
mod tests;
#[cfg(test)]
#[path = "store/verify_tests.rs"]
mod verify_tests;
