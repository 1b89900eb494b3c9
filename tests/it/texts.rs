//! Texts from people: what is kept of them is the same whichever way they come in.

use hezi_tests::{Activity, Host, User};
use serde_json::{Value, json};

/// Texts of which nothing can be seen.
const INVISIBLE: [&str; 9] =
    ["\u{200b}", "\u{3164}", "\u{202e}", "\u{fe0f}", "\u{115f}", "\u{e0041}", "\u{2800}", "\u{feff} \u{ad}", "\u{301}"];
/// One character to the eye, and seven to a computer.
const FAMILY: &str = "👨‍👩‍👧‍👦";

async fn vote(wang: &User, number: &str, options: Value) -> Activity {
    wang.open(number, "vote", json!({ "question": "?", "options": options })).await
}

#[tokio::test]
async fn what_nobody_sees_is_taken_nowhere() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;

    for (n, text) in INVISIBLE.into_iter().enumerate() {
        let name = host.anonymous().post("/auth/dev", &json!({ "name": text })).await;
        name.problem(422, "invalid");
        wang.post("/api/conferences", &json!({ "title": text })).await.problem(422, "invalid");
        assert_eq!(socket.say(&format!("c{n}"), text).await.error(), "invalid", "{text:?}");
        for config in
            [json!({ "question": text, "options": ["a", "b"] }), json!({ "question": "?", "options": ["a", text] })]
        {
            let new = json!({ "plugin": "vote", "config": config });
            wang.post(&room.path("/activities"), &new).await.problem(422, "invalid");
        }
        let new = json!({ "plugin": "rating", "config": { "subject": text, "min": 1, "max": 5 } });
        wang.post(&room.path("/activities"), &new).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn an_option_in_another_normal_form_is_the_same_option() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;

    for other in ["cafe\u{301}", "café\u{200b}", "\u{202e}café"] {
        let config = json!({ "question": "?", "options": ["café", other] });
        let new = json!({ "plugin": "vote", "config": config });
        wang.post(&room.path("/activities"), &new).await.problem(422, "invalid");
    }
    let vote = vote(&wang, &room.number, json!(["cafe\u{301}", "茶"])).await;
    let mut socket = wang.connect(&room.number).await;
    let reply = socket.do_act("a1", &vote.id, json!({ "choose": ["cafe\u{301}"] })).await;
    assert_eq!(reply.ok(), &json!({ "chosen": ["café"] }));
    let li = host.user("小李").await.join(&room.number).await;
    li.act(&vote, json!({ "choose": ["café"] })).await;
}

#[tokio::test]
async fn nothing_turns_the_writing_of_others() {
    let host = Host::start().await;
    let wang = host.user("\u{202e}小王\u{2067}").await;
    let room = wang.create_conference("周\u{202a}会").await;
    assert_eq!(room.title, "周会");
    let mut socket = wang.connect(&room.number).await;

    socket.say("c1", "evil\u{202e}txt\u{200f}").await.ok();

    let event = socket.expect_event("chat").await;
    assert_eq!((&event["text"], &event["from"]["name"]), (&json!("eviltxt"), &json!("小王")));
    let vote = vote(&wang, &room.number, json!(["a\u{2066}", "b"])).await;
    assert!(!vote.view.to_string().contains('\u{2066}'), "{}", vote.view);
}

#[tokio::test]
async fn a_length_is_in_characters_that_people_see() {
    let host = Host::start().await;
    let wang = host.user(&"👍🏽".repeat(64)).await;
    let long = host.anonymous().post("/auth/dev", &json!({ "name": "👍🏽".repeat(65) })).await;
    long.problem(422, "invalid");
    let room = wang.create_conference(&"e\u{301}".repeat(120)).await;
    assert_eq!(room.title, "é".repeat(120));
    let mut socket = wang.connect(&room.number).await;

    assert!(socket.say("c1", &FAMILY.repeat(1_000)).await.is_ok());
    assert!(socket.say("c2", &"é".repeat(2_000)).await.is_ok());
    assert_eq!(socket.say("c3", &"é".repeat(2_001)).await.error(), "invalid");
    assert_eq!(socket.say("c4", &format!("e{}", "\u{301}".repeat(16_001))).await.error(), "invalid");
}
