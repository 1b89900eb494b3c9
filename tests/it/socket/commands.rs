//! Commands and their ids: answered once and for all, understood or refused one by one.

use hezi_tests::{Host, Launch, User};
use serde_json::{Value, json};

async fn texts(user: &User, number: &str) -> Vec<Value> {
    let journal = user.journal(number).await;
    journal.into_iter().filter(|entry| entry["kind"] == "chat").map(|entry| entry["text"].clone()).collect()
}

#[tokio::test]
async fn the_same_command_three_times_has_one_effect_and_one_reply() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    let mut socket = wang.connect(&room.number).await;

    for _ in 0..3 {
        socket.chat("c1", "一次").await;
        socket.act("c2", &vote.id, json!({ "choose": ["A"] })).await;
    }
    let mut said = Vec::new();
    let mut chosen = Vec::new();
    for _ in 0..3 {
        said.push(socket.reply("c1").await);
        chosen.push(socket.reply("c2").await);
    }

    assert!(said.iter().all(|reply| reply.is_ok() && reply == &said[0]), "{said:?}");
    assert!(chosen.iter().all(|reply| reply.ok() == &json!({ "chosen": ["A"] }) && reply == &chosen[0]), "{chosen:?}");
    assert_eq!(texts(&wang, &room.number).await, ["一次"]);
    let another_browser = wang.connect(&room.number).await.say("c1", "一次").await;
    assert_eq!(another_browser, said[0], "an id is the member's, not the socket's");
}

#[tokio::test]
async fn a_refusal_is_no_final_answer() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let draft = wang.draft(&room.number, "rating", json!({ "subject": "茶" })).await;
    let mut socket = wang.connect(&room.number).await;

    assert_eq!(socket.do_act("c1", &draft.id, json!({ "score": 3 })).await.error(), "wrong_phase");
    wang.open_drafted(&draft).await;
    let reply = socket.do_act("c1", &draft.id, json!({ "score": 3 })).await;

    assert_eq!(reply.ok(), &json!({ "score": 3 }), "it changed nothing, so it can be sent again");
}

#[tokio::test]
async fn an_id_cannot_be_used_for_another_command() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶" })).await;
    let mut socket = wang.connect(&room.number).await;
    let first = socket.say("c1", "原话").await;

    assert_eq!(socket.say("c1", "改口").await.error(), "id_reused");
    assert_eq!(socket.do_act("c1", &rating.id, json!({ "score": 3 })).await.error(), "id_reused");
    assert_eq!(socket.say("c1", "原话").await, first, "the first use stands");

    assert_eq!(texts(&wang, &room.number).await, ["原话"]);
    assert_eq!(wang.report(&rating).await["rows"], json!([]));
    li.connect(&room.number).await.say("c1", "我的 c1").await.ok();
}

#[tokio::test]
async fn a_reply_that_fell_out_of_memory_is_found_again() {
    let host = Launch::new().unhurried().set("limits.room.replies_in_memory", 4).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let first = socket.say("first", "最早的话").await;
    for n in 0..60 {
        socket.say(&format!("c{n}"), "后来的话").await.ok();
    }

    assert_eq!(socket.say("first", "最早的话").await, first);
    assert_eq!(socket.say("first", "另一句话").await.error(), "id_reused");
    assert_eq!(texts(&wang, &room.number).await.len(), 61);
}

#[tokio::test]
async fn what_cannot_be_understood_is_refused_and_the_socket_stays() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let long_id = "i".repeat(65);

    for text in ["", "{", "[1,", "你好", "{\"type\":\"chat\"", "\u{0}"] {
        socket.send_text(text).await;
        let reply = socket.any_reply().await.expect("the socket stays");
        assert_eq!(reply.error(), "malformed_json", "{text:?}");
    }
    for frame in [
        json!([]),
        json!("chat"),
        json!({}),
        json!({ "type": "sing", "id": "c1", "text": "啦" }),
        json!({ "type": "chat", "text": "没有号" }),
        json!({ "type": "chat", "id": "c1" }),
        json!({ "type": "chat", "id": "c1", "text": 1 }),
        json!({ "type": "chat", "id": "", "text": "空号" }),
        json!({ "type": "chat", "id": long_id, "text": "长号" }),
        json!({ "type": "chat", "id": 1, "text": "数字号" }),
        json!({ "type": "chat", "id": "c1", "text": "多一个", "colour": "red" }),
        json!({ "type": "act", "id": "c1", "action": {} }),
    ] {
        socket.send(&frame).await;
        let reply = socket.any_reply().await.expect("the socket stays");
        assert_eq!(reply.error(), "invalid", "{frame}");
        if frame["id"] == "c1" {
            assert_eq!(reply.frame["id"], "c1", "the reply says which command is meant");
        }
    }
    socket.say("c1", "现在好了").await.ok();
    assert_eq!(texts(&wang, &room.number).await, ["现在好了"]);
}

#[tokio::test]
async fn a_refusal_points_into_what_would_be_the_body_of_the_commands_route() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶" })).await;
    let mut socket = wang.connect(&room.number).await;

    for (id, (frame, pointer)) in [
        (json!({ "type": "act", "activity": rating.id, "action": { "score": "good" } }), "/score"),
        (json!({ "type": "act", "activity": rating.id, "action": { "score": 9 } }), "/score"),
        (json!({ "type": "act", "activity": rating.id, "action": [] }), ""),
        (json!({ "type": "change", "changes": { "title": "" } }), "/title"),
        (json!({ "type": "pin", "text": "" }), "/text"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut sent = frame.clone();
        // An id of its own: what the rules refuse is remembered under the one that it was sent with.
        sent["id"] = json!(format!("c{id}"));
        socket.send(&sent).await;
        let reply = socket.any_reply().await.expect("the socket stays");
        assert_eq!(reply.error(), "invalid", "{frame}");
        assert_eq!(reply.frame["error"]["errors"][0]["pointer"], pointer, "{frame}: {reply:?}");
        if let Some(action) = frame.get("action") {
            let refused = wang.try_act(&rating, action.clone()).await.problem(422, "invalid");
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{frame}: {refused}");
        }
    }
    socket.send(&json!({ "type": "pin", "id": "without a text" })).await;
    let reply = socket.any_reply().await.expect("the socket stays");
    assert!(reply.frame["error"].get("errors").is_none(), "a kind of command is no field: {reply:?}");
    let new = json!({ "plugin": "rating", "config": { "subject": "", "min": 5, "max": 1 }, "anonymous": 1 });
    let body = wang.post(&room.path("/activities"), &new).await.problem(422, "invalid");
    assert_eq!(body["errors"][0]["pointer"], "/anonymous", "a field of the body beside the configuration: {body}");
}

#[tokio::test]
async fn json_that_is_nested_without_end_is_refused() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶" })).await;
    let mut socket = wang.connect(&room.number).await;

    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    socket.send_text(&format!(r#"{{"type":"act","id":"c1","activity":"{}","action":{deep}}}"#, rating.id)).await;

    let reply = socket.any_reply().await.expect("the socket stays");
    assert!(["malformed_json", "invalid"].contains(&reply.error()), "{reply:?}");
    socket.do_act("c2", &rating.id, json!({ "score": 3 })).await.ok();
}

#[tokio::test]
async fn an_action_that_fails_says_why() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let another = wang.create_conference("年会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶", "min": 1, "max": 5 })).await;
    let elsewhere = wang.open(&another.number, "rating", json!({ "subject": "酒" })).await;
    let mut socket = wang.connect(&room.number).await;

    let cases = [
        ("nosuchactivity", json!({ "score": 3 }), "unknown_activity"),
        (elsewhere.id.as_str(), json!({ "score": 3 }), "unknown_activity"),
        (rating.id.as_str(), json!({ "score": "three" }), "invalid"),
        (rating.id.as_str(), json!({ "score": 6 }), "invalid"),
    ];
    for (n, (activity, action, code)) in cases.into_iter().enumerate() {
        let reply = socket.do_act(&format!("c{n}"), activity, action.clone()).await;
        assert_eq!(reply.error(), code, "{activity} {action}");
    }
    assert_eq!(wang.report(&elsewhere).await["rows"], json!([]), "a room reaches its own activities only");
}
