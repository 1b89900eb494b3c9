//! What of an activity each person sees: their own view where it is another than everybody's, what was opened last, and what
//! they had begun to write.

use hezi_tests::Network;
use serde_json::{Value, json};

use super::{Meeting, PHONE, SMALL_PHONE, say};

#[tokio::test]
async fn a_host_keeps_what_only_hosts_can_do_when_somebody_asks() {
    let Some(meeting) = Meeting::begin().await else { return };
    let host = meeting.phone("wang", "王伟").await;
    let qa = meeting.wang.open(&meeting.room.number, "qa", json!({ "title": "问答" })).await;

    for (id, question) in [("li", "几点开饭?"), ("zhao", "在哪里?"), ("sun", "带什么?")] {
        let member = meeting.host.person(id, id).await.join(&meeting.room.number).await;
        member.act(&qa, json!({ "ask": { "text": question } })).await;
        host.see(question).await;
    }

    let buttons = "[...document.querySelectorAll('.note')].filter((note) => note.innerText.includes('置顶')).length";
    host.wait_for(&format!("{buttons} === 3"), "the host's buttons on each question").await;
    meeting.ends_without_complaints(&[&host]);
}

#[tokio::test]
async fn who_has_voted_sees_no_ballot_after_a_reload() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let sara = meeting.host.person("sara", "Sara").await.join(&meeting.room.number).await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.tap(".choice", "面").await;
    li.see("你的选择：面").await;

    li.open(&format!("/c/{}", meeting.room.number)).await;
    li.see("你的选择：面").await;
    sara.act(&vote, json!({ "choose": ["饭"] })).await;

    li.wait_for("[...document.querySelectorAll('.bar-figure')].at(1)?.textContent === '1 50%'", "both votes").await;
    li.see("你的选择：面").await;
    assert_eq!(li.eval("document.querySelectorAll('.choice').length").await, json!(0), "no ballot for who has voted");
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn what_was_opened_last_is_on_the_stage_and_the_wall_whatever_was_made_first() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, wall) = (meeting.phone("li", "李娜").await, meeting.wall().await);
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let vote = |question: &str| json!({ "question": question, "options": ["是", "否"] });
    let first = wang.draft(number, "vote", vote("先准备的?")).await;
    let second = wang.draft(number, "vote", vote("后准备的?")).await;

    let on_stage = |title: &str| format!("document.querySelector('#stage-title')?.innerText === '{title}'");
    for (activity, title) in [(&second, "后准备的?"), (&first, "先准备的?")] {
        wang.open_drafted(activity).await;
        li.wait_for(&on_stage(title), title).await;
        wall.wait_for(&format!("document.querySelector('.screen-activity')?.innerText.includes('{title}')"), title)
            .await;
    }
    li.open(&format!("/c/{number}")).await;
    li.wait_for(&on_stage("先准备的?"), "the same after a reload").await;
    meeting.ends_without_complaints(&[&li, &wall]);
}

#[tokio::test]
async fn what_comes_of_a_vote_stays_though_something_else_was_open_all_along() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, wall) = (meeting.phone("li", "李娜").await, meeting.wall().await);
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let qa = wang.open(number, "qa", json!({ "title": "问答" })).await;
    let hidden = json!({ "question": "午饭吃什么?", "options": ["面", "饭"], "results": "after_close" });
    let vote = wang.open(number, "vote", hidden).await;
    li.tap(".choice", "面").await;
    li.see("你的选择：面").await;
    wall.see("结果将在投票结束后公布").await;
    wang.close(&vote).await;

    let result = "document.querySelector('.blocks .bar-figure')?.innerText.startsWith('1')";
    let stays = async || {
        for tab in [&li, &wall] {
            tab.wait_for(result, "what came of it").await;
        }
    };
    stays().await;
    // More comes of what is open still, and is drawn: a message tells when.
    let sun = meeting.host.person("sun", "孙宇").await.join(number).await;
    sun.act(&qa, json!({ "ask": { "text": "几点开饭?" } })).await;
    let mut socket = sun.connect(number).await;
    socket.say("c1", "看结果").await.ok();
    for tab in [&li, &wall] {
        tab.see("看结果").await;
    }
    stays().await;
    li.wait_for("document.querySelector('.stage-others')?.innerText.includes('问答')", "the way to it").await;

    wang.open(number, "rating", json!({ "subject": "讲得怎么样", "min": 1, "max": 5, "step": 1 })).await;
    for (tab, place) in [(&li, "#stage-title"), (&wall, ".screen-activity")] {
        let newer = format!("document.querySelector('{place}')?.innerText.includes('讲得怎么样')");
        tab.wait_for(&newer, "what was opened since").await;
    }
    wang.close(&qa).await;
    let shown = "document.querySelector('.screen-activity')?.innerText.includes('几点开饭?')";
    wall.wait_for(shown, "what was closed last, on the wall").await;
    li.wait_for("!document.querySelector('.stage-others')", "it is over").await;
    li.wait_for("document.querySelector('#stage-title')?.innerText === '讲得怎么样'", "what they have in hand").await;
    meeting.ends_without_complaints(&[&li, &wall]);
}

#[tokio::test]
async fn what_somebody_began_to_ask_survives_a_reload() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.tab("li", "李娜", PHONE).await;
    meeting.wang.open(&meeting.room.number, "qa", json!({ "title": "问答" })).await;
    let field = ".stage-body textarea, .stage-body input:not([type=checkbox])";
    li.fill(field, "几点开").await;

    li.open(&format!("/c/{}", meeting.room.number)).await;
    li.fill(field, "饭?").await;

    let value = li.eval(&format!("document.querySelector({}).value", json!(field))).await;
    assert_eq!(value, Value::from("几点开饭?"));
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn what_was_prepared_begins_with_one_tap_below_the_stage() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (host, li) = (meeting.phone("wang", "王伟").await, meeting.phone("li", "李娜").await);
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let vote = |question: &str| json!({ "question": question, "options": ["是", "否"] });
    wang.draft(number, "vote", vote("接着的?")).await;
    wang.open(number, "vote", vote("开场的?")).await;
    li.see("开场的?").await;

    host.tap(".stage-host button", "下一个：接着的?").await;
    li.wait_for("document.querySelector('#stage-title')?.innerText === '接着的?'", "what is next").await;
    host.wait_for("!document.querySelector('.stage-next')", "nothing more is prepared").await;
    host.tap(".stage-host button", "结束").await;
    host.tap("dialog button", "结束").await;

    li.wait_for("document.querySelector('.stage .pill')?.innerText === '已结束'", "what came of it").await;
    li.tap(".stage-others button", "开场的?").await;
    li.wait_for("document.querySelector('#stage-title')?.innerText === '开场的?'", "what is open still").await;
    assert_eq!(li.eval("document.querySelectorAll('.stage-host').length").await, json!(0), "for hosts only");
    meeting.ends_without_complaints(&[&host, &li]);
}

#[tokio::test]
async fn an_answer_that_set_out_before_an_activity_was_closed_does_not_open_it_again() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    // No page with modules of its own: the view library may be there once.
    li.open("/assets/build").await;

    let script = format!(
        "(async () => {{ const {{ Meeting }} = await import('/assets/{}/room/meeting.js'); let answer; \
         const room = new EventTarget(); const asked = new Promise((done) => (room.asked = done)); \
         const call = () => (room.asked(), new Promise((done) => (answer = done))); \
         const meeting = new Meeting({{ room: () => room, call }}, 'c', () => {{}}); \
         const tell = (type, detail) => room.dispatchEvent(new CustomEvent(type, {{ detail }})); \
         const activity = (phase) => ({{ id: 'a', plugin: 'vote', version: '1.0.0', title: '午饭?', phase }}); \
         tell('event', {{ kind: 'activity', change: 'opened', seq: 7, activity: activity('open') }}); \
         await asked; \
         tell('event', {{ kind: 'activity', change: 'closed', seq: 9, activity: activity('closed') }}); \
         answer({{ ...activity('open'), as_of: 8, view: {{ blocks: [{{ type: 'text', text: '面' }}] }} }}); \
         await new Promise((done) => setTimeout(done)); \
         const {{ phase, view }} = meeting.activities.get('a'); return [phase, view.blocks[0].text]; }})()",
        meeting.build().await
    );
    assert_eq!(li.eval(&script).await, json!(["closed", "面"]));
    meeting.ends_with_complaints_of("/favicon.ico", &[&li]);
}

#[tokio::test]
async fn a_question_stands_above_its_choices_and_a_long_title_stands_once() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (host, li) = (meeting.phone("wang", "王伟").await, meeting.tab("li", "李娜", SMALL_PHONE).await);
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let question = json!({ "text": "首都在哪里?", "choices": ["北京", "南京"], "right": "北京" });
    wang.open(number, "quiz", json!({ "title": "地理", "questions": [question] })).await;
    host.tap(".stage-body button", "开始第 1 题").await;

    li.see("首都在哪里?").await;
    let above = |kind: &str| format!("document.querySelector('.stage-body {kind}').getBoundingClientRect().bottom");
    let ordered = format!(
        "{} < {} && {1} < document.querySelector('.choice').getBoundingClientRect().top",
        above(".heading"),
        above(".countdown")
    );
    li.wait_for(&ordered, "the question, its time, its choices").await;

    let long = "今年的年会在哪里办，大家一起想一想?";
    wang.open(number, "vote", json!({ "question": long, "options": ["山", "海"] })).await;
    li.see(long).await;
    let once = format!(
        "[...document.querySelectorAll('.stage *')].filter((one) => !one.children.length && one.innerText === '{long}' && one.clientWidth > 1).length === 1"
    );
    li.wait_for(&once, "the title, once").await;
    meeting.ends_without_complaints(&[&host, &li]);
}

#[tokio::test]
async fn a_card_stays_under_the_finger_that_presses_it() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, other) = (meeting.phone("li", "李娜").await, meeting.phone("other", "旁人").await);
    let qa = meeting.wang.open(&meeting.room.number, "qa", json!({ "title": "问答" })).await;
    let member = meeting.host.person("sun", "孙宇").await.join(&meeting.room.number).await;
    let guest = meeting.host.person("qian", "钱进").await.join(&meeting.room.number).await;
    for (asker, question) in [(&member, "几点开饭?"), (&guest, "在哪里?")] {
        asker.act(&qa, json!({ "ask": { "text": question } })).await;
        li.see(question).await;
    }
    let button = "[...document.querySelectorAll('.note')].find((one) => one.innerText.includes('在哪里?'))?.querySelector('button')";
    li.wait_for(button, "a button to agree").await;
    let place = format!(
        "(({{ x, y, width, height }}) => ({{ x: x + width / 2, y: y + height / 2 }}))({button}.getBoundingClientRect())"
    );
    let at = li.eval(&place).await;
    let press = |kind: &str| json!({ "type": kind, "x": at["x"], "y": at["y"], "button": "left", "clickCount": 1 });

    li.call("Input.dispatchMouseEvent", press("mousePressed")).await;
    member.act(&qa, json!({ "vote": { "question": 2 } })).await;
    other.wait_for("document.querySelector('.note')?.innerText.includes('在哪里?')", "the first one now").await;
    assert_eq!(li.eval(&place).await, at, "it has not moved");
    li.call("Input.dispatchMouseEvent", press("mouseReleased")).await;

    li.wait_for(&format!("{button}?.getAttribute('aria-pressed') === 'true'"), "it counts").await;
    li.wait_for("document.querySelector('.note').innerText.includes('在哪里?')", "and it is the first one").await;
    meeting.ends_without_complaints(&[&li, &other]);
}

#[tokio::test]
async fn what_comes_in_above_a_ballot_waits_for_the_finger_that_is_on_it() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wide = (1280, 800);
    let (li, zhao) = (meeting.phone("li", "李娜").await, meeting.tab("zhao", "赵敏", wide).await);
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;
    let place = "(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))\
                 (document.querySelector('.choice').getBoundingClientRect())";
    let press =
        |kind: &str, at: &Value| json!({ "type": kind, "x": at["x"], "y": at["y"], "button": "left", "clickCount": 1 });
    let mut held = Vec::new();
    for tab in [&li, &zhao] {
        tab.wait_for("document.querySelector('.choice')", "the ballot").await;
        tab.call("Input.dispatchMouseEvent", press("mousePressed", &tab.eval(place).await)).await;
        held.push((tab, tab.eval(place).await));
    }

    let notice = json!({ "text": "三点准时开始，请大家带上电脑" });
    meeting.wang.request("PUT", &meeting.room.path("/notice")).json(&notice).send().await.ok(200);
    let mut socket = meeting.wang.connect(&meeting.room.number).await;
    socket.say("c1", "看一下通知").await.ok();

    for (tab, at) in &held {
        // What was said after it is drawn already.
        tab.see("看一下通知").await;
        assert_eq!(&tab.eval(place).await, at, "it has not moved");
    }
    for (tab, at) in held {
        tab.call("Input.dispatchMouseEvent", press("mouseReleased", &at)).await;
        tab.see("你的选择：面").await;
        tab.see("三点准时开始").await;
    }
    let ballots = meeting.wang.report(&vote).await;
    assert_eq!(ballots["rows"].as_array().map(Vec::len), Some(2), "both are for it: {ballots}");
    meeting.ends_without_complaints(&[&li, &zhao]);
}

#[tokio::test]
async fn the_only_prize_is_chosen_already_and_a_grey_button_says_what_it_waits_for() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, host) = (meeting.phone("li", "李娜").await, meeting.tab("wang", "王伟", PHONE).await);
    let lottery = json!({ "title": "年终大奖", "prizes": [{ "name": "手机", "count": 1 }] });
    let lottery = meeting.wang.open(&meeting.room.number, "lottery", lottery).await;
    meeting.wang.act(&lottery, json!({ "freeze": { "who": "everyone" } })).await;

    host.wait_for("document.querySelector('.stage form .choice.picked')?.innerText.includes('手机')", "the prize")
        .await;
    host.tap(".stage form button", "抽奖").await;

    // Whose win it was that is drawn anew is a decision, also where there is one only.
    host.wait_for("document.querySelector('.stage form button:disabled')?.innerText === '缺席重抽'", "it waits").await;
    host.tap(".stage form .choice", "李娜").await;
    host.wait_for("!document.querySelector('.stage form button:disabled')", "the button can be pressed").await;

    let prizes = json!([{ "name": "手机", "count": 1 }, { "name": "雨伞", "count": 1 }]);
    let lottery = json!({ "title": "再来一次", "prizes": prizes });
    let lottery = meeting.wang.open(&meeting.room.number, "lottery", lottery).await;
    meeting.wang.act(&lottery, json!({ "freeze": { "who": "everyone" } })).await;
    host.see("还差：奖品").await;
    host.tap(".stage form .choice", "雨伞").await;
    host.wait_for("!document.querySelector('.stage form button:disabled')", "the button can be pressed").await;
    meeting.ends_without_complaints(&[&li, &host]);
}

#[tokio::test]
async fn what_cannot_be_undone_is_asked_before_it_is_sent() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, host) = (meeting.phone("li", "李娜").await, meeting.tab("wang", "王伟", PHONE).await);
    let lottery = json!({ "title": "年终大奖", "prizes": [{ "name": "手机", "count": 1 }] });
    let lottery = meeting.wang.open(&meeting.room.number, "lottery", lottery).await;
    let offers = async || {
        let seen = meeting.wang.look_at(&lottery).await.view["blocks"].clone();
        let forms = seen.as_array().into_iter().flatten().filter(|block| block["type"] == "form");
        forms.map(|form| form["id"].clone()).collect::<Vec<_>>()
    };

    host.tap(".stage form button", "冻结名单").await;
    host.wait_for("document.querySelector('dialog.question')?.innerText.includes('不能再更改')", "the question").await;
    host.tap("dialog.question button", "取消").await;
    host.wait_for("!document.querySelector('dialog[open]')", "the question is gone").await;
    assert_eq!(offers().await, ["freeze"], "whoever says no has done nothing");

    host.tap(".stage form button", "冻结名单").await;
    host.tap("dialog.question button", "冻结名单").await;
    // A draw is what everybody waits for, and can be followed by another.
    host.tap(".stage form button", "抽奖").await;
    host.wait_for("document.querySelector('.stage form button:disabled')?.innerText === '缺席重抽'", "it is drawn")
        .await;
    assert_eq!(offers().await, ["redraw"]);
    meeting.ends_without_complaints(&[&li, &host]);
}

#[tokio::test]
async fn what_a_page_asks_for_by_itself_is_nothing_that_waits_to_be_sent() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let hold = "{ globalThis.asked = 0; const plain = WebSocket.prototype.send; \
                WebSocket.prototype.send = function (text) { \
                if (JSON.parse(text).type === 'watch') asked += 1; else plain.call(this, text); }; }";
    li.before_each_page(hold).await;
    li.open(&format!("/c/{}", meeting.room.number)).await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    // Whoever has voted sees something else than everybody, and their page has that sent.
    li.tap(".choice", "面").await;
    li.see("你的选择：面").await;
    li.wait_for("asked > 0", "their own view").await;

    li.set_network(Network::Off).await;
    li.see("网络断开了，正在重新连接").await;
    say(&li, "我在电梯里").await;
    li.see("1 项操作联网后自动发送").await;
}
