//! What a page has never heard of, and what is larger than anybody thought: a kind of block that it does not know, in the room and
//! on the wall, and a form of forty fields.

use hezi_tests::Tab;
use serde_json::json;

use super::{Meeting, PHONE, SMALL_PHONE, WALL};

/// In each page from now on the server has a kind of block that the page does not know, in place of a statistic. The rest of the
/// block is as the server sends it.
const HOLOGRAMS: &str = "{ const parse = JSON.parse; \
     JSON.parse = (text, ...more) => parse(String(text).replaceAll('\"type\":\"statistic\"', '\"type\":\"hologram\"'), ...more); \
     Response.prototype.json = async function () { return JSON.parse(await this.text()); }; }";

/// Waits for the plain text of a block, in the activity, where a block of a known kind would be drawn as such.
async fn see_plain(tab: &Tab, place: &str, text: &str) {
    let plain = format!("[...document.querySelectorAll('{place} p.text')].some((one) => one.innerText === '{text}')");
    tab.wait_for(&plain, text).await;
    assert_eq!(tab.eval("document.querySelectorAll('.statistic').length").await, json!(0), "none is drawn as one");
}

#[tokio::test]
async fn a_kind_of_block_that_the_pages_do_not_know_is_read_as_its_plain_text() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let wall = meeting.chromium.tab(&meeting.host, WALL.0, WALL.1).await;
    wall.sign_in("wang", "王伟", "zh-Hans").await;
    let (room, screen) = (format!("/c/{}", meeting.room.number), format!("/screen/{}", meeting.room.id));
    for (tab, path) in [(&li, &room), (&wall, &screen)] {
        tab.before_each_page(HOLOGRAMS).await;
        tab.open(path).await;
        tab.see(&meeting.room.title).await;
    }
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    see_plain(&li, ".stage", "投票人数: 0").await;
    see_plain(&wall, ".screen-activity", "投票人数: 0").await;

    // What it knows goes on beside it.
    li.tap(".choice", "面").await;
    li.see("你的选择：面").await;
    see_plain(&li, ".stage", "投票人数: 1").await;
    see_plain(&wall, ".screen-activity", "投票人数: 1").await;
    wall.see("100%").await;
    li.open(&room).await;
    see_plain(&li, ".stage", "投票人数: 1").await;
    meeting.ends_without_complaints(&[&li, &wall]);
}

#[tokio::test]
async fn a_form_of_forty_fields_is_filled_in_refused_and_begun_in_the_page() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, li) = (meeting.tab("wang", "王伟", PHONE).await, meeting.tab("li", "李娜", SMALL_PHONE).await);
    let field = |at: usize| format!("#config-options-{at}");
    wang.tap("header button", "主持").await;
    wang.tap(".tile", "投票").await;
    wang.fill("#config-question", "去哪里?").await;
    for at in 0..40 {
        if at >= 2 {
            wang.tap("#organize button", "添加一项").await;
        }
        // The last one is there already, as the first.
        wang.fill(&field(at), &format!("方案 {}", at % 39)).await;
    }
    wang.tap("#organize form button", "立即开始").await;
    wang.wait_for("document.querySelector('#config-options-refusal')?.innerText.includes('方案 0')", "why not").await;
    let kept = "[...document.querySelectorAll('input[id^=config-options-]')].map((one) => one.value).join()";
    let typed: Vec<String> = (0..40).map(|at| format!("方案 {}", at % 39)).collect();
    assert_eq!(wang.eval(kept).await, json!(typed.join(",")), "nothing is lost");
    let fits = "document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(wang.eval(fits).await, json!(true));

    wang.eval(&format!("document.querySelector('{}').select()", field(39))).await;
    wang.fill(&field(39), "方案 39").await;
    wang.tap("#organize form button", "立即开始").await;
    li.wait_for("document.querySelectorAll('.choice').length === 40", "all of them").await;
    li.tap(".choice", "方案 39").await;

    li.see("你的选择：方案 39").await;
    assert_eq!(li.eval(fits).await, json!(true), "nothing is wider than the smallest phone");
    // Chromium reports the refusal.
    meeting.ends_with_complaints_of("422", &[&wang, &li]);
}
