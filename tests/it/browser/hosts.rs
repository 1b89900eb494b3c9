//! What hosts have in their hand while a meeting runs: how near it is, and that nothing they began is lost.

use hezi_tests::{Tab, plugin};
use serde_json::{Value, json};

use super::{Meeting, PHONE, SMALL_PHONE, say};
use crate::plugins::newer;

/// Does something with two taps: one opens what hosts have, the other does it. A question for what is lost by it comes on top.
async fn in_two_taps(tab: &Tab, first: (&str, &str), second: (&str, &str), done: &str) {
    tab.tap(first.0, first.1).await;
    tab.tap(second.0, second.1).await;
    if matches!(second.1, "移交会议" | "更换链接") {
        tab.tap("dialog.question button", second.1).await;
    }
    tab.wait_for(done, second.1).await;
    tab.eval("document.querySelector('dialog[open]')?.close()").await;
}

#[tokio::test]
async fn what_a_host_can_do_is_two_taps_away() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, li) = (meeting.tab("wang", "王伟", PHONE).await, meeting.phone("li", "李娜").await);
    say(&li, "三点开会").await;
    let (panel, people, message) = (("header button", "主持"), (".bar-people", ""), (".message-name", "李娜"));
    let pressed = |text: &str| {
        format!(
            "[...document.querySelectorAll('#organize [aria-pressed=true]')].some((one) => one.innerText === '{text}')"
        )
    };

    for text in ["锁定会议", "仅主持人发言", "会议号和二维码"] {
        in_two_taps(&wang, panel, ("#organize .chip", text), &pressed(text)).await;
    }
    let private = "(window.link = document.querySelector('.qr')?.getAttribute('src'))?.includes('key=')";
    in_two_taps(&wang, panel, ("#organize .tick", "私密会议"), private).await;
    let another = "![undefined, link].includes(document.querySelector('.qr')?.getAttribute('src'))";
    in_two_taps(&wang, panel, ("#organize button", "更换链接"), another).await;
    let pinned = "document.querySelector('.pinned')?.innerText === '三点开会'";
    in_two_taps(&wang, message, ("#message button", "置顶为通知"), pinned).await;
    let muted = "document.querySelector('.person-row .pill.bad')";
    in_two_taps(&wang, people, ("#organize .person-row button", "禁言"), muted).await;
    in_two_taps(&wang, message, ("#message button", "解除禁言"), "document.body.innerText.includes('又可以发言了')")
        .await;
    let handed = "document.body.innerText.includes('会议已移交给 李娜')";
    // Both are told for some seconds only.
    let handing = in_two_taps(&wang, message, ("#message button", "移交会议"), handed);
    tokio::join!(handing, li.see("会议现在由你负责"));
    in_two_taps(
        &li,
        people,
        ("#organize .person-row button", "取消主持人"),
        "document.body.innerText.includes('不再是主持人')",
    )
    .await;
    meeting.ends_without_complaints(&[&wang, &li]);
}

#[tokio::test]
async fn a_form_that_was_begun_survives_a_reload_until_it_is_given_up() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let number = &meeting.room.number;
    let again = async || {
        wang.open(&format!("/c/{number}")).await;
        wang.tap("header button", "主持").await;
    };
    const QUESTION: &str = "document.querySelector('#config-question')?.value";
    wang.tap("header button", "主持").await;
    wang.tap(".tile", "投票").await;
    wang.fill("#config-question", "午饭吃什么?").await;

    again().await;
    wang.tap(".tile", "没写完").await;
    wang.wait_for(&format!("{QUESTION} === '午饭吃什么?'"), "what was typed").await;
    wang.tap("#organize form .icon-button", "").await;
    again().await;
    wang.tap(".tile", "投票").await;
    wang.wait_for(&format!("{QUESTION} === ''"), "an empty form: the other one was given up").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn a_form_that_was_begun_tells_what_another_host_has_saved_meanwhile() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let rating = |subject: &str| json!({ "subject": subject, "min": 1, "max": 5, "step": 1 });
    let draft = meeting.wang.draft(&meeting.room.number, "rating", rating("第一场")).await;
    const SUBJECT: &str = "document.querySelector('#config-subject')?.value";
    wang.tap("header button", "主持").await;
    wang.tap(".queue-item button", "修改").await;
    wang.fill("#config-subject", "的演讲").await;
    wang.wait_for(&format!("{SUBJECT} === '第一场的演讲'"), "what was typed").await;
    let revised = json!({ "config": rating("开场") });
    meeting.wang.request("PUT", &draft.path("/config")).json(&revised).send().await.ok(200);

    wang.open(&format!("/c/{}", meeting.room.number)).await;
    wang.tap("header button", "主持").await;
    wang.tap(".queue-item button", "修改").await;
    wang.see("另一位主持人刚改过这个活动").await;
    wang.wait_for(&format!("{SUBJECT} === '第一场的演讲'"), "what was typed is still there").await;
    wang.tap("#organize .notice button", "用这个").await;
    wang.wait_for(&format!("{SUBJECT} === '开场'"), "what the other one has saved").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn two_hosts_move_something_in_the_same_moment_and_both_moves_stand() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, li) = (meeting.tab("wang", "王伟", PHONE).await, meeting.phone("li", "李娜").await);
    meeting.wang.post(&meeting.room.path("/organizers"), &json!({ "member": "li" })).await.ok(200);
    for subject in ["甲", "乙", "丙", "丁"] {
        let rating = json!({ "subject": subject, "min": 1, "max": 5, "step": 1 });
        meeting.wang.draft(&meeting.room.number, "rating", rating).await;
    }
    const QUEUE: &str =
        "[...document.querySelectorAll('#organize .queue-item .grow')].map((one) => one.innerText).join('')";
    let waits = async |tab: &Tab, titles: &str| tab.wait_for(&format!("{QUEUE} === '{titles}'"), titles).await;
    for tab in [&wang, &li] {
        tab.tap("header button", "主持").await;
        waits(tab, "甲乙丙丁").await;
    }
    let up =
        |at: u32| format!("document.querySelectorAll('#organize .queue-item')[{at}].querySelector('.item-up').click()");

    let (second, fourth) = (up(1), up(3));
    tokio::join!(wang.eval(&second), li.eval(&fourth));

    for tab in [&wang, &li] {
        waits(tab, "乙甲丁丙").await;
    }
    meeting.ends_without_complaints(&[&wang, &li]);
}

#[tokio::test]
async fn nobody_in_the_list_of_people_changes_places_under_a_finger() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, _li) = (meeting.tab("wang", "王伟", PHONE).await, meeting.phone("li", "李娜").await);
    const NAMES: &str =
        "[...document.querySelectorAll('.person-row:not(.row-apart) bdi')].map((one) => one.innerText).join()";
    wang.tap(".bar-people", "").await;
    wang.wait_for(&format!("{NAMES} === '王伟,李娜'"), "who is here, and runs it, first").await;

    let _an = meeting.phone("an", "安宁").await;
    wang.wait_for(&format!("{NAMES} === '王伟,李娜,安宁'"), "who has come, below the others").await;
    wang.tap(".person-row button", "移出").await;
    wang.wait_for("document.querySelector('.person-row.gone')?.inert", "nothing is done about who is gone").await;
    wang.wait_for(&format!("{NAMES} === '王伟,李娜,安宁'"), "each in their place").await;
    meeting.ends_without_complaints(&[&wang]);
}

/// The page's requests that change a configuration reach the server, and their answers do not reach the page.
const ANSWERS_ARE_LOST: &str = "globalThis.plain ??= fetch; globalThis.fetch = async (...asked) => { \
     const answer = await plain(...asked); if (asked[1]?.method !== 'PUT') return answer; \
     globalThis.isSaved = answer.ok; return new Promise(() => {}); };";

#[tokio::test]
async fn a_save_whose_answer_was_lost_is_the_hosts_own_and_another_hosts_is_told() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let rating = |subject: &str| json!({ "subject": subject, "min": 1, "max": 5, "step": 1 });
    let draft = meeting.wang.draft(&meeting.room.number, "rating", rating("第一场")).await;
    const SUBJECT: &str = "document.querySelector('#config-subject')?.value";
    let begin = async || {
        wang.tap("header button", "主持").await;
        wang.tap(".queue-item button", "修改").await;
    };
    let save = async |text: &str| {
        wang.eval(ANSWERS_ARE_LOST).await;
        wang.fill("#config-subject", text).await;
        wang.tap("#organize form button", "保存").await;
        wang.wait_for("globalThis.isSaved", "the server has it").await;
        wang.open(&format!("/c/{}", meeting.room.number)).await;
    };

    begin().await;
    // What the server keeps is not to the letter what was sent.
    save("的演讲\u{200b}").await;
    begin().await;
    wang.wait_for(&format!("{SUBJECT} === '第一场的演讲'"), "what was saved").await;
    assert_eq!(wang.eval("document.querySelector('#organize .notice')").await, json!(null), "it was nobody else");
    wang.tap("#organize form .icon-button", "").await;
    wang.see("修改").await;
    assert_eq!(wang.eval("document.querySelector('.queue-item .pill:not(.live)').innerText").await, json!("待开始"));

    wang.tap(".queue-item button", "修改").await;
    save("和提问").await;
    let revised = json!({ "config": rating("开场") });
    meeting.wang.request("PUT", &draft.path("/config")).json(&revised).send().await.ok(200);
    begin().await;
    wang.see("另一位主持人刚改过这个活动").await;
    wang.wait_for(&format!("{SUBJECT} === '第一场的演讲和提问'"), "what was typed is still there").await;
    // It replaces what the other one did, though the same was saved before.
    wang.tap("#organize form button", "保存").await;
    wang.wait_for("document.querySelector('.queue-item .grow')?.innerText === '第一场的演讲和提问'", "it is saved")
        .await;
    assert_eq!(meeting.wang.look_at(&draft).await.title, "第一场的演讲和提问");
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn a_form_ends_when_what_was_sent_from_it_turns_out_to_be_saved() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let rating = json!({ "subject": "第一场", "min": 1, "max": 5, "step": 1 });
    let draft = meeting.wang.draft(&meeting.room.number, "rating", rating).await;
    // The request fails for the page, and reaches the server later.
    const LATE: &str = "(() => { const plain = fetch; globalThis.fetch = (...asked) => { \
         if (asked[1]?.method !== 'PUT') return plain(...asked); \
         globalThis.arrive = () => plain(asked[0], { ...asked[1], signal: undefined }).then((answer) => answer.status); \
         return Promise.reject(new TypeError('no network')); }; })()";
    wang.tap("header button", "主持").await;
    wang.tap(".queue-item button", "修改").await;
    wang.eval(LATE).await;
    wang.fill("#config-subject", "的演讲").await;
    wang.tap("#organize form button", "保存").await;
    wang.wait_for("document.querySelector('#organize form .refusal')", "nobody knows what became of it").await;

    assert_eq!(wang.eval("arrive()").await, json!(200));

    wang.see("已保存").await;
    wang.wait_for("document.querySelector('.queue-item .grow')?.innerText === '第一场的演讲'", "the list again").await;
    assert_eq!(meeting.wang.look_at(&draft).await.title, "第一场的演讲");
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn a_form_that_was_begun_is_brought_into_that_of_another_version() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let again = async || {
        wang.open(&format!("/c/{}", meeting.room.number)).await;
        wang.tap("header button", "主持").await;
    };
    wang.tap("header button", "主持").await;
    wang.tap(".tile", "投票").await;
    wang.fill("#config-question", "午饭吃什么?").await;
    wang.fill("#config-options-0", "面").await;
    wang.fill("#config-options-1", "饭").await;

    // The same question has another name in the next version, and all else its own.
    meeting.host.administrator().upload(newer(&renamed(&plugin("vote"), b"question", b"headline"))).await.ok(201);
    again().await;
    wang.tap(".tile", "没写完").await;
    wang.see("以下内容没有对应的位置：午饭吃什么?").await;
    let options = "[0, 1].map((at) => document.querySelector(`#config-options-${at}`)?.value).join() === '面,饭'";
    wang.wait_for(options, "what has a place").await;
    wang.wait_for("document.querySelector('#config-headline')?.value === ''", "the form of the other version").await;
    // It is told until somebody goes on with it, and what they type then is kept as ever.
    again().await;
    wang.tap(".tile", "没写完").await;
    wang.see("以下内容没有对应的位置：午饭吃什么?").await;
    wang.fill("#config-headline", "晚饭吃什么?").await;
    again().await;
    wang.tap(".tile", "没写完").await;
    wang.wait_for("document.querySelector('#config-headline')?.value === '晚饭吃什么?'", "what was typed").await;
    assert_eq!(wang.eval("document.querySelector('#organize .notice')").await, json!(null), "it is no other form now");
    wang.tap("#organize form .icon-button", "").await;

    wang.tap(".tile", "评分").await;
    wang.fill("#config-subject", "讲得怎么样").await;
    meeting.host.administrator().upload(newer(&plugin("rating"))).await.ok(201);
    again().await;
    wang.tap(".tile", "没写完").await;
    wang.see("请检查带过来的内容").await;
    wang.wait_for("document.querySelector('#config-subject')?.value === '讲得怎么样'", "all of it").await;
    meeting.ends_without_complaints(&[&wang]);
}

/// The component in which one word is another of the same length wherever it stands.
fn renamed(component: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "what follows in the component must stay where it is");
    let mut bytes = component.to_vec();
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
    }
    bytes
}

#[tokio::test]
async fn what_a_host_looks_at_stays_where_it_is_while_others_do_things_above() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, _li) = (meeting.tab("wang", "王伟", PHONE).await, meeting.phone("li", "李娜").await);
    let top = "document.querySelector('.person-row')?.getBoundingClientRect().top";
    let stays = async |before: &Value| {
        let stays = format!("new Promise(requestAnimationFrame).then(() => Math.abs({top} - {before}) < 2)");
        assert_eq!(wang.eval(&stays).await, json!(true), "it was at {before}, and is at {}", wang.eval(top).await);
    };
    wang.tap(".bar-people", "").await;
    wang.wait_for("document.querySelectorAll('.person-row').length === 2", "who is here").await;
    wang.wait_for("document.querySelector('.tile')", "what stands above").await;
    wang.tap("#organize .parts button", "成员").await;
    wang.wait_for(&format!("{top} < 400"), "the part with the people").await;
    // Chromium keeps the place by itself, unless it is told not to: then it is as in WebKit.
    wang.eval("document.getElementById('organize').style.overflowAnchor = 'none'").await;
    let before = wang.eval(top).await;

    let rating = json!({ "subject": "讲得怎么样", "min": 1, "max": 5, "step": 1 });
    let rating = meeting.wang.open(&meeting.room.number, "rating", rating).await;
    wang.wait_for("document.querySelector('.queue-item .pill.live')", "what was opened, above").await;
    stays(&before).await;

    wang.eval("document.getElementById('organize').style.overflowAnchor = ''").await;
    meeting.wang.close(&rating).await;
    wang.wait_for("document.querySelector('.queue-item .pill:not(.live)')", "it is over").await;
    stays(&before).await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn whom_a_host_has_drawn_stands_above_the_next_draw_and_takes_the_cursor_from_nobody() {
    let Some(meeting) = Meeting::begin().await else { return };
    let host = meeting.tab("wang", "王伟", SMALL_PHONE).await;
    for (id, name) in [("li", "李娜"), ("sun", "孙宇")] {
        meeting.host.person(id, name).await.join(&meeting.room.number).await;
    }
    let prizes = json!([{ "name": "手机", "count": 1 }, { "name": "雨伞", "count": 1 }]);
    let lottery = json!({ "title": "年终大奖", "prizes": prizes });
    let lottery = meeting.wang.open(&meeting.room.number, "lottery", lottery).await;
    meeting.wang.act(&lottery, json!({ "freeze": { "who": "everyone" } })).await;

    // Another host draws while this one types.
    let field = ".stage form .input:not([type])";
    host.fill(field, "3 5").await;
    meeting.wang.act(&lottery, json!({ "draw": { "prize": "手机", "count": 1 } })).await;
    host.wait_for("document.querySelector('.celebration')?.innerText.includes('手机')", "who has won").await;
    let typing = format!("document.activeElement.matches('{field}') && document.activeElement.value === '3 5'");
    assert_eq!(host.eval(&typing).await, json!(true), "the cursor is where it was");

    host.tap(".stage form .choice", "雨伞").await;
    host.wait_for("document.querySelector('.stage form button:enabled')", "it can be drawn").await;
    host.eval("document.querySelector('.stage form button').scrollIntoView({ block: 'start' })").await;
    let scrolled =
        "document.querySelector('.stage-body').scrollTop > document.querySelector('.celebration').offsetHeight";
    assert_eq!(host.eval(scrolled).await, json!(true), "nothing is to be seen of what is above");
    host.tap(".stage form button", "抽奖").await;

    let place = |what: &str| format!("document.querySelector('{what}').getBoundingClientRect()");
    let (won, form, body) = (place(".celebration"), place(".stage form"), place(".stage-body"));
    let first = format!(
        "document.querySelector('.celebration').innerText.includes('雨伞') && {won}.top >= {body}.top \
         && {won}.bottom <= {body}.bottom && {won}.bottom <= {form}.top"
    );
    host.wait_for(&first, "who has won, and below it what comes next").await;
    meeting.ends_without_complaints(&[&host]);
}
