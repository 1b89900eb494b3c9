//! Plugins: the components by hash, the versions by name, and which one is active.
//!
//! # Invariants
//! * Every change stands in the audit log, by the same transaction.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use surrealdb::types;

use super::audit::WRITE_AUDIT;
use super::query::document;
use super::{AuditLine, Store, StoreError};

/// A version of a plugin, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredPlugin {
    /// Name of the plugin.
    pub name: String,
    /// Number of the version, as the component gives it: `1.2.0`.
    pub version: String,
    /// SHA-256 of the component, in hex.
    pub hash: String,
    /// Size of the component in bytes.
    pub size_bytes: u64,
    /// Whether new calls go to this version.
    pub active: bool,
    /// When it was stored, in milliseconds since 1970.
    pub stored_at_ms: u64,
    /// When it last became the active version, in milliseconds since 1970; none if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activated_at_ms: Option<u64>,
}

/// Part of a transaction: no version of `$name` is active.
const DEACTIVATE: &str = "UPDATE plugin SET doc.active = false WHERE doc.name = $name RETURN NONE;";

impl Store {
    /// All versions of all plugins.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn plugins(&self) -> Result<Vec<StoredPlugin>, StoreError> {
        self.read("SELECT VALUE doc FROM plugin").run().await?.documents(0, "a plugin")
    }

    /// Stores a version with its component; with `active`, every other version of the name becomes inactive.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn put_plugin(
        &self,
        plugin: &StoredPlugin,
        bytes: impl Into<Bytes>,
        audit: &AuditLine,
    ) -> Result<(), StoreError> {
        let deactivate = if plugin.active { DEACTIVATE } else { "" };
        let text = format!(
            "BEGIN; UPSERT type::record('component', $hash) SET v = $bytes RETURN NONE; {deactivate} \
             UPSERT type::record('plugin', [$name, $version]) SET doc = $doc RETURN NONE; \
             {WRITE_AUDIT} COMMIT;"
        );
        let query = self.write(text).bind("hash", plugin.hash.as_str()).bind("bytes", types::Bytes::from(bytes.into()));
        let query = query.bind("name", plugin.name.as_str()).bind("version", plugin.version.as_str());
        self.audited(query.bind("doc", document(plugin)?), audit)?.run().await.map(drop)
    }

    /// Keeps what changed about a version that becomes the active one; every other version of the name becomes inactive.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn activate_plugin(&self, plugin: &StoredPlugin, audit: &AuditLine) -> Result<(), StoreError> {
        let text = format!(
            "BEGIN; {DEACTIVATE} UPDATE type::record('plugin', [$name, $version]) SET doc = $doc RETURN NONE; \
             {WRITE_AUDIT} COMMIT;"
        );
        let query = self.write(text).bind("name", plugin.name.as_str()).bind("version", plugin.version.as_str());
        self.audited(query.bind("doc", document(plugin)?), audit)?.run().await.map(drop)
    }

    /// Switches a plugin off: no version is active.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn disable_plugin(&self, name: &str, audit: &AuditLine) -> Result<(), StoreError> {
        let query = self.write(format!("BEGIN; {DEACTIVATE} {WRITE_AUDIT} COMMIT;")).bind("name", name);
        self.audited(query, audit)?.run().await.map(drop)
    }

    /// What schema 1 did not say: the active version became so when it was stored, as far as anybody knows.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; doing it again does no harm.
    pub(super) async fn date_active_plugins(&self) -> Result<(), StoreError> {
        let text = "UPDATE plugin SET doc.activated_at_ms = doc.stored_at_ms \
                    WHERE doc.active = true AND doc.activated_at_ms = NONE RETURN NONE";
        self.write(text).run().await.map(drop)
    }

    /// Removes a version; its component goes with it unless another version has the same bytes.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn remove_plugin(&self, plugin: &StoredPlugin, audit: &AuditLine) -> Result<(), StoreError> {
        let text = format!(
            "BEGIN; DELETE type::record('plugin', [$name, $version]); \
             IF array::len((SELECT VALUE id FROM plugin WHERE doc.hash = $hash)) = 0 \
             {{ DELETE type::record('component', $hash) }}; \
             {WRITE_AUDIT} COMMIT;"
        );
        let query = self.write(text).bind("name", plugin.name.as_str()).bind("version", plugin.version.as_str());
        self.audited(query.bind("hash", plugin.hash.as_str()), audit)?.run().await.map(drop)
    }

    /// The bytes of a component.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn component(&self, hash: &str) -> Result<Option<Bytes>, StoreError> {
        let query = self.read("SELECT VALUE v FROM ONLY type::record('component', $hash)").bind("hash", hash);
        let bytes: Option<types::Bytes> = query.run().await?.take_one(0)?;
        Ok(bytes.map(types::Bytes::into_inner))
    }
}
