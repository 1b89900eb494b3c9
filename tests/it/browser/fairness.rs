//! Fairness in the hand: the page computes a draw again from what everybody was told, and says so where it does not fit.

use std::collections::HashSet;

use hezi_tests::{Activity, Tab};
use serde_json::{Value, json};

use super::Meeting;

/// What is spread in time, so that phones do not all ask at the same moment, comes as early as it may.
const AT_ONCE: &str = "Math.random = () => 0, true";

/// The page has what is there to be compared, folded.
async fn see_proof(tab: &Tab, what: &str) {
    let has = format!("document.querySelector('.stage-body details')?.textContent.includes({})", json!(what));
    tab.wait_for(&has, what).await;
}

/// What `checkDraw` says of a draw with one thing changed.
async fn verdict(tab: &Tab, build: &str, activity: &str, path: &str, change: &str) -> Value {
    let script = format!(
        "(async () => {{ const {{ checkDraw, drawOf }} = await import('/assets/{build}/fairness/draw.js'); \
         const {{ entries }} = await (await fetch('{path}/journal?limit=1000')).json(); \
         const draw = drawOf(entries, '{activity}'); {change}; return checkDraw(draw, false); }})()"
    );
    tab.eval(&script).await
}

/// What the page says of an activity after a change to what it is shown.
async fn said(tab: &Tab, build: &str, activity: &Activity, conference: &str, change: &str) -> Value {
    let script = format!(
        "(async () => {{ const {{ verdict }} = await import('/assets/{build}/fairness/verdict.js'); \
         const call = async (method, path) => (await fetch(path, {{ method }})).json(); \
         const meeting = {{ path: '{conference}', me: await call('GET', '/api/me'), hezi: {{ call }} }}; \
         const activity = await call('GET', '{}'); const blocks = activity.view.blocks; \
         {change}; return verdict(meeting, activity); }})()",
        activity.path("")
    );
    tab.eval(&script).await
}

#[tokio::test]
async fn a_draw_is_computed_again_and_a_false_one_is_called_out() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, room) = (&meeting.wang, &meeting.room);
    let li = meeting.phone("li", "李娜").await;
    for name in ["zhang", "zhao", "äpfel", "陈"] {
        meeting.host.person(name, name).await.join(&room.number).await;
    }
    let prizes = json!([{ "name": "手机", "count": 1 }, { "name": "茶", "count": 2 }]);
    let lottery = wang.open(&room.number, "lottery", json!({ "title": "年终大奖", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 2, "entropy": "3 5 1" } })).await;
    let drawn = wang.act(&lottery, json!({ "draw": { "prize": "手机", "count": 1, "entropy": "骰子" } })).await;
    let absent = drawn.reply["winners"][0]["id"].clone();
    wang.act(&lottery, json!({ "redraw": { "winner": absent } })).await;
    wang.close(&lottery).await;

    li.see("已结束").await;
    li.wait_for("document.querySelector('.stage')", "the stage").await;
    let all = format!("/c/{}", room.number);
    li.open(&all).await;
    li.see("年终大奖").await;

    let build = meeting.build().await;
    let path = room.path("");
    let fits = verdict(&li, &build, &lottery.id, &path, "").await;
    assert_eq!(fits, json!({ "fits": true, "reason": "", "picks": 4, "pool": 5 }));
    for (change, reason) in [
        ("draw.seed = '00' + draw.seed.slice(2)", "seed"),
        ("draw.pool = draw.pool.slice(1)", "pool"),
        ("draw.wins[2].id = draw.wins[0].id", "winner"),
    ] {
        let said = verdict(&li, &build, &lottery.id, &path, change).await;
        assert_eq!((&said["fits"], &said["reason"]), (&json!(false), &json!(reason)), "{change}: {said}");
    }
    // Another entropy may well draw the same person out of four; not each of twelve.
    let mut reasons = HashSet::new();
    for other in 0..12 {
        let said = verdict(&li, &build, &lottery.id, &path, &format!("draw.wins[1].entropy = 'other {other}'")).await;
        reasons.insert(said["reason"].as_str().expect("a reason").to_owned());
    }
    assert!(reasons.contains("winner"), "{reasons:?}");
}

#[tokio::test]
async fn a_page_that_names_others_than_were_drawn_is_called_out() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, room) = (&meeting.wang, &meeting.room);
    let li = meeting.phone("li", "李娜").await;
    for name in ["zhang", "zhao", "孙"] {
        meeting.host.person(name, name).await.join(&room.number).await;
    }
    let prizes = json!([{ "name": "手机", "count": 1 }, { "name": "雨伞", "count": 1 }]);
    let lottery = wang.open(&room.number, "lottery", json!({ "title": "年终大奖", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    // Whoever was not there has not won, whatever was drawn first.
    let absent =
        wang.act(&lottery, json!({ "draw": { "prize": "手机", "count": 1 } })).await.reply["winners"][0].clone();
    let first = wang.act(&lottery, json!({ "redraw": { "winner": absent["id"] } })).await.reply["winners"][0].clone();
    let entropy = format!("区块 {}", "ab".repeat(32));
    let draw = json!({ "draw": { "prize": "雨伞", "count": 1, "entropy": entropy } });
    let second = wang.act(&lottery, draw).await.reply["winners"][0].clone();
    wang.close(&lottery).await;

    let (build, path) = (meeting.build().await, room.path(""));
    let fits = said(&li, &build, &lottery, &path, "").await;
    assert_eq!(fits["fits"], json!(true), "{fits}");
    for winner in [&first, &second] {
        assert!(
            fits["text"].as_str().is_some_and(|text| text.contains(winner["name"].as_str().expect("a name"))),
            "{fits}"
        );
    }
    let person = "blocks.find(({ type }) => type === 'people').items[0]";
    let hash = "blocks.find(({ type, text }) => type === 'text' && /[0-9a-f]{64}/.test(text))";
    for (change, told) in [
        (format!("Object.assign({person}, {absent})"), absent["name"].as_str().expect("a name")),
        (format!("Object.assign({person}, {second})"), second["name"].as_str().expect("a name")),
        (format!("{person}.name = '老板'"), "老板"),
        ("blocks.push({ type: 'people', items: [{ id: 'boss', name: '老板' }] })".into(), "老板"),
        ("blocks.find(({ type }) => type === 'celebration').text = '恭喜 老板 获得雨伞'".into(), "老板"),
        (format!("{hash}.text = {hash}.text.replace(/[0-9a-f]{{64}}/, 'ab'.repeat(32))"), "承诺"),
        (format!("blocks.splice(blocks.indexOf({hash}), 1)"), "承诺"),
        (format!("sessionStorage.setItem('hezi.digests.{}', 'cd'.repeat(32))", lottery.id), "承诺"),
    ] {
        let said = said(&li, &build, &lottery, &path, &change).await;
        let text = said["text"].as_str().unwrap_or_default();
        assert!(said["fits"] == json!(false) && text.contains(told), "{change}: {said}");
    }
}

#[tokio::test]
async fn a_draw_of_who_is_online_is_checked_by_who_was() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, room) = (&meeting.wang, &meeting.room);
    let li = meeting.phone("li", "李娜").await;
    let zhao = meeting.phone("zhao", "赵敏").await;
    li.eval(AT_ONCE).await;
    meeting.host.person("away", "不在线").await.join(&room.number).await;
    let prizes = json!([{ "name": "茶", "count": 1 }]);
    let lottery = wang.open(&room.number, "lottery", json!({ "title": "抽茶", "prizes": prizes })).await;
    see_proof(&li, "种子承诺").await;
    wang.act(&lottery, json!({ "freeze": { "who": "online" } })).await;
    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 1 } })).await;
    wang.close(&lottery).await;

    // Whoever was there to the end need not ask; whoever comes afterwards does.
    zhao.see("已结束").await;
    zhao.open(&format!("/c/{}", room.number)).await;
    zhao.tap(".stage button", "核对公平性").await;
    for tab in [&li, &zhao] {
        tab.see("本机用 2 人的名单").await;
        let said = tab.eval("document.querySelector('.notice-success')?.innerText ?? ''").await;
        assert!(said.as_str().is_some_and(|said| said.contains('✓')), "{said}");
    }
    meeting.ends_without_complaints(&[&li, &zhao]);
}

#[tokio::test]
async fn a_pool_of_several_pages_is_looked_at_and_checked() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, room) = (&meeting.wang, &meeting.room);
    let li = meeting.phone("li", "李娜").await;
    let mut online = Vec::new();
    for n in 0..410 {
        let user = meeting.host.person(&format!("p{n:03}"), &format!("第{n}位")).await.join(&room.number).await;
        online.push(user.connect(&room.number).await);
    }
    let prizes = json!([{ "name": "茶", "count": 3 }]);
    let lottery = wang.open(&room.number, "lottery", json!({ "title": "抽茶", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": { "who": "online" } })).await;

    li.tap(".stage .tabs button", "名单（411 人）").await;
    li.see("第 1 至 200 位").await;
    li.see("李娜").await;
    const SCROLLED: &str = "document.querySelector('.stage-body').scrollTop";
    let end = format!("({SCROLLED} = 1e6, {SCROLLED})");
    assert!(li.eval(&end).await.as_f64() > Some(0.0), "the page is longer than the stage");
    li.tap(".stage .tabs button", "下一页").await;
    li.see("第 201 至 400 位").await;
    li.wait_for(&format!("{SCROLLED} === 0"), "the beginning of the page").await;
    li.tap(".stage .tabs button", "下一页").await;
    li.see("第409位").await;
    li.tap(".stage .tabs button", "抽奖").await;
    li.see("已抽 0/3").await;

    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 3 } })).await;
    wang.close(&lottery).await;
    li.see("已结束").await;
    li.tap(".stage button", "核对公平性").await;
    li.see("本机用 411 人的名单").await;

    wang.end(&room.number).await;
    li.see("会议已经结束").await;
    li.tap(".stage .tabs button", "名单（411 人）").await;
    li.see("第 1 至 200 位").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn a_packet_with_a_wrong_sum_or_order_is_called_out() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, room) = (&meeting.wang, &meeting.room);
    let li = meeting.phone("li", "李娜").await;
    let packet = json!({ "total_cents": 1000, "shares": 4, "mode": "lucky", "greeting": "新年快乐" });
    let packet = wang.open(&room.number, "red-packet", packet).await;
    for name in ["zhang", "zhao", "孙"] {
        let member = meeting.host.person(name, name).await.join(&room.number).await;
        member.act(&packet, json!({ "grab": {} })).await;
    }
    wang.close(&packet).await;

    let (build, path) = (meeting.build().await, packet.path(""));
    for (change, reason) in [
        ("", ""),
        ("split.shares[0] += 1", "commitment"),
        ("split.total += 1", "total"),
        ("split.grabbed[1] += 1", "order"),
        ("split.from = 1", "order"),
    ] {
        let script = format!(
            "(async () => {{ const {{ splitIn }} = await import('/assets/{build}/fairness/published.js'); \
             const {{ checkSplit }} = await import('/assets/{build}/fairness/split.js'); \
             const activity = await (await fetch('{path}')).json(); const split = splitIn(activity.view.blocks); \
             {change}; const {{ reason }} = await checkSplit(split); return [split.grabbed.length, reason]; }})()"
        );
        assert_eq!(li.eval(&script).await, json!([3, reason]), "{change}");
    }
}

#[tokio::test]
async fn a_member_checks_a_packet_in_the_page() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let packet = json!({ "total_cents": 1000, "shares": 7, "mode": "lucky", "greeting": "新年快乐" });
    let vote = json!({ "question": "午饭?", "options": ["面", "饭"] });
    meeting.wang.open(&meeting.room.number, "vote", vote).await;
    let packet = meeting.wang.open(&meeting.room.number, "red-packet", packet).await;
    see_proof(&li, "拆分承诺").await;
    li.tap(".stage-others .link", "").await;
    meeting.wang.close(&packet).await;

    // What the tab saw of it outlives the page.
    li.open(&format!("/c/{}", meeting.room.number)).await;
    li.tap(".stage button", "全部").await;
    li.tap("#past button", "核对公平性").await;

    li.see("核对无误").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn a_packet_that_was_exchanged_is_called_out_by_whoever_saw_the_first() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let li = meeting.phone("li", "李娜").await;
    let packet = |greeting: &str| json!({ "total_cents": 1000, "shares": 7, "mode": "lucky", "greeting": greeting });
    let other = wang.open(number, "red-packet", packet("另一个")).await;
    wang.close(&other).await;
    let opened = wang.open(number, "red-packet", packet("新年快乐")).await;
    li.see("新年快乐").await;
    see_proof(&li, "拆分承诺").await;
    wang.close(&opened).await;
    see_proof(&li, "随机数").await;
    let late = meeting.phone("late", "迟到").await;

    let (build, path) = (meeting.build().await, meeting.room.path(""));
    let exchanged = format!("activity.view = (await call('GET', '{}')).view", other.path(""));
    // All fits of the other one, too: that it is not the first, only whoever saw that can tell.
    for (tab, change, fits, told) in [
        (&li, "", json!(true), "核对无误"),
        (&li, &*exchanged, json!(false), "承诺不是当初公布的"),
        (&late, "", json!(null), "无法确认"),
        (&late, &*exchanged, json!(null), "无法确认"),
    ] {
        let said = said(tab, &build, &opened, &path, change).await;
        let text = said["text"].as_str().unwrap_or_default();
        assert!(said["fits"] == fits && text.contains(told), "{change}: {said}");
    }
    meeting.ends_without_complaints(&[&li, &late]);
}

#[tokio::test]
async fn a_false_winner_is_called_out_above_the_draw_to_whoever_looks_on() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = &meeting.wang;
    let li = meeting.phone("li", "李娜").await;
    let prizes = json!([{ "name": "茶", "count": 1 }]);
    let lottery = wang.open(&meeting.room.number, "lottery", json!({ "title": "抽茶", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    let exchanged = "for (const { type, items } of body.view?.blocks ?? []) \
                     if (type === 'people') items[0] = { id: 'boss', name: '老板' };";
    let lie = format!(
        "const plain = fetch; globalThis.fetch = async (...asked) => {{ const answer = await plain(...asked); \
         if (!String(asked[0]).endsWith('/activities/{}')) return answer; \
         const body = await answer.json(); {exchanged} return Response.json(body); }}, true",
        lottery.id
    );
    li.eval(&format!("{AT_ONCE}; {lie}")).await;
    see_proof(&li, "种子承诺").await;

    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 1 } })).await;
    wang.close(&lottery).await;

    // Nobody has asked.
    let misfit = "document.querySelector('.stage .verdict.notice-alarm')";
    li.wait_for(&format!("{misfit}?.innerText.includes('老板')"), "that it does not fit").await;
    let is_above =
        "getBoundingClientRect().bottom <= document.querySelector('.stage .blocks').getBoundingClientRect().top";
    li.wait_for(&format!("{misfit}.{is_above}"), "it above what is false").await;
    meeting.ends_without_complaints(&[&li]);
}
