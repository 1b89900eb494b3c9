//! Fairness in the hand: the page computes a draw again from what everybody was told, and says so where it does not fit.

use std::collections::HashSet;

use hezi_tests::Tab;
use serde_json::{Value, json};

use super::Meeting;

/// What `checkDraw` says of a draw with one thing changed.
async fn verdict(tab: &Tab, build: &str, activity: &str, path: &str, change: &str) -> Value {
    let script = format!(
        "(async () => {{ const {{ checkDraw, drawOf }} = await import('/assets/{build}/fairness/draw.js'); \
         const {{ entries }} = await (await fetch('{path}/journal?limit=1000')).json(); \
         const draw = drawOf(entries, '{activity}'); {change}; return checkDraw(draw, false); }})()"
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
async fn a_draw_of_who_is_online_is_checked_by_who_was() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, room) = (&meeting.wang, &meeting.room);
    let li = meeting.phone("li", "李娜").await;
    let zhao = meeting.phone("zhao", "赵敏").await;
    meeting.host.person("away", "不在线").await.join(&room.number).await;
    let prizes = json!([{ "name": "茶", "count": 1 }]);
    let lottery = wang.open(&room.number, "lottery", json!({ "title": "抽茶", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": { "who": "online" } })).await;
    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 1 } })).await;
    wang.close(&lottery).await;

    for tab in [&li, &zhao] {
        tab.see("已结束").await;
        tab.tap(".stage button", "核对公平性").await;
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
    li.tap(".stage .tabs button", "下一页").await;
    li.see("第 201 至 400 位").await;
    li.tap(".stage .tabs button", "下一页").await;
    li.see("第409位").await;
    li.tap(".stage .tabs button", "抽奖").await;
    li.see("已抽 0/3").await;

    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 3 } })).await;
    wang.close(&lottery).await;
    li.see("已结束").await;
    li.tap(".stage button", "核对公平性").await;
    li.see("本机用 411 人的名单").await;
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
    li.tap(".stage-others .link", "").await;
    meeting.wang.close(&packet).await;

    li.tap(".stage button", "全部").await;
    li.tap("#past button", "核对公平性").await;

    li.see("核对无误").await;
    meeting.ends_without_complaints(&[&li]);
}
