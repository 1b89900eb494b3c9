//! What is drawn and won, in everybody's hand and on the wall.

use hezi_tests::{Activity, Tab};
use serde_json::json;

use super::{Meeting, PHONE};

/// From now on `wasSo` says whether this held for a moment at least.
fn noting(moment: &str) -> String {
    format!(
        "globalThis.wasSo = false, new MutationObserver(() => (globalThis.wasSo ||= Boolean({moment}))) \
         .observe(document.body, {{ childList: true, subtree: true, characterData: true }}), true"
    )
}

/// A page of the host, and a lottery of a first prize and three second ones, frozen, with four in its pool.
async fn frozen_lottery(meeting: &Meeting) -> (Tab, Activity) {
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    for n in 0..4 {
        meeting.host.person(&format!("p{n}"), &format!("第{n}位")).await.join(number).await;
    }
    let host = meeting.tab("wang", "王伟", PHONE).await;
    let prizes = json!([{ "name": "一等奖", "count": 1 }, { "name": "二等奖", "count": 3 }]);
    let lottery = wang.open(number, "lottery", json!({ "title": "年终大奖", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    (host, lottery)
}

#[tokio::test]
async fn winners_of_one_name_are_told_apart_in_every_hand_and_on_the_wall() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    for id in ["an-1", "an-2"] {
        meeting.host.person(id, "安宁").await.join(number).await;
    }
    let (wall, host) = (meeting.wall().await, meeting.tab("wang", "王伟", PHONE).await);
    let prizes = json!([{ "name": "茶", "count": 2 }, { "name": "伞", "count": 1 }]);
    let lottery = json!({ "title": "年终大奖", "prizes": prizes, "repeat_winners": true });
    let lottery = wang.open(number, "lottery", lottery).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    // She looks on, and is not in the pool.
    let li = meeting.phone("li", "李娜").await;
    li.see("已抽 0/2").await;
    let names =
        |kind: &str| format!("[...document.querySelectorAll('{kind}')].map((one) => one.innerText).sort().join()");

    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 2 } })).await;
    let both = "安宁 (an-1),安宁 (an-2)";
    wall.wait_for(&format!("{} === '{both}'", names(".winner")), "both, on the wall").await;
    li.wait_for(&format!("{} === '{both}'", names(".person-name")), "both, on a phone").await;
    let glad = "((said) => said.includes('安宁 (an-1)') && said.includes('安宁 (an-2)'))\
                (document.querySelector('.celebration')?.innerText ?? '')";
    li.wait_for(glad, "both, where they are congratulated").await;
    let offered = names("form[id$=redraw] .choice");
    host.wait_for(&format!("{offered} === '安宁 · 茶 (an-1),安宁 · 茶 (an-2)'"), "both, where one of them is chosen")
        .await;

    // One alone may be either.
    wall.wait_for("!document.querySelector('.roll, .appearing')", "the end of the first draw").await;
    wall.eval(&noting("document.querySelector('.roll-strip p:last-child')?.textContent.startsWith('安宁 (an-')")).await;
    wang.act(&lottery, json!({ "draw": { "prize": "伞", "count": 1 } })).await;
    let alone = format!("/^安宁 \\(an-[12]\\)$/.test({})", names(".winner"));
    wall.wait_for(&alone, "which of them").await;
    assert_eq!(wall.eval("wasSo").await, json!(true), "it was told by the roll, too");
    meeting.ends_without_complaints(&[&wall, &host, &li]);
}

#[tokio::test]
async fn nothing_is_added_to_names_that_differ() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let (li, sun) = (meeting.phone("li", "李娜").await, meeting.phone("sun", "孙宇").await);
    let prizes = json!([{ "name": "茶", "count": 2 }]);
    let lottery = wang.open(number, "lottery", json!({ "title": "年终大奖", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    wang.act(&lottery, json!({ "draw": { "prize": "茶", "count": 2 } })).await;
    for tab in [&li, &sun] {
        let names = "[...document.querySelectorAll('.person-name')].map((one) => one.textContent).sort().join()";
        tab.wait_for(&format!("{names} === ['李娜', '孙宇'].sort().join()"), "names alone").await;
    }
    meeting.ends_without_complaints(&[&li, &sun]);
}

#[tokio::test]
async fn a_draw_of_more_than_there_are_leads_to_the_field_and_says_how_many_are_left() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (host, _) = frozen_lottery(&meeting).await;
    host.see("二等奖（还有 3 个）").await;
    host.see("不能超过所选奖品剩下的个数").await;

    host.tap(".stage form .choice", "一等奖（还有 1 个）").await;
    const COUNT: &str = ".stage form input[type=number]";
    host.put(COUNT, "2").await;
    host.tap(".stage form button", "抽奖").await;

    host.see("“一等奖”只剩 1 个名额").await;
    let led = format!("document.activeElement.matches('{COUNT}') && document.activeElement.ariaInvalid === 'true'");
    host.wait_for(&led, "the cursor in the field that is to blame").await;
    let told = meeting.wang.journal(&meeting.room.number).await;
    assert!(!told.iter().any(|entry| entry["event"]["drawn"].is_object()), "nothing was drawn: {told:?}");
    host.put(COUNT, "1").await;
    host.tap(".stage form button", "抽奖").await;
    host.see("已抽 1/1").await;
    meeting.ends_without_complaints(&[&host]);
}

#[tokio::test]
async fn whoever_closes_a_lottery_is_told_what_is_left_of_its_prizes() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (host, lottery) = frozen_lottery(&meeting).await;
    let wang = &meeting.wang;
    wang.act(&lottery, json!({ "draw": { "prize": "二等奖", "count": 2 } })).await;
    host.see("已抽 2/3").await;

    let asked = "document.querySelector('dialog.question')?.innerText";
    host.tap(".stage-host button", "结束").await;
    host.wait_for(&format!("{asked}?.includes('目前：一等奖 已抽 0/1，二等奖 已抽 2/3。')"), "what is left").await;
    host.tap("dialog.question button", "取消").await;
    host.wait_for("!document.querySelector('dialog[open]')", "the question is gone").await;

    for (prize, count) in [("一等奖", 1), ("二等奖", 1)] {
        wang.act(&lottery, json!({ "draw": { "prize": prize, "count": count } })).await;
    }
    host.see("已抽 3/3").await;
    host.see("已抽 1/1").await;
    host.tap(".stage-host button", "结束").await;
    host.wait_for(&format!("{asked}?.includes('年终大奖') && !{asked}.includes('目前')"), "the usual question").await;
    meeting.ends_without_complaints(&[&host]);
}

#[tokio::test]
async fn nothing_rolls_for_who_has_won_by_what_they_knew() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let (wall, li) = (meeting.wall().await, meeting.phone("li", "李娜").await);
    let question = json!({ "text": "最长的河流?", "choices": ["长江", "黄河"], "right": "长江", "seconds": 60 });
    let quiz = wang.open(number, "quiz", json!({ "title": "知识竞赛", "questions": [question] })).await;
    wang.act(&quiz, json!({ "next": {} })).await;
    li.tap(".choice", "长江").await;
    li.see("你的答案").await;
    wang.act(&quiz, json!({ "stop": {} })).await;
    wall.eval(&noting("document.querySelector('.roll, .winner')")).await;
    li.eval(&noting("document.body.innerText.includes('正在揭晓')")).await;

    wang.close(&quiz).await;

    for tab in [&wall, &li] {
        tab.wait_for("document.querySelector('.celebration')?.innerText.includes('李娜')", "who has won").await;
        assert_eq!(tab.eval("wasSo").await, json!(false), "there was no draw");
    }
    meeting.ends_without_complaints(&[&wall, &li]);
}

#[tokio::test]
async fn what_is_there_to_be_compared_is_folded_below_everything_else_and_on_no_wall() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    let (wall, li) = (meeting.wall().await, meeting.phone("li", "李娜").await);
    let prizes = json!([{ "name": "茶", "count": 1 }]);
    let lottery = wang.open(number, "lottery", json!({ "title": "抽茶", "prizes": prizes })).await;
    wang.act(&lottery, json!({ "freeze": { "who": "everyone" } })).await;
    // Of what turns between two drawings a wall shows what is open.
    wall.see("抽茶").await;
    let packet = json!({ "total_cents": 1200, "shares": 12, "mode": "lucky", "greeting": "新年快乐" });
    let packet = wang.open(number, "red-packet", packet).await;
    wang.close(&packet).await;

    let hash = "/[0-9a-f]{64}/.test(document.body.innerText)";
    let shares = "/(\\d+,){9}/.test(document.body.innerText)";
    let folded = "document.querySelector('.stage .blocks > details:last-child:not([open]) summary')?.innerText";
    li.wait_for("document.querySelector('.stage')?.textContent.includes('随机数')", "all that is told at the end")
        .await;
    li.wait_for(&format!("{folded} === '核对用的数据'"), "what folds it").await;
    assert_eq!(
        li.eval(&format!("[{hash}, {shares}]")).await,
        json!([false, false]),
        "nothing pushes down what matters"
    );
    li.tap(".stage details summary", "核对用的数据").await;
    li.wait_for(&format!("{hash} && {shares}"), "all of it, to whoever wants it").await;

    // It is folded again where it is another activity's.
    li.tap(".stage-others button", "抽茶").await;
    li.wait_for(&format!("{folded} === '核对用的数据' && !{hash}"), "folded there").await;
    wall.see("新年快乐").await;
    assert_eq!(wall.eval("/[0-9a-f]{64}|随机数/.test(document.body.textContent)").await, json!(false), "on no wall");
    meeting.ends_without_complaints(&[&wall, &li]);
}
