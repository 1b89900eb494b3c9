//! Hosts without a mouse: where the cursor is after each thing that was pressed, so that nobody has to begin at the top again.

use hezi_tests::Tab;
use serde_json::json;

use super::{Meeting, PHONE, say};

/// Goes to the first button below this that has this text, as with the Tab key, and presses it.
async fn press(tab: &Tab, within: &str, text: &str) {
    let go = format!(
        "(() => {{ const found = [...document.querySelectorAll({})].find((one) => (one.innerText || one.ariaLabel).includes({})); \
         found?.focus(); return document.activeElement === found; }})()",
        json!(format!("{within} button")),
        json!(text)
    );
    tab.wait_for(&go, text).await;
    tab.enter().await;
}

/// Waits until the cursor is at what has this text.
async fn is_at(tab: &Tab, text: &str) {
    tab.wait_for(&format!("document.activeElement.innerText === {}", json!(text)), text).await;
}

#[tokio::test]
async fn what_takes_the_place_of_a_measure_has_the_cursor() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, _li) = (meeting.tab("wang", "王伟", PHONE).await, meeting.phone("li", "李娜").await);
    wang.tap(".bar-people", "").await;

    press(&wang, ".person-row", "禁言").await;
    is_at(&wang, "解除禁言").await;
    wang.enter().await;
    is_at(&wang, "禁言").await;
    press(&wang, ".person-row", "设为主持人").await;
    is_at(&wang, "取消主持人").await;
    wang.enter().await;
    is_at(&wang, "设为主持人").await;

    // A hint goes, and the cursor is where it was before.
    press(&wang, ".person-row", "禁言").await;
    is_at(&wang, "解除禁言").await;
    wang.wait_for("[...document.querySelectorAll('.hint')].at(-1)?.innerText.includes('已禁言')", "the hint").await;
    wang.eval("[...document.querySelectorAll('.hint button')].at(-1).focus()").await;
    wang.enter().await;
    is_at(&wang, "禁言").await;

    // Nothing is pressed by mistake about the next one: the cursor is at them, and not at a button.
    press(&wang, ".person-row", "移出").await;
    wang.wait_for("document.activeElement.matches('li.person-row:not(.gone)')", "the next one").await;
    press(&wang, ".kept-out", "允许再加入").await;
    wang.wait_for("document.activeElement.id === 'organize-people'", "what the list was in").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn a_sheet_gives_the_cursor_back_to_its_message() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, li) = (meeting.tab("wang", "王伟", PHONE).await, meeting.phone("li", "李娜").await);
    say(&li, "广告").await;
    wang.see("广告").await;
    const AT_MESSAGE: &str =
        "!document.querySelector('dialog[open]') && document.activeElement.matches('.message[data-seq] .message-more')";

    press(&wang, ".message", "⋯").await;
    press(&wang, "#message", "👍").await;
    wang.wait_for(AT_MESSAGE, "after a reaction").await;
    press(&wang, ".message", "⋯").await;
    press(&wang, "#message", "禁言").await;
    wang.wait_for("document.body.innerText.includes('已禁言')", "it is done").await;
    wang.wait_for(AT_MESSAGE, "after a measure").await;
    // However it was opened.
    wang.eval("document.activeElement.blur()").await;
    wang.tap(".message-text", "广告").await;
    press(&wang, "#message", "解除禁言").await;
    wang.wait_for(AT_MESSAGE, "after a tap on the text").await;

    // A question comes over what was closed before it.
    press(&wang, ".message", "⋯").await;
    press(&wang, "#message", "移交会议").await;
    press(&wang, "dialog.question", "取消").await;
    wang.wait_for(AT_MESSAGE, "after a no").await;
    press(&wang, ".message", "⋯").await;
    press(&wang, "#message", "删除").await;
    press(&wang, "dialog.question", "删除").await;
    let deleted = "document.activeElement.matches('.message') && document.activeElement.innerText.includes('已删除')";
    wang.wait_for(deleted, "what is left of the message").await;
    say(&li, "三点开会").await;
    wang.see("三点开会").await;
    press(&wang, ".message:last-child", "⋯").await;
    press(&wang, "#message", "移交会议").await;
    press(&wang, "dialog.question", "移交会议").await;
    li.see("会议现在由你负责").await;
    wang.wait_for(AT_MESSAGE, "after a yes").await;
    meeting.ends_without_complaints(&[&wang, &li]);
}
