//! What does not work, on the pages: a sentence in the reader's language and a way on, whatever was wrong.

use hezi_tests::{Launch, guest};
use serde_json::json;

use super::{Meeting, PHONE, say};

#[tokio::test]
async fn a_locked_door_and_a_full_room_say_so_and_let_people_try_again() {
    let Some(meeting) = Meeting::begin().await else { return };
    let path = meeting.room.path("");
    let li = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    li.sign_in("li", "李娜", "zh-Hans").await;
    for (closed, sentence, opened) in [
        (json!({ "locked": true }), "会议已锁定", json!({ "locked": false })),
        (json!({ "members_max": 1 }), "会议人数已满", json!({ "members_max": null })),
    ] {
        meeting.wang.request("PATCH", &path).json(&closed).send().await.ok(200);
        li.open(&format!("/c/{}", meeting.room.number)).await;
        li.see(sentence).await;
        assert_eq!(li.eval("document.querySelectorAll('main .chip').length").await, json!(2), "the languages");
        assert_eq!(li.eval("document.querySelector('main').offsetWidth").await, json!(PHONE.0), "as wide as there is");
        let wall = meeting.chromium.another_tab(&li, &meeting.host, PHONE.0, PHONE.1).await;
        wall.open(&format!("/screen/{}", meeting.room.number)).await;
        // A screen takes nobody's place, so a full room has one all the same.
        wall.see(if closed["locked"] == true { sentence } else { &meeting.room.number }).await;
        assert_eq!(
            wall.eval("document.querySelector('.tabular')?.innerText ?? ''")
                .await
                .as_str()
                .map(|text| text.contains("共 2 人")),
            Some(false)
        );
        meeting.wang.request("PATCH", &path).json(&opened).send().await.ok(200);
        li.tap("main button", "再试一次").await;
        li.see("人在线").await;
        let leave =
            format!("fetch('{}', {{ method: 'POST' }}).then((answer) => answer.status)", meeting.room.path("/leave"));
        assert_eq!(li.eval(&leave).await, json!(200));
    }
}

#[tokio::test]
async fn a_muted_member_a_pasted_picture_and_a_dead_number_are_told_why() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;

    let paste = "(() => { const data = new DataTransfer(); \
         data.items.add(new File([new Uint8Array(3)], 'a.png', { type: 'image/png' })); \
         document.getElementById('say').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); })()";
    li.eval(paste).await;
    li.see("这里只能发送文字").await;
    meeting.wang.post(&meeting.room.path("/mutes"), &json!({ "member": "li" })).await.ok(200);
    li.see("你已被禁言；活动照常可以参加").await;
    meeting.ends_without_complaints(&[&li]);

    li.open("/c/00000").await;
    li.wait_for("document.querySelector('main a[href=\"/\"]')", "the way home").await;
}

#[tokio::test]
async fn a_page_that_is_not_there_says_why_in_the_language_that_was_chosen_and_leads_on() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;

    li.open("/c/00000").await;
    li.see("没有这个会议，请核对会议号").await;
    li.tap(".chip", "English").await;
    li.see("No meeting has this number. Please check it").await;
    li.open("/nowhere").await;
    li.see("to be found at `/nowhere`").await;
    li.open(&format!("/c/{}/nowhere", meeting.room.number)).await;
    li.tap("main a", "Back to the meeting").await;

    li.wait_for("document.querySelector('#say')", "the room").await;
    meeting.ends_with_complaints_of("404", &[&li]);
}

#[tokio::test]
async fn a_closed_door_says_which_way_is_open() {
    let Some(meeting) = Meeting::begin().await else { return };
    let path = meeting.room.path("");
    meeting.wang.request("PATCH", &path).json(&json!({ "private": true })).send().await.ok(200);
    let li = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    li.sign_in("li", "李娜", "zh-Hans").await;

    for page in ["c", "screen"] {
        li.open(&format!("/{page}/{}", meeting.room.number)).await;
        li.see("这是私密会议，请用会议链接或二维码进入").await;
    }
    li.tap("main a", "首页").await;
    li.see("加入会议").await;
    li.open("/auth/callback?code=a&state=b").await;
    li.see("不经过企业微信").await;
    assert_eq!(li.eval("document.querySelectorAll('main a').length").await, json!(1), "no sign-in that is not there");

    // The page of a sign-in that failed at WeCom, as the server would give it.
    let about = json!({ "problem": { "zh-Hans": { "code": "denied", "detail": "登录没有完成" } }, "return_to": "/c/00042?key=k" });
    let given = format!(
        "new MutationObserver(() => {{ const page = document.getElementById('page'); if (page) page.dataset.about = {}; }}) \
         .observe(document, {{ childList: true, subtree: true }})",
        json!(about.to_string())
    );
    li.before_each_page(&given).await;
    li.open("/auth/callback?code=a&state=b").await;
    let leads_on =
        "document.querySelector('main a')?.getAttribute('href') === '/auth/login?return_to=%2Fc%2F00042%3Fkey%3Dk'";
    li.wait_for(leads_on, "the way to sign in again, and on to the meeting").await;
}

#[tokio::test]
async fn two_organizers_press_the_same_button_and_it_happens_once() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, wang) = (meeting.phone("li", "李娜").await, meeting.tab("wang", "王伟", PHONE).await);
    meeting.wang.post(&meeting.room.path("/organizers"), &json!({ "member": "li" })).await.ok(200);
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.draft(&meeting.room.number, "vote", vote).await;
    for phone in [&li, &wang] {
        phone.tap("header button", "主持").await;
        phone.wait_for("document.querySelector('.queue-item .button')", "the draft").await;
    }

    let press = "document.querySelector('.queue-item .button').click()";
    tokio::join!(li.eval(press), wang.eval(press));

    for phone in [&li, &wang] {
        phone.wait_for("document.querySelector('.stage .pill.live')", "the vote is open").await;
    }
    let journal = meeting.wang.journal(&meeting.room.number).await;
    let opened = journal.iter().filter(|entry| entry["change"] == "opened").count();
    assert_eq!(opened, 1, "it was opened once: {journal:?}");
}

#[tokio::test]
async fn a_browser_that_refuses_to_keep_anything_takes_part() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    li.sign_in("li", "李娜", "zh-Hans").await;
    let refuse = "for (const name of ['localStorage', 'sessionStorage']) \
         Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } })";
    li.before_each_page(refuse).await;

    li.open(&format!("/c/{}", meeting.room.number)).await;
    li.wait_for("document.querySelector('#say')", "the room").await;
    say(&li, "没有存储也行").await;

    li.wait_for("document.querySelector('[data-seq]')?.innerText.includes('没有存储也行')", "it was said").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn another_language_changes_the_views_of_plugins_too() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.see("投票人数").await;

    li.tap("header button[aria-label=更多]", "").await;
    li.tap("#more .chip", "English").await;
    li.tap(".choice", "面").await;

    li.see("You chose: 面").await;
    li.see("Voters").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn an_activity_out_of_service_says_so_and_the_meeting_goes_on() {
    let launch = Launch::new().set("limits.quarantine.conferences", 1);
    let Some(meeting) = Meeting::with(launch).await else { return };
    let (user, number) = (&meeting.wang, &meeting.room.number);
    meeting.host.administrator().upload(guest("hostile")).await.ok(201);
    let (li, wang) = (meeting.phone("li", "李娜").await, meeting.tab("wang", "王伟", PHONE).await);
    let hostile = user.open(number, "hostile", json!({ "do": {} })).await;
    for _ in 0..5 {
        user.try_act(&hostile, json!({ "do": "trap" })).await.problem(503, "plugin_fault");
    }
    wang.see("这个活动出了故障").await;
    wang.tap("header button", "主持").await;
    let tile = "[...document.querySelectorAll('.tile')].find((one) => one.innerText.includes('暂停'))?.disabled";
    wang.wait_for(tile, "nothing begins of a plugin that is out of service").await;
    wang.eval("document.querySelector('dialog[open]').close()").await;

    user.open(number, "vote", json!({ "question": "午饭吃什么?", "options": ["面", "饭"] })).await;
    li.tap(".choice", "面").await;

    li.see("你的选择：面").await;
    // Its view cannot be had.
    meeting.ends_with_complaints_of("503", &[&li, &wang]);
}

#[tokio::test]
async fn a_tap_that_came_too_late_is_told_so_though_its_ballot_is_gone() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;
    li.wait_for("document.querySelector('.choice')", "the ballot").await;

    let hold = "{ window.held = []; window.plain = WebSocket.prototype.send; \
                WebSocket.prototype.send = function (text) { held.push([this, text]); }; }";
    li.eval(hold).await;
    li.tap(".choice", "面").await;
    li.see("发送中").await;
    meeting.wang.close(&vote).await;
    li.see("投票已结束").await;
    li.eval("{ WebSocket.prototype.send = plain; for (const [line, text] of held) line.send(text); }").await;

    li.see("活动还没有开始，或者已经结束").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn a_form_of_forty_fields_is_drawn_and_refused_beside_the_field() {
    let Some(meeting) = Meeting::begin().await else { return };
    // No page with modules of its own: what draws is there once a page.
    let li = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    li.open("/assets/build").await;
    let build = meeting.build().await;
    let script = format!(
        "(async () => {{ const {{ SchemaForm }} = await import('/assets/{build}/schema/form.js'); \
         const {{ render }} = await import('/assets/{build}/vendor/lit-html/lit-html.js'); \
         const names = Array.from({{ length: 40 }}, (_, at) => `field_${{at}}`); \
         const properties = Object.fromEntries(names.map((name) => [name, {{ type: 'string' }}])); \
         const form = new SchemaForm({{ type: 'object', properties, required: names }}, () => {{}}); \
         const box = document.createElement('div'); form.refuse({{ code: 'invalid', message: 'no', fields: [{{ pointer: '/config/field_39', detail: 'too long' }}] }}); render(form.template(), box); \
         return [box.querySelectorAll('input, textarea').length, box.querySelector('#config-field_39-refusal').textContent]; }})()"
    );

    assert_eq!(li.eval(&script).await, json!([40, "too long"]));
    meeting.ends_with_complaints_of("/favicon.ico", &[&li]);
}

#[tokio::test]
async fn whoever_was_not_there_is_told_so_of_a_meeting_that_is_over_and_led_home() {
    let Some(meeting) = Meeting::begin().await else { return };
    meeting.wang.open(&meeting.room.number, "rating", json!({ "subject": "讲得怎么样", "min": 1, "max": 5 })).await;
    meeting.wang.end(&meeting.room.number).await;
    let zhou = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    zhou.sign_in("zhou", "周敏", "zh-Hans").await;

    zhou.open(&format!("/c/{}", meeting.room.id)).await;

    zhou.see("会议记录只给当时在会议里的人看").await;
    let shown = zhou.eval("document.body.innerText").await;
    let shown = shown.as_str().expect("a text");
    assert!(!shown.contains("没有进行中的活动") && !shown.contains("还没有人说话"), "nothing false: {shown}");
    zhou.tap("main a", "首页").await;
    zhou.wait_for("location.pathname === '/'", "home").await;
    meeting.ends_without_complaints(&[&zhou]);
}

#[tokio::test]
async fn a_panel_that_does_not_load_says_so_and_comes_when_it_can() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    wang.sign_in("wang", "王伟", "zh-Hans").await;
    wang.call("Network.setBlockedURLs", json!({ "urls": ["*/room.panel.js"] })).await;
    wang.open(&format!("/c/{}", meeting.room.number)).await;
    wang.see("人在线").await;
    wang.tap("header button", "主持").await;
    wang.see("这里没有载入").await;

    for at in 1..=8 {
        let rating = json!({ "subject": format!("第 {at} 场"), "min": 1, "max": 5 });
        meeting.wang.open(&meeting.room.number, "rating", rating).await;
    }
    wang.see("第 8 场").await;
    let asked = "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/room.panel.js')).length";
    let asked = wang.eval(asked).await;
    assert!(asked.as_u64().is_some_and(|asked| asked < 20), "not with each change, and less and less often: {asked}");

    wang.call("Network.setBlockedURLs", json!({ "urls": [] })).await;
    wang.tap("#organize button", "再试一次").await;
    wang.see("词云").await;
    assert!(!wang.complaints().iter().any(|one| one.contains("Uncaught")), "{:?}", wang.complaints());
    // Chromium reports what did not load.
    meeting.ends_with_complaints_of("room.panel.js", &[&wang]);
}
