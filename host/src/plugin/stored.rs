//! What the store has of plugins, brought into memory.

use std::sync::Arc;

use super::catalog::Catalog;
use super::compiler::Compiler;
use super::component::Component;
use super::{Loaded, PluginError};
use crate::store::Store;

/// What the store has, with the active versions in memory. One that does not load is reported and left out.
///
/// # Errors
/// [`PluginError`] when the store fails.
pub(super) async fn read_catalog(store: &Store, compiler: &Compiler) -> Result<Catalog, PluginError> {
    let mut catalog = Catalog::default();
    for stored in store.plugins().await? {
        if stored.active {
            match load_stored(store, compiler, &stored.hash).await {
                Ok(Some(loaded)) => drop(catalog.keep(&stored.hash, loaded)),
                Ok(None) => tracing::error!(plugin.name = %stored.name, "the stored component is missing"),
                Err(PluginError::Store(error)) => return Err(error.into()),
                Err(error) => tracing::error!(plugin.name = %stored.name, error = ?error.to_string(),
                    "the stored component does not load"),
            }
        }
        catalog.put(stored);
    }
    Ok(catalog)
}

/// The version with this hash; none when the store does not have it.
///
/// # Errors
/// [`PluginError`] when the store fails or the component does not load.
pub(super) async fn load_stored(
    store: &Store,
    compiler: &Compiler,
    hash: &str,
) -> Result<Option<Arc<Loaded>>, PluginError> {
    match store.component(hash).await? {
        Some(bytes) => compiler.load(&Component::stored(hash, bytes)).await.map(Some),
        None => Ok(None),
    }
}
