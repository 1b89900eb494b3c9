//! The journal, newest first and by kind: what a page shows when it opens, however much has happened since.

use hezi_tests::{Launch, User};
use serde_json::{Value, json};

/// Reads backward with this query to the end; gives the entries and the number of pages.
async fn back(user: &User, number: &str, query: &str) -> (Vec<Value>, usize) {
    let (mut entries, mut pages, mut before) = (Vec::new(), 0, String::new());
    loop {
        let page = user.get(&format!("/api/conferences/{number}/journal?{query}{before}")).await.ok(200);
        entries.extend(page["entries"].as_array().expect("entries").iter().cloned());
        pages += 1;
        match page["next"].as_u64() {
            Some(next) => before = format!("&before={next}"),
            None => return (entries, pages),
        }
    }
}

fn seqs(entries: &[Value]) -> Vec<u64> {
    entries.iter().map(|entry| entry["seq"].as_u64().expect("a seq")).collect()
}

#[tokio::test]
async fn chat_is_found_however_many_ballots_came_after_it() {
    let host = Launch::new().unhurried().set("limits.room.resume_events", 10).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let said = [socket.say("c1", "第一句").await.seq(), socket.say("c2", "第二句").await.seq()];
    let config = json!({ "question": "?", "options": ["A", "B"], "revisable": true });
    let vote = wang.open(&room.number, "vote", config).await;
    for n in 0..300 {
        socket.do_act(&format!("v{n}"), &vote.id, json!({ "choose": ["A"] })).await.ok();
    }

    let page = wang.get(&room.path("/journal?kind=chat&limit=1")).await.ok(200);
    assert_eq!(seqs(page["entries"].as_array().expect("entries")), [said[1]], "one request");
    let (chat, pages) = back(&wang, &room.number, "kind=chat&limit=1").await;
    assert_eq!((seqs(&chat), pages), (vec![said[1], said[0]], pages));
    let mut forward: Vec<u64> = Vec::new();
    let mut after = 0;
    loop {
        let page = wang.get(&room.path(&format!("/journal?after={after}&limit=50"))).await.ok(200);
        forward.extend(seqs(page["entries"].as_array().expect("entries")));
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    let (mut all, _) = back(&wang, &room.number, "limit=37&kind=acted").await;
    all.reverse();
    let acted: Vec<u64> = forward.into_iter().filter(|seq| *seq > said[1] + 2).collect();
    assert_eq!(seqs(&all), acted, "backward and forward say the same");
}

#[tokio::test]
async fn a_welcome_has_what_was_said_last_and_tells_the_time() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    assert_eq!(socket.welcome["chat"], json!([]));
    for n in 0..60 {
        socket.say(&format!("c{n}"), &format!("第{n}句")).await.ok();
    }

    let late = host.user("小李").await.connect(&room.number).await;

    let chat = late.welcome["chat"].as_array().expect("the last of the chat");
    assert_eq!(chat.len(), 50);
    assert_eq!((&chat[0]["text"], &chat[49]["text"]), (&json!("第10句"), &json!("第59句")));
    assert!(late.welcome["now_ms"].as_u64().is_some_and(|now_ms| now_ms > 1_700_000_000_000));
    assert!(late.welcome["alive_every_ms"].as_u64().is_some_and(|every_ms| every_ms > 0));
}

#[tokio::test]
async fn an_open_line_shows_that_it_is_alive() {
    let host = Launch::new().set("limits.socket.ping_interval_ms", 100).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    assert_eq!(socket.welcome["alive_every_ms"], 100);
    socket.expect("a sign of life", |frame| frame["type"] == "alive").await;
}

#[tokio::test]
async fn a_page_goes_one_way() {
    let host = Launch::new().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    for query in ["after=1&before=2", "after=1&kind=chat", "kind=shouts", "before=-1"] {
        wang.get(&room.path(&format!("/journal?{query}"))).await.problem(422, "invalid");
    }
    let id = format!("/api/conferences/{}/journal?kind=joined", room.id);
    assert_eq!(seqs(wang.get(&id).await.ok(200)["entries"].as_array().expect("entries")), [1], "by its id, too");
    let nobody = "/api/conferences/01ARZ3NDEKTSV4RRFFQ69G5FAV/journal";
    wang.get(nobody).await.problem(404, "unknown_conference");
}
