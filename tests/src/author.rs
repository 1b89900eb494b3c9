//! Somebody who writes a plugin: a folder of their own, the real `cargo-hezi` beside the server's binary, and cargo.
//!
//! What cargo builds for an author lies in the target directory of the workspace and stays there from one run to the
//! next: components where the built-in plugins were built, native tests in a folder of their own. An author's crate is
//! pinned to the versions of the workspace's `Cargo.lock`, all of which are on the machine by then, so no test waits for
//! a registry.
//!
//! # Invariants
//! * One author at a time is at work, so that what is measured is no wait for somebody else's lock. A story has its author
//!   first and its server then: whoever waits for the other author keeps no server waiting.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

use crate::artifacts::{author_folder, cargo_hezi_binary, plugin_build_folder, workspace_folder};

/// How long a command may take: building everything anew takes minutes on a busy machine with two cores.
const COMMAND_DEADLINE: Duration = Duration::from_secs(900);

/// An author at work.
#[derive(Debug)]
pub struct Author {
    folder: PathBuf,
    _turn: OwnedMutexGuard<()>,
}

/// What a command said.
#[derive(Debug, Clone)]
pub struct Said {
    what: String,
    status: ExitStatus,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Author {
    /// An author in an empty folder of this name.
    pub async fn new(name: &str) -> Self {
        static TURN: OnceLock<Arc<Mutex<()>>> = OnceLock::new();
        let turn = Arc::clone(TURN.get_or_init(Arc::default)).lock_owned().await;
        let folder = author_folder().join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the folder of an earlier run can be removed");
        }
        fs::create_dir_all(&folder).expect("a folder for the author");
        // The compiler that the workspace is built with, and not whatever else this machine would choose.
        let toolchain = "rust-toolchain.toml";
        fs::copy(workspace_folder().join(toolchain), folder.join(toolchain)).expect("the toolchain's file");
        Author { folder, _turn: turn }
    }

    /// The author's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file or folder of the author's.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file, making its folder.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder can be made");
        fs::write(&path, bytes).expect("a file can be written");
        path
    }

    /// Replaces a text of a file, which must stand there.
    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let path = self.path(name);
        let text = fs::read_to_string(&path).expect("the file is there");
        assert!(text.contains(from), "{name} has no {from:?}");
        fs::write(path, text.replace(from, to)).expect("a file can be written");
    }

    /// `cargo hezi new`, with the SDK of this workspace and the versions of its lock file.
    pub async fn new_crate(&self, name: &str) -> Said {
        let sdk = workspace_folder().join("sdk");
        let said = self.hezi(&["new", name, "--sdk", &sdk.to_string_lossy()]).await;
        if said.status.success() {
            fs::copy(workspace_folder().join("Cargo.lock"), self.path(name).join("Cargo.lock")).expect("the lock file");
            let arguments = ["metadata", "--offline", "--format-version", "1"];
            // Takes out of the lock file what this crate does not need. A machine on which that fails without a network
            // has one: then cargo finds versions by itself.
            if !self.cargo(name, &arguments).await.status.success() {
                drop(fs::remove_file(self.path(name).join("Cargo.lock")));
            }
        }
        said
    }

    /// `cargo hezi` with these arguments, in the author's folder.
    pub async fn hezi(&self, arguments: &[&str]) -> Said {
        self.hezi_with(arguments, &[]).await
    }

    /// The same with environment variables.
    pub async fn hezi_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        let mut command = Command::new(cargo_hezi_binary());
        command.args(arguments).current_dir(&self.folder).env_remove("HEZI_ADMIN__TOKEN").envs(variables.to_vec());
        run(command, &format!("cargo hezi {}", arguments.join(" "))).await
    }

    /// `cargo hezi` with a command that builds: it works where the built-in plugins were built.
    pub async fn hezi_builds(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        let (build, out) = (plugin_build_folder(), self.path("components"));
        let (build, out) = (build.to_string_lossy(), out.to_string_lossy());
        let places = ["--target-dir", &build, "--out", &out];
        self.hezi_with(&[arguments, &places].concat(), variables).await
    }

    /// Cargo itself, native, in the author's crate.
    pub async fn cargo(&self, name: &str, arguments: &[&str]) -> Said {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(self.path(name));
        command.env("CARGO_TARGET_DIR", author_folder().join("native"));
        // The cache outlives the run: it need not hold what only a debugger reads.
        command.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0");
        run(command, &format!("cargo {}", arguments.join(" "))).await
    }
}

impl Said {
    /// Checks that the command succeeded.
    ///
    /// # Panics
    /// When it did not, with all that it said.
    pub fn ok(self) -> Self {
        assert_eq!(self.status.code(), Some(0), "{self}");
        self
    }

    /// Checks that the command failed with exit code 1, and gives its errors.
    ///
    /// # Panics
    /// When it ended in another way.
    pub fn failed(self) -> String {
        assert_eq!(self.status.code(), Some(1), "{self}");
        assert!(!self.stderr.contains("panicked"), "a failure is not a crash: {self}");
        self.stderr
    }

    /// Checks that all of these texts stand in what was said.
    ///
    /// # Panics
    /// When one does not.
    pub fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stdout.contains(text) || self.stderr.contains(text), "it should say {text:?}: {self}");
        }
        self
    }

    /// Whether a text stands anywhere in what was said.
    pub fn tells(&self, text: &str) -> bool {
        self.stdout.contains(text) || self.stderr.contains(text)
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Said { what, status, stdout, stderr } = self;
        write!(f, "`{what}` ended with {status}\n--- standard output ---\n{stdout}\n--- standard error ---\n{stderr}")
    }
}

async fn run(mut command: Command, what: &str) -> Said {
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(COMMAND_DEADLINE, command.output()).await;
    let output = output.unwrap_or_else(|_| panic!("`{what}` took more than {COMMAND_DEADLINE:?}"));
    let output = output.unwrap_or_else(|error| panic!("`{what}` cannot be started: {error}"));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Said { what: what.to_owned(), status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
}
