//! Everything durable: the only module that knows SurrealDB and SurrealQL.
//!
//! One file an aggregate (`conference`, `activity`, `journal`, …), each a set of methods of [`Store`]. Rules of the product
//! are not here: the store keeps what it is given and refuses what exists already.
//!
//! # Invariants
//! * What must be unique is unique by its record id, never by check-then-insert.
//! * A change of several records is one `BEGIN … COMMIT` query; values are bound, never written into the text.
//! * Absent is `None`, not an error.

mod activity;
mod audit;
mod checkpoint;
mod conference;
mod error;
mod idle;
mod journal;
mod login;
mod plugin;
mod query;
mod record;
mod sealed;
mod session;
mod user;

use std::sync::Arc;
use std::time::Duration;

use surrealdb::Surreal;
use surrealdb::engine::any::Any;
use surrealdb::engine::local::Db;
use surrealdb_cnf::ConfigMap;
use surrealdb_engine_local::Datastore;

pub use self::activity::StoredActivity;
pub use self::audit::{AuditId, AuditLine};
pub use self::checkpoint::Checkpoint;
pub use self::conference::{Created, NewConference, TakeNumber};
pub use self::error::StoreError;
pub use self::idle::{LastUse, Lent};
pub use self::journal::{Commit, Rows};
pub use self::login::{NewSession, UsedState};
pub use self::plugin::StoredPlugin;
pub use self::record::{CallInput, Record, ReplyRecord, StateChange, StateWrite, TimerWrite};
pub use self::session::SessionRow;

use crate::clock::SharedRng;
use crate::config::{Config, SurrealConfig};

/// Version of the schema that this program writes. Counts up with each migration in `migrate`.
const SCHEMA_VERSION: u64 = 3;

/// The tables. Running it again changes nothing.
const SCHEMA: &str = include_str!("store/schema.surql");

enum Connection {
    /// In this process.
    Embedded(Surreal<Db>),
    /// A SurrealDB server.
    Remote(Surreal<Any>),
}

struct Inner {
    connection: Connection,
    rng: SharedRng,
    query_timeout: Duration,
    audit_ids: audit::AuditIds,
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

impl Store {
    /// Opens the store, creates the schema where there is none and migrates an older one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when SurrealDB does not open, [`StoreError::NewerSchema`] when a newer Hezi wrote it.
    pub async fn open(config: &Config, rng: SharedRng) -> Result<Self, StoreError> {
        let connection = connect(&config.store_url(), &config.surrealdb).await?;
        let query_timeout = Duration::from_millis(config.surrealdb.query_timeout_ms);
        let store = Self(Arc::new(Inner { connection, rng, query_timeout, audit_ids: audit::AuditIds::default() }));
        store.migrate().await?;
        Ok(store)
    }

    /// Whether the store answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.query("RETURN 1").run().await.map(drop)
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let found: Option<u64> = match self.query("SELECT VALUE version FROM ONLY meta:schema").run().await {
            Ok(mut answer) => answer.take_one(0)?,
            // A new database has no such table yet.
            Err(StoreError::NoTable) => None,
            Err(error) => return Err(error),
        };
        match found {
            Some(found) if found > SCHEMA_VERSION => Err(StoreError::NewerSchema { found, known: SCHEMA_VERSION }),
            Some(SCHEMA_VERSION) => Ok(()),
            older => {
                self.query(SCHEMA).run().await?;
                if let Some(older) = older {
                    self.bring_forward(older).await?;
                }
                self.query("UPSERT meta:schema SET version = $version").bind("version", SCHEMA_VERSION).run().await?;
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
    let datastore = open_embedded(url, config).await?;
    let db = Surreal::<Db>::unstable_from_datastore(datastore, None).await.map_err(unavailable)?;
    db.use_ns(&config.namespace).use_db(&config.database).await.map_err(unavailable)?;
    Ok(Connection::Embedded(db))
}

async fn sign_in(db: &Surreal<Any>, config: &SurrealConfig) -> surrealdb::Result<()> {
    if let (Some(username), Some(password)) = (&config.username, &config.password) {
        let root = surrealdb::opt::auth::Root { username: username.clone(), password: password.clone() };
        db.signin(root).await?;
    }
    Ok(())
}

/// Opens the engine in this process.
///
/// The SDK's `connect` would size the engine's caches by the machine's memory, blind to a container's limit, and offers
/// no way to bound them. The order of the steps is the one that `connect` keeps: nothing may write before the version key.
async fn open_embedded(url: &str, config: &SurrealConfig) -> Result<Arc<Datastore>, StoreError> {
    let settings = ConfigMap::empty()
        .with_key_value("datastore_sync", "every")
        .with_key_value("surrealkv_block_cache_capacity", config.block_cache_bytes.to_string())
        .with_key_value("surrealkv_max_memtable_size", config.memtable_bytes.to_string());
    let path = if url.starts_with("mem://") { "memory" } else { url };
    let datastore = Datastore::builder()
        .with_config(settings)
        .with_query_timeout(Some(Duration::from_millis(config.query_timeout_ms)))
        .without_maintenance_tasks()
        .build_with_path(path)
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    datastore.check_version().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    datastore.bootstrap().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    datastore.start_maintenance_tasks();
    Ok(datastore)
}

#[cfg(test)]
#[path = "store/tests.rs"]
mod tests;
