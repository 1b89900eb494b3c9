//! Coming back: what was missed follows in order, nothing is missing and nothing comes twice.

use futures_util::future::join;
use hezi_tests::{Conference, Host, Launch, Socket, User};
use serde_json::{Value, json};

fn seqs(events: &[Value]) -> Vec<u64> {
    events.iter().map(|event| event["seq"].as_u64().expect("a seq")).collect()
}

/// Listens, and is cut off every few events; comes back with the last `seq` that it saw.
async fn listen_with_a_bad_connection(user: &User, room: &Conference, until_text: &str) -> (Vec<Value>, usize) {
    let mut heard: Vec<Value> = Vec::new();
    let mut seen = 0;
    let mut connections = 0;
    loop {
        let mut socket: Socket = user.connect_since(&room.number, seen).await;
        assert_eq!(socket.welcome["resumed"], true);
        connections += 1;
        for _ in 0..=connections % 9 {
            let event = socket.expect("an event", |frame| frame["type"] == "event").await;
            let last = event["text"] == until_text;
            heard.push(event);
            if last {
                return (heard, connections);
            }
        }
        seen = heard.last().and_then(|event| event["seq"].as_u64()).expect("at least one event a connection");
    }
}

#[tokio::test]
async fn who_was_away_hears_what_they_missed_and_then_goes_on() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut screen = wang.connect(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    screen.say("c1", "第一句").await.ok();
    phone.expect_event("chat").await;
    let seen = phone.seen_through();
    drop(phone);
    let missed = [screen.say("c2", "第二句").await.seq(), screen.say("c3", "第三句").await.seq()];

    let mut phone = li.connect_since(&room.number, seen).await;
    let live = screen.say("c4", "第四句").await.seq();

    assert_eq!(phone.welcome["resumed"], true);
    assert!(phone.seq() >= missed[1], "the welcome stands at the head of the journal");
    assert_eq!(seqs(&phone.events_through(live).await), [missed[0], missed[1], live]);
}

#[tokio::test]
async fn a_bad_connection_hears_the_whole_story_once() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut speaker = wang.connect(&room.number).await;

    let talk = async {
        for n in 0..300 {
            speaker.say(&format!("c{n}"), &format!("第{n}句")).await.ok();
        }
        speaker.say("end", "完").await.seq()
    };
    let (end, (heard, connections)) = join(talk, listen_with_a_bad_connection(&li, &room, "完")).await;

    assert!(connections > 30, "{connections} connections");
    let spoken = speaker.events_through(end).await;
    assert_eq!(seqs(&heard), seqs(&spoken));
    assert_eq!(heard, spoken, "the same events as on a good connection");
}

#[tokio::test]
async fn who_has_seen_everything_misses_nothing() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let said = socket.say("c1", "你好").await.seq();

    let mut again = wang.connect_since(&room.number, said).await;
    let next = again.say("c2", "又来了").await.seq();

    assert_eq!(again.welcome["resumed"], true);
    assert_eq!(seqs(&again.events_through(next).await), [next]);
}

#[tokio::test]
async fn a_position_beyond_the_end_is_one_in_another_journal() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;

    for since in [2, 1_000_000, u64::MAX] {
        let socket = wang.connect_since(&room.number, since).await;
        assert_eq!((&socket.welcome["resumed"], socket.seq()), (&json!(false), 1), "since {since}");
    }
    let answer = wang.knock(&room.path("/socket?since=-1"), None).await;
    answer.problem(422, "invalid");
}

#[tokio::test]
async fn a_position_is_told_from_one_in_another_journal_by_its_time() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let at_welcome = (socket.seq(), socket.welcome["at"].as_str().expect("a time").to_owned());
    let said = socket.say("c1", "你好").await.seq();
    let event = socket.expect_event("chat").await;

    let right = event["at"].as_str().expect("a time");
    let resumed = |since: u64, at: String| {
        let (wang, room) = (&wang, &room);
        async move { wang.connect_with(&room.number, &format!("since={since}&at={at}")).await.welcome["resumed"].clone() }
    };
    assert_eq!(resumed(said, right.to_owned()).await, true);
    assert_eq!(resumed(at_welcome.0, at_welcome.1.clone()).await, true);
    assert_eq!(resumed(said, at_welcome.1.replace("20", "19")).await, false, "the same place at another time");
    assert_eq!(resumed(said, "2001-01-01T00:00:00Z".into()).await, false);
    wang.knock(&room.path(&format!("/socket?since={said}&at=yesterday")), None).await.problem(422, "invalid");
}

#[tokio::test]
async fn a_number_that_is_lent_again_lends_no_position() {
    let settings = Launch::new().set("conference.number_pool", 1).set("conference.number_cooldown_s", 0);
    let host = settings.start().await;
    let (wang, li, zhao) = (host.user("小王").await, host.user("小李").await, host.user("小赵").await);
    let first = wang.create_conference("第一场").await;
    let seen = li.connect(&first.number).await.seq();
    wang.end(&first.number).await;
    let second = zhao.create_conference("第二场").await.number;
    assert_eq!(second, first.number);
    let mut speaker = zhao.connect(&second).await;
    for n in 0..6 {
        speaker.say(&format!("c{n}"), "别人的话").await.ok();
    }

    let socket = li.connect_since(&second, seen).await;

    assert_eq!(socket.welcome["resumed"], false, "a position in the meeting before");
    assert!(socket.untaken("event").is_empty());
    let ended = li.get(&format!("/api/conferences/{}/journal", first.id)).await.ok(200);
    assert_eq!(
        ended["entries"].as_array().map(|entries| entries.last().expect("an end")["kind"].clone()),
        Some(json!("ended"))
    );
}

#[tokio::test]
async fn who_was_away_for_too_long_starts_from_the_snapshot() {
    let host = Launch::new().unhurried().set("limits.room.resume_events", 10).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    let mut last = 0;
    for n in 0..60 {
        last = socket.say(&format!("c{n}"), "说").await.seq();
    }

    let mut stale = wang.connect_since(&room.number, 1).await;
    let mut recent = wang.connect_since(&room.number, last - 3).await;
    let next = socket.say("next", "接着说").await.seq();

    assert_eq!((&stale.welcome["resumed"], stale.seq()), (&json!(false), last));
    assert_eq!(seqs(&stale.events_through(next).await), [next], "nothing of what is too long ago");
    assert_eq!(seqs(&recent.events_through(next).await), [last - 2, last - 1, last, next]);
}

#[tokio::test]
async fn what_was_meant_for_somebody_else_is_not_missed() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    let seen = li.connect(&room.number).await.seq();
    let acted = wang.act(&vote, json!({ "choose": ["A"] })).await;
    let said = wang.connect(&room.number).await.say("c1", "投好了").await.seq();

    let mut phone = li.connect_since(&room.number, seen).await;

    let events = phone.events_through(said).await;
    assert!(!seqs(&events).contains(&acted.seq), "an action is between its actor and the plugin: {events:?}");
}
