//! `hezi plugin …` and `hezi verify` as an administrator types them: the real binary, as a client of a server that runs, or on
//! the data of one that does not.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use crate::{ADMIN_TOKEN, Host, artifacts, launch};

/// How long a command may take: an upload is compiled on a machine that is busy with other tests.
const COMMAND_DEADLINE: Duration = Duration::from_secs(60);

/// A shell whose environment has the settings of a server.
#[derive(Clone, Debug)]
pub struct Console {
    settings: BTreeMap<String, String>,
}

impl Console {
    /// A shell on the server's machine: it has the server's address and token among its settings.
    pub fn beside(host: &Host) -> Self {
        let listen = host.url().trim_start_matches("http://").to_owned();
        Console::elsewhere().set("listen", listen).set("admin.token", ADMIN_TOKEN)
    }

    /// A shell without any settings.
    pub fn elsewhere() -> Self {
        Console { settings: BTreeMap::new() }
    }

    /// Sets one setting by its name in the configuration file.
    pub fn set(mut self, name: &str, value: impl ToString) -> Self {
        self.settings.insert(name.to_owned(), value.to_string());
        self
    }

    /// Runs `hezi plugin` with these arguments to its end.
    ///
    /// # Panics
    /// When it takes too long, or says something that is not text.
    pub async fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        self.run_command("plugin", arguments).await
    }

    /// Runs `hezi verify` on this data folder to its end.
    ///
    /// # Panics
    /// When it takes too long, or says something that is not text.
    pub async fn verify(data: &Path) -> Ran {
        Console::elsewhere().run_command("verify", [OsStr::new("--data"), data.as_os_str()]).await
    }

    async fn run_command<A: AsRef<OsStr>>(&self, name: &str, arguments: impl IntoIterator<Item = A>) -> Ran {
        let mut command = Command::new(artifacts::hezi_binary());
        command.arg(name).args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        launch::give_settings(&mut command, &self.settings);
        let output = timeout(COMMAND_DEADLINE, command.output()).await;
        let output = output.unwrap_or_else(|_| panic!("{command:?} did not end within {COMMAND_DEADLINE:?}"));
        let output = output.expect("the command can be started");
        let text = |bytes| String::from_utf8(bytes).expect("it says text");
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ran {
    /// Checks that it worked, and gives what it wrote.
    ///
    /// # Panics
    /// When it did not.
    pub fn ok(&self) -> &str {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{self:?}");
        &self.stdout
    }

    /// Checks that it worked, and gives the JSON that it wrote.
    ///
    /// # Panics
    /// When it did not, or wrote something else.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.ok()).unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }

    /// Checks that it failed with this exit code and one line for people, and gives the line.
    ///
    /// # Panics
    /// When it ended in another way.
    pub fn refused(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self:?}");
        let lines: Vec<&str> = self.stderr.lines().collect();
        assert!(lines.len() == 1 && lines[0].starts_with("hezi: "), "a problem is one line: {self:?}");
        lines[0]
    }
}
