//! For everybody: axe-core finds nothing on any page, in either theme, in either language; the keyboard gets everywhere.

use std::path::PathBuf;

use hezi_tests::{Launch, Tab};
use serde_json::{Value, json};

use super::{Meeting, PHONE, SMALL_PHONE, WALL, listen};

/// What axe-core finds on the page as it is now.
pub(super) async fn findings(tab: &Tab) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("browser/vendor/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(path).expect("axe-core is vendored");
    if tab.eval("typeof axe").await == "undefined" {
        tab.eval(&format!("{axe}; 'there'")).await;
    }
    let tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";
    let script = format!(
        "axe.run(document, {{ resultTypes: ['violations'], runOnly: {{ type: 'tag', values: {tags} }} }}).then((found) => found.violations.map((one) => \
         `${{one.id}}: ${{one.nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | ')}}`))"
    );
    let found = tab.eval(&script).await;
    found.as_array().expect("a list").iter().map(Value::to_string).collect()
}

#[tokio::test]
async fn axe_finds_nothing_on_any_page() {
    let Some(meeting) = Meeting::with(Launch::new().set("admin.users", json!(["wang"]))).await else { return };
    let number = &meeting.room.number;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"], "max_choices": 2 });
    meeting.wang.open(number, "vote", vote).await;
    for (theme, language) in [("light", "zh-Hans"), ("dark", "en")] {
        let tab = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
        tab.prefer(theme, "reduce").await;
        tab.sign_in("wang", "王伟", language).await;
        for (path, seen) in [("/", "周会"), (&*format!("/c/{number}"), "午饭吃什么?"), ("/admin", "lottery")] {
            tab.open(path).await;
            tab.see(seen).await;
            assert_eq!(findings(&tab).await, Vec::<String>::new(), "{path}, {theme}");
        }
        for (path, drawn) in [("/auth/login", "#name"), ("/c/00000", "main .chip")] {
            tab.open(path).await;
            tab.wait_for(&format!("document.querySelector('{drawn}')"), path).await;
            assert_eq!(findings(&tab).await, Vec::<String>::new(), "{path}, {theme}");
        }
        tab.open(&format!("/c/{number}")).await;
        tab.see("午饭吃什么?").await;
        tab.wait_for("document.querySelector('header .button')", "the organizer's button").await;
        tab.eval("document.querySelector('header .button').click()").await;
        tab.wait_for("document.querySelector('.tile')", "the kinds of activity").await;
        assert_eq!(findings(&tab).await, Vec::<String>::new(), "the organizer's panel, {theme}");
        tab.resize(WALL.0, WALL.1).await;
        tab.open(&format!("/screen/{number}")).await;
        tab.see("午饭吃什么?").await;
        assert_eq!(findings(&tab).await, Vec::<String>::new(), "the screen, {theme}");
    }
}

#[tokio::test]
async fn the_keyboard_votes() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.tab("li", "李娜", (1280, 800)).await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"], "max_choices": 2 });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.wait_for("document.querySelector('.choice input')", "the ballot").await;
    let edge = |part: &str, edge: &str| format!("document.querySelector('{part}').getBoundingClientRect().{edge}");
    let in_order = format!("{} <= {}", edge(".stage", "right"), edge(".chat", "left"));
    assert_eq!(li.eval(&in_order).await, json!(true), "what comes first with Tab stands first");

    tab_to(&li, ".choice", "面").await;
    press(&li, " ", 32, Some(" ")).await;
    // Until something is picked there is nothing to send, and Tab passes the button by.
    li.wait_for("document.querySelector('.form button:enabled')", "what was picked can be sent").await;
    tab_to(&li, ".form button", "").await;
    li.enter().await;

    li.see("你的选择：面").await;
    let at_title = "document.activeElement?.classList.contains('stage-fold')";
    li.wait_for(at_title, "the title, now that the ballot is gone").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn enlarged_four_times_nothing_lies_over_the_line_to_write_in() {
    let Some(meeting) = Meeting::begin().await else { return };
    let host = meeting.tab("wang", "王伟", (1280, 1024)).await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭", "粥"] });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    host.wait_for("document.querySelector('.stage-host button')", "the button to close it").await;
    let card = "document.querySelector('.stage .blocks').getBoundingClientRect().left";
    let button = "document.querySelector('.stage-host button').getBoundingClientRect()";
    host.wait_for(&format!("{card} === {button}.left"), "the button in line with what it closes").await;

    host.resize(320, 256).await;

    let line = "document.querySelector('.composer').getBoundingClientRect()";
    host.wait_for(&format!("{button}.bottom <= {line}.top"), "the line below it").await;
    host.eval("document.getElementById('say').scrollIntoView({ block: 'end' })").await;
    host.wait_for(&format!("{line}.top > 0 && {line}.top < innerHeight"), "the line to write in").await;
    assert_eq!(host.eval("document.documentElement.scrollWidth <= innerWidth").await, Value::Bool(true));
    meeting.ends_without_complaints(&[&host]);
}

#[tokio::test]
async fn what_happens_is_said_to_who_does_not_see_it() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    listen(&li).await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.tap(".choice", "面").await;
    li.see("你的选择：面").await;
    meeting.wang.close(&vote).await;

    let said = "heard.join('；') === '已开始：午饭吃什么?；已收到；已结束：午饭吃什么?'";
    li.wait_for(said, "what was opened, taken, and closed").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn what_is_asked_next_and_what_came_of_an_answer_is_said_to_who_does_not_see_it() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let question = json!({ "text": "首都在哪里?", "choices": ["北京", "南京"], "right": "北京" });
    let quiz = json!({ "title": "地理", "questions": [question] });
    let quiz = meeting.wang.open(&meeting.room.number, "quiz", quiz).await;
    li.see("请等待主持人开始").await;
    listen(&li).await;

    meeting.wang.act(&quiz, json!({ "next": {} })).await;
    li.tap(".choice", "北京").await;
    // Its answer and its view come at the same time, one before the other. What comes next waits until they are said: of
    // what comes faster than it can be said only the last is.
    let said = "['首都在哪里?', '已收到', '你的答案：A'].every((one) => heard.includes(one))";
    li.wait_for(said, "the question, that the answer has come, and which it was").await;
    meeting.wang.act(&quiz, json!({ "stop": {} })).await;

    li.wait_for("heard.includes('正确答案：A 北京')", "which is right").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn what_somebody_is_told_is_read_out_once() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let listen = "window.most = 0; new MutationObserver(() => { const said = [...document.querySelectorAll('[role=status]')] \
         .filter((one) => one.textContent.includes('你现在是主持人')); most = Math.max(most, said.length); }) \
         .observe(document.body, { childList: true, characterData: true, subtree: true })";
    li.eval(&format!("{{ {listen}; }}")).await;
    meeting.wang.post(&meeting.room.path("/organizers"), &json!({ "member": "li" })).await.ok(200);

    li.wait_for("most > 0", "the hint").await;
    li.wait_for("!document.querySelector('.hint')", "it is gone again").await;
    assert_eq!(li.eval("most").await, json!(1), "one place that is read out says it");
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn walking_through_a_ballot_casts_nothing() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭", "粥"] });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.wait_for("document.querySelector('.choice input')", "the ballot").await;
    li.eval("document.querySelector('.choice input').focus()").await;

    for _ in 0..2 {
        press(&li, "ArrowDown", 40, None).await;
    }
    li.wait_for("document.querySelector('.choice.picked')?.innerText.includes('粥')", "the third choice").await;
    li.wait_for("document.querySelector('.form button:enabled')", "a button to send it").await;
    let ballots = meeting.wang.report(&vote).await;
    assert_eq!(ballots["rows"].as_array().map(Vec::len), Some(0), "nothing is cast: {ballots}");
    li.enter().await;

    li.see("你的选择：粥").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn whoever_organizes_by_keyboard_stays_where_their_form_was() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.phone("wang", "王伟").await;
    wang.tap("header button", "主持").await;
    wang.see("词云").await;
    wang.eval("[...document.querySelectorAll('.tile')].find((one) => one.innerText.includes('投票')).focus()").await;

    wang.enter().await;
    wang.wait_for("document.activeElement.matches('#organize form .icon-button')", "the head of the form").await;
    wang.enter().await;

    wang.wait_for("document.activeElement.id === 'organize-title'", "the head of the panel").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn the_chat_is_one_stop_and_arrows_lead_through_it() {
    let Some(meeting) = Meeting::begin().await else { return };
    let mut socket = meeting.wang.connect(&meeting.room.number).await;
    for n in 0..120 {
        socket.say(&format!("c{n}"), &format!("第 {n} 条 https://example.com")).await.ok();
    }
    let li = meeting.phone("li", "李娜").await;
    li.see("第 119 条").await;
    let at = async |n: u32| {
        let is_at = format!(
            "document.activeElement.matches('.message-more') \
             && document.activeElement.closest('.message').innerText.includes('第 {n} 条')"
        );
        li.wait_for(&is_at, &format!("message {n}")).await;
    };
    let key = async |name: &str, code: u32| press(&li, name, code, None).await;

    li.eval("document.querySelector('header [aria-label=更多]').focus()").await;
    key("Tab", 9).await;
    at(119).await;
    assert_eq!(findings(&li).await, Vec::<String>::new(), "in the chat");
    key("ArrowUp", 38).await;
    key("ArrowUp", 38).await;
    key("ArrowUp", 38).await;
    key("ArrowDown", 40).await;
    at(117).await;
    // What was said before the welcome comes as soon as its beginning is to be seen.
    key("Home", 36).await;
    at(70).await;
    li.see("第 69 条").await;
    key("Home", 36).await;
    at(0).await;

    // It is drawn away, and whoever was at it goes on from there.
    let away = "(document.querySelector('.chat-scroll').scrollTop = 1e9, !document.querySelector('.chat-list').innerText.includes('第 0 条'))";
    li.wait_for(away, "the end").await;
    li.wait_for("document.activeElement.matches('.chat-scroll')", "the list").await;
    key("ArrowDown", 40).await;
    at(1).await;
    li.enter().await;
    let sheet = "document.querySelector('#message[open]')?.innerText.includes('第 1 条')";
    li.wait_for(sheet, "what can be done with it").await;
    li.wait_for("document.querySelector('#message a[href]')", "its link").await;
    key("Escape", 27).await;
    at(1).await;

    key("End", 35).await;
    at(119).await;
    socket.say("new", "刚刚说的").await.ok();
    li.see("刚刚说的").await;
    at(119).await;
    key("Tab", 9).await;
    li.wait_for("document.activeElement.id === 'say'", "the line to write in").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn what_was_scrolled_in_the_same_moment_moves_nothing_away_from_where_the_cursor_goes() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let mut socket = meeting.wang.connect(&meeting.room.number).await;
    for n in 0..100 {
        socket.say(&format!("c{n}"), &format!("第 {n} 条")).await.ok();
    }
    li.see("第 99 条").await;
    // The first ones are not drawn.
    li.wait_for("!document.querySelector('.chat-list').innerText.includes('第 0 条')", "the end").await;

    let pressed = "([...document.querySelectorAll('.message-more')].at(-1).focus(), \
         document.querySelector('.chat-scroll').scrollTop -= 1, \
         document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true })))";
    li.eval(pressed).await;

    let first = "document.activeElement.closest('.message')?.innerText.includes('第 0 条')";
    li.wait_for(first, "the cursor at the first message").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn results_that_nothing_can_be_done_with_are_scrolled_by_the_keyboard() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.tab("li", "李娜", SMALL_PHONE).await;
    let options = ["面", "饭", "粥", "饼", "粉", "菜", "肉"];
    let vote = json!({ "question": "午饭吃什么?", "options": options, "max_choices": 2 });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.wait_for("document.querySelector('.choice')", "the ballot").await;
    let body = "document.querySelector('.stage-body')";
    assert_eq!(
        li.eval(&format!("{body}.hasAttribute('tabindex')")).await,
        json!(false),
        "what is in it has the cursor"
    );

    meeting.wang.close(&vote).await;
    li.see("投票已结束").await;
    li.wait_for(&format!("{body}.scrollHeight > {body}.clientHeight"), "more than there is room for").await;
    assert_eq!(findings(&li).await, Vec::<String>::new());
    li.eval("document.querySelector('.stage-fold').focus()").await;
    press(&li, "Tab", 9, None).await;
    li.wait_for(&format!("document.activeElement === {body}"), "what is to be read").await;
    meeting.ends_without_complaints(&[&li]);
}

/// Goes on with Tab until the focus is on, or within, something of this kind with this text.
async fn tab_to(tab: &Tab, kind: &str, text: &str) {
    let at = format!("document.activeElement?.closest({})?.innerText.includes({}) ?? false", json!(kind), json!(text));
    for _ in 0..20 {
        if tab.eval(&at).await == json!(true) {
            return;
        }
        press(tab, "Tab", 9, None).await;
    }
    panic!("twenty Tabs do not lead to {kind} {text}");
}

async fn press(tab: &Tab, key: &str, code: u32, text: Option<&str>) {
    for kind in ["keyDown", "keyUp"] {
        let mut event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
        if let (Some(text), "keyDown") = (text, kind) {
            event["text"] = json!(text);
        }
        tab.call("Input.dispatchKeyEvent", event).await;
    }
}

#[tokio::test]
async fn two_rows_of_pages_are_called_otherwise_for_whoever_hears_them() {
    let Some(meeting) = Meeting::begin().await else { return };
    let qa = json!({ "title": "问答", "seconds_between": 0 });
    let qa = meeting.wang.open(&meeting.room.number, "qa", qa).await;
    for n in 0..21 {
        meeting.wang.act(&qa, json!({ "ask": { "text": format!("第 {n} 问") } })).await;
    }
    let li = meeting.phone("li", "李娜").await;
    let called = "[...document.querySelectorAll('.tabs[role=group]')].map((one) => one.ariaLabel).join()";
    li.wait_for(&format!("{called} === '切换内容,翻页'"), "what each of them is for").await;
    li.tap(".tabs button", "下一页").await;
    li.see("上一页").await;
    assert_eq!(li.eval(called).await, json!("切换内容,翻页"), "also where it leads back");
    meeting.ends_without_complaints(&[&li]);
}
