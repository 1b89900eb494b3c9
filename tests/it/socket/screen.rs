//! The socket of a screen on a wall: it sees what a participant sees, and nobody is there by it.

use hezi_tests::{Host, User};
use serde_json::{Value, json};

/// The names of the members, in order.
async fn members(user: &User, number: &str) -> Vec<String> {
    let page = user.get(&format!("/api/conferences/{number}/members")).await.ok(200);
    let name = |member: &Value| member["name"].as_str().expect("a name").to_owned();
    let mut names: Vec<String> = page["members"].as_array().expect("a list").iter().map(name).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn whoever_a_screen_is_signed_in_as_neither_joins_nor_counts() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let technician = host.user("技术员").await;

    let mut screen = technician.connect_with(&room.number, "screen=true").await;

    assert_eq!((&screen.welcome["members"], &screen.welcome["online"]), (&json!(2), &json!(0)));
    assert_eq!(screen.welcome["me"]["role"], "participant");
    let mut phone = li.connect(&room.number).await;
    assert_eq!((&phone.welcome["members"], &phone.welcome["online"]), (&json!(2), &json!(1)));
    assert_eq!(members(&wang, &room.number).await, ["小李", "小王"]);
    // A draw among those who are online does not have it in the pool.
    let prizes = json!([{ "name": "茶", "count": 1 }]);
    let lottery = wang.open(&room.number, "lottery", json!({ "title": "抽奖", "prizes": prizes })).await;
    let frozen = wang.act(&lottery, json!({ "freeze": { "who": "online", "organizers": true } })).await;
    assert_eq!(frozen.reply["pool"], 1, "{:?}", frozen.reply);
    // It shows what is said, and says nothing itself.
    assert!(phone.say("c1", "大家好").await.is_ok());
    assert_eq!(screen.expect_event("chat").await["text"], "大家好");
    assert_eq!(screen.say("c1", "我不在").await.error(), "not_member");
    // Whoever comes in for good is there then, and the screen stays what it is.
    let technician = technician.join(&room.number).await;
    let mut own = technician.connect(&room.number).await;
    own.expect_presence(|frame| frame["members"] == 3 && frame["online"] == 2).await;
    own.leave_politely().await;
    screen.expect_presence(|frame| frame["online"] == 1).await;
}

#[tokio::test]
async fn organizers_are_told_how_many_screens_there_are_and_nobody_else_is() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let (mut organizer, mut member) = (wang.connect(&room.number).await, li.connect(&room.number).await);
    assert_eq!((&organizer.welcome["screens"], &member.welcome["screens"]), (&json!(0), &Value::Null));

    let screen = wang.connect_with(&room.number, "screen=true").await;
    assert_eq!(screen.welcome["screens"], Value::Null, "a wall shows what everybody may see");
    organizer.expect_presence(|frame| frame["screens"] == 1).await;
    let told = member.expect_presence(|frame| frame["online"] == 2).await;
    assert_eq!(told["screens"], Value::Null, "{told}");
    assert_eq!(wang.connect(&room.number).await.welcome["screens"], 1);
    screen.leave_politely().await;
    organizer.expect_presence(|frame| frame["screens"] == 0).await;

    // Screens that are to be judged anew are gone until they are.
    let technician = host.user("技术员").await;
    let mut seen = technician.connect_with(&room.number, "screen=true").await;
    organizer.expect_presence(|frame| frame["screens"] == 1).await;
    wang.request("PATCH", &room.path("")).json(&json!({ "private": true })).send().await.ok(200);
    assert_eq!(seen.expect_close().await.code, Some(4007));
    organizer.expect_presence(|frame| frame["screens"] == 0).await;
    // Whoever becomes an organizer is told from then on.
    wang.post(&room.path("/organizers"), &json!({ "member": li.id })).await.ok(200);
    member.expect_presence(|frame| frame["screens"] == 0).await;
    wang.delete(&room.path(&format!("/organizers/{}", li.id))).await.ok(200);
    member.expect_presence(|frame| frame["screens"].is_null()).await;
}

#[tokio::test]
async fn a_screen_sees_no_more_than_a_participant_and_nothing_behind_a_door() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let technician = host.user("技术员").await;
    let (mut screen, mut phone) =
        (wang.connect_with(&room.number, "screen=true").await, wang.connect(&room.number).await);
    assert_eq!([&screen.welcome["me"]["role"], &phone.welcome["me"]["role"]], ["participant", "organizer"]);

    // Only organizers hear who was removed.
    let li = host.user("小李").await.join(&room.number).await;
    wang.post(&room.path("/removals"), &json!({ "member": li.id })).await.ok(200);
    phone.expect_event("removed").await;
    assert!(phone.say("c1", "之后").await.is_ok());
    screen.expect_event("chat").await;
    assert!(screen.events_through(0).await.iter().all(|event| event["kind"] != "removed"));
    // What an activity shows to one person is on no wall, whoever that is.
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    screen.send(&json!({ "type": "watch", "id": "w1", "activity": vote.id })).await;
    assert_eq!(screen.reply("w1").await.error(), "not_member");
    let path = room.path("/socket?screen=true");
    let mut seen = technician.connect_with(&room.number, "screen=true").await;
    li.knock(&path, None).await.problem(403, "kept_out");
    wang.request("PATCH", &room.path("")).json(&json!({ "locked": true })).send().await.ok(200);
    technician.knock(&path, None).await.problem(403, "locked");
    wang.request("PATCH", &room.path("")).json(&json!({ "locked": false, "private": true })).send().await.ok(200);
    // Who is in stays in when the door is locked. When the way in is another one a screen is judged anew.
    assert_eq!(seen.expect_close().await.code, Some(4007));
    technician.knock(&path, None).await.problem(403, "key_needed");
    assert_eq!(members(&wang, &room.number).await, ["小王"]);
}
