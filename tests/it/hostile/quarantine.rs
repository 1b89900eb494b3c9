//! Quarantine: what brings a version into it, and that it reaches nobody but those who stand on that version.

use hezi_tests::{Activity, Host, Launch, User, altered, guest};
use serde_json::{Value, json};

use super::story::{hostile, launch};
use crate::plugins::{NEWER, VERSION, newer};

async fn activate(host: &Host, version: &str) {
    let body = json!({ "version": version });
    host.administrator().post("/api/admin/plugins/hostile/activate", &body).await.ok(200);
}

/// Traps until the version is out of service.
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
    let host = Launch::new().unhurried().start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    admin.upload(guest("hostile")).await.ok(201);
    let older = wang.open(&room.number, "hostile", json!({})).await;
    admin.upload(newer(&guest("hostile"))).await.ok(201);
    let closed = wang.open(&room.number, "hostile", json!({})).await;
    wang.close(&closed).await;
    let worn = wang.open(&room.number, "hostile", json!({})).await;
    wear_out(&wang, &worn).await;

    // It stands on the version before, and has not moved yet.
    let set = json!({ "do": "set", "key": "k", "value": "1" });
    wang.act(&older, set).await;
    assert_eq!(wang.look_at(&older).await.version, VERSION);
    wang.close(&older).await;

    for _ in 0..2 {
        let problem = wang.get(&closed.path("")).await.problem(503, "plugin_fault");
        assert_eq!(problem["fault"], "quarantined", "{problem}");
    }

    activate(&host, VERSION).await;
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
    let host = Launch::new().unhurried().start().await;
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
