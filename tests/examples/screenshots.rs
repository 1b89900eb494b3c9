//! Pictures of the pages, as the README shows them: one meeting, each page once, in both languages. `make screenshots`.
//!
//! They are made in real Chromium against a real server, so they are what people see.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for whoever writes the README fails by panicking"
)]

use std::path::PathBuf;

use hezi_tests::{Chromium, Host, Launch, Tab};
use serde_json::json;

const PHONE: (u32, u32) = (390, 780);
const TABLET: (u32, u32) = (820, 1180);
const WALL: (u32, u32) = (1920, 1080);

#[tokio::main]
async fn main() {
    let folder = PathBuf::from(std::env::args_os().nth(1).expect("where the pictures go"));
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let Some(chromium) = Chromium::start().await else {
        println!("no pictures: there is no Chromium here (apt-get install chromium)");
        return;
    };
    let host = Launch::new().set("admin.users", json!(["wang"])).start().await;
    let (number, id) = hold_meeting(&host).await;
    for language in ["zh-Hans", "en"] {
        for (name, path, seen, (width, height), who) in [
            ("home", "/".to_owned(), "全员会", PHONE, "li"),
            ("room", format!("/c/{number}"), "兰州拉面", PHONE, "zhang"),
            ("room-tablet", format!("/c/{number}"), "兰州拉面", TABLET, "zhang"),
            ("room-small", format!("/c/{number}"), "兰州拉面", (320, 568), "zhang"),
            ("organizer", format!("/c/{number}"), "兰州拉面", PHONE, "wang"),
            ("screen", format!("/screen/{id}"), "兰州拉面", WALL, "wang"),
            ("admin", "/admin".to_owned(), "lottery", (1100, 900), "wang"),
        ] {
            let tab = chromium.tab(&host, width, height).await;
            tab.sign_in(who, name_of(who), language).await;
            tab.open(&path).await;
            tab.see(seen).await;
            if name == "organizer" {
                let open = if language == "en" { "Host" } else { "主持" };
                tab.tap("header button", open).await;
                tab.wait_for("document.querySelector('#organize .tile')", "what can be started").await;
            }
            if name.starts_with("room") {
                tab.wait_for("document.querySelector('.message')", "what was said").await;
            }
            tab.wait_for(STILL, "an end of what moves").await;
            picture(&tab, &folder, &format!("{name}.{language}")).await;
        }
    }
}

/// What comes into a page fades in.
const STILL: &str = "document.getAnimations().every((one) => one.playState === 'finished')";

async fn picture(tab: &Tab, folder: &std::path::Path, name: &str) {
    tab.screenshot(&folder.join(format!("{name}.png"))).await;
    println!("{name}.png");
}

fn name_of(id: &str) -> &'static str {
    match id {
        "wang" => "王伟",
        "li" => "李娜",
        _ => "张敏",
    }
}

/// A meeting in which something has happened; gives its number and its id.
async fn hold_meeting(host: &Host) -> (String, String) {
    let wang = host.person("wang", "王伟").await;
    let room = wang.create_conference("2026 年第四季度全员会").await;
    let vote = json!({ "question": "午饭吃什么?", "options": ["兰州拉面", "黄焖鸡米饭", "轻食沙拉"] });
    let vote = wang.open(&room.number, "vote", vote).await;
    for (at, (id, name)) in
        [("li", "李娜"), ("zhao", "赵磊"), ("chen", "陈静"), ("sun", "孙悦")].into_iter().enumerate()
    {
        let person = host.person(id, name).await.join(&room.number).await;
        let choice = ["兰州拉面", "轻食沙拉"][at % 3 / 2];
        person.act(&vote, json!({ "choose": [choice] })).await;
        let mut socket = person.connect(&room.number).await;
        let said = ["大家好！", "终于到年会了 🎉", "坐在后排也看得清吗？", "清楚！"][at];
        socket.say("c1", said).await.ok();
    }
    (room.number, room.id)
}
