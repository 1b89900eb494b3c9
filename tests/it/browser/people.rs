//! The people of a crowd in a host's hand: anybody is found, and two of one name are not taken for each other.

use serde_json::json;

use super::{Meeting, PHONE};

/// What stands beside the search.
const BESIDE: &str = "document.querySelector('#seek + button').innerText";
/// What is said of the search.
const SAID: &str = "document.querySelector('#organize-people [role=status]').innerText";
const ROWS: &str = "[...document.querySelectorAll('.person-row:not(.row-apart)')].map((one) => one.innerText)";

#[tokio::test]
async fn anybody_of_a_crowd_is_found_and_a_search_for_nobody_says_so() {
    let Some(meeting) = Meeting::begin().await else { return };
    let number = &meeting.room.number;
    meeting.host.members(number, 205).await;
    // Behind all the others, in the order in which the server gives them.
    meeting.host.person("zzzzzz", "赵远").await.join(number).await;
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    wang.tap(".bar-people", "").await;
    wang.wait_for(&format!("{ROWS}[0]?.includes('王伟')"), "who is here, and runs it, first").await;
    wang.wait_for(&format!("{ROWS}.length === 200"), "no more rows than somebody wants").await;

    // As long as the server does not answer.
    wang.eval(
        "{ const plain = fetch; const held = []; globalThis.fetch = async (...asked) => { \
         if (String(asked[0]).includes('/members')) await new Promise((go) => { held.push(go); \
         globalThis.arrive = () => { globalThis.fetch = plain; held.forEach((go) => go()); }; }); \
         return plain(...asked); }; }",
    )
    .await;
    wang.fill("#seek", "赵远").await;
    wang.wait_for(&format!("{SAID} === '正在查找…'"), "that it goes on").await;
    wang.wait_for("globalThis.arrive", "the request").await;
    wang.eval("arrive()").await;
    wang.wait_for(&format!("{ROWS}.length === 1 && {ROWS}[0].includes('赵远') && !{SAID}"), "the last one").await;
    wang.fill("#seek", "之外").await;
    wang.wait_for(&format!("{SAID} === '没有找到这个人' && !{ROWS}.length"), "that there is nobody").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn the_rows_of_a_crowd_come_as_they_are_wanted() {
    let Some(meeting) = Meeting::begin().await else { return };
    meeting.host.members(&meeting.room.number, 205).await;
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    wang.tap(".bar-people", "").await;
    wang.wait_for(&format!("{ROWS}.length === 200"), "the first rows").await;

    wang.tap("#organize button", "更多成员").await;

    wang.wait_for(&format!("{ROWS}.length === 206"), "everybody").await;
    let more = "[...document.querySelectorAll('#organize button')].some((one) => one.innerText === '更多成员')";
    assert_eq!(wang.eval(more).await, json!(false), "there are no more");
    assert_eq!(wang.eval(&format!("new Set({ROWS}).size")).await, json!(206), "each of them once");
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn a_crowd_follows_who_goes_and_counts_who_comes_until_somebody_wants_to_see_them() {
    let Some(meeting) = Meeting::begin().await else { return };
    let number = &meeting.room.number;
    let members = meeting.host.members(number, 205).await;
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    wang.tap(".bar-people", "").await;
    wang.wait_for(&format!("{ROWS}.length === 200 && {BESIDE} === '刷新'"), "the crowd, and nobody new").await;
    // Whoever stands right below the host, among the others in their order.
    let name = wang.eval("document.querySelectorAll('.person-row:not(.row-apart) bdi')[1].innerText").await;
    let gone = members.iter().find(|member| json!(member.name) == name).expect("one of the members");

    for (id, name) in [("zhao", "赵远"), ("qian", "钱进")] {
        meeting.host.person(id, name).await.join(number).await;
    }
    wang.wait_for(&format!("{BESIDE} === '2 位新成员'"), "that two have come").await;
    assert_eq!(wang.eval(&format!("{ROWS}.join().includes('赵远')")).await, json!(false), "nobody is moved for them");
    gone.post_empty(&meeting.room.path("/leave")).await.ok(200);
    wang.wait_for(&format!("{ROWS}[1].includes('已不在会议中')"), "that one has left").await;

    wang.tap("#seek + button", "2 位新成员").await;
    let first = "[...document.querySelectorAll('.person-row:not(.row-apart) bdi')].slice(0, 2).map((one) => one.innerText).join()";
    wang.wait_for(&format!("['钱进,赵远', '赵远,钱进'].includes({first}) && {BESIDE} === '刷新'"), "both, first").await;
    meeting.ends_without_complaints(&[&wang]);
}

#[tokio::test]
async fn two_of_one_name_are_told_apart_before_and_after() {
    let Some(meeting) = Meeting::begin().await else { return };
    for (id, name) in [("an-1", "安宁"), ("an-2", "安宁"), ("li", "李娜")] {
        meeting.host.person(id, name).await.join(&meeting.room.number).await;
    }
    let wang = meeting.tab("wang", "王伟", PHONE).await;
    wang.tap(".bar-people", "").await;
    wang.wait_for(&format!("{ROWS}.length === 4"), "everybody").await;

    let named = "[...document.querySelectorAll('.person-row button')].map((one) => one.ariaLabel) \
                 .filter((one) => one.startsWith('移出')).sort().join()";
    assert_eq!(wang.eval(named).await, json!("移出 · 安宁 (an-1),移出 · 安宁 (an-2),移出 · 李娜"));
    let quiet = "[...document.querySelectorAll('.person-row bdi.quiet')].map((one) => one.innerText).join()";
    assert_eq!(wang.eval(quiet).await, json!("an-1,an-2"), "and who sees it reads it");
    wang.eval("document.querySelector(\"[aria-label='移出 · 安宁 (an-2)']\").click()").await;
    wang.see("已移出 安宁 (an-2)").await;
    let gone = format!("{ROWS}.filter((one) => one.includes('已不在会议中')).join().includes('an-2')");
    wang.wait_for(&gone, "that one, and not the other").await;
    meeting.ends_without_complaints(&[&wang]);
}
