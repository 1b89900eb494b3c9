//! What a host opens while something else is open.

use serde_json::{Value, json};

use super::{Meeting, PHONE};

const HINT: &str = "document.querySelector('.hint button')?.innerText";

fn rating(subject: &str) -> Value {
    json!({ "subject": subject, "min": 1, "max": 5 })
}

#[tokio::test]
async fn what_was_open_before_is_ended_from_the_hint_that_follows() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let first = meeting.wang.open(&meeting.room.number, "rating", rating("第一场")).await;
    meeting.wang.draft(&meeting.room.number, "rating", rating("第二场")).await;
    wang.see("第一场").await;

    wang.tap(".stage-next", "第二场").await;
    wang.see("已开始：第二场").await;
    wang.tap(".hint button", "结束上一个：第一场").await;

    wang.wait_for("!document.querySelector('.hint button')", "it is said once").await;
    let is_over = "[...document.querySelectorAll('#stage-title')].some((one) => one.innerText === '第二场') \
                   && !document.body.innerText.includes('也在进行')";
    wang.wait_for(is_over, "nothing else goes on").await;
    assert_eq!(meeting.wang.look_at(&first).await.phase, "closed");
    assert_eq!(wang.eval("document.querySelector('dialog.question')").await, Value::Null, "nothing was asked");

    // The same for what is begun from its form.
    wang.tap("header button", "主持").await;
    wang.tap(".tile", "评分").await;
    wang.fill("#config-subject", "第三场").await;
    wang.tap("#organize button", "立即开始").await;
    wang.wait_for(&format!("{HINT} === '结束上一个：第二场'"), "the one before").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn what_is_opened_alone_is_opened_without_a_word() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    let first = meeting.wang.open(&meeting.room.number, "rating", rating("第一场")).await;
    meeting.wang.close(&first).await;
    meeting.wang.draft(&meeting.room.number, "rating", rating("第二场")).await;
    wang.wait_for("document.querySelector('.stage-host a[download]')", "the first is over").await;

    wang.tap(".stage-next", "第二场").await;

    wang.wait_for("document.querySelector('.stage .pill.live')", "it is open").await;
    assert_eq!(wang.eval("document.querySelector('.hint')").await, Value::Null, "there is nothing to end");
    meeting.ends_without_complaints(&[&wang]);
}
