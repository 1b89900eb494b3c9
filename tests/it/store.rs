//! The store as whoever runs the server meets it: readiness, the end of the log, `hezi verify`, one owner of a folder.

use std::path::Path;
use std::sync::Arc;

use hezi::clock::SystemRng;
use hezi::config::Config;
use hezi::domain::entry::{Entry, Happening};
use hezi::domain::id::{ConferenceId, UserId};
use hezi::domain::member::Person;
use hezi::store::{Commit, Record, Rows, Store};
use hezi_tests::{Console, Host, Launch};
use serde_json::json;

async fn meeting(host: &Host) -> String {
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "演讲" })).await;
    let mut socket = wang.connect(&room.number).await;
    for n in 0..20 {
        socket.say(&format!("c{n}"), "你好").await.ok();
        socket.do_act(&format!("a{n}"), &rating.id, json!({ "score": n % 5 + 1 })).await.ok();
    }
    room.number
}

#[tokio::test]
async fn a_store_is_verified_after_a_stop_and_after_a_kill() {
    let mut host = Launch::new().durable().unhurried().start().await;
    meeting(&host).await;
    let data = host.launched_by().data_folder();
    host.ask_to_stop().await;
    assert!(host.ended().await.success());
    let after_stop = Console::verify(&data).await;
    assert!(after_stop.ok().starts_with("1 conferences, "), "{after_stop:?}");
    assert!(
        after_stop.stdout.contains(" 40 commands, ") || after_stop.stdout.contains(" 42 commands, "),
        "{after_stop:?}"
    );

    host.restart().await;
    meeting(&host).await;
    host.kill().await;
    let after_kill = Console::verify(&data).await;
    assert!(after_kill.ok().starts_with("2 conferences, "), "{after_kill:?}");
    assert!(after_kill.stdout.contains("all as it should be"), "{after_kill:?}");
}

#[tokio::test]
async fn a_folder_has_one_server_at_a_time() {
    let host = Launch::new().durable().start().await;
    let verified = Console::verify(&host.launched_by().data_folder()).await;
    assert_eq!(verified.code, Some(2), "{verified:?}");
    let in_use = "another server, or `hezi verify`, has it open";
    assert!(verified.stderr.contains(in_use), "{verified:?}");
    assert!(host.launched_by().refuse().await.refusal().contains(in_use));
    meeting(&host).await;
}

#[tokio::test]
async fn a_store_that_cannot_be_read_says_so_and_is_left_alone() {
    let launch = Launch::new().durable();
    let folder = launch.folder("data").join("store");
    let launch = launch.set("store", format!("rocksdb://{}?sync=every", folder.display()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("CURRENT"), "MANIFEST-000005\n").expect("a file");
    assert!(launch.refuse().await.refusal().contains("store"));
    assert_eq!(std::fs::read_to_string(folder.join("CURRENT")).expect("a file"), "MANIFEST-000005\n");
}

/// Writes an entry far behind the end of a conference's journal, as if those before it had been lost. On a runtime of its
/// own: the engine lets go of its folder when that ends.
fn leave_a_hole(data: &Path, conference: &str, seq: u64) {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    let runtime = threads.enable_all().worker_threads(2).thread_stack_size(10 << 20).build().expect("a runtime");
    runtime.block_on(commit_behind_the_end(data, conference, seq));
}

async fn commit_behind_the_end(data: &Path, conference: &str, seq: u64) {
    let config = Config { data: data.to_owned(), ..Config::default() };
    let store = Store::open(&config, Arc::new(SystemRng)).await.expect("the store opens");
    let from = Person { id: UserId::parse("ghost").expect("an id"), name: "ghost".into() };
    let entry = Entry {
        seq,
        at_ms: 1,
        what: Happening::Chat { from, text: "after the hole".into(), reply_to: None, deleted_by: None },
    };
    let commit = Commit {
        conference: ConferenceId::parse(conference).expect("an id"),
        record: Record { entries: vec![entry], ..Record::default() },
        rows: Rows::default(),
    };
    store.commit(&commit).await.expect("commits");
    store.close().await.expect("closes");
}

#[tokio::test]
async fn a_conference_with_a_hole_is_closed_to_writing_and_can_be_read() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let whole = wang.create_conference("好的").await;
    let room = wang.create_conference("坏的").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "演讲" })).await;
    let mut socket = wang.connect(&room.number).await;
    let last = socket.say("c1", "你好").await.seq();
    host.ask_to_stop().await;
    assert!(host.ended().await.success());
    let data = host.launched_by().data_folder();
    let (folder, id) = (data.clone(), room.id.clone());
    tokio::task::spawn_blocking(move || leave_a_hole(&folder, &id, last + 5)).await.expect("a hole");
    let verified = Console::verify(&data).await;
    assert_eq!(verified.code, Some(1), "{verified:?}");
    let missing = format!("the entries {} to {} are missing", last + 1, last + 4);
    assert!(verified.stdout.contains(&missing), "{verified:?}");

    host.restart().await;
    let refused = wang.try_act(&rating, json!({ "score": 3 })).await.problem(503, "damaged");
    assert!(refused["detail"].as_str().is_some_and(|why| why.contains(&missing)), "{refused}");
    let li = host.user("小李").await;
    li.post(&format!("/api/conferences/{}/join", room.number), &json!({})).await.problem(503, "damaged");
    let texts: Vec<_> = wang.journal(&room.number).await.into_iter().map(|entry| entry["text"].clone()).collect();
    assert!(texts.contains(&json!("你好")) && texts.contains(&json!("after the hole")), "{texts:?}");
    let audit = host.administrator().get("/api/admin/audit").await.ok(200).to_string();
    assert!(audit.contains("closed to writing") && audit.contains(&missing), "{audit}");
    // The others go on.
    wang.connect(&whole.number).await.say("c1", "你好").await.ok();
    host.anonymous().get("/health/ready").await.ok(200);
}

#[tokio::test]
async fn readiness_writes() {
    let host = Launch::new().durable().start().await;
    host.anonymous().get("/health/ready").await.ok(200);
}
