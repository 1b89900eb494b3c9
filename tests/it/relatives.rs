//! Faults are kinds: what was once found in one place is looked for here in the places like it.
//!
//! Each story names the kind above it. The place where it was found first has its story in the file of its own subject.

use std::collections::HashSet;

use hezi_tests::{Activity, Conference, Host, Launch, Tally, User, guest, plugin};
use serde_json::{Value, json};

use crate::plugins::{NEWER, VERSION, newer};
use crate::reports::read_csv;

fn about(user: &User) -> Value {
    json!({ "member": user.id })
}

async fn say(user: &User, room: &Conference, id: &str, text: &str) -> Value {
    let request = user.request("POST", &room.path("/messages")).header("idempotency-key", id);
    request.json(&json!({ "text": text })).send().await.ok(200)
}

// A key that was lent for a time, used as if it were for ever.
#[tokio::test]
async fn what_belonged_to_a_number_before_is_worth_nothing_in_the_next_conference() {
    let host =
        Launch::new().set("conference.number_pool", 1).set("conference.number_cooldown_s", 0).unhurried().start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let first = wang.create_conference("周会").await;
    let li = li.join(&first.number).await;
    say(&li, &first, "m1", "早").await;
    let vote = wang.open(&first.number, "vote", json!({ "question": "?", "options": ["a", "b"] })).await;
    wang.post(&first.path("/mutes"), &about(&li)).await.ok(200);
    wang.post(&first.path("/removals"), &about(&li)).await.ok(200);
    let private = wang.try_change(&first.number, json!({ "private": true, "slow_mode_s": 60 })).await.ok(200);
    let (_, old_key) = private["join_url"].as_str().and_then(|url| url.split_once("key=")).expect("a key");
    wang.end(&first.number).await;

    let second = wang.create_conference("年会").await;
    assert_eq!(second.number, first.number, "the number is lent again");
    assert_eq!(wang.get(&second.path("")).await.ok(200)["private"], false, "nothing is set that was set for another");
    let li = li.join(&second.number).await;
    let said = say(&li, &second, "m1", "早").await;
    assert_eq!(wang.journal(&second.number).await.len() as u64, said["seq"].as_u64().expect("a place"));
    say(&li, &second, "m2", "没有慢速模式").await;
    li.post(&vote.path("/actions"), &json!({ "choose": ["a"] })).await.problem(403, "not_member");

    wang.try_change(&second.number, json!({ "private": true })).await.ok(200);
    let zhang = host.user("小张").await;
    zhang.post_empty(&second.path(&format!("/join?key={old_key}"))).await.problem(403, "key_needed");
}

// What is so already is written down again.
#[tokio::test]
async fn what_administrators_find_as_they_want_it_makes_no_second_line() {
    let host = Host::start().await;
    let admin = host.administrator();
    let lines = async || {
        let audit = admin.get("/api/admin/audit").await.ok(200);
        audit["audit"].as_array().expect("lines").len()
    };

    let activate = async |version: &str| {
        admin.post("/api/admin/plugins/vote/activate", &json!({ "version": version })).await.ok(200);
    };
    let before = lines().await;
    activate(VERSION).await;
    assert_eq!(lines().await, before, "it was active already");
    admin.upload(newer(&plugin("vote"))).await.ok(201);
    let after = lines().await;
    assert_eq!(after, before + 1, "what was done is written down");
    admin.upload(newer(&plugin("vote"))).await.ok(201);
    activate(NEWER).await;
    assert_eq!(lines().await, after, "the same bytes were there and active");
    for _ in 0..2 {
        admin.post_empty("/api/admin/plugins/vote/disable").await.ok(200);
    }
    assert_eq!(lines().await, after + 1, "switched off once");
}

// What a plugin does not want keeps people from ending it.
#[tokio::test]
async fn an_activity_whose_plugin_cannot_close_it_closes_by_its_clock() {
    let host = Launch::new().unhurried().start().await;
    host.administrator().upload(guest("hostile")).await.ok(201);
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut phone = wang.connect(&room.number).await;

    for deed in ["write_then_trap", "write_then_refuse"] {
        let new =
            json!({ "plugin": "hostile", "config": { "do": { "close": deed } }, "open": true, "open_for_ms": 1_000 });
        let made = wang.post(&room.path("/activities"), &new).await.ok(201);
        let is_end = |frame: &Value| frame["change"] == "closed" && frame["activity"]["id"] == made["id"];
        phone.expect("that it is closed", is_end).await;
        host.administrator().post("/api/admin/plugins/hostile/activate", &json!({ "version": VERSION })).await.ok(200);
    }
}

// What changed is not shown until somebody does something.
#[tokio::test]
async fn whoever_looks_sees_the_earlier_version_at_a_rollback() {
    let host = Launch::new().unhurried().start().await;
    let tally = Tally::open(&host).await;
    let (admin, owner, activity) = (host.administrator(), &tally.owner, &tally.activity);
    let mut screen = owner.connect(&tally.room.number).await;
    let first = screen.expect_view(&activity.id, |_| true).await;
    admin.upload(guest("tally-next")).await.ok(201);
    let next = screen.expect_view(&activity.id, |frame| frame["view"] != first["view"]).await;

    admin.post_empty(&format!("/api/admin/plugins/{}/rollback", activity.plugin)).await.ok(200);

    // Nobody acts, and nobody asks.
    let pushed = screen.expect_view(&activity.id, |frame| frame["view"] != next["view"]).await;
    let now = owner.look_at(activity).await;
    assert_eq!((now.version.as_str(), &now.view), (Tally::FIRST, &pushed["view"]));
}

// A text of which nothing can be seen is taken.
#[tokio::test]
async fn what_nobody_sees_is_taken_in_no_action_and_no_notice_either() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let questions = wang.open(&room.number, "qa", json!({ "title": "问", "seconds_between": 0 })).await;
    let words = wang.open(&room.number, "word-cloud", json!({ "question": "一个词", "words_each": 3 })).await;
    let ranking = json!({ "question": "先后", "options": ["甲", "\u{200b}"] });
    wang.post(&room.path("/activities"), &json!({ "plugin": "ranking", "config": ranking }))
        .await
        .problem(422, "invalid");

    for unseen in ["\u{200b}\u{200d}", "\u{202e}", "\u{3164}", "\u{e0041}"] {
        wang.try_act(&questions, json!({ "ask": { "text": unseen } })).await.problem(422, "invalid");
        wang.try_act(&words, json!({ "say": { "words": unseen } })).await.problem(422, "invalid");
        let notice = wang.request("PUT", &room.path("/notice")).json(&json!({ "text": unseen }));
        notice.send().await.problem(422, "invalid");
        let kept = wang.try_change(&room.number, json!({ "description": unseen })).await.ok(200);
        assert!(kept.get("description").is_none_or(|kept| kept == ""), "nothing is kept of it: {kept}");
    }
    // The marks that turn writing around are taken out of what others will read.
    wang.act(&questions, json!({ "ask": { "text": "真\u{202e}的吗\u{2066}" } })).await;
    let shown = wang.look_at(&questions).await.view.to_string();
    assert!(shown.contains("真的吗"), "{shown}");
    // The two normal forms of a word are one word.
    wang.act(&words, json!({ "say": { "words": "cafe\u{301}" } })).await;
    wang.try_act(&words, json!({ "say": { "words": "café" } })).await.problem(409, "conflict");
}

// Looked up later what had to be noted then.
#[tokio::test]
async fn a_name_stays_with_what_its_person_did_when_they_leave_and_change_it() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.person("li", "小李").await.join(&room.number).await;
    let check_in = wang.open(&room.number, "check-in", json!({ "title": "签到" })).await;
    let ranking = wang.open(&room.number, "ranking", json!({ "question": "先后", "options": ["甲", "乙"] })).await;
    li.act(&check_in, json!({ "check_in": {} })).await;
    li.act(&ranking, json!({ "order": ["乙", "甲"] })).await;
    let seq = say(&li, &room, "m1", "先走了").await["seq"].as_u64().expect("a place");
    li.leave(&room.number).await;
    let renamed = host.person("li", "李四").await;
    assert_eq!(renamed.name, "李四");

    for activity in [&check_in, &ranking] {
        let report = wang.report(activity).await;
        assert!(report["rows"].to_string().contains("小李"), "{report}");
    }
    let journal = wang.journal(&room.number).await;
    let message = journal.iter().find(|entry| entry["seq"] == seq).expect("the message");
    assert_eq!(message["from"]["name"], "小李");
    let left = journal.iter().find(|entry| entry["kind"] == "left").expect("that they left");
    assert_eq!(left["who"]["name"], "小李");
}

// Two different things read the same in an export.
#[tokio::test]
async fn choices_in_every_table_can_be_told_apart() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let members = host.members(&room.number, 4).await;
    let options = ["甲、乙", "甲", "乙", "=1+1", "a;b", "a", "b", "\"a\""];
    let question = json!({ "text": "喜欢", "kind": "multiple", "options": options });
    let survey = wang.open(&room.number, "survey", json!({ "title": "反馈", "questions": [question] })).await;
    let choices = [json!(["甲、乙"]), json!(["甲", "乙"]), json!(["a;b"]), json!(["a", "b"])];
    for (member, choice) in members.iter().zip(&choices) {
        member.act(&survey, json!({ "answer": { "q1": choice } })).await;
    }

    let told = cells(&wang, &survey, 4).await;
    assert_eq!(told.len(), choices.len(), "each choice reads in its own way: {told:?}");
}

/// The different answers in a CSV report.
async fn cells(user: &User, activity: &Activity, rows: usize) -> HashSet<String> {
    let table = read_csv(user.get(&activity.path("/report?format=csv")).await.text());
    let column = table[0].iter().position(|name| name.contains("喜欢")).expect("the question");
    let all: Vec<String> = table.into_iter().skip(1).map(|mut row| row.swap_remove(column)).collect();
    assert_eq!(all.len(), rows, "{all:?}");
    all.into_iter().collect()
}

// What is wrong is told of all branches at once, so that nobody finds it.
#[tokio::test]
async fn what_is_wrong_deep_in_a_configuration_is_named_by_its_path() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    for (plugin, config, path) in [
        (
            "survey",
            json!({ "title": "反馈", "questions": [{ "text": "好吗", "kind": "yes_no" }, { "text": 7, "kind": "text" }] }),
            "config/questions/1/text",
        ),
        (
            "survey",
            json!({ "title": "反馈", "questions": [{ "text": "好吗", "kind": "no such kind" }] }),
            "config/questions/0/kind",
        ),
        (
            "quiz",
            json!({ "title": "问答", "questions": [{ "question": "?", "options": ["a"], "answer": 0 }] }),
            "config/questions/0",
        ),
    ] {
        let new = json!({ "plugin": plugin, "config": config });
        let problem = wang.post(&room.path("/activities"), &new).await.problem(422, "invalid");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(path) && !detail.contains("schemas"), "{plugin}: {detail}");
    }
}
