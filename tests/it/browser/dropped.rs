//! A component that is dragged over the administrators' page and dropped there, as from a folder on the desk.

use std::path::Path;

use hezi_tests::{Launch, Tab, examples_folder};
use serde_json::{Value, json};

use super::Meeting;

/// Where the page takes what is dropped.
const TAKES: &str = ".uploads .drop";

/// Holds a file over the middle of where it is taken, as far as that it would be taken, and gives the place and what is held.
async fn hold(tab: &Tab, file: &Path) -> (Value, Value) {
    tab.wait_for(&format!("document.querySelector('{TAKES}')"), "where files are dropped").await;
    let middle = "(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))";
    let at = tab.eval(&format!("{middle}(document.querySelector('{TAKES}').getBoundingClientRect())")).await;
    let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
    for kind in ["dragEnter", "dragOver"] {
        drag(tab, kind, &at, &data).await;
    }
    tab.wait_for("document.querySelector('.drop.over')", "that it can be let go here").await;
    (at, data)
}

async fn drag(tab: &Tab, kind: &str, at: &Value, data: &Value) {
    let event = json!({ "type": kind, "x": at["x"], "y": at["y"], "data": data });
    tab.call("Input.dispatchDragEvent", event).await;
}

/// Drops a file where it is taken.
async fn give(tab: &Tab, file: &Path) {
    let (at, data) = hold(tab, file).await;
    drag(tab, "drop", &at, &data).await;
    tab.wait_for("!document.querySelector('.drop.over')", "nothing is held over it").await;
}

#[tokio::test]
async fn a_component_is_dropped_on_the_page_and_the_gate_tells_what_became_of_it() {
    let Some(meeting) = Meeting::with(Launch::new().set("admin.users", json!(["wang"]))).await else { return };
    let wang = meeting.chromium.tab(&meeting.host, 1100, 900).await;
    wang.sign_in("wang", "王伟", "zh-Hans").await;
    wang.open("/admin").await;
    let given = meeting.host.launched_by().folder("given");
    std::fs::write(given.join("notes.txt"), "nothing").expect("a file");
    std::fs::write(given.join("broken.wasm"), "no component").expect("a file");
    let speakers = examples_folder().join("speakers.wasm");

    let (_, data) = hold(&wang, &speakers).await;
    let corner = json!({ "x": 5, "y": 5 });
    drag(&wang, "dragOver", &corner, &data).await;
    wang.wait_for("!document.querySelector('.drop.over')", "it was taken away again").await;
    drag(&wang, "dragCancel", &corner, &data).await;
    assert_eq!(wang.eval("document.querySelectorAll('.outcome').length").await, json!(0), "nothing was given");
    give(&wang, &given.join("notes.txt")).await;
    wang.see("请选择 .wasm 文件").await;
    give(&wang, &given.join("broken.wasm")).await;
    wang.see("未通过检查：这不是 WebAssembly 文件。").await;
    give(&wang, &speakers).await;
    wang.see("speakers 0.1.0 已通过检查，现在使用中").await;

    // A browser that takes the file itself would show it in place of the page.
    assert_eq!(wang.eval("location.pathname").await, json!("/admin"));
    let plugins = meeting.wang.get("/api/plugins").await.ok(200);
    let names = plugins["plugins"].as_array().expect("plugins").iter().map(|plugin| &plugin["name"]);
    assert!(names.clone().any(|name| name == "speakers"), "everybody has it: {:?}", names.collect::<Vec<_>>());
    // Chromium reports the refusal.
    meeting.ends_with_complaints_of("422", &[&wang]);
}
