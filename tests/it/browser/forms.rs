//! Forms out of a schema, in a host's hand: what is taken out of a list of one comes back.

use hezi_tests::Tab;
use serde_json::{Value, json};

use super::{Meeting, PHONE};

/// The questions of a quiz: what is asked, its choices, the right one.
const QUESTIONS: &str = "JSON.stringify([...document.querySelectorAll('#organize .list-card')].map((card) => \
     [card.querySelector('[id$=text]').value, [...card.querySelectorAll('.single input')].map((one) => one.value).join(), \
     card.querySelector('select[id$=right]').selectedOptions[0].innerText]))";
const ADD_A_QUESTION: &str = "[...document.querySelectorAll('#organize fieldset > button')].at(-1).click()";
const REMOVE_A_CHOICE: &str = "document.querySelector('#organize .single .item-up').nextElementSibling.click()";

async fn stands(tab: &Tab, questions: Value) {
    tab.wait_for(&format!("{QUESTIONS} === {}", json!(questions.to_string())), "the questions").await;
}

/// The form of a quiz with a question of three choices, the first of which is right.
async fn begin_quiz(tab: &Tab) {
    tab.tap("header button", "主持").await;
    tab.tap(".tile", "知识竞赛").await;
    tab.put("#config-questions-0-text", "首都?").await;
    tab.put("#config-questions-0-choices-0", "北京").await;
    tab.put("#config-questions-0-choices-1", "南京").await;
    tab.tap("#organize .list-card fieldset > button", "添加一项").await;
    tab.put("#config-questions-0-choices-2", "西京").await;
    let pick = "(() => { const right = document.querySelector('#config-questions-0-right'); \
                if (right.options.length < 4) return false; right.selectedIndex = 1; \
                right.dispatchEvent(new Event('change', { bubbles: true })); return true; })()";
    tab.wait_for(pick, "the right one").await;
    stands(tab, json!([["首都?", "北京,南京,西京", "北京"]])).await;
}

#[tokio::test]
async fn an_item_that_was_taken_out_comes_back_with_all_that_was_in_it() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    begin_quiz(&wang).await;

    wang.eval(REMOVE_A_CHOICE).await;
    wang.see("已删除第 1 项").await;
    stands(&wang, json!([["首都?", "南京,西京", "—"]])).await;
    wang.tap(".hint button", "撤销").await;
    stands(&wang, json!([["首都?", "北京,南京,西京", "北京"]])).await;

    wang.eval(ADD_A_QUESTION).await;
    wang.put("#config-questions-1-text", "第二题").await;
    wang.eval("document.querySelector('#organize .list-card > .row-apart .item-up').nextElementSibling.click()").await;
    stands(&wang, json!([["第二题", ",", "—"]])).await;
    wang.tap(".hint button", "撤销").await;
    stands(&wang, json!([["首都?", "北京,南京,西京", "北京"], ["第二题", ",", "—"]])).await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn it_comes_back_to_its_place_whatever_was_typed_and_moved_meanwhile() {
    let Some(meeting) = Meeting::begin().await else { return };
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    begin_quiz(&wang).await;
    wang.eval(REMOVE_A_CHOICE).await;
    stands(&wang, json!([["首都?", "南京,西京", "—"]])).await;

    wang.put("#config-questions-0-choices-0", "南京市").await;
    wang.eval(ADD_A_QUESTION).await;
    wang.put("#config-questions-1-text", "第二题").await;
    wang.eval("document.querySelectorAll('#organize .list-card > .row-apart .item-up')[1].click()").await;
    stands(&wang, json!([["第二题", ",", "—"], ["首都?", "南京市,西京", "—"]])).await;
    wang.tap(".hint button", "撤销").await;

    stands(&wang, json!([["第二题", ",", "—"], ["首都?", "北京,南京市,西京", "北京"]])).await;
    meeting.ends_without_complaints(&[&wang]);
}
