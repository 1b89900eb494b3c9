//! A plugin of somebody else, pushed from a shell while people are in the room, and used in the pages that they have open.

use hezi_tests::{Console, examples_folder};
use serde_json::json;

use super::{Meeting, PHONE};

#[tokio::test]
async fn a_plugin_pushed_from_a_shell_is_begun_tapped_and_seen_on_the_wall() {
    let Some(meeting) = Meeting::begin().await else { return };
    let (wang, li) = (meeting.tab("wang", "王伟", PHONE).await, meeting.phone("li", "李娜").await);
    let wall = meeting.wall().await;
    wang.tap("header button", "主持").await;
    wang.see("词云").await;
    let tile = "[...document.querySelectorAll('.tile')].some((one) => one.innerText.includes('发言'))";
    assert_eq!(wang.eval(tile).await, json!(false), "nobody has it yet");
    wang.eval("document.getElementById('organize').close()").await;
    let pages = [&wang, &li, &wall];
    for tab in pages {
        tab.eval("globalThis.isOfBefore = true").await;
    }

    let file = examples_folder().join("speakers.wasm");
    Console::beside(&meeting.host).run(["push", file.to_str().expect("a path")]).await.ok();
    wang.tap("header button", "主持").await;
    wang.tap(".tile", "发言").await;
    wang.fill("#config-topic", "有什么想说的").await;
    wang.tap("#organize form button", "立即开始").await;
    wall.see("现在没有人发言").await;
    li.tap(".stage-body button", "举手").await;

    for tab in [&wall, &wang] {
        let waits = "document.querySelector('.people')?.innerText.includes('李娜')";
        tab.wait_for(waits, "who waits").await;
    }
    wang.tap(".stage-body button", "请下一位").await;
    let speaks = "document.querySelector('.screen-activity .statistic')?.innerText.includes('李娜')";
    wall.wait_for(speaks, "who speaks").await;
    wang.tap(".stage-body button", "发言结束").await;
    wall.see("现在没有人发言").await;
    for tab in pages {
        assert_eq!(tab.eval("globalThis.isOfBefore").await, json!(true), "the page is the one of before");
    }
    meeting.ends_without_complaints(&pages);
}
