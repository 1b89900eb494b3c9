//! Sign-ins through WeCom in a second: Hezi beside the way of the system that it grew out of, a Node process that makes
//! three calls for each person (`sign_ins.mjs`).
//!
//! Both are sent the same requests by the same load generator, against stand-ins that answer at once, in turns within one
//! run. Hezi keeps every session on disk before it answers; the Node process keeps nothing. Figures depend on the machine
//! and are never asserted. Run it with `make bench`; without `node` only Hezi is measured, and it says so.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark prints, waits on the machine's own clock, and fails by panicking"
)]

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use hezi_tests::{AGENT_ID, Browser, CORP_ID, Call, Host, Launch, Person, Rules, SECRET, StandIn};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Sign-ins of one turn.
const SIGN_INS: usize = 2_000;
/// Sign-ins before anything is measured.
const WARM_UP: usize = 300;
/// Sign-ins that are under way at the same time.
const AT_ONCE: usize = 32;
/// Turns of each; the median counts.
const TURNS: usize = 5;
/// How long the Node process may take to start.
const START_DEADLINE: Duration = Duration::from_secs(20);
/// Clock ticks of `/proc/PID/stat` in a second, on every Linux.
const TICKS_PER_S: f64 = 100.0;

/// Somebody who signs people in.
struct Contestant {
    wecom: StandIn,
    browser: Browser,
    pid: u32,
    /// Sign-ins a second, one for each turn.
    rates: Vec<f64>,
    signed_in: usize,
    cpu_s: f64,
}

#[tokio::main]
async fn main() {
    let wecom = stand_in();
    let host = Launch::new().durable().set("wecom.scope", "snsapi_privateinfo").signed_in_by(&wecom).start().await;
    let mut hezi = Contestant::new(wecom, &host.url(), host.pid());
    let seed = SeedsWay::start().await;
    let mut node = seed.map(|(process, wecom, url)| {
        let pid = process.0.id().expect("the Node process runs");
        (process, Contestant::new(wecom, &url, pid))
    });

    hezi.run(WARM_UP).await;
    if let Some((_, node)) = &mut node {
        node.run(WARM_UP).await;
    }
    for _ in 0..TURNS {
        hezi.turn().await;
        if let Some((_, node)) = &mut node {
            node.turn().await;
        }
    }
    report(&hezi, node.as_ref().map(|(_, node)| node), &host);
}

fn report(hezi: &Contestant, node: Option<&Contestant>, host: &Host) {
    hezi.print("Hezi");
    line("  requests for a token", hezi.wecom.calls(Call::GetToken).to_string());
    line("  memory after that (resident)", format!("{} MB", resident_mb(host.pid())));
    let Some(node) = node else {
        println!("there is no `node` here: only Hezi was measured");
        return;
    };
    node.print("the seed's way (Node)");
    line("  requests for a token", node.wecom.calls(Call::GetToken).to_string());
    line("  memory after that (resident)", format!("{} MB", resident_mb(node.pid)));
    line("sign-ins a second, Hezi over Node", format!("{:.2}", hezi.rate() / node.rate()));
    line("processor time of a sign-in, Hezi over Node", format!("{:.2}", hezi.cpu_ms() / node.cpu_ms()));
}

fn line(what: &str, figure: String) {
    println!("{what:<52} {figure}");
}

/// A stand-in that refuses nobody for calling often, with enough people.
fn stand_in() -> StandIn {
    let people = (0..SIGN_INS).map(|n| Person::member(&id(n), &format!("成员{n}"))).collect();
    StandIn::with(Rules { calls_per_minute: u64::MAX, people, ..Rules::default() })
}

fn id(n: usize) -> String {
    format!("Member{:05}", n % SIGN_INS)
}

impl Contestant {
    fn new(wecom: StandIn, url: &str, pid: u32) -> Self {
        let browser = wecom.phone_at(url, &id(0));
        Contestant { wecom, browser, pid, rates: Vec::new(), signed_in: 0, cpu_s: 0.0 }
    }

    /// Signs in so many people, each with a browser of their own.
    async fn run(&self, count: usize) {
        let all = stream::iter(0..count).map(|n| sign_in(self.browser.another(&id(n))));
        all.buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
    }

    async fn turn(&mut self) {
        let (cpu_before_s, started) = (cpu_s(self.pid), Instant::now());
        self.run(SIGN_INS).await;
        self.rates.push(SIGN_INS as f64 / started.elapsed().as_secs_f64());
        self.cpu_s += cpu_s(self.pid) - cpu_before_s;
        self.signed_in += SIGN_INS;
    }

    fn rate(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    }

    fn cpu_ms(&self) -> f64 {
        self.cpu_s * 1e3 / self.signed_in as f64
    }

    fn print(&self, name: &str) {
        let rates: Vec<String> = self.rates.iter().map(|rate| format!("{rate:.0}")).collect();
        line(&format!("{name}: sign-ins a second"), format!("{:.0}   ({})", self.rate(), rates.join(", ")));
        line("  processor time of a sign-in", format!("{:.2} ms", self.cpu_ms()));
    }
}

/// The whole way: to the site, to WeCom, and back with the code.
async fn sign_in(browser: Browser) {
    let callback = browser.callback("/").await;
    let answer = browser.open_from_elsewhere(&callback).await;
    assert!(matches!(answer.status, 200 | 302 | 303), "a sign-in failed: {answer:?}");
}

/// The Node process.
struct SeedsWay(Child);

impl SeedsWay {
    /// Starts it, where there is a `node`.
    async fn start() -> Option<(Self, StandIn, String)> {
        let wecom = stand_in();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/sign_ins.mjs");
        let mut command = Command::new("node");
        command.arg(script).env("WECOM_URL", wecom.url()).env("PUBLIC_URL", wecom.public_url());
        command.env("CORP_ID", CORP_ID).env("AGENT_ID", AGENT_ID.to_string()).env("SECRET", SECRET);
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().ok()?;
        let mut lines = BufReader::new(child.stdout.take().expect("standard output is piped")).lines();
        let said = timeout(START_DEADLINE, lines.next_line()).await.expect("the Node process starts in time");
        let said = said.expect("standard output is text").expect("the Node process says its port");
        let port = said.strip_prefix("ready ").unwrap_or_else(|| panic!("the Node process said {said:?}"));
        let url = format!("http://127.0.0.1:{port}");
        Some((SeedsWay(child), wecom, url))
    }
}

/// Processor time of a process so far, in seconds.
fn cpu_s(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
    // The name in parentheses may have spaces; user and system time are the 14th and 15th field.
    let (_, rest) = stat.rsplit_once(')').expect("a name in parentheses");
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |field: usize| fields[field - 3].parse::<f64>().expect("a number");
    (ticks(14) + ticks(15)) / TICKS_PER_S
}

fn resident_mb(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("a resident size");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).expect("a number") / 1_024
}
