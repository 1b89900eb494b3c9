//! What a plugin call costs, and how much of it is ours: a ballot of the vote plugin through this runtime, beside the same
//! component called with nothing around it and the same rules in native Rust.
//!
//! At the end stand the most expensive calls of the built-in plugins at their largest states, and their share of the limit.
//!
//! Every call is a ballot of another member with the same payload, so all of them do the same work. Figures depend on the
//! machine and are never asserted. Run it with `make bench`.

#![allow(
    missing_docs,
    unsafe_code,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark prints, waits on the machine's own clock, and fails by panicking"
)]

mod bare;
mod largest;

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hezi_plugin::{Call, CallContext, Engine, Instance, Limits, Member, Plugin, Role, Space};
use hezi_sdk::testing::Room;
use hezi_vote::Vote;

use bare::Meter;

const CONFIG: &str = r#"{"question":"午饭吃什么?","options":["面","饭"]}"#;
const ACTION: &str = r#"{"choose":["面"]}"#;

/// Calls that are measured.
const CALLS: usize = 20_000;
/// Calls before that, for caches and branch predictors.
const WARM_UP: usize = 2_000;
/// Calls with a fresh instance each, which take longer.
const FRESH_CALLS: usize = 2_000;

fn main() {
    let component = component("vote");
    let engine = Engine::new(Limits::default()).expect("an engine");
    let plugin = Plugin::load(&engine, &component, None).expect("the vote plugin passes the gate");

    // First what all others are compared with.
    let typed = Times::of("bare typed call in wasmtime, warm", CALLS, bare::ballots(&component, Meter::None));
    let ticks = Times::of("the same with ticks", CALLS, bare::ballots(&component, Meter::Ticks));
    let fuel = Times::of("the same with fuel", CALLS, bare::ballots(&component, Meter::Fuel));
    let warm = Times::of("call through the runtime, warm", CALLS, ballots(&plugin, false));
    let fresh = Times::of("call through the runtime, fresh instance", FRESH_CALLS, ballots(&plugin, true));
    let native = Times::of("the same in native Rust, in the SDK's test room", CALLS, native_ballots());
    let empty = Times::of("bare typed call of an empty function", CALLS, bare::empty_calls());

    println!();
    ratio("warm over bare typed (goal: at most 3)", &warm, &typed);
    ratio("bare typed with ticks over without", &ticks, &typed);
    ratio("bare typed with fuel over without", &fuel, &typed);
    ratio("fresh over warm", &fresh, &warm);
    ratio("warm over native", &warm, &native);
    ratio("bare typed over native", &typed, &native);
    ratio("bare typed over an empty function", &typed, &empty);

    println!();
    largest::print(&engine);
}

/// A plugin as `make plugins` builds it.
fn component(name: &str) -> Vec<u8> {
    let folder =
        std::env::var_os("HEZI_PLUGINS_DIR").expect("HEZI_PLUGINS_DIR names the built plugins; use `make bench`");
    let path = PathBuf::from(folder).join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The n-th member's id: as long as a real one.
fn id(n: usize) -> String {
    format!("01kb0000000000000000{n:06}")
}

/// Ballots through the runtime, with the instance kept or thrown away before each.
fn ballots(plugin: &Plugin, fresh: bool) -> impl FnMut(usize) -> Duration {
    let (mut instance, mut space) = (Instance::new(plugin), Space::new());
    run(&mut instance, &mut space, Call::Open { config: CONFIG });
    move |n| {
        if fresh {
            instance.park();
        }
        let caller = Member { id: id(n), name: "小李".into(), role: Role::Participant };
        run(&mut instance, &mut space, Call::Act { caller, action: ACTION, on_behalf: None })
    }
}

/// One call, timed as a server sees it: from handing over the call to having its report.
fn run(instance: &mut Instance, space: &mut Space, call: Call<'_>) -> Duration {
    let context = CallContext {
        now_ms: 1_795_334_400_000,
        seed: [7; 32],
        members: Arc::default(),
        online: Default::default(),
        language: Default::default(),
    };
    let started = Instant::now();
    let report = instance.call(space, context, call);
    let took = started.elapsed();
    black_box(report.result.expect("the call succeeds"));
    took
}

/// The plugin as native code, by the same door: JSON texts in and out, state in a map, no sandbox. The room also keeps
/// what a test wants to look at, which costs a little.
fn native_ballots() -> impl FnMut(usize) -> Duration {
    let mut room = Room::<Vote>::new();
    let config: hezi_sdk::serde_json::Value = hezi_sdk::serde_json::from_str(CONFIG).expect("JSON");
    room.open(config).expect("the configuration is taken");
    move |n| {
        let caller = room.join(&id(n), "小李");
        let started = Instant::now();
        let reply = room.act_text(&caller, ACTION);
        let took = started.elapsed();
        black_box(reply.expect("the ballot is taken"));
        took
    }
}

/// How long the calls of one kind took, in ascending order.
struct Times(Vec<Duration>);

impl Times {
    fn of(what: &str, calls: usize, mut call: impl FnMut(usize) -> Duration) -> Self {
        let warm_up = WARM_UP.min(calls);
        (0..warm_up).for_each(|n| _ = call(n));
        let mut times: Vec<Duration> = (warm_up..warm_up + calls).map(&mut call).collect();
        times.sort();
        let times = Self(times);
        println!("{what:<52} {} median, {} p99", us(times.at(50)), us(times.at(99)));
        times
    }

    fn at(&self, percent: usize) -> Duration {
        self.0[self.0.len() * percent / 100]
    }
}

fn us(time: Duration) -> String {
    format!("{:.2} µs", time.as_secs_f64() * 1e6)
}

fn ratio(what: &str, of: &Times, over: &Times) {
    println!("{what:<52} {:.2}", of.at(50).as_secs_f64() / over.at(50).as_secs_f64());
}
