//! Hezi with sign-in through a stand-in for WeCom, to be clicked through in a browser: what `make run-wecom` starts.
//!
//! It runs the stand-in, starts the server against it, and ends both on Ctrl-C. It is for trying out: whoever reaches the
//! stand-in can be anybody, so both listen on loopback only.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program to try things out prints, and fails by panicking"
)]

use std::time::Duration;

use hezi_tests::{Rules, StandIn, hezi_binary};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

/// Where the server listens, which is also what the stand-in trusts.
const SERVER: &str = "127.0.0.1:4000";
/// Where the stand-in listens.
const WECOM: &str = "127.0.0.1:4001";
/// The server's folder: not the one of the development sign-in, whose people are others.
const DATA: &str = "./data/wecom";
/// How long the server may take to shut down: its promise is ten seconds.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(12);

#[tokio::main]
async fn main() {
    let rules = Rules { listen: WECOM.to_owned(), trusted_domain: SERVER.to_owned(), ..Rules::default() };
    let wecom = StandIn::with(rules);
    let mut server = start(&wecom);
    println!("The stand-in for WeCom is at {}.", wecom.url());
    println!("Open http://{SERVER} and choose who you are; 王伟 (WangWei) administers the server.");
    println!("A browser whose user agent contains `wxwork` is signed in as inside WeCom, any other as on a desk.");
    println!("Ctrl-C ends both.");

    let mut terminate = signal(SignalKind::terminate()).expect("SIGTERM can be waited for");
    tokio::select! {
        ended = server.wait() => println!("the server has ended: {}", ended.expect("its end can be waited for")),
        _ = tokio::signal::ctrl_c() => stop(&mut server).await,
        _ = terminate.recv() => stop(&mut server).await,
    }
}

fn start(wecom: &StandIn) -> Child {
    let mut command = Command::new(hezi_binary());
    command.args(["serve", "--listen", SERVER, "--data", DATA]);
    command.env("HEZI_PUBLIC_URL", format!("http://{SERVER}")).env("HEZI_ADMIN__USERS", "[\"wangwei\"]");
    for (name, value) in wecom.settings() {
        command.env(format!("HEZI_{}", name.to_uppercase().replace('.', "__")), value);
    }
    command.kill_on_drop(true).spawn().expect("the server can be started")
}

/// Asks the server to go, as Ctrl-C in the terminal has done already, and waits for it.
async fn stop(server: &mut Child) {
    if let Some(id) = server.id() {
        // The server may be gone by now, and then there is nobody to ask.
        let _ = Command::new("sh").args(["-c", "kill -TERM \"$0\" 2>/dev/null", &id.to_string()]).status().await;
    }
    if timeout(SHUTDOWN_DEADLINE, server.wait()).await.is_err() {
        server.kill().await.expect("the server can be killed");
    }
}
