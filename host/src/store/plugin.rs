//! Plugins: the components by hash, the versions by name, which one is active, and what administrators did.

use serde::{Deserialize, Serialize};
use surrealdb::types::Bytes;

use super::query::document;
use super::{Store, StoreError};

/// A version of a plugin, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPlugin {
    /// Name of the plugin.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component, in hex.
    pub hash: String,
    /// Size of the component in bytes.
    pub size_bytes: u64,
    /// Whether new calls go to this version.
    pub active: bool,
    /// When it was stored, in milliseconds since 1970.
    pub stored_at_ms: u64,
}

/// One thing that an administrator did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Who: a user's id, or `token`, or `folder`.
    pub who: String,
    /// What, as a sentence.
    pub what: String,
}

impl Store {
    /// All versions of all plugins.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn plugins(&self) -> Result<Vec<StoredPlugin>, StoreError> {
        self.query("SELECT VALUE doc FROM plugin").run().await?.documents(0, "a plugin")
    }

    /// Stores a version with its component; with `active`, every other version of the name becomes inactive.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn put_plugin(&self, plugin: &StoredPlugin, bytes: Vec<u8>, audit: &AuditLine) -> Result<(), StoreError> {
        let deactivate =
            if plugin.active { "UPDATE plugin SET doc.active = false WHERE doc.name = $name RETURN NONE;" } else { "" };
        let text = format!(
            "BEGIN; UPSERT type::record('component', $hash) SET v = $bytes RETURN NONE; {deactivate} \
             UPSERT type::record('plugin', [$name, $version]) SET doc = $doc RETURN NONE; \
             CREATE audit SET doc = $audit RETURN NONE; COMMIT;"
        );
        let query = self.query(text).bind("hash", plugin.hash.as_str()).bind("bytes", Bytes::from(bytes));
        let query = query.bind("name", plugin.name.as_str()).bind("version", plugin.version.as_str());
        query.bind("doc", document(plugin)?).bind("audit", document(audit)?).run().await.map(drop)
    }

    /// Makes a version the active one, or, without one, switches the plugin off.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn activate_plugin(
        &self,
        name: &str,
        version: Option<&str>,
        audit: &AuditLine,
    ) -> Result<(), StoreError> {
        let text = "BEGIN; UPDATE plugin SET doc.active = (doc.version = $version) WHERE doc.name = $name RETURN NONE; \
                    CREATE audit SET doc = $audit RETURN NONE; COMMIT;";
        let query = self.query(text).bind("name", name).bind("version", version.unwrap_or_default());
        query.bind("audit", document(audit)?).run().await.map(drop)
    }

    /// Removes a version; its component goes with it unless another version has the same bytes.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn remove_plugin(&self, plugin: &StoredPlugin, audit: &AuditLine) -> Result<(), StoreError> {
        let text = "BEGIN; DELETE type::record('plugin', [$name, $version]); \
                    IF array::len((SELECT VALUE id FROM plugin WHERE doc.hash = $hash)) = 0 \
                    { DELETE type::record('component', $hash) }; \
                    CREATE audit SET doc = $audit RETURN NONE; COMMIT;";
        let query = self.query(text).bind("name", plugin.name.as_str()).bind("version", plugin.version.as_str());
        query.bind("hash", plugin.hash.as_str()).bind("audit", document(audit)?).run().await.map(drop)
    }

    /// The bytes of a component.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn component(&self, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let query = self.query("SELECT VALUE v FROM ONLY type::record('component', $hash)").bind("hash", hash);
        let bytes: Option<Bytes> = query.run().await?.take_one(0)?;
        Ok(bytes.map(|bytes| bytes.to_vec()))
    }
}
