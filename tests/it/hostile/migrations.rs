//! Versions that fail in `migrate`: the activity stays where it was, and the administrator reads why.

use serde_json::{Value, json};

use super::rows::MIGRATIONS;
use super::story::{Story, liar};

#[tokio::test]
async fn a_migration_that_fails_leaves_the_activity_on_its_version_and_no_trace() {
    let mut story = Story::begin().await;
    let admin = story.host.administrator();
    admin.upload(liar("decent", "decent", "0.1.0", 1)).await.ok(201);
    let liar_activity = story.wang.open(&story.quiet_room.number, "liar", json!({})).await;
    story.wang.act(&liar_activity, json!({})).await;

    for ((item, migrate, why), tries) in MIGRATIONS.iter().zip(2..) {
        let version = format!("0.{tries}.0");
        admin.upload(liar("decent", migrate, &version, 2)).await.ok(201);
        let acted = story.wang.act(&liar_activity, json!({})).await;
        assert_eq!(acted.reply, json!({ "n": tries, "version": "0.1.0" }), "{item}");

        let shown = admin.get("/api/admin/plugins/liar").await.ok(200);
        let versions = shown["versions"].as_array().expect("versions");
        let found = versions.iter().find(|found| found["version"] == version.as_str()).expect("the version");
        let told = |line: &Value| {
            let message = line["message"].as_str().unwrap_or_default();
            message.contains("stays on its version") && message.contains(why) && message.contains(&liar_activity.id)
        };
        assert!(found["log"].as_array().is_some_and(|log| log.iter().any(told)), "{item}: {found}");
        story.everything_else_goes_on(item).await;
    }

    let journal = story.wang.journal(&story.quiet_room.number).await;
    assert!(journal.iter().all(|entry| entry["kind"] != "emit" && entry["kind"] != "ran"), "{journal:?}");
    admin.upload(liar("decent", "decent", "0.9.0", 2)).await.ok(201);
    let acted = story.wang.act(&liar_activity, json!({})).await;
    assert_eq!(acted.reply, json!({ "n": 1_000_001, "version": "0.9.0" }), "one that works takes over");
}
