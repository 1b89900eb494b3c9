//! The administrators' page beside other administrators, and over time: what is removed elsewhere, a session that ends, looks that
//! were missed, and a log in which one looks for something.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hezi_tests::{Launch, Tab, guest};
use serde_json::{Value, json};

use super::Meeting;
use crate::plugins::newer;

async fn begin() -> Option<(Meeting, Tab)> {
    let meeting = Meeting::with(Launch::new().set("admin.users", json!(["wang"]))).await?;
    let wang = meeting.chromium.tab(&meeting.host, 1100, 900).await;
    wang.sign_in("wang", "王伟", "zh-Hans").await;
    Some((meeting, wang))
}

/// Presses a button on the card of a plugin.
async fn tap_on_card(tab: &Tab, plugin: &str, button: &str) {
    let press = format!(
        "(() => {{ const card = [...document.querySelectorAll('.plugins > .card')].find((one) => one.innerText.includes({})); \
         const found = [...(card?.querySelectorAll('button') ?? [])].find((one) => one.innerText === {}); \
         found?.click(); return Boolean(found); }})()",
        json!(plugin),
        json!(button)
    );
    tab.wait_for(&press, button).await;
}

/// Chooses a component to upload.
async fn choose(tab: &Tab, file: &str, component: &[u8]) {
    let choose = format!(
        "(() => {{ const bytes = Uint8Array.from(atob({}), (one) => one.charCodeAt(0)); const given = new DataTransfer(); \
         given.items.add(new File([bytes], {})); const input = document.querySelector('input[type=file]:enabled'); \
         if (!input) return false; input.files = given.files; input.dispatchEvent(new Event('change')); return true; }})()",
        json!(STANDARD.encode(component)),
        json!(file)
    );
    tab.wait_for(&choose, "where a file is chosen").await;
}

async fn sign_out(tab: &Tab) {
    let status = tab.eval("fetch('/auth/logout', { method: 'POST' }).then((answer) => answer.status)").await;
    assert_eq!(status, json!(200));
}

#[tokio::test]
async fn what_is_opened_closes_when_somebody_removes_it_elsewhere() {
    let Some((meeting, wang)) = begin().await else { return };
    let administrator = meeting.host.administrator();
    administrator.upload(guest("tally")).await.ok(201);
    wang.open("/admin").await;
    tap_on_card(&wang, "tally", "日志").await;
    wang.wait_for("document.querySelector('.log')", "the log").await;

    administrator.post_empty("/api/admin/plugins/tally/disable").await.ok(200);
    administrator.delete("/api/admin/plugins/tally/0.1.0").await.ok(200);

    wang.see("已被删除").await;
    wang.wait_for("!document.querySelector('.log, .refusal, [aria-expanded=true]')", "nothing is open").await;
    // The looks go on.
    administrator.post_empty("/api/admin/plugins/vote/disable").await.ok(200);
    wang.see("停用了 投票").await;
    assert_eq!(wang.eval("document.querySelector('.refusal')").await, Value::Null);
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn a_session_that_ends_takes_nobody_away_from_what_they_have_begun() {
    let Some((meeting, wang)) = begin().await else { return };
    let administrator = meeting.host.administrator();
    administrator.upload(guest("tally")).await.ok(201);
    administrator.upload_inactive(guest("tally-next")).await.ok(201);
    wang.open("/admin").await;
    wang.tap(".version button", "试用").await;
    wang.wait_for("document.querySelector('form.trial')", "the form").await;

    sign_out(&wang).await;
    wang.tap(".trial button", "在自己的会议里开始").await;
    wang.wait_for("document.querySelector('.trial .refusal')?.innerText.includes('请先登录')", "why it was not").await;
    wang.see("登录已过期").await;
    let leads = "document.querySelector('.signed-out a')?.getAttribute('href') === '/auth/login?return_to=/admin'";
    wang.wait_for(leads, "the way to sign in again").await;
    assert_ne!(wang.eval("document.querySelector('form.trial')").await, Value::Null, "what was begun is still there");

    let elsewhere = meeting.chromium.another_tab(&wang, &meeting.host, 1100, 900).await;
    elsewhere.sign_in("wang", "王伟", "zh-Hans").await;
    wang.wait_for("!document.querySelector('.signed-out')", "they go on").await;
    wang.tap(".trial button", "在自己的会议里开始").await;
    wang.wait_for("location.pathname.startsWith('/c/')", "a meeting of their own").await;
    meeting.ends_with_complaints_of("401", &[&wang]);
}

#[tokio::test]
async fn a_question_that_outlives_the_session_is_answered_and_told_so() {
    let Some((meeting, wang)) = begin().await else { return };
    wang.open("/admin").await;
    tap_on_card(&wang, "vote", "停用").await;
    wang.wait_for("document.querySelector('dialog.question')", "the question").await;

    sign_out(&wang).await;
    wang.see("登录已过期").await;
    wang.tap("dialog.question button", "停用").await;
    wang.see("请先登录").await;
    choose(&wang, "a.wasm", b"no component").await;
    wang.wait_for("document.querySelector('.verdict')?.innerText === '请先登录'", "what became of the upload").await;
    assert_eq!(wang.eval("location.pathname").await, json!("/admin"), "it stays to be read");
    meeting.ends_with_complaints_of("401", &[&wang]);
}

#[tokio::test]
async fn whoever_only_looks_is_led_to_sign_in_again() {
    let Some((meeting, wang)) = begin().await else { return };
    wang.open("/admin").await;
    wang.wait_for("document.querySelector('.figure')", "the page").await;

    sign_out(&wang).await;

    wang.wait_for("location.pathname === '/auth/login'", "the page of sign-in").await;
    wang.fill("#name", "王伟").await;
    wang.fill("#id", "wang").await;
    wang.enter().await;
    wang.wait_for("location.pathname === '/admin'", "back again").await;
    meeting.ends_with_complaints_of("401", &[&wang]);
}

#[tokio::test]
async fn a_chart_has_its_points_at_their_times_and_nothing_where_nobody_looked() {
    let Some(meeting) = Meeting::begin().await else { return };
    // No page with modules of its own: what draws is there once a page.
    let wang = meeting.chromium.tab(&meeting.host, 1100, 900).await;
    wang.open("/assets/build").await;
    let build = meeting.build().await;
    let script = format!(
        "(async () => {{ const from = '/assets/{build}/'; const {{ chart }} = await import(from + 'admin/chart.js'); \
         const {{ readMetrics, pointOf }} = await import(from + 'admin/metrics.js'); \
         const {{ render }} = await import(from + 'vendor/lit-html/lit-html.js'); \
         const at = (s) => new Date(2026, 10, 26, 10, 0, s).getTime(); \
         const box = document.createElement('div'); const values = [[0, 1], [5, 2], [60, 4], [65, null], [70, 4], [75, 2], [100, 0]]; \
         render(chart(values.map(([s, value]) => ({{ at: at(s), value }}))), box); \
         const drawn = [...box.querySelectorAll('polyline')].map((one) => one.getAttribute('points').split(' ').map((point) => point.split(',')[0]).join(' ')); \
         const dots = [...box.querySelectorAll('circle')].map((one) => one.getAttribute('cx')).join(' '); \
         const look = (s, calls) => readMetrics(`hezi_plugin_calls_total{{}} ${{calls}}`, at(s)); \
         const rate = (to) => pointOf(look(to, 30), look(0, 20)).calls; \
         return [drawn.join(' | '), dots, box.querySelector('span').textContent, rate(5), rate(60)]; }})()"
    );

    let drawn = wang.eval(&script).await;

    assert_eq!(drawn[0], "0.0 6.0 | 84.0 90.0", "two lines, each where its time is: {drawn}");
    assert_eq!(drawn[1], "72.0 120.0", "what stands alone: {drawn}");
    assert!(drawn[2].as_str().is_some_and(|span| span.starts_with("10:00") && span.ends_with("10:01")), "{drawn}");
    assert_eq!((&drawn[3], &drawn[4]), (&json!(2), &Value::Null), "nobody knows what was while nobody looked: {drawn}");
    meeting.ends_with_complaints_of("/favicon.ico", &[&wang]);
}

#[tokio::test]
async fn the_log_is_looked_through_by_plugin_and_by_who_did_it() {
    let Some((meeting, wang)) = begin().await else { return };
    let administrator = meeting.host.administrator();
    for _ in 0..30 {
        administrator.post_empty("/api/admin/plugins/vote/disable").await.ok(200);
        administrator.post("/api/admin/plugins/vote/activate", &json!({ "version": "0.1.0" })).await.ok(200);
        administrator.post_empty("/api/admin/plugins/quiz/disable").await.ok(200);
        administrator.post("/api/admin/plugins/quiz/activate", &json!({ "version": "0.1.0" })).await.ok(200);
    }
    wang.open("/admin").await;
    const LINES: &str = "[...document.querySelectorAll('.audit li')].map((one) => one.innerText)";
    let choose = async |name: &str, value: &str| {
        let set = format!(
            "(() => {{ const field = document.querySelector('.audit-choice [name={name}]'); if (!field) return false; \
             field.value = {}; field.dispatchEvent(new Event('change')); return true; }})()",
            json!(value)
        );
        wang.wait_for(&set, name).await;
    };
    wang.wait_for(&format!("{LINES}.length === 50"), "the newest lines").await;

    choose("plugin", "vote").await;
    wang.wait_for(&format!("{LINES}.length === 50 && {LINES}.every((one) => one.includes('投票'))"), "what fits").await;
    wang.tap("button", "更早的记录").await;
    wang.wait_for(&format!("{LINES}.length === 61 && {LINES}.every((one) => one.includes('投票'))"), "all of it").await;
    choose("who", "插件文件夹").await;
    wang.wait_for(&format!("{LINES}.length === 1 && {LINES}[0].includes('插件文件夹')"), "by the folder").await;
    choose("who", "nobody").await;
    wang.see("没有符合条件的记录").await;
    // It stays so over the next look.
    administrator.post_empty("/api/admin/plugins/vote/disable").await.ok(200);
    wang.wait_for("document.querySelector('.plugins').innerText.includes('已停用')", "another look").await;
    assert_eq!(wang.eval(&format!("{LINES}.length")).await, json!(0));
    choose("who", "").await;
    wang.wait_for(&format!("{LINES}[0].includes('停用了 投票')"), "the newest that fits").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn a_log_has_its_times_to_the_second_and_its_newest_line_first() {
    let Some((meeting, wang)) = begin().await else { return };
    let administrator = meeting.host.administrator();
    administrator.upload(guest("hostile")).await.ok(201);
    let activity = meeting.wang.open(&meeting.room.number, "hostile", json!({})).await;
    for _ in 0..2 {
        meeting.wang.act(&activity, json!({ "do": "nothing", "traces": true })).await;
    }
    let shown = administrator.get("/api/admin/plugins/hostile").await.ok(200);
    let log = shown["versions"][0]["log"].as_array().expect("a log").clone();
    assert!(log.len() >= 2, "{shown}");
    let newest_first: Vec<String> = log.iter().rev().map(|line| line["at_ms"].to_string()).collect();

    wang.open("/admin").await;
    tap_on_card(&wang, "hostile", "日志").await;
    wang.wait_for("document.querySelector('.log time')", "when it was").await;

    let times = "[...document.querySelectorAll('.log time')].map((one) => String(Date.parse(one.dateTime)))";
    assert_eq!(wang.eval(times).await, json!(newest_first));
    let told = "[...document.querySelectorAll('.log li')].every((one) => /\\d\\d:\\d\\d:\\d\\d 0\\.1\\.0 warn act: left traces/.test(one.innerText))";
    assert_eq!(wang.eval(told).await, json!(true), "{}", wang.eval("document.querySelector('.log').innerText").await);
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn what_is_uploaded_takes_the_place_of_a_version_in_use_only_after_a_question() {
    let Some((meeting, wang)) = begin().await else { return };
    let administrator = meeting.host.administrator();
    let active = async || administrator.get("/api/admin/plugins/tally").await.ok(200)["active"].clone();
    let asked = |words: &str| format!("document.querySelector('dialog.question')?.innerText.includes('{words}')");
    wang.open("/admin").await;
    // Nobody uses it yet: there is nothing to ask.
    choose(&wang, "tally.wasm", &guest("tally")).await;
    wang.see("tally 0.1.0 已通过检查，现在使用中").await;
    meeting.wang.open(&meeting.room.number, "tally", json!({})).await;

    choose(&wang, "tally.wasm", &guest("tally-next")).await;
    wang.wait_for(&asked("代替使用中的 0.1.0？1 个进行中的活动会换过去"), "what would move").await;
    assert_eq!(active().await, json!("0.1.0"), "nothing is done before the answer");
    wang.tap("dialog.question button", "取消").await;
    wang.see("tally 0.2.0 已通过检查，尚未启用").await;
    assert_eq!(active().await, json!("0.1.0"));
    choose(&wang, "tally.wasm", &guest("tally-next")).await;
    wang.tap("dialog.question button", "启用").await;
    wang.see("tally 0.2.0 已通过检查，现在使用中").await;
    assert_eq!(active().await, json!("0.2.0"));

    choose(&wang, "tally.wasm", &guest("tally")).await;
    wang.wait_for(&asked("比使用中的 0.2.0 旧"), "that it is a step back").await;
    wang.tap("dialog.question button", "退回 0.1.0").await;
    wang.see("tally 0.1.0 已通过检查，现在使用中").await;
    assert_eq!(active().await, json!("0.1.0"));
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn what_is_out_of_service_stands_first_and_a_step_back_before_the_same_once_more() {
    let launch = Launch::new().set("admin.users", json!(["wang"])).set("limits.quarantine.conferences", 1);
    let Some(meeting) = Meeting::with(launch).await else { return };
    let administrator = meeting.host.administrator();
    administrator.upload(guest("tally")).await.ok(201);
    administrator.upload(guest("hostile")).await.ok(201);
    administrator.upload(newer(&guest("hostile"))).await.ok(201);
    let hostile = meeting.wang.open(&meeting.room.number, "hostile", json!({ "do": {} })).await;
    for _ in 0..5 {
        meeting.wang.try_act(&hostile, json!({ "do": "trap" })).await.problem(503, "plugin_fault");
    }
    let wang = meeting.chromium.tab(&meeting.host, 1100, 900).await;
    wang.sign_in("wang", "王伟", "zh-Hans").await;
    wang.open("/admin").await;

    wang.see("1 个插件因故障停用").await;
    let first = "document.querySelector('.plugins > .card')";
    wang.wait_for(&format!("{first}.innerText.includes('hostile')"), "it stands first").await;
    wang.tap(".out-of-service a", "").await;
    wang.wait_for(&format!("document.activeElement === {first}.querySelector('h3')"), "the way there").await;
    let back = format!(
        "[...{first}.querySelectorAll('button')].map((one) => one.innerText).filter((one) => /退回|启用/.test(one)).join()"
    );
    assert_eq!(wang.eval(&back).await, json!("退回 0.1.0,启用,启用"));
    wang.tap(".version button", "启用").await;
    let why = "/插件崩溃了.*故障 5 次/.test(document.querySelector('dialog.question')?.innerText)";
    wang.wait_for(why, "why it was taken out of service").await;
    wang.tap("dialog.question button", "取消").await;

    wang.tap(".version button", "退回 0.1.0").await;
    wang.tap("dialog.question button", "退回 0.1.0").await;
    wang.wait_for("!document.querySelector('.out-of-service')", "it is in service again").await;
    meeting.ends_without_complaints(&[&wang]);
}

/// From when it is told so the page has another build to go to, and hears of it without much delay; how often is counted.
const ANOTHER_BUILD: &str = "{ const { fetch: ask, setInterval: every } = globalThis; globalThis.looks = 0; \
     globalThis.setInterval = (look, ms) => every(look, ms === 30_000 ? 100 : ms); \
     globalThis.fetch = async (...asked) => { if (asked[0] !== '/assets/build' || !globalThis.isOld) return ask(...asked); \
     looks += 1; return Response.json({ build: 'another' }); }; }";

#[tokio::test]
async fn a_new_build_waits_until_a_verdict_was_read_and_leaves_what_was_set() {
    let Some((meeting, wang)) = begin().await else { return };
    wang.before_each_page(ANOTHER_BUILD).await;
    wang.open("/admin").await;
    wang.tap(".uploads .tick input", "").await;
    choose(&wang, "tally.wasm", &guest("tally")).await;
    wang.see("tally 0.1.0 已通过检查，尚未启用").await;

    wang.eval("globalThis.isOld = true").await;
    wang.wait_for("looks > 1", "the page hears of it again and again").await;
    assert_eq!(wang.eval("isOld && document.querySelectorAll('.verdict').length").await, json!(1), "it can be read");
    wang.tap(".uploads button", "关闭").await;

    wang.wait_for("!globalThis.isOld && document.querySelector('.uploads')", "the page anew").await;
    choose(&wang, "tally.wasm", &guest("tally-next")).await;
    wang.see("tally 0.2.0 已通过检查，尚未启用").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn each_button_says_whose_it_is_and_the_cursor_stays_at_its_plugin() {
    let Some((meeting, wang)) = begin().await else { return };
    let administrator = meeting.host.administrator();
    administrator.upload(guest("tally")).await.ok(201);
    administrator.upload_inactive(guest("tally-next")).await.ok(201);
    wang.open("/admin").await;
    wang.wait_for("document.querySelectorAll('.version').length > 2", "the plugins").await;
    let names = "[...document.querySelectorAll('.plugins button')].map((one) => one.ariaLabel ?? one.innerText)";
    let twice = format!("{names}.filter((one, at, all) => all.indexOf(one) < at)");
    assert_eq!(wang.eval(&twice).await, json!([]));
    let of_tally = "[...document.querySelectorAll('.plugins > .card')].find((one) => one.innerText.includes('tally'))";
    let mine = format!("[...{of_tally}.querySelectorAll('button')].map((one) => one.ariaLabel).join('；')");
    let said = wang.eval(&mine).await;
    let said = said.as_str().expect("names");
    assert!(
        said.contains("tally 0.2.0") && said.starts_with("启用：") && said.contains("；日志：Tally tally；"),
        "{said}"
    );

    for (button, done) in [("启用", "退回 0.1.0"), ("停用", "已停用")] {
        let find = format!("[...{of_tally}.querySelectorAll('button')].find((one) => one.innerText === '{button}')");
        wang.eval(&format!("{find}.focus()")).await;
        wang.enter().await;
        // Nothing is done before somebody has said so.
        wang.tap("dialog.question button", button).await;
        wang.wait_for(&format!("{of_tally}.innerText.includes('{done}')"), done).await;
        let at_its_head = format!("document.activeElement === {of_tally}.querySelector('h3')");
        wang.wait_for(&at_its_head, "the cursor at the head of the plugin").await;
    }
    meeting.ends_without_complaints(&[&wang]);
}
