//! Creating, finding, joining, leaving and ending a conference.

use hezi_tests::{Host, User};
use serde_json::{Value, json};

/// Kinds of the entries in the journal.
async fn kinds(user: &User, number: &str) -> Vec<String> {
    let journal = user.journal(number).await;
    journal.iter().map(|entry| entry["kind"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn titles_of(user: &User) -> Vec<String> {
    let list = user.get("/api/conferences").await.ok(200);
    let conferences = list["conferences"].as_array().expect("a list").clone();
    conferences.iter().map(|conference| conference["title"].as_str().expect("a title").to_owned()).collect()
}

#[tokio::test]
async fn a_new_conference_has_a_five_digit_number_and_a_link() {
    let host = Host::start().await;
    let wang = host.user("小王").await;

    let room = wang.create_conference("  周会 ☕  ").await;

    assert_eq!(room.number.len(), 5);
    assert!(room.number.bytes().all(|digit| digit.is_ascii_digit()), "{}", room.number);
    assert_eq!(room.title, "周会 ☕");
    assert_eq!(room.state, "open");
    assert_eq!(room.owner["id"], wang.id.as_str());
    assert!(room.join_url.starts_with(&host.url()) && room.join_url.contains(&room.number), "{}", room.join_url);
    assert!(room.created_at.ends_with('Z') && room.created_at.contains('T'), "RFC 3339: {}", room.created_at);
    let seen = wang.get(&room.path("")).await.ok(200);
    for field in ["id", "number", "title", "state", "join_url", "created_at"] {
        assert!(seen[field].is_string(), "{field} in {seen}");
    }
    assert_eq!(seen["id"], room.id.as_str());
}

#[tokio::test]
async fn a_title_that_cannot_be_shown_is_refused_and_nothing_is_created() {
    let host = Host::start().await;
    let wang = host.user("小王").await;

    for title in [json!(""), json!("  "), json!("长".repeat(121)), json!("周\u{0}会"), json!(7), Value::Null] {
        wang.post("/api/conferences", &json!({ "title": title })).await.problem(422, "invalid");
    }
    wang.post("/api/conferences", &json!({ "title": "周会", "colour": "red" })).await.problem(422, "invalid");

    assert!(titles_of(&wang).await.is_empty());
}

#[tokio::test]
async fn people_find_the_conferences_that_they_created_or_joined() {
    let host = Host::start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let weekly = wang.create_conference("周会").await;
    wang.create_conference("年会").await;

    let li = li.join(&weekly.number).await;

    assert_eq!(titles_of(&li).await, ["周会"]);
    let mut mine = titles_of(&wang).await;
    mine.sort();
    assert_eq!(mine, ["周会", "年会"]);
    li.leave(&weekly.number).await;
    assert!(titles_of(&li).await.is_empty(), "a conference that was left is no longer mine");
}

#[tokio::test]
async fn a_retried_creation_gives_the_same_conference() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let create = |key: &'static str, title: &'static str| {
        let request = wang.request("POST", "/api/conferences").header("idempotency-key", key);
        request.json(&json!({ "title": title })).send()
    };

    let first = create("k1", "周会").await.ok(201);
    let retried = create("k1", "周会").await.ok(201);
    create("k1", "年会").await.problem(409, "id_reused");
    let another = create("k2", "周会").await.ok(201);

    assert_eq!(retried, first);
    assert_ne!(another["id"], first["id"]);
    assert_eq!(titles_of(&wang).await.len(), 2);
}

#[tokio::test]
async fn somebody_elses_retry_key_is_not_mine() {
    let host = Host::start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);

    let mut ids = Vec::new();
    for user in [&wang, &li] {
        let request = user.request("POST", "/api/conferences").header("idempotency-key", "k1");
        ids.push(request.json(&json!({ "title": "周会" })).send().await.ok(201)["id"].clone());
    }

    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn an_unknown_number_is_unknown_everywhere() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let unused = if room.number == "54321" { "54320" } else { "54321" };

    for number in [unused, "1234", "123456", "abcde"] {
        for rest in ["", "/members", "/journal", "/activities", "/qr", "/socket"] {
            let answer = wang.knock(&format!("/api/conferences/{number}{rest}"), None).await;
            assert_eq!(answer.status, 404, "{number}{rest}: {answer:?}");
        }
        for rest in ["/join", "/leave", "/end"] {
            let answer = wang.post_empty(&format!("/api/conferences/{number}{rest}")).await;
            answer.problem(404, "unknown_conference");
        }
    }
}

#[tokio::test]
async fn a_stranger_sees_what_the_conference_is_and_nothing_of_what_is_said_in_it() {
    let host = Host::start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;

    let seen = li.get(&room.path("")).await.ok(200);
    assert_eq!((&seen["id"], &seen["title"], &seen["state"]), (&json!(room.id), &json!("周会"), &json!("open")));
    assert_eq!(seen["owner"]["id"], wang.id.as_str());

    for rest in ["/members", "/journal", "/activities"] {
        li.get(&room.path(rest)).await.problem(403, "not_member");
    }
    li.post_empty(&room.path("/end")).await.problem(403, "not_member");
}

#[tokio::test]
async fn joining_makes_a_member_once_however_often() {
    let host = Host::start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;

    let joined = li.post_empty(&room.path("/join")).await.ok(200);
    let again = li.post_empty(&room.path("/join")).await.ok(200);

    assert_eq!(joined["conference"]["id"], room.id.as_str());
    assert_eq!((&joined["me"]["id"], &joined["me"]["role"]), (&json!(li.id), &json!("participant")));
    assert_eq!(again, joined);
    let joins = kinds(&wang, &room.number).await.into_iter().filter(|kind| kind == "joined").count();
    assert_eq!(joins, 2, "the owner and 小李, each once");
}

#[tokio::test]
async fn whoever_follows_the_link_into_the_room_joins_with_it() {
    let host = Host::start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;

    let mut phone = li.connect(&room.number).await;

    assert_eq!((&phone.welcome["me"]["id"], &phone.welcome["members"]), (&json!(li.id), &json!(2)));
    phone.say("c1", "我来了").await.ok();
    assert_eq!(kinds(&wang, &room.number).await, ["joined", "joined", "chat"]);
}

#[tokio::test]
async fn who_leaves_is_out_until_they_join_again() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;

    li.leave(&room.number).await;
    li.get(&room.path("/journal")).await.problem(403, "not_member");
    li.post_empty(&room.path("/leave")).await.problem(403, "not_member");
    let li = li.join(&room.number).await;

    assert_eq!(kinds(&li, &room.number).await, ["joined", "joined", "left", "joined"]);
}

#[tokio::test]
async fn an_organizer_ends_the_conference_and_its_story_stays_readable() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    wang.connect(&room.number).await.say("c1", "再见").await.ok();

    li.post_empty(&room.path("/end")).await.problem(403, "not_organizer");
    wang.end(&room.number).await;

    assert_eq!(wang.get(&room.path("")).await.ok(200)["state"], "ended");
    assert_eq!(kinds(&li, &room.number).await.last().map(String::as_str), Some("ended"));
    host.user("小张").await.post_empty(&room.path("/join")).await.problem(409, "conference_ended");
    li.knock(&room.path("/socket"), None).await.problem(409, "conference_ended");
    wang.post_empty(&room.path("/end")).await.problem(409, "conference_ended");
    let config = json!({ "question": "?", "options": ["A", "B"] });
    let late = wang.post(&room.path("/activities"), &json!({ "plugin": "vote", "config": config })).await;
    late.problem(409, "conference_ended");
}

#[tokio::test]
async fn an_activity_closes_with_its_conference() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;

    wang.end(&room.number).await;

    assert_eq!(wang.look_at(&vote).await.phase, "closed");
    wang.try_act(&vote, json!({ "choose": ["A"] })).await.problem(409, "conference_ended");
    wang.report(&vote).await;
}

#[tokio::test]
async fn an_activity_whose_plugin_cannot_close_it_closes_with_everything_that_was_acknowledged() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    let mut voters = Vec::new();
    for number in 0..5 {
        let voter = host.user(&format!("投票人{number}")).await.join(&room.number).await;
        voter.act(&vote, json!({ "choose": ["A"] })).await;
        voters.push(voter);
    }

    admin.post_empty("/api/admin/plugins/vote/disable").await.ok(200);
    wang.end(&room.number).await;

    assert_eq!(wang.look_at(&vote).await.phase, "closed");
    let report = wang.report(&vote).await;
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(5), "the last of them a moment ago: {report}");
    voters[0].try_act(&vote, json!({ "choose": ["B"] })).await.problem(409, "conference_ended");
}
