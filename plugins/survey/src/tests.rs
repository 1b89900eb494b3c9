//! The whole plugin in a test room: what members answer, and what anybody can see of it.

mod extremes;

use std::collections::BTreeMap;

use hezi_sdk::testing::Room;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn feedback(more: Value) -> Value {
    let mut config = json!({ "title": "反馈", "questions": [
        { "text": "讲得怎么样", "kind": "rating", "required": true },
        { "text": "喜欢哪些", "kind": "multiple", "options": ["演示", "问答", "茶歇"], "max": 2 },
        { "text": "还会来吗", "kind": "yes_no", "required": true },
        { "text": "想说的话", "kind": "text" },
        { "text": "时间", "kind": "matrix", "rows": ["上午", "下午"], "options": ["太短", "正好", "太长"] },
    ] });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    config
}

fn open(config: Value) -> Room<Survey> {
    let mut room = Room::new();
    room.open(config).unwrap();
    room
}

fn fill_in(room: &mut Room<Survey>, member: &Member, answer: Value) -> Result<Value> {
    room.act(member, json!({ "answer": answer }))
}

fn bars(room: &mut Room<Survey>, viewer: &Member) -> Vec<(String, u64)> {
    room.view_of(viewer).unwrap().all_bars().map(|bar| (bar.label.clone(), bar.value)).collect()
}

#[test]
fn a_complete_form_is_submitted_and_counts() {
    let mut room = open(feedback(json!({ "results": "live" })));
    let (wang, li) = (room.join("wang", "小王"), room.join("li", "小李"));
    let reply =
        fill_in(&mut room, &wang, json!({ "q1": 4, "q2": ["茶歇", "演示"], "q3": "yes", "q4": "很好" })).unwrap();
    assert_eq!(reply, json!({ "submitted": true, "missing": [] }));
    fill_in(&mut room, &li, json!({ "q1": 5, "q3": false, "q5": { "上午": "正好" } })).unwrap();
    let view = room.view().unwrap();
    assert_eq!(view.find_statistic("已提交"), Some("2"));
    assert_eq!(view.find_statistic("4. 想说的话"), Some("1 人回答"));
    let words = view.to_string();
    assert!(words.contains("1. 讲得怎么样 · 平均 4.50\n1: 0/2\n2: 0/2\n3: 0/2\n4: 1/2\n5: 1/2\n"), "{words}");
    assert!(words.contains("2. 喜欢哪些\n演示: 1/1\n问答: 0/1\n茶歇: 1/1\n"), "{words}");
    assert!(words.contains("3. 还会来吗\n是: 1/2\n否: 1/2\n"), "{words}");
    assert!(words.contains("上午 · 正好: 1/1\n") && words.contains("下午 · 太长: 0/1\n"), "{words}");
    assert!(room.view_of(&wang).unwrap().to_string().contains("已提交，结束前可以修改"));
}

#[test]
fn an_open_form_is_a_draft_and_counts_for_nothing() {
    let mut room = open(feedback(json!({ "results": "live" })));
    let wang = room.join("wang", "小王");
    let reply = fill_in(&mut room, &wang, json!({ "q2": ["问答"], "q4": "先写到这" })).unwrap();
    assert_eq!(reply, json!({ "submitted": false, "missing": [1, 3] }));
    assert_eq!(room.view().unwrap().find_statistic("已提交"), Some("0"));
    assert!(bars(&mut room, &wang).iter().all(|(_, count)| *count == 0));
    assert!(room.report().unwrap().rows.is_empty());
    let view = room.view_of(&wang).unwrap();
    assert!(view.to_string().contains("已保存，还没有提交：第 1、3 题必答"), "{view}");
    let form = view.all_forms().next().unwrap();
    let presets: Vec<_> = form.fields.iter().map(|field| field.preset.as_deref()).collect();
    assert_eq!(presets, [None, Some(r#"["问答"]"#), None, Some(r#""先写到这""#), None]);
    assert!(form.fields.iter().all(|field| !field.required), "what is open can be saved");
    fill_in(&mut room, &wang, json!({ "q1": 3, "q2": ["问答"], "q3": "no", "q4": "好了" })).unwrap();
    assert_eq!(room.report().unwrap().summary["drafts"], 0);
    assert!(room.state().keys().all(|key| !key.starts_with("draft/")));
}

#[test]
fn a_submitted_form_is_revised_and_stays_complete() {
    let mut room = open(feedback(json!({ "results": "live" })));
    let wang = room.join("wang", "小王");
    fill_in(&mut room, &wang, json!({ "q1": 1, "q2": ["演示"], "q3": "yes" })).unwrap();
    fill_in(&mut room, &wang, json!({ "q1": 5, "q2": ["问答"], "q3": "no" })).unwrap();
    let before = room.state().clone();
    let refused = fill_in(&mut room, &wang, json!({ "q2": ["茶歇"] })).unwrap_err();
    assert!(matches!(&refused, Error::Invalid(text) if text.contains("还缺第 1、3 题")), "{refused}");
    assert_eq!(room.state(), &before);
    let counted: Vec<_> = bars(&mut room, &wang).into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(counted, [("5".into(), 1), ("问答".into(), 1), ("否".into(), 1)]);
    let view = room.view_of(&wang).unwrap();
    let required: Vec<bool> = view.all_forms().next().unwrap().fields.iter().map(|field| field.required).collect();
    assert_eq!(required, [true, false, true, false, false]);
}

#[test]
fn answers_that_do_not_fit_are_invalid_and_change_nothing() {
    let mut room = open(feedback(json!({})));
    let wang = room.join("wang", "小王");
    let before = room.state().clone();
    for answer in [
        json!({}),
        json!({ "q1": null, "q4": "  " }),
        json!({ "q1": 6, "q3": "yes" }),
        json!({ "q2": ["演示", "问答", "茶歇"] }),
        json!({ "q3": "maybe" }),
        json!({ "q6": 1 }),
        json!({ "q01": 1 }),
        json!({ "q4": "长".repeat(501) }),
        json!({ "q5": { "晚上": "正好" } }),
        json!([]),
        json!("q1"),
    ] {
        assert!(matches!(fill_in(&mut room, &wang, answer.clone()), Err(Error::Invalid(_))), "{answer}");
    }
    assert!(matches!(room.act(&wang, json!({ "answer": { "q1": 1 }, "more": 1 })), Err(Error::Invalid(_))));
    assert_eq!(room.state(), &before);
}

#[test]
fn results_are_for_whom_the_organizer_chose() {
    for (results, open_to, closed_to) in
        [("organizers", false, false), ("after_close", false, true), ("live", true, true)]
    {
        let mut room = open(feedback(json!({ "results": results })));
        let (wang, host) = (room.join("wang", "小王"), room.join_organizer("host", "主持"));
        fill_in(&mut room, &wang, json!({ "q1": 5, "q3": "yes" })).unwrap();
        assert_eq!(room.view().unwrap().all_bars().count() > 0, open_to, "{results}");
        assert_eq!(!bars(&mut room, &wang).is_empty(), open_to, "{results}");
        assert!(!bars(&mut room, &host).is_empty(), "{results}");
        room.close().unwrap();
        assert_eq!(room.view().unwrap().all_bars().count() > 0, closed_to, "{results}");
        assert_eq!(room.view().unwrap().all_forms().count(), 0);
        assert_eq!(room.take_emitted()[0].event, json!({ "result": { "forms": 1 } }));
    }
}

#[test]
fn organizers_read_texts_on_a_page_of_their_own() {
    let mut room = open(feedback(json!({})));
    let (wang, li, host) = (room.join("wang", "小王"), room.join("li", "小李"), room.join_organizer("host", "主持"));
    assert!(room.view_of_page(&host, "texts").unwrap().to_string().contains("还没有文字回答"));
    fill_in(&mut room, &wang, json!({ "q1": 5, "q3": "yes", "q4": "茶很好" })).unwrap();
    fill_in(&mut room, &li, json!({ "q1": 5, "q3": "yes", "q4": "太吵" })).unwrap();
    let page = room.view_of_page(&host, "texts").unwrap();
    let cards: Vec<_> = page.all_cards().map(|card| (card.text.as_str(), card.author.as_str())).collect();
    assert_eq!(cards, [("太吵", ""), ("茶很好", "")]);
    assert!(!room.view_of_page(&wang, "texts").unwrap().to_string().contains("太吵"), "a participant asks in vain");
    assert!(!room.view().unwrap().to_string().contains("太吵"));
}

#[test]
fn without_names_nothing_tells_who_came_first() {
    let mut room = open(feedback(json!({})));
    for n in 0..20 {
        let masked = room.join(&format!("x{n:02}"), "");
        fill_in(&mut room, &masked, json!({ "q1": 5, "q3": "yes", "q4": n.to_string() })).unwrap();
    }
    let host = room.join_organizer("host", "");
    let page = room.view_of_page(&host, "texts").unwrap();
    let texts: Vec<u32> = page.all_cards().map(|card| card.text.parse().unwrap()).collect();
    assert!(texts.len() == 20 && !texts.is_sorted() && !texts.iter().rev().is_sorted(), "{texts:?}");
}

#[test]
fn the_report_has_a_row_a_person_and_keeps_names() {
    let mut room = open(feedback(json!({})));
    assert!(Room::<Survey>::describe().allows_anonymous);
    let (wang, li, masked) = (room.join("wang", "小王"), room.join("li", "小李"), room.join("x7", ""));
    fill_in(&mut room, &wang, json!({ "q1": 4, "q2": ["演示", "茶歇"], "q3": "yes", "q4": "很好" })).unwrap();
    fill_in(&mut room, &li, json!({ "q2": ["问答"] })).unwrap();
    fill_in(&mut room, &masked, json!({ "q1": 1, "q3": "no", "q5": { "下午": "太长" } })).unwrap();
    room.leave("wang");
    let report = room.report().unwrap();
    let expected = [
        "成员",
        "姓名",
        "1. 讲得怎么样",
        "2. 喜欢哪些",
        "3. 还会来吗",
        "4. 想说的话",
        "5. 时间 · 上午",
        "5. 时间 · 下午",
    ];
    assert_eq!(report.columns, expected);
    let expected =
        [["wang", "小王", "4", "演示、茶歇", "是", "很好", "", ""], ["x7", "", "1", "", "否", "", "", "太长"]];
    assert_eq!(report.rows, expected, "a draft is nobody's business");
    let summary = &report.summary;
    assert_eq!(
        (&summary["forms"], &summary["drafts"], &summary["questions"][0]["average"]),
        (&json!(2), &json!(1), &json!("2.50"))
    );
    assert_eq!(
        summary["questions"][2]["results"],
        json!([{ "label": "是", "count": 1 }, { "label": "否", "count": 1 }])
    );
}

#[test]
fn every_kind_of_question_has_its_field_and_its_result() {
    let questions = json!([
        { "text": "单选", "options": ["甲", "乙"] },
        { "text": "数字", "kind": "number", "min": -10, "max": 10 },
        { "text": "排序", "kind": "order", "options": ["甲", "乙", "丙"] },
        { "text": "分数", "kind": "points", "options": ["甲", "乙"], "max": 10 },
    ]);
    let mut room = open(json!({ "title": "全", "questions": questions, "results": "live" }));
    let (wang, li) = (room.join("wang", "小王"), room.join("li", "小李"));
    let answer = json!({ "q1": "乙", "q2": -3, "q3": ["丙", "甲", "乙"], "q4": { "甲": 4, "乙": 6 } });
    fill_in(&mut room, &wang, answer).unwrap();
    fill_in(&mut room, &li, json!({ "q2": -4 })).unwrap();
    let words = room.view().unwrap().to_string();
    for line in ["2. 数字: 平均 -3.50（2 人回答）", "3. 排序 · 博达计分，末位 0 分", "丙: 2/2", "4. 分数", "乙: 6/10"]
    {
        assert!(words.lines().any(|one| one == line), "{line} in {words}");
    }
    let report = room.report().unwrap();
    assert_eq!(report.rows[1], ["wang", "小王", "乙", "-3", "2", "3", "1", "4", "6"]);
    for points in [json!({ "甲": 4, "乙": 5 }), json!({ "甲": 11 }), json!({ "甲": -1, "乙": 11 })] {
        assert!(matches!(fill_in(&mut room, &wang, json!({ "q4": points })), Err(Error::Invalid(_))), "{points}");
    }
}

#[test]
fn everything_is_said_in_english_too() {
    let mut room = open(feedback(json!({})));
    room.speak("en");
    let wang = room.join("wang", "Wang");
    assert_eq!(
        fill_in(&mut room, &wang, json!({ "q1": 9 })).unwrap_err().text(),
        "answer.q1: Question 1: it must be a whole number from 1 to 5"
    );
    fill_in(&mut room, &wang, json!({ "q4": "later" })).unwrap();
    let words = room.view_of(&wang).unwrap().to_string();
    assert!(words.contains("Saved, but not submitted; still to be answered: 1, 3"), "{words}");
    let mut room = Room::<Survey>::new();
    room.speak("en");
    let refused = room.open(json!({ "title": "t", "questions": [{ "text": "?", "options": ["a"] }] })).unwrap_err();
    assert_eq!(refused.text(), "questions[0].options: Question 1: “Options” takes 2 to 20 items");
}

#[test]
fn bad_configurations_are_invalid() {
    for config in [
        json!({ "title": "反馈" }),
        json!({ "title": "反馈", "questions": [] }),
        json!({ "title": " ", "questions": [{ "text": "?", "kind": "text" }] }),
        json!({ "title": "反馈", "questions": [{ "text": "?", "kind": "essay" }] }),
        json!({ "title": "反馈", "questions": [{ "text": "?", "kind": "text", "options": ["甲", "乙"] }] }),
        json!({ "title": "反馈", "questions": [{ "text": "?", "kind": "text", "more": 1 }] }),
        json!({ "title": "反馈", "questions": [{ "text": "?", "kind": "text" }], "intro": "" }),
    ] {
        assert!(matches!(Room::<Survey>::new().open(&config), Err(Error::Invalid(_))), "{config}");
    }
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<Survey>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    assert!(fits(&description.config_schema, feedback(json!({ "intro": "请", "results": "live" }))));
    assert!(!fits(&description.config_schema, feedback(json!({ "more": 1 }))));
    assert!(fits(&description.action_schema, json!({ "answer": { "q1": 4, "q2": ["A"], "q5": { "a": "b" } } })));
    assert!(!fits(&description.action_schema, json!({ "answer": [] })));
    assert!(fits(&description.reply_schema, json!({ "submitted": false, "missing": [1] })));
    assert!(fits(&description.event_schema, json!({ "result": { "forms": 0 } })));
}

/// Rating, what was liked, and whether they come again.
type Filled = (i64, Vec<String>, bool);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever members send: what is submitted is complete, the counts are those of the last submitted forms, and what is
    /// refused changes nothing.
    #[test]
    fn results_are_those_of_the_submitted_forms(
        steps in prop::collection::vec(
            (0_usize..4, prop::option::of(0_i64..7), prop::collection::vec("[演问茶]", 0..4), prop::option::of(any::<bool>())),
            0..40,
        ),
    ) {
        let mut config = feedback(json!({ "results": "live" }));
        config["questions"][1]["options"] = json!(["演", "问", "茶"]);
        let mut room = open(config);
        let members: Vec<Member> = (0..4).map(|n| room.join(&format!("m{n}"), "人")).collect();
        let mut forms: BTreeMap<usize, Filled> = BTreeMap::new();
        for (who, rating, liked, again) in steps {
            let before = room.state().clone();
            match fill_in(&mut room, &members[who], json!({ "q1": rating, "q2": liked, "q3": again })) {
                Ok(reply) => {
                    let complete = rating.zip(again);
                    prop_assert_eq!(&reply["submitted"], &json!(complete.is_some()));
                    if let Some((rating, again)) = complete {
                        forms.insert(who, (rating, liked, again));
                    } else {
                        prop_assert!(!forms.contains_key(&who));
                    }
                }
                Err(error) => {
                    prop_assert!(matches!(error, Error::Invalid(_)));
                    prop_assert_eq!(room.state(), &before);
                }
            }
            let count = |fits: &dyn Fn(&Filled) -> bool| forms.values().filter(|form| fits(form)).count() as u64;
            let mut expected: Vec<u64> = (1..=5).map(|level| count(&|form| form.0 == level)).collect();
            expected.extend(["演", "问", "茶"].map(|name| count(&|form| form.1.iter().any(|liked| liked == name))));
            expected.extend([true, false].map(|again| count(&|form| form.2 == again)));
            let counted: Vec<u64> = room.view().unwrap().all_bars().take(10).map(|bar| bar.value).collect();
            prop_assert_eq!(counted, expected);
            prop_assert_eq!(room.report().unwrap().rows.len(), forms.len());
        }
    }
}
