//! The survey: what is saved is found again, what is submitted is complete, and nobody reads another's answers.

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, User, View};
use serde_json::{Value, json};

const SECRET: &str = "隔壁组的坏话";

fn questions() -> Value {
    json!([
        { "text": "下次在哪", "kind": "single", "options": ["山", "海"], "required": true },
        { "text": "时间怎么分", "kind": "points", "options": ["玩", "讲"], "max": 10, "required": true },
        { "text": "先后", "kind": "order", "options": ["甲", "乙", "丙"] },
        { "text": "打分", "kind": "matrix", "rows": ["吃", "住"], "options": ["好", "坏"] },
        { "text": "几个人", "kind": "number", "min": 1, "max": 9 },
        { "text": "还想说", "kind": "text", "max": 20 },
        { "text": "几样都行", "kind": "multiple", "options": ["茶", "水", "酒"], "min": 2, "max": 2 },
    ])
}

async fn opened(results: &str) -> (Host, User, Conference, Activity) {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let config = json!({ "title": "问卷", "questions": questions(), "results": results });
    let survey = wang.open(&room.number, "survey", config).await;
    (host, wang, room, survey)
}

fn answer(answers: Value) -> Value {
    json!({ "answer": answers })
}

fn rows(report: &Value) -> Vec<Vec<String>> {
    serde_json::from_value(report["rows"].clone()).expect("rows of texts")
}

/// What stands in the fields of the form, by their names.
fn presets(view: &Value) -> Value {
    let view = View::of(view);
    let fields = view.blocks("form").into_iter().flat_map(|form| form["fields"].as_array().expect("fields"));
    let filled = fields.filter(|field| !field["preset"].is_null());
    filled.map(|field| (field["name"].as_str().expect("a name").to_owned(), field["preset"].clone())).collect()
}

#[tokio::test]
async fn a_form_is_saved_found_again_submitted_and_revised() {
    let (host, wang, room, survey) = opened("after_close").await;
    let li = host.user("小李").await.join(&room.number).await;

    let saved = li.act(&survey, answer(json!({ "q1": "山", "q6": SECRET }))).await.reply;
    assert_eq!(saved, json!({ "submitted": false, "missing": [2] }));
    let again = li.look_at(&survey).await.view;
    assert_eq!(presets(&again), json!({ "q1": "山", "q6": SECRET }));
    assert_eq!(View::of(&again).blocks("notice")[0]["tone"], "warning");
    let report = wang.report(&survey).await;
    assert_eq!((&report["summary"]["forms"], &report["summary"]["drafts"]), (&json!(0), &json!(1)));
    assert_eq!(report["rows"], json!([]), "a draft counts for nothing");

    let whole = json!({ "q1": "海", "q2": { "玩": 3, "讲": 7 }, "q3": ["丙", "甲", "乙"], "q4": { "吃": "好" },
        "q5": 4, "q6": SECRET, "q7": ["水", "茶"] });
    assert_eq!(li.act(&survey, answer(whole)).await.reply, json!({ "submitted": true, "missing": [] }));
    let row = ["海", "3", "7", "2", "3", "1", "好", "", "4", SECRET, "茶、水"];
    assert_eq!(rows(&wang.report(&survey).await)[0][2..], row);
    li.try_act(&survey, answer(json!({ "q1": "山" }))).await.problem(422, "invalid");
    assert_eq!(rows(&wang.report(&survey).await)[0][2..], row, "what is submitted stays complete");
    li.act(&survey, answer(json!({ "q1": "山", "q2": { "玩": 10 } }))).await;
    assert_eq!(rows(&wang.report(&survey).await)[0][2..5], ["山", "10", "0"]);

    let closed = wang.close(&survey).await;
    assert_eq!(View::of(&closed.view).bars()[..2], [("山".to_owned(), 1), ("海".to_owned(), 0)]);
    li.try_act(&survey, answer(json!({ "q1": "山", "q2": { "玩": 10 } }))).await.problem(409, "wrong_phase");
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_refused_and_changes_nothing() {
    let (host, wang, room, survey) = opened("live").await;
    let li = host.user("小李").await.join(&room.number).await;
    li.act(&survey, answer(json!({ "q1": "山", "q2": { "玩": 10 } }))).await;
    let before = (wang.report(&survey).await, li.look_at(&survey).await.view);

    for (name, value) in [
        ("q1", json!("河")),
        ("q1", json!(["山"])),
        ("q2", json!({ "玩": 10, "讲": 1 })),
        ("q2", json!({ "玩": 9 })),
        ("q2", json!({ "玩": 11, "讲": -1 })),
        ("q2", json!({ "玩": 9.5, "讲": 0.5 })),
        ("q2", json!({ "玩": u64::MAX, "讲": 11 })),
        ("q2", json!({ "玩": 5, "睡": 5 })),
        ("q3", json!(["甲", "乙"])),
        ("q3", json!(["甲", "乙", "乙"])),
        ("q3", json!(["甲", "乙", "丁"])),
        ("q3", json!(["甲", "乙", "丙", "甲"])),
        ("q4", json!({ "吃": "贵" })),
        ("q4", json!({ "行": "好" })),
        ("q4", json!("好")),
        ("q5", json!(0)),
        ("q5", json!(10)),
        ("q5", json!(2.5)),
        ("q5", json!("4")),
        ("q6", json!("长".repeat(21))),
        ("q6", json!("长".repeat(10_000))),
        ("q7", json!(["茶"])),
        ("q7", json!(["茶", "茶"])),
        ("q7", json!(["茶", "水", "酒"])),
        ("q8", json!("山")),
        ("Q1", json!("山")),
    ] {
        let mut answers = json!({ "q1": "海", "q2": { "讲": 10 } });
        answers[name] = value.clone();
        let refused = li.try_act(&survey, answer(answers)).await.problem(422, "invalid");
        assert!(!refused["detail"].as_str().unwrap_or_default().is_empty(), "{name}: {value}");
    }
    for action in [json!({}), answer(json!({})), answer(json!([])), json!({ "q1": "山" })] {
        li.try_act(&survey, action).await.problem(422, "invalid");
    }
    assert_eq!((wang.report(&survey).await, li.look_at(&survey).await.view), before);
}

#[tokio::test]
async fn what_nobody_sees_is_no_answer_and_what_looks_the_same_is_the_same() {
    let (host, wang, room, survey) = opened("live").await;
    let li = host.user("小李").await.join(&room.number).await;

    let blank = json!({ "q1": "山\u{200b}", "q2": { "\u{202e}玩": 10 }, "q6": "\u{200b}\u{3164} " });
    assert_eq!(li.act(&survey, answer(blank)).await.reply["submitted"], true);
    let row = rows(&wang.report(&survey).await)[0].clone();
    assert_eq!((&row[2..5], row[11].as_str()), (&["山", "10", "0"].map(str::to_owned)[..], ""));

    // A word that is written from right to left stays, and the mark that would turn what stands behind it does not.
    li.act(&survey, answer(json!({ "q1": "山", "q2": { "玩": 10 }, "q6": "\u{202e}שלום" }))).await;
    assert_eq!(rows(&wang.report(&survey).await)[0][11], "שלום");
}

#[tokio::test]
async fn nobody_but_organizers_reads_what_another_wrote() {
    let (host, wang, room, survey) = opened("organizers").await;
    let li = host.user("小李").await.join(&room.number).await;
    let sun = host.user("小孙").await.join(&room.number).await;
    let mut socket = sun.connect(&room.number).await;
    li.act(&survey, answer(json!({ "q1": "山", "q2": { "玩": 10 }, "q6": SECRET }))).await;

    let texts = survey.path("?query=texts");
    assert!(wang.get(&texts).await.ok(200)["view"].to_string().contains(SECRET));
    let last = socket.say("end", "完").await.seq();
    let sent = [
        socket.welcome.to_string(),
        format!("{:?}", socket.events_through(last).await),
        sun.get(&texts).await.ok(200).to_string(),
        sun.look_at(&survey).await.view.to_string(),
        format!("{:?}", sun.journal(&room.number).await),
    ];
    for text in sent {
        assert!(!text.contains(SECRET), "{text}");
    }
    assert!(View::of(&sun.look_at(&survey).await.view).bars().is_empty(), "results are the organizers'");
    sun.get(&survey.path("/report?format=json")).await.problem(403, "not_organizer");
}

#[tokio::test]
async fn forty_people_revise_at_once_and_the_results_are_those_of_the_last_forms() {
    let (host, wang, room, survey) = opened("live").await;
    let members = host.members(&room.number, 40).await;

    join_all(members.iter().enumerate().map(|(n, member)| {
        let (room, survey) = (&room, &survey);
        async move {
            let mut socket = member.connect(&room.number).await;
            for (turn, points) in [(0, 5), (1, 0), (2, n % 11)] {
                let place = ["山", "海"][(n + turn) % 2];
                let form = json!({ "q1": place, "q2": { "玩": points, "讲": 10 - points } });
                socket.do_act(&turn.to_string(), &survey.id, answer(form)).await.ok();
            }
        }
    }))
    .await;

    let report = wang.report(&survey).await;
    let played: u64 = rows(&report).iter().map(|row| row[3].parse::<u64>().expect("points")).sum();
    assert_eq!((rows(&report).len(), played), (40, (0..40).map(|n| n % 11).sum()));
    let bars = View::of(&wang.look_at(&survey).await.view).bars();
    let named = |label: &str| bars.iter().find(|(name, _)| name == label).map(|(_, count)| *count);
    assert_eq!(["山", "海", "玩", "讲"].map(named), [20, 20, played, 400 - played].map(Some));
}
