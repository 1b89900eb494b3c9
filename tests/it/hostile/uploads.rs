//! Components that must not be loaded: each is refused with its own word, and nothing of it stays.

use serde_json::json;

use super::rows::uploads;
use super::story::{Story, liar};

#[tokio::test]
async fn a_component_that_must_not_pass_is_refused_with_its_own_word() {
    let mut story = Story::begin().await;
    let admin = story.host.administrator();
    let names = async || {
        let list = admin.get("/api/admin/plugins").await.ok(200);
        let plugins = list["plugins"].as_array().expect("a list").clone();
        plugins.iter().map(|plugin| plugin["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let before = names().await;

    for upload in uploads() {
        let problem = admin.upload(upload.bytes).await.problem(422, "plugin_refused");
        assert_eq!(problem["reason"], upload.reason, "{}: {problem}", upload.item);
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(upload.says) && detail.len() < 5_000, "{}: {detail}", upload.item);
        story.everything_else_goes_on(upload.item).await;
    }

    assert_eq!(names().await, before, "nothing was loaded");
}

#[tokio::test]
async fn the_same_component_without_its_lies_is_loaded() {
    let story = Story::begin().await;

    story.host.administrator().upload(liar("decent", "decent", "0.1.0", 1)).await.ok(201);

    let liar = story.wang.open(&story.room.number, "liar", json!({})).await;
    assert_eq!(story.wang.act(&liar, json!({})).await.reply, json!({ "n": 1, "version": "0.1.0" }));
}
