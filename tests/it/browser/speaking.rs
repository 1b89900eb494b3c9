//! Who may write, and when, told before anybody types in vain; and how people react to what was written.

use hezi_tests::Launch;
use serde_json::json;

use super::{Meeting, listen, say};

#[tokio::test]
async fn who_may_not_write_is_told_so_and_keeps_what_they_had_typed() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let (wang, path) = (&meeting.wang, meeting.room.path(""));
    li.fill("#say", "还没写完").await;

    wang.post(&meeting.room.path("/mutes"), &json!({ "member": "li" })).await.ok(200);
    li.wait_for("document.querySelector('.silent')?.innerText.includes('禁言')", "why not").await;
    assert_eq!(li.eval("document.getElementById('say')").await, json!(null), "there is nothing to write in");
    li.wait_for("document.activeElement.matches('.silent')", "the cursor is at what has taken its place").await;
    wang.delete(&meeting.room.path("/mutes/li")).await.ok(200);
    li.wait_for("document.getElementById('say')?.value === '还没写完'", "what was typed").await;
    li.wait_for("document.activeElement.id === 'say'", "the cursor is back").await;
    li.eval("document.activeElement.blur()").await;
    wang.request("PATCH", &path).json(&json!({ "chat": "organizers" })).send().await.ok(200);
    li.wait_for("document.querySelector('.silent')?.innerText.includes('主持人')", "who may").await;
    assert_eq!(li.eval("document.activeElement === document.body").await, json!(true), "nobody was in the line");
    wang.request("PATCH", &path).json(&json!({ "chat": "everyone" })).send().await.ok(200);

    li.wait_for("document.getElementById('say')?.value === '还没写完'", "what was typed, again").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn slow_mode_counts_down_at_the_button_and_opens_it() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let slow = json!({ "slow_mode_s": 5 });
    meeting.wang.request("PATCH", &meeting.room.path("")).json(&slow).send().await.ok(200);
    li.wait_for("document.getElementById('say').placeholder.includes('5')", "how often").await;

    say(&li, "第一句").await;
    li.wait_for("/^[1-5]$/.test(document.querySelector('.send:disabled')?.innerText)", "the seconds").await;
    say(&li, "第二句").await;
    li.wait_for("document.getElementById('say').value === '第二句'", "it is not sent, and not lost").await;
    li.wait_for("document.querySelector('.send:enabled')", "the button is open again").await;
    li.enter().await;

    li.wait_for("document.querySelector('.chat-list').innerText.includes('第二句')", "it is said").await;
    assert_eq!(li.eval("document.querySelectorAll('.message-refusal').length").await, json!(0), "nothing is refused");
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn a_reaction_is_given_and_taken_back_with_one_tap() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, wang) = (meeting.phone("li", "李娜").await, meeting.phone("wang", "王伟").await);
    say(&wang, "大家好").await;
    li.tap(".message-text", "大家好").await;
    li.tap("#message .reaction", "👍").await;
    let own = |text: &str| format!("document.querySelector('.message-reactions .pressed')?.innerText === '{text}'");
    li.wait_for(&own("👍 1"), "one's own").await;
    wang.tap(".message-reactions button", "👍").await;
    li.wait_for(&own("👍 2"), "both").await;

    let top = "document.querySelector('.message-reactions button').getBoundingClientRect().top";
    let before = li.eval(top).await;
    li.tap(".message-reactions button", "👍").await;

    wang.wait_for(&own("👍 1"), "one was taken back").await;
    assert_eq!(li.eval(top).await, before, "nothing moves under the finger");
    // Another browser of the same person knows of it, and takes it back.
    let other = meeting.phone("wang", "王伟").await;
    other.wait_for(&own("👍 1"), "it is the reader's own").await;
    other.tap(".message-reactions button", "👍").await;
    li.wait_for("document.querySelector('.message-reactions')?.innerText.trim() === '👍'", "nobody's any more").await;
    meeting.ends_without_complaints(&[&li, &wang, &other]);
}

#[tokio::test]
async fn a_keyboard_leaves_the_line_whole_and_gives_the_stage_back() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.tab("li", "李娜", (360, 568)).await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.wait_for("document.querySelector('.choice')", "the ballot").await;

    li.eval("document.getElementById('say').focus()").await;
    li.resize(360, 320).await;
    li.wait_for("document.querySelector('.stage.folded')", "room to write").await;
    let whole =
        "(({ left, width }) => left >= 0 && width > 240)(document.getElementById('say').getBoundingClientRect())";
    li.wait_for(whole, "one column, though it is wider than high").await;
    say(&li, "来了").await;
    li.resize(360, 568).await;

    li.wait_for("document.querySelector('.stage:not(.folded) .choice')", "the ballot again").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn a_refusal_and_an_answer_are_read_out_and_what_was_refused_is_said_in_another_way() {
    let launch = Launch::new().set("conference.blocked_words", json!(["赌博"]));
    let Some(meeting) = Meeting::with(launch).await else { return };
    let (li, wang) = (meeting.phone("li", "李娜").await, meeting.phone("wang", "王伟").await);
    listen(&li).await;

    say(&li, "一起赌博吗").await;
    li.wait_for("heard.includes('消息里有不允许的词')", "why not").await;
    li.fill("#say", "三点").await;
    li.tap(".unsent button", "改一改").await;
    let begun = "document.activeElement.id === 'say' && document.activeElement.value === '一起赌博吗\\n三点'";
    li.wait_for(begun, "both texts, and the cursor").await;
    li.wait_for("!document.querySelector('.unsent')", "it is no message any more").await;
    li.eval("document.getElementById('say').select()").await;
    say(&li, "一起喝茶吗").await;

    wang.tap(".message-text", "一起喝茶吗").await;
    wang.tap("#message button", "回复").await;
    say(&wang, "好").await;
    li.wait_for("heard.includes('王伟 回复你：好')", "the answer").await;
    meeting.ends_without_complaints(&[&li, &wang]);
}
