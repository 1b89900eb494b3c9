//! Calls that break a limit: each fails with its own word and leaves nothing behind.

use serde_json::{Value, json};

use super::rows::{ACTS, EXPORTS};
use super::story::{Story, action};

/// Entries that only a call which succeeded may leave.
async fn traces(story: &Story, number: &str) -> Vec<Value> {
    let journal = story.wang.journal(number).await;
    journal.into_iter().filter(|entry| entry["kind"] == "emit" || entry["kind"] == "ran").collect()
}

#[tokio::test]
async fn an_action_that_breaks_a_limit_fails_with_its_own_word_and_leaves_no_trace() {
    let mut story = Story::begin().await;

    for (item, text, fault) in ACTS {
        let mut deed = action(text);
        deed["traces"] = json!(true);
        story.suffer(item, deed, fault).await;
    }

    let traces = traces(&story, &story.room.number).await;
    assert!(traces.is_empty(), "no event was sent and no timer fired: {traces:?}");
    let shown = story.host.administrator().get("/api/admin/plugins/hostile").await.ok(200);
    let log = shown["versions"][0]["log"].as_array().expect("a log");
    assert!(log.len() <= 100, "a flood is cut off: {} lines", log.len());
}

#[tokio::test]
async fn an_export_that_breaks_a_limit_fails_with_its_own_word_and_leaves_no_trace() {
    let mut story = Story::begin().await;
    for (item, export, deed, fault) in EXPORTS {
        let activity = story.prepare(export, deed).await;
        assert_eq!(story.provoke(activity.as_ref(), export, deed).await, *fault, "{item}");
        story.put_back().await;
        story.everything_else_goes_on(item).await;
        match &activity {
            Some(activity) => {
                let keys = story.wang.act(activity, json!({ "do": "scan", "prefix": "" })).await.reply;
                assert_eq!(keys, json!([format!("plan:{export}")]), "{item} left a trace, or the activity is not open");
            }
            None => {
                let list = story.wang.get(&story.quiet_room.path("/activities")).await.ok(200);
                let hostile =
                    list["activities"].as_array().expect("a list").iter().filter(|a| a["plugin"] == "hostile");
                assert_eq!(hostile.count(), 0, "{item}: nothing was made");
            }
        }
    }

    let traces = traces(&story, &story.quiet_room.number).await;
    assert!(traces.is_empty(), "no event was sent and no timer ran: {traces:?}");
}

#[tokio::test]
async fn the_word_is_the_same_over_http() {
    let story = Story::begin().await;

    for (deed, fault) in [("trap", "trapped"), ("spin", "out_of_time"), ("control_key", "key_invalid")] {
        let problem = story.wang.try_act(&story.hostile, json!({ "do": deed })).await.problem(503, "plugin_fault");
        assert_eq!(problem["fault"], fault, "{problem}");
    }
    let refused = story.wang.try_act(&story.hostile, json!({ "do": "refuse", "text": "不行" })).await;
    assert_eq!(refused.problem(403, "denied").get("fault"), None, "a refusal is no fault");
}
