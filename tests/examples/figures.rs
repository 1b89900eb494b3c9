//! The figures of the README: starts the real server on a disk, uses it over real sockets, and prints what it took.
//!
//! Figures depend on the machine and are never asserted in tests. What they are compared to is measured in the same run:
//! the disk's own fsync stands beside the durable reply. Run it with `make bench`.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark prints, waits on the machine's own clock, and fails by panicking"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use hezi_tests::{Host, Launch, User};
use serde_json::{Value, json};

/// Durable replies that are timed one after another.
const REPLIES: usize = 400;
/// Members who vote at the same time.
const VOTERS: usize = 64;
/// Votes of each of them.
const VOTES: usize = 60;

#[tokio::main]
async fn main() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let started = Instant::now();
    host.restart().await;
    line("second start to ready", ms(started.elapsed()));
    line("idle memory (resident)", format!("{} MB", resident_mb(&host)));

    let fsync = fsyncs(&host.launched_by().data_folder());
    line("disk: append 400 bytes and fdatasync", spread(fsync.clone()));
    let replies = durable_replies(&host).await;
    line("durable reply to a chat message, idle server", spread(replies.clone()));
    line("  the same, over one fdatasync", format!("{:.2}", ratio(replies, fsync)));

    votes(&host).await;
    line("memory after that (resident)", format!("{} MB", resident_mb(&host)));
}

fn line(what: &str, figure: String) {
    println!("{what:<52} {figure}");
}

fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("{} median, {} p99", ms(times[times.len() / 2]), ms(times[times.len() * 99 / 100]))
}

fn ratio(a: Vec<Duration>, b: Vec<Duration>) -> f64 {
    median(a).as_secs_f64() / median(b).as_secs_f64()
}

fn resident_mb(host: &Host) -> u64 {
    host.resident_kib() / 1024
}

fn fsyncs(folder: &Path) -> Vec<Duration> {
    let path = folder.join("fsync-probe");
    let mut file = File::create(&path).expect("a file");
    let times = (0..REPLIES).map(|_| {
        let started = Instant::now();
        file.write_all(&[b'x'; 400]).expect("written");
        file.sync_data().expect("synced");
        started.elapsed()
    });
    let times = times.collect();
    std::fs::remove_file(path).expect("removed");
    times
}

async fn durable_replies(host: &Host) -> Vec<Duration> {
    let wang = host.user("小王").await;
    let room = wang.create_conference("计时").await;
    let mut socket = wang.connect(&room.number).await;
    let mut times = Vec::with_capacity(REPLIES);
    for i in 0..REPLIES {
        let started = Instant::now();
        assert!(socket.say(&format!("c{i}"), "你好").await.is_ok(), "a chat message was refused");
        times.push(started.elapsed());
    }
    times
}

/// Many members vote again and again, each as soon as the vote before is durable.
async fn votes(host: &Host) {
    let wang = host.user("小王").await;
    let room = wang.create_conference("投票").await;
    let config = json!({"question": "午饭吃什么?", "options": ["面", "饭"], "revisable": true});
    let activity = wang.open(&room.number, "vote", config).await;
    let voters = host.members(&room.number, VOTERS).await;
    let before = counters(host).await;
    let started = Instant::now();
    let tasks: Vec<_> =
        voters.into_iter().map(|user| tokio::spawn(vote(user, room.number.clone(), activity.id.clone()))).collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a voter"));
    }
    let took = started.elapsed();
    let after = counters(host).await;
    line(
        &format!("durable votes a second, {VOTERS} members"),
        format!("{:.0}", times.len() as f64 / took.as_secs_f64()),
    );
    line("  reply to a vote", spread(times));
    let calls = after.0 - before.0;
    line("  plugin calls (votes and views)", calls.to_string());
    line(
        "  processor time of a call, host side to host side",
        format!("{:.1} µs", (after.1 - before.1) as f64 / calls as f64),
    );
}

async fn vote(user: User, number: String, activity: String) -> Vec<Duration> {
    let mut socket = user.connect(&number).await;
    let mut times = Vec::with_capacity(VOTES);
    for i in 0..VOTES {
        let option = if i % 2 == 0 { "面" } else { "饭" };
        let started = Instant::now();
        let reply = socket.do_act(&format!("v{i}"), &activity, json!({"choose": [option]})).await;
        assert!(reply.is_ok(), "a vote was refused");
        times.push(started.elapsed());
    }
    times
}

/// Calls of the vote plugin so far, and their processor time in microseconds.
async fn counters(host: &Host) -> (u64, u64) {
    let status = host.administrator().get("/api/admin/plugins/vote").await.ok(200);
    let counters = &status["versions"][0]["counters"];
    let number = |name: &str| counters.get(name).and_then(Value::as_u64).expect("a counter");
    (number("calls"), number("cpu_us"))
}
