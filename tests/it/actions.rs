//! Actions over HTTP: checked before the plugin sees them, and safe to send again.

use hezi_tests::{Activity, Conference, Host, User};
use serde_json::{Value, json};

async fn rating() -> (Host, User, Conference, Activity) {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let config = json!({ "subject": "茶", "min": 1, "max": 5, "step": 1, "revisable": true });
    let activity = wang.open(&room.number, "rating", config).await;
    (host, wang, room, activity)
}

#[tokio::test]
async fn an_action_gives_its_place_in_the_journal_and_the_plugins_reply() {
    let (host, wang, room, activity) = rating().await;
    let li = host.user("小李").await.join(&room.number).await;

    let first = wang.act(&activity, json!({ "score": 4 })).await;
    let second = li.act(&activity, json!({ "score": 2 })).await;

    assert_eq!(first.reply, json!({ "score": 4 }));
    assert!(second.seq > first.seq);
}

#[tokio::test]
async fn an_action_that_makes_no_sense_changes_nothing() {
    let (_host, wang, room, activity) = rating().await;
    let before = wang.journal(&room.number).await;

    for action in [
        json!({}),
        json!({ "score": "good" }),
        json!({ "score": 9 }),
        json!({ "score": 4, "and": 1 }),
        json!([4]),
        Value::Null,
    ] {
        wang.try_act(&activity, action).await.problem(422, "invalid");
    }
    let unreadable = wang.request("POST", &activity.path("/actions")).bytes("application/json", "{\"score\":");
    unreadable.send().await.problem(400, "malformed_json");

    assert_eq!(wang.journal(&room.number).await, before);
    assert_eq!(wang.report(&activity).await["rows"], json!([]));
}

#[tokio::test]
async fn a_retried_action_gives_the_same_reply_and_happens_once() {
    let (_host, wang, room, activity) = rating().await;
    let act = |key: &'static str, score: u64| {
        let request = wang.request("POST", &activity.path("/actions")).header("idempotency-key", key);
        request.json(&json!({ "score": score })).send()
    };

    let first = act("k1", 4).await.ok(200);
    let revised = act("k2", 2).await.ok(200);
    let retried = act("k1", 4).await.ok(200);
    act("k1", 3).await.problem(409, "id_reused");

    assert_eq!(retried, first);
    assert_ne!(revised["seq"], first["seq"]);
    assert_eq!(wang.report(&activity).await["rows"][0].as_array().map(|row| row.contains(&json!("2"))), Some(true));
    let acted = wang.journal(&room.number).await.into_iter().filter(|entry| entry["kind"] == "acted").count();
    assert_eq!(acted, 2);
}

#[tokio::test]
async fn the_key_of_a_retry_is_the_id_of_a_command_on_the_socket() {
    let (_host, wang, room, activity) = rating().await;
    let mut socket = wang.connect(&room.number).await;

    let over_http = wang.request("POST", &activity.path("/actions")).header("idempotency-key", "k1");
    let over_http = over_http.json(&json!({ "score": 4 })).send().await.ok(200);
    let over_socket = socket.do_act("k1", &activity.id, json!({ "score": 4 })).await;

    assert_eq!(over_socket.seq(), over_http["seq"]);
    assert_eq!(over_socket.ok(), &over_http["reply"]);
}

#[tokio::test]
async fn a_key_that_is_no_id_is_refused() {
    let (_host, wang, _room, activity) = rating().await;

    let long = "k".repeat(65);
    for key in ["", "a b", long.as_str()] {
        let request = wang.request("POST", &activity.path("/actions")).header("idempotency-key", key);
        request.json(&json!({ "score": 4 })).send().await.problem(422, "invalid");
    }
    assert_eq!(wang.report(&activity).await["rows"], json!([]));
}
