//! How a participant's page does on a slow phone, and in a full meeting. Part of `make bench`.
//!
//! The phone is Chromium with a quarter of this machine's processor and 1.6 Mbit/s with 150 ms, against the server itself: over
//! HTTP/1.1, without a proxy.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a benchmark prints, and fails by panicking")]

use hezi_tests::{Chromium, Conference, Host, Launch, Network, Tab, Task, User};
use serde_json::{Value, json};

/// People in the full meeting, messages that are said, and ballots cast while the page is looked at.
const MEMBERS: usize = 1_000;
const MESSAGES: usize = 500;
/// A task that is longer is felt by whoever taps meanwhile.
const LONG_MS: f64 = 50.0;
/// So many tasks are told with their parts where `DETAILS` is set.
const DETAILS: usize = 8;
/// How often the page is opened by somebody who has nothing of it yet.
const VIEWS: usize = 5;

#[tokio::main]
async fn main() {
    let Some(chromium) = Chromium::start().await else {
        println!("the pages were not measured: there is no Chromium here (apt-get install chromium)");
        return;
    };
    let host = Launch::new().unhurried().start().await;
    let wang = host.person("wang", "王伟").await;
    let room = wang.create_conference("年会").await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭", "粥"] });
    let vote = wang.open(&room.number, "vote", vote).await;
    first_views(&chromium, &host, &room).await;

    let members = host.members(&room.number, MEMBERS).await;
    let phone = signed_in(&chromium, &host).await;
    phone.begin_trace().await;
    phone.open(&format!("/c/{}", room.number)).await;
    phone.see("午饭吃什么?").await;
    tell_tasks("while the page loads", &phone.end_trace().await);
    phone.begin_trace().await;
    let mut socket = wang.connect(&room.number).await;
    for n in 0..MESSAGES {
        socket.say(&format!("c{n}"), &format!("第 {n} 条消息，写得和真的一样长，好让它占两行")).await.ok();
    }
    for (n, member) in members.iter().enumerate() {
        let choice = ["面", "饭", "粥"][n % 3];
        member.act(&vote, json!({ "choose": [choice] })).await;
    }
    phone.see(&format!("第 {} 条消息", MESSAGES - 1)).await;
    tell_tasks(&format!("{MEMBERS} members, {MESSAGES} messages, {MEMBERS} ballots"), &phone.end_trace().await);
    tell_memory(&phone).await;
    spectacles(&chromium, &host, &wang, &room).await;
}

/// How smoothly the wall rains and rolls, drawn by the processor: Chromium has no graphics card here.
async fn spectacles(chromium: &Chromium, host: &Host, wang: &User, room: &Conference) {
    let wall = chromium.tab(host, 1920, 1080).await;
    wall.sign_in("wang", "王伟", "zh-Hans").await;
    wall.open(&format!("/screen/{}", room.id)).await;
    let packet = json!({ "total_cents": 1000, "shares": 5, "mode": "equal", "greeting": "新年快乐" });
    wang.open(&room.number, "red-packet", packet).await;
    wall.wait_for("document.querySelector('.rain')", "the rain").await;
    println!("the rain on a wall of 1920 × 1080: {:.0} frames a second", frames_per_s(&wall).await);
    let lottery = json!({ "title": "年终大奖", "prizes": [{ "name": "手机", "count": 1 }] });
    let lottery = wang.open(&room.number, "lottery", lottery).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    wang.act(&lottery, json!({ "draw": { "prize": "手机", "count": 1 } })).await;
    wall.wait_for("document.querySelector('.roll')", "the draw").await;
    println!("the draw: {:.0} frames a second", frames_per_s(&wall).await);
}

/// Frames that a page draws in a second, over two.
async fn frames_per_s(wall: &Tab) -> f64 {
    let count = "new Promise((done) => { let frames = 0; const begin = performance.now(); \
                 const next = () => { frames += 1; const ms = performance.now() - begin; \
                 if (ms > 2000) done(frames * 1000 / ms); else requestAnimationFrame(next); }; requestAnimationFrame(next); })";
    number(&wall.eval(count).await)
}

/// A phone that reads Chinese.
async fn signed_in(chromium: &Chromium, host: &Host) -> Tab {
    let phone = chromium.tab(host, 390, 780).await;
    phone.sign_in("li", "李娜", "zh-Hans").await;
    phone
}

/// How one opening of the page went.
struct View {
    first_ms: f64,
    ballot_ms: f64,
    bytes: f64,
    requests: f64,
}

/// From the tap on a link until something, and then the ballot, is to be seen: several times, each in a browser of its own.
async fn first_views(chromium: &Chromium, host: &Host, room: &Conference) {
    let mut views = Vec::new();
    for _ in 0..VIEWS {
        views.push(first_view(chromium, host, room).await);
    }
    views.sort_by(|one, other| one.ballot_ms.total_cmp(&other.ballot_ms));
    let (median, slowest) = (&views[VIEWS / 2], &views[VIEWS - 1]);
    println!(
        "slow phone: first view after {:.0} ms, ballot after {:.0} ms (median of {VIEWS}; the slowest {:.0} ms)",
        median.first_ms, median.ballot_ms, slowest.ballot_ms
    );
    let (kilobytes, requests) = (slowest.bytes / 1_000.0, slowest.requests);
    println!("what a participant loads: {kilobytes:.1} KB in {requests} requests, heads included");
}

async fn first_view(chromium: &Chromium, host: &Host, room: &Conference) -> View {
    let phone = signed_in(chromium, host).await;
    phone.set_network(Network::Fast3g).await;
    phone.call("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await;
    // Chromium tells itself when it has shown an element: a callback of the page, and a question from outside, come late where
    // the page goes on working.
    let note = "new MutationObserver(() => \
                document.querySelector('.choice span:not([elementtiming])')?.setAttribute('elementtiming', 'ballot')) \
                .observe(document, { childList: true, subtree: true }); \
                new PerformanceObserver((list) => (globalThis.ballotAt ??= list.getEntries()[0].renderTime)) \
                .observe({ type: 'element', buffered: true })";
    phone.before_each_page(note).await;
    phone.open(&format!("/c/{}", room.number)).await;
    phone.wait_for("globalThis.ballotAt", "the ballot").await;
    let of = async |script: &str| number(&phone.eval(script).await);
    let view = View {
        first_ms: of("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1").await,
        ballot_ms: of("ballotAt").await,
        bytes: of("performance.getEntriesByType('resource').reduce((all, one) => all + one.transferSize, 0)").await,
        requests: of("performance.getEntriesByType('resource').length").await,
    };
    // A slow page that stays open takes part in all that comes, and slows down what is measured then.
    phone.call("Page.navigate", json!({ "url": "about:blank" })).await;
    view
}

/// The longest tasks, by the clock and of the processor: this machine does all the rest of the work, too.
fn tell_tasks(when: &str, tasks: &[Task]) {
    let longest = tasks.first().map_or(0.0, |task| task.clock_ms);
    let busiest = tasks.iter().map(|task| task.processor_ms).fold(0.0, f64::max);
    let over = tasks.iter().filter(|task| task.clock_ms > LONG_MS).count();
    let busy = tasks.iter().filter(|task| task.processor_ms > LONG_MS).count();
    println!(
        "{when}: longest task {longest:.0} ms ({over} over {LONG_MS:.0} ms); of processor time {busiest:.0} ms ({busy})"
    );
    if std::env::var_os("DETAILS").is_some() {
        tasks.iter().take(DETAILS).for_each(|task| println!("  {task:?}"));
    }
}

/// What the page took while all of that happened.
async fn tell_memory(phone: &Tab) {
    phone.call("Performance.enable", json!({})).await;
    let metrics = phone.call("Performance.getMetrics", json!({})).await;
    let of = |name: &str| {
        let metrics = metrics["metrics"].as_array().expect("a list");
        metrics.iter().find(|metric| metric["name"] == name).map_or(0.0, |metric| number(&metric["value"]))
    };
    println!("memory of its scripts {:.1} MB, {} elements", of("JSHeapUsedSize") / 1e6, of("Nodes"));
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}
