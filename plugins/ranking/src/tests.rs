//! The whole plugin in a test room: what members do, and what anybody can see of it.

use std::collections::BTreeMap;

use hezi_sdk::testing::Room;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn open(more: Value) -> Room<Ranking> {
    let mut config = json!({ "question": "先做什么", "options": ["甲", "乙", "丙"] });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut room = Room::new();
    room.open(config).unwrap();
    room
}

fn rank(room: &mut Room<Ranking>, member: &Member, order: &[&str]) -> Result<Value> {
    room.act(member, json!({ "order": order }))
}

fn bars(room: &mut Room<Ranking>) -> Vec<(String, u64)> {
    room.view().unwrap().all_bars().map(|bar| (bar.label.clone(), bar.value)).collect()
}

/// Three like 甲 best and the two others 乙, whom nobody likes least.
fn election(more: Value) -> Room<Ranking> {
    let mut room = open(more);
    let orders = [["甲", "乙", "丙"], ["甲", "乙", "丙"], ["甲", "丙", "乙"], ["乙", "丙", "甲"], ["乙", "丙", "甲"]];
    for (n, order) in orders.iter().enumerate() {
        let member = room.join(&format!("m{n}"), &format!("人{n}"));
        assert_eq!(rank(&mut room, &member, order).unwrap(), json!({ "order": order }));
    }
    room
}

#[test]
fn both_methods_are_shown_and_the_chosen_one_decides() {
    let mut room = election(json!({}));
    let shown = bars(&mut room);
    let borda = [
        ("1. 甲（平均名次 1.80）".to_owned(), 6),
        ("1. 乙（平均名次 1.80）".into(), 6),
        ("3. 丙（平均名次 2.40）".into(), 3),
    ];
    let firsts = [("1. 甲".to_owned(), 3), ("2. 乙".into(), 2), ("3. 丙".into(), 0)];
    assert_eq!(shown, [borda.clone(), firsts.clone()].concat());
    let words = room.view().unwrap().to_string();
    assert!(words.contains("名次按博达计分") && words.contains("排在第一得 2 分"), "{words}");
    room.close().unwrap();
    assert!(room.view().unwrap().to_string().contains("并列第一：甲、乙"));
    let event = &room.take_emitted()[0].event["result"];
    assert_eq!((&event["ballots"], &event["method"]), (&json!(5), &json!("borda")));
    let expected = json!({ "option": "乙", "place": 1, "points": 6, "firsts": 2, "average_rank": "1.80" });
    assert_eq!(event["top"][1], expected);

    let mut room = election(json!({ "method": "first_preference" }));
    assert_eq!(bars(&mut room), [firsts, borda].concat());
    room.close().unwrap();
    assert!(room.view().unwrap().to_string().contains("第一名：甲"));
}

#[test]
fn an_order_that_is_no_permutation_is_invalid_and_changes_nothing() {
    let mut room = open(json!({}));
    let wang = room.join("wang", "小王");
    rank(&mut room, &wang, &["丙", "乙", "甲"]).unwrap();
    let before = room.state().clone();
    for order in [&[][..], &["甲"], &["甲", "乙"], &["甲", "乙", "乙"], &["甲", "乙", "丁"], &["甲", "乙", "丙", "甲"]]
    {
        assert!(matches!(rank(&mut room, &wang, order), Err(Error::Invalid(_))), "{order:?}");
    }
    for action in [
        json!({}),
        json!({ "order": "甲" }),
        json!({ "order": [1, 2, 3] }),
        json!({ "order": ["甲", "乙", "丙"], "more": 1 }),
    ] {
        assert!(matches!(room.act(&wang, &action), Err(Error::Invalid(_))), "{action}");
    }
    assert_eq!(room.state(), &before);
}

#[test]
fn an_order_can_be_changed_or_is_final() {
    let mut room = open(json!({}));
    let wang = room.join("wang", "小王");
    rank(&mut room, &wang, &["丙", "乙", "甲"]).unwrap();
    rank(&mut room, &wang, &["甲", "乙", "丙"]).unwrap();
    assert_eq!(bars(&mut room)[0], ("1. 甲（平均名次 1.00）".into(), 2));
    let view = room.view_of(&wang).unwrap();
    assert_eq!(view.find_statistic("参与人数"), Some("1"));
    assert!(view.to_string().contains("你的排序：甲 › 乙 › 丙"), "{view}");
    let form = view.all_forms().next().unwrap();
    assert_eq!((form.submit.as_str(), form.fields[0].preset.as_deref()), ("重新提交", Some(r#"["甲","乙","丙"]"#)));

    let mut room = open(json!({ "revisable": false }));
    rank(&mut room, &wang, &["丙", "乙", "甲"]).unwrap();
    assert!(matches!(rank(&mut room, &wang, &["甲", "乙", "丙"]), Err(Error::Conflict(_))));
    assert_eq!(room.view_of(&wang).unwrap().all_forms().count(), 0);
}

#[test]
fn options_that_are_left_out_share_the_end() {
    let mut room = open(json!({ "min_ranked": 1 }));
    let wang = room.join("wang", "小王");
    rank(&mut room, &wang, &["乙"]).unwrap();
    let expected = [
        ("1. 乙（平均名次 1.00）".to_owned(), 4),
        ("2. 甲（平均名次 2.50）".into(), 1),
        ("2. 丙（平均名次 2.50）".into(), 1),
    ];
    assert_eq!(bars(&mut room)[..3], expected);
    let words = room.view().unwrap().to_string();
    assert!(words.contains("没有排的选项并列最后"), "{words}");
    let view = room.view().unwrap();
    assert_eq!(view.all_forms().next().unwrap().fields[0].help, "3 个选项中至少排 1 个");
    assert_eq!(room.report().unwrap().rows, [["wang", "小王", "", "1", ""]]);
}

/// Everything that somebody can read of a ranking, in one text.
fn everything(room: &mut Room<Ranking>, member: &Member) -> String {
    let seen = format!("{:?}{:?}", room.view().unwrap(), room.view_of(member).unwrap());
    seen + &format!("{:?}{:?}", room.report().unwrap(), room.take_emitted())
}

#[test]
fn hidden_results_stay_hidden_until_the_end() {
    let mut room = open(json!({ "results": "after_close" }));
    let (wang, host) = (room.join("wang", "小王"), room.join_organizer("host", "主持"));
    let mut other = room.clone();
    rank(&mut room, &wang, &["甲", "乙", "丙"]).unwrap();
    rank(&mut other, &wang, &["丙", "乙", "甲"]).unwrap();
    assert_eq!(everything(&mut room, &host), everything(&mut other, &host));
    assert_eq!(room.report().unwrap().rows[0][2..], ["结束后公布", "结束后公布", "结束后公布"]);
    room.close().unwrap();
    assert_eq!(bars(&mut room)[0].1, 2);
    assert_eq!(room.report().unwrap().rows, [["wang", "小王", "1", "2", "3"]]);
}

#[test]
fn the_report_has_a_row_a_person_with_the_name_of_that_moment() {
    let mut room = open(json!({}));
    assert!(Room::<Ranking>::describe().allows_anonymous);
    let (wang, masked) = (room.join("wang", "小王"), room.join("x7", ""));
    rank(&mut room, &wang, &["丙", "甲", "乙"]).unwrap();
    rank(&mut room, &masked, &["甲", "乙", "丙"]).unwrap();
    room.leave("wang");
    let report = room.report().unwrap();
    assert_eq!(report.columns, ["成员", "姓名", "甲", "乙", "丙"]);
    assert_eq!(report.rows, [["wang", "小王", "2", "3", "1"], ["x7", "", "1", "2", "3"]]);
    assert_eq!(report.summary["results"][0]["option"], "甲");
}

#[test]
fn everything_is_said_in_english_too() {
    let mut room = open(json!({ "min_ranked": 2 }));
    room.speak("en");
    let wang = room.join("wang", "Wang");
    assert_eq!(rank(&mut room, &wang, &["甲"]).unwrap_err().text(), "order: Put at least 2 options into an order");
    rank(&mut room, &wang, &["甲", "丙"]).unwrap();
    let words = room.view_of(&wang).unwrap().to_string();
    for line in ["Orders given: 1", "Your order: 甲 › 丙", "Decided by: Borda points", "1. 甲 (average rank 1.00): 4/4"]
    {
        assert!(words.lines().any(|one| one == line), "{line} in {words}");
    }
}

#[test]
fn bad_configurations_are_invalid() {
    for config in [
        json!({ "question": "?" }),
        json!({ "question": "?", "options": ["甲"] }),
        json!({ "question": "?", "options": ["甲", "甲 "] }),
        json!({ "question": "?", "options": ["甲", "乙"], "min_ranked": 3 }),
        json!({ "question": "?", "options": ["甲", "乙"], "min_ranked": 0 }),
        json!({ "question": "?", "options": ["甲", "乙"], "method": "fair" }),
        json!({ "question": "?", "options": ["甲", "乙"], "more": 1 }),
    ] {
        assert!(matches!(Room::<Ranking>::new().open(&config), Err(Error::Invalid(_))), "{config}");
    }
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<Ranking>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    let full = json!({ "question": "?", "options": ["A", "B"], "min_ranked": 1, "method": "borda", "results": "live", "revisable": true });
    assert!(fits(&description.config_schema, full));
    assert!(!fits(&description.config_schema, json!({ "question": "?", "options": ["A"] })));
    assert!(fits(&description.action_schema, json!({ "order": ["B", "A"] })));
    assert!(!fits(&description.action_schema, json!({ "order": [] })));
    assert!(fits(&description.reply_schema, json!({ "order": ["B", "A"] })));
    assert!(fits(&description.event_schema, json!({ "result": { "ballots": 0, "method": "borda", "top": [] } })));
}

#[test]
fn the_largest_ranking_keeps_within_the_limits() {
    for filling in ['a', '序', '🎉', '"', '\u{1}'] {
        let long = |start: String, chars: usize| {
            start.chars().chain(std::iter::repeat(filling)).take(chars).collect::<String>()
        };
        let options: Vec<String> = (0..20).map(|n| long(format!("{n:02}"), 100)).collect();
        let mut room = Room::<Ranking>::new();
        room.open(json!({ "question": long(String::new(), 500), "options": options })).unwrap();
        let people = if filling == 'a' { 10_000 } else { 50 };
        for n in 0..people {
            let member = room.join(&format!("{n:064}"), &long(String::new(), 64));
            let order: Vec<&String> = options.iter().cycle().skip(n % 20).take(20).collect();
            room.act(&member, json!({ "order": order })).unwrap();
            if n < 2 {
                room.view_of(&member).unwrap();
            }
        }
        room.close().unwrap();
        room.view().unwrap();
        assert_eq!(room.report().unwrap().rows.len(), people);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever members do, the sums are those of their last orders, the sum of ranks is fixed by how many there are, and
    /// what is refused changes nothing.
    #[test]
    fn the_sum_of_ranks_is_fixed_by_the_number_of_ballots(
        revisable: bool, min_ranked in 1_u32..=3,
        steps in prop::collection::vec((0_usize..5, prop::collection::vec("[甲乙丙丁]", 0..5)), 0..50),
    ) {
        let mut room = open(json!({ "revisable": revisable, "min_ranked": min_ranked }));
        let members: Vec<Member> = (0..5).map(|n| room.join(&format!("m{n}"), "人")).collect();
        let config: Config = serde_json::from_slice(&room.state()["config"]).unwrap();
        let mut orders: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for (who, names) in steps {
            let before = room.state().clone();
            match room.act(&members[who], json!({ "order": names })) {
                Ok(_) => {
                    let order = config.order(&names, Texts::default()).unwrap();
                    prop_assert!(orders.insert(who, order).is_none() || revisable);
                }
                Err(_) => prop_assert_eq!(room.state(), &before),
            }
            let results = room.report().unwrap().summary["results"].clone();
            let sum = |figure: &str| results.as_array().unwrap().iter().map(|one| one[figure].as_u64().unwrap()).sum::<u64>();
            let ballots = orders.len() as u64;
            prop_assert_eq!(sum("points"), ballots * 3 * config.step_points());
            prop_assert_eq!(sum("firsts"), ballots);
            for result in results.as_array().unwrap() {
                let option = config.options.iter().position(|option| result["option"] == **option).unwrap();
                let points: u64 = orders.values().map(|order| config.points(order)[option]).sum();
                prop_assert_eq!(result["points"].as_u64(), Some(points));
            }
        }
    }
}
