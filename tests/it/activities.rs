//! Activities over HTTP: drafted, opened, closed, and seen by everybody as they may see them.

use hezi_tests::{Host, Launch, View};
use serde_json::{Value, json};

fn lunch() -> Value {
    json!({ "question": "午饭吃什么?", "options": ["面", "饭"] })
}

#[tokio::test]
async fn an_activity_goes_from_draft_to_open_to_closed_and_never_back() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;

    let draft = wang.draft(&room.number, "vote", lunch()).await;
    assert_eq!((draft.phase.as_str(), draft.plugin.as_str()), ("draft", "vote"));
    assert!(!draft.version.is_empty());
    li.try_act(&draft, json!({ "choose": ["面"] })).await.problem(409, "wrong_phase");
    wang.post_empty(&draft.path("/close")).await.problem(409, "wrong_phase");

    let open = wang.open_drafted(&draft).await;
    assert_eq!(open.phase, "open");
    assert!(View::of(&open.view).words().contains("午饭吃什么?"), "{:?}", open.view);
    wang.post_empty(&draft.path("/open")).await.problem(409, "wrong_phase");
    li.act(&open, json!({ "choose": ["面"] })).await;

    assert_eq!(wang.close(&open).await.phase, "closed");
    wang.post_empty(&open.path("/open")).await.problem(409, "wrong_phase");
    wang.post_empty(&open.path("/close")).await.problem(409, "wrong_phase");
    wang.try_act(&open, json!({ "choose": ["饭"] })).await.problem(409, "wrong_phase");
    assert_eq!(li.look_at(&open).await.phase, "closed");
}

#[tokio::test]
async fn only_organizers_run_activities() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let stranger = host.user("路人").await;
    let draft = wang.draft(&room.number, "vote", lunch()).await;
    let body = json!({ "plugin": "vote", "config": lunch() });

    for (user, code) in [(&li, "not_organizer"), (&stranger, "not_member")] {
        user.post(&room.path("/activities"), &body).await.problem(403, code);
        user.post_empty(&draft.path("/open")).await.problem(403, code);
        user.post_empty(&draft.path("/close")).await.problem(403, code);
        user.get(&draft.path("/report?format=json")).await.problem(403, code);
    }
    stranger.get(&draft.path("")).await.problem(403, "not_member");
    stranger.try_act(&draft, json!({ "choose": ["面"] })).await.problem(403, "not_member");
    assert_eq!(wang.look_at(&draft).await.phase, "draft", "nothing has changed");
}

#[tokio::test]
async fn a_configuration_that_makes_no_sense_creates_nothing() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let path = room.path("/activities");

    for config in [
        json!({}),
        json!({ "question": "?", "options": "面" }),
        json!({ "question": "?", "options": ["面", "饭"], "colour": "red" }),
        json!({ "question": "?", "options": ["面", "饭"], "max_choices": 0 }),
        json!({ "question": "?", "options": ["面", "饭"], "results": "never" }),
        json!({ "question": "?", "options": ["面", "面"] }),
        json!("午饭"),
        Value::Null,
    ] {
        let body = json!({ "plugin": "vote", "config": config, "open": true });
        wang.post(&path, &body).await.problem(422, "invalid");
    }
    wang.post(&path, &json!({ "plugin": "vote" })).await.problem(422, "invalid");
    wang.post(&path, &json!({ "plugin": "karaoke", "config": {} })).await.problem(404, "unknown_plugin");

    let list = wang.get(&path).await.ok(200);
    assert_eq!(list["activities"], json!([]));
    let kinds: Vec<Value> = wang.journal(&room.number).await.iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["joined"], "nothing happened");
}

#[tokio::test]
async fn a_configuration_error_names_the_field() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;

    let config = json!({ "question": "?", "options": ["面", "饭"], "max_choices": "两个" });
    let answer = wang.post(&room.path("/activities"), &json!({ "plugin": "vote", "config": config })).await;

    let problem = answer.problem(422, "invalid");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("max_choices")), "{problem}");
}

#[tokio::test]
async fn an_unknown_activity_is_unknown_everywhere() {
    let host = Host::start().await;
    let wang = host.user("小王").await;

    for id in ["nosuchactivity", "00000000-0000-0000-0000-000000000000"] {
        wang.get(&format!("/api/activities/{id}")).await.problem(404, "unknown_activity");
        wang.get(&format!("/api/activities/{id}/report?format=json")).await.problem(404, "unknown_activity");
        wang.post_empty(&format!("/api/activities/{id}/open")).await.problem(404, "unknown_activity");
        wang.post_empty(&format!("/api/activities/{id}/close")).await.problem(404, "unknown_activity");
        wang.post(&format!("/api/activities/{id}/actions"), &json!({})).await.problem(404, "unknown_activity");
    }
}

#[tokio::test]
async fn the_list_shows_each_activity_in_its_phase() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let first = wang.open(&room.number, "vote", lunch()).await;
    let second = wang.open(&room.number, "rating", json!({ "subject": "茶" })).await;
    li.act(&first, json!({ "choose": ["面"] })).await;

    wang.close(&first).await;

    let list = li.get(&room.path("/activities")).await.ok(200);

    let activities = list["activities"].as_array().expect("a list").clone();
    let shown: Vec<Value> =
        activities.iter().map(|one| json!([one["id"], one["plugin"], one["phase"], one["title"]])).collect();
    let expected =
        [json!([first.id, "vote", "closed", first.title]), json!([second.id, "rating", "open", second.title])];
    assert_eq!(shown, expected, "in the order of their creation");
}

#[tokio::test]
async fn what_an_organizer_sends_again_happens_once() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let send = |key: &'static str, path: String, body: Value| {
        wang.request("POST", &path).header("idempotency-key", key).json(&body).send()
    };
    let create = || send("k1", room.path("/activities"), json!({ "plugin": "vote", "config": lunch() }));

    let created = create().await.ok(201);
    assert_eq!(create().await.ok(201)["id"], created["id"]);
    let other = json!({ "plugin": "rating", "config": { "subject": "茶" } });
    send("k1", room.path("/activities"), other).await.problem(409, "id_reused");
    let path = |rest: &str| format!("/api/activities/{}{rest}", created["id"].as_str().expect("an id"));
    for (key, step, phase) in [("k2", "/open", "open"), ("k3", "/close", "closed")] {
        for _ in 0..2 {
            assert_eq!(send(key, path(step), json!({})).await.ok(200)["id"], created["id"]);
        }
        assert_eq!(wang.get(&path("")).await.ok(200)["phase"], phase);
    }
    host.administrator().post_empty("/api/admin/plugins/vote/disable").await.ok(200);
    assert_eq!(create().await.ok(201)["id"], created["id"], "what was acknowledged stays so");

    let list = wang.get(&room.path("/activities")).await.ok(200);
    assert_eq!(list["activities"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_conference_has_only_so_many_activities() {
    let host = Launch::new().set("conference.activities", 2).start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    wang.draft(&room.number, "vote", lunch()).await;
    wang.open(&room.number, "vote", lunch()).await;

    let third = wang.post(&room.path("/activities"), &json!({ "plugin": "vote", "config": lunch() })).await;

    third.problem(409, "too_many");
}

#[tokio::test]
async fn everybody_in_the_room_hears_that_an_activity_opens_and_closes() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;

    let vote = wang.open(&room.number, "vote", lunch()).await;
    let is_change =
        |change: &'static str| move |frame: &Value| frame["kind"] == "activity" && frame["change"] == change;
    let opened = phone.expect("opened", is_change("opened")).await;
    phone.expect_view(&vote.id, |view| View::of(view).words().contains("午饭吃什么?")).await;
    wang.close(&vote).await;
    let closed = phone.expect("closed", is_change("closed")).await;

    for (event, phase) in [(&opened, "open"), (&closed, "closed")] {
        let activity = &event["activity"];
        assert_eq!((&activity["id"], &activity["plugin"]), (&json!(vote.id), &json!("vote")));
        assert_eq!((&activity["title"], &activity["phase"]), (&json!(vote.title), &json!(phase)));
    }
}

#[tokio::test]
async fn one_persons_many_activities_keep_nobody_from_creating_and_acting() {
    // Far fewer instances than activities that somebody has just used.
    let host = Launch::new().unhurried().set("limits.plugin.instances", 12).start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;
    let mut activities = Vec::new();
    for _ in 0..40 {
        activities.push(wang.open(&room.number, "vote", lunch()).await);
    }

    let lis = li.create_conference("月会").await;
    let vote = li.open(&lis.number, "vote", lunch()).await;

    li.act(&vote, json!({ "choose": ["面"] })).await;
    for activity in &activities {
        wang.act(activity, json!({ "choose": ["饭"] })).await;
    }
    assert_eq!(View::of(&li.look_at(&vote).await.view).bars()[0], ("面".to_owned(), 1));
}
