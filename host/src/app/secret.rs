//! A secret that this machine keeps in a file, made when it is first needed.
//!
//! # Invariants
//! * Only the user that the server runs as can read it, and it is there whole or not at all, also when two servers start
//!   at once.
//! * A secret that others may know is not used: the file belongs to that user, is closed to everybody else, and is no link.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tokio::net::UnixStream;

use crate::clock::{Rng, random_32};

const SECRET_BYTES: usize = 32;
/// What others may do with a file.
const OTHERS: u32 = 0o077;

/// The secret that goes with a folder. It stands beside the folder, not in it: who can write into the folder does not
/// thereby know it, and servers that share the folder share the secret. Must be called on a thread of the runtime.
///
/// # Errors
/// When the file can be neither read nor made, or others may know what is in it. The message says what to do.
pub(super) fn beside(folder: &Path, rng: &dyn Rng) -> io::Result<[u8; SECRET_BYTES]> {
    let (file, owner) = (file_of(folder), own_user()?);
    match read(&file, owner) {
        Err(error) if error.kind() == ErrorKind::NotFound => make(&file, owner, rng),
        result => result,
    }
}

/// The user that this process acts as. The system says who is at the other end of a pair of sockets: it is us.
fn own_user() -> io::Result<u32> {
    let (socket, _other) = UnixStream::pair()?;
    Ok(socket.peer_cred()?.uid())
}

fn file_of(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".key");
    folder.with_file_name(name)
}

fn read(file: &Path, owner: u32) -> io::Result<[u8; SECRET_BYTES]> {
    // A link is not followed, and if one was put here meanwhile, what was opened is not what was looked at.
    let seen = fs::symlink_metadata(file)?;
    if !seen.is_file() {
        return refuse(file, "is no file but a link, a folder or the like: remove it, the next start makes a new one");
    }
    let open = File::open(file)?;
    let metadata = open.metadata()?;
    if (metadata.dev(), metadata.ino()) != (seen.dev(), seen.ino()) {
        return refuse(file, "was replaced while it was read: see who can write to the folder that it is in");
    }
    check_private(file, &metadata, owner)?;
    let mut bytes = Vec::new();
    open.take(SECRET_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    match bytes.try_into() {
        Ok(secret) => Ok(secret),
        Err(_) => refuse(file, "is not 32 bytes long: remove it, the next start makes a new one"),
    }
}

/// Whoever knows the secret can have code of their own run in the server.
fn check_private(file: &Path, metadata: &Metadata, owner: u32) -> io::Result<()> {
    if metadata.uid() != owner {
        let found = metadata.uid();
        return refuse(
            file,
            &format!(
                "belongs to user {found} and not to user {owner}, whom the server runs as: remove it, the next start \
                      makes a new one"
            ),
        );
    }
    if metadata.mode() & OTHERS != 0 {
        let mode = metadata.mode() & 0o777;
        return refuse(
            file,
            &format!(
                "is open to other users (mode {mode:03o}), who may know it: remove it, the next start makes a new \
                      one; if nobody else can have read it, `chmod 600` will do"
            ),
        );
    }
    Ok(())
}

fn refuse<T>(file: &Path, why: &str) -> io::Result<T> {
    Err(io::Error::new(ErrorKind::InvalidData, format!("the key {} {why}", file.display())))
}

fn make(file: &Path, owner: u32, rng: &dyn Rng) -> io::Result<[u8; SECRET_BYTES]> {
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
        _ => read(file, owner),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::clock::{SystemClock, SystemRng, new_id};

    /// A folder for one test, with the path of the folder that the secret goes with, and that of the secret.
    fn places() -> (PathBuf, PathBuf, PathBuf) {
        let home = std::env::temp_dir().join(format!("hezi-secret-{}", new_id(&SystemClock::new(), &SystemRng)));
        (home.clone(), home.join("code"), home.join("code.key"))
    }

    fn refusal(folder: &Path) -> String {
        beside(folder, &SystemRng).expect_err("refused").to_string()
    }

    #[tokio::test]
    async fn it_is_made_once_and_private() {
        let (home, folder, key) = places();
        let first = beside(&folder, &SystemRng).expect("a secret");
        assert_eq!(beside(&folder, &SystemRng).expect("the secret"), first);
        let mode = fs::metadata(&key).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&home).expect("a folder").count(), 1, "no draft is left");
        fs::remove_dir_all(&home).expect("removed");
    }

    #[tokio::test]
    async fn one_that_others_can_read_is_refused() {
        let (home, folder, key) = places();
        let secret = beside(&folder, &SystemRng).expect("a secret");
        for mode in [0o640, 0o604, 0o602, 0o601] {
            fs::set_permissions(&key, fs::Permissions::from_mode(mode)).expect("a mode");
            let why = refusal(&folder);
            assert!(
                why.contains(&format!("{mode:o}")) && why.contains("chmod 600") && why.contains("code.key"),
                "{why}"
            );
        }
        fs::set_permissions(&key, fs::Permissions::from_mode(0o400)).expect("a mode");
        assert_eq!(beside(&folder, &SystemRng).expect("the secret"), secret);
        fs::remove_dir_all(&home).expect("removed");
    }

    #[tokio::test]
    async fn one_of_another_user_is_refused() {
        let (home, folder, key) = places();
        beside(&folder, &SystemRng).expect("a secret");
        let me = own_user().expect("a user");
        assert_eq!(fs::metadata(&key).expect("a file").uid(), me);
        let why = read(&key, me + 1).expect_err("refused").to_string();
        assert!(why.contains(&format!("belongs to user {me}")), "{why}");
        fs::remove_dir_all(&home).expect("removed");
    }

    #[tokio::test]
    async fn a_link_is_not_followed_and_a_wrong_length_is_named() {
        let (home, folder, key) = places();
        beside(&folder, &SystemRng).expect("a secret");
        let elsewhere = home.join("elsewhere");
        fs::rename(&key, &elsewhere).expect("moved");
        symlink(&elsewhere, &key).expect("a link");
        assert!(refusal(&folder).contains("link"));
        fs::remove_file(&key).expect("removed");
        symlink(home.join("nowhere"), &key).expect("a link to nothing");
        assert!(refusal(&folder).contains("link"));
        fs::remove_file(&key).expect("removed");
        fs::rename(&elsewhere, &key).expect("moved back");
        for length in [0, 31, 33] {
            fs::write(&key, vec![1; length]).expect("written");
            assert!(refusal(&folder).contains("32 bytes"));
        }
        fs::remove_dir_all(&home).expect("removed");
    }
}
