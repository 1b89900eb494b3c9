//! Out of service: what brings an activity there, what a whole version, and that it reaches nobody else.

use hezi_tests::{Activity, Host, Launch, User, View, altered, guest};
use serde_json::{Value, json};

use super::story::{hostile, launch};
use crate::plugins::{NEWER, VERSION, newer};

async fn activate(host: &Host, version: &str) {
    let body = json!({ "version": version });
    host.administrator().post("/api/admin/plugins/hostile/activate", &body).await.ok(200);
}

/// A server that takes a version out of service for what happens in one conference.
fn launch_strict() -> Launch {
    Launch::new().unhurried().set("limits.quarantine.conferences", 1)
}

/// Traps until the version is out of service, or the activity.
async fn wear_out(wang: &User, activity: &Activity) {
    for _ in 0..5 {
        let problem = wang.try_act(activity, json!({ "do": "trap" })).await.problem(503, "plugin_fault");
        assert_eq!(problem["fault"], "trapped", "{problem}");
    }
}

/// How often the organizers were told that this activity's version is out of service.
async fn faulted(wang: &User, number: &str, activity: &Activity) -> usize {
    let journal = wang.journal(number).await;
    let is_it = |entry: &&Value| entry["change"] == "faulted" && entry["activity"]["id"] == activity.id.as_str();
    journal.iter().filter(is_it).count()
}

#[tokio::test]
async fn a_version_in_quarantine_takes_nobody_along() {
    let host = launch_strict().start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    admin.upload(guest("hostile")).await.ok(201);
    let older = wang.draft(&room.number, "hostile", json!({})).await;
    admin.upload(newer(&guest("hostile"))).await.ok(201);
    let closed = wang.open(&room.number, "hostile", json!({})).await;
    wang.close(&closed).await;
    let worn = wang.open(&room.number, "hostile", json!({})).await;
    wear_out(&wang, &worn).await;

    // It stands on the version before, and does not move to one in quarantine.
    wang.post_empty(&older.path("/open")).await.ok(200);
    let set = json!({ "do": "set", "key": "k", "value": "1" });
    wang.act(&older, set).await;
    assert_eq!(wang.look_at(&older).await.version, VERSION);
    wang.close(&older).await;

    for _ in 0..2 {
        let problem = wang.get(&closed.path("")).await.problem(503, "plugin_fault");
        assert_eq!(problem["fault"], "quarantined", "{problem}");
    }

    let offered = async || {
        let plugins = wang.get("/api/plugins").await.ok(200)["plugins"].take();
        plugins
            .as_array()
            .and_then(|all| all.iter().find(|one| one["name"] == "hostile").cloned())
            .expect("it is active")
    };
    assert_eq!(offered().await["out_of_service"], true);
    activate(&host, VERSION).await;
    assert_eq!(offered().await["out_of_service"], false);
    assert!(wang.get(&closed.path("")).await.ok(200).is_object(), "what is closed is shown by a version that works");
    wang.act(&worn, json!({ "do": "nothing" })).await;
    // The act is durable, and so is everything before it.
    for (activity, times) in [(&worn, 1), (&closed, 1), (&older, 0)] {
        assert_eq!(faulted(&wang, &room.number, activity).await, times, "an activity says so once, if at all");
    }
    let shown = admin.get("/api/admin/plugins/hostile").await.ok(200);
    let versions = shown["versions"].as_array().expect("versions");
    let bad: Vec<&Value> = versions.iter().filter(|version| version["quarantined"] == true).collect();
    assert!(bad.len() == 1 && bad[0]["version"] == NEWER, "{shown}");
    let cause = &bad[0]["quarantine"];
    assert_eq!((&cause["fault"], &cause["export"]), (&json!("trapped"), &json!("act")), "{shown}");
    assert!(versions.iter().filter(|version| version["quarantined"] == false).all(|one| one["quarantine"].is_null()));
}

/// An activity of the hostile plugin in a conference of this person's own.
async fn own_activity(host: &Host, name: &str) -> (User, Activity) {
    let user = host.user(name).await;
    let room = user.create_conference(name).await;
    let activity = user.open(&room.number, "hostile", json!({})).await;
    (user, activity)
}

async fn is_quarantined(host: &Host) -> bool {
    let shown = host.administrator().get("/api/admin/plugins/hostile").await.ok(200);
    shown["versions"][0]["quarantined"] == true
}

#[tokio::test]
async fn one_person_takes_no_version_out_of_service_however_many_conferences_they_have() {
    let host = Launch::new().unhurried().start().await;
    host.administrator().upload(guest("hostile")).await.ok(201);
    let (li, lis) = own_activity(&host, "小李").await;
    let wang = host.user("小王").await;

    for n in 0..4 {
        let room = wang.create_conference(&format!("第{n}场")).await;
        let activity = wang.open(&room.number, "hostile", json!({})).await;
        wear_out(&wang, &activity).await;
        let problem = wang.try_act(&activity, json!({ "do": "nothing" })).await.problem(503, "plugin_fault");
        assert_eq!(problem["fault"], "faulted", "{problem}");
        let neighbour = wang.open(&room.number, "hostile", json!({})).await;
        wang.act(&neighbour, json!({ "do": "nothing" })).await;
        // What was answered later is durable, so what came before it is, too.
        assert_eq!(faulted(&wang, &room.number, &activity).await, 1, "the organizer is told, once");
    }

    li.act(&lis, json!({ "do": "nothing" })).await;
    assert!(!is_quarantined(&host).await);
}

#[tokio::test]
async fn faults_in_the_conferences_of_several_people_take_the_version_out_of_service() {
    let host = Launch::new().unhurried().start().await;
    host.administrator().upload(guest("hostile")).await.ok(201);
    let people = [own_activity(&host, "小王").await, own_activity(&host, "小李").await];
    let (zhang, zhangs) = own_activity(&host, "小张").await;
    let trap = async |user: &User, activity: &Activity| {
        user.try_act(activity, json!({ "do": "trap" })).await.problem(503, "plugin_fault")["fault"].clone()
    };
    for (user, activity) in people.iter().chain(&people) {
        assert_eq!(trap(user, activity).await, "trapped");
    }
    zhang.act(&zhangs, json!({ "do": "nothing" })).await;
    assert!(!is_quarantined(&host).await, "four faults of two people");

    assert_eq!(trap(&zhang, &zhangs).await, "trapped");

    assert!(is_quarantined(&host).await, "the fifth, and the third person");
    for (user, activity) in &people {
        assert_eq!(trap(user, activity).await, "quarantined");
    }
    activate(&host, VERSION).await;
    zhang.act(&zhangs, json!({ "do": "nothing" })).await;
}

#[tokio::test]
async fn configurations_that_keep_failing_are_refused_in_that_conference_only() {
    let host = Launch::new().unhurried().start().await;
    host.administrator().upload(guest("hostile")).await.ok(201);
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;
    let body = json!({ "plugin": "hostile", "config": { "do": { "open": "trap" } }, "open": true });

    let mut faults = Vec::new();
    for _ in 0..6 {
        let problem = wang.post(&room.path("/activities"), &body).await.problem(503, "plugin_fault");
        faults.push(problem["fault"].as_str().expect("a name").to_owned());
    }

    assert_eq!(faults, ["trapped", "trapped", "trapped", "trapped", "trapped", "faulted"]);
    let others = li.create_conference("月会").await;
    li.open(&others.number, "hostile", json!({})).await;
}

#[tokio::test]
async fn a_view_that_fails_is_counted_and_everybody_is_told() {
    let host = launch().start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    admin.upload(hostile()).await.ok(201);
    let mut phone = li.connect(&room.number).await;

    let activity = wang.open(&room.number, "hostile", json!({ "do": { "view": "long_text" } })).await;

    let says_so = |view: &Value| View::of(view).words().contains("出了故障");
    phone.expect_view(&activity.id, says_so).await;
    let path = "/api/admin/plugins/hostile";
    let shown = admin.poll(path, "a fault", |shown| shown["versions"][0]["counters"]["faults"] != 0).await;
    let log = shown["versions"][0]["log"].as_array().expect("a log");
    let named = |line: &Value| {
        let message = line["message"].as_str().unwrap_or_default();
        message.starts_with("view_invalid: ") && message.contains("`view`") && message.contains(&activity.id)
    };
    assert!(log.iter().any(named), "{shown}");
    let late = host.user("小张").await.join(&room.number).await.connect(&room.number).await;
    assert!(late.welcome["activities"].to_string().contains("出了故障"), "{}", late.welcome);
}

#[tokio::test]
async fn an_organizer_can_always_close() {
    let host = launch().start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    admin.upload(hostile()).await.ok(201);
    let closes = async |activity: &Activity, what: &str| {
        let closed = wang.close(activity).await;
        assert_eq!(closed.phase, "closed", "{what}");
        let journal = wang.journal(&room.number).await;
        let told = |entry: &&Value| entry["change"] == "closed" && entry["activity"]["id"] == activity.id.as_str();
        assert_eq!(journal.iter().filter(told).count(), 1, "{what}: everybody is told, once");
        assert!(journal.iter().all(|entry| entry["kind"] != "emit"), "{what}: nothing of the failed call is left");
    };
    for deed in ["write_then_spin", "write_then_trap", "write_then_refuse"] {
        let activity = wang.open(&room.number, "hostile", json!({ "do": { "close": deed } })).await;
        closes(&activity, deed).await;
        activate(&host, VERSION).await;
    }
    let worn = wang.open(&room.number, "hostile", json!({})).await;
    wear_out(&wang, &worn).await;
    closes(&worn, "out of service").await;
    let left = wang.open(&room.number, "hostile", json!({})).await;
    admin.post_empty("/api/admin/plugins/hostile/disable").await.ok(200);
    closes(&left, "switched off").await;
}

#[tokio::test]
async fn one_member_who_fills_an_activity_takes_no_version_out_of_service() {
    let host = launch().start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    admin.upload(hostile()).await.ok(201);
    let full = wang.open(&room.number, "hostile", json!({})).await;

    for (deed, fault) in [
        (json!({ "do": "over_quota" }), "state_quota"),
        (json!({ "do": "fill", "from": 0, "count": 1_256, "bytes": 1 }), "too_many_keys"),
    ] {
        for _ in 0..6 {
            let problem = wang.try_act(&full, deed.clone()).await.problem(503, "plugin_fault");
            assert_eq!(problem["fault"], fault, "{problem}");
        }
    }

    wang.act(&full, json!({ "do": "nothing" })).await;
    let shown = admin.get("/api/admin/plugins/hostile").await.ok(200);
    assert_eq!(shown["versions"][0]["quarantined"], false, "{shown}");
    assert_eq!(shown["versions"][0]["counters"]["faults"], 12, "they are counted all the same: {shown}");
}

#[tokio::test]
async fn handing_over_the_same_bytes_again_changes_nothing_unless_they_are_to_be_activated() {
    let host = launch_strict().start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let stored = admin.upload(guest("hostile")).await.ok(201);
    let worn = wang.open(&room.number, "hostile", json!({})).await;
    wear_out(&wang, &worn).await;

    let again = admin.upload_inactive(guest("hostile")).await.ok(201);
    assert_eq!((&again["quarantined"], &again["active"]), (&json!(true), &json!(true)), "{again}");
    assert_eq!(again["stored_at"], stored["stored_at"]);

    let activated = admin.upload(guest("hostile")).await.ok(201);
    assert_eq!((&activated["quarantined"], &activated["stored_at"]), (&json!(false), &stored["stored_at"]));
    wang.act(&worn, json!({ "do": "nothing" })).await;
}

#[tokio::test]
async fn a_draft_is_judged_by_the_version_that_opens_it() {
    let host = Launch::new().unhurried().start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    admin.upload(guest("hostile")).await.ok(201);
    let draft = wang.draft(&room.number, "hostile", json!({})).await;
    let pickier = altered(&newer(&guest("hostile")), br#"{"type":"object"}"#, br#"{"type":"string"}"#);
    admin.upload(pickier).await.ok(201);

    let problem = wang.post_empty(&draft.path("/open")).await.problem(422, "invalid");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("config")), "{problem}");

    activate(&host, VERSION).await;
    wang.open_drafted(&draft).await;
}

#[tokio::test]
async fn lists_and_welcomes_say_which_activity_is_out_of_service() {
    let host = Launch::new().unhurried().start().await;
    host.administrator().upload(guest("hostile")).await.ok(201);
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let worn = wang.open(&room.number, "hostile", json!({})).await;
    let neighbour = wang.open(&room.number, "hostile", json!({})).await;
    let out_of_service = async || {
        let list = wang.get(&room.path("/activities")).await.ok(200)["activities"].clone();
        let welcome = wang.connect(&room.number).await.welcome["activities"].clone();
        let of = |list: &Value| {
            let out = list.as_array().expect("a list").iter().filter(|one| one["out_of_service"] == true);
            out.map(|one| one["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(of(&list), of(&welcome), "both say the same");
        of(&list)
    };

    assert!(out_of_service().await.is_empty());
    wear_out(&wang, &worn).await;
    wang.act(&neighbour, json!({ "do": "nothing" })).await;
    assert_eq!(out_of_service().await, std::slice::from_ref(&worn.id));
    activate(&host, VERSION).await;
    assert!(out_of_service().await.is_empty(), "an administrator has put it back");
    wear_out(&wang, &worn).await;
    assert_eq!(wang.close(&worn).await.phase, "closed", "an organizer can close it");
}
