//! What a plugin may say, and what becomes of an activity that keeps failing.

use serde_json::{Value, json};

use super::story::{Story, fault_of};

#[tokio::test]
async fn what_a_refused_call_did_never_happened() {
    let mut story = Story::begin().await;

    let refused = story.act(json!({ "do": "write_then_refuse" })).await;

    assert_eq!(refused.error(), "conflict");
    assert_eq!(story.keys().await, json!(["kept"]), "nothing written, nothing removed");
    let journal = story.wang.journal(&story.room.number).await;
    let traces: Vec<&Value> =
        journal.iter().filter(|entry| entry["kind"] == "emit" || entry["kind"] == "ran").collect();
    assert!(traces.is_empty(), "no event was sent and no timer fired: {traces:?}");
}

#[tokio::test]
async fn a_plugins_refusal_is_its_own_word() {
    let mut story = Story::begin().await;

    let reply = story.act(json!({ "do": "refuse", "text": "今天不行" })).await;
    assert_eq!((reply.error(), &reply.frame["error"]["detail"]), ("denied", &json!("今天不行")));
    let over_http = story.wang.try_act(&story.hostile, json!({ "do": "refuse", "text": "今天不行" })).await;
    assert_eq!(over_http.problem(403, "denied")["detail"], "今天不行");
}

#[tokio::test]
async fn a_plugin_announces_only_so_much_and_refuses_briefly() {
    let mut story = Story::begin().await;

    let loud = story.act(json!({ "do": "emit_to_everyone", "count": 21 })).await;
    assert_eq!(loud.error(), "rate_limited");
    story.act(json!({ "do": "emit_to_everyone", "count": 20 })).await.ok();
    let long = story.act(json!({ "do": "refuse_at_length" })).await;
    assert_eq!(long.error(), "invalid");
    let text = long.frame["error"]["detail"].as_str().expect("a detail");
    assert!(text.chars().count() <= 1_100, "a refusal is for people to read: {} characters", text.chars().count());
}

#[tokio::test]
async fn an_activity_that_keeps_failing_is_taken_out_of_service_until_an_administrator_puts_its_plugin_back() {
    let mut story = Story::begin().await;
    let li = story.host.user("小李").await.join(&story.room.number).await;
    let mut lis = li.connect(&story.room.number).await;

    for _ in 0..5 {
        assert_eq!(fault_of(&story.act(json!({ "do": "trap" })).await), "trapped");
        story.everything_else_goes_on("a trap").await;
    }
    let faulted = story.socket.expect("faulted", |frame| frame["change"] == "faulted").await;
    assert_eq!(faulted["activity"]["id"], story.hostile.id.as_str());
    let decent = story.act(json!({ "do": "nothing" })).await;
    assert_eq!((decent.error(), fault_of(&decent)), ("plugin_fault", "faulted"), "decent calls are not tried either");
    story.everything_else_goes_on("quarantine").await;
    let end = story.socket.say("end", "完").await.seq();
    let heard = lis.events_through(end).await;
    let told = heard.iter().filter(|event| event["change"] == "faulted").count();
    assert_eq!(told, 1, "who takes part is told, too: nobody waits for what does not come");

    let admin = story.host.administrator();
    let shown = admin.get("/api/admin/plugins/hostile").await.ok(200);
    assert_eq!(shown["versions"][0]["quarantined"], false, "it is one activity and not the plugin: {shown}");
    let other = story.wang.open(&story.quiet_room.number, "hostile", json!({})).await;
    story.wang.act(&other, json!({ "do": "nothing" })).await;
    story.put_back().await;
    assert_eq!(story.keys().await, json!(["kept"]), "its state is as it was");
}
