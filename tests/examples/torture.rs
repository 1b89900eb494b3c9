//! `make torture`: rounds of every kind with seeds of their own, until so many are done, and what came of each.
//!
//! `SEED` is the first seed (by default the time), `ROUNDS` how many rounds of each kind, `LIVES` and `MORE` how long one is,
//! `MEMBERS` how many write, `OFFSETS` at how many places a log is torn. It ends with exit code 1 when anything was lost.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "it prints what it found, and waits on the machine's own clock"
)]

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use hezi_tests::Launch;
use hezi_tests::torture::{End, Round, TORN_CHARS, Torn, Verdict};

/// What is asked for.
struct Wanted {
    seed: u64,
    rounds: u64,
    lives: u64,
    more: usize,
    members: usize,
    /// Offsets at which the log is torn.
    offsets: usize,
}

impl Wanted {
    fn from_environment() -> Self {
        let number = |name: &str, default: u64| match std::env::var(name) {
            Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text:?}")),
            Err(_) => default,
        };
        let size = |name: &str, default: u64| usize::try_from(number(name, default)).expect("a size of this machine");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
        Wanted {
            seed: number("SEED", now),
            rounds: number("ROUNDS", 3),
            lives: number("LIVES", 8),
            more: size("MORE", 600),
            members: size("MEMBERS", 5),
            offsets: size("OFFSETS", 24),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let wanted = Wanted::from_environment();
    println!("SEED={} ROUNDS={} LIVES={} MORE={}", wanted.seed, wanted.rounds, wanted.lives, wanted.more);
    let mut honest = true;
    for seed in wanted.seed..wanted.seed + wanted.rounds {
        for round in Round::SURVIVED {
            let verdict = round.run(seed, Launch::new(), wanted.members, wanted.lives, wanted.more).await;
            honest &= tell(*round, &verdict);
        }
    }
    for round in [Round::LyingSyncs, Round::LyingRenames] {
        let verdict = round.run(wanted.seed, Launch::new(), wanted.members, 2, wanted.more).await;
        println!("     {round:?}, where no server can be honest: {verdict}");
        honest &= round != Round::LyingSyncs || !verdict.is_honest();
    }
    honest &= tear(wanted.offsets).await;
    if honest { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell(round: Round, verdict: &Verdict) -> bool {
    let honest = verdict.is_honest();
    println!("{} {round:?}: {verdict}", if honest { "ok  " } else { "LOST" });
    let ends: Vec<String> = verdict.lives.iter().filter(|life| life.end == End::OfItself).map(ended).collect();
    if !ends.is_empty() {
        println!("       ends: {}", ends.join(", "));
    }
    if !honest {
        println!("{}", verdict.story);
    }
    honest
}

fn ended(life: &hezi_tests::torture::Life) -> String {
    let status = life.status.map_or_else(|| "did not end".to_owned(), |status| status.to_string());
    format!("{status} after {}", life.acknowledged)
}

/// Tears the log at each of so many offsets, once before a kill and once before a stop.
async fn tear(offsets: usize) -> bool {
    let mut torn = Torn::prepare(Launch::new()).await;
    let (mut cases, mut broken) = (0, 0);
    for bytes in (1..=TORN_CHARS).step_by((TORN_CHARS / offsets.max(1)).max(1)) {
        for end in [End::Kill, End::Stop] {
            let violations = torn.cut(bytes as u64, end).await;
            cases += 1;
            broken += usize::from(!violations.is_empty());
            for violation in violations.iter().take(2) {
                println!("  torn by {bytes}, then {end:?}: {violation}");
            }
        }
    }
    println!("torn logs: {cases} cases, {broken} lost something");
    broken == 0
}
