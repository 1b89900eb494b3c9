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

use std::sync::Arc;
use std::time::Duration;

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

/// An engine that is open.
pub(super) struct Engine {
    pub(super) db: Surreal<Db>,
    datastore: Arc<Datastore>,
}

impl Engine {
    /// Opens the engine at `url`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it does not open.
    pub(super) async fn open(url: &str, config: &SurrealConfig) -> Result<Self, StoreError> {
        let unavailable = |error: surrealdb::Error| StoreError::Unavailable(error.to_string());
        let datastore = open_datastore(url, config).await?;
        let db = Surreal::<Db>::unstable_from_datastore(Arc::clone(&datastore), None).await.map_err(unavailable)?;
        db.use_ns(&config.namespace).use_db(&config.database).await.map_err(unavailable)?;
        Ok(Self { db, datastore })
    }

    /// Writes what is in memory to the disk and closes the files. Nothing can be written afterwards.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the engine does not come to rest.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        self.datastore.shutdown().await.map_err(|error| StoreError::Unavailable(error.to_string()))
    }
}

/// How long the tasks of an engine may take to end once nobody uses it.
const END_GRACE: Duration = Duration::from_secs(10);
/// How often it is looked whether they have.
const END_PAUSE: Duration = Duration::from_millis(5);

impl Engine {
    /// Waits until the engine has let go of its files, after [`Engine::close`], so that they can be opened again in this
    /// process. A lock on a file is lost when an older handle on it is closed later.
    ///
    /// # Errors
    /// [`StoreError::TimedOut`] when something holds on to it.
    pub(super) async fn end(self) -> Result<(), StoreError> {
        let Self { db, datastore } = self;
        drop(db);
        let gone = async {
            // The tasks behind the handle end by themselves, and tell nobody.
            while Arc::strong_count(&datastore) > 1 {
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
