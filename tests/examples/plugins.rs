//! What plugins cost a running server: from an upload to the active version, memory for a hundred of them, and the pause
//! when one takes another's place under load.
//!
//! Figures depend on the machine and are never asserted. Run it with `make bench`.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark prints, waits on the machine's own clock, and fails by panicking"
)]

use std::time::{Duration, Instant};

use hezi_tests::{Host, Launch, Swaps, Tally, plugin};

/// Uploads that are timed.
const UPLOADS: usize = 10;
/// Plugins that are held in memory.
const PLUGINS: usize = 100;
/// Changes of the version under load.
const SWAPS: usize = 50;

#[tokio::main]
async fn main() {
    let launch = Launch::new().durable().unhurried();
    // A cache of its own: what is uploaded here was never compiled before.
    let code = launch.folder("code");
    let host = launch.set("plugins.cache_dir", code.display()).start().await;

    uploads(&host).await;
    memory(&host).await;
    swaps(&host).await;
}

fn line(what: &str, figure: impl std::fmt::Display) {
    println!("{what:<58} {figure}");
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

/// The vote plugin as another version: the text is as long as the old one, so it can be changed in place. The versions of
/// the interface stand behind an `@` and stay.
fn vote(version: &str) -> Vec<u8> {
    let mut bytes = plugin("vote");
    let built = b"0.1.0";
    assert_eq!(version.len(), built.len(), "what follows must stay where it is");
    for at in 1..bytes.len() - built.len() {
        if bytes[at..].starts_with(built) && bytes[at - 1] != b'@' {
            bytes[at..at + built.len()].copy_from_slice(version.as_bytes());
        }
    }
    bytes
}

/// From the first byte of an upload to the answer that says that the version is active.
async fn uploads(host: &Host) {
    let mut times = Vec::with_capacity(UPLOADS);
    for n in 0..UPLOADS {
        let (component, started) = (vote(&format!("1.0.{n}")), Instant::now());
        let stored = host.administrator().upload(component).await.ok(201);
        times.push(started.elapsed());
        assert_eq!(stored["active"], true, "{stored}");
    }
    times.sort();
    let size_kib = plugin("vote").len() / 1024;
    let what = format!("upload to active, vote.wasm ({size_kib} KiB), never seen");
    line(&what, format!("{} median, {} max", ms(times[UPLOADS / 2]), ms(times[UPLOADS - 1])));
}

/// Memory for many versions of a real plugin, all of them compiled and ready to run.
async fn memory(host: &Host) {
    let before_kib = host.resident_kib();
    for n in 0..PLUGINS {
        let component = vote(&format!("2.{}.{}", n / 10, n % 10));
        host.administrator().upload_inactive(component).await.ok(201);
    }
    let grown_kib = host.resident_kib().saturating_sub(before_kib);
    line(&format!("memory for {PLUGINS} loaded plugins (resident)"), format!("{} MiB", grown_kib / 1024));
    line("  for each", format!("{} KiB", grown_kib / PLUGINS as u64));
}

/// The pause when versions with different layouts take each other's place.
async fn swaps(host: &Host) {
    let tally = Tally::open(host).await;
    let story = async |progress: &_| tally.back_and_forth(progress, SWAPS).await;
    let (answered, mut activations) = tally.under_load(story).await;
    line(
        &format!("actions while {SWAPS} swaps happened, {} a second", Tally::ACTIONS_PER_S),
        format!("{}, none lost or refused", answered.len()),
    );
    Swaps::of(&answered).lines().into_iter().for_each(|(what, figure)| line(what, figure));
    activations.sort();
    line("answer to an activation", format!("{} median", ms(activations[SWAPS / 2])));
}
