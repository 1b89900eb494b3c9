//! A server that is ready: the real binary in a process of its own.
//!
//! # Invariants
//! * The process never outlives its [`Host`].
//! * At most [`SERVERS_AT_ONCE`] hosts run at a time, however many tests the machine starts in parallel.

use std::process::ExitStatus;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::caller::{Credential, Site};
use crate::{ADMIN_TOKEN, Caller, Launch, User};

/// Servers that run at the same time: enough to keep the cores busy, few enough that none of them starves.
const SERVERS_AT_ONCE: usize = 4;

/// How long a server may take to shut down: its promise is ten seconds.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(60);

/// Lines of the server's log that a failed test prints.
const LOG_TAIL_LINES: usize = 60;

/// A running server.
#[derive(Debug)]
pub struct Host {
    launch: Launch,
    running: Option<Running>,
    site: Arc<Site>,
    _turn: OwnedSemaphorePermit,
}

#[derive(Debug)]
struct Running {
    child: Child,
    // Kept open: a server that writes to a closed standard output would die of it.
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Host {
    /// A server with the default settings that keeps everything in memory.
    pub async fn start() -> Self {
        Launch::new().start().await
    }

    pub(crate) async fn launch(launch: Launch) -> Self {
        let turn = turns().acquire_owned().await.expect("the semaphore is never closed");
        let (child, stdout, address) = launch.spawn_ready().await;
        let running = Some(Running { child, _stdout: stdout });
        Host { launch, running, site: Arc::new(Site::new(address)), _turn: turn }
    }

    /// Signs in somebody new with this name.
    pub async fn user(&self, name: &str) -> User {
        self.sign_in(&json!({ "name": name })).await
    }

    /// Signs in the person with this id: the same person each time.
    pub async fn person(&self, id: &str, name: &str) -> User {
        self.sign_in(&json!({ "id": id, "name": name })).await
    }

    /// Signs in `count` people who join the conference, all at the same time.
    pub async fn members(&self, number: &str, count: usize) -> Vec<User> {
        let people = (0..count).map(|n| async move { self.user(&format!("成员{n}")).await.join(number).await });
        futures_util::future::join_all(people).await
    }

    async fn sign_in(&self, form: &Value) -> User {
        User::sign_in(&self.anonymous(), form).await
    }

    pub(crate) fn site(&self) -> Arc<Site> {
        self.site.clone()
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Caller {
        Caller::new(self.site.clone(), Credential::Nobody)
    }

    /// The administrator, with the bearer token.
    pub fn administrator(&self) -> Caller {
        Caller::new(self.site.clone(), Credential::Bearer(ADMIN_TOKEN.to_owned()))
    }

    /// `http://127.0.0.1:PORT` of the running server.
    pub fn url(&self) -> String {
        self.site.address()
    }

    /// What the server has logged up to now.
    pub fn log(&self) -> String {
        self.launch.log()
    }

    /// How this server was started.
    pub fn launched_by(&self) -> &Launch {
        &self.launch
    }

    /// Kills the server with SIGKILL: it gets no chance to write anything.
    pub async fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.child.kill().await.expect("the server can be killed");
        }
    }

    /// Starts the server again on the same data. Users and their sessions stay as they are.
    pub async fn restart(&mut self) {
        self.kill().await;
        let (child, stdout, address) = self.launch.spawn_ready().await;
        self.site.move_to(address);
        self.running = Some(Running { child, _stdout: stdout });
    }

    /// Starts the server in this way, on the same data. It must not run.
    ///
    /// # Errors
    /// How it ended before it was ready.
    pub async fn try_restart_as(&mut self, launch: Launch) -> Result<(), ExitStatus> {
        assert!(self.running.is_none(), "the server runs");
        self.launch = launch;
        let (child, stdout, address) = self.launch.try_spawn_ready().await?;
        self.site.move_to(address);
        self.running = Some(Running { child, _stdout: stdout });
        Ok(())
    }

    /// Asks the server with SIGTERM to go, and returns without waiting for it.
    pub async fn ask_to_stop(&mut self) {
        let running = self.running.as_ref().expect("the server runs");
        let id = running.child.id().expect("the server has not ended").to_string();
        let sent = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &id]).status().await;
        assert!(sent.expect("a shell").success(), "SIGTERM could not be sent to {id}");
    }

    /// Waits until the server has ended by itself.
    ///
    /// # Panics
    /// When it takes longer than it promises.
    pub async fn ended(&mut self) -> ExitStatus {
        let ended = self.ended_within(SHUTDOWN_DEADLINE).await;
        ended.expect("a server that is asked to go is gone within 10 s")
    }

    /// Waits until the server has ended, as long as `limit`. None: it has not, and runs on.
    pub async fn ended_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let running = self.running.as_mut().expect("the server runs");
        let status = timeout(limit, running.child.wait()).await.ok()?;
        self.running = None;
        Some(status.expect("the server's end can be waited for"))
    }

    /// The server's process id.
    pub fn pid(&self) -> u32 {
        self.running.as_ref().and_then(|running| running.child.id()).expect("the server runs")
    }

    /// Memory of the server's process that is resident, in KiB.
    ///
    /// # Panics
    /// When the system does not say: this is Linux's way.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the server runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("a resident size");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
    }

    /// Whether the process is still there.
    pub fn is_running(&mut self) -> bool {
        self.running.as_mut().is_some_and(|running| matches!(running.child.try_wait(), Ok(None)))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.launch.log();
            let lines: Vec<&str> = log.lines().collect();
            let tail = lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n");
            eprintln!("--- the end of the server's log ---\n{tail}\n--- end ---");
        }
        let Some(mut running) = self.running.take() else { return };
        // The data folder is removed next, so the process must really be gone. This is no async code: it polls.
        let gone_by = Instant::now() + Duration::from_secs(5);
        let _ = running.child.start_kill();
        while matches!(running.child.try_wait(), Ok(None)) && Instant::now() < gone_by {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn turns() -> Arc<Semaphore> {
    static TURNS: OnceLock<Arc<Semaphore>> = OnceLock::new();
    TURNS.get_or_init(|| Arc::new(Semaphore::new(SERVERS_AT_ONCE))).clone()
}
