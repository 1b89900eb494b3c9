//! A whole meeting: a number typed in, a vote, a rating, a draw and a packet, on phones and on the wall.

use serde_json::{Value, json};

use super::{Meeting, SMALL_PHONE, say};

#[tokio::test]
async fn a_number_leads_into_the_room_and_a_tap_votes() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.chromium.tab(&meeting.host, SMALL_PHONE.0, SMALL_PHONE.1).await;
    li.sign_in("li", "李娜", "zh-Hans").await;
    li.open("/").await;
    li.fill("#number", &meeting.room.number).await;
    li.see("人在线").await;
    let wall = meeting.wall().await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    let vote = meeting.wang.open(&meeting.room.number, "vote", vote).await;

    wall.see("午饭吃什么?").await;
    li.tap(".choice", "面").await;

    li.see("你的选择：面").await;
    wall.see("100%").await;
    assert_eq!(meeting.wang.look_at(&vote).await.phase, "open");
    let fits = li.eval("document.documentElement.scrollWidth <= innerWidth").await;
    assert_eq!(fits, Value::Bool(true), "nothing is wider than the smallest phone");
    meeting.ends_without_complaints(&[&li, &wall]);
}

#[tokio::test]
async fn what_is_said_is_seen_by_everybody_whatever_it_is() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.tab("li", "李娜", SMALL_PHONE).await;
    let noor = meeting.phone("noor", "نور الدين").await;
    let wall = meeting.wall().await;

    let long = "字".repeat(2_000);
    for text in ["👩‍👩‍👧 大家好", "<img src=x onerror=alert(1)>", &long] {
        say(&li, text).await;
        noor.see(text).await;
    }
    say(&noor, "مرحبا").await;

    li.see("مرحبا").await;
    wall.see("مرحبا").await;
    assert_eq!(li.eval("document.documentElement.scrollWidth <= innerWidth").await, Value::Bool(true));
    meeting.ends_without_complaints(&[&li, &noor, &wall]);
}

#[tokio::test]
async fn a_rating_a_draw_and_a_packet_are_one_tap_each() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (li, wall) = (meeting.phone("li", "李娜").await, meeting.wall().await);
    let (wang, number) = (&meeting.wang, &meeting.room.number);

    wang.open(number, "rating", json!({ "subject": "讲得怎么样", "min": 1, "max": 5, "step": 1 })).await;
    li.tap(".star", "4").await;
    wall.see("4").await;

    let packet = json!({ "total_cents": 1000, "shares": 5, "mode": "equal", "greeting": "新年快乐" });
    wang.open(number, "red-packet", packet).await;
    wall.wait_for("document.querySelectorAll('.drop').length > 5", "the rain").await;
    let falls = "document.getAnimations().some((one) => one.playState === 'running' && one.animationName === 'drop')";
    wall.wait_for(&format!("!{falls}"), "the end of it").await;
    li.tap(".form button", "抢红包").await;
    li.see("2.00").await;

    let lottery = json!({ "title": "年终大奖", "prizes": [{ "name": "手机", "count": 1 }] });
    let lottery = wang.open(number, "lottery", lottery).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;
    // What is there for a moment only is noted by the page itself.
    let rolls = "document.querySelector('.prize:has(+ .roll)')?.textContent === '手机'";
    // There may be a wall or not: the phone is not told.
    let waits = "document.querySelector('.stage-body .text[role=status]')?.textContent === '正在揭晓…' \
                 && !document.body.innerText.includes('恭喜你')";
    for (tab, moment) in [(&wall, rolls), (&li, waits)] {
        let note = format!(
            "new MutationObserver(() => (globalThis.wasSo ||= Boolean({moment}))) \
             .observe(document.body, {{ childList: true, subtree: true, characterData: true }}), true"
        );
        tab.eval(&note).await;
    }
    wang.act(&lottery, json!({ "draw": { "prize": "手机", "count": 1 } })).await;
    wall.wait_for("document.querySelector('.winner')?.textContent === '李娜'", "the winner").await;
    li.see("恭喜你获得：手机").await;
    for (tab, what) in [(&wall, "the roll"), (&li, "a phone that does not give away what the wall is about to tell")] {
        tab.wait_for("globalThis.wasSo", what).await;
    }
    meeting.ends_without_complaints(&[&li, &wall]);
}

#[tokio::test]
async fn what_was_answered_makes_way_for_what_is_opened_next() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.phone("li", "李娜").await;
    let (wang, number) = (&meeting.wang, &meeting.room.number);
    wang.open(number, "rating", json!({ "subject": "讲得怎么样", "min": 1, "max": 5, "step": 1 })).await;
    li.tap(".star", "4").await;
    li.see("你的评分：4").await;
    // Where a finger was, the focus stays.
    li.eval("document.querySelector('.star input').focus()").await;

    wang.open(number, "vote", json!({ "question": "午饭吃什么?", "options": ["面", "饭"] })).await;

    li.tap(".choice", "面").await;
    li.see("你的选择：面").await;
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn thousands_of_messages_scroll() {
    let Some(meeting) = Meeting::begin().await else { return };
    let mut socket = meeting.wang.connect(&meeting.room.number).await;
    for n in 0..300 {
        socket.say(&format!("c{n}"), &format!("第 {n} 条")).await.ok();
    }

    let li = meeting.phone("li", "李娜").await;
    li.see("第 299 条").await;

    for top in ["第 240 条", "第 120 条", "第 0 条"] {
        let up = format!(
            "(document.querySelector('.chat-scroll').scrollTop = 0, document.querySelector('.chat-list').innerText.includes('{top}'))"
        );
        li.wait_for(&up, top).await;
    }
    let drawn = li.eval("document.querySelectorAll('.message').length").await.as_u64().expect("a number");
    assert!(drawn <= 200, "only what is near is drawn: {drawn}");
    meeting.ends_without_complaints(&[&li]);
}

#[tokio::test]
async fn whoever_has_scrolled_up_is_at_the_end_again_with_one_tap() {
    let Some(meeting) = Meeting::begin().await else { return };
    let mut socket = meeting.wang.connect(&meeting.room.number).await;
    for n in 0..60 {
        socket.say(&format!("c{n}"), &format!("第 {n} 条")).await.ok();
    }
    let li = meeting.phone("li", "李娜").await;
    li.see("第 59 条").await;
    li.see("第 10 条").await;
    // What was said before the welcome is there only once the page has noticed the scroll and fetched it.
    let up = "(document.querySelector('.chat-scroll').scrollTop = 0, document.querySelector('.chat-list').innerText.includes('第 0 条'))";
    li.wait_for(up, "the beginning").await;

    socket.say("new", "刚刚说的").await.ok();
    li.tap(".chat-new", "1").await;

    let at_end = "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2)(document.querySelector('.chat-scroll'))";
    li.wait_for(at_end, "the end").await;
    meeting.ends_without_complaints(&[&li]);
}
