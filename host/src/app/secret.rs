//! A secret that this machine keeps in a file, made when it is first needed.
//!
//! # Invariants
//! * Only the owner can read it, and it is there whole or not at all, also when two servers start at once.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::clock::{Rng, random_32};

/// The secret that goes with a folder. It stands beside the folder, not in it: who can write into the folder does not
/// thereby know it, and servers that share the folder share the secret.
///
/// # Errors
/// When the file can be neither read nor made.
pub(super) fn beside(folder: &Path, rng: &dyn Rng) -> io::Result<[u8; 32]> {
    let file = file_of(folder);
    match read(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => make(&file, rng),
        result => result,
    }
}

fn file_of(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".key");
    folder.with_file_name(name)
}

fn read(file: &Path) -> io::Result<[u8; 32]> {
    let broken =
        |_| io::Error::new(ErrorKind::InvalidData, format!("{} is not 32 bytes long: remove it", file.display()));
    fs::read(file)?.try_into().map_err(broken)
}

fn make(file: &Path, rng: &dyn Rng) -> io::Result<[u8; 32]> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    let unique = hex::encode(&random_32(rng)[..8]);
    let draft = file.with_extension(unique);
    let mut options = fs::OpenOptions::new();
    let mut open = options.write(true).create_new(true).mode(0o600).open(&draft)?;
    open.write_all(&random_32(rng))?;
    open.sync_all()?;
    // Linking fails when another server was faster; then its secret counts.
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => read(file),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::clock::{SystemClock, SystemRng, new_id};

    #[test]
    fn it_is_made_once_and_private() {
        let home = std::env::temp_dir().join(format!("hezi-secret-{}", new_id(&SystemClock::new(), &SystemRng)));
        let folder = home.join("code");
        let first = beside(&folder, &SystemRng).expect("a secret");
        assert_eq!(beside(&folder, &SystemRng).expect("the secret"), first);
        let mode = fs::metadata(home.join("code.key")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&home).expect("a folder").count(), 1, "no draft is left");
        fs::remove_dir_all(&home).expect("removed");
    }
}
