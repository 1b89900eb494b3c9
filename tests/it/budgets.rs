//! Nobody takes anything from others: what one member may make a journal grow by, and what a room remembers of commands.

use futures_util::future::join_all;
use hezi_tests::{Launch, Reply};
use serde_json::json;

#[tokio::test]
async fn a_member_who_fills_the_journal_waits_and_nobody_else_does() {
    let launch = Launch::new().unhurried();
    let host =
        launch.set("limits.room.member_bytes_burst", 20_000).set("limits.room.member_bytes_per_s", 1).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut flood = wang.connect(&room.number).await;
    let text = "长".repeat(2_000);
    let mut replies: Vec<Reply> = Vec::new();
    for n in 0..8 {
        replies.push(flood.say(&format!("c{n}"), &text).await);
    }
    let taken = replies.iter().filter(|reply| reply.is_ok()).count();
    assert!((3..=5).contains(&taken), "of 6 kB each, 20 kB were allowed: {taken}");
    let refused = replies.last().expect("a reply");
    assert_eq!(refused.error(), "rate_limited");
    assert!(refused.frame["error"]["retry_after_ms"].as_u64().is_some_and(|ms| ms > 0), "{}", refused.frame);

    let li = host.user("小李").await.join(&room.number).await;
    li.connect(&room.number).await.say("c1", &text).await.ok();
}

#[tokio::test]
async fn blanks_are_not_kept() {
    let launch = Launch::new().unhurried();
    let host =
        launch.set("limits.room.member_bytes_burst", 20_000).set("limits.room.member_bytes_per_s", 1).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "演讲" })).await;
    let mut socket = wang.connect(&room.number).await;
    let blanks = " ".repeat(50_000);
    for n in 0..6 {
        let frame = format!(
            r#"{{"type":"act","id":"a{n}","activity":"{}","action":{{{blanks}"score":{}}}}}"#,
            rating.id,
            n % 5 + 1
        );
        socket.send_text(&frame).await;
        socket.reply(&format!("a{n}")).await.ok();
    }
}

#[tokio::test]
async fn a_command_that_has_left_the_memory_is_found_in_the_journal() {
    let mut host = Launch::new().durable().unhurried().set("limits.room.replies_in_memory", 5).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "演讲" })).await;
    let mut socket = wang.connect(&room.number).await;
    let mut before = Vec::new();
    for n in 0..40 {
        before.push(match n % 2 {
            0 => socket.say(&format!("c{n}"), &format!("第 {n} 句")).await,
            _ => socket.do_act(&format!("c{n}"), &rating.id, json!({ "score": n % 5 + 1 })).await,
        });
    }
    let said = wang.journal(&room.number).await.len();
    // Opening the room writes the index of its commands, and keeps five answers.
    host.restart().await;
    let mut socket = wang.connect(&room.number).await;
    for (n, before) in before.iter().enumerate() {
        let again = match n % 2 {
            0 => socket.say(&format!("c{n}"), &format!("第 {n} 句")).await,
            _ => socket.do_act(&format!("c{n}"), &rating.id, json!({ "score": n % 5 + 1 })).await,
        };
        assert_eq!(&again, before, "the same reply as before");
    }
    assert_eq!(socket.say("c0", "另一句").await.error(), "id_reused");
    assert_eq!(wang.journal(&room.number).await.len(), said, "nothing happened twice");
}

#[tokio::test]
async fn the_same_command_many_times_at_once_is_looked_for_once_and_answered_to_each() {
    let mut host = Launch::new().durable().unhurried().set("limits.room.replies_in_memory", 1).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let first = socket.say("old", "你好").await;
    for n in 0..4 {
        socket.say(&format!("c{n}"), "later").await.ok();
    }
    host.restart().await;
    let sockets = join_all((0..6).map(|_| wang.connect(&room.number))).await;
    let replies = join_all(sockets.into_iter().map(async |mut socket| socket.say("old", "你好").await)).await;
    assert!(replies.iter().all(|reply| *reply == first), "{replies:?}");
}

#[tokio::test]
async fn a_conference_takes_so_many_commands_and_no_more() {
    let host = Launch::new().set("limits.room.commands", 3).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    for n in 0..3 {
        socket.say(&format!("c{n}"), "你好").await.ok();
    }
    let refused = socket.say("c3", "你好").await;
    assert_eq!(refused.error(), "too_many");
    assert!(
        refused.frame["error"]["detail"].as_str().is_some_and(|why| why.contains("at most 3")),
        "{}",
        refused.frame
    );
    socket.say("c0", "你好").await.ok();
}
