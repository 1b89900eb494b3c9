//! What is prepared before a meeting: an activity is made otherwise, put before another, thrown away.

use hezi_tests::{Activity, Answer, Conference, Console, Host, Launch, User, View};
use serde_json::{Value, json};

fn lunch(question: &str) -> Value {
    json!({ "question": question, "options": ["面", "饭"] })
}

async fn revise(user: &User, activity: &Activity, config: Value) -> Answer {
    user.request("PUT", &activity.path("/config")).json(&json!({ "config": config })).send().await
}

/// The ids of the drafts of a conference.
async fn drafts(user: &User, room: &Conference) -> Vec<String> {
    let listed = user.get(&room.path("/activities")).await.ok(200);
    let listed = listed["activities"].as_array().expect("a list").iter().filter(|one| one["phase"] == "draft");
    listed.map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn a_draft_is_made_otherwise_and_opens_as_it_is_then() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    let draft = wang.draft(&room.number, "vote", lunch("午饭?")).await;
    let made_of = wang.get(&draft.path("/config")).await.ok(200);
    assert_eq!((&made_of["plugin"], &made_of["config"]["question"]), (&json!("vote"), &json!("午饭?")));
    let judge = &made_of["judged_by"];
    assert_eq!((&judge["version"], judge["config_schema"]["type"].as_str()), (&made_of["version"], Some("object")));
    assert_eq!((&made_of["version"], &made_of["anonymous"]), (&json!(draft.version), &json!(false)));

    let revised = revise(&wang, &draft, lunch("晚饭?")).await.ok(200);

    assert_eq!(
        (&revised["id"], &revised["title"], &revised["phase"]),
        (&json!(draft.id), &json!("晚饭?"), &json!("draft"))
    );
    phone.expect_event("activity").await;
    let told = phone.expect_event("activity").await;
    assert_eq!((&told["change"], &told["activity"]["title"]), (&json!("revised"), &json!("晚饭?")), "{told}");
    host.kill().await;
    host.restart().await;
    let open = wang.open_drafted(&draft).await;
    assert!(View::of(&open.view).words().contains("晚饭?"), "{:?}", open.view);
    let late = revise(&wang, &draft, lunch("宵夜?")).await.problem(409, "wrong_phase");
    assert!(late["errors"].is_null(), "{late}");
    let made_of = wang.get(&draft.path("/config")).await.ok(200);
    assert_eq!(made_of["config"]["question"], "晚饭?", "what is open can be looked at, to make another one like it");
}

#[tokio::test]
async fn what_is_no_configuration_is_refused_by_field_and_changes_nothing() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let draft = wang.draft(&room.number, "vote", lunch("午饭?")).await;

    let refused = revise(&wang, &draft, json!({ "question": "", "options": ["面", 3] })).await.problem(422, "invalid");

    let fields = refused["errors"].as_array().expect("the fields that are to blame");
    let pointers: Vec<&Value> = fields.iter().map(|field| &field["pointer"]).collect();
    assert_eq!(pointers, [&json!("/config/options/1"), &json!("/config/question")], "{refused}");
    let detail = |field: &Value| field["detail"].as_str().unwrap_or_default().to_owned();
    assert!(fields.iter().all(|field| !detail(field).is_empty() && !detail(field).contains('`')), "{refused}");
    // What the plugin itself refuses names its field, too.
    let twice =
        revise(&wang, &draft, json!({ "question": "?", "options": ["面", "面"] })).await.problem(422, "invalid");
    assert_eq!(twice["errors"][0]["pointer"], "/config/options", "{twice}");
    let body = json!({ "config": lunch("?"), "colour": "red" });
    wang.request("PUT", &draft.path("/config")).json(&body).send().await.problem(422, "invalid");
    revise(&li, &draft, lunch("!")).await.problem(403, "not_organizer");
    li.get(&draft.path("/config")).await.problem(403, "not_organizer");
    li.delete(&draft.path("")).await.problem(403, "not_organizer");
    assert_eq!(wang.look_at(&draft).await.title, "午饭?");
}

#[tokio::test]
async fn a_draft_that_is_thrown_away_is_nowhere_and_leaves_room_for_another() {
    let launch = Launch::new().durable().unhurried().set("conference.activities", 2);
    let mut host = launch.start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut phone = wang.connect(&room.number).await;
    let (first, second) =
        (wang.draft(&room.number, "vote", lunch("一?")).await, wang.draft(&room.number, "vote", lunch("二?")).await);
    let at = json!({ "opens_at_ms": phone.welcome["now_ms"].as_u64().expect("a time") + 3_600_000 });
    wang.request("PUT", &first.path("/schedule")).json(&at).send().await.ok(200);
    let discard = async || wang.request("DELETE", &first.path("")).header("idempotency-key", "d1").send().await;

    discard().await.ok(200);

    let told = phone.expect("discarded", |frame| {
        frame["kind"] == "activity" && frame["change"] == "discarded" && frame["activity"]["id"] == first.id
    });
    assert_eq!(told.await["activity"]["phase"], "discarded");
    // The same command is answered as it was.
    discard().await.ok(200);
    for gone in [
        wang.delete(&first.path("")).await,
        wang.get(&first.path("")).await,
        wang.get(&first.path("/config")).await,
        wang.post_empty(&first.path("/open")).await,
        revise(&wang, &first, lunch("!")).await,
    ] {
        gone.problem(404, "unknown_activity");
    }
    assert_eq!(drafts(&wang, &room).await, [second.id.as_str()]);
    wang.open_drafted(&second).await;
    wang.delete(&second.path("")).await.problem(409, "wrong_phase");
    host.kill().await;
    let verified = Console::verify(&host.launched_by().data_folder()).await;
    assert_eq!(verified.code, Some(0), "{}", verified.stdout);
    host.restart().await;
    wang.get(&first.path("")).await.problem(404, "unknown_activity");
    let third = wang.draft(&room.number, "vote", lunch("三?")).await;
    assert_eq!(drafts(&wang, &room).await, [third.id.as_str()]);
}

#[tokio::test]
async fn the_order_of_the_queue_is_chosen_and_the_next_meeting_has_it_too() {
    let mut host = Launch::new().durable().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut made = Vec::new();
    for question in ["一?", "二?", "三?"] {
        made.push(wang.draft(&room.number, "vote", lunch(question)).await);
    }
    let change =
        async |queue: Value| wang.request("PATCH", &room.path("")).json(&json!({ "queue": queue })).send().await;

    let changed = change(json!([made[2].id, made[0].id])).await.ok(200);

    assert_eq!(changed["queue"], json!([made[2].id, made[0].id]));
    change(json!([made[0].id, made[0].id])).await.problem(422, "invalid");
    change(json!([made[0].id, "01NOWHERE"])).await.problem(404, "unknown_activity");
    host.kill().await;
    host.restart().await;
    assert_eq!(wang.get(&room.path("")).await.ok(200)["queue"], changed["queue"]);
    // What was opened comes first in a copy, as it was; then the queue; then what nobody has given a place.
    wang.open_drafted(&made[0]).await;
    let copied = wang.post(&room.path("/copy"), &json!({})).await.ok(201);
    let titles: Vec<&Value> =
        copied["activities"].as_array().expect("a list").iter().map(|one| &one["title"]).collect();
    assert_eq!(titles, [&json!("一?"), &json!("三?"), &json!("二?")]);
}

#[tokio::test]
async fn an_anonymous_draft_stays_one_and_a_plugin_that_is_switched_off_judges_nothing() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let body = json!({ "plugin": "vote", "config": lunch("谁?"), "anonymous": true });
    let draft: Activity =
        serde_json::from_value(wang.post(&room.path("/activities"), &body).await.ok(201)).expect("an activity");

    let revised = revise(&wang, &draft, lunch("谁来?")).await.ok(200);

    assert_eq!((&revised["anonymous"], &revised["title"]), (&json!(true), &json!("谁来?")));
    assert_eq!(wang.get(&draft.path("/config")).await.ok(200)["anonymous"], true);
    host.administrator().post_empty("/api/admin/plugins/vote/disable").await.ok(200);
    revise(&wang, &draft, lunch("谁都不来?")).await.problem(404, "unknown_plugin");
    assert_eq!(wang.look_at(&draft).await.title, "谁来?");
}
