//! A real SurrealDB server, for the stories about a store that is one (`ws://`). It is used where a machine has one: as
//! `surreal` on the path, or as what `HEZI_SURREAL` names.
//!
//! # Invariants
//! * The process and its data end with their owner.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::{DEADLINE, Launch, program};

/// Who may do everything there.
const ROOT: (&str, &str) = ("root", "a-password-that-only-the-tests-know");
/// What it says when it takes connections.
const READY: &str = "Started web server on";

/// A SurrealDB server. It can be killed and started again on the same data and address.
#[derive(Debug)]
pub struct Surreal {
    program: PathBuf,
    address: String,
    data: TempDir,
    process: Option<Child>,
}

impl Surreal {
    /// Starts one; none on a machine that does not have it.
    pub async fn start() -> Option<Self> {
        let program = program()?;
        // Free a moment ago: the server itself cannot be asked for any free port.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("it has an address").to_string();
        drop(listener);
        let data = TempDir::with_prefix("hezi-surreal-").expect("a temporary folder");
        let mut surreal = Self { program, address, data, process: None };
        surreal.restart().await;
        Some(surreal)
    }

    /// A server of ours whose store is this one.
    pub fn launch(&self) -> Launch {
        let store = format!("ws://{}", self.address);
        Launch::new().set("store", store).set("surrealdb.username", ROOT.0).set("surrealdb.password", ROOT.1)
    }

    /// Kills it.
    pub async fn kill(&mut self) {
        let mut process = self.process.take().expect("it runs");
        process.kill().await.expect("it can be killed");
    }

    /// Starts it, and waits until it takes connections.
    pub async fn restart(&mut self) {
        let mut process = Command::new(&self.program)
            .args(["start", "--user", ROOT.0, "--pass", ROOT.1, "--bind", &self.address, "--log", "info"])
            .arg(format!("surrealkv://{}", self.data.path().join("db").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("SurrealDB can be started");
        let (ready, mut is_ready) = mpsc::channel(1);
        // Which of the two it logs to is another one from version to version.
        read(process.stdout.take().expect("standard output is piped"), ready.clone());
        read(process.stderr.take().expect("standard error is piped"), ready);
        self.process = Some(process);
        let heard = timeout(DEADLINE, is_ready.recv()).await.expect("SurrealDB takes connections in time");
        heard.expect("SurrealDB does not end before it takes connections");
    }
}

/// Reads all that it says, so that it never waits, and tells when it is ready.
fn read(output: impl AsyncRead + Unpin + Send + 'static, ready: mpsc::Sender<()>) {
    let mut lines = BufReader::new(output).lines();
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            // Once is enough, and after the first time nobody waits.
            if line.contains(READY) && ready.try_send(()).is_err() {
                continue;
            }
        }
    });
}

fn program() -> Option<PathBuf> {
    std::env::var_os("HEZI_SURREAL").map(PathBuf::from).or_else(|| program::find(&["surreal"]))
}
