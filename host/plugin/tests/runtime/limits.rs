//! Each limit, broken by a real component: the fault has the right name, and the activity goes on.

use hezi_plugin::{Call, CallClock, Fault, GateError, Instance, Limits, Plugin};
use serde_json::json;

use crate::activity::{Activity, HOSTILE, component, engine, fault, limits, with_all_exports};

/// The action breaks a limit; the next call works, on the state as it was.
#[track_caller]
fn breaks(deed: &str, code: &str) {
    let mut activity = Activity::new();
    let before = activity.space.clone();
    assert_eq!(activity.act_fault(deed), code, "{deed}");
    assert_eq!(activity.space, before, "{deed}");
    activity.assert_works();
}

#[test]
fn time() {
    breaks("spin", "out_of_time");
    breaks("sort_for_ever", "out_of_time");
    breaks("write_then_spin", "out_of_time");
}

#[test]
fn time_counts_in_every_export() {
    let call = |export: &str| match export {
        "view" => Call::View { viewer: None, query: None },
        "tick" => Call::Tick { timer: "t" },
        "close" => Call::Close,
        "report" => Call::Report { cursor: None },
        _ => Call::Migrate { from: 0 },
    };
    for export in ["view", "tick", "close", "report", "migrate"] {
        assert_eq!(Activity::planned(json!({ export: "spin" })).fault(call(export)), "out_of_time", "{export}");
    }
    let mut space = hezi_plugin::Space::new();
    let ctx = hezi_plugin::CallContext {
        now_ms: 0,
        seed: [0; 32],
        members: Default::default(),
        online: Default::default(),
        language: Default::default(),
    };
    let config = json!({"do": {"open": "spin"}}).to_string();
    assert_eq!(fault(&Instance::new(&HOSTILE).call(&mut space, ctx, Call::Open { config: &config })), "out_of_time");
    assert!(space.is_empty());
}

#[test]
fn work_is_the_same_each_time_and_ends_a_call_at_the_limit() {
    let spent = |deed: &str| {
        let report = Activity::new().act(json!({ "do": deed }));
        (report.cost.fuel, report.cost.host_fuel, fault(&report))
    };
    let (fuel, host_fuel, end) = spent("spin");
    assert_eq!((fuel >= limits().call_fuel, host_fuel, &*end), (true, 0, "out_of_time"));
    let vote = spent("vote");
    assert!(vote.0 > 1_000 && vote.1 > 100 && vote.2 == "fine", "{vote:?}");
    assert_eq!(spent("vote"), vote);
}

#[test]
fn work_that_the_host_does_for_a_call_is_limited_too() {
    let plugin = Plugin::load(&engine(Limits { host_calls: u32::MAX, ..limits() }), &component("hostile"), None);
    let mut activity = Activity::with(&plugin.unwrap(), &json!({}));
    let report = activity.act(json!({"do": "spin_in_host"}));
    assert_eq!(fault(&report), "out_of_time");
    assert!(report.cost.fuel < limits().call_fuel && report.cost.host_fuel > limits().call_fuel, "{:?}", report.cost);
    activity.assert_works();
}

#[test]
fn the_clocks_end_what_no_limit_of_work_does() {
    let clocks = [(1, u64::MAX, CallClock::Processor), (u64::MAX, 1, CallClock::Wall)];
    for (call_cpu_ms, call_wall_ms, clock) in clocks {
        let endless = Limits { call_fuel: u64::MAX, call_cpu_ms, call_wall_ms, ..Limits::default() };
        let Err(error) = Plugin::load(&engine(endless), &spinning(), None) else { panic!("it spins while it starts") };
        let GateError::StartFailed { fault } = error else { panic!("{error}") };
        assert_eq!(fault, Fault::OutOfTime { limit_ms: 1, clock });
    }
}

/// A component that has all exports by name and spins as soon as it is instantiated.
fn spinning() -> Vec<u8> {
    with_all_exports(
        "(component (core module $m (func $start (loop (br 0))) (start $start)) (core instance (instantiate $m)))",
    )
}

#[test]
fn memory() {
    breaks("grow", "out_of_memory");
    let plugin = Plugin::load(&engine(Limits { memory_bytes: 8 << 20, ..limits() }), &component("hostile"), None);
    let mut activity = Activity::with(&plugin.unwrap(), &json!({}));
    assert_eq!(activity.act_fault("grow_quietly"), "out_of_memory");
    activity.assert_works();
}

#[test]
fn stack() {
    breaks("recurse_lightly", "stack_overflow");
    // A recursion with large frames runs out of the guest's own stack, below which there is nothing.
    breaks("recurse", "trapped");
    let message = Activity::new().act(json!({"do": "recurse"})).result.unwrap_err().to_string();
    assert!(message.contains("recursion"), "{message}");
}

#[test]
fn json_as_deep_as_the_host_lets_through_fits_the_stack() {
    assert_eq!(Activity::new().act_fault("parse_deep"), "fine");
}

#[test]
fn traps() {
    breaks("trap", "trapped");
    breaks("panic_huge", "trapped");
    breaks("divide_by_zero", "trapped");
}

#[test]
fn a_trap_says_where_it_happened() {
    let report = Activity::new().act(json!({"do": "trap"}));
    let message = report.result.unwrap_err().to_string();
    assert!(message.contains("unreachable") && message.contains("hostile::"), "{message}");
    assert!(message.len() < 4_000, "{message}");
}

#[test]
fn host_calls() {
    breaks("host_calls", "host_calls");
    let limits = Limits { host_calls: 100, ..limits() };
    let plugin = Plugin::load(&engine(limits), &component("hostile"), None).unwrap();
    let mut activity = Activity::with(&plugin, &json!({}));
    assert_eq!(activity.act_fault("spin_in_host"), "host_calls");
    activity.assert_works();
}

#[test]
fn a_call_that_does_nothing_but_ask_the_host_ends() {
    assert_eq!(Activity::new().act_fault("spin_in_host"), "host_calls");
}

#[test]
fn the_boundary() {
    breaks("big_reply", "boundary_too_large");
    breaks("big_key_to_host", "boundary_too_large");
    assert_eq!(
        Activity::planned(json!({"view": "huge_text"})).fault(Call::View { viewer: None, query: None }),
        "boundary_too_large"
    );
    let mut activity = Activity::new();
    let report = activity.act(json!({"do": "set", "key": "k", "value": "x".repeat(2 << 20)}));
    assert_eq!(fault(&report), "Invalid: this is too large");
}

#[test]
fn state() {
    breaks("control_key", "key_invalid");
    breaks("empty_key", "key_invalid");
    breaks("long_key", "key_invalid");
    breaks("large_value", "value_too_large");
    breaks("over_quota", "write_budget");
}

#[test]
fn the_quota_of_an_activity() {
    let limits = Limits { state_bytes: 500_000, ..limits() };
    let plugin = Plugin::load(&engine(limits), &component("hostile"), None).unwrap();
    let mut activity = Activity::with(&plugin, &json!({}));
    let fill = |from: u64| json!({"do": "fill", "from": from, "count": 4, "bytes": 60_000});
    assert_eq!(fault(&activity.act(fill(0))), "fine");
    assert_eq!(fault(&activity.act(fill(4))), "fine");
    assert_eq!(fault(&activity.act(fill(8))), "state_quota");
    assert_eq!(activity.space.len(), 8);
    assert_eq!(fault(&activity.act(fill(0))), "fine", "writing over what is there needs no more room");
}

#[test]
fn a_crafted_cursor_leads_nowhere() {
    let mut activity = Activity::new();
    for key in ["a", "p:1", "p:2", "q"] {
        activity.reply(json!({"do": "set", "key": key, "value": ""}));
    }
    let mut scan = |cursor: &str| activity.reply(json!({"do": "crafted_cursor", "prefix": "p:", "cursor": cursor}));
    assert_eq!(scan(""), json!(["p:1", "p:2"]));
    assert_eq!(scan("a"), json!(["p:1", "p:2"]));
    assert_eq!(scan("p:1"), json!(["p:2"]));
    assert_eq!(scan("p:zzz"), json!([]));
    assert_eq!(scan("\u{10ffff}"), json!([]));
}

#[test]
fn events() {
    breaks("emit_many", "too_many_events");
    breaks("emit_large", "event_too_large");
    breaks("emit_bad_json", "event_not_json");
    breaks("emit_deep_json", "event_not_json");
}

#[test]
fn events_to_everyone_in_a_second() {
    let mut activity = Activity::new();
    let emit =
        |activity: &mut Activity, count: u64| fault(&activity.act(json!({"do": "emit_to_everyone", "count": count})));
    assert_eq!(emit(&mut activity, 12), "fine");
    assert_eq!(emit(&mut activity, 9), "too_many_broadcasts");
    assert_eq!(emit(&mut activity, 8), "fine", "a failed call's events do not count");
    activity.now_ms += 999;
    assert_eq!(emit(&mut activity, 1), "too_many_broadcasts");
    activity.now_ms += 1;
    assert_eq!(emit(&mut activity, 20), "fine");
}

#[test]
fn answers() {
    breaks("bad_json_reply", "reply_not_json");
    breaks("deep_json_reply", "reply_not_json");
    breaks("lone_surrogate_reply", "reply_not_json");
    for plan in ["too_many_bars", "infinite_number"] {
        assert_eq!(
            Activity::planned(json!({ "view": plan })).fault(Call::View { viewer: None, query: None }),
            "view_invalid"
        );
    }
    for plan in ["ragged", "bad_summary"] {
        assert_eq!(Activity::planned(json!({ "report": plan })).fault(Call::Report { cursor: None }), "report_invalid");
    }
    let mut space = hezi_plugin::Space::new();
    let ctx = || hezi_plugin::CallContext {
        now_ms: 0,
        seed: [0; 32],
        members: Default::default(),
        online: Default::default(),
        language: Default::default(),
    };
    let mut open = |title: &str| {
        let config = json!({ "title": title }).to_string();
        fault(&Instance::new(&HOSTILE).call(&mut space, ctx(), Call::Open { config: &config }))
    };
    assert_eq!(open(""), "title_invalid");
    assert_eq!(open(&"题".repeat(1_000)), "fine");
    assert_eq!(open(&"题".repeat(1_001)), "title_invalid");
}

#[test]
fn timers() {
    breaks("arm_many", "too_many_timers");
    breaks("long_timer", "timer_invalid");
}

#[test]
fn randomness() {
    breaks("random_flood", "too_much_random");
}

#[test]
fn what_may_only_read() {
    for deed in ["control_key", "emit_many", "random", "arm_many", "disarm", "write_then_trap"] {
        let mut activity = Activity::planned(json!({"view": deed, "report": deed}));
        let before = activity.space.clone();
        assert_eq!(activity.fault(Call::View { viewer: None, query: None }), "read_only", "{deed}");
        assert_eq!(activity.fault(Call::Report { cursor: None }), "read_only", "{deed}");
        assert_eq!(activity.space, before);
    }
}

#[test]
fn log_lines() {
    // The guest writes 30 MB of text for this: how much work that is is not what is tested here.
    let patient = engine(Limits { call_fuel: u64::MAX, ..limits() });
    let plugin = Plugin::load(&patient, &component("hostile"), None).expect("the hostile plugin passes the gate");
    let report = Activity::with(&plugin, &json!({})).act(json!({"do": "log_flood"}));
    assert_eq!(fault(&report), "fine");
    assert_eq!((report.logs.len(), report.logs_dropped), (32, 9_968));
    assert!(report.logs.iter().all(|line| line.message.len() <= 1_024));
}

#[test]
fn the_text_of_a_refusal() {
    let text = fault(&Activity::new().act(json!({"do": "refuse_at_length"})));
    assert_eq!(text.chars().count(), "Invalid: ".len() + 1_000);
}
