//! What a warm `act` costs in instructions, and how many functions of the product it passes: the server under callgrind.
//!
//! Instructions are the same on every machine that builds the same code, to a few in a hundred, so two versions can be
//! compared where times cannot. Functions that the compiler has put into others are not seen, and not counted. Run it with
//! `make instructions`; it needs Debian's `valgrind`.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and fails by panicking: there is nobody to hand an error to"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::process::Command;

use hezi_tests::{Launch, Socket};
use serde_json::json;

/// Votes before anything is counted: until then memories grow and code is touched for the first time.
const WARMING: usize = 200;
/// Votes that are counted.
const VOTES: usize = 1_000;

/// What callgrind has seen.
#[derive(Default)]
struct Profile {
    /// Instructions of all functions.
    all: u64,
    /// Instructions within a function, without those that it calls, by its name.
    own: HashMap<String, u64>,
    /// How often a function was called.
    calls: HashMap<String, u64>,
}

#[tokio::main]
async fn main() {
    // Views are another way, which is not measured here: after the first one there is none for a day.
    let launch = Launch::new().unhurried().set("limits.room.view_interval_ms", 86_400_000);
    let out = launch.folder("profile").join("callgrind.out");
    let callgrind = format!(
        r#"exec valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file={} "$0" "$@""#,
        out.display()
    );
    let mut host = launch.after(&callgrind).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("投票").await;
    let config = json!({"question": "午饭吃什么?", "options": ["面", "饭"], "revisable": true});
    let vote = wang.open(&room.number, "vote", config).await;
    let mut socket = wang.connect(&room.number).await;

    act(&mut socket, &vote.id, "w", WARMING).await;
    control(host.pid(), "on");
    act(&mut socket, &vote.id, "v", VOTES).await;
    control(host.pid(), "off");
    host.ask_to_stop().await;
    host.ended().await;
    print(&Profile::read(&out));
}

async fn act(socket: &mut Socket, activity: &str, ids: &str, votes: usize) {
    for number in 0..votes {
        let option = if number % 2 == 0 { "面" } else { "饭" };
        let reply = socket.do_act(&format!("{ids}{number}"), activity, json!({"choose": [option]})).await;
        assert!(reply.is_ok(), "a vote was refused");
    }
}

/// Has callgrind count, or not.
fn control(pid: u32, counting: &str) {
    let done = Command::new("callgrind_control").args(["--instr", counting, &pid.to_string()]).output();
    let done = done.expect("callgrind_control can be run");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

impl Profile {
    /// Reads callgrind's own format: a cost stands behind its line, and the cost of a call behind the call, to be left out.
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("callgrind has written its file");
        let (mut profile, mut names) = (Self::default(), HashMap::new());
        let (mut function, mut callee, mut is_inclusive) = (String::new(), String::new(), false);
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("fn=") {
                function = named(&mut names, name);
            } else if let Some(name) = line.strip_prefix("cfn=") {
                callee = named(&mut names, name);
            } else if let Some(call) = line.strip_prefix("calls=") {
                let count = call.split(' ').next().and_then(|count| count.parse::<u64>().ok());
                *profile.calls.entry(callee.clone()).or_default() += count.expect("a count");
                is_inclusive = true;
            } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
                let cost = line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok()).unwrap_or(0);
                if !std::mem::take(&mut is_inclusive) {
                    profile.all += cost;
                    *profile.own.entry(function.clone()).or_default() += cost;
                }
            }
        }
        profile
    }
}

/// A name is written once, with a number that stands for it from then on.
fn named(names: &mut HashMap<String, String>, text: &str) -> String {
    let (number, name) = text.split_once(' ').unwrap_or((text, ""));
    if !name.is_empty() {
        names.insert(number.to_owned(), name.to_owned());
    }
    names.get(number).cloned().unwrap_or_else(|| text.to_owned())
}

fn print(profile: &Profile) {
    let is_ours =
        |name: &str| ["hezi::", "hezi_plugin::"].iter().any(|ours| name.trim_start_matches('<').starts_with(ours));
    let ours: u64 = profile.own.iter().filter(|(name, _)| is_ours(name)).map(|(_, cost)| cost).sum();
    let mut passed: BTreeMap<String, u64> = BTreeMap::new();
    // Each vote passes it, or nearly: what happens now and then is not on the way.
    let each_time = |(name, calls): &(&String, &u64)| is_ours(name) && **calls >= VOTES as u64 * 9 / 10;
    for (name, _) in profile.calls.iter().filter(each_time) {
        if let Some(function) = written_by_hand(name) {
            *passed.entry(function).or_default() += profile.own.get(name).copied().unwrap_or(0);
        }
    }
    let modules: BTreeSet<&str> = passed.keys().filter_map(|name| module(name)).collect();
    println!("{:<52} {}", "instructions of an act, the whole server", profile.all / VOTES as u64);
    println!("{:<52} {}", "  of Hezi's own functions", ours / VOTES as u64);
    println!("{:<52} {}", "functions that each act passes", passed.len());
    println!("{:<52} {}", "modules that they stand in", modules.len());
    for (function, cost) in &passed {
        println!("{:>10}  {function}", cost / VOTES as u64);
    }
}

/// The function that somebody wrote: a closure is part of its own, and what a trait of a library asks for is mostly derived.
fn written_by_hand(name: &str) -> Option<String> {
    let name = name.split("::{{closure}}").next().unwrap_or(name);
    let name = name.split("::{closure").next().unwrap_or(name);
    match name.strip_prefix('<').and_then(|inner| inner.split_once(" as ")) {
        Some((_, of_trait)) if !of_trait.starts_with("hezi") => None,
        _ => Some(name.split('<').next().filter(|plain| !plain.is_empty()).unwrap_or(name).to_owned()),
    }
}

/// The module of a function: its path without the type and the name.
fn module(name: &str) -> Option<&str> {
    let path = name.trim_start_matches('<');
    let end = path.match_indices("::").find(|(at, _)| path[at + 2..].starts_with(char::is_uppercase)).map(|(at, _)| at);
    end.or_else(|| path.rfind("::")).map(|end| &path[..end])
}
