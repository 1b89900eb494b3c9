//! The form of development sign-in: what was typed stays, what is wrong is said where it is, and it leads to where one wanted to go.

use serde_json::json;

use super::{Meeting, PHONE};

#[tokio::test]
async fn a_form_that_is_refused_keeps_what_was_typed_and_says_why_beside_its_field() {
    let Some(meeting) = Meeting::begin().await else { return };
    let li = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
    li.open(&format!("/c/{}", meeting.room.number)).await;
    li.wait_for("document.activeElement.id === 'name'", "the cursor is where the name goes").await;
    li.tap(".chip", "中文").await;
    li.see("开发登录").await;
    li.fill("#name", "李娜").await;
    li.fill("#id", "li na").await;
    li.enter().await;

    li.see("不含空格").await;
    let at_field = "document.activeElement.matches('#id[aria-invalid=true][aria-describedby=id-refusal]')";
    li.wait_for(at_field, "the cursor is at what was refused").await;
    li.tap(".chip", "English").await;
    li.see("without spaces").await;
    let typed = "[...document.querySelectorAll('#name, #id')].map((field) => field.value)";
    assert_eq!(li.eval(typed).await, json!(["李娜", "li na"]));
    li.eval("document.querySelector('#id').value = 'li'").await;
    li.tap("form .button", "Sign in").await;

    li.see("1 online of 2").await;
    meeting.ends_without_complaints(&[&li]);
}
