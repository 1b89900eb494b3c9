//! Acknowledged means durable and exactly once: the server is killed in the middle of everything and started again.

use std::collections::HashMap;

use futures_util::future::{join, join_all};
use hezi_tests::{Activity, Conference, Host, Launch, Reply, Socket, User};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;

/// Acknowledged commands before the server is killed.
const ACKNOWLEDGED_MIN: usize = 2_000;
/// Commands that one member has under way at a time.
const UNDER_WAY: usize = 16;

/// What one member sent, and what was acknowledged before the server died.
struct Diary {
    sent: Vec<Value>,
    acknowledged: HashMap<String, Reply>,
}

/// The n-th command of a member: what they say, and every eighth time a score.
fn command(who: usize, n: usize, rating: &Activity) -> Value {
    if n % 8 == 7 {
        let action = json!({ "score": n % 5 + 1 });
        json!({ "type": "act", "id": format!("c{n}"), "activity": rating.id, "action": action })
    } else {
        json!({ "type": "chat", "id": format!("c{n}"), "text": format!("{who}-{n}") })
    }
}

/// Sends commands until the connection dies.
async fn write_until_cut_off(
    mut socket: Socket,
    who: usize,
    rating: &Activity,
    acknowledged: &watch::Sender<usize>,
) -> Diary {
    let mut diary = Diary { sent: Vec::new(), acknowledged: HashMap::new() };
    loop {
        while diary.sent.len() < diary.acknowledged.len() + UNDER_WAY {
            let frame = command(who, diary.sent.len(), rating);
            diary.sent.push(frame.clone());
            if socket.try_send(Message::text(frame.to_string())).await.is_err() {
                return diary;
            }
        }
        let Some(reply) = socket.any_reply().await else { return diary };
        reply.ok();
        let id = reply.frame["id"].as_str().expect("an id").to_owned();
        assert!(diary.acknowledged.insert(id, reply).is_none(), "one reply a command");
        acknowledged.send_modify(|count| *count += 1);
    }
}

async fn acknowledged_at_least(acknowledged: &watch::Sender<usize>, count: usize) {
    acknowledged.subscribe().wait_for(|so_far| *so_far >= count).await.expect("the sender is here");
}

async fn durable_host() -> Host {
    Launch::new().durable().unhurried().start().await
}

/// Kills the server while everybody writes.
async fn kill_in_the_middle(host: &mut Host, room: &Conference, members: &[User], rating: &Activity) -> Vec<Diary> {
    let acknowledged = watch::Sender::new(0);
    let sockets = join_all(members.iter().map(|member| member.connect(&room.number))).await;
    let writers =
        sockets.into_iter().enumerate().map(|(who, socket)| write_until_cut_off(socket, who, rating, &acknowledged));
    let killer = async {
        acknowledged_at_least(&acknowledged, ACKNOWLEDGED_MIN).await;
        host.kill().await;
    };
    let (diaries, ()) = join(join_all(writers), killer).await;
    diaries
}

/// How often each chat text stands in the journal, with the `seq` of the last one.
async fn said(user: &User, room: &Conference) -> HashMap<String, (usize, u64)> {
    let mut said = HashMap::new();
    for entry in user.journal(&room.number).await {
        if let (Some(text), Some(seq)) = (entry["text"].as_str(), entry["seq"].as_u64()) {
            let place = said.entry(text.to_owned()).or_insert((0, seq));
            *place = (place.0 + 1, seq);
        }
    }
    said
}

/// Everything that was acknowledged is in the journal at its place, and nothing is there twice.
fn check_journal(diaries: &[Diary], said: &HashMap<String, (usize, u64)>) {
    for frame in diaries.iter().flat_map(|diary| diary.sent.iter().map(move |frame| (diary, frame))) {
        let (diary, frame) = frame;
        let Some(text) = frame["text"].as_str() else { continue };
        let place = said.get(text).copied();
        match diary.acknowledged.get(frame["id"].as_str().expect("an id")) {
            Some(reply) => assert_eq!(place, Some((1, reply.seq())), "{text} was acknowledged"),
            None => assert!(place.is_none_or(|(times, _)| times == 1), "{text} is there twice"),
        }
    }
}

/// Sends everything once more; what was acknowledged must be answered as before, the rest may happen now.
async fn send_everything_again(member: &User, room: &Conference, diary: &Diary) {
    let mut socket = member.connect(&room.number).await;
    for frames in diary.sent.chunks(UNDER_WAY) {
        for frame in frames {
            socket.send(frame).await;
        }
        for frame in frames {
            let id = frame["id"].as_str().expect("an id");
            let reply = socket.reply(id).await;
            reply.ok();
            if let Some(before) = diary.acknowledged.get(id) {
                assert_eq!(&reply, before, "the same reply to {frame}");
            }
        }
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_exactly_once() {
    let mut host = durable_host().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let members = host.members(&room.number, 6).await;
    let config = json!({ "subject": "茶", "min": 1, "max": 5, "revisable": true });
    let rating = wang.open(&room.number, "rating", config).await;

    let diaries = kill_in_the_middle(&mut host, &room, &members, &rating).await;
    let acknowledged: usize = diaries.iter().map(|diary| diary.acknowledged.len()).sum();
    assert!(acknowledged >= ACKNOWLEDGED_MIN, "{acknowledged}");
    host.restart().await;

    check_journal(&diaries, &said(&wang, &room).await);
    let again = members.iter().zip(&diaries).map(|(member, diary)| send_everything_again(member, &room, diary));
    join_all(again).await;

    let after = said(&wang, &room).await;
    check_journal(&diaries, &after);
    assert!(after.values().all(|(times, _)| *times == 1), "everything was said once");
    let chats = diaries.iter().flat_map(|diary| &diary.sent).filter(|frame| frame["type"] == "chat").count();
    assert_eq!(after.len(), chats, "and now everything was said");
    let rows = wang.report(&rating).await["rows"].as_array().map(Vec::len);
    assert_eq!(rows, Some(6), "one score a member");
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

#[tokio::test]
async fn a_polite_stop_keeps_everything_that_was_acknowledged() {
    let mut host = durable_host().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶" })).await;
    let acknowledged = watch::Sender::new(0);
    let writer = write_until_cut_off(wang.connect(&room.number).await, 0, &rating, &acknowledged);
    let stop = async {
        acknowledged_at_least(&acknowledged, 200).await;
        host.ask_to_stop().await;
        host.ended().await
    };

    let (diary, status) = join(writer, stop).await;

    assert_eq!(status.code(), Some(0));
    host.restart().await;
    check_journal(&[diary], &said(&wang, &room).await);
}
