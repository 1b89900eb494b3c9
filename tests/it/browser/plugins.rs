//! A plugin that nobody knew, pushed while a meeting runs; and the administrators' page that pushes one.

use hezi_tests::guest;
use serde_json::json;

use super::{Meeting, PHONE};

#[tokio::test]
async fn a_plugin_pushed_during_the_meeting_is_used_in_the_page() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    wang.tap("header button", "主持").await;
    wang.see("投票").await;
    wang.tap("#organize .sheet-head button", "").await;
    meeting.host.administrator().upload(guest("tally")).await.ok(201);

    // The page is the one of before: whoever opens the panel sees what there is now.
    wang.tap("header button", "主持").await;
    let plugins = meeting.wang.get("/api/plugins").await.ok(200);
    let tally =
        plugins["plugins"].as_array().expect("plugins").iter().find(|plugin| plugin["name"] == "tally").cloned();
    let title = tally.expect("the plugin is there")["title"].as_str().expect("a title").to_owned();
    wang.tap(".tile", &title).await;
    wang.tap("#organize button", "立即开始").await;

    li.wait_for("document.querySelector('.stage .pill.live')", "the activity is on the stage").await;
    meeting.ends_without_complaints(&[&wang, &li]);
}

#[tokio::test]
async fn a_block_of_an_unknown_kind_is_shown_as_its_plain_text() {
    let Some(meeting) = Meeting::begin().await else { return };
    // No page with modules of its own: what draws is there once a page.
    let li = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    li.open("/assets/build").await;
    let build = meeting.build().await;

    let script = format!(
        "(async () => {{ const {{ drawBlocks }} = await import('/assets/{build}/blocks.js'); \
         const {{ render }} = await import('/assets/{build}/vendor/lit-html/lit-html.js'); \
         const box = document.createElement('div'); const around = {{ watchOnly: true, activity: 'a', now: () => 0 }}; \
         render(drawBlocks([{{ type: 'hologram', plain: '三维的饼图' }}, {{ type: 'constructor' }}, {{ type: 'notice', tone: 'warning', text: '注意' }}], around), box); \
         return box.innerText; }})()"
    );
    let shown = li.eval(&script).await;

    assert!(shown.as_str().is_some_and(|shown| shown.contains("三维的饼图") && shown.contains("注意")), "{shown}");
    meeting.ends_with_complaints_of("/favicon.ico", &[&li]);
}

#[tokio::test]
async fn an_administrator_sees_versions_and_switches_one_off() {
    let launch = hezi_tests::Launch::new().set("admin.users", json!(["wang"]));
    let Some(meeting) = Meeting::with(launch).await else { return };
    let wang = meeting.chromium.tab(&meeting.host, 1100, 900).await;
    wang.sign_in("wang", "王伟", "zh-Hans").await;
    wang.open("/admin").await;

    wang.see("rating").await;
    wang.see("评分").await;
    wang.tap(".digest summary", "…").await;
    wang.wait_for("/[0-9a-f]{64}/.test(document.querySelector('.digest[open]')?.innerText)", "the whole digest").await;
    wang.tap(".card button", "停用").await;
    wang.tap("dialog.question button", "停用").await;
    wang.see("已停用").await;
    wang.open("/admin").await;
    let keeps = "(() => { const off = [...document.querySelectorAll('.card')].find((one) => one.innerText.includes('已停用')); \
                 const title = off.querySelector('h3 span').innerText; \
                 return /^[^a-z]+$/.test(title) && document.querySelector('.audit').innerText.includes(`停用了 ${title}`); })()";
    wang.wait_for(keeps, "what is switched off keeps its title").await;
    let li = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    li.sign_in("li", "李娜", "en").await;
    li.open("/admin").await;

    li.see("This is for administrators").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn an_administrator_tries_a_version_that_is_not_active() {
    let launch = hezi_tests::Launch::new().set("admin.users", json!(["wang"]));
    let Some(meeting) = Meeting::with(launch).await else { return };
    let administrator = meeting.host.administrator();
    administrator.upload(guest("tally")).await.ok(201);
    administrator.upload_inactive(guest("tally-next")).await.ok(201);
    let wang = meeting.chromium.tab(&meeting.host, 1100, 900).await;
    wang.sign_in("wang", "王伟", "zh-Hans").await;
    wang.open("/admin").await;

    wang.see("管理令牌").await;
    wang.wait_for("/上传了 .*0\\.2\\.0/.test(document.querySelector('.audit').innerText)", "the audit in Chinese")
        .await;
    wang.tap(".version button", "试用").await;
    wang.tap(".trial button", "在自己的会议里开始").await;

    wang.wait_for("/试用 .*0\\.2\\.0/.test(document.querySelector('h1').innerText)", "a meeting of their own").await;
    wang.wait_for("document.querySelector('.stage .pill.live')", "the activity is on the stage").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn a_step_back_says_where_it_goes_and_is_not_offered_forward() {
    let launch = hezi_tests::Launch::new().set("admin.users", json!(["wang"]));
    let Some(meeting) = Meeting::with(launch).await else { return };
    let administrator = meeting.host.administrator();
    administrator.upload(guest("tally")).await.ok(201);
    administrator.upload(guest("tally-next")).await.ok(201);
    let wang = meeting.chromium.tab(&meeting.host, 1100, 900).await;
    wang.sign_in("wang", "王伟", "zh-Hans").await;
    wang.open("/admin").await;

    wang.tap(".card button", "退回 0.1.0").await;
    wang.wait_for("document.querySelector('dialog.question').innerText.includes('0.1.0')", "the question").await;
    wang.tap("dialog.question button", "退回 0.1.0").await;

    wang.wait_for("document.querySelector('.audit').innerText.includes('退回到 0.1.0')", "it was done").await;
    let offered = "[...document.querySelectorAll('.card button')].some((one) => one.innerText.includes('退回'))";
    wang.wait_for(&format!("!{offered}"), "nothing that would go forward again").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn the_verdict_of_the_gate_and_the_figures_are_read_in_ones_own_language() {
    let launch = hezi_tests::Launch::new().set("admin.users", json!(["wang"]));
    let Some(meeting) = Meeting::with(launch).await else { return };
    let wang = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    wang.sign_in("wang", "王伟", "zh-Hans").await;
    wang.open("/admin").await;
    wang.wait_for("document.querySelectorAll('.figure').length === 6", "the figures").await;

    let choose = "(() => { const given = new DataTransfer(); given.items.add(new File(['no component'], 'a.wasm')); \
                  const input = document.querySelector('input[type=file]'); input.files = given.files; \
                  input.dispatchEvent(new Event('change')); })()";
    wang.eval(choose).await;

    wang.see("未通过检查：这不是 WebAssembly 文件。").await;
    wang.see("上传了一个组件，未通过检查：这不是 WebAssembly 文件。").await;
    // Chromium reports the refusal.
    meeting.ends_with_complaints_of("422", &[&wang]);
}
