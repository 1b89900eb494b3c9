//! How a conference with a long journal opens: fills one over real sockets, starts the server again, and prints how long the
//! first answer took and what it cost in memory. `HEZI_BENCH_ENTRIES` says how long (200,000 by default).
//!
//! Figures depend on the machine and are never asserted in tests. Run it with `make bench`.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark prints, waits on the machine's own clock, and fails by panicking"
)]

use std::time::{Duration, Instant};

use hezi_tests::{Launch, User};
use serde_json::json;

/// Members who write at the same time.
const WRITERS: usize = 32;
/// Commands that each has under way.
const UNDER_WAY: usize = 32;

#[tokio::main]
async fn main() {
    let entries = std::env::var("HEZI_BENCH_ENTRIES").ok().and_then(|text| text.parse().ok()).unwrap_or(200_000);
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("很长的会").await;
    let number = room.number.clone();
    let rating = wang.open(&number, "rating", json!({ "subject": "演讲" })).await;
    let started = Instant::now();
    let writers = host.members(&number, WRITERS).await;
    let tasks: Vec<_> = writers
        .into_iter()
        .map(|user| tokio::spawn(write(user, number.clone(), rating.id.clone(), entries / WRITERS)))
        .collect();
    for task in tasks {
        task.await.expect("a writer");
    }
    let took = started.elapsed();
    line(
        "entries written",
        format!("{entries} in {:.0} s, {:.0} a second", took.as_secs_f64(), entries as f64 / took.as_secs_f64()),
    );
    line("memory then (resident)", format!("{} MB", host.resident_kib() / 1024));
    for road in ["after a kill", "again"] {
        let started = Instant::now();
        host.restart().await;
        line(&format!("start {road}"), ms(started.elapsed()));
        let before = host.resident_kib();
        let started = Instant::now();
        let mut socket = wang.connect(&number).await;
        line("  room open, welcome received", ms(started.elapsed()));
        line("  memory for it", format!("{} MB", (host.resident_kib().saturating_sub(before)) / 1024));
        let started = Instant::now();
        socket.say(&format!("after-{}", road.len()), "还在吗").await.ok();
        line("  first message answered", ms(started.elapsed()));
    }
}

fn line(what: &str, figure: String) {
    println!("{what:<52} {figure}");
}

fn ms(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1e3)
}

/// Revises a score again and again: each revision is an entry that only its actor sees.
async fn write(user: User, number: String, rating: String, count: usize) {
    let mut socket = user.connect(&number).await;
    let (mut sent, mut answered) = (0, 0);
    while answered < count {
        while sent < count && sent < answered + UNDER_WAY {
            socket.act(&format!("c{sent}"), &rating, json!({ "score": sent % 5 + 1 })).await;
            sent += 1;
        }
        socket.reply(&format!("c{answered}")).await.ok();
        answered += 1;
    }
}
