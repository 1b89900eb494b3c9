//! Compiled components on disk, so that a restart does not compile them again.
//!
//! What is loaded from here runs as machine code without further checks, so a file is used only if it carries a code
//! made with this server's key: whoever can write into the folder but does not know the key can at most slow the server
//! down. Compiled code is never accepted from anywhere else.
//!
//! # Invariants
//! * A file's name and its authentication code cover the component's hash and the engine's version and settings.
//! * Files are written whole or not at all, and only their owner can read the folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;
use wasmtime::component::Component;

use crate::Engine;

const CODE_BYTES: usize = 32;
const BLOCK_BYTES: usize = 64;

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
    key: [u8; 32],
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
            Ok(()) => Ok(Self { folder, key, counter: AtomicU64::new(0) }),
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

    /// The compiled component of this hash, if it is here and genuine.
    pub(crate) fn load(&self, engine: &Engine, hash: &str) -> Option<Component> {
        let name = file_name(engine, hash);
        let file = fs::read(self.folder.join(&name)).ok()?;
        let (code, artifact) = file.split_at_checked(CODE_BYTES)?;
        if !bool::from(code.ct_eq(&self.code(&name, artifact))) {
            return None;
        }
        #[expect(unsafe_code, reason = "loading compiled code is unsafe by nature")]
        // SAFETY: `deserialize` needs bytes that `Component::serialize` made. The code that was just compared can only
        // be made with this cache's key, and only `store` makes one, over bytes fresh from `serialize`; it covers the
        // file's name, so an artifact cannot stand in for another. The bytes are this process's own copy and cannot
        // change now.
        let component = unsafe { Component::deserialize(engine.wasmtime(), artifact) };
        component.ok()
    }

    /// Keeps a compiled component. It is only a cache: when that fails, the next start compiles again.
    pub(crate) fn store(&self, engine: &Engine, hash: &str, component: &Component) -> Result<(), CacheError> {
        let name = file_name(engine, hash);
        self.write(&name, component).map_err(|source| CacheError { path: self.folder.clone(), source })
    }

    fn write(&self, name: &str, component: &Component) -> io::Result<()> {
        let artifact = component.serialize().map_err(|error| io::Error::other(format!("{error:#}")))?;
        let mut file = self.code(name, &artifact).to_vec();
        file.extend_from_slice(&artifact);
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let half = self.folder.join(format!(".{}-{number}", std::process::id()));
        fs::write(&half, file).and_then(|()| fs::rename(&half, self.folder.join(name))).inspect_err(|_| {
            // The error that is reported is the one that left the file behind.
            drop(fs::remove_file(&half));
        })
    }

    fn code(&self, name: &str, artifact: &[u8]) -> [u8; CODE_BYTES] {
        let length = (name.len() as u64).to_be_bytes();
        hmac_sha256(&self.key, &[&length, name.as_bytes(), artifact])
    }
}

impl std::fmt::Debug for CodeCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeCache").field("folder", &self.folder).finish_non_exhaustive()
    }
}

fn file_name(engine: &Engine, hash: &str) -> String {
    format!("{hash}-{}", engine.compatibility())
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

/// HMAC (RFC 2104) with SHA-256, over the parts as if they stood in one piece.
fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; CODE_BYTES] {
    let pad = |byte: u8| {
        let mut block = [byte; BLOCK_BYTES];
        block.iter_mut().zip(key).for_each(|(padded, key)| *padded ^= key);
        block
    };
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    parts.iter().for_each(|part| inner.update(part));
    let mut outer = Sha256::new();
    outer.update(pad(0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    /// RFC 4231's first case, whose key of 20 bytes is padded with zeros to a block, as ours is.
    #[test]
    fn the_code_is_the_standard_one() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let code = hmac_sha256(&key, &[b"Hi ", b"There"]);
        assert_eq!(hex::encode(code), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    #[test]
    fn what_was_stored_is_loaded_and_what_was_altered_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(Limits { instances: 1, ..Limits::default() }).unwrap();
        let component = Component::new(engine.wasmtime(), b"\0asm\x0d\0\x01\0").unwrap();
        let cache = CodeCache::open(folder.path(), [1; 32]).unwrap();
        cache.store(&engine, "abc", &component).unwrap();
        assert!(cache.load(&engine, "abc").is_some());
        assert!(cache.load(&engine, "abd").is_none());

        let path = folder.path().join(file_name(&engine, "abc"));
        fs::copy(&path, folder.path().join(file_name(&engine, "abd"))).unwrap();
        assert!(cache.load(&engine, "abd").is_none(), "a file under another name");
        assert!(CodeCache::open(folder.path(), [2; 32]).unwrap().load(&engine, "abc").is_none(), "another key");

        let genuine = fs::read(&path).unwrap();
        for at in [0, CODE_BYTES, genuine.len() - 1] {
            let mut altered = genuine.clone();
            altered[at] ^= 1;
            fs::write(&path, altered).unwrap();
            assert!(cache.load(&engine, "abc").is_none(), "byte {at}");
        }
        fs::write(&path, &genuine[..10]).unwrap();
        assert!(cache.load(&engine, "abc").is_none(), "too short");
        fs::write(&path, genuine).unwrap();
        cache.remove("abc").unwrap();
        assert!(cache.load(&engine, "abc").is_none(), "removed");
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
