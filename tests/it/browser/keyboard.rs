//! Without a mouse: where the cursor is after each thing that was pressed, so that nobody has to begin at the top again.

use hezi_tests::Tab;
use serde_json::json;

use super::{Meeting, PHONE, say};

/// Goes to the first button below this that has this text, as with the Tab key, and presses it.
async fn press(tab: &Tab, within: &str, text: &str) {
    let go = format!(
        "(() => {{ const found = [...document.querySelectorAll({})] \
         .find((one) => (one.innerText || one.ariaLabel || '').includes({})); \
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
    let names = "[...document.querySelectorAll('.person-row button')].some((one) => one.ariaLabel === '移出 · 李娜')";
    wang.wait_for(names, "whom it is about").await;

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

#[tokio::test]
async fn a_form_leads_the_cursor_to_what_was_refused_and_then_to_the_stage() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let at = async |place: &str, what: &str| {
        wang.wait_for(&format!("document.activeElement.matches('{place}')"), what).await;
    };

    press(&wang, ".stage-invitation", "新活动").await;
    at("#organize-activities", "the part with the kinds of activity").await;
    press(&wang, "#organize", "投票").await;
    at("#organize form .icon-button", "the head of the form").await;
    press(&wang, "#organize form", "立即开始").await;
    at("#config-question", "what is to be mended first").await;
    let alerts = wang.eval("document.querySelectorAll('#organize [role=alert]').length").await;
    assert_eq!(alerts, json!(1), "one sentence for the form");
    let tied = "document.getElementById(document.activeElement.getAttribute('aria-describedby').split(' ').at(-1)) \
                .innerText";
    assert_eq!(wang.eval(tied).await, json!("还没有填"), "and its own for the field");

    wang.fill("#config-question", "午饭吃什么?").await;
    wang.fill("#config-options-0", "面").await;
    wang.fill("#config-options-1", "饭").await;
    press(&wang, "#organize form", "立即开始").await;
    at(".stage-fold", "what was opened").await;

    press(&wang, "header", "主持").await;
    press(&wang, "#organize", "结束会议").await;
    press(&wang, "dialog.question", "结束会议").await;
    at(".strip", "that it has ended").await;
    meeting.ends_with_complaints_of("422", &[&wang]);
}

#[tokio::test]
async fn a_button_keeps_the_cursor_while_it_sends_and_leads_on_after() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let hold = "{ window.held = []; window.plain = WebSocket.prototype.send; \
                WebSocket.prototype.send = function (text) { held.push([this, text]); }; }";
    meeting.wang.open(&meeting.room.number, "qa", json!({ "title": "问吧" })).await;
    li.fill(".stage .form textarea", "几点开始?").await;
    li.wait_for("document.querySelector('.stage .form button:enabled')", "it can be sent").await;
    li.eval(hold).await;

    press(&li, ".stage .form", "").await;
    li.wait_for("document.activeElement.matches('.stage .form button[aria-disabled=true]')", "it is being sent").await;
    li.enter().await;
    let asked = "held.filter(([, text]) => JSON.parse(text).type === 'act').length";
    assert_eq!(li.eval(asked).await, json!(1), "once");
    li.eval("{ WebSocket.prototype.send = plain; for (const [line, text] of held) line.send(text); }").await;

    li.see("几点开始?").await;
    li.wait_for("document.activeElement.matches('.stage-fold')", "there is nothing to send any more").await;
    meeting.ends_without_complaints(&[&li]);
}

/// What is done in an activity does not reach the server: `refuse` answers it, as a plugin does that names these fields.
const REFUSES: &str = "{ const plain = WebSocket.prototype.send; let waiting; \
     WebSocket.prototype.send = function (text) { const { type, id } = JSON.parse(text); \
     if (type === 'act') waiting = { line: this, id }; else plain.call(this, text); }; \
     globalThis.refuse = (errors) => { const { line, id } = waiting; \
     const data = JSON.stringify({ type: 'reply', id, error: { code: 'invalid', detail: 'no', errors } }); \
     line.dispatchEvent(new MessageEvent('message', { data })); }; }";

#[tokio::test]
async fn a_form_of_a_participant_is_refused_in_one_alert_and_leads_to_what_is_to_be_mended() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    li.before_each_page(REFUSES).await;
    li.open(&format!("/c/{}", meeting.room.number)).await;
    let questions = json!([
        { "text": "感觉", "kind": "single", "options": ["好", "不好"] },
        { "text": "原因", "kind": "text", "max": 50 },
        { "text": "建议", "kind": "text", "max": 50 },
    ]);
    meeting.wang.open(&meeting.room.number, "survey", json!({ "title": "问卷", "questions": questions })).await;
    li.tap(".stage .choice", "不好").await;
    let last = "[...document.querySelectorAll('.stage form .input')].at(-1)";
    let refuse = "refuse([{ pointer: '/answer/q2', detail: '太短' }, { pointer: '/answer/q3', detail: '太长' }])";

    li.eval(&format!("{last}.focus()")).await;
    li.enter().await;
    li.see("发送中").await;
    li.eval(refuse).await;
    let at_first =
        "document.activeElement.matches('.stage form [aria-invalid=true]') && document.activeElement.id.endsWith('q2')";
    li.wait_for(at_first, "what is to be mended first").await;
    let tied = "[...document.querySelectorAll('.stage [aria-invalid=true]')] \
                .map((one) => document.getElementById(one.getAttribute('aria-describedby')).innerText)";
    assert_eq!(li.eval(tied).await, json!(["太短", "太长"]), "its own sentence for each field");
    let alerts = "[...document.querySelectorAll('.stage [role=alert]')].map((one) => one.innerText)";
    assert_eq!(li.eval(alerts).await, json!(["请先改好上面标出的地方"]), "one for the form");

    // Whoever has gone on to the chat meanwhile writes there.
    press(&li, ".stage form", "提交").await;
    li.see("发送中").await;
    li.fill("#say", "我在打字").await;
    li.eval(refuse).await;
    li.wait_for("document.querySelector('.stage [role=alert]')", "that it is refused").await;
    let drawn = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))) \
                 .then(() => document.activeElement.id)";
    assert_eq!(li.eval(drawn).await, json!("say"));
    meeting.ends_without_complaints(&[&li]);
}
