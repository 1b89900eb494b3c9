//! How a store is opened and closed: by one process at a time.
//!
//! The embedded engine has the lock of its folder for that, a SurrealDB server a `lease`.

use super::connection::{STOP_GRACE, Store};
use super::error::StoreError;
use crate::clock::SharedRng;
use crate::config::SurrealConfig;

impl Store {
    /// Connects to the database at `url`, whatever is in it, as the only process that does.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when SurrealDB does not open, or another process has it.
    pub(super) async fn connect(url: &str, config: &SurrealConfig, rng: SharedRng) -> Result<Self, StoreError> {
        let store = Self::reach(url, config, rng).await?;
        if let Some(holder) = store.holder() {
            store.take(holder).await?;
        }
        Ok(store)
    }

    /// Closes the store: waits for what is under way, then lets the engine write what it has in memory and close its files,
    /// or the next server have what a SurrealDB server keeps. Every later query is an error.
    ///
    /// # Errors
    /// [`StoreError`] when the engine does not come to rest; what was acknowledged is in its log all the same.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.rest().await;
        let Some(holder) = self.holder() else { return self.part().await };
        let limit_ms = u64::try_from(STOP_GRACE.as_millis()).unwrap_or(u64::MAX);
        let given_back = tokio::time::timeout(STOP_GRACE, self.give_back(holder)).await;
        given_back.unwrap_or(Err(StoreError::TimedOut { limit_ms }))
    }
}
