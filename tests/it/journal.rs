//! The journal over HTTP: one order, in pages, and nobody sees what is not theirs.

use hezi_tests::{Host, Launch};
use serde_json::{Value, json};

#[tokio::test]
async fn every_kind_of_entry_has_its_place() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let said = li.connect(&room.number).await.say("c1", "你好").await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    let acted = li.act(&vote, json!({ "choose": ["A"] })).await;
    wang.close(&vote).await;
    wang.end(&room.number).await;

    let journal = li.journal(&room.number).await;

    let chat = journal.iter().find(|entry| entry["kind"] == "chat").expect("the chat");
    assert_eq!(chat["seq"], said.seq());
    assert_eq!((&chat["text"], &chat["from"]["id"]), (&json!("你好"), &json!(li.id)));
    let mine = journal.iter().find(|entry| entry["seq"] == acted.seq).expect("the place of my own action");
    assert_eq!(mine["activity"], vote.id.as_str());
    let changes: Vec<&Value> = journal.iter().filter(|entry| entry["kind"] == "activity").collect();
    assert!(changes.iter().all(|entry| entry["activity"]["id"] == vote.id.as_str()), "{changes:?}");
    let words: Vec<&str> = changes.iter().filter_map(|entry| entry["change"].as_str()).collect();
    assert!(words.ends_with(&["opened", "closed"]), "{words:?}");
    assert_eq!(journal.last().map(|entry| &entry["kind"]), Some(&json!("ended")));
    for entry in &journal {
        assert!(entry["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{entry}");
    }
}

#[tokio::test]
async fn pages_of_any_size_tell_the_same_story() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    for n in 0..40 {
        socket.chat(&format!("c{n}"), &format!("第{n}句")).await;
    }
    socket.reply("c39").await.ok();

    let whole = wang.journal_in_pages_of(&room.number, 500).await;

    assert_eq!(whole.len(), 41, "one joined, forty said");
    for limit in [1, 7, 40, 41] {
        assert_eq!(wang.journal_in_pages_of(&room.number, limit).await, whole, "in pages of {limit}");
    }
    let past_the_end = wang.get(&room.path("/journal?after=1000000")).await.ok(200);
    assert_eq!(past_the_end["entries"], json!([]));
    for query in ["after=x", "after=-1", "limit=0", "limit=x"] {
        wang.get(&room.path(&format!("/journal?{query}"))).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn what_somebody_did_in_an_activity_is_theirs_alone() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let zhang = host.user("小张").await.join(&room.number).await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["甲", "乙"] })).await;

    let acted = li.act(&vote, json!({ "choose": ["乙"] })).await;

    let sees = async |user: &hezi_tests::User| {
        let journal = user.journal(&room.number).await;
        journal.into_iter().any(|entry| entry["seq"] == acted.seq)
    };
    assert!(sees(&li).await, "the actor sees it");
    assert!(!sees(&zhang).await, "another participant does not");
    assert!(!sees(&wang).await, "neither does the organizer");
}

#[tokio::test]
async fn whoever_comes_late_reads_everything_that_was_said() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    wang.connect(&room.number).await.say("c1", "先说一句").await.ok();

    let late = host.user("晚到").await.join(&room.number).await;

    let journal = late.journal(&room.number).await;
    assert!(journal.iter().any(|entry| entry["text"] == "先说一句"), "{journal:?}");
}
