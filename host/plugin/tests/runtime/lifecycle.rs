//! When a component is kept and when it is thrown away.

use std::thread;

use hezi_plugin::{Call, Instance, Limits, Plugin};
use serde_json::json;

use crate::activity::{Activity, component, engine, fault, limits};

fn remembered(activity: &mut Activity) -> u64 {
    activity.reply(json!({"do": "remember"})).as_u64().expect("a number")
}

#[test]
fn a_component_is_kept_between_calls_and_after_a_refusal() {
    let mut activity = Activity::new();
    assert_eq!(remembered(&mut activity), 1);
    assert_eq!(fault(&activity.act(json!({"do": "refuse", "text": "no"}))), "Denied: no");
    assert_eq!(remembered(&mut activity), 2);
}

#[test]
fn a_component_that_faulted_is_never_entered_again() {
    for deed in ["trap", "spin", "grow", "bad_json_reply", "control_key", "recurse_lightly"] {
        let mut activity = Activity::new();
        remembered(&mut activity);
        assert_ne!(activity.act_fault(deed), "fine");
        assert!(!activity.instance.is_warm());
        let report = activity.act(json!({"do": "set", "key": "k", "value": "v"}));
        assert!(report.cost.fresh, "{deed}");
        assert_eq!(remembered(&mut activity), 1, "{deed}");
    }
}

#[test]
fn a_component_does_not_live_for_ever() {
    let limits = Limits { calls_per_instance: 5, ..limits() };
    let plugin = Plugin::load(&engine(limits), &component("hostile"), None).unwrap();
    let mut activity = Activity::with(&plugin, &json!({}));
    let remembered: Vec<_> = (0..10).map(|_| remembered(&mut activity)).collect();
    assert_eq!(remembered, [1, 2, 3, 4, 1, 2, 3, 4, 5, 1], "`open` was the first call");
}

#[test]
fn a_component_that_has_grown_large_gives_its_memory_back() {
    let mut activity = Activity::new();
    let report = activity.act(json!({"do": "grow_quietly"}));
    assert_eq!(fault(&report), "fine");
    assert!(report.cost.memory_bytes > 20 << 20);
    assert!(!activity.instance.is_warm());
    activity.assert_works();
}

#[test]
fn a_parked_activity_goes_on_where_it_was() {
    let mut activity = Activity::new();
    activity.reply(json!({"do": "increment", "key": "n"}));
    activity.instance.park();
    assert_eq!(activity.reply(json!({"do": "increment", "key": "n"})), json!(2));
}

#[test]
fn an_activity_moves_between_threads() {
    let mut activity = Activity::new();
    for count in 1..=3 {
        activity = thread::spawn(move || {
            assert_eq!(activity.reply(json!({"do": "increment", "key": "n"})), json!(count));
            activity
        })
        .join()
        .unwrap();
    }
}

#[test]
fn activities_of_one_plugin_see_nothing_of_each_other() {
    let activities = (0..4).map(|number: u64| {
        thread::spawn(move || {
            let mut activity = Activity::new();
            for count in 1..=50 {
                assert_eq!(activity.reply(json!({"do": "increment", "key": "n"})), json!(count));
                if number.is_multiple_of(2) && count % 10 == 0 {
                    assert_eq!(activity.act_fault("trap"), "trapped");
                }
            }
        })
    });
    activities.collect::<Vec<_>>().into_iter().for_each(|activity| activity.join().unwrap());
}

#[test]
fn an_engine_without_room_says_that_it_is_not_the_plugins_fault() {
    let engine = hezi_plugin::Engine::new(Limits { instances: 1, ..limits() }).unwrap();
    if !engine.is_pooled() {
        return; // Without a pool there is no number of instances to run out of.
    }
    let plugin = Plugin::load(&engine, &component("hostile"), None).unwrap();
    let mut first = Activity::with(&plugin, &json!({}));
    let ctx = hezi_plugin::CallContext {
        now_ms: 0,
        seed: [0; 32],
        members: Default::default(),
        online: Default::default(),
        language: Default::default(),
    };
    let open = Call::Open { config: "{}" };
    let report = Instance::new(&plugin).call(&mut hezi_plugin::Space::new(), ctx, open);
    let Err(hezi_plugin::Failure::Fault(fault)) = report.result else { panic!("there is no room") };
    assert_eq!(fault.code(), "no_instance", "{fault}");
    assert!(!fault.is_plugins_fault());
    first.instance.park();
    first.assert_works();
}

#[test]
fn a_pool_that_does_not_fit_into_the_address_space_is_done_without() {
    let engine = hezi_plugin::Engine::new(Limits { instances: 100_000, ..limits() }).unwrap();
    assert!(!engine.is_pooled());
    let plugin = Plugin::load(&engine, &component("hostile"), None).unwrap();
    let mut activity = Activity::with(&plugin, &json!({}));
    assert_eq!(activity.act_fault("grow"), "out_of_memory");
    assert_eq!(activity.act_fault("spin"), "out_of_time");
    activity.assert_works();
}
