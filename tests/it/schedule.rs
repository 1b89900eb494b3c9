//! What opens and closes by itself, who acts for whom, and what somebody sees of an activity who reads another language or looks
//! with their own eyes.

use hezi_tests::{Answer, Host, Launch, User, View};
use serde_json::{Value, json};

fn lunch() -> Value {
    json!({ "plugin": "vote", "config": { "question": "?", "options": ["A", "B"] } })
}

fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

async fn put(user: &User, path: &str, body: &Value) -> Answer {
    user.request("PUT", path).json(body).send().await
}

/// Whether a frame is a view of this activity that says this.
fn says(frame: &Value, activity: &str, text: &str) -> bool {
    frame["type"] == "view" && frame["activity"] == activity && View::of(&frame["view"]).words().contains(text)
}

#[tokio::test]
async fn an_activity_opens_and_closes_by_itself_and_once() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let now_ms = socket.welcome["now_ms"].as_u64().expect("a time");
    let body = with(with(lunch(), "opens_at_ms", now_ms + 700), "open_for_ms", 700);
    let made = wang.post(&format!("/api/conferences/{}/activities", room.number), &body).await.ok(201);
    assert_eq!((made["phase"].as_str(), made["opens_at_ms"].as_u64()), (Some("draft"), Some(now_ms + 700)));

    let change = |frame: &Value, change: &str| frame["kind"] == "activity" && frame["change"] == change;
    let opened = socket.expect("opened", |frame| change(frame, "opened")).await;
    assert!(opened["activity"]["closes_at_ms"].as_u64().is_some_and(|at_ms| at_ms >= now_ms + 1_400), "{opened}");
    let closed = socket.expect("closed", |frame| change(frame, "closed")).await;
    assert!(closed["activity"].get("closes_at_ms").is_none(), "{closed}");
    let journal = wang.get(&format!("/api/conferences/{}/journal?kind=activity", room.number)).await.ok(200);
    assert_eq!(journal["entries"].as_array().map(Vec::len), Some(3), "made, opened, closed: {journal}");
}

#[tokio::test]
async fn times_that_make_no_sense_are_refused_and_change_nothing() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let activities = format!("/api/conferences/{}/activities", room.number);
    for (name, value) in [("opens_at_ms", 5), ("closes_at_ms", 5), ("open_for_ms", u64::MAX)] {
        let problem = wang.post(&activities, &with(lunch(), name, value)).await.problem(422, "invalid");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(name)), "{problem}");
    }
    assert_eq!(wang.get(&activities).await.ok(200)["activities"], json!([]));

    let made = wang.post(&activities, &with(lunch(), "open", true)).await.ok(201);
    let schedule = format!("/api/activities/{}/schedule", made["id"].as_str().expect("an id"));
    let two_ends = json!({ "closes_at_ms": 4_000_000_000_000_u64, "open_for_ms": 5 });
    put(&wang, &schedule, &two_ends).await.problem(422, "invalid");
    put(&wang, &schedule, &json!({ "opens_at_ms": 4_000_000_000_000_u64 })).await.problem(422, "invalid");
    let set = put(&wang, &schedule, &json!({ "open_for_ms": 3_600_000 })).await.ok(200);
    assert!(set["closes_at_ms"].as_u64().is_some() && set.get("open_for_ms").is_none(), "{set}");
    let cleared = put(&wang, &schedule, &json!({})).await.ok(200);
    assert!(cleared.get("closes_at_ms").is_none(), "{cleared}");
}

#[tokio::test]
async fn what_was_due_while_the_server_was_down_happens_at_its_start() {
    let mut host = Launch::new().durable().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let socket = wang.connect(&room.number).await;
    let now_ms = socket.welcome["now_ms"].as_u64().expect("a time");
    drop(socket);
    let body = with(lunch(), "opens_at_ms", now_ms + 300);
    let made = wang.post(&format!("/api/conferences/{}/activities", room.number), &body).await.ok(201);
    host.restart().await;
    let activity = format!("/api/activities/{}", made["id"].as_str().expect("an id"));
    wang.poll(&activity, "opening by itself", |activity| activity["phase"] == "open").await;
}

#[tokio::test]
async fn everybody_sees_an_activity_in_their_language() {
    let host = Host::start().await;
    let (wang, tom) = (host.user("小王").await, host.user("Tom").await);
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", lunch()["config"].clone()).await;
    let mut chinese = wang.connect_with(&room.number, "lang=zh-CN").await;
    let mut english = tom.connect_with(&room.number, "lang=en-GB").await;
    tom.act(&vote, json!({ "choose": ["A"] })).await;
    chinese.expect("a view in Chinese", |frame| says(frame, &vote.id, "投票人数")).await;
    english.expect("a view in English", |frame| says(frame, &vote.id, "Voters")).await;

    let refused = tom.request("POST", &format!("/api/activities/{}/actions", vote.id));
    let refused = refused.header("Accept-Language", "en").json(&json!({ "choose": ["C"] })).send().await;
    let problem = refused.problem(422, "invalid");
    assert_eq!(problem["detail"], "choose: There is no option “C”");
}

#[tokio::test]
async fn who_watches_is_sent_their_own_view_until_they_look_with_the_room_again() {
    let host = Host::start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", lunch()["config"].clone()).await;
    let mut socket = li.connect_with(&room.number, "lang=zh-CN").await;
    socket.send(&json!({ "type": "watch", "id": "w1", "activity": vote.id })).await;
    socket.reply("w1").await.ok();
    socket.expect("the own view", |frame| frame["own"] == true).await;
    li.act(&vote, json!({ "choose": ["B"] })).await;
    let own = socket.expect("the own choice", |frame| says(frame, &vote.id, "你的选择")).await;
    assert_eq!(own["own"], true, "{own}");

    for (id, message, code) in [
        ("w2", json!({ "type": "watch", "activity": "nothing" }), "unknown_activity"),
        ("w3", json!({ "type": "watch", "activity": vote.id, "query": "q".repeat(257) }), "invalid"),
    ] {
        let mut message = message;
        message["id"] = id.into();
        socket.send(&message).await;
        assert_eq!(socket.reply(id).await.error(), code);
    }
    socket.send(&json!({ "type": "unwatch", "id": "w4", "activity": vote.id })).await;
    socket.reply("w4").await.ok();
    wang.act(&vote, json!({ "choose": ["A"] })).await;
    let is_the_rooms = |frame: &Value| frame["type"] == "view" && frame.get("own").is_none();
    let shown = socket.expect("the room's view", is_the_rooms).await;
    assert!(!View::of(&shown["view"]).words().contains("你的选择"), "{shown}");
}

#[tokio::test]
async fn an_organizer_acts_for_somebody_where_the_activity_has_a_use_for_it() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let vote = wang.open(&room.number, "vote", lunch()["config"].clone()).await;
    let check_in = wang.open(&room.number, "check-in", json!({ "title": "签到" })).await;
    let path = |activity: &str, member: &str| format!("/api/activities/{activity}/actions?member={member}");
    let choose = json!({ "choose": ["A"] });
    wang.post(&path(&vote.id, &li.id), &choose).await.problem(403, "denied");
    li.post(&path(&check_in.id, &wang.id), &json!({ "check_in": {} })).await.problem(403, "not_organizer");
    wang.post(&path(&check_in.id, "nobody"), &json!({ "check_in": {} })).await.problem(404, "unknown_member");
    wang.post(&path(&check_in.id, &li.id), &json!({ "check_in": {} })).await.ok(200);
    let report = wang.report(&check_in).await;
    assert!(report["rows"].to_string().contains("小李"), "{report}");
}

/// What somebody does in a race, and what became of it: the place of what was accepted, or the code of the refusal.
async fn race(member: User, number: String, activity: String, deed: impl Fn(usize) -> Value) -> Vec<(Value, u64)> {
    let mut socket = member.connect(&number).await;
    let mut accepted = Vec::new();
    for turn in 0.. {
        let action = deed(turn);
        let reply = socket.do_act(&turn.to_string(), &activity, action.clone()).await;
        if !reply.is_ok() {
            assert_eq!(reply.error(), "wrong_phase", "{reply:?}");
            let same = socket.do_act(&turn.to_string(), &activity, action).await;
            assert_eq!(same.error(), "wrong_phase", "refused once is refused for good");
            break;
        }
        accepted.push((action, reply.seq()));
    }
    accepted
}

#[tokio::test]
async fn what_comes_in_the_moment_of_the_closing_counts_whole_or_not_at_all() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let members = host.members(&room.number, 12).await;
    let orders = [["A", "B"], ["B", "A"]];
    let config = json!({ "question": "?", "options": ["A", "B"] });
    let ranking = wang.open(&room.number, "ranking", config).await;
    let mut screen = wang.connect(&room.number).await;
    put(&wang, &ranking.path("/schedule"), &json!({ "open_for_ms": 500 })).await.ok(200);

    let racers = members.iter().map(|member| {
        let deed = |turn: usize| json!({ "order": orders[turn % 2] });
        race(member.clone(), room.number.clone(), ranking.id.clone(), deed)
    });
    let accepted = futures_util::future::join_all(racers).await;

    let closed = screen.expect("closed", |frame| frame["kind"] == "activity" && frame["change"] == "closed").await;
    let closed_at = closed["seq"].as_u64().expect("a place");
    let report = wang.report(&ranking).await;
    for (member, accepted) in members.iter().zip(accepted) {
        assert!(accepted.iter().all(|(_, seq)| *seq < closed_at), "one order, and the closing stands behind all of it");
        let (last, _) = accepted.last().expect("half a second is long enough for one order");
        let rows = report["rows"].as_array().expect("rows");
        let mine = rows.iter().find(|row| row[0] == member.id.as_str()).expect("a row a person");
        let first = if mine[2] == "1" { orders[0] } else { orders[1] };
        assert_eq!(last["order"], json!(first), "the last that was accepted is what counts");
    }
    assert_eq!(report["summary"]["ballots"], members.len());
}
