//! The first frame, who is let in, and how many are here.

use std::time::Instant;

use hezi_tests::{Host, Launch};
use serde_json::{Value, json};

#[tokio::test]
async fn the_welcome_shows_where_the_conference_stands() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    let acted = li.act(&vote, json!({ "choose": ["A"] })).await;

    let mut socket = li.connect(&room.number).await;

    let welcome = socket.welcome.clone();
    assert_eq!(
        (&welcome["conference"]["id"], &welcome["conference"]["number"]),
        (&json!(room.id), &json!(room.number))
    );
    assert_eq!((&welcome["me"]["id"], &welcome["me"]["name"]), (&json!(li.id), &json!("小李")));
    assert_eq!(welcome["me"]["role"], "participant");
    assert_eq!((&welcome["members"], &welcome["online"]), (&json!(2), &json!(1)));
    assert!(socket.seq() >= acted.seq);
    let activities = welcome["activities"].as_array().expect("a list");
    assert_eq!(activities.len(), 1);
    assert_eq!((&activities[0]["id"], &activities[0]["phase"]), (&json!(vote.id), &json!("open")));
    if activities[0]["view"].is_null() {
        // Nobody has looked until now: what is to be seen follows.
        socket.expect_view(&vote.id, |view| view["blocks"].is_array()).await;
    }
    assert_eq!(wang.connect(&room.number).await.welcome["me"]["role"], "organizer");
}

#[tokio::test]
async fn a_page_of_another_site_gets_no_socket() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let path = room.path("/socket");

    for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        wang.knock(&path, Some(origin)).await.problem(403, "foreign_origin");
    }
    assert_eq!(wang.knock(&path, Some(&host.url())).await.status, 101);
}

#[tokio::test]
async fn a_request_that_is_no_websocket_is_told_so() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;

    let answer = wang.get(&room.path("/socket")).await;

    assert!((400..500).contains(&answer.status), "{answer:?}");
    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
    answer.problem(answer.status, &code);
    for query in ["since=x", "since=-1", "since="] {
        wang.knock(&room.path(&format!("/socket?{query}")), None).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn many_arrivals_are_told_in_few_frames() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let began = Instant::now();
    let mut screen = wang.connect(&room.number).await;

    let members = host.members(&room.number, 30).await;
    let mut sockets = Vec::new();
    for member in &members {
        sockets.push(member.connect(&room.number).await);
    }
    let everybody = |frame: &Value| frame["members"] == 31 && frame["online"] == 31;
    let presence = screen.expect_presence(everybody).await;

    let recent = presence["recent"].as_array().expect("a list");
    assert!(recent.iter().all(|person| person["id"].is_string() && person["name"].is_string()), "{presence}");
    let frames = screen.untaken("presence").len() + 1;
    let at_most = 2 * (began.elapsed().as_secs() as usize + 1) + 1;
    assert!(frames <= at_most, "{frames} frames, at most twice a second is {at_most}");
    assert!(screen.untaken("event").is_empty(), "nobody's arrival is an event: {:?}", screen.untaken("event"));

    drop(sockets);
    screen.expect_presence(|frame| frame["members"] == 31 && frame["online"] == 1).await;
}

#[tokio::test]
async fn one_person_with_two_browsers_is_one_person_online() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;

    let _laptop = wang.connect(&room.number).await;
    let phone = wang.connect(&room.number).await;

    assert_eq!((&phone.welcome["members"], &phone.welcome["online"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn one_person_has_only_so_many_sockets() {
    let host = Launch::new().set("limits.room.sockets_per_member", 2).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut first = wang.connect(&room.number).await;
    let mut second = wang.connect(&room.number).await;

    let mut third = wang.connect(&room.number).await;

    let close = first.expect_close().await;
    assert_eq!(close.code, Some(4008), "the oldest one makes room: {close:?}");
    second.say("c1", "还在").await.ok();
    third.say("c2", "也在").await.ok();
}
