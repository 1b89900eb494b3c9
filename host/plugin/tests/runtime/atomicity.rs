//! A call that did not succeed is as if it never happened; one that succeeded is told in full.

use hezi_plugin::{Answer, Audience, Call, Emit, JsonText, TimerChange};
use serde_json::json;

use crate::activity::{Activity, fault, member};

#[test]
fn a_failed_call_leaves_nothing_but_its_log() {
    let mut activity = Activity::new();
    activity.reply(json!({"do": "set", "key": "kept", "value": "old"}));
    activity.reply(json!({"do": "arm", "name": "kept", "at_ms": 5}));
    let before = activity.space.clone();
    for deed in ["write_then_trap", "write_then_refuse", "write_then_spin"] {
        let report = activity.act(json!({ "do": deed }));
        assert_ne!(fault(&report), "fine");
        assert_eq!(activity.space, before, "{deed}");
        assert_eq!(report.logs.last().map(|line| &*line.message), Some("left traces"), "{deed}");
        let seen = activity.reply(json!({"do": "scan", "prefix": ""}));
        assert_eq!(seen, json!(["kept"]), "a later call sees nothing of it either");
    }
}

#[test]
fn a_successful_call_tells_all_that_it_changed() {
    let mut activity = Activity::new();
    activity.reply(json!({"do": "set", "key": "b", "value": "1"}));
    let action = json!({"do": "delete", "key": "b"}).to_string();
    let outcome = activity.outcome(Call::Act { caller: member("bob"), action: &action, on_behalf: None });
    assert_eq!(outcome.answer, Answer::Reply(JsonText::parse(r#"{"caller":"bob"}"#.into()).expect("JSON")));
    assert_eq!(outcome.effects.writes.into_iter().collect::<Vec<_>>(), [("b".into(), None)]);

    let action = json!({"do": "emit_to_member", "id": "eve"}).to_string();
    let outcome = activity.outcome(Call::Act { caller: member("bob"), action: &action, on_behalf: None });
    let event = JsonText::parse(r#"{"hello":true}"#.into()).expect("JSON");
    let emit = Emit { audience: Audience::Member("eve".into()), event };
    assert_eq!(outcome.effects.emits, [emit]);
    assert!(outcome.effects.writes.is_empty());
}

#[test]
fn effects_applied_to_a_copy_give_the_same_space() {
    let mut activity = Activity::new();
    activity.reply(json!({"do": "set", "key": "a", "value": "1"}));
    let mut copy = activity.space.clone();
    let action = json!({"do": "fill", "from": 3, "count": 5, "bytes": 10}).to_string();
    let outcome = activity.outcome(Call::Act { caller: member("ann"), action: &action, on_behalf: None });
    copy.apply(&outcome.effects.writes);
    assert_eq!(copy, activity.space);
}

#[test]
fn a_tick_disarms_its_timer_and_may_set_it_again() {
    let mut activity = Activity::new();
    activity.reply(json!({"do": "arm", "name": "end", "at_ms": 9}));
    assert_eq!(activity.space.next_timer(), Some(("end", 9)));
    let outcome = activity.outcome(Call::Tick { timer: "end" });
    assert_eq!(outcome.effects.timers, [TimerChange::Cancel { name: "end".into() }]);
    assert_eq!(activity.space.timer_count(), 0);
    assert_eq!(activity.space.get("ticked").map(|value| &value[..]), Some(&b"end"[..]));
}

#[test]
fn a_failed_tick_leaves_its_timer_to_the_caller() {
    let mut activity = Activity::planned(json!({"tick": "trap"}));
    activity.reply(json!({"do": "arm", "name": "end", "at_ms": 9}));
    assert_eq!(activity.fault(Call::Tick { timer: "end" }), "trapped");
    assert_eq!(activity.space.timer("end"), Some(9));
}

#[test]
fn views_and_reports_change_nothing_and_cost_no_effects() {
    let mut activity = Activity::new();
    activity.reply(json!({"do": "set", "key": "a", "value": "1"}));
    let outcome = activity.outcome(Call::View { viewer: Some(member("bob")), query: None });
    assert!(outcome.effects.is_empty());
    let Answer::View(view) = outcome.answer else { panic!("a view") };
    let expected = json!({"blocks": [{"type": "statistic", "label": "bob", "value": "1", "plain": "bob: 1"}]});
    assert_eq!(serde_json::to_value(view).unwrap(), expected);

    let Answer::Report(first) = activity.outcome(Call::Report { cursor: None }).answer else { panic!("a report") };
    let Answer::Report(last) = activity.outcome(Call::Report { cursor: first.next.as_deref() }).answer else {
        panic!("a report")
    };
    assert_eq!((last.next, last.rows), (None, vec![vec!["1".to_owned(), "2".to_owned()]]));
}
