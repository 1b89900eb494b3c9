//! The line: the server is killed, the network goes, somebody has two tabs. Nothing is lost, and nothing happens twice.

use hezi_tests::{Activity, Launch, Network, Tab};
use serde_json::{Value, json};

use super::{Meeting, PHONE, SMALL_PHONE, at_one_address, listen, say};

async fn times_seen(tab: &Tab, text: &str) -> Value {
    let count =
        format!("[...document.querySelectorAll('.message-text')].filter((one) => one.innerText === '{text}').length");
    tab.eval(&count).await
}

#[tokio::test]
async fn a_tap_survives_a_server_that_is_killed() {
    let Some(mut meeting) = Meeting::with(at_one_address()).await else { return };
    let li = meeting.phone("li", "李娜").await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.see("午饭吃什么?").await;
    li.wait_for("document.querySelector('.choice')", "the ballot").await;

    meeting.host.kill().await;
    li.tap(".choice", "饭").await;
    say(&li, "还在吗").await;
    li.see("网络断开了").await;
    meeting.host.restart().await;

    li.see("你的选择：饭").await;
    li.wait_for("!document.body.innerText.includes('网络断开了')", "the line is back").await;
    let report = meeting.wang.report(&vote).await;
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(1), "one ballot: {report}");
    assert_eq!(times_seen(&li, "还在吗").await, json!(1));
    let said = meeting.wang.journal(&meeting.room.number).await;
    assert_eq!(said.iter().filter(|entry| entry["text"] == "还在吗").count(), 1, "said once");
}

#[tokio::test]
async fn what_was_said_without_a_network_is_said_once_also_after_a_reload() {
    let Some(mut meeting) = Meeting::with(at_one_address()).await else { return };
    let li = meeting.phone("li", "李娜").await;
    let zhang = meeting.phone("zhang", "张敏").await;

    meeting.host.kill().await;
    say(&li, "我在电梯里").await;
    li.see("还没有发出").await;
    li.fill("#say", "还没写完").await;
    meeting.host.restart().await;
    li.open(&format!("/c/{}", meeting.room.number)).await;

    zhang.see("我在电梯里").await;
    li.see("我在电梯里").await;
    li.wait_for("document.getElementById('say').value === '还没写完'", "what was typed is kept").await;
    assert_eq!(times_seen(&zhang, "我在电梯里").await, json!(1));
    let said = meeting.wang.journal(&meeting.room.number).await;
    assert_eq!(said.iter().filter(|entry| entry["text"] == "我在电梯里").count(), 1, "said once");
}

#[tokio::test]
async fn the_line_without_a_network_becomes_no_higher_when_something_waits() {
    let Some(meeting) = Meeting::begin().await else { return };
    for (language, offline, waiting) in [
        ("zh-Hans", "网络断开了，正在重新连接", "1 项操作联网后自动发送"),
        ("en", "You are offline. Reconnecting", "1 waiting to be sent"),
    ] {
        let li = meeting.chromium.tab(&meeting.host, SMALL_PHONE.0, SMALL_PHONE.1).await;
        li.sign_in("li", "李娜", language).await;
        li.open(&format!("/c/{}", meeting.room.number)).await;
        li.wait_for("document.querySelector('.bar-title .tabular')", "the room").await;
        li.set_network(Network::Off).await;
        li.see(offline).await;
        let height = li.eval("document.querySelector('.strip').offsetHeight").await;

        say(&li, "我在电梯里").await;
        li.see(waiting).await;
        assert_eq!(li.eval("document.querySelector('.strip').offsetHeight").await, height, "{language}");
    }
}

#[tokio::test]
async fn what_somebody_had_begun_is_not_the_next_ones_in_the_same_tab() {
    let Some(mut meeting) = Meeting::with(at_one_address()).await else { return };
    let tab = meeting.phone("li", "李娜").await;
    let vote = json!({ "question": "去哪里?", "options": ["山", "海", "湖"], "max_choices": 2 });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    tab.tap(".choice", "海").await;
    tab.fill("#say", "还没写完").await;
    meeting.host.kill().await;
    say_and_leave(&tab, "我在电梯里").await;
    meeting.host.restart().await;
    let comes_in = async |id: &str, name: &str| {
        tab.sign_in(id, name, "zh-Hans").await;
        tab.open(&format!("/c/{}", meeting.room.number)).await;
        tab.wait_for("document.querySelector('.choice') && document.getElementById('say')", "the room").await;
    };
    let said = async || {
        let entries = meeting.wang.journal(&meeting.room.number).await;
        entries.into_iter().find(|entry| entry["text"] == "我在电梯里")
    };

    comes_in("zhang", "张敏").await;
    say(&tab, "大家好").await;
    tab.wait_for("document.querySelector('.message[data-seq]') && !document.querySelector('.unsent')", "it is said")
        .await;
    assert_eq!(said().await, None, "nobody says it in their name");
    let begun = "[document.getElementById('say').value, document.querySelectorAll('.choice input:checked').length]";
    assert_eq!(tab.eval(begun).await, json!(["", 0]), "nothing is begun");

    comes_in("li", "李娜").await;
    tab.see("我在电梯里").await;
    tab.wait_for("!document.querySelector('.unsent')", "it is said").await;
    tab.wait_for("document.querySelector('.choice input:checked')", "what was picked").await;
    assert_eq!(tab.eval(begun).await, json!(["还没写完", 1]));
    assert_eq!(said().await.expect("it was said")["from"]["id"], "li");
}

/// The page's one large button that is there to be tapped.
const CAN_GRAB: &str = "document.querySelector('.form button:enabled')?.innerText.includes('抢红包')";

/// A packet whose shares are 2.00 each, as soon as the phone can take one.
async fn packet(meeting: &Meeting, tab: &Tab) -> Activity {
    let packet = json!({ "total_cents": 1000, "shares": 5, "mode": "equal", "greeting": "新年快乐" });
    let packet = meeting.wang.open(&meeting.room.number, "red-packet", packet).await;
    tab.wait_for(CAN_GRAB, "the packet").await;
    packet
}

/// A tap on a packet whose command the tab holds back, now and after each reload: the packet, and what is held.
async fn hold_a_tap(meeting: &Meeting, tab: &Tab, room: &str) -> (Activity, Value) {
    tab.before_each_page(HOLD).await;
    tab.open(room).await;
    let packet = packet(meeting, tab).await;
    tab.tap(".form button", "抢红包").await;
    tab.see("发送中").await;
    let held = tab.eval("held").await;
    assert_eq!(held.as_array().map(Vec::len), Some(1), "{held}");
    (packet, held)
}

/// `lines` has every line of a page. Over one that `isDead` nothing goes and nothing comes, and over one that `isSlow` no reply
/// comes, which nobody tells the page; `signs` counts the signs of life that come all the same.
const DEAF: &str = "globalThis.lines = []; globalThis.signs = 0; const Plain = WebSocket; \
                    globalThis.WebSocket = class extends Plain { \
                    constructor(address, kind) { super(address, kind); lines.push(this); \
                    this.addEventListener('message', (event) => { const { type } = JSON.parse(event.data); \
                    if (this.isSlow && type === 'alive') signs += 1; \
                    if (this.isDead || (this.isSlow && type === 'reply')) event.stopImmediatePropagation(); }); } \
                    send(text) { if (!this.isDead) super.send(text); } };";

#[tokio::test]
async fn a_line_that_has_died_without_a_word_is_left_as_soon_as_a_tap_waits() {
    // Long before this server would be missed by itself the story is over.
    let silent =
        Launch::new().set("limits.socket.ping_interval_ms", 600_000).set("limits.socket.idle_timeout_ms", 1_200_000);
    let Some(meeting) = Meeting::with(silent).await else { return };
    let li = meeting.phone("li", "李娜").await;
    li.before_each_page(DEAF).await;
    li.open(&format!("/c/{}", meeting.room.number)).await;
    let packet = packet(&meeting, &li).await;

    li.eval("lines.forEach((line) => (line.isDead = true))").await;
    li.tap(".form button", "抢红包").await;

    li.see("2.00").await;
    assert_eq!(li.eval("lines.length").await, json!(2), "one more line");
    let report = meeting.wang.report(&packet).await;
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(1), "one share: {report}");
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn a_server_that_takes_its_time_and_gives_signs_of_life_is_waited_for() {
    let launch = Launch::new().set("limits.socket.ping_interval_ms", 1_000);
    let Some(meeting) = Meeting::with(launch).await else { return };
    let li = meeting.phone("li", "李娜").await;
    li.before_each_page(DEAF).await;
    li.open(&format!("/c/{}", meeting.room.number)).await;
    let packet = packet(&meeting, &li).await;

    li.eval("lines.forEach((line) => (line.isSlow = true))").await;
    li.tap(".form button", "抢红包").await;

    // One comes each second at the soonest: so long a line may not be silent.
    li.wait_for("signs > 12", "signs of life").await;
    assert_eq!(li.eval("lines.length").await, json!(1), "the same line");
    let report = meeting.wang.report(&packet).await;
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(1), "one share: {report}");
    meeting.ends_without_complaints(&[&li]);
}

/// What the tab keeps of actions that were not answered.
const KEPT: &str = "Object.keys(sessionStorage).filter((name) => name.startsWith('hezi.under.')).length";

/// In every page from now on actions are held back, until `release` lets them out; `held` has them as they were to be sent.
const HOLD: &str = "globalThis.held = []; const Plain = WebSocket; globalThis.WebSocket = class extends Plain { \
                    send(text) { if (JSON.parse(text).type !== 'act') return super.send(text); \
                    if (!held.includes(text)) held.push(text); globalThis.release = () => super.send(text); } };";

#[tokio::test]
async fn a_tap_without_a_server_is_made_once_also_after_a_reload() {
    let Some(mut meeting) = Meeting::with(at_one_address()).await else { return };
    let li = meeting.phone("li", "李娜").await;
    let packet = packet(&meeting, &li).await;

    meeting.host.kill().await;
    li.tap(".form button", "抢红包").await;
    li.see("联网后自动发送").await;
    // The page is gone before the server is back: it is the next one that keeps its word.
    li.leave().await;
    meeting.host.restart().await;
    li.open(&format!("/c/{}", meeting.room.number)).await;

    li.see("2.00").await;
    li.wait_for(&format!("{KEPT} === 0"), "nothing is kept of what was answered").await;
    let report = meeting.wang.report(&packet).await;
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(1), "one share: {report}");
}

#[tokio::test]
async fn an_action_without_an_answer_is_under_way_after_a_reload_as_the_same_command() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let room = format!("/c/{}", meeting.room.number);
    let (packet, first) = hold_a_tap(&meeting, &li, &room).await;

    li.open(&room).await;
    li.see("发送中").await;
    assert_eq!(li.eval("held").await, first, "the same command");

    li.eval("release()").await;
    li.see("2.00").await;
    li.wait_for(&format!("{KEPT} === 0"), "nothing is kept of what was answered").await;
    li.open(&room).await;
    li.see("2.00").await;
    assert_eq!(li.eval("held").await, json!([]), "what was answered is not sent again");
    let report = meeting.wang.report(&packet).await;
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(1), "one share: {report}");
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn an_action_without_an_answer_is_nobody_elses_and_ends_with_its_activity() {
    let Some(meeting) = Meeting::begin().await else { return };
    let tab = meeting.phone("li", "李娜").await;
    let room = format!("/c/{}", meeting.room.number);
    let (packet, first) = hold_a_tap(&meeting, &tab, &room).await;

    tab.sign_in("zhang", "张敏", "zh-Hans").await;
    tab.open(&room).await;
    tab.wait_for(CAN_GRAB, "a packet that nobody here has tapped").await;
    assert_eq!(tab.eval("held").await, json!([]), "nobody taps in their name");

    tab.sign_in("li", "李娜", "zh-Hans").await;
    tab.open(&room).await;
    tab.see("发送中").await;
    assert_eq!(tab.eval("held").await, first, "it is theirs");

    // The page is gone before the packet is: none but the next one hears of it.
    tab.open("/").await;
    meeting.wang.close(&packet).await;
    tab.open(&room).await;
    tab.wait_for("document.querySelector('.stage-head .pill:not(.live)')", "a packet that is over").await;
    assert_eq!(tab.eval(&format!("[held.length, {KEPT}]")).await, json!([0, 0]), "nothing is sent, and nothing kept");
    let report = meeting.wang.report(&packet).await;
    assert_eq!(report["rows"], json!([]), "{report}");
    meeting.ends_without_complaints(&[&tab]);
}

/// Says something that cannot be sent, has the line half full again, and goes elsewhere in the same tab.
async fn say_and_leave(tab: &Tab, text: &str) {
    let draft = tab.eval("document.getElementById('say').value").await;
    tab.eval("document.getElementById('say').select()").await;
    say(tab, text).await;
    tab.see("还没有发出").await;
    tab.fill("#say", draft.as_str().expect("a text")).await;
    tab.leave().await;
}

#[tokio::test]
async fn a_page_becomes_that_of_whoever_has_signed_in_while_it_was_without_a_network() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let other = meeting.chromium.another_tab(&li, &meeting.host, PHONE.0, PHONE.1).await;
    li.set_network(Network::Off).await;
    li.see("网络断开了").await;
    say(&li, "我在电梯里").await;
    li.see("还没有发出").await;
    other.sign_in("zhang", "张敏", "zh-Hans").await;

    li.set_network(Network::On).await;

    li.wait_for("document.querySelector('#page')?.dataset.me === 'zhang'", "the page of who is signed in").await;
    li.see("人在线").await;
    say(&li, "大家好").await;
    li.wait_for("document.querySelector('.message[data-seq]') && !document.querySelector('.unsent')", "it is said")
        .await;
    let entries = meeting.wang.journal(&meeting.room.number).await;
    let said = entries.iter().filter(|entry| entry["kind"] == "chat").map(|entry| &entry["text"]);
    assert_eq!(said.collect::<Vec<_>>(), ["大家好"], "what was said before is not theirs");
}

#[tokio::test]
async fn that_the_line_is_lost_and_back_is_read_out_once_each() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    listen(&li).await;

    li.set_network(Network::Off).await;
    li.wait_for("heard.length > 0", "it is lost").await;
    li.set_network(Network::On).await;

    let both = "heard.join('；') === '网络断开了，正在重新连接…；网络恢复了'";
    li.wait_for(both, "it is lost, and it is back").await;
}

#[tokio::test]
async fn one_line_is_opened_whichever_script_comes_first() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let count = "globalThis.lines = []; const Plain = WebSocket; globalThis.WebSocket = class extends Plain { \
                 constructor(address, kind) { super(address, kind); lines.push(address); } };";
    li.before_each_page(count).await;

    for _ in 0..3 {
        li.open(&format!("/c/{}", meeting.room.number)).await;
        li.see("人在线").await;
        say(&li, "在").await;
        li.wait_for("!document.querySelector('.unsent') && document.querySelector('.message') !== null", "it was said")
            .await;
        let lines = li.eval("lines").await;
        assert_eq!(lines.as_array().map(Vec::len), Some(1), "{lines}");
    }
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn nothing_is_said_of_a_room_before_it_is_there_but_who_waits_sees_the_page() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let silent = "globalThis.WebSocket = class extends EventTarget { \
                  constructor(address) { super(); Object.assign(this, { url: address, readyState: 0 }); } close() {} send() {} }; \
                  new MutationObserver(() => { if (document.querySelector('.composer')) globalThis.drawnMs ??= performance.now(); }) \
                  .observe(document, { childList: true, subtree: true });";
    li.before_each_page(silent).await;

    li.open(&format!("/c/{}", meeting.room.number)).await;
    li.see(&meeting.room.number).await;
    li.see("连接中").await;
    let drawn_ms = li.eval("drawnMs").await.as_f64().expect("a time");
    assert!(drawn_ms >= 1_000.0, "an empty room was drawn after {drawn_ms} ms");
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn two_tabs_of_one_person_are_one_person() {
    let Some(meeting) = Meeting::begin().await else { return };
    let one = meeting.phone("li", "李娜").await;
    let other = meeting.chromium.another_tab(&one, &meeting.host, PHONE.0, PHONE.1).await;
    other.open(&format!("/c/{}", meeting.room.number)).await;
    other.see("人在线").await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;

    one.tap(".choice", "面").await;
    one.see("你的选择：面").await;
    // The other tab learns of it with the next view, or is told why its own tap does not count.
    other.wait_for("/你的选择：面|已经投过/.test(document.body.innerText)", "the other tab knows").await;

    let report = meeting.wang.report(&vote).await;
    assert_eq!(report["rows"].as_array().map(Vec::len), Some(1), "{report}");
    meeting.ends_without_complaints(&[&one, &other]);
}

#[tokio::test]
async fn a_meeting_that_ends_becomes_its_record() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    say(&li, "再见").await;
    li.see("再见").await;

    meeting.wang.end(&meeting.room.number).await;

    li.see("会议已经结束").await;
    li.open(&format!("/c/{}", meeting.room.id)).await;
    li.see("再见").await;
    li.see("会议已经结束").await;
    assert_eq!(li.eval("document.getElementById('say') === null").await, json!(true), "there is nothing to write in");
}
