//! What people find after the server was killed and started again: sessions, roles, activities, timers, what they missed.
//!
//! That nothing acknowledged is lost while everybody writes is `torture.rs`'s.

use hezi_tests::{Host, Launch};
use serde_json::{Value, json};

async fn durable_host() -> Host {
    Launch::new().durable().unhurried().start().await
}

#[tokio::test]
async fn an_activitys_state_is_what_was_acknowledged() {
    let mut host = durable_host().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let members = host.members(&room.number, 30).await;
    let config =
        json!({ "total_cents": 5_000, "shares": 20, "mode": "lucky", "greeting": "!", "expires_in_s": 86_400 });
    let packet = wang.open(&room.number, "red-packet", config).await;
    let mut cents = 0;
    for member in &members[..12] {
        cents += member.act(&packet, json!({ "grab": {} })).await.reply["cents"].as_u64().expect("cents");
    }

    for _ in 0..2 {
        host.kill().await;
        host.restart().await;
    }
    for member in &members[..12] {
        member.try_act(&packet, json!({ "grab": {} })).await.problem(409, "conflict");
    }
    for member in &members[12..20] {
        cents += member.act(&packet, json!({ "grab": {} })).await.reply["cents"].as_u64().expect("cents");
    }

    assert_eq!(cents, 5_000);
    members[20].try_act(&packet, json!({ "grab": {} })).await.problem(410, "exhausted");
}

#[tokio::test]
async fn a_restart_loses_nobody_and_nothing() {
    let mut host = durable_host().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    wang.appoint(&room.number, &li).await;
    let draft = wang.draft(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    let closed = wang.open(&room.number, "rating", json!({ "subject": "茶" })).await;
    li.act(&closed, json!({ "score": 5 })).await;
    let closed = wang.close(&closed).await;
    let ended = wang.create_conference("旧会").await;
    wang.end(&ended.number).await;
    let before = (wang.journal(&room.number).await, wang.report(&closed).await);

    host.kill().await;
    host.restart().await;

    assert_eq!(li.get("/api/me").await.ok(200)["name"], "小李", "sessions go on");
    assert_eq!((wang.journal(&room.number).await, wang.report(&closed).await), before);
    assert_eq!(wang.look_at(&closed).await.view, closed.view);
    assert_eq!(wang.get(&ended.path("")).await.ok(200)["state"], "ended");
    li.open_drafted(&draft).await;
    assert_eq!(li.connect(&room.number).await.welcome["me"]["role"], "organizer");
}

#[tokio::test]
async fn a_client_that_was_connected_hears_what_it_missed_after_a_restart() {
    let mut host = durable_host().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    let mut screen = wang.connect(&room.number).await;
    let first = screen.say("c1", "第一句").await.seq();
    phone.events_through(first).await;
    drop(phone);
    let second = screen.say("c2", "第二句").await.seq();

    host.kill().await;
    host.restart().await;
    let mut phone = li.connect_since(&room.number, first).await;
    let third = phone.say("c1", "第三句").await.seq();

    assert_eq!(phone.welcome["resumed"], true);
    let heard: Vec<Value> = phone.events_through(third).await.iter().map(|event| event["seq"].clone()).collect();
    assert_eq!(heard, [second, third]);
}

#[tokio::test]
async fn a_packet_that_expires_while_the_server_is_down_is_refunded_after_its_start() {
    let mut host = durable_host().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let config = json!({ "total_cents": 1_000, "shares": 5, "mode": "equal", "greeting": "!", "expires_in_s": 1 });
    let packet = wang.open(&room.number, "red-packet", config).await;

    host.kill().await;
    host.restart().await;
    let what = "the refund";
    li.poll(&packet.path(""), what, |seen| seen["view"] != packet.view).await;

    let refused = li.try_act(&packet, json!({ "grab": {} })).await;
    assert!([409, 410].contains(&refused.status), "nothing is given after the expiry: {refused:?}");
    let journal = wang.journal(&room.number).await;
    let refunds: Vec<&Value> = journal.iter().filter(|entry| entry["event"]["refunded"].is_object()).collect();
    assert_eq!(refunds.len(), 1, "refunded once: {journal:?}");
    assert_eq!(refunds[0]["event"]["refunded"]["cents"], 1_000);
}
