//! The organizers are in charge of who is in: mute, remove and let in again, dismiss, hand over, lock, limit, private.

use hezi_tests::{Answer, Conference, Host, Launch, User};
use serde_json::{Value, json};

async fn patch(user: &User, room: &Conference, changes: Value) -> Answer {
    user.request("PATCH", &room.path("")).json(&changes).send().await
}

async fn member(user: &User, room: &Conference, who: &User) -> Value {
    let members = user.get(&room.path("/members")).await.ok(200)["members"].as_array().expect("a list").clone();
    members.into_iter().find(|member| member["id"] == who.id.as_str()).expect("a member")
}

fn about(user: &User) -> Value {
    json!({ "member": user.id })
}

#[tokio::test]
async fn who_is_muted_says_nothing_over_either_road_and_still_votes() {
    let host = Host::start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;
    let li = li.join(&room.number).await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    let mut phone = li.connect(&room.number).await;
    let said = phone.say("c1", "你好").await.seq();

    assert_eq!(wang.post(&room.path("/mutes"), &about(&li)).await.ok(200)["muted"], true);

    let muted = phone.expect_event("muted").await;
    assert_eq!((&muted["who"]["id"], &muted["by"]["id"]), (&json!(li.id), &json!(wang.id)));
    let before = wang.journal(&room.number).await.len();
    assert_eq!(phone.say("c2", "喂?").await.error(), "muted");
    phone.send(&json!({ "type": "react", "id": "c3", "message": said, "reaction": "👍" })).await;
    assert_eq!(phone.reply("c3").await.error(), "muted");
    li.post(&room.path("/messages"), &json!({ "text": "喂?" })).await.problem(403, "muted");
    let reactions = room.path(&format!("/messages/{said}/reactions"));
    li.post(&reactions, &json!({ "reaction": "👍" })).await.problem(403, "muted");
    assert_eq!(wang.journal(&room.number).await.len(), before, "nothing was changed");
    li.act(&vote, json!({ "choose": ["A"] })).await;

    li.leave(&room.number).await;
    let again = li.connect(&room.number).await;
    assert_eq!(again.welcome["me"]["muted"], true, "coming back does not give the word back");
    wang.delete(&room.path(&format!("/mutes/{}", li.id))).await.ok(200);
    assert_eq!(member(&li, &room, &li).await["muted"], false);
    li.post(&room.path("/messages"), &json!({ "text": "谢谢" })).await.ok(200);
}

#[tokio::test]
async fn who_is_removed_stays_out_until_let_in_again() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;
    let li = li.join(&room.number).await;
    let zhang = host.user("小张").await.join(&room.number).await;
    let (mut phone, mut other) = (li.connect(&room.number).await, zhang.connect(&room.number).await);
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;

    wang.post(&room.path("/removals"), &about(&li)).await.ok(200);

    let close = phone.expect_close().await;
    assert_eq!(close.code, Some(4009), "{close:?}");
    other.expect_presence(|frame| frame["members"] == 2).await;
    for _ in 0..2 {
        li.post_empty(&room.path("/join")).await.problem(403, "kept_out");
        assert_eq!(li.knock(&room.path("/socket"), None).await.problem(403, "kept_out")["code"], "kept_out");
        li.get(&room.path("")).await.problem(403, "kept_out");
        li.get(&room.path("/journal")).await.problem(403, "not_member");
        li.try_act(&vote, json!({ "choose": ["A"] })).await.problem(403, "not_member");
        let kept_out = wang.get(&room.path("/removals")).await.ok(200);
        assert_eq!(kept_out["removals"][0]["id"], li.id.as_str(), "{kept_out}");
        assert_eq!(kept_out["removals"][0]["by"]["id"], wang.id.as_str(), "{kept_out}");
        host.kill().await;
        host.restart().await;
    }
    let told = |entries: Vec<Value>| entries.iter().any(|entry| entry["kind"] == "removed");
    assert!(told(wang.journal(&room.number).await) && !told(zhang.journal(&room.number).await));

    wang.delete(&room.path(&format!("/removals/{}", zhang.id))).await.problem(404, "unknown_member");
    wang.delete(&room.path(&format!("/removals/{}", li.id))).await.ok(200);

    let li = li.join(&room.number).await;
    li.act(&vote, json!({ "choose": ["A"] })).await;
    assert_eq!(wang.get(&room.path("/removals")).await.ok(200)["removals"], json!([]));
}

#[tokio::test]
async fn an_organizer_does_nothing_about_another_and_the_owner_dismisses_first() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let zhang = host.user("小张").await.join(&room.number).await;
    wang.appoint(&room.number, &li).await;
    wang.appoint(&room.number, &zhang).await;
    let mut phone = zhang.connect(&room.number).await;

    for way in ["/mutes", "/removals"] {
        li.post(&room.path(way), &about(&zhang)).await.problem(409, "conflict");
        li.post(&room.path(way), &about(&wang)).await.problem(409, "conflict");
    }
    let dismissal = room.path(&format!("/organizers/{}", zhang.id));
    li.delete(&dismissal).await.problem(403, "denied");
    wang.delete(&dismissal).await.ok(200);
    phone.expect_event("dismissed").await;
    wang.delete(&dismissal).await.problem(409, "conflict");
    wang.delete(&room.path(&format!("/organizers/{}", wang.id))).await.problem(409, "conflict");

    zhang.post(&room.path("/mutes"), &about(&li)).await.problem(403, "not_organizer");
    phone.send(&json!({ "type": "mute", "id": "m1", "member": li.id })).await;
    assert_eq!(phone.reply("m1").await.error(), "not_organizer");
    li.post(&room.path("/removals"), &about(&zhang)).await.ok(200);
}

#[tokio::test]
async fn an_organizer_who_is_away_can_be_dismissed() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    wang.appoint(&room.number, &li).await;
    li.leave(&room.number).await;

    wang.delete(&room.path(&format!("/organizers/{}", li.id))).await.ok(200);

    let li = li.join(&room.number).await;
    assert_eq!(member(&wang, &room, &li).await["role"], "participant");
}

#[tokio::test]
async fn a_conference_is_handed_over_and_whoever_had_it_stays_an_organizer() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;

    let handed = wang.post(&room.path("/owner"), &about(&li)).await.ok(200);

    assert_eq!(handed["owner"]["id"], li.id.as_str());
    phone.expect_event("handed_over").await;
    host.kill().await;
    host.restart().await;
    assert_eq!(wang.get(&room.path("")).await.ok(200)["owner"]["id"], li.id.as_str());
    wang.post(&room.path("/owner"), &about(&wang)).await.problem(403, "denied");
    assert_eq!(member(&li, &room, &wang).await["role"], "organizer");
    // Whoever has given it away is told so with the conference itself, and whoever is no member is told nothing of the kind.
    assert_eq!(wang.get(&room.path("")).await.ok(200)["role"], "organizer");
    assert_eq!(host.user("路人").await.get(&room.path("")).await.ok(200)["role"], Value::Null);
    li.post(&room.path("/owner"), &about(&li)).await.problem(409, "conflict");
    li.delete(&room.path(&format!("/organizers/{}", wang.id))).await.ok(200);
    wang.post_empty(&room.path("/end")).await.problem(403, "not_organizer");
}

#[tokio::test]
async fn nobody_is_handed_a_conference_who_owns_as_many_as_a_person_may() {
    let host = Launch::new().set("limits.person.open_conferences", 1).start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;
    let own = li.create_conference("例会").await;
    let li = li.join(&room.number).await;
    let mut laptop = wang.connect(&room.number).await;

    let refused = wang.post(&room.path("/owner"), &about(&li)).await.problem(409, "too_many");
    let detail = refused["detail"].as_str().expect("a detail");
    assert!(detail.contains(&li.id) && detail.contains("limits.person.open_conferences"), "{detail}");
    laptop.send(&json!({ "type": "hand_over", "id": "h1", "member": li.id })).await;
    assert_eq!(laptop.reply("h1").await.error(), "too_many");
    assert_eq!(wang.get(&room.path("")).await.ok(200)["owner"]["id"], wang.id.as_str());

    li.end(&own.number).await;
    wang.post(&room.path("/owner"), &about(&li)).await.ok(200);
    li.post(&room.path("/owner"), &about(&wang)).await.ok(200);
}

#[tokio::test]
async fn a_locked_door_keeps_out_who_is_not_in_and_a_limit_who_is_too_many() {
    let host = Host::start().await;
    let (wang, li, zhang) = (host.user("小王").await, host.user("小李").await, host.user("小张").await);
    let room = wang.create_conference("周会").await;
    let li = li.join(&room.number).await;

    assert_eq!(patch(&wang, &room, json!({ "locked": true })).await.ok(200)["locked"], true);
    zhang.post_empty(&room.path("/join")).await.problem(403, "locked");
    zhang.knock(&room.path("/socket"), None).await.problem(403, "locked");
    li.connect(&room.number).await;
    li.leave(&room.number).await;
    li.post_empty(&room.path("/join")).await.problem(403, "locked");
    wang.leave(&room.number).await;
    wang.post_empty(&room.path("/join")).await.ok(200);

    patch(&wang, &room, json!({ "locked": false, "members_max": 2 })).await.ok(200);
    let li = li.join(&room.number).await;
    zhang.post_empty(&room.path("/join")).await.problem(409, "full");
    li.post_empty(&room.path("/join")).await.ok(200);
    patch(&wang, &room, json!({ "members_max": null })).await.ok(200);
    zhang.join(&room.number).await;
}

/// The path with the key, from the link of a private conference.
fn way_in(conference: &Value, rest: &str) -> String {
    let url = conference["join_url"].as_str().expect("a link");
    let (_, key) = url.split_once("?key=").unwrap_or_else(|| panic!("no key in {url}"));
    format!("/api/conferences/{}{rest}?key={key}", conference["number"].as_str().expect("a number"))
}

#[tokio::test]
async fn the_number_of_a_private_conference_lets_nobody_in_and_its_link_does() {
    let host = Host::start().await;
    let (wang, li, zhang) = (host.user("小王").await, host.user("小李").await, host.user("小张").await);
    let made = wang.post("/api/conferences", &json!({ "title": "董事会", "private": true })).await.ok(201);
    let path = |rest: &str| format!("/api/conferences/{}{rest}", made["number"].as_str().expect("a number"));
    assert_eq!(made["private"], true);

    for wrong in ["", "?key=0123456789abcdef0123456789abcdef", "?key=", "?key=%00"] {
        for rest in ["", "/qr"] {
            let refused = li.get(&path(&format!("{rest}{wrong}"))).await;
            assert!(!refused.text().contains("董事会"), "{refused:?}");
            refused.problem(403, "key_needed");
        }
        li.post_empty(&path(&format!("/join{wrong}"))).await.problem(403, "key_needed");
        li.knock(&path(&format!("/socket{wrong}")), None).await.problem(403, "key_needed");
    }
    let link = format!("/c/{}", made["number"].as_str().expect("a number"));
    for wrong in [link.clone(), format!("{link}?from=a-friend")] {
        let page = li.get(&wrong).await;
        assert!(page.status == 403 && !page.text().contains("董事会"), "{page:?}");
    }

    assert_eq!(li.get(&way_in(&made, "")).await.ok(200)["title"], "董事会");
    li.post_empty(&way_in(&made, "/join")).await.ok(200);
    li.get(&path("")).await.ok(200);
    li.leave(made["number"].as_str().expect("a number")).await;
    li.post_empty(&path("/join")).await.problem(403, "key_needed");

    let rekeyed = wang.post_empty(&path("/key")).await.ok(200);
    assert_ne!(rekeyed["join_url"], made["join_url"]);
    zhang.post_empty(&way_in(&made, "/join")).await.problem(403, "key_needed");
    zhang.post_empty(&way_in(&rekeyed, "/join")).await.ok(200);
    let entries = wang.journal(made["number"].as_str().expect("a number")).await;
    let key = rekeyed["join_url"].as_str().expect("a link").rsplit('=').next().expect("a key").to_owned();
    assert!(entries.iter().all(|entry| !entry.to_string().contains(&key)), "no key stands in the journal");
}

#[tokio::test]
async fn whoever_guesses_at_private_conferences_has_to_wait() {
    let host = Launch::new().set("limits.person.wrong_numbers_per_minute", 3).start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let made = wang.post("/api/conferences", &json!({ "title": "董事会", "private": true })).await.ok(201);
    let path = format!("/api/conferences/{}", made["number"].as_str().expect("a number"));

    for _ in 0..3 {
        li.get(&path).await.problem(403, "key_needed");
    }
    li.get(&path).await.problem(429, "rate_limited");
}

#[tokio::test]
async fn a_conference_becomes_private_and_public_again() {
    let host = Host::start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;
    wang.post_empty(&room.path("/key")).await.problem(409, "conflict");

    let private = patch(&wang, &room, json!({ "private": true })).await.ok(200);
    let again = patch(&wang, &room, json!({ "private": true })).await.ok(200);

    assert_eq!(private["join_url"], again["join_url"], "the key stays until it is exchanged");
    li.post_empty(&room.path("/join")).await.problem(403, "key_needed");
    let open = patch(&wang, &room, json!({ "private": false })).await.ok(200);
    assert_eq!(open["join_url"], room.join_url.as_str());
    li.join(&room.number).await;
}

#[tokio::test]
async fn the_same_measure_under_the_same_id_is_taken_once() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mute = async || {
        let request = wang.request("POST", &room.path("/mutes")).header("idempotency-key", "m1");
        request.json(&about(&li)).send().await
    };

    mute().await.ok(200);
    wang.delete(&room.path(&format!("/mutes/{}", li.id))).await.ok(200);
    host.kill().await;
    host.restart().await;
    let again = mute().await.ok(200);

    assert_eq!(again["muted"], false, "it was taken before, and is not taken again");
    let request = wang.request("POST", &room.path("/removals")).header("idempotency-key", "m1");
    request.json(&about(&li)).send().await.problem(409, "id_reused");
    let mut screen = wang.connect(&room.number).await;
    for _ in 0..2 {
        screen.send(&json!({ "type": "mute", "id": "m2", "member": li.id })).await;
        screen.reply("m2").await.ok();
    }
    let muted = wang.journal(&room.number).await.into_iter().filter(|entry| entry["kind"] == "muted").count();
    assert_eq!(muted, 2, "m1 and m2, each once");
}
