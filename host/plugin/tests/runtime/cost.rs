//! What a call costs: printed for people, and held against bounds so loose that only a real regression breaks them.

use std::time::{Duration, Instant};

use hezi_plugin::Call;
use serde_json::{Value, json};

use crate::activity::{Activity, member};

const CALLS: u32 = 2_000;

/// The median time of an action.
fn median(action: impl Fn(u32) -> Value, mut prepare: impl FnMut(&mut Activity)) -> Duration {
    let mut activity = Activity::new();
    let mut times: Vec<Duration> = (0..CALLS)
        .map(|number| {
            prepare(&mut activity);
            let call = Call::Act { caller: member("ann"), action: action(number).to_string() };
            let started = Instant::now();
            let report = activity.call(call);
            let time = started.elapsed();
            report.result.expect("an action that succeeds");
            time
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

#[test]
fn a_warm_call_costs_microseconds_and_a_fresh_one_not_much_more() {
    let nothing = |_| json!({"do": "nothing"});
    // JSON in and out, two reads and two writes.
    let vote = |number| json!({"do": "vote", "member": format!("m{number}"), "option": "A"});
    let (empty, warm) = (median(nothing, |_| {}), median(vote, |_| {}));
    let fresh = median(vote, |activity| activity.instance.park());
    println!("warm: nothing {empty:?}, a vote {warm:?}; fresh: a vote {fresh:?}");
    assert!(warm < Duration::from_micros(200), "{warm:?}");
    assert!(fresh < Duration::from_millis(2), "{fresh:?}");
}

#[test]
fn a_report_counts_what_was_used() {
    let mut activity = Activity::new();
    let report = activity.act(json!({"do": "vote", "member": "ann", "option": "A"}));
    let cost = report.cost;
    assert_eq!((cost.host_calls, cost.fresh), (4, false));
    assert_eq!(cost.write_bytes, "ballot:ann".len() + "A".len() + "count:A".len() + "1".len());
    assert!(cost.cpu_ns > 0 && cost.memory_bytes >= 64 << 10);
}
