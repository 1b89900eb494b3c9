//! The wire as it is, pinned: every shape that a client reads stands in a file of its own below `wire/`.
//!
//! A change of the wire shows as a difference of these files, and is either a mistake or the subject of the commit:
//! `INSTA_UPDATE=always make dev TEST=wire::` takes it over, to be read in `git diff`. What a shape means, and when it is
//! sent, is the business of the other tests.

mod normal;

use hezi_tests::{Activity, Answer, Host, Launch, User, guest, plugin};
use serde_json::{Value, json};

use self::normal::normal;
use crate::plugins::{lunch, newer};

/// Compares the value with the file of this name.
fn pin(name: &str, value: impl Into<Value>) {
    let text = serde_json::to_string_pretty(&normal(value.into())).expect("JSON");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("wire");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A problem document, with the status that it came with.
fn problem(answer: &Answer) -> Value {
    let kind = answer.header("content-type");
    assert_eq!(kind, "application/problem+json", "{answer:?}");
    let mut problem = answer.json();
    // Where a plugin failed is the compiler's business.
    let place =
        problem["detail"].as_str().and_then(|detail| detail.split_once("; in ")).map(|(what, _)| what.to_owned());
    if let Some(what) = place {
        problem["detail"] = what.into();
    }
    problem
}

/// 小王's server, and somebody who is called 小李.
async fn two_people() -> (Host, User, User) {
    let host = Launch::new().unhurried().start().await;
    let (wang, li) = (host.person("wang", "小王").await, host.person("li", "小李").await);
    (host, wang, li)
}

#[tokio::test]
async fn signing_in() {
    let host = Host::start().await;

    let form = json!({ "id": "wang", "name": "小王" });
    pin("sign_in", host.anonymous().sign_in(&form).await.ok(200));
    pin("me", host.person("wang", "小王").await.get("/api/me").await.ok(200));
}

#[tokio::test]
async fn a_conference() {
    let (_host, wang, li) = two_people().await;

    let room = wang.create_conference("周会").await;
    pin("conference", wang.get(&room.path("")).await.ok(200));
    pin("conferences", wang.get("/api/conferences").await.ok(200));
    pin("joined", li.post_empty(&room.path("/join")).await.ok(200));
    pin("appointed", wang.post(&room.path("/organizers"), &json!({ "member": li.id })).await.ok(200));
    pin("members", wang.get(&room.path("/members")).await.ok(200));
    pin("left", li.post_empty(&room.path("/leave")).await.ok(200));
    pin("conference_ended", wang.post_empty(&room.path("/end")).await.ok(200));
}

#[tokio::test]
async fn an_activity() {
    let (_host, wang, li) = two_people().await;
    let room = wang.create_conference("周会").await;
    let li = li.join(&room.number).await;

    let draft = wang.draft(&room.number, "vote", lunch()).await;
    pin("activity_draft", wang.get(&draft.path("")).await.ok(200));
    pin("activity_config", wang.get(&draft.path("/config")).await.ok(200));
    pin("activity_opened", wang.post_empty(&draft.path("/open")).await.ok(200));
    pin("activity_acted", li.post(&draft.path("/actions"), &json!({ "choose": ["面"] })).await.ok(200));
    pin("activities", li.get(&room.path("/activities")).await.ok(200));
    pin("activity_report", wang.get(&draft.path("/report?format=json")).await.ok(200));
    pin("activity_report_csv", wang.get(&draft.path("/report?format=csv")).await.text());
    pin("activity_closed", wang.post_empty(&draft.path("/close")).await.ok(200));
    pin("conference_copied", wang.post(&room.path("/copy"), &json!({})).await.ok(201));
}

#[tokio::test]
async fn an_anonymous_activity() {
    let (_host, wang, li) = two_people().await;
    let room = wang.create_conference("周会").await;
    let li = li.join(&room.number).await;
    let mut socket = wang.connect(&room.number).await;

    let body = json!({ "plugin": "vote", "config": lunch(), "open": true, "anonymous": true });
    let made = wang.post(&room.path("/activities"), &body).await.ok(201);
    pin("activity_anonymous", made.clone());
    let vote: Activity = serde_json::from_value(made).expect("an activity");
    li.act(&vote, json!({ "choose": ["面"] })).await;
    pin("frame_view_of_an_anonymous_activity", socket.expect_view(&vote.id, shows(1)).await);
    wang.close(&vote).await;
    pin("took_part", wang.get(&room.path("/journal?kind=took_part")).await.ok(200));
}

#[tokio::test]
async fn the_blocks_of_every_built_in_plugin() {
    let (_host, wang, _li) = two_people().await;
    let room = wang.create_conference("年会").await;
    let packet =
        json!({ "total_cents": 100, "shares": 2, "mode": "equal", "greeting": "恭喜", "expires_in_s": 86_400 });
    let configs = [
        ("vote", lunch()),
        ("lottery", json!({ "title": "抽奖", "prizes": [{ "name": "书", "count": 1 }] })),
        ("rating", json!({ "subject": "讲得怎么样", "min": 1, "max": 5 })),
        ("red-packet", packet),
    ];

    for (name, config) in configs {
        let activity = wang.open(&room.number, name, config).await;
        pin(&format!("view_of_{}", name.replace('-', "_")), activity.view);
    }
}

/// Whether a view of the vote counts so many people.
fn shows(people: u32) -> impl Fn(&Value) -> bool {
    move |view| view["blocks"][2]["value"].as_str() == Some(people.to_string().as_str())
}

#[tokio::test]
async fn frames_of_a_socket() {
    let (_host, wang, li) = two_people().await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let vote = wang.open(&room.number, "vote", lunch()).await;
    socket.expect_view(&vote.id, shows(0)).await;
    pin("frame_welcome", wang.connect(&room.number).await.welcome);

    let li = li.join(&room.number).await;
    pin("frame_presence", socket.expect_presence(|frame| frame["members"] == 2).await);
    li.act(&vote, json!({ "choose": ["面"] })).await;
    pin("frame_view", socket.expect_view(&vote.id, shows(1)).await);
    pin("frame_reply", socket.say("c1", "你好").await.frame);
    pin("frame_reply_of_an_action", socket.do_act("a1", &vote.id, json!({ "choose": ["饭"] })).await.frame);
    pin("frame_refusal", socket.do_act("a2", &vote.id, json!({ "choose": ["饭"] })).await.frame);
    socket.send_text("{").await;
    pin("frame_refusal_of_what_cannot_be_read", socket.any_reply().await.expect("a reply").frame);

    socket.expect_view(&vote.id, shows(2)).await;
    let since = socket.seen_through() - 1;
    pin("frame_welcome_again", wang.connect_since(&room.number, since).await.welcome);
    socket.send(&json!({ "type": "watch", "id": "w1", "activity": vote.id })).await;
    pin("frame_own_view", socket.expect("the own view", |frame| frame["own"] == true).await);
}

#[tokio::test]
async fn events_and_journal() {
    let (host, wang, li) = two_people().await;
    let room = wang.create_conference("年会").await;
    let mut socket = wang.connect(&room.number).await;
    let li = li.join(&room.number).await;
    wang.appoint(&room.number, &li).await;
    socket.say("c1", "你好").await.ok();
    let lottery = json!({ "title": "抽奖", "prizes": [{ "name": "书", "count": 1 }] });
    let lottery = wang.open(&room.number, "lottery", lottery).await;
    host.person("zhang", "小张").await.join(&room.number).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    let packet = json!({ "total_cents": 100, "shares": 2, "mode": "equal", "greeting": "恭喜", "expires_in_s": 1 });
    let packet = wang.open(&room.number, "red-packet", packet).await;
    socket.expect("the refund", |frame| frame["event"]["refunded"].is_object()).await;
    host.administrator().upload(guest("hostile")).await.ok(201);
    let hostile = wang.open(&room.number, "hostile", json!({})).await;
    for _ in 0..5 {
        let trapped = wang.try_act(&hostile, json!({ "do": "trap" })).await;
        trapped.problem(503, "plugin_fault");
    }
    socket.expect("the end of patience", |frame| frame["change"] == "faulted").await;
    for activity in [&lottery, &packet, &hostile] {
        wang.close(activity).await;
    }
    li.leave(&room.number).await;
    wang.end(&room.number).await;

    let journal = wang.journal(&room.number).await;
    let last = journal.last().and_then(|entry| entry["seq"].as_u64()).expect("an end");
    pin("events", socket.events_through(last).await);
    pin("journal", journal);
}

#[tokio::test]
async fn what_organizers_do_and_how_people_react() {
    let host = Launch::new().unhurried().set("limits.socket.ping_interval_ms", 100).start().await;
    let wang = host.person("wang", "小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    pin("frame_alive", socket.expect("a sign of life", |frame| frame["type"] == "alive").await);
    host.person("li", "小李").await.join(&room.number).await;

    let said = socket.say("c1", "你好").await.seq();
    let react = room.path(&format!("/messages/{said}/reactions"));
    wang.post(&react, &json!({ "reaction": "👍" })).await.ok(200);
    pin("frame_reactions", socket.expect("the counts", |frame| frame["type"] == "reactions").await);
    let deed = async |method: &str, path: &str, body: Value| {
        wang.request(method, &room.path(path)).json(&body).send().await.ok(200);
    };
    deed("PUT", &format!("/messages/{said}/wall"), json!({})).await;
    pin("frame_wall", socket.expect("the wall", |frame| frame["type"] == "wall").await);
    pin("frame_welcome_with_a_wall", wang.connect(&room.number).await.welcome["on_wall"].clone());
    deed("DELETE", &format!("/messages/{said}/wall"), json!({})).await;
    let li = json!({ "member": "li" });
    deed("POST", "/mutes", li.clone()).await;
    deed("DELETE", "/mutes/li", json!({})).await;
    deed("POST", "/organizers", li.clone()).await;
    deed("DELETE", "/organizers/li", json!({})).await;
    deed("POST", "/removals", li.clone()).await;
    pin("removals", wang.get(&room.path("/removals")).await.ok(200));
    deed("DELETE", "/removals/li", json!({})).await;
    for name in ["小李", "李四"] {
        host.person("li", name).await.join(&room.number).await;
    }
    deed("PATCH", "", json!({ "private": true })).await;
    deed("POST", "/key", json!({})).await;
    deed("PUT", "/notice", json!({ "text": "十点开始" })).await;
    deed("DELETE", &format!("/messages/{said}"), json!({})).await;
    deed("POST", "/owner", li).await;

    let journal = wang.journal(&room.number).await;
    let last = journal.last().and_then(|entry| entry["seq"].as_u64()).expect("an entry");
    pin("events_of_organizers", socket.events_through(last).await);
    pin("journal_of_organizers", journal);
}

#[tokio::test]
async fn problem_documents() {
    let host = Launch::new().set("limits.person.open_conferences", 1).start().await;
    let (admin, wang, li) = (host.administrator(), host.person("wang", "小王").await, host.person("li", "小李").await);
    let room = wang.create_conference("周会").await;
    admin.upload(guest("hostile")).await.ok(201);
    let hostile = wang.open(&room.number, "hostile", json!({})).await;
    let not_json = wang.request("POST", "/api/conferences").bytes("application/json", "{").send().await;

    let answers = [
        li.post("/api/conferences", &json!({ "title": "" })).await,
        wang.post("/api/conferences", &json!({ "title": "又一个" })).await,
        not_json,
        host.anonymous().get("/api/me").await,
        wang.get("/api/nothing").await,
        wang.post_empty("/api/me").await,
        li.get(&room.path("/members")).await,
        wang.get("/api/activities/01kb2c3d4e5f6g7h8j9k0m1n2p").await,
        wang.get(&room.path("/journal?after=x")).await,
        wang.post_empty("/api/admin/plugins/vote/rollback").await,
        wang.try_act(&hostile, json!({ "do": "trap" })).await,
        wang.try_act(&hostile, json!({ "do": "refuse", "text": "今天不行" })).await,
        admin.upload(b"no component".to_vec()).await,
    ];
    pin("problems", answers.iter().map(problem).collect::<Vec<_>>());
}

#[tokio::test]
async fn plugins() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.person("wang", "小王").await);

    pin("plugins", wang.get("/api/plugins").await.ok(200));
    pin("admin_plugins", admin.get("/api/admin/plugins").await.ok(200));
    pin("admin_uploaded", admin.upload_inactive(newer(&plugin("vote"))).await.ok(201));
    let activate = json!({ "version": "0.1.1" });
    pin("admin_activated", admin.post("/api/admin/plugins/vote/activate", &activate).await.ok(200));
    pin("admin_plugin", admin.get("/api/admin/plugins/vote").await.ok(200));
    pin("admin_disabled", admin.post_empty("/api/admin/plugins/vote/disable").await.ok(200));
    pin("admin_audit", admin.get("/api/admin/audit").await.ok(200));
}

/// Sentences for people may change with every commit; what they describe may not.
fn leave_out_sentences(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, value| !(["description", "summary"].contains(&name.as_str()) && value.is_string()));
            fields.values_mut().for_each(leave_out_sentences);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_sentences),
        _ => {}
    }
}

#[tokio::test]
async fn the_description_of_the_routes() {
    let host = Host::start().await;

    let mut document = host.anonymous().get("/api/openapi.json").await.ok(200);
    leave_out_sentences(&mut document);
    pin("openapi", document);
}

#[test]
fn every_file_belongs_to_a_test() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("it/wire");
    let names = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").file_name());
    let names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    let pinned = names.iter().filter_map(|name| name.strip_suffix(".snap"));

    let unused: Vec<&str> = pinned
        .filter(|name| !name.starts_with("view_of_") && !include_str!("wire.rs").contains(&format!("\"{name}\"")))
        .collect();
    assert!(unused.is_empty(), "nothing is compared with these any more: {unused:?}");
}
