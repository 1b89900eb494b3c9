//! Checking in: one row a person, however often and from wherever they say that they are here, and rows that never move.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, User, View};
use serde_json::{Value, json};

async fn opened() -> (Host, User, Conference, Activity) {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let check_in = wang.open(&room.number, "check-in", json!({ "title": "签到", "late_after_min": 600 })).await;
    (host, wang, room, check_in)
}

fn rows(report: &Value) -> Vec<Vec<String>> {
    serde_json::from_value(report["rows"].clone()).expect("rows of texts")
}

/// The cards on the wall: name and marks, and the actions of the buttons.
fn wall(view: &Value) -> Vec<(String, Vec<Value>)> {
    let view = View::of(view);
    let cards = view.blocks("cards").into_iter().flat_map(|list| list["items"].as_array().expect("cards"));
    let buttons = |card: &Value| card["buttons"].as_array().cloned().unwrap_or_default();
    let actions = |card: &Value| buttons(card).iter().map(|button| button["action"].clone()).collect();
    cards.map(|card| (card["text"].as_str().expect("a name").to_owned(), actions(card))).collect()
}

#[tokio::test]
async fn whoever_says_it_from_three_devices_at_once_stands_there_once() {
    let (host, wang, room, check_in) = opened().await;
    let members = host.members(&room.number, 20).await;
    let mut screen = wang.connect(&room.number).await;

    let attempts = members.iter().flat_map(|member| [member; 3]);
    let answers = join_all(attempts.map(|member| member.try_act(&check_in, json!({ "check_in": {} })))).await;

    let mut numbers = BTreeSet::new();
    for three in answers.chunks(3) {
        let (here, twice): (Vec<_>, Vec<_>) = three.iter().partition(|answer| answer.status == 200);
        assert_eq!(here.len(), 1, "{three:?}");
        twice.iter().for_each(|answer| drop(answer.problem(409, "conflict")));
        numbers.insert(here[0].json()["reply"]["number"].as_u64().expect("a number"));
    }
    assert_eq!(numbers, (1..=20).collect());
    screen.expect_view(&check_in.id, |view| wall(view).len() == 20).await;
    let before = rows(&wang.report(&check_in).await);
    let people: BTreeSet<&String> = before.iter().map(|row| &row[1]).collect();
    assert_eq!((before.len(), people.len()), (20, 20));

    // Whoever leaves, comes back and says it again is where they were.
    members[7].leave(&room.number).await;
    let back = members[7].clone().join(&room.number).await;
    back.try_act(&check_in, json!({ "check_in": {} })).await.problem(409, "conflict");
    assert_eq!(rows(&wang.report(&check_in).await), before);
}

#[tokio::test]
async fn an_organizer_adds_who_has_no_phone_and_takes_mistakes_off() {
    let (host, wang, room, check_in) = opened().await;
    let li = host.user("小李").await.join(&room.number).await;
    let sun = host.user("小孙").await.join(&room.number).await;
    let for_sun = check_in.path(&format!("/actions?member={}", sun.id));

    assert_eq!(li.act(&check_in, json!({ "check_in": {} })).await.reply["number"], 1);
    wang.post(&for_sun, &json!({ "check_in": {} })).await.ok(200);
    assert_eq!(wang.act(&check_in, json!({ "add": { "name": " 张三 " } })).await.reply["number"], 3);
    let seen = wall(&wang.look_at(&check_in).await.view);
    let names: Vec<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["张三", "小孙", "小李"], "the latest first");
    assert_eq!(seen[0].1, [json!({ "remove": { "number": 3 } })]);
    assert!(seen[2].1.is_empty(), "who said it themselves stays");

    // The button stands on the screen of an organizer who has not seen yet that another pressed it.
    wang.act(&check_in, seen[0].1[0].clone()).await;
    wang.try_act(&check_in, seen[0].1[0].clone()).await.problem(422, "invalid");
    wang.try_act(&check_in, json!({ "remove": { "number": 1 } })).await.problem(409, "conflict");
    assert_eq!(wang.act(&check_in, json!({ "add": { "name": "张三" } })).await.reply["number"], 4, "no number twice");
    let standing = rows(&wang.report(&check_in).await);
    let standing: Vec<[&str; 3]> = standing.iter().map(|row| [row[0].as_str(), &row[2], &row[5]]).collect();
    assert_eq!(standing, [["1", "小李", ""], ["2", "小孙", "小王"], ["4", "张三", "小王"]]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let (host, wang, room, check_in) = opened().await;
    let li = host.user("小李").await.join(&room.number).await;
    wang.act(&check_in, json!({ "add": { "name": "张三" } })).await;
    let before = wang.report(&check_in).await;

    li.try_act(&check_in, json!({ "add": { "name": "李四" } })).await.problem(403, "denied");
    li.try_act(&check_in, json!({ "remove": { "number": 1 } })).await.problem(403, "denied");
    // The same to the eye: white space, what nobody sees, and what would turn the direction of writing.
    for name in ["张三", " 张三\u{3000}", "张\u{200b}三", "\u{202e}张三", "\u{2067}张三\u{2069}"] {
        wang.try_act(&check_in, json!({ "add": { "name": name } })).await.problem(409, "conflict");
    }
    for name in ["", " ", "\u{200b}\u{200e}", "\u{3164}", &"长".repeat(10_000)] {
        wang.try_act(&check_in, json!({ "add": { "name": name } })).await.problem(422, "invalid");
    }
    for action in [json!({ "remove": { "number": 2 } }), json!({ "remove": { "number": -1 } }), json!({ "here": {} })] {
        wang.try_act(&check_in, action).await.problem(422, "invalid");
    }
    assert_eq!(wang.report(&check_in).await, before);

    // What is written from right to left by itself is a name like any other.
    wang.act(&check_in, json!({ "add": { "name": "שלמה" } })).await;
    assert_eq!(rows(&wang.report(&check_in).await)[1][2], "שלמה");
}
