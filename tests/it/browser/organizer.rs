//! What an organizer does with a thumb: a form out of a schema, a queue, people, the end.

use hezi_tests::Tab;
use serde_json::json;

use super::{Meeting, PHONE, say};

#[tokio::test]
async fn an_activity_is_made_from_the_form_of_its_schema() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let li = meeting.phone("li", "李娜").await;

    wang.tap("header button", "主持").await;
    wang.tap(".tile", "投票").await;
    wang.fill("#config-question", "午饭吃什么?").await;
    wang.fill("#config-options-0", "面").await;
    wang.fill("#config-options-1", "饭").await;
    wang.tap("#organize button", "添加一项").await;
    wang.fill("#config-options-2", "粥").await;
    wang.eval("document.querySelectorAll('#organize .list-item-tools button')[4].click()").await;
    wang.wait_for("document.querySelector('#config-options-1').value === '粥'", "the item moved up").await;
    wang.tap("#organize button", "立即开始").await;

    li.see("午饭吃什么?").await;
    let shown = "[...document.querySelectorAll('.choice')].map((one) => one.innerText.trim()).join() === '面,粥,饭'";
    li.wait_for(shown, "the options in their order").await;
    meeting.ends_without_complaints(&[&wang, &li]);
}

#[tokio::test]
async fn an_anonymous_vote_is_made_with_a_switch_and_says_so() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let li = meeting.phone("li", "李娜").await;

    wang.tap("header button", "主持").await;
    wang.tap(".tile", "抽奖").await;
    wang.see("放进队列").await;
    assert_eq!(wang.eval("document.querySelector('[name=anonymous]')").await, json!(null), "where it is not allowed");
    wang.tap("#organize form .icon-button", "").await;
    wang.tap(".tile", "投票").await;
    wang.fill("#config-question", "午饭吃什么?").await;
    wang.fill("#config-options-0", "面").await;
    wang.fill("#config-options-1", "饭").await;
    wang.tap("#organize .tick", "匿名").await;
    wang.tap("#organize button", "立即开始").await;

    li.see("午饭吃什么?").await;
    li.see("匿名：谁选了什么没人知道").await;
    li.tap(".choice", "面").await;
    li.see("你的选择：面").await;
    wang.tap("header button", "主持").await;
    wang.tap(".queue-item summary", "参与情况").await;
    wang.see("谁参与过，结束后公布").await;
    wang.tap(".queue-item button", "结束").await;
    wang.tap("dialog.question button", "结束").await;
    wang.wait_for("document.querySelector('.queue-item .people')?.innerText === '李娜'", "who took part").await;
    meeting.ends_without_complaints(&[&wang, &li]);
}

#[tokio::test]
async fn what_the_server_refuses_stands_beside_its_field() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;

    wang.tap("header button", "主持").await;
    wang.tap(".tile", "投票").await;
    wang.fill("#config-options-0", "面").await;
    wang.tap("#organize button", "立即开始").await;

    wang.wait_for("document.querySelector('#config-question-refusal')", "the refusal of the question").await;
    wang.wait_for("document.querySelector('#config-options-1-refusal')", "the refusal of the second option").await;
    assert_eq!(wang.eval("document.querySelector('#config-options-0').value").await, json!("面"), "nothing is lost");
    // What a plugin refuses stands there too: in a list that nobody has begun yet, and in an item counted from 0.
    wang.tap("#organize form .icon-button", "").await;
    wang.tap(".tile", "问卷").await;
    wang.fill("#config-title", "午饭").await;
    wang.fill("#config-questions-0-text", "吃什么?").await;
    wang.tap("#organize button", "立即开始").await;
    wang.wait_for("document.querySelector('#config-questions-0-options-refusal')", "the refusal of the options").await;
    let said = wang.eval("document.querySelector('#organize').innerText").await;
    assert!(!said.as_str().expect("a text").contains("questions["), "no path in front of it: {said}");
    wang.tap("#organize form .icon-button", "").await;
    wang.tap(".tile", "知识竞赛").await;
    wang.fill("#config-title", "地理").await;
    wang.fill("#config-questions-0-text", "首都?").await;
    wang.fill("#config-questions-0-choices-0", "北京").await;
    wang.fill("#config-questions-0-choices-1", "南京").await;
    wang.fill("#config-questions-0-right", "东京").await;
    wang.tap("#organize button", "立即开始").await;
    wang.wait_for("document.querySelector('#config-questions-0-right-refusal')", "the refusal of the answer").await;
    // Bounds are said in the unit that was typed.
    wang.tap("#organize form .icon-button", "").await;
    wang.tap(".tile", "红包").await;
    wang.put("#config-total_cents", "0").await;
    wang.put("#config-expires_in_s", "40").await;
    wang.tap("#organize button", "立即开始").await;
    wang.see("最多 30 天").await;
    wang.see("至少 0.01 元").await;
    // The refused request is what Chromium reports, and nothing else.
    meeting.ends_with_complaints_of("422", &[&wang]);
}

#[tokio::test]
async fn the_right_answer_of_a_quiz_follows_its_choice() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let right = |text: &str| {
        format!("document.querySelector('#config-questions-0-right').selectedOptions[0].innerText === '{text}'")
    };

    wang.tap("header button", "主持").await;
    wang.tap(".tile", "知识竞赛").await;
    wang.put("#config-questions-0-choices-0", "北京").await;
    wang.put("#config-questions-0-choices-1", "南京").await;
    wang.wait_for("document.querySelectorAll('#config-questions-0-right option')[2].innerText === '南京'", "both")
        .await;
    wang.put("#config-questions-0-right", "2").await;
    wang.put("#config-questions-0-choices-1", "").await;
    wang.put("#config-questions-0-choices-1", "东京").await;
    wang.wait_for(&right("东京"), "it is renamed").await;
    wang.eval("document.querySelectorAll('#organize .single .item-up')[1].click()").await;
    wang.wait_for("document.querySelector('#config-questions-0-choices-0').value === '东京'", "it moved up").await;
    wang.wait_for(&right("东京"), "it is the right one still").await;

    wang.tap("#organize .list-card fieldset > button", "添加一项").await;
    wang.put("#config-questions-0-choices-2", "西京").await;
    wang.eval("document.querySelector('#organize .single .item-up').nextElementSibling.click()").await;
    wang.wait_for(&right("—"), "what is gone is not right").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn times_are_typed_in_a_unit_and_choices_are_there_to_be_filled_in() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;

    wang.tap("header button", "主持").await;
    wang.tap(".tile", "问卷").await;
    wang.wait_for("document.querySelector('#config-questions-0-options-1')", "two options").await;
    wang.tap("#organize form .icon-button", "").await;
    wang.tap(".tile", "签到").await;
    let zone = "document.querySelector('#config-utc_offset_min').selectedOptions[0].innerText";
    wang.wait_for(&format!("/^UTC[+−][0-9]{{2}}:[0-9]{{2}}$/.test({zone})"), "a time zone").await;
    wang.tap("#organize form .icon-button", "").await;
    wang.tap(".tile", "红包").await;
    wang.put("#config-total_cents", "10").await;
    wang.put("#config-expires_in_s ~ select", "1").await;
    wang.put("#config-expires_in_s", "1.5").await;
    wang.wait_for("document.querySelector('#config-expires_in_s').value === '1.5'", "minutes").await;
    wang.tap("#organize button", "放进队列").await;

    wang.see("待开始").await;
    wang.open(&format!("/c/{}", meeting.room.number)).await;
    wang.tap("header button", "主持").await;
    wang.tap(".queue-item button", "修改").await;
    wang.wait_for("document.querySelector('#config-expires_in_s').value === '90'", "so many seconds").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn how_many_may_come_in_is_set_with_a_thumb_and_seen_by_the_other_host() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let other = meeting.chromium.another_tab(&wang, &meeting.host, PHONE.0, PHONE.1).await;
    other.open(&format!("/c/{}", meeting.room.number)).await;
    const LIMIT: &str =
        "[...document.querySelectorAll('#organize select')].find((one) => one.innerText.includes('20 人'))";
    for tab in [&wang, &other] {
        tab.tap("header button", "主持").await;
        tab.tap("#organize button", "会议").await;
        tab.wait_for(&format!("{LIMIT}?.value === '0'"), "no limit").await;
    }

    wang.eval(&format!("(({LIMIT}).value = '20', ({LIMIT}).dispatchEvent(new Event('change', {{ bubbles: true }})))"))
        .await;

    other.wait_for(&format!("{LIMIT}?.value === '20'"), "the limit").await;
    wang.eval(&format!("(({LIMIT}).value = '0', ({LIMIT}).dispatchEvent(new Event('change', {{ bubbles: true }})))"))
        .await;
    other.wait_for(&format!("{LIMIT}?.value === '0'"), "no limit again").await;
    meeting.ends_without_complaints(&[&wang, &other]);
}

#[tokio::test]
async fn a_queue_is_prepared_and_opened_one_after_another() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let li = meeting.phone("li", "李娜").await;
    let number = &meeting.room.number;
    meeting.wang.draft(number, "rating", json!({ "subject": "第一场", "min": 1, "max": 5, "step": 1 })).await;
    meeting.wang.draft(number, "rating", json!({ "subject": "第二场", "min": 1, "max": 5, "step": 1 })).await;

    wang.tap("header button", "主持").await;
    wang.see("第二场").await;
    wang.tap(".queue-item button", "立即开始").await;
    li.see("第一场").await;
    wang.wait_for("!document.querySelector('#organize').open", "the panel makes way for what was opened").await;
    wang.tap("header button", "主持").await;
    wang.tap(".queue-item button", "结束").await;
    wang.tap("dialog.question button", "结束").await;
    li.see("已结束").await;
    wang.tap(".queue-item button", "立即开始").await;

    li.see("第二场").await;
    meeting.ends_without_complaints(&[&wang, &li]);
}

#[tokio::test]
async fn what_waits_in_the_queue_is_changed_moved_up_and_deleted() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let number = &meeting.room.number;
    let other = meeting.chromium.another_tab(&wang, &meeting.host, PHONE.0, PHONE.1).await;
    other.open(&format!("/c/{number}")).await;
    for subject in ["第一场", "第二场", "第三场"] {
        let rating = json!({ "subject": subject, "min": 1, "max": 5, "step": 1 });
        meeting.wang.draft(number, "rating", rating).await;
    }
    const QUEUE: &str =
        "[...document.querySelectorAll('#organize .queue-item .grow')].map((one) => one.innerText).join()";
    let waits = async |tab: &Tab, titles: &str| tab.wait_for(&format!("{QUEUE} === '{titles}'"), titles).await;
    for tab in [&wang, &other] {
        tab.tap("header button", "主持").await;
        waits(tab, "第一场,第二场,第三场").await;
    }

    wang.eval("document.querySelectorAll('#organize .item-up')[1].click()").await;
    for tab in [&wang, &other] {
        waits(tab, "第一场,第三场,第二场").await;
    }
    wang.wait_for("document.activeElement?.matches('.queue-item:nth-child(2) .item-up')", "the hand stays on it").await;
    wang.eval("document.querySelectorAll('#organize .item-up')[0].click()").await;
    waits(&other, "第三场,第一场,第二场").await;

    wang.tap(".queue-item:nth-child(2) button", "修改").await;
    wang.wait_for(
        "document.querySelector('#organize [name=\"subject\"], #config-subject')?.value === '第一场'",
        "as it was",
    )
    .await;
    wang.eval("document.querySelector('#config-subject').value = ''").await;
    wang.fill("#config-subject", "开场").await;
    wang.tap("#organize form button", "保存").await;
    waits(&other, "第三场,开场,第二场").await;

    // Whoever has it open is told what another organizer does with it, and keeps what they typed.
    other.tap(".queue-item:nth-child(1) button", "修改").await;
    other.fill("#config-subject", "的第三场").await;
    wang.tap(".queue-item:nth-child(1) button", "删除").await;
    wang.tap("dialog.question button", "删除").await;
    waits(&wang, "开场,第二场").await;
    other.see("另一位主持人删除了这个活动").await;
    other.tap("#organize form button", "先放进队列").await;
    for tab in [&wang, &other] {
        waits(tab, "开场,第二场,第三场的第三场").await;
    }
    meeting.ends_without_complaints(&[&wang, &other]);
}

#[tokio::test]
async fn a_writer_is_muted_from_their_message_and_may_write_again() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let li = meeting.phone("li", "李娜").await;

    say(&li, "广告").await;
    wang.tap(".message-text", "广告").await;
    wang.tap("#message button", "禁言").await;
    wang.see("已禁言 李娜").await;
    wang.tap("header button", "主持").await;
    wang.tap("#organize button", "成员").await;
    wang.wait_for("document.querySelector('.person-row .pill.bad')", "who is muted").await;
    wang.eval("[...document.querySelectorAll('.hint button')].at(-1).click()").await;

    wang.see("李娜 又可以发言了").await;
    wang.wait_for("!document.querySelector('.hint button')", "it was taken back once").await;
    meeting.ends_without_complaints(&[&wang, &li]);
}

#[tokio::test]
async fn a_member_becomes_a_host_and_the_owner_ends_the_meeting() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let li = meeting.phone("li", "李娜").await;

    wang.tap("header button", "主持").await;
    wang.tap("#organize button", "成员").await;
    wang.tap("#organize button", "设为主持人").await;
    li.wait_for(
        "[...document.querySelectorAll('header button')].some((one) => one.innerText.includes('主持'))",
        "李娜 is a host",
    )
    .await;
    li.see("你现在是主持人").await;
    wang.tap("#organize button", "会议").await;
    wang.see(&meeting.room.number).await;
    wang.tap("#organize button", "结束会议").await;
    wang.tap("dialog.question button", "结束会议").await;

    li.see("会议已经结束").await;
}

#[tokio::test]
async fn what_comes_after_a_close_is_one_tap_away_and_the_end_shows_what_was_last() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, li) = (meeting.tab("wang", "王伟", PHONE).await, meeting.phone("li", "李娜").await);
    let (user, number) = (&meeting.wang, &meeting.room.number);
    for question in ["第一问?", "第二问?"] {
        let vote = user.open(number, "vote", json!({ "question": question, "options": ["是", "否"] })).await;
        wang.see(question).await;
        user.close(&vote).await;
        wang.wait_for("document.querySelector('.stage-host a[download]')", "the report").await;
    }
    wang.tap(".stage-host button", "新活动").await;
    wang.see("词云").await;
    wang.eval("document.getElementById('organize').close()").await;

    user.end(number).await;
    li.see("会议已经结束").await;
    let last = "document.querySelector('#stage-title')?.innerText === '第二问?'";
    li.wait_for(last, "what was last").await;
    // Its number leads to another meeting one day.
    li.open(&format!("/c/{}", meeting.room.id)).await;
    li.wait_for(last, "the same after a reload").await;
    li.wait_for("document.querySelector('.stage-body').tabIndex === 0", "the keyboard can scroll it").await;
    meeting.ends_without_complaints(&[&wang, &li]);
}

#[tokio::test]
async fn what_a_host_types_is_kept_when_another_host_saves() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let path = meeting.room.path("");
    wang.tap("header button", "主持").await;
    wang.tap("#organize button", "会议").await;
    wang.tap("#organize summary", "主题").await;
    wang.fill("#organize [name=title]", "（下午）").await;

    meeting.wang.request("PATCH", &path).json(&json!({ "title": "月会" })).send().await.ok(200);
    wang.see("刚改为：月会").await;
    let field = "document.querySelector('#organize [name=title]').value";
    wang.wait_for(&format!("{field}.includes('（下午）')"), "what was typed is still there").await;
    wang.tap("#organize .field-help button", "用这个").await;
    wang.wait_for(&format!("{field} === '月会'"), "what was saved").await;

    meeting.wang.request("PATCH", &path).json(&json!({ "title": "季会" })).send().await.ok(200);
    wang.wait_for(&format!("{field} === '季会'"), "what nobody typed into follows").await;
    wang.wait_for("document.title.startsWith('季会')", "the tab is called after the meeting").await;
    meeting.ends_without_complaints(&[&wang]);
}
