//! A store that is a SurrealDB server (`ws://`): what was acknowledged outlives both, and one server has it at a time.
//!
//! The stories are told where a machine has such a server; its own rules for the lease are tested beside `store/lease.rs`.

use hezi_tests::{DEADLINE, Surreal, program};
use serde_json::json;
use tokio::time::timeout;

/// The server, unless this machine has none.
async fn surreal() -> Option<Surreal> {
    let surreal = Surreal::start().await;
    if surreal.is_none() {
        program::say_untested("a store that is a SurrealDB server, for there is no `surreal` here");
    }
    surreal
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_server_that_is_killed() {
    let Some(surreal) = surreal().await else { return };
    let mut host = surreal.launch().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    for number in 0..50 {
        assert!(socket.say(&format!("c{number}"), "你好").await.is_ok());
    }
    let before = wang.journal(&room.number).await;

    // The lease of a server that dies has to run out first.
    host.kill().await;
    host.restart().await;

    assert_eq!(wang.journal(&room.number).await, before);
    let mut socket = wang.connect(&room.number).await;
    assert!(socket.say("c0", "你好").await.is_ok(), "the same command again is answered");
    assert_eq!(wang.journal(&room.number).await, before, "and done once");
    // One that goes by itself gives the lease back.
    host.ask_to_stop().await;
    assert!(host.ended().await.success());
    host.restart().await;
    assert_eq!(wang.journal(&room.number).await, before);
}

#[tokio::test]
async fn a_second_server_is_refused_and_told_why() {
    let Some(surreal) = surreal().await else { return };
    let host = surreal.launch().start().await;
    let second = surreal.launch().refuse().await;
    let why = second.refusal();
    assert!(why.contains("another server") && why.contains("surrealdb.database"), "{why}");
    let wang = host.user("小王").await;
    wang.create_conference("周会").await;
    // Another database of the same SurrealDB is another store.
    surreal.launch().set("surrealdb.database", "other").start().await;
}

#[tokio::test]
async fn a_database_that_was_away_is_used_again() {
    let Some(mut surreal) = surreal().await else { return };
    let host = surreal.launch().set("surrealdb.query_timeout_ms", 2_000).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    wang.connect(&room.number).await.say("c1", "之前").await.seq();
    let before = wang.journal(&room.number).await;

    surreal.kill().await;
    wang.post("/api/conferences", &json!({ "title": "走不通" })).await.problem(503, "unavailable");
    surreal.restart().await;

    // Whoever asks too early is told so, and asks again.
    let back = async { while wang.post("/api/conferences", &json!({ "title": "走得通" })).await.status != 201 {} };
    timeout(DEADLINE, back).await.expect("the store is used again");
    assert_eq!(wang.journal(&room.number).await, before);
    let mut socket = wang.connect(&room.number).await;
    assert!(socket.say("c2", "之后").await.is_ok());
}
