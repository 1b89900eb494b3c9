//! What of the chat is on the wall: organizers put messages there one by one, and take them off again.

use hezi_tests::{Answer, Conference, Host, Launch, Socket, User};
use serde_json::{Value, json};

/// Most messages that are on the wall.
const MOST: usize = 12;

fn place(room: &Conference, message: u64) -> String {
    room.path(&format!("/messages/{message}/wall"))
}

async fn put_up(user: &User, room: &Conference, message: u64) -> Answer {
    user.request("PUT", &place(room, message)).send().await
}

async fn take_down(user: &User, room: &Conference, message: u64) -> Answer {
    user.delete(&place(room, message)).await
}

/// The texts in a list of messages.
fn texts(messages: &Value) -> Vec<String> {
    let messages = messages.as_array().map(Vec::as_slice).unwrap_or_default();
    messages.iter().map(|message| message["text"].as_str().expect("a text").to_owned()).collect()
}

/// What a wall that connects now has on it.
async fn on_wall(user: &User, room: &Conference) -> Vec<String> {
    texts(&user.connect_with(&room.number, "screen=true").await.welcome["on_wall"])
}

/// Waits until a socket has been told that this is on the wall, and nothing else.
async fn expect_wall(socket: &mut Socket, wanted: &[&str]) {
    socket.expect("the wall", |frame| frame["type"] == "wall" && texts(&frame["messages"]) == wanted).await;
}

#[tokio::test]
async fn what_an_organizer_puts_there_everybody_is_told_and_is_there_after_a_restart() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let technician = host.user("技术员").await;
    let mut wall = technician.connect_with(&room.number, "screen=true").await;
    let mut phone = li.connect(&room.number).await;
    assert_eq!(wall.welcome["on_wall"], Value::Null);
    let (first, second) = (li.say(&room.number, "新年好").await, li.say(&room.number, "祝大家发财").await);
    li.say(&room.number, "看不见的").await;

    let put = put_up(&wang, &room, second).await.ok(200);
    put_up(&wang, &room, first).await.ok(200);

    for socket in [&mut wall, &mut phone] {
        let event = socket.expect_event("put_up").await;
        assert_eq!((&event["message"], &event["seq"]), (&json!(second), &put["seq"]), "{event}");
        assert_eq!(event["by"]["id"], wang.id.as_str());
        expect_wall(socket, &["祝大家发财", "新年好"]).await;
    }
    for _ in 0..2 {
        let told = technician.connect_with(&room.number, "screen=true").await.welcome;
        assert_eq!(texts(&told["on_wall"]), ["祝大家发财", "新年好"], "in the order in which they were put there");
        assert_eq!((&told["on_wall"][0]["seq"], &told["on_wall"][0]["from"]["name"]), (&json!(second), &json!("小李")));
        host.kill().await;
        host.restart().await;
    }
    // Somebody who comes back is told how it is now, and not only what has happened since.
    let since = put["seq"].as_u64().expect("a place");
    take_down(&wang, &room, second).await.ok(200);
    let mut back = li.connect_since(&room.number, since).await;
    assert_eq!((&back.welcome["resumed"], texts(&back.welcome["on_wall"])), (&json!(true), vec!["新年好".to_owned()]));
    assert_eq!(back.expect_event("taken_down").await["message"], second);
    assert_eq!(on_wall(&li, &room).await, ["新年好"]);
}

#[tokio::test]
async fn two_organizers_at_once_put_it_there_once() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let li = host.user("小李").await.join(&room.number).await;
    wang.appoint(&room.number, &li).await;
    let (said, other) = (li.say(&room.number, "新年好").await, li.say(&room.number, "恭喜").await);
    put_up(&wang, &room, said).await.ok(200);
    put_up(&wang, &room, other).await.ok(200);

    let (one, two) = tokio::join!(put_up(&wang, &room, said), put_up(&li, &room, said));

    assert_eq!((one.status, two.status), (200, 200));
    assert_eq!(on_wall(&wang, &room).await, ["新年好", "恭喜"], "it stays in its place");
    let (one, two) = tokio::join!(take_down(&wang, &room, said), take_down(&li, &room, said));
    assert_eq!((one.status, two.status), (200, 200));
    assert_eq!(on_wall(&wang, &room).await, ["恭喜"]);

    // Over the socket, and sent again under the same id after it was taken off: that is one command, and was carried out.
    let mut phone = li.connect(&room.number).await;
    let put = json!({ "type": "put_up", "id": "p1", "message": said });
    phone.send(&put).await;
    let seq = phone.reply("p1").await.seq();
    phone.send(&json!({ "type": "take_down", "id": "t1", "message": said })).await;
    phone.reply("t1").await.ok();
    phone.send(&put).await;
    assert_eq!(phone.reply("p1").await.seq(), seq);
    assert_eq!(on_wall(&wang, &room).await, ["恭喜"]);
}

#[tokio::test]
async fn what_is_deleted_leaves_the_wall_and_does_not_come_back() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut wall = wang.connect_with(&room.number, "screen=true").await;
    let (secret, kept) = (li.say(&room.number, "密码是 hunter2").await, li.say(&room.number, "新年好").await);
    put_up(&wang, &room, secret).await.ok(200);
    put_up(&wang, &room, kept).await.ok(200);
    expect_wall(&mut wall, &["密码是 hunter2", "新年好"]).await;

    li.delete(&room.path(&format!("/messages/{secret}"))).await.ok(200);

    wall.expect_event("deleted").await;
    expect_wall(&mut wall, &["新年好"]).await;
    for _ in 0..2 {
        for answer in [put_up(&wang, &room, secret).await, take_down(&wang, &room, secret).await] {
            let detail = answer.problem(409, "conflict")["detail"].to_string();
            assert!(detail.contains("deleted") || detail.contains("已经删除"), "{detail}");
        }
        let welcome = wang.connect_with(&room.number, "screen=true").await.welcome;
        assert_eq!(texts(&welcome["on_wall"]), ["新年好"]);
        let told = [welcome, wang.get(&room.path("")).await.ok(200), json!(wang.journal(&room.number).await)];
        assert!(!json!(told).to_string().contains("hunter2"), "{told:?}");
        host.kill().await;
        host.restart().await;
    }
}

#[tokio::test]
async fn only_organizers_choose_and_only_among_messages() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let said = li.say(&room.number, "新年好").await;

    put_up(&li, &room, said).await.problem(403, "not_organizer");
    for message in [0, 1, 999_999] {
        put_up(&wang, &room, message).await.problem(404, "unknown_message");
        take_down(&wang, &room, message).await.problem(404, "unknown_message");
    }
    let reader = |language: &'static str| {
        let request = wang.request("PUT", &place(&room, 999_999)).header("accept-language", language);
        async move { request.send().await.problem(404, "unknown_message")["detail"].clone() }
    };
    assert_eq!(reader("en").await, "there is no message at 999999");
    assert_eq!(reader("zh-Hans").await, "999999 处没有消息");
    assert!(on_wall(&wang, &room).await.is_empty());
}

#[tokio::test]
async fn messages_that_are_not_in_memory_any_more_are_put_there_and_the_first_makes_room() {
    let host = Launch::new().set("limits.room.resume_events", 3).unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let mut places = Vec::new();
    for n in 0..=MOST {
        places.push(wang.say(&room.number, &format!("第 {n} 句")).await);
    }

    for message in &places {
        put_up(&wang, &room, *message).await.ok(200);
    }

    let there = on_wall(&wang, &room).await;
    assert_eq!((there.len(), there[0].as_str(), there[MOST - 1].as_str()), (MOST, "第 1 句", "第 12 句"));
    take_down(&wang, &room, places[1]).await.ok(200);
    assert_eq!(on_wall(&wang, &room).await.len(), MOST - 1);
    put_up(&wang, &room, 1).await.problem(404, "unknown_message");
    wang.delete(&room.path(&format!("/messages/{}", places[2]))).await.ok(200);
    assert_eq!(on_wall(&wang, &room).await[0], "第 3 句");
}

#[tokio::test]
async fn how_much_of_the_chat_a_wall_shows_is_one_of_three_and_goes_with_a_copy() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let mut wall = wang.connect_with(&room.number, "screen=true").await;
    assert_eq!(wall.welcome["conference"]["screen_chat"], "all");
    for chosen in ["approved", "none", "all", "approved"] {
        assert_eq!(
            wang.try_change(&room.number, json!({ "screen_chat": chosen })).await.ok(200)["screen_chat"],
            chosen
        );
        assert_eq!(wall.expect_event("changed").await["changes"], json!({ "screen_chat": chosen }));
    }

    for wrong in [json!(true), json!("some"), json!(1)] {
        let refused = wang.try_change(&room.number, json!({ "screen_chat": wrong })).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], "/screen_chat", "{refused}");
    }
    let said = wang.say(&room.number, "新年好").await;
    put_up(&wang, &room, said).await.ok(200);
    let copied = wang.post(&room.path("/copy"), &json!({})).await.ok(201);

    assert_eq!(copied["conference"]["screen_chat"], "approved");
    let next: Conference = serde_json::from_value(copied["conference"].clone()).expect("a conference");
    assert!(on_wall(&wang, &next).await.is_empty(), "what was said is not copied");
}
