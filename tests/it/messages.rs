//! What is said, and what becomes of it: deleting, slow mode, who may write, notices, reactions, replies, blocked words.

use hezi_tests::{Answer, Conference, Console, Host, Launch, User};
use serde_json::{Value, json};

async fn pin(user: &User, room: &Conference, text: &str) -> Answer {
    user.request("PUT", &room.path("/notice")).json(&json!({ "text": text })).send().await
}

async fn react(user: &User, room: &Conference, message: u64, reaction: &str) -> Answer {
    user.post(&room.path(&format!("/messages/{message}/reactions")), &json!({ "reaction": reaction })).await
}

/// Everything that the server says of a conference to somebody who comes in anew, who comes back, and who reads.
async fn all_that_is_told(user: &User, room: &Conference) -> String {
    let mut told = user.connect(&room.number).await.welcome.to_string();
    let mut back = user.connect_since(&room.number, 0).await;
    told += &back.welcome.to_string();
    if back.welcome["resumed"] == true {
        let events = back.events_through(back.seq()).await;
        told += &json!(events).to_string();
    }
    told += &json!(user.journal(&room.number).await).to_string();
    let said = user.get(&room.path("/journal?kind=chat&limit=100")).await.ok(200);
    told + &said.to_string()
}

#[tokio::test]
async fn what_is_deleted_is_in_nothing_that_anybody_can_read() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut screen = wang.connect(&room.number).await;
    let secret = li.say(&room.number, "密码是 hunter2").await;
    let kept = li.say(&room.number, "大家好").await;
    react(&wang, &room, secret, "👍").await.ok(200);

    let path = room.path(&format!("/messages/{secret}"));
    let deleted = wang.delete(&path).await.ok(200);

    let event = screen.expect_event("deleted").await;
    assert_eq!((&event["message"], &event["by"]["id"]), (&json!(secret), &json!(wang.id)));
    assert_eq!(event["seq"], deleted["seq"]);
    for _ in 0..2 {
        for reader in [&wang, &li] {
            let told = all_that_is_told(reader, &room).await;
            assert!(!told.contains("hunter2") && told.contains("大家好"), "{told}");
        }
        let journal = wang.journal(&room.number).await;
        let stub = journal.iter().find(|entry| entry["seq"] == secret).expect("the place is still there");
        assert_eq!((&stub["kind"], &stub["from"]["id"]), (&json!("chat"), &json!(li.id)));
        assert_eq!((&stub["deleted_by"]["id"], &stub["text"]), (&json!(wang.id), &Value::Null), "{stub}");
        wang.delete(&path).await.problem(409, "conflict");
        react(&wang, &room, secret, "👍").await.problem(409, "conflict");
        let reply = json!({ "text": "?", "reply_to": secret });
        li.post(&room.path("/messages"), &reply).await.problem(409, "conflict");
        host.kill().await;
        host.restart().await;
    }
    wang.delete(&room.path(&format!("/messages/{kept}"))).await.ok(200);
}

#[tokio::test]
async fn a_message_that_is_not_in_memory_any_more_is_deleted_as_well() {
    let host = Launch::new().set("limits.room.resume_events", 3).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let (secret, others) = (li.say(&room.number, "hunter2").await, wang.say(&room.number, "别的").await);
    for n in 0..6 {
        wang.say(&room.number, &format!("第 {n} 句")).await;
    }

    react(&li, &room, secret, "👍").await.problem(404, "unknown_message");
    li.delete(&room.path(&format!("/messages/{others}"))).await.problem(403, "denied");
    let deleted = li.delete(&room.path(&format!("/messages/{secret}"))).await.ok(200);
    li.delete(&room.path(&format!("/messages/{secret}"))).await.problem(409, "conflict");

    assert!(deleted["seq"].as_u64() > Some(others));
    let told = all_that_is_told(&wang, &room).await;
    assert!(!told.contains("hunter2") && told.contains("别的"), "{told}");
}

#[tokio::test]
async fn only_authors_and_organizers_delete_and_only_messages() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let zhang = host.user("小张").await.join(&room.number).await;
    let said = li.say(&room.number, "你好").await;

    zhang.delete(&room.path(&format!("/messages/{said}"))).await.problem(403, "denied");
    for (message, code) in [("1", "unknown_message"), ("999999", "unknown_message"), ("0", "unknown_message")] {
        wang.delete(&room.path(&format!("/messages/{message}"))).await.problem(404, code);
    }
    wang.delete(&room.path("/messages/first")).await.problem(404, "unknown_message");
    li.delete(&room.path(&format!("/messages/{said}"))).await.ok(200);
}

#[tokio::test]
async fn deleting_under_the_same_id_is_done_once_and_a_retried_message_stays_deleted() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let said = socket.say("c1", "hunter2").await.seq();
    let delete = json!({ "type": "delete", "id": "d1", "message": said });
    socket.send(&delete).await;
    let deleted = socket.reply("d1").await.seq();

    host.kill().await;
    host.restart().await;
    let mut socket = wang.connect(&room.number).await;

    socket.send(&delete).await;
    assert_eq!(socket.reply("d1").await.seq(), deleted);
    assert_eq!(socket.say("c1", "hunter2").await.seq(), said, "it was said, and is not said again");
    assert!(!all_that_is_told(&wang, &room).await.contains("hunter2"));
    host.ask_to_stop().await;
    host.ended().await;
    let verified = Console::verify(&host.launched_by().data_folder()).await;
    assert!(verified.ok().contains("all as it should be"), "a journal without the text is as whole: {verified:?}");
}

#[tokio::test]
async fn slow_mode_makes_participants_wait_and_nobody_else() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    wang.try_change(&room.number, json!({ "slow_mode_s": 600 })).await.ok(200);
    assert_eq!(phone.expect_event("changed").await["changes"], json!({ "slow_mode_s": 600 }));

    phone.say("c1", "一").await.ok();
    let slowed = phone.say("c2", "二").await;
    assert_eq!(slowed.error(), "rate_limited");
    let wait_ms = slowed.frame["error"]["retry_after_ms"].as_u64().expect("when to come again");
    assert!((1..=600_000).contains(&wait_ms), "{wait_ms}");
    let answer = li.post(&room.path("/messages"), &json!({ "text": "二" })).await;
    answer.problem(429, "rate_limited");
    wang.say(&room.number, "一").await;
    wang.say(&room.number, "二").await;

    host.kill().await;
    host.restart().await;
    li.post(&room.path("/messages"), &json!({ "text": "二" })).await.problem(429, "rate_limited");
    wang.try_change(&room.number, json!({ "slow_mode_s": 0 })).await.ok(200);
    li.say(&room.number, "二").await;
    wang.try_change(&room.number, json!({ "slow_mode_s": 3_601 })).await.problem(422, "invalid");
}

#[tokio::test]
async fn when_only_organizers_write_participants_read_and_react() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("发布会").await;
    let li = host.user("小李").await.join(&room.number).await;
    wang.try_change(&room.number, json!({ "chat": "organizers" })).await.ok(200);

    let said = wang.say(&room.number, "欢迎").await;
    li.post(&room.path("/messages"), &json!({ "text": "你好" })).await.problem(403, "not_organizer");
    react(&li, &room, said, "🎉").await.ok(200);
    wang.try_change(&room.number, json!({ "chat": "everyone" })).await.ok(200);
    li.say(&room.number, "你好").await;
    wang.try_change(&room.number, json!({ "chat": "nobody" })).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_notice_is_shown_to_whoever_comes_until_it_is_taken_away() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;

    wang.delete(&room.path("/notice")).await.problem(409, "conflict");
    pin(&wang, &room, "休息十分钟").await.ok(200);

    let event = phone.expect_event("notice").await;
    assert_eq!((&event["text"], &event["by"]["id"]), (&json!("休息十分钟"), &json!(wang.id)));
    let welcome = li.connect(&room.number).await.welcome;
    assert_eq!(welcome["conference"]["notice"]["text"], "休息十分钟", "{welcome}");
    for text in ["", " ", &"长".repeat(501)] {
        pin(&wang, &room, text).await.problem(422, "invalid");
    }
    wang.delete(&room.path("/notice")).await.ok(200);
    assert_eq!(phone.expect_event("notice").await["text"], Value::Null);
    assert_eq!(li.get(&room.path("")).await.ok(200)["notice"], Value::Null);
}

#[tokio::test]
async fn reactions_are_counted_once_a_person_and_told_together() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let said = wang.say(&room.number, "赞成的点赞").await;
    let mut screen = wang.connect(&room.number).await;
    assert!(screen.welcome["reactions"].as_array().is_some_and(|known| known.contains(&json!("👍"))));
    let before = screen.seq();
    let members = host.members(&room.number, 20).await;

    for member in &members {
        react(member, &room, said, "👍").await.ok(200);
    }
    react(&members[0], &room, said, "👍").await.problem(409, "conflict");
    react(&members[0], &room, said, "🎉").await.ok(200);
    react(&members[0], &room, said, "🦄").await.problem(422, "invalid");
    let back = room.path(&format!("/messages/{said}/reactions/%F0%9F%91%8D"));
    members[1].delete(&back).await.ok(200);
    members[1].delete(&back).await.problem(409, "conflict");

    let counts = json!({ "👍": 19, "🎉": 1 });
    let is_it = |frame: &Value| frame["type"] == "reactions" && frame["messages"][0]["reactions"] == counts;
    let told = screen.expect("the counts", is_it).await;
    assert_eq!(told["messages"][0]["message"], json!(said));
    for _ in 0..2 {
        let welcome = members[2].connect(&room.number).await.welcome;
        let shown = welcome["chat"].as_array().expect("messages").iter().find(|entry| entry["seq"] == said);
        assert_eq!(shown.expect("the message")["reactions"], counts, "{welcome}");
        let journal = wang.journal(&room.number).await;
        assert_eq!(journal.iter().find(|entry| entry["seq"] == said).expect("it")["reactions"], counts);
        wang.connect_since(&room.number, before).await.expect("the counts", is_it).await;
        host.kill().await;
        host.restart().await;
    }
    react(&members[0], &room, said, "🎉").await.problem(409, "conflict");
}

#[tokio::test]
async fn a_reply_names_the_message_that_it_answers() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    let asked = wang.say(&room.number, "几点?").await;

    phone.send(&json!({ "type": "chat", "id": "c1", "text": "三点", "reply_to": asked })).await;
    phone.reply("c1").await.ok();

    phone.expect_event("chat").await;
    assert_eq!(phone.expect_event("chat").await["reply_to"], json!(asked));
    for wrong in [0, 1, 99_999] {
        let body = json!({ "text": "?", "reply_to": wrong });
        li.post(&room.path("/messages"), &body).await.problem(404, "unknown_message");
    }
}

#[tokio::test]
async fn a_blocked_word_is_refused_however_it_is_written_and_wherever() {
    let host = Launch::new().set("conference.blocked_words", "[\"Casino\", \"赌博\"]").start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let before = wang.journal(&room.number).await.len();
    let mut socket = wang.connect(&room.number).await;

    for text in ["CASINO", "ｃａｓｉｎｏ!", "来赌\u{200b}博吧", "cas\u{ad}ino"] {
        let refused = wang.post(&room.path("/messages"), &json!({ "text": text })).await;
        let detail = refused.problem(422, "blocked_word")["detail"].to_string();
        assert!(detail.contains("`text`") && (detail.contains("Casino") || detail.contains("赌博")), "{detail}");
        assert_eq!(socket.say(&format!("c{}", text.len()), text).await.error(), "blocked_word");
        pin(&wang, &room, text).await.problem(422, "blocked_word");
        wang.try_change(&room.number, json!({ "title": text })).await.problem(422, "blocked_word");
        wang.try_change(&room.number, json!({ "description": text })).await.problem(422, "blocked_word");
        wang.post("/api/conferences", &json!({ "title": text })).await.problem(422, "blocked_word");
    }
    assert_eq!(wang.journal(&room.number).await.len(), before, "nothing was changed");
    wang.say(&room.number, "Casinoland 不一样").await;
}
