//! The client library by itself: its example of twenty lines does what its README says.

use serde_json::json;

use super::Meeting;

#[tokio::test]
async fn the_example_votes_for_what_is_written_in_the_chat() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let li = meeting.phone("li", "李娜").await;
    let vote = wang.open(number, "vote", json!({ "question": "午饭吃什么?", "options": ["面", "饭"] })).await;
    let build = meeting.build().await;

    li.open(&format!("/auth/login?number={number}")).await;
    li.eval(&format!("import('/assets/{build}/client/example.js').then(() => true)")).await;
    li.see("周会:").await;
    let mut socket = wang.connect(number).await;
    socket.say("c1", "/面").await.ok();

    li.see("面 1, 饭 0").await;
    let report = wang.report(&vote).await;
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(1), "{report}");
    meeting.ends_without_complaints(&[&li]);
}
