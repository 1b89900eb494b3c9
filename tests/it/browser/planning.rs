//! Before a meeting and after it: planned at home, opened by the clock, private by its link, looked into, held again.

use hezi_tests::Tab;
use serde_json::json;

use super::{Meeting, PHONE};

/// Puts a moment into a field for times: the keyboard of headless Chromium does not.
async fn set_time(tab: &Tab, kind: &str, time: &str) {
    tab.wait_for(&format!("document.querySelector({})", json!(kind)), kind).await;
    tab.eval(&format!("document.querySelector({}).value = {}", json!(kind), json!(time))).await;
}

#[tokio::test]
async fn a_meeting_is_planned_at_home_and_found_there() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    li.sign_in("li", "李娜", "zh-Hans").await;
    li.open("/").await;

    li.fill("[name=title]", "新品发布").await;
    li.tap("summary", "更多设置").await;
    li.fill("[name=description]", "先看演示，再提问").await;
    set_time(&li, "[name=starts_at]", "2099-05-01T09:30").await;
    li.tap("label", "私密会议").await;
    li.tap("form button", "创建").await;
    li.see("人在线").await;
    li.tap("header button[aria-label=更多]", "").await;
    li.see("先看演示，再提问").await;
    li.see("2099").await;

    li.open("/").await;
    li.see("新品发布").await;
    li.see("2099").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn an_open_activity_gets_an_end_and_shows_it_to_everybody() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, wang) = (meeting.phone("li", "李娜").await, meeting.tab("wang", "王伟", PHONE).await);
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.tap(".choice", "面").await;
    li.see("你的选择：面").await;

    wang.tap("header button", "主持").await;
    wang.tap(".queue-item .chip", "10 分钟").await;
    li.see("距离结束").await;
    wang.tap(".queue-item summary", "参与情况").await;
    wang.wait_for("document.querySelector('.results')?.innerText.includes('李娜')", "who has taken part").await;
    wang.tap(".queue-item .chip", "不限时").await;
    li.wait_for("!document.body.innerText.includes('距离结束')", "no end any more").await;

    assert_eq!(meeting.wang.look_at(&vote).await.phase, "open");
    meeting.ends_without_complaints(&[&li, &wang]);
}

#[tokio::test]
async fn a_prepared_activity_is_to_be_opened_by_the_clock() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    let draft = meeting.wang.draft(&meeting.room.number, "vote", vote).await;

    wang.tap("header button", "主持").await;
    wang.tap(".queue-item summary", "定时开始").await;
    set_time(&wang, "[name=opens]", "2001-01-01T00:00").await;
    wang.tap(".queue-item form button", "保存").await;
    wang.wait_for("document.querySelector('.hint')", "why not").await;
    let tomorrow =
        "new Date(Date.now() + 86400000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16)";
    wang.eval(&format!("document.querySelector('[name=opens]').value = {tomorrow}")).await;
    wang.tap(".queue-item form button", "保存").await;
    wang.wait_for("document.querySelector('.queue-item > .quiet')", "when it opens").await;

    let path = draft.path("");
    let opens = format!("fetch('{path}').then((answer) => answer.json()).then((one) => one.opens_at_ms > Date.now())");
    assert_eq!(wang.eval(&opens).await, json!(true), "it opens by itself");
    // The time that lay behind us was refused, which Chromium reports.
    meeting.ends_with_complaints_of("422", &[&wang]);
}

#[tokio::test]
async fn a_private_link_is_exchanged_and_who_was_sent_out_is_let_in_again() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, wang) = (meeting.phone("li", "李娜").await, meeting.tab("wang", "王伟", PHONE).await);
    let qr = "document.querySelector('.qr').getAttribute('src')";

    wang.tap("header button", "主持").await;
    wang.tap("#organize button", "会议").await;
    wang.tap("#organize label", "私密会议").await;
    wang.wait_for(&format!("{qr}.includes('key=')"), "a key in the link").await;
    let before = wang.eval(qr).await;
    wang.tap("#organize button", "更换链接").await;
    wang.tap("dialog.question button", "更换链接").await;
    wang.wait_for(&format!("{qr} !== {before}"), "another key").await;

    wang.tap("#organize button", "成员").await;
    wang.tap("#organize .person-row button", "移出").await;
    li.see("移出").await;
    wang.tap("#organize .kept-out button", "允许再加入").await;
    wang.wait_for("!document.querySelector('.kept-out')", "nobody is kept out").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn a_meeting_that_is_over_is_held_again_with_its_activities() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    meeting.wang.end(&meeting.room.number).await;

    wang.open(&format!("/c/{}", meeting.room.id)).await;
    wang.see("会议已经结束").await;
    wang.tap("header button[aria-label=更多]", "").await;
    wang.tap("#more button", "再开一次").await;
    wang.tap("dialog.question button", "再开一次").await;

    wang.see("人在线").await;
    wang.tap("header button", "主持").await;
    wang.wait_for("document.querySelector('.queue-item')?.innerText.includes('午饭吃什么?')", "the draft").await;
    meeting.ends_without_complaints(&[&wang]);
}
