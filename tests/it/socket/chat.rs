//! Chat: everybody hears the same, in the same order, and nobody can shout the others down.

use futures_util::future::join_all;
use hezi_tests::{Host, Launch};
use serde_json::{Value, json};

#[tokio::test]
async fn everybody_hears_what_is_said_the_speaker_too() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let (mut screen, mut phone) = (wang.connect(&room.number).await, li.connect(&room.number).await);

    let reply = phone.say("c1", "你好 👋 <b>\"\u{2028}").await;

    for socket in [&mut screen, &mut phone] {
        let event = socket.expect_event("chat").await;
        assert_eq!(event["seq"], reply.seq());
        assert_eq!(event["from"], json!({ "id": li.id, "name": "小李" }));
        assert_eq!(event["text"], "你好 👋 <b>\"\u{2028}");
        assert!(event["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{event}");
    }
}

#[tokio::test]
async fn rooms_do_not_hear_each_other() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let (weekly, party) = (wang.create_conference("周会").await, wang.create_conference("年会").await);
    let mut in_weekly = wang.connect(&weekly.number).await;
    let mut in_party = wang.connect(&party.number).await;

    in_weekly.say("c1", "周会的话").await.ok();
    in_party.say("c1", "年会的话").await.ok();

    assert_eq!(in_weekly.expect_event("chat").await["text"], "周会的话");
    assert_eq!(in_party.expect_event("chat").await["text"], "年会的话");
    assert!(in_party.untaken("event").is_empty());
}

#[tokio::test]
async fn everybody_hears_the_same_order() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let members = host.members(&room.number, 8).await;
    let sockets = join_all(members.iter().map(|member| member.connect(&room.number))).await;

    let talks = sockets.into_iter().enumerate().map(|(who, mut socket)| async move {
        for n in 0..25 {
            socket.chat(&format!("c{n}"), &format!("{who}-{n}")).await;
        }
        let mut last = 0;
        for n in 0..25 {
            let seq = socket.reply(&format!("c{n}")).await.seq();
            assert!(seq > last, "what one person says keeps its order");
            last = seq;
        }
        (socket, last)
    });
    let mut heard = join_all(talks).await;

    let end = heard.iter().map(|(_, last)| *last).max().expect("somebody spoke");
    let mut stories: Vec<Vec<Value>> = Vec::new();
    for (socket, _) in &mut heard {
        let events = socket.events_through(end).await;
        stories.push(events.into_iter().filter(|event| event["kind"] == "chat").collect());
    }
    assert_eq!(stories[0].len(), 200);
    assert!(stories.iter().all(|story| story == &stories[0]), "everybody hears the same story");
}

#[tokio::test]
async fn what_cannot_be_shown_or_is_too_long_is_not_said() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;

    assert_eq!(socket.say("c1", "").await.error(), "invalid");
    assert_eq!(socket.say("c2", &"长".repeat(2_001)).await.error(), "invalid");
    let longest = "长".repeat(2_000);
    socket.say("c3", &longest).await.ok();

    assert_eq!(socket.expect_event("chat").await["text"], longest.as_str());
    assert_eq!(wang.journal(&room.number).await.len(), 2, "joined, and the one that was said");
}

#[tokio::test]
async fn who_talks_too_fast_is_told_when_to_go_on_and_stays() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut socket = wang.connect(&room.number).await;

    for n in 0..120 {
        socket.chat(&format!("c{n}"), "快").await;
    }
    let mut refused = Vec::new();
    for n in 0..120 {
        let id = format!("c{n}");
        let reply = socket.reply(&id).await;
        if !reply.is_ok() {
            assert_eq!(reply.error(), "rate_limited");
            let wait = reply.frame["error"]["retry_after_ms"].as_u64().expect("when to go on");
            assert!((1..=10_000).contains(&wait), "{wait}");
            refused.push((id, wait));
        }
    }
    assert!(refused.len() <= 80, "the burst of 40 is let through, {} of 120 were refused", refused.len());
    let (id, wait) = refused.last().cloned().expect("120 at once are too many");

    li.connect(&room.number).await.say("c1", "我不快").await.ok();
    // Nothing announces that the wait is over: the client waits as long as it was told.
    tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
    socket.say(&id, "快").await.ok();

    let said = wang.journal(&room.number).await.into_iter().filter(|entry| entry["text"] == "快").count();
    assert_eq!(said, 120 - refused.len() + 1, "what was refused was not said");
}

#[tokio::test]
async fn a_room_bounds_the_talk_of_all_its_members() {
    let host = Launch::new().unhurried().set("limits.room.chat_per_s", 5).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let members = host.members(&room.number, 10).await;
    let mut sockets = join_all(members.iter().map(|member| member.connect(&room.number))).await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;

    for socket in &mut sockets {
        for n in 0..20 {
            socket.chat(&format!("c{n}"), "一起说").await;
        }
    }
    let mut refused = 0;
    for socket in &mut sockets {
        for n in 0..20 {
            let reply = socket.reply(&format!("c{n}")).await;
            if !reply.is_ok() {
                assert_eq!(reply.error(), "rate_limited");
                refused += 1;
            }
        }
        socket.do_act("v", &vote.id, json!({ "choose": ["A"] })).await.ok();
    }

    assert!(refused > 0, "200 at once are too many for a room of 5 a second");
    assert!(refused < 200, "some were said");
}
