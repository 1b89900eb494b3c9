//! Who may write, and when: told before anybody types in vain.

use serde_json::json;

use super::{Meeting, say};

#[tokio::test]
async fn who_may_not_write_is_told_so_and_keeps_what_they_had_typed() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let (wang, path) = (&meeting.wang, meeting.room.path(""));
    li.fill("#say", "还没写完").await;

    wang.post(&meeting.room.path("/mutes"), &json!({ "member": "li" })).await.ok(200);
    li.wait_for("document.querySelector('.silent')?.innerText.includes('禁言')", "why not").await;
    assert_eq!(li.eval("document.getElementById('say')").await, json!(null), "there is nothing to write in");
    wang.delete(&meeting.room.path("/mutes/li")).await.ok(200);
    li.wait_for("document.getElementById('say')?.value === '还没写完'", "what was typed").await;
    wang.request("PATCH", &path).json(&json!({ "chat": "organizers" })).send().await.ok(200);
    li.wait_for("document.querySelector('.silent')?.innerText.includes('主持人')", "who may").await;
    wang.request("PATCH", &path).json(&json!({ "chat": "everyone" })).send().await.ok(200);

    li.wait_for("document.getElementById('say')?.value === '还没写完'", "what was typed, again").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn slow_mode_counts_down_at_the_button_and_opens_it() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let slow = json!({ "slow_mode_s": 3 });
    meeting.wang.request("PATCH", &meeting.room.path("")).json(&slow).send().await.ok(200);
    li.wait_for("document.getElementById('say').placeholder.includes('3')", "how often").await;

    say(&li, "第一句").await;
    li.wait_for("/^[123]$/.test(document.querySelector('.send:disabled')?.innerText)", "the seconds").await;
    say(&li, "第二句").await;
    li.wait_for("document.getElementById('say').value === '第二句'", "it is not sent, and not lost").await;
    li.wait_for("document.querySelector('.send:enabled')", "the button is open again").await;
    li.enter().await;

    li.wait_for("document.querySelector('.chat-list').innerText.includes('第二句')", "it is said").await;
    assert_eq!(li.eval("document.querySelectorAll('.message-refusal').length").await, json!(0), "nothing is refused");
    meeting.ends_without_complaints(&[&li]);
}
