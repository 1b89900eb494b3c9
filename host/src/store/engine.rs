//! The engine in this process: RocksDB under SurrealDB, or memory for tests.
//!
//! Why RocksDB: the other embedded engine of SurrealDB 3.3, surrealkv 0.21, was caught losing acknowledged records: a batch
//! that met a full memtable was dropped with the log segment it stood in, and everything after a torn tail of the log was
//! dropped at the next end. Folders that it wrote are read once and moved over (`moving`).
//!
//! This file sizes the engine and ends it; what may be concluded from its errors stands in `soundness`.
//!
//! # Invariants
//! * Every commit is synced before it is answered (`sync=every`).
//! * The engine's memory is bounded by the settings, whatever the machine has.

use std::sync::{Arc, Weak};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use surrealdb::Surreal;
use surrealdb::engine::local::Db;
use surrealdb_cnf::ConfigMap;
use surrealdb_engine_local::Datastore;

use super::StoreError;
use crate::config::SurrealConfig;

/// Longest wait for compactions that are under way when the server stops: what they were doing is done again at the next
/// start.
const COMPACTION_GRACE_S: u32 = 1;
/// How often files that nobody writes to are rewritten to drop what was superseded: a week. SurrealDB's own default is an
/// hour, which would rewrite a whole store of old meetings day and night.
const IDLE_COMPACTION_S: u32 = 7 * 86_400;

/// How long an engine may take to write what it has in memory and to let go of its files.
const END_GRACE: Duration = Duration::from_secs(10);
/// How often it is looked whether it has.
const END_PAUSE: Duration = Duration::from_millis(5);

/// An engine that is open, until it is closed.
pub(super) struct EmbeddedEngine {
    db: ArcSwapOption<Surreal<Db>>,
    /// The task behind the handle keeps it alive.
    datastore: Weak<Datastore>,
}

impl EmbeddedEngine {
    /// Opens the engine at `url`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not open.
    pub(super) async fn open(url: &str, config: &SurrealConfig) -> Result<Self, StoreError> {
        let unavailable = |error: surrealdb::Error| StoreError::Unavailable(error.to_string());
        let datastore = open_datastore(url, config).await?;
        let db = Surreal::<Db>::unstable_from_datastore(Arc::clone(&datastore), None).await.map_err(unavailable)?;
        db.use_ns(&config.namespace).use_db(&config.database).await.map_err(unavailable)?;
        Ok(Self { db: ArcSwapOption::from_pointee(db), datastore: Arc::downgrade(&datastore) })
    }

    /// What takes queries; none once the engine was closed.
    pub(super) fn db(&self) -> Option<Arc<Surreal<Db>>> {
        self.db.load_full()
    }

    /// Lets the engine write what it has in memory, and waits until it has let go of its files: they may be opened again,
    /// also by this process. Nothing can be asked afterwards.
    ///
    /// # Errors
    /// [`StoreError::TimedOut`] when something holds on to it.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        // Behind the last handle stands a task that shuts the engine down by itself, and tells nobody when it has.
        drop(self.db.swap(None));
        let gone = async {
            while self.datastore.strong_count() > 0 {
                tokio::time::sleep(END_PAUSE).await;
            }
        };
        let limit_ms = u64::try_from(END_GRACE.as_millis()).unwrap_or(u64::MAX);
        tokio::time::timeout(END_GRACE, gone).await.map_err(|_| StoreError::TimedOut { limit_ms })
    }
}

/// Opens the datastore in the order that the SDK's own `connect` keeps: nothing may write before the version key.
///
/// The SDK's `connect` would size the engine by the machine's memory, blind to a container's limit, and offers no way to
/// bound it. There is no deadline for queries inside of the engine: one that ends a commit half way would leave the outcome
/// unknown. Callers have theirs in `query`.
async fn open_datastore(url: &str, config: &SurrealConfig) -> Result<Arc<Datastore>, StoreError> {
    let path = if url.starts_with("mem://") { "memory" } else { url };
    let datastore = Datastore::builder()
        .with_config(settings(config))
        .without_maintenance_tasks()
        .build_with_path(path)
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    datastore.check_version().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    datastore.bootstrap().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    datastore.start_maintenance_tasks();
    Ok(datastore)
}

/// The engine's settings. RocksDB keeps as many memtables again for finding conflicts as it may have for writing.
fn settings(config: &SurrealConfig) -> ConfigMap {
    ConfigMap::empty()
        .with_key_value("datastore_sync", "every")
        .with_key_value("rocksdb_block_cache_size", config.block_cache_bytes.to_string())
        .with_key_value("rocksdb_write_buffer_size", config.memtable_bytes.to_string())
        .with_key_value("rocksdb_max_write_buffer_number", config.memtables.to_string())
        // Two memtables that wait for each other would stop writers where only two are allowed.
        .with_key_value("rocksdb_min_write_buffer_number_to_merge", "1")
        .with_key_value("rocksdb_max_open_files", config.open_files.to_string())
        .with_key_value("rocksdb_jobs_count", "2")
        .with_key_value("rocksdb_keep_log_file_num", "3")
        .with_key_value("rocksdb_periodic_compaction_seconds", IDLE_COMPACTION_S.to_string())
        .with_key_value("rocksdb_shutdown_wait_for_compact_seconds", COMPACTION_GRACE_S.to_string())
        // Read only while a folder of the old engine is moved.
        .with_key_value("surrealkv_block_cache_capacity", config.block_cache_bytes.to_string())
        .with_key_value("surrealkv_max_memtable_size", (64_u64 << 20).to_string())
}
