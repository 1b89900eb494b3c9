//! Before and after a meeting: what it is called and when it begins, finding it again, what stays of it, the next one.

use hezi_tests::{Conference, Host, Launch, User};
use serde_json::{Value, json};

/// The titles on a page of mine, and where the next one begins.
async fn page(user: &User, query: &str) -> (Vec<String>, Option<String>) {
    let page = user.get(&format!("/api/conferences?{query}")).await.ok(200);
    let titles = page["conferences"].as_array().expect("a list").iter();
    let titles = titles.map(|conference| conference["title"].as_str().expect("a title").to_owned()).collect();
    (titles, page["next"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn title_description_and_beginning_are_changed_and_everybody_hears_of_it() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    let changes = json!({ "title": " 年会 ", "description": "第一行\n第二行", "starts_at": "2099-01-01T08:00:00Z" });

    let changed = wang.try_change(&room.number, changes).await.ok(200);

    assert_eq!((&changed["title"], &changed["description"]), (&json!("年会"), &json!("第一行\n第二行")));
    assert_eq!(changed["starts_at"], "2099-01-01T08:00:00.000Z");
    let event = phone.expect_event("changed").await;
    assert_eq!((&event["changes"]["title"], &event["by"]["id"]), (&json!("年会"), &json!(wang.id)), "{event}");
    host.kill().await;
    host.restart().await;
    let again = li.get(&room.path("")).await.ok(200);
    for field in ["title", "description", "starts_at", "owner", "private", "locked", "slow_mode_s", "chat"] {
        assert_eq!(again[field], changed[field], "{field}");
    }
    let without = wang.try_change(&room.number, json!({ "starts_at": null, "description": "" })).await.ok(200);
    assert_eq!((&without["starts_at"], &without["description"]), (&Value::Null, &json!("")));
}

#[tokio::test]
async fn what_the_wall_shows_is_chosen_by_an_organizer_and_kept() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let vote = wang.draft(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    assert_eq!(phone.welcome["conference"]["screen"], "follow");

    for screen in [json!("lobby"), json!("notice"), json!({ "activity": vote.id })] {
        let changed = wang.try_change(&room.number, json!({ "screen": screen })).await.ok(200);
        assert_eq!(changed["screen"], screen);
        let event = phone.expect_event("changed").await;
        assert_eq!(event["changes"], json!({ "screen": screen }), "{event}");
    }
    wang.try_change(&room.number, json!({ "screen": { "activity": "01NOWHERE" } }))
        .await
        .problem(404, "unknown_activity");
    wang.try_change(&room.number, json!({ "screen": "ceiling" })).await.problem(422, "invalid");
    li.try_change(&room.number, json!({ "screen": "lobby" })).await.problem(403, "not_organizer");
    host.kill().await;
    host.restart().await;

    assert_eq!(li.connect(&room.number).await.welcome["conference"]["screen"], json!({ "activity": vote.id }));
}

#[tokio::test]
async fn changes_that_cannot_be_made_name_the_field_and_change_nothing() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let before = wang.get(&room.path("")).await.ok(200);

    for (changes, named) in [
        (json!({}), "title"),
        (json!({ "title": " " }), "`title`"),
        (json!({ "title": "长".repeat(121) }), "`title`"),
        (json!({ "description": "长".repeat(2_001) }), "`description`"),
        (json!({ "starts_at": "2020-01-01T00:00:00Z" }), "`starts_at`"),
        (json!({ "starts_at": "tomorrow" }), "`starts_at`"),
        (json!({ "title": "年会", "members_max": 0 }), "`members_max`"),
        (json!({ "slow_mode_s": -1 }), "`slow_mode_s`"),
        (json!({ "colour": "red" }), "`colour`"),
        (json!({ "locked": "yes" }), "`locked`"),
    ] {
        let refused = wang.try_change(&room.number, changes.clone()).await.problem(422, "invalid");
        let detail = refused["detail"].as_str().expect("a sentence").to_owned();
        assert!(detail.contains(named), "{changes}: {detail}");
    }
    let past = json!({ "title": "旧会", "starts_at": "2020-01-01T00:00:00Z" });
    wang.post("/api/conferences", &past).await.problem(422, "invalid");

    assert_eq!(wang.get(&room.path("")).await.ok(200), before);
    assert_eq!(wang.journal(&room.number).await.len(), 1);
}

#[tokio::test]
async fn mine_come_in_pages_and_are_found_by_what_they_are_about() {
    let host = Launch::new().set("limits.person.open_conferences", 200).start().await;
    let wang = host.user("小王").await;
    for n in 0..25 {
        wang.create_conference(&format!("第 {n} 次周会")).await;
    }
    let budget = json!({ "title": "Budget ２０２７", "description": "谁来付钱" });
    let budget = wang.post("/api/conferences", &budget).await.ok(201);
    let ended = wang.create_conference("旧会").await;
    wang.end(&ended.number).await;

    let (mut all, mut next) = page(&wang, "limit=10").await;
    assert_eq!(all[0], "旧会", "newest first, those that have ended among them");
    while let Some(before) = next {
        let (more, then) = page(&wang, &format!("limit=10&before={before}")).await;
        assert!(more.len() <= 10);
        all.extend(more);
        next = then;
    }
    assert_eq!(all.len(), 27);
    let number = budget["number"].as_str().expect("a number");
    for sought in ["budget", "2027", "%E4%BB%98%E9%92%B1", "BUDGET%20%EF%BC%92", number] {
        assert_eq!(page(&wang, &format!("q={sought}")).await.0, ["Budget ２０２７"], "{sought}");
    }
    assert_eq!(page(&wang, "state=ended").await.0, ["旧会"]);
    assert_eq!(page(&wang, "state=open&limit=1000").await.0.len(), 26);
    assert_eq!(page(&wang, "q=%E7%AC%AC&limit=20").await.0.len(), 20);
    assert!(page(&wang, "q=nothing").await.0.is_empty());
    for wrong in ["limit=0", "limit=1001", "state=over", "page=2"] {
        wang.get(&format!("/api/conferences?{wrong}")).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn a_retried_creation_is_the_same_conference_whatever_it_is_called_by_now() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let create = async |body: Value| {
        wang.request("POST", "/api/conferences").header("idempotency-key", "k1").json(&body).send().await
    };
    let body = json!({ "title": "周会", "private": true, "starts_at": "2099-01-01T08:00:00Z" });
    let made = create(body.clone()).await.ok(201);
    let path = format!("/api/conferences/{}", made["number"].as_str().expect("a number"));
    wang.request("PATCH", &path).json(&json!({ "title": "年会" })).send().await.ok(200);

    let again = create(body).await.ok(201);

    assert_eq!((&again["id"], &again["title"]), (&made["id"], &json!("年会")));
    create(json!({ "title": "周会" })).await.problem(409, "id_reused");
}

#[tokio::test]
async fn what_was_decided_stays_readable_to_members_after_the_end() {
    let mut host = Launch::new().durable().unhurried().set("conference.number_cooldown_s", 0).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let stranger = host.user("路人").await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["面", "饭"] })).await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶" })).await;
    li.act(&vote, json!({ "choose": ["面"] })).await;
    li.act(&rating, json!({ "score": 5 })).await;
    wang.post(&room.path("/messages"), &json!({ "text": "就吃面" })).await.ok(200);
    wang.end(&room.number).await;
    host.kill().await;
    host.restart().await;

    let path = |rest: &str| format!("/api/conferences/{}{rest}", room.id);
    let activities = li.get(&path("/activities")).await.ok(200)["activities"].as_array().expect("a list").clone();
    assert_eq!(activities.len(), 2);
    for activity in &activities {
        assert_eq!(activity["phase"], "closed");
        assert!(activity["view"]["blocks"].as_array().is_some_and(|blocks| blocks.len() > 1), "{activity}");
    }
    assert!(activities[0]["view"].to_string().contains("面"), "{activities:?}");
    let journal = li.get(&path("/journal?limit=1000")).await.ok(200).to_string();
    assert!(journal.contains("就吃面") && journal.contains("\"ended\""), "{journal}");
    assert_eq!(li.get(&path("/members")).await.ok(200)["members"].as_array().map(Vec::len), Some(2));
    assert_eq!(page(&li, "state=ended").await.0, ["周会"]);
    wang.report(&vote).await;
    for rest in ["/activities", "/journal", "/members"] {
        stranger.get(&path(rest)).await.problem(403, "not_member");
    }
}

#[tokio::test]
async fn a_copy_has_the_activities_as_drafts_and_nothing_of_what_happened() {
    let host = Launch::new().set("limits.person.conferences_per_hour", 1_000).start().await;
    let wang = host.user("小王").await;
    let body = json!({ "title": "周会", "description": "每周", "private": true, "slow_mode_s": 5 });
    let made = wang.post("/api/conferences", &body).await.ok(201);
    let room: Conference = serde_json::from_value(made.clone()).expect("a conference");
    let li = host.user("小李").await;
    let key = made["join_url"].as_str().expect("a link").rsplit('=').next().expect("a key").to_owned();
    li.post_empty(&room.path(&format!("/join?key={key}"))).await.ok(200);
    let vote = wang.open(&room.number, "vote", json!({ "question": "午饭?", "options": ["面", "饭"] })).await;
    wang.draft(&room.number, "rating", json!({ "subject": "茶" })).await;
    li.act(&vote, json!({ "choose": ["面"] })).await;
    wang.post(&room.path("/messages"), &json!({ "text": "hunter2" })).await.ok(200);
    wang.end(&room.number).await;
    let copy = async || {
        let request = wang.request("POST", &format!("/api/conferences/{}/copy", room.id));
        request.header("idempotency-key", "k1").json(&json!({})).send().await
    };

    let copied = copy().await.ok(201);

    let next: Conference = serde_json::from_value(copied["conference"].clone()).expect("a conference");
    assert_ne!((&next.id, &next.number), (&room.id, &room.number));
    assert_eq!((next.title.as_str(), next.state.as_str()), ("周会", "open"));
    assert_eq!((&copied["conference"]["private"], &copied["conference"]["slow_mode_s"]), (&json!(true), &json!(5)));
    assert_ne!(next.join_url, room.join_url, "a key of its own");
    let drafts = copied["activities"].as_array().expect("a list").clone();
    let shown: Vec<_> = drafts.iter().map(|draft| (draft["plugin"].clone(), draft["phase"].clone())).collect();
    assert_eq!(shown, [(json!("vote"), json!("draft")), (json!("rating"), json!("draft"))]);
    assert_eq!(copied["skipped"], json!([]));
    assert_eq!(wang.get(&next.path("/members")).await.ok(200)["members"].as_array().map(Vec::len), Some(1));
    assert!(!json!(wang.journal(&next.number).await).to_string().contains("hunter2"));
    assert_eq!(copy().await.ok(201)["conference"]["id"], next.id.as_str(), "once under the same key");
    let listed = wang.get(&next.path("/activities")).await.ok(200);
    assert_eq!(listed["activities"].as_array().map(Vec::len), Some(2));
    li.post(&format!("/api/conferences/{}/copy", room.id), &json!({})).await.problem(403, "not_organizer");
}

#[tokio::test]
async fn what_cannot_be_copied_is_named_and_the_rest_is_copied() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    wang.draft(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    wang.draft(&room.number, "rating", json!({ "subject": "茶" })).await;
    host.administrator().post_empty("/api/admin/plugins/vote/disable").await.ok(200);

    let copied = wang.post(&room.path("/copy"), &json!({ "title": "下周会" })).await.ok(201);

    assert_eq!(copied["conference"]["title"], "下周会");
    assert_eq!(copied["activities"].as_array().map(Vec::len), Some(1));
    assert_eq!((&copied["skipped"][0]["plugin"], &copied["skipped"][0]["title"]), (&json!("vote"), &json!("?")));
    assert!(copied["skipped"][0]["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{copied}");
}

#[tokio::test]
async fn a_conference_that_is_planned_for_later_does_not_end_unused_before() {
    let launch = Launch::new().set("conference.idle_end_s", 1).set("conference.number_pool", 3);
    let host = launch.start().await;
    let wang = host.user("小王").await;
    let planned = json!({ "title": "年会", "starts_at": "2099-01-01T08:00:00Z" });
    let planned = wang.post("/api/conferences", &planned).await.ok(201);
    let forgotten = wang.create_conference("没人来").await;

    wang.poll(&forgotten.path(""), "the end of what nobody uses", |seen| seen["state"] == "ended").await;

    let number = planned["number"].as_str().expect("a number");
    assert_eq!(wang.get(&format!("/api/conferences/{number}")).await.ok(200)["state"], "open");
}
