//! A folder of components that are loaded at start.
//!
//! The folder belongs to whoever runs the server: a version that changed there replaces the stored one. What an
//! administrator switched off stays off: a start puts nothing into service that was out of it. A broken component is
//! reported and left out; it never keeps the server from starting. Where `plugins.trusted_keys` are set and
//! `plugins.trust_folder` is not, `NAME.wasm` needs a `NAME.wasm.minisig` beside it.

use std::path::{Path, PathBuf};

use hezi_plugin::{SIGNATURE_BYTES_MAX, signature_file};
use tokio::io::AsyncReadExt;

use super::component::Component;
use super::origin::Origin;
use super::{PluginError, Plugins};

/// Why a component is left out that cannot be read.
pub(super) const UNREADABLE: &str = "component_unreadable";

/// Why the folder cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the plugins folder {} cannot be read: {error}", .path.display())]
pub struct FolderError {
    path: PathBuf,
    error: std::io::Error,
}

/// The components of a folder, in order of their names.
///
/// # Errors
/// [`FolderError`] when the folder cannot be read.
pub(super) async fn components(path: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let unreadable = |error| FolderError { path: path.to_owned(), error };
    let mut files = Vec::new();
    let mut entries = tokio::fs::read_dir(path).await.map_err(unreadable)?;
    while let Some(entry) = entries.next_entry().await.map_err(unreadable)? {
        let file = entry.path();
        if file.extension().is_some_and(|extension| extension == "wasm") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Loads every component of a folder. Gives how many were loaded and how many were refused.
///
/// # Errors
/// [`FolderError`] when the folder cannot be read.
pub async fn load_folder(plugins: &Plugins, path: &Path) -> Result<(usize, usize), FolderError> {
    let (mut loaded, mut refused) = (0, 0);
    for file in components(path).await? {
        match load_file(plugins, &file, Origin::Folder).await {
            Ok(()) => loaded += 1,
            Err(error) => {
                refused += 1;
                tracing::error!(plugin.file = %file.display(), "the plugin is left out: {error}");
            }
        }
    }
    Ok((loaded, refused))
}

/// Loads one component, with the signature file beside it, as its origin decides.
pub(super) async fn load_file(plugins: &Plugins, file: &Path, origin: Origin) -> Result<(), PluginError> {
    let bytes = tokio::fs::read(file).await.map_err(|error| PluginError::refused(UNREADABLE, error))?;
    let signature = signature_beside(file).await?;
    plugins.take(Component::new(bytes.into()), signature, origin).await
}

/// The signature file that lies beside a component, if there is one.
async fn signature_beside(file: &Path) -> Result<Option<Vec<u8>>, PluginError> {
    let unreadable = |error: std::io::Error| PluginError::SignatureInvalid(error.to_string());
    let open = match tokio::fs::File::open(signature_file(file)).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        open => open.map_err(unreadable)?,
    };
    let mut signature = Vec::new();
    open.take(SIGNATURE_BYTES_MAX as u64).read_to_end(&mut signature).await.map_err(unreadable)?;
    Ok(Some(signature))
}
