//! How a server is started: its settings, its data folder, and what it says when it refuses to start.
//!
//! Settings go in as environment variables under their dotted names of the configuration file, so a test reads like the
//! documentation: `launch.set("limits.room.chat_per_s", 5)`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::{Disk, Drive, Host, artifacts};

/// The bearer token with which [`Host::administrator`] speaks.
pub const ADMIN_TOKEN: &str = "a-token-that-only-the-tests-know";

/// The one line on standard output that says that the server takes requests.
const READY: &str = "hezi is ready at ";

/// How long a start may take: the first one of a build compiles the plugins, on a machine that is busy with other tests.
const START_DEADLINE: Duration = Duration::from_secs(90);

/// How long a server may take to give up.
const EXIT_DEADLINE: Duration = Duration::from_secs(60);

/// How to start a server. Can be started again and again on the same data.
#[derive(Clone, Debug)]
pub struct Launch {
    settings: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
    first: Option<String>,
    disk: Option<Disk>,
    arguments: Vec<OsString>,
    config: Option<PathBuf>,
    listen: String,
    data: Arc<TempDir>,
}

impl Default for Launch {
    fn default() -> Self {
        Launch::new()
    }
}

impl Launch {
    /// A server on a free port of the loopback address that keeps everything in memory.
    pub fn new() -> Self {
        let launch = Launch {
            settings: BTreeMap::new(),
            variables: BTreeMap::new(),
            first: None,
            disk: None,
            arguments: Vec::new(),
            config: None,
            listen: "127.0.0.1:0".to_owned(),
            data: Arc::new(TempDir::with_prefix("hezi-test-").expect("a temporary folder")),
        };
        launch
            .set("store", "mem://")
            .set("admin.token", ADMIN_TOKEN)
            .set("plugins.dir", artifacts::plugins_folder().display())
            .set("plugins.cache_dir", artifacts::code_cache_folder().display())
    }

    /// Keeps the data in the data folder, as a real server does.
    pub fn durable(mut self) -> Self {
        self.settings.remove("store");
        self
    }

    /// Sets one setting by its name in the configuration file.
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.settings.insert(name.to_owned(), value.to_string());
        self
    }

    /// Sets a variable of the environment that is no setting.
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Has a shell do this before it becomes the server: `ulimit -n 400`, `exec 2>/dev/full`.
    pub fn after(mut self, shell: &str) -> Self {
        self.first = Some(shell.to_owned());
        self
    }

    /// Keeps the data in the data folder, on this disk.
    pub fn on_disk(mut self, disk: Disk) -> Self {
        self.disk = Some(disk);
        self.durable()
    }

    /// The disk of the running server, to be looked at and meddled with.
    pub fn drive(&self) -> Drive {
        Drive::new(self.folder("drive"))
    }

    /// Adds an option to the command line of `hezi serve`.
    pub fn option(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.arguments.extend([name.into(), value.into()]);
        self
    }

    /// Lifts every limit on how fast people may speak, for tests about something else.
    pub fn unhurried(self) -> Self {
        self.set("limits.room.commands_per_s", 1_000_000)
            .set("limits.room.command_burst", 1_000_000)
            .set("limits.room.chat_per_s", 1_000_000)
            .set("limits.room.member_bytes_per_s", 1 << 30)
            .set("limits.room.room_bytes_per_s", 1 << 30)
            .set("limits.room.server_bytes_per_s", 1 << 30)
    }

    /// Listens on this address.
    pub fn listen(mut self, address: &str) -> Self {
        address.clone_into(&mut self.listen);
        self
    }

    /// Starts the server with a configuration file of this text.
    pub fn config_file(mut self, text: &str) -> Self {
        let path = self.data.path().join("hezi.toml");
        fs::write(&path, text).expect("the configuration file can be written");
        self.config = Some(path);
        self
    }

    /// A folder that lives as long as the server's data.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.data.path().join(name);
        fs::create_dir_all(&path).expect("a folder for the test");
        path
    }

    /// Starts the server and waits until it is ready.
    ///
    /// # Panics
    /// When it is not ready in time, with the end of its log.
    pub async fn start(self) -> Host {
        Host::launch(self).await
    }

    /// Starts a server that must refuse to, and waits for its end.
    ///
    /// # Panics
    /// When it does not end in time.
    pub async fn refuse(&self) -> Exit {
        let mut child = self.spawn();
        let status = match timeout(EXIT_DEADLINE, child.wait()).await {
            Ok(status) => status.expect("the server's end can be waited for"),
            Err(_) => panic!("the server should have refused to start:\n{}", self.log()),
        };
        let mut stdout = String::new();
        let mut pipe = child.stdout.take().expect("standard output is piped");
        pipe.read_to_string(&mut stdout).await.expect("standard output is text");
        Exit { status, stdout, stderr: self.log() }
    }

    /// Starts the process and waits for its line on standard output; gives the address that stands there.
    pub(crate) async fn spawn_ready(&self) -> (Child, Lines<BufReader<ChildStdout>>, String) {
        let started = self.try_spawn_ready().await;
        started.unwrap_or_else(|status| panic!("the server ended with {status}; its log:\n{}", self.log()))
    }

    /// The same for a server that may end before it is ready.
    ///
    /// # Errors
    /// How it ended.
    pub(crate) async fn try_spawn_ready(&self) -> Result<(Child, Lines<BufReader<ChildStdout>>, String), ExitStatus> {
        let mut child = self.spawn();
        let mut lines = BufReader::new(child.stdout.take().expect("standard output is piped")).lines();
        match timeout(START_DEADLINE, lines.next_line()).await {
            Ok(Ok(Some(line))) if ready_at(&line).is_some() => {
                let address = ready_at(&line).expect("it was looked at").trim_end_matches('/').to_owned();
                Ok((child, lines, address))
            }
            Ok(Ok(None)) => Err(child.wait().await.expect("the server's end can be waited for")),
            other => panic!("the server is not ready, but said {other:?}; its log:\n{}", self.log()),
        }
    }

    fn spawn(&self) -> Child {
        let log = File::options().create(true).append(true).open(self.log_path()).expect("a file for the log");
        let mut command = match &self.first {
            Some(first) => {
                let mut shell = Command::new("sh");
                shell.arg("-c").arg(format!("{first}; exec \"$0\" \"$@\"")).arg(artifacts::hezi_binary());
                shell
            }
            None => Command::new(artifacts::hezi_binary()),
        };
        command.arg("serve").arg("--listen").arg(&self.listen).arg("--data").arg(self.data.path().join("data"));
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        give_settings(&mut command, &self.settings);
        command.envs(&self.variables);
        if let Some(disk) = &self.disk {
            disk.put_under(&mut command, &self.drive(), &self.data_folder());
        }
        command.args(&self.arguments);
        command.current_dir(self.data.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        command.kill_on_drop(true).spawn().expect("the server can be started")
    }

    /// What the servers of this launch have logged up to now.
    pub fn log(&self) -> String {
        fs::read(self.log_path()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// The folder of the server's data.
    pub fn data_folder(&self) -> PathBuf {
        self.data.path().join("data")
    }

    fn log_path(&self) -> PathBuf {
        Path::new(self.data.path()).join("stderr.log")
    }
}

/// The address of the line that says that the server is ready: the line itself, or the message of one in JSON.
fn ready_at(line: &str) -> Option<String> {
    let message = match serde_json::from_str::<serde_json::Value>(line) {
        Ok(line) => line["message"].as_str()?.to_owned(),
        Err(_) => line.to_owned(),
    };
    message.strip_prefix(READY).map(str::to_owned)
}

/// Gives a command these settings, by their names in the configuration file, and no others.
pub(crate) fn give_settings(command: &mut Command, settings: &BTreeMap<String, String>) {
    // The variables that steer the tests themselves would be unknown settings to the server.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HEZI_")) {
        command.env_remove(name);
    }
    for (name, value) in settings {
        command.env(format!("HEZI_{}", name.to_uppercase().replace('.', "__")), value);
    }
}

/// The end of a server that did not start.
#[derive(Debug)]
pub struct Exit {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

impl Exit {
    /// The exit code, if it was not a signal that ended the process.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// What it said on standard error.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// Checks that the server refused as it promises to, with exit code 2 and one line for people, and gives the line.
    ///
    /// # Panics
    /// When it ended in another way.
    pub fn refusal(&self) -> &str {
        assert_eq!(self.status.code(), Some(2), "a refused start has exit code 2; it said:\n{}", self.stderr);
        assert!(!self.stdout.contains(READY), "the server said that it was ready: {}", self.stdout);
        let lines: Vec<&str> = self.stderr.lines().filter(|line| line.starts_with("hezi: ")).collect();
        assert_eq!(lines.len(), 1, "a refused start says why in one line:\n{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "a refusal is not a crash:\n{}", self.stderr);
        lines[0]
    }
}
