//! The screen on the wall, driven from an organizer's phone.

use hezi_tests::Tab;
use serde_json::json;

use super::{Meeting, PHONE, WALL, at_one_address, say};

#[tokio::test]
async fn the_wall_shows_what_the_organizer_chooses_and_still_does_after_a_restart() {
    let Some(mut meeting) = Meeting::with(at_one_address()).await else { return };
    let number = meeting.room.number.clone();
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.open(&number, "vote", vote).await;
    let rating = json!({ "subject": "讲得怎么样", "min": 1, "max": 5, "step": 1 });
    meeting.wang.open(&number, "rating", rating).await;
    let wall = meeting.wall().await;
    let phone = meeting.tab("wang", "王伟", PHONE).await;
    wall.see("讲得怎么样").await;

    phone.tap("header button", "主持").await;
    let earlier = "[...document.querySelectorAll('.queue-item')].find((one) => one.innerText.includes('午饭吃什么?'))";
    phone.wait_for(earlier, "the vote in the panel").await;
    phone
        .eval(&format!(
            "[...{earlier}.querySelectorAll('.chip')].find((one) => one.innerText === '投到大屏幕').click()"
        ))
        .await;
    wall.see("午饭吃什么?").await;

    phone.tap("#organize button", "会议").await;
    phone.fill("#pin", "三点准时开始").await;
    phone.tap("#organize button", "置顶").await;
    phone.tap("#organize .chip", "通知").await;
    wall.wait_for("document.querySelector('.screen-announcement')?.innerText === '三点准时开始'", "the notice alone")
        .await;

    phone.tap("#organize .chip", "会议号和二维码").await;
    wall.wait_for("document.querySelector('.screen-lobby .screen-number')", "the way in").await;
    meeting.host.kill().await;
    meeting.host.restart().await;
    let again = meeting.wall().await;
    again.wait_for("document.querySelector('.screen-lobby .screen-number')", "the way in, still").await;

    phone.tap("#organize .chip", "最新的活动").await;
    again.see("讲得怎么样").await;
    wall.see("讲得怎么样").await;
    meeting.ends_without_complaints(&[&again]);
}

#[tokio::test]
async fn a_host_keeps_what_people_write_off_the_wall() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wall, phone) = (meeting.wall().await, meeting.tab("wang", "王伟", PHONE).await);
    let li = meeting.phone("li", "李娜").await;
    say(&li, "三点开会").await;
    wall.wait_for("document.querySelector('.screen-chat')?.innerText.includes('三点开会')", "what was written").await;

    phone.tap("header button", "主持").await;
    phone.tap("#organize .chip", "不显示").await;
    wall.wait_for("!document.querySelector('.screen-chat')", "no chat").await;
    say(&li, "四点散会").await;
    phone.see("四点散会").await;
    phone.tap("#organize .chip", "全部").await;
    wall.wait_for("document.querySelector('.screen-chat')?.innerText.includes('四点散会')", "all of it").await;
    meeting.ends_without_complaints(&[&wall, &phone, &li]);
}

/// Waits until these messages pass by on the wall and no others, the newest first.
async fn passes(wall: &Tab, said: &[&str]) {
    let passing = "[...document.querySelectorAll('.screen-chat .said span')].map((one) => one.innerText)";
    wall.wait_for(&format!("JSON.stringify({passing}) === JSON.stringify({})", json!(said)), "what passes by").await;
}

/// Waits until these messages are marked in a host's list, and no others.
async fn marked(phone: &Tab, said: &[&str]) {
    let marks = "[...document.querySelectorAll('.message-wall[aria-pressed=true]')]\
                 .map((one) => one.closest('.message').querySelector('.message-text').innerText)";
    phone.wait_for(&format!("JSON.stringify({marks}) === JSON.stringify({})", json!(said)), "what is marked").await;
}

/// The mark beside a message is tapped.
async fn tap_mark(phone: &Tab, said: &str) {
    let row = format!("[...document.querySelectorAll('.message')].find((one) => one.innerText.includes('{said}'))");
    phone.eval(&format!("{row}.querySelector('.message-wall').click()")).await;
}

#[tokio::test]
async fn a_host_puts_messages_on_the_wall_one_by_one() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wall, phone) = (meeting.wall().await, meeting.tab("wang", "王伟", PHONE).await);
    let li = meeting.phone("li", "李娜").await;
    for text in ["新年好", "这个不行", "祝大家发财"] {
        say(&li, text).await;
        phone.see(text).await;
    }
    passes(&wall, &["祝大家发财", "这个不行", "新年好"]).await;
    assert_eq!(phone.eval("document.querySelectorAll('.message-wall').length").await, 0, "nothing is to be chosen");

    phone.tap("header button", "主持").await;
    phone.tap("#organize .chip", "审核后上墙").await;
    phone.see("只有主持人选中的消息才会出现").await;
    passes(&wall, &[]).await;
    phone.eval("document.getElementById('organize').close()").await;
    phone.wait_for("document.querySelectorAll('.message-wall').length === 3", "a mark beside each").await;
    tap_mark(&phone, "祝大家发财").await;
    passes(&wall, &["祝大家发财"]).await;
    marked(&phone, &["祝大家发财"]).await;

    // From the sheet of a message in two taps, and seen by a second host and by whoever reloads.
    phone.tap(".message-text", "新年好").await;
    phone.tap("#message button", "放到大屏幕上").await;
    passes(&wall, &["新年好", "祝大家发财"]).await;
    wall.open(&format!("/screen/{}", meeting.room.id)).await;
    passes(&wall, &["新年好", "祝大家发财"]).await;
    let second = meeting.tab("wang", "王伟", PHONE).await;
    marked(&second, &["新年好", "祝大家发财"]).await;
    assert_eq!(li.eval("document.querySelectorAll('.message-wall').length").await, 0, "that is for hosts");

    phone.tap(".message-text", "祝大家发财").await;
    phone.tap("#message button", "从大屏幕撤下").await;
    passes(&wall, &["新年好"]).await;
    marked(&second, &["新年好"]).await;
    li.tap(".message-text", "新年好").await;
    li.tap("#message button", "删除").await;
    li.tap("dialog.question button", "删除").await;
    passes(&wall, &[]).await;
    marked(&phone, &[]).await;
    meeting.ends_without_complaints(&[&wall, &phone, &second, &li]);
}

#[tokio::test]
async fn a_host_sees_from_the_phone_whether_a_screen_is_there() {
    let Some(meeting) = Meeting::begin().await else { return };
    let phone = meeting.tab("wang", "王伟", PHONE).await;
    phone.tap("header button", "主持").await;
    phone.see("没有大屏连接").await;

    let wall = meeting.wall().await;
    phone.see("1 个大屏已连接").await;
    let second = meeting.wall().await;
    phone.see("2 个大屏已连接").await;
    second.call("Page.navigate", json!({ "url": "about:blank" })).await;
    phone.see("1 个大屏已连接").await;
    wall.call("Page.navigate", json!({ "url": "about:blank" })).await;
    phone.see("没有大屏连接").await;

    // Whoever becomes a host learns of it without coming in anew.
    let li = meeting.phone("li", "李娜").await;
    meeting.wang.post(&meeting.room.path("/organizers"), &json!({ "member": "li" })).await.ok(200);
    li.tap("header button", "主持").await;
    li.see("没有大屏连接").await;
    meeting.ends_without_complaints(&[&phone, &li]);
}

#[tokio::test]
async fn the_wall_and_whoever_reads_them_out_see_the_choices_of_a_quiz() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let wall = meeting.wall().await;
    let question = json!({ "text": "最长的河流?", "choices": ["长江", "黄河"], "right": "长江", "seconds": 60 });
    let quiz = wang.open(number, "quiz", json!({ "title": "知识竞赛", "questions": [question] })).await;
    wang.act(&quiz, json!({ "next": {} })).await;
    wall.see("B 黄河").await;
    let phone = meeting.tab("wang", "王伟", PHONE).await;
    phone.see("B 黄河").await;

    let options: Vec<String> = (1..=20).map(|place| format!("方案 {place}")).collect();
    wang.open(number, "vote", json!({ "question": "去哪里?", "options": options })).await;
    wall.see("方案 20").await;
    let label = "parseFloat(getComputedStyle(document.querySelector('.bar-label')).fontSize) >= 24";
    wall.wait_for(label, "letters for the back row").await;
    meeting.ends_without_complaints(&[&wall, &phone]);
}

#[tokio::test]
async fn a_draw_that_is_told_in_several_parts_is_shown_whole() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, room) = (&meeting.wang, &meeting.room);
    let wall = meeting.wall().await;
    for n in 0..60 {
        meeting.host.person(&format!("{n:060}"), &format!("第{n}位")).await.join(&room.number).await;
    }
    let lottery = json!({ "title": "阳光普照", "prizes": [{ "name": "茶", "count": 61 }] });
    let lottery = wang.open(&room.number, "lottery", lottery).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    wall.see("已抽 0/61").await;

    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 59 } })).await;

    let told = wang.journal(&room.number).await;
    let parts = told.iter().filter(|entry| entry["event"]["drawn"].is_object()).count();
    assert!(parts > 1, "it was told in {parts} parts");
    wall.wait_for("document.querySelectorAll('.winner').length === 59", "all who have won").await;

    // The next draw, alike but for its time, is one of its own.
    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 1 } })).await;
    wall.wait_for("document.querySelectorAll('.winner').length === 1", "who has won then").await;
    meeting.ends_without_complaints(&[&wall]);
}

#[tokio::test]
async fn all_of_an_activity_is_on_the_wall_also_when_its_size_changes() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wall = meeting.wall().await;
    let options: Vec<String> = (1..=8).map(|place| format!("方案 {place}")).collect();
    meeting.wang.open(&meeting.room.number, "vote", json!({ "question": "去哪里?", "options": options })).await;
    wall.see("方案 8").await;
    let fits = "(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight + 1)\
                (document.querySelector('.screen-activity'))";
    wall.wait_for(fits, "all of it").await;
    let letters = "getComputedStyle(document.querySelector('.screen-activity')).fontSize";
    let whole = wall.eval(letters).await;

    wall.resize(1280, 600).await;
    wall.wait_for(&format!("innerHeight === 600 && {fits}"), "all of it in a small window").await;
    wall.resize(WALL.0, WALL.1).await;
    wall.wait_for(&format!("{letters} === {whole}"), "letters as large as before").await;
    meeting.ends_without_complaints(&[&wall]);
}

/// The smallest letters that are to be read of an activity, in pixels.
const LETTERS: &str = "Math.min(...[...document.querySelectorAll('.screen-activity :not(.unseen)')] \
     .filter((one) => one.getClientRects().length && [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim())) \
     .map((one) => parseFloat(getComputedStyle(one).fontSize)))";

/// Which page of how many it is.
const PAGE: &str = "document.querySelector('.screen-activity .screen-page').textContent";

/// Everything that is shown of an activity stands within it.
const WHOLE: &str = "((box) => [...box.querySelectorAll('li, p')].filter((one) => one.getClientRects().length) \
     .every((one) => one.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom)) \
     (document.querySelector('.screen-activity'))";

#[tokio::test]
async fn what_does_not_fit_on_the_wall_in_large_letters_passes_by_in_pages() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let wall = meeting.wall().await;
    let options: Vec<String> = (1..=50).map(|place| format!("方案 {place}")).collect();
    let vote = wang.open(number, "vote", json!({ "question": "去哪里?", "options": options })).await;
    wall.wait_for(&format!("{PAGE}.startsWith('1 / ')"), "the first of several pages").await;
    wall.wait_for(&format!("{LETTERS} >= innerWidth * 0.0139 && {WHOLE}"), "whole lines for the back row").await;

    wall.wait_for(&format!("{PAGE}.startsWith('2 / ')"), "the next page, by itself").await;
    let first = "[...document.querySelectorAll('.bar-item')].find((one) => one.getClientRects().length)";
    let label = wall.eval(&format!("{first}.querySelector('.bar-label').textContent")).await;
    assert_ne!(label, json!("方案 1"), "another page has other lines");
    wang.act(&vote, json!({ "choose": [label] })).await;
    wall.wait_for(
        &format!("{first}.innerText.includes('100%') && {PAGE}.startsWith('2 / ')"),
        "a vote on the same page",
    )
    .await;

    wall.resize(1280, 720).await;
    let fits = format!("innerWidth === 1280 && {LETTERS} >= 1280 * 0.0139 && {LETTERS} < 1920 * 0.0139 && {WHOLE}");
    wall.wait_for(&fits, "whole lines on a smaller wall").await;

    // Each of them passes by.
    let missing: Vec<String> = (1..=50).map(|place| format!("方案 {place}")).collect();
    let watch = format!(
        "window.missing = new Set({}); window.watching = setInterval(() => document.querySelectorAll('.bar-item').forEach((one) => \
         one.getClientRects().length && missing.delete(one.querySelector('.bar-label').textContent)), 50)",
        json!(missing)
    );
    wall.eval(&watch).await;
    wall.wait_for("missing.size === 0", "every option").await;
    meeting.ends_without_complaints(&[&wall]);
}

#[tokio::test]
async fn no_page_of_the_wall_turns_while_a_draw_is_told() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, room) = (&meeting.wang, &meeting.room);
    let wall = meeting.chromium.tab(&meeting.host, WALL.0, WALL.1).await;
    wall.sign_in("wang", "王伟", "zh-Hans").await;
    // Pages that turn twenty times a second would turn while names roll.
    wall.before_each_page(
        "{ const every = setInterval; setInterval = (act, ms) => every(act, ms === 8000 ? 50 : ms); }",
    )
    .await;
    for n in 0..80 {
        let name = format!("第{n}位同事，名字很长很长很长很长");
        meeting.host.person(&format!("someone-{n}"), &name).await.join(&room.number).await;
    }
    wall.open(&format!("/screen/{}", room.id)).await;
    wall.see(&room.number).await;
    let prizes = json!([{ "name": "茶", "count": 80 }]);
    let lottery = wang.open(&room.number, "lottery", json!({ "title": "阳光普照", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    wall.see("已抽 0/80").await;
    let watch = "{ window.early = 0; const page = () => document.querySelector('.screen-activity .screen-page')?.textContent ?? ''; \
         new MutationObserver(() => { if (document.querySelector('.roll, .appearing') && page() && !page().startsWith('1 / ')) early += 1; }) \
         .observe(document.getElementById('page'), { childList: true, characterData: true, subtree: true }); }";
    wall.eval(watch).await;

    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 79 } })).await;
    wall.wait_for("document.querySelector('.appearing .winner')", "the first of those who have won").await;
    wall.wait_for(&format!("{PAGE}.startsWith('2 / ')"), "the others, once all have appeared").await;
    assert_eq!(wall.eval("early").await, json!(0), "pages that turned while it was told");
    meeting.ends_without_complaints(&[&wall]);
}

#[tokio::test]
async fn who_is_named_large_on_the_wall_is_named_once() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, room) = (&meeting.wang, &meeting.room);
    for n in 0..6 {
        meeting.host.person(&format!("someone-{n}"), &format!("第{n}位")).await.join(&room.number).await;
    }
    let wall = meeting.wall().await;
    let prizes = json!([{ "name": "茶", "count": 2 }, { "name": "伞", "count": 4 }]);
    let lottery = wang.open(&room.number, "lottery", json!({ "title": "年终大奖", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    wall.see("已抽 0/2").await;
    for (prize, count) in [("茶", 2), ("伞", 1), ("伞", 2)] {
        wang.act(&lottery, json!({ "draw": { "prize": prize, "count": count } })).await;
        wall.wait_for(&format!("document.querySelectorAll('.winner').length === {count}"), prize).await;
        wall.wait_for("!document.querySelector('.roll, .appearing')", "all of them").await;
    }

    wall.see("已抽 3/4").await;
    let listed = "[...document.querySelectorAll('.people .person-name')].map((one) => one.textContent)";
    wall.wait_for(&format!("{listed}.length === 3"), "who has won before").await;
    let named = "[...document.querySelectorAll('.winner')].map((one) => one.textContent)";
    assert_eq!(wall.eval(&format!("new Set([...{listed}, ...{named}]).size")).await, json!(5), "each of five once");
    meeting.ends_without_complaints(&[&wall]);
}

#[tokio::test]
async fn a_long_notice_leaves_the_wall_to_what_is_shown() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wall = meeting.wall().await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    let notice = json!({ "text": "三点准时开始，请大家带上电脑。".repeat(14) });
    meeting.wang.request("PUT", &meeting.room.path("/notice")).json(&notice).send().await.ok(200);
    let strip = "document.querySelector('.screen-notice')";
    wall.wait_for(&format!("{strip}.offsetHeight < innerHeight * 0.2"), "a strip of two lines").await;
    wall.wait_for(&format!("{strip}.querySelector('.screen-page').textContent.startsWith('2 / ')"), "the rest of it")
        .await;
    meeting.ends_without_complaints(&[&wall]);
}

#[tokio::test]
async fn the_wall_is_read_in_the_language_that_is_chosen_on_it() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wall = meeting.wall().await;
    wall.wait_for("document.title === '周会 · 大屏'", "a tab that is not taken for the room's").await;
    wall.see("扫码加入").await;
    let hidden = "getComputedStyle(document.querySelector('.screen-controls')).opacity === '0'";
    wall.wait_for(hidden, "a wall without controls").await;

    wall.call("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": 400, "y": 400 })).await;
    wall.wait_for(&format!("!({hidden})"), "controls for the pointer").await;
    wall.tap(".screen-controls button", "English").await;
    wall.see("Scan to join").await;
    wall.wait_for("document.title === '周会 · Big screen' && document.documentElement.lang === 'en'", "its title")
        .await;
    wall.open(&format!("/screen/{}", meeting.room.id)).await;
    wall.see("Scan to join").await;
    meeting.ends_without_complaints(&[&wall]);
}

#[tokio::test]
async fn another_language_on_the_wall_is_that_of_its_activity_too() {
    let Some(meeting) = Meeting::begin().await else { return };
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    let wall = meeting.wall().await;
    wall.see("投票人数").await;

    // Nothing happens in it meanwhile.
    for (language, voters) in [("English", "Voters"), ("中文", "投票人数")] {
        wall.call("Input.dispatchMouseEvent", json!({ "type": "mouseMoved", "x": 400, "y": 400 })).await;
        wall.tap(".screen-controls button", language).await;
        wall.see(voters).await;
    }
    meeting.ends_without_complaints(&[&wall]);
}
