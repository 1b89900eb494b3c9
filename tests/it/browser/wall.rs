//! The screen on the wall, driven from an organizer's phone.

use serde_json::json;

use super::{Meeting, PHONE, at_one_address};

#[tokio::test]
async fn the_wall_shows_what_the_organizer_chooses_and_still_does_after_a_restart() {
    let Some(mut meeting) = Meeting::with(at_one_address()).await else { return };
    let number = meeting.room.number.clone();
    let vote = json!({ "question": "午饭吃什么?", "options": ["面", "饭"] });
    meeting.wang.open(&number, "vote", vote).await;
    let rating = json!({ "subject": "讲得怎么样", "min": 1, "max": 5, "step": 1 });
    meeting.wang.open(&number, "rating", rating).await;
    let wall = meeting.wall().await;
    let phone = meeting.tab("wang", "王伟", PHONE).await;
    wall.see("讲得怎么样").await;

    phone.tap("header button", "主持").await;
    let earlier = "[...document.querySelectorAll('.queue-item')].find((one) => one.innerText.includes('午饭吃什么?'))";
    phone.wait_for(earlier, "the vote in the panel").await;
    phone
        .eval(&format!(
            "[...{earlier}.querySelectorAll('.chip')].find((one) => one.innerText === '投到大屏幕').click()"
        ))
        .await;
    wall.see("午饭吃什么?").await;

    phone.tap("#organize button", "会议").await;
    phone.fill("#pin", "三点准时开始").await;
    phone.tap("#organize button", "置顶").await;
    phone.tap("#organize .chip", "通知").await;
    wall.wait_for("document.querySelector('.screen-announcement')?.innerText === '三点准时开始'", "the notice alone")
        .await;

    phone.tap("#organize .chip", "会议号和二维码").await;
    wall.wait_for("document.querySelector('.screen-lobby .screen-number')", "the way in").await;
    meeting.host.kill().await;
    meeting.host.restart().await;
    let again = meeting.wall().await;
    again.wait_for("document.querySelector('.screen-lobby .screen-number')", "the way in, still").await;

    phone.tap("#organize .chip", "最新的活动").await;
    again.see("讲得怎么样").await;
    wall.see("讲得怎么样").await;
    meeting.ends_without_complaints(&[&again]);
}
