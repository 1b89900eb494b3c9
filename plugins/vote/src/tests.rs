//! The whole plugin in a test room: what members do, and what anybody can see of it.

mod extremes;

use hezi_sdk::{Error, testing::Room};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use rules::Results;

fn open(config: Value) -> Room<Vote> {
    let mut room = Room::new();
    room.open(config).unwrap();
    room
}

fn lunch(more: Value) -> Room<Vote> {
    let mut config = json!({ "question": "午饭吃什么", "options": ["面", "饭", "粥"] });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    open(config)
}

fn bars(room: &mut Room<Vote>) -> Vec<u64> {
    room.view().unwrap().all_bars().map(|bar| bar.value).collect()
}

#[test]
fn members_vote_and_the_bars_move() {
    let mut room = lunch(json!({}));
    let (wang, li) = (room.join("wang", "小王"), room.join("li", "小李"));
    assert_eq!(room.act(&wang, json!({ "choose": ["饭"] })).unwrap(), json!({ "chosen": ["饭"] }));
    room.act(&li, json!({ "choose": ["饭"] })).unwrap();
    assert_eq!(bars(&mut room), [0, 2, 0]);
    assert_eq!(room.view().unwrap().find_statistic("投票人数"), Some("2"));
    assert!(room.view_of(&wang).unwrap().to_string().contains("你的选择：饭"));
    assert_eq!(room.view_of(&wang).unwrap().all_forms().count(), 0);
    assert_eq!(room.view().unwrap().all_forms().count(), 1);
}

#[test]
fn a_second_ballot_is_a_conflict() {
    let mut room = lunch(json!({}));
    let wang = room.join("wang", "小王");
    room.act(&wang, json!({ "choose": ["饭"] })).unwrap();
    for again in ["饭", "面"] {
        assert!(matches!(room.act(&wang, json!({ "choose": [again] })), Err(Error::Conflict(_))));
    }
    assert!(matches!(room.act(&wang, json!({ "choose": ["酒"] })), Err(Error::Invalid(_))));
    assert_eq!(bars(&mut room), [0, 1, 0]);
}

#[test]
fn a_revision_replaces_the_ballot() {
    let mut room = lunch(json!({ "revisable": true, "max_choices": 2 }));
    let wang = room.join("wang", "小王");
    room.act(&wang, json!({ "choose": ["饭", "面"] })).unwrap();
    room.act(&wang, json!({ "choose": ["粥", "面"] })).unwrap();
    assert_eq!(bars(&mut room), [1, 0, 1]);
    assert_eq!(room.view().unwrap().find_statistic("投票人数"), Some("1"));
}

#[test]
fn refused_ballots_are_invalid() {
    let mut room = lunch(json!({ "max_choices": 2 }));
    let wang = room.join("wang", "小王");
    let bad = [
        json!({ "choose": [] }),
        json!({ "choose": ["面", "面"] }),
        json!({ "choose": ["面", "饭", "粥"] }),
        json!({ "choose": "面" }),
        json!({}),
        json!({ "choose": ["面"], "more": 1 }),
        json!([]),
        json!(null),
    ];
    for action in bad {
        assert!(matches!(room.act(&wang, &action), Err(Error::Invalid(_))), "{action}");
    }
    assert_eq!(bars(&mut room), [0, 0, 0]);
}

/// Everything that anybody can read of a vote, in one text.
fn everything(room: &mut Room<Vote>, members: &[Member]) -> String {
    let mut text = format!("{:?}", room.view().unwrap());
    members.iter().for_each(|member| text += &format!("{:?}", room.view_of(member).unwrap()));
    text + &format!("{:?}{:?}", room.report().unwrap(), room.take_emitted())
}

#[test]
fn hidden_results_stay_hidden_until_the_end() {
    for anonymous in [false, true] {
        let mut room = lunch(json!({ "results": "after_close", "anonymous": anonymous }));
        let members: Vec<Member> = (0..7).map(|n| room.join(&format!("m{n}"), &format!("人{n}"))).collect();
        let watcher = room.join_organizer("o", "主持");
        // Two rooms that differ in their ballots only look the same to everybody who did not vote.
        let mut other = room.clone();
        for (index, member) in members.iter().enumerate() {
            room.act(member, json!({ "choose": [if index < 5 { "面" } else { "饭" }] })).unwrap();
            other.act(member, json!({ "choose": ["粥"] })).unwrap();
        }
        let watchers = [watcher];
        assert_eq!(everything(&mut room, &watchers), everything(&mut other, &watchers));
        room.close().unwrap();
        assert_eq!(bars(&mut room), [5, 2, 0]);
        let expected = json!({ "result": { "voters": 7, "top": [
            { "option": "面", "votes": 5 }, { "option": "饭", "votes": 2 },
        ] } });
        assert_eq!(room.take_emitted()[0].event, expected);
        assert_eq!(room.report().unwrap().summary["options"][0], json!({ "option": "面", "votes": 5 }));
    }
}

#[test]
fn an_anonymous_vote_never_tells_who_chose_what() {
    let mut room = lunch(json!({ "anonymous": true }));
    let members: Vec<Member> = ["wang", "li", "zhao"].into_iter().map(|id| room.join(id, id)).collect();
    let mut other = room.clone();
    for (member, (here, there)) in members.iter().zip([("面", "饭"), ("饭", "粥"), ("粥", "面")]) {
        room.act(member, json!({ "choose": [here] })).unwrap();
        other.act(member, json!({ "choose": [there] })).unwrap();
    }
    assert_eq!(everything(&mut room, &[]), everything(&mut other, &[]));
    room.close().unwrap();
    other.close().unwrap();
    assert_eq!(everything(&mut room, &[]), everything(&mut other, &[]));
}

#[test]
fn the_report_names_voters_unless_the_vote_is_anonymous() {
    let mut room = lunch(json!({}));
    let wang = room.join("wang", "小王");
    room.act(&wang, json!({ "choose": ["面"] })).unwrap();
    room.leave("wang");
    let report = room.report().unwrap();
    assert_eq!(report.rows, [["wang", "小王", "面"]], "who has left keeps the name");
    assert_eq!(report.summary["voters"], 1);
    let mut room = lunch(json!({ "anonymous": true }));
    room.act(&wang, json!({ "choose": ["面"] })).unwrap();
    assert_eq!(room.report().unwrap().rows, [["面", "1"], ["饭", "0"], ["粥", "0"]]);
}

#[test]
fn a_vote_of_the_version_before_goes_on() {
    // Written by the version that did not note names.
    let config = r#"{"question":"午饭","options":["面","饭"],"max_choices":1,"results":"live","anonymous":false,"revisable":true}"#;
    let state = [("config", config), ("voters", "1"), ("votes/00000000", "1"), ("ballot/wang", "[0]")];
    let mut room = Room::<Vote>::take_over(1, state).unwrap();
    let (wang, li) = (room.join("wang", "小王"), room.join("li", "小李"));
    assert_eq!(room.report().unwrap().rows, [["wang", "小王", "面"]], "the name is looked up while they are there");
    room.act(&li, json!({ "choose": ["面"] })).unwrap();
    room.act(&wang, json!({ "choose": ["饭"] })).unwrap();
    room.leave("wang");
    assert_eq!(bars(&mut room), [1, 1]);
    assert_eq!(room.report().unwrap().rows, [["li", "小李", "面"], ["wang", "小王", "饭"]]);
}

#[test]
fn without_names_nothing_is_noted() {
    let mut room = Room::<Vote>::new().anonymous();
    room.open(json!({ "question": "午饭吃什么", "options": ["面", "饭"], "revisable": true })).unwrap();
    let masked = room.join("wang", "小王");
    assert!(masked.id != "wang" && masked.name.is_empty(), "{masked:?}");
    let again = room.join("wang", "小王");
    room.act(&again, json!({ "choose": ["饭"] })).unwrap();
    room.act(&masked, json!({ "choose": ["面"] })).unwrap();
    assert_eq!(room.report().unwrap().rows, [[masked.id.as_str(), "", "面"]]);
    assert!(room.state().keys().all(|key| !key.starts_with("name/")));
}

#[test]
fn everything_is_said_in_english_too() {
    let mut room = lunch(json!({ "revisable": true, "anonymous": true, "results": "after_close" }));
    room.speak("en");
    let wang = room.join("wang", "Wang");
    let refused = room.act(&wang, json!({ "choose": ["beer"] })).unwrap_err();
    assert_eq!(refused.text(), "choose: There is no option “beer”");
    room.act(&wang, json!({ "choose": ["饭"] })).unwrap();
    let words = room.view_of(&wang).unwrap().to_string();
    let expected = "午饭吃什么\nOne choice · Nobody sees who chose what · You can change your ballot\nVoters: 1\n\
                    Results are shown when the vote has ended\nYou chose: 饭\n[Change my vote]\n";
    assert_eq!(words, expected);
    assert_eq!(room.report().unwrap().rows[0], ["面", "after the end"]);
}

#[test]
fn a_ballot_that_can_be_changed_stands_in_the_form() {
    let mut room = lunch(json!({ "revisable": true, "max_choices": 2 }));
    let wang = room.join("wang", "小王");
    room.act(&wang, json!({ "choose": ["粥", "面"] })).unwrap();
    let view = room.view_of(&wang).unwrap();
    let preset = view.all_forms().next().unwrap().fields[0].preset.clone();
    assert_eq!(preset.as_deref(), Some(r#"["面","粥"]"#));
}

#[test]
fn defaults_and_bad_configurations() {
    let mut room = lunch(json!({}));
    let config: Config = serde_json::from_slice(&room.state()["config"]).unwrap();
    assert_eq!(
        (config.max_choices, config.results, config.anonymous, config.revisable),
        (1, Results::Live, false, false)
    );
    assert_eq!(room.take_emitted(), []);
    let bad = [
        json!({ "question": "?" }),
        json!({ "question": "?", "options": ["面", "面"] }),
        json!({ "question": "?", "options": ["面", "饭"], "results": "never" }),
        json!({ "question": "?", "options": ["面", "饭"], "max_choices": 3 }),
        json!({ "question": "?", "options": ["面", "饭"], "more": 1 }),
    ];
    for config in bad {
        assert!(matches!(Room::<Vote>::new().open(&config), Err(Error::Invalid(_))), "{config}");
    }
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<Vote>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    let full = json!({ "question": "?", "options": ["A", "B"], "max_choices": 1, "results": "live",
        "anonymous": false, "revisable": false });
    assert!(fits(&description.config_schema, full));
    assert!(!fits(&description.config_schema, json!({ "question": "?", "options": ["A"] })));
    assert!(!fits(&description.config_schema, json!({ "question": "?", "options": ["A", "B"], "more": 1 })));
    assert!(fits(&description.action_schema, json!({ "choose": ["A"] })));
    assert!(!fits(&description.action_schema, json!({ "choose": [] })));
    assert!(fits(&description.reply_schema, json!({ "chosen": ["A"] })));
    assert!(fits(&description.event_schema, json!({ "result": { "voters": 0, "top": [] } })));
}

#[test]
fn ten_thousand_ballots_are_counted_by_counters() {
    let mut room = lunch(json!({}));
    for n in 0..10_000 {
        let member = room.join(&format!("m{n:05}"), "人");
        room.act(&member, json!({ "choose": ["面"] })).unwrap();
    }
    assert_eq!(bars(&mut room), [10_000, 0, 0]);
    let report = room.report().unwrap();
    assert_eq!((report.rows.len(), report.pages), (10_000, 10));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever members do, the counts are those of their last ballots, each member has one, and refusals change nothing.
    #[test]
    fn counts_are_the_sum_of_ballots(
        revisable: bool,
        max_choices in 1_u32..=3,
        steps in prop::collection::vec((0_usize..6, prop::collection::vec("[面饭粥酒]", 0..4)), 0..60),
    ) {
        let mut room = lunch(json!({ "revisable": revisable, "max_choices": max_choices }));
        let members: Vec<Member> = (0..6).map(|n| room.join(&format!("m{n}"), "人")).collect();
        let mut ballots = std::collections::BTreeMap::new();
        for (who, choose) in steps {
            let before = room.state().clone();
            match room.act(&members[who], json!({ "choose": choose })) {
                Ok(_) => {
                    prop_assert!(ballots.insert(who, choose).is_none() || revisable);
                }
                Err(_) => prop_assert_eq!(room.state(), &before),
            }
            let expected = ["面", "饭", "粥"].map(|option| {
                ballots.values().flatten().filter(|chosen| *chosen == option).count() as u64
            });
            prop_assert_eq!(bars(&mut room), expected);
            let voters = room.view().unwrap().find_statistic("投票人数").unwrap().to_owned();
            prop_assert_eq!(voters, ballots.len().to_string());
        }
    }
}
