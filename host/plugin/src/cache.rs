//! Compiled components on disk, so that a restart does not compile them again.
//!
//! What is loaded from here runs as machine code without further checks, so a file is used only if it is signed with
//! this server's key: whoever can write into the folder but does not know the key can at most slow the server down.
//!
//! # Invariants
//! * A file's name and its signature cover the component's hash and the engine's version and settings.
//! * Files are written whole or not at all, and only their owner can read the folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use thiserror::Error;

use crate::{
    Compiled, Engine,
    code_key::{CodeKey, name_of},
};

/// The cache's folder cannot be used.
#[derive(Debug, Error)]
#[error("cannot use the folder `{}` for compiled plugins: {source}", path.display())]
pub struct CacheError {
    path: PathBuf,
    source: io::Error,
}

/// A folder of compiled components.
pub struct CodeCache {
    folder: PathBuf,
    key: CodeKey,
    /// Makes the names of half-written files differ within this process.
    counter: AtomicU64,
}

impl CodeCache {
    /// Opens the folder, making it if need be. The key must be secret and the same after a restart.
    ///
    /// # Errors
    /// When the folder cannot be made or closed to others.
    pub fn open(folder: impl Into<PathBuf>, key: [u8; 32]) -> Result<Self, CacheError> {
        let folder = folder.into();
        match make_private(&folder) {
            Ok(()) => Ok(Self { folder, key: CodeKey::new(key), counter: AtomicU64::new(0) }),
            Err(source) => Err(CacheError { path: folder, source }),
        }
    }

    /// Forgets what was compiled of a component, whatever engine compiled it.
    ///
    /// # Errors
    /// When the folder cannot be read or a file cannot be removed.
    pub fn remove(&self, hash: &str) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&format!("{hash}-")) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// The compiled component of this hash, if it is here and genuine. Reads a file: it belongs on a blocking thread.
    #[must_use]
    pub fn load(&self, engine: &Engine, hash: &str) -> Option<Compiled> {
        let file = fs::read(self.folder.join(file_name(engine, hash))).ok()?;
        Compiled::open(engine, hash, &self.key, &file).ok()
    }

    /// Keeps a compiled component. It is only a cache: when that fails, the next start compiles again. Writes a file: it
    /// belongs on a blocking thread.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn store(&self, engine: &Engine, compiled: &Compiled) -> Result<(), CacheError> {
        let name = file_name(engine, compiled.hash());
        let signed = compiled.sign(&self.key).map_err(|error| io::Error::other(format!("{error:#}")));
        let written = signed.and_then(|signed| self.write(&name, &signed));
        written.map_err(|source| CacheError { path: self.folder.clone(), source })
    }

    fn write(&self, name: &str, signed: &[u8]) -> io::Result<()> {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let half = self.folder.join(format!(".{}-{number}", std::process::id()));
        fs::write(&half, signed).and_then(|()| fs::rename(&half, self.folder.join(name))).inspect_err(|_| {
            // The error that is reported is the one that left the file behind.
            drop(fs::remove_file(&half));
        })
    }
}

impl std::fmt::Debug for CodeCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeCache").field("folder", &self.folder).finish_non_exhaustive()
    }
}

fn file_name(engine: &Engine, hash: &str) -> String {
    name_of(hash, engine.compatibility())
}

fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, code_key::CODE_SIGNATURE_BYTES, component_hash};

    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    #[test]
    fn what_was_stored_is_loaded_and_what_was_altered_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(Limits { instances: 1, ..Limits::default() }).unwrap();
        let compiled = Compiled::compile(engine.wasmtime(), EMPTY).unwrap();
        let hash = component_hash(EMPTY);
        let cache = CodeCache::open(folder.path(), [1; 32]).unwrap();
        cache.store(&engine, &compiled).unwrap();
        assert!(cache.load(&engine, &hash).is_some());
        assert!(cache.load(&engine, "abd").is_none());

        let path = folder.path().join(file_name(&engine, &hash));
        fs::copy(&path, folder.path().join(file_name(&engine, "abd"))).unwrap();
        assert!(cache.load(&engine, "abd").is_none(), "a file under another name");
        assert!(CodeCache::open(folder.path(), [2; 32]).unwrap().load(&engine, &hash).is_none(), "another key");

        let genuine = fs::read(&path).unwrap();
        for at in [0, CODE_SIGNATURE_BYTES, genuine.len() - 1] {
            let mut altered = genuine.clone();
            altered[at] ^= 1;
            fs::write(&path, altered).unwrap();
            assert!(cache.load(&engine, &hash).is_none(), "byte {at}");
        }
        fs::write(&path, &genuine[..10]).unwrap();
        assert!(cache.load(&engine, &hash).is_none(), "too short");
        fs::write(&path, genuine).unwrap();
        cache.remove(&hash).unwrap();
        assert!(cache.load(&engine, &hash).is_none(), "removed");
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_closed_to_others() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("a/b");
        CodeCache::open(&inside, [0; 32]).unwrap();
        assert_eq!(fs::metadata(&inside).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
