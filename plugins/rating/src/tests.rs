//! The whole plugin in a test room: what members do, and what anybody can see of it.

mod extremes;

use std::collections::BTreeMap;

use hezi_sdk::{Error, Input, testing::Room};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn open(config: Value) -> Room<Rating> {
    let mut room = Room::new();
    room.open(config).unwrap();
    room
}

fn figure(room: &mut Room<Rating>, label: &str) -> String {
    room.view().unwrap().find_statistic(label).unwrap().to_owned()
}

#[test]
fn members_rate_and_the_average_moves() {
    let mut room = open(json!({ "subject": "演讲" }));
    assert_eq!(figure(&mut room, "平均分"), "暂无");
    for (id, score) in [("wang", 4), ("li", 5), ("zhao", 4)] {
        let member = room.join(id, id);
        assert_eq!(room.act(&member, json!({ "score": score })).unwrap(), json!({ "score": score }));
    }
    assert_eq!(figure(&mut room, "平均分"), "4.33");
    assert_eq!(figure(&mut room, "评分人数"), "3");
    let bars: Vec<u64> = room.view().unwrap().all_bars().map(|bar| bar.value).collect();
    assert_eq!(bars, [0, 0, 0, 2, 1]);
}

#[test]
fn the_reply_is_the_text_of_an_integer() {
    let mut room = open(json!({ "subject": "演讲", "step": 0.5 }));
    let wang = room.join("wang", "小王");
    assert_eq!(room.act_text(&wang, r#"{"score":4}"#).unwrap(), r#"{"score":4}"#);
    assert_eq!(room.act_text(&wang, r#"{"score":4.5}"#).unwrap(), r#"{"score":4.5}"#);
    assert_eq!(room.act_text(&wang, r#"{"score":4.0}"#).unwrap(), r#"{"score":4}"#);
}

#[test]
fn a_revision_replaces_or_is_a_conflict() {
    let mut room = open(json!({ "subject": "演讲" }));
    let wang = room.join("wang", "小王");
    room.act(&wang, json!({ "score": 1 })).unwrap();
    room.act(&wang, json!({ "score": 5 })).unwrap();
    assert_eq!((figure(&mut room, "平均分"), figure(&mut room, "评分人数")), ("5.00".into(), "1".into()));
    assert!(room.view_of(&wang).unwrap().to_string().contains("你的评分：5"));

    let mut room = open(json!({ "subject": "演讲", "revisable": false }));
    room.act(&wang, json!({ "score": 1 })).unwrap();
    assert!(matches!(room.act(&wang, json!({ "score": 5 })), Err(Error::Conflict(_))));
    assert_eq!(figure(&mut room, "平均分"), "1.00");
    assert_eq!(room.view_of(&wang).unwrap().all_forms().count(), 0);
}

#[test]
fn scores_off_the_scale_are_invalid() {
    let mut room = open(json!({ "subject": "演讲", "min": 0, "max": 2, "step": 0.5 }));
    let wang = room.join("wang", "小王");
    for score in [json!(-0.5), json!(2.5), json!(0.25), json!(1.001), json!("1"), json!(null), json!(1e300)] {
        assert!(matches!(room.act(&wang, json!({ "score": score })), Err(Error::Invalid(_))), "{score}");
    }
    assert!(matches!(room.act(&wang, json!({ "score": 1, "more": 1 })), Err(Error::Invalid(_))));
    assert_eq!(figure(&mut room, "评分人数"), "0");
}

#[test]
fn short_scales_are_stars_and_long_ones_numbers() {
    let input = |config| open(config).view().unwrap().all_forms().next().unwrap().fields[0].input.clone();
    assert!(matches!(input(json!({ "subject": "演讲" })), Input::Rating(field) if field.max == 5.0));
    assert!(
        matches!(input(json!({ "subject": "演讲", "max": 100, "step": 0.5 })), Input::Number(field) if field.step == 0.5)
    );
}

#[test]
fn closing_tells_the_result_and_takes_the_form() {
    let mut room = open(json!({ "subject": "演讲" }));
    let wang = room.join("wang", "小王");
    room.act(&wang, json!({ "score": 4 })).unwrap();
    assert_eq!(room.take_emitted(), []);
    room.close().unwrap();
    assert_eq!(room.take_emitted()[0].event, json!({ "result": { "count": 1, "average": "4.00" } }));
    assert_eq!(room.view().unwrap().all_forms().count(), 0);
    let report = room.report().unwrap();
    assert_eq!(report.rows, [["wang", "小王", "4"]]);
    assert_eq!(report.summary["distribution"], json!([{ "score": 4, "count": 1 }]));
    assert_eq!((&report.summary["sum"], &report.summary["average"]), (&json!("4.00"), &json!("4.00")));
}

#[test]
fn a_rating_of_the_version_before_goes_on() {
    // Written by the version that did not note names.
    let config = r#"{"subject":"演讲","min":1,"max":5,"step":1,"revisable":true}"#;
    let total = r#"{"count":1,"sum_hundredths":400}"#;
    let state = [("config", config), ("total", total), ("level/00000003", "1"), ("score/wang", "4")];
    let mut room = Room::<Rating>::take_over(1, state).unwrap();
    let (wang, li) = (room.join("wang", "小王"), room.join("li", "小李"));
    room.act(&li, json!({ "score": 2 })).unwrap();
    room.leave("li");
    assert_eq!(room.report().unwrap().rows, [["li", "小李", "2"], ["wang", "小王", "4"]]);
    room.act(&wang, json!({ "score": 5 })).unwrap();
    room.leave("wang");
    assert_eq!(room.report().unwrap().rows, [["li", "小李", "2"], ["wang", "小王", "5"]]);
    assert_eq!(figure(&mut room, "平均分"), "3.50");
}

#[test]
fn without_names_nothing_is_noted() {
    let mut room = open(json!({ "subject": "演讲" }));
    assert!(Room::<Rating>::describe().allows_anonymous);
    let masked = room.join("x7", "");
    room.act(&masked, json!({ "score": 2 })).unwrap();
    assert_eq!(room.report().unwrap().rows, [["x7", "", "2"]]);
    assert!(room.state().keys().all(|key| !key.starts_with("name/")));
}

#[test]
fn everything_is_said_in_english_too() {
    let mut room = open(json!({ "subject": "Talk" }));
    room.speak("en");
    let wang = room.join("wang", "Wang");
    assert_eq!(room.act(&wang, json!({ "score": 9 })).unwrap_err().text(), "score: The score must be from 1 to 5");
    room.act(&wang, json!({ "score": 4 })).unwrap();
    let words = room.view_of(&wang).unwrap().to_string();
    assert!(words.starts_with("Talk\nAverage: 4.00\nScores given: 1\nSpread\n1: 0/1\n"), "{words}");
    assert!(words.ends_with("Your score: 4\n[Change my score]\n"), "{words}");
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<Rating>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    let full = json!({ "subject": "演讲", "min": 1, "max": 5, "step": 0.5, "revisable": true });
    assert!(fits(&description.config_schema, full));
    assert!(fits(&description.config_schema, json!({ "subject": "演讲" })));
    assert!(!fits(&description.config_schema, json!({ "subject": "演讲", "more": 1 })));
    assert!(fits(&description.action_schema, json!({ "score": 4.5 })));
    assert!(!fits(&description.action_schema, json!({ "score": "4" })));
    assert!(fits(&description.reply_schema, json!({ "score": 4 })));
    assert!(fits(&description.event_schema, json!({ "result": { "count": 0 } })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever members do, sum, number and spread are those of their last scores, and refusals change nothing.
    #[test]
    fn sum_and_number_match_the_scores(revisable: bool, steps in prop::collection::vec((0_usize..6, -1_i64..12), 0..60)) {
        let mut room = open(json!({ "subject": "?", "min": 0.5, "max": 5, "step": 0.5, "revisable": revisable }));
        let members: Vec<Member> = (0..6).map(|n| room.join(&format!("m{n}"), "人")).collect();
        let mut scores: BTreeMap<usize, i64> = BTreeMap::new();
        for (who, halves) in steps {
            let before = room.state().clone();
            match room.act(&members[who], json!({ "score": halves as f64 / 2.0 })) {
                Ok(_) => {
                    prop_assert!((1..=10).contains(&halves));
                    prop_assert!(scores.insert(who, halves).is_none() || revisable);
                }
                Err(_) => prop_assert_eq!(room.state(), &before),
            }
            let total: Total = serde_json::from_slice(&room.state()["total"]).unwrap();
            let expected = Total { count: scores.len() as u64, sum_hundredths: scores.values().sum::<i64>() * 50 };
            prop_assert_eq!(total, expected);
            let spread = (1..=10).map(|level| scores.values().filter(|score| **score == level).count() as u64);
            let bars: Vec<u64> = room.view().unwrap().all_bars().map(|bar| bar.value).collect();
            prop_assert_eq!(bars, spread.collect::<Vec<_>>());
        }
    }
}
