//! The whole meeting: an organizer with a phone, the wall, three phones, and every type of activity that is built in, made out of
//! its form, used by taps and typing, seen by everybody, and closed; then its end, and what is found of it afterwards.
//!
//! Nobody does anything here that is no tap and no key in a page. What each type is for is the story of its own tests.

use std::path::Path;

use futures_util::future::join_all;
use hezi_tests::{DEADLINE, Tab};
use serde_json::json;
use tokio::time::timeout;

use super::{Meeting, PHONE};

/// Everybody's pages.
struct Hall {
    host: Tab,
    wall: Tab,
    /// In the hands of 李娜, Sara and نور الدين.
    phones: Vec<Tab>,
}

/// Who has the phones, by id and name.
const PEOPLE: &[(&str, &str)] = &[("li", "李娜"), ("sara", "Sara"), ("noor", "نور الدين")];
/// Where something is written in the activity on the stage.
const FIELD: &str = ".stage-body textarea, .stage-body input:not([type=checkbox])";

impl Hall {
    async fn open(meeting: &Meeting) -> Self {
        let phones = join_all(PEOPLE.iter().map(|(id, name)| meeting.phone(id, name)));
        let (host, wall, phones) = tokio::join!(meeting.tab("wang", "王伟", PHONE), meeting.wall(), phones);
        Self { host, wall, phones }
    }

    fn pages(&self) -> Vec<&Tab> {
        [&self.host, &self.wall].into_iter().chain(&self.phones).collect()
    }

    /// The organizer makes an activity out of the form of its type, and begins it.
    async fn begin(&self, kind: &str, fields: &[(&str, &str)]) {
        self.host.tap("header button", "主持").await;
        self.host.tap(".tile", kind).await;
        for (field, value) in fields {
            self.host.put(&format!("#config-{field}"), value).await;
        }
        self.host.tap("#organize form button", "立即开始").await;
        self.host.wait_for("!document.querySelector('#organize').open", "the panel makes way").await;
    }

    /// The organizer closes what is on the stage: everybody sees that it is over.
    async fn close(&self) {
        self.host.tap(".stage-host button", "结束").await;
        self.host.tap("dialog.question button", "结束").await;
        for tab in &self.phones {
            tab.wait_for("document.querySelector('.stage-head .pill')?.innerText === '已结束'", "it is over").await;
        }
        self.host.wait_for("document.querySelector('.stage-host a[download]')", "its report").await;
    }

    /// All of them see these texts.
    async fn see(&self, tabs: &[&Tab], texts: &[&str]) {
        for tab in tabs {
            for text in texts {
                tab.see(text).await;
            }
        }
    }
}

/// Who is here, and what they choose: everybody is on the wall, and the votes and scores are counted.
async fn come_in_and_choose(hall: &Hall) {
    let [li, sara, noor] = &hall.phones[..] else { panic!("three phones") };
    hall.begin("签到", &[("title", "签到处")]).await;
    for (tab, place) in hall.phones.iter().zip(1..) {
        tab.tap(".stage-body button", "签到").await;
        tab.see(&format!("你已签到：第 {place} 位")).await;
    }
    hall.see(&[&hall.wall, li], &["李娜", "Sara", "نور الدين"]).await;
    hall.close().await;

    hall.begin("投票", &[("question", "午饭吃什么?"), ("options-0", "面"), ("options-1", "饭")]).await;
    for (tab, dish) in hall.phones.iter().zip(["面", "面", "饭"]) {
        tab.tap(".choice", dish).await;
        tab.see(&format!("你的选择：{dish}")).await;
    }
    hall.see(&[&hall.wall, li, sara, noor], &["67%", "33%"]).await;
    hall.close().await;

    hall.begin("评分", &[("subject", "讲得怎么样")]).await;
    for (tab, score) in [(li, "5"), (sara, "4")] {
        tab.tap(".star", score).await;
        tab.see(&format!("你的评分：{score}")).await;
    }
    hall.see(&[&hall.wall, li, sara, noor], &["4.5"]).await;
    hall.close().await;
}

/// A form of several questions, an order, and words that grow.
async fn say_what_they_think(hall: &Hall) {
    let [li, sara, noor] = &hall.phones[..] else { panic!("three phones") };
    let survey = [
        ("title", "会后问卷"),
        ("questions-0-text", "下次去哪?"),
        ("questions-0-options-0", "山"),
        ("questions-0-options-1", "海"),
        // Everybody sees them at any time.
        ("results", "1"),
    ];
    hall.begin("问卷", &survey).await;
    for (tab, place) in [(li, "海"), (noor, "山")] {
        tab.tap(".stage-body .choice", place).await;
        tab.tap(".stage-body button", "保存并提交").await;
        tab.see("已提交，结束前可以修改").await;
    }
    let halves =
        "[...document.querySelectorAll('.bar-figure')].filter((one) => one.textContent === '1 50%').length === 2";
    for tab in [&hall.wall, sara] {
        tab.wait_for(halves, "what both have answered").await;
    }
    hall.close().await;

    hall.begin("排序", &[("question", "先做哪个?"), ("options-0", "甲"), ("options-1", "乙")]).await;
    for tab in [li, noor] {
        tab.tap(".stage-body .chip", "乙").await;
        tab.wait_for("document.querySelector('.order-item')?.innerText.includes('乙')", "the first one").await;
        tab.tap(".stage-body .chip", "甲").await;
        tab.tap(".stage-body button", "提交排序").await;
        tab.see("你的排序：乙").await;
    }
    hall.see(&[&hall.wall, sara], &["1. 乙（平均名次 1.00）", "2. 甲（平均名次 2.00）"]).await;
    hall.close().await;
    hall.see(&[&hall.wall, li, sara], &["第一名：乙"]).await;

    hall.begin("词云", &[("question", "一个词形容今天")]).await;
    for (tab, words) in [(li, "高兴"), (sara, "高兴、累")] {
        tab.fill(FIELD, words).await;
        tab.tap(".stage-body button", "发送").await;
    }
    let larger = "(([first, second]) => first.innerText.startsWith('高兴') && second.innerText.startsWith('累') \
                  && parseFloat(getComputedStyle(first).fontSize) > parseFloat(getComputedStyle(second).fontSize))\
                  ([...document.querySelectorAll('.cloud .word')])";
    for tab in [&hall.wall, noor] {
        tab.wait_for(larger, "what two have said is larger").await;
    }
    hall.close().await;
}

/// A question to each other: one that has a right answer, and one that the organizer answers.
async fn ask_and_answer(hall: &Hall) {
    let [li, sara, noor] = &hall.phones[..] else { panic!("three phones") };
    let quiz = [
        ("title", "地理"),
        ("questions-0-text", "首都在哪里?"),
        ("questions-0-choices-0", "北京"),
        ("questions-0-choices-1", "南京"),
        ("questions-0-right", "1"),
    ];
    hall.begin("知识竞赛", &quiz).await;
    hall.host.tap(".stage-body button", "开始第 1 题").await;
    hall.wall.see("A 北京").await;
    li.tap(".choice", "北京").await;
    sara.tap(".choice", "南京").await;
    li.see("你的答案：A").await;
    sara.see("你的答案：B").await;
    hall.host.tap(".stage-body button", "提前结束本题").await;
    li.see("答对了").await;
    sara.see("没有答对").await;
    noor.see("你没有作答").await;
    hall.wall.see("正确答案：A 北京").await;
    hall.close().await;

    hall.begin("提问", &[("title", "问总经理")]).await;
    li.fill(FIELD, "几点开饭?").await;
    li.tap(".stage-body button", "提问").await;
    hall.see(&[&hall.wall, sara, noor], &["几点开饭?"]).await;
    sara.tap(".note button", "赞同").await;
    let agreed = "document.querySelector('.note-score')?.innerText === '1'";
    for tab in [&hall.wall, li, noor] {
        tab.wait_for(agreed, "that somebody agrees").await;
    }
    hall.host.tap(".note button", "开始回答").await;
    hall.see(&[&hall.wall, noor], &["正在回答"]).await;
    hall.close().await;
}

/// A packet of five equal shares, and a draw among the three.
async fn share_and_draw(hall: &Hall) {
    hall.begin("红包", &[("total_cents", "10"), ("shares", "5"), ("mode", "1")]).await;
    for tab in &hall.phones {
        tab.tap(".stage-body button", "抢红包").await;
        tab.see("你抢到了 2.00 元").await;
    }
    hall.see(&[&hall.wall, &hall.phones[0]], &["3/5"]).await;
    hall.close().await;

    hall.begin("抽奖", &[("title", "年终大奖"), ("prizes-0-name", "手机")]).await;
    hall.host.tap(".stage form button", "冻结名单").await;
    hall.host.tap("dialog.question button", "冻结名单").await;
    hall.host.tap(".stage form button", "抽奖").await;
    hall.wall.wait_for("document.querySelector('.winner')", "the winner").await;
    let winner = hall.wall.eval("document.querySelector('.winner').innerText").await;
    let place = PEOPLE.iter().position(|(_, name)| winner == *name).expect("one of the three");
    hall.phones[place].see("恭喜你获得：手机").await;
    hall.close().await;
}

/// Loads the report of what is on the stage down, as a spreadsheet takes it, and gives its text.
async fn download(host: &Tab, folder: &Path) -> String {
    let to = json!({ "behavior": "allow", "downloadPath": folder });
    host.call("Page.setDownloadBehavior", to).await;
    host.tap(".stage-host a[download]", "CSV").await;
    let arrived = timeout(DEADLINE, async {
        loop {
            let files = std::fs::read_dir(folder).expect("the folder is there");
            let mut files = files.map(|file| file.expect("a file").path());
            // Until it is whole it has another name, and an empty file keeps this one for it.
            let whole = files.find(|path| path.extension().is_some_and(|end| end == "csv"));
            let report = whole.map(|file| std::fs::read_to_string(file).expect("a report is text"));
            if let Some(report) = report.filter(|report| !report.is_empty()) {
                return report;
            }
            tokio::task::yield_now().await;
        }
    });
    arrived.await.expect("a report that was loaded down")
}

#[tokio::test]
async fn a_whole_meeting_with_every_type_of_activity_in_the_pages() {
    let Some(meeting) = Meeting::begin().await else { return };
    let hall = Hall::open(&meeting).await;

    come_in_and_choose(&hall).await;
    say_what_they_think(&hall).await;
    ask_and_answer(&hall).await;
    share_and_draw(&hall).await;

    let report = download(&hall.host, &meeting.host.launched_by().folder("downloads")).await;
    let winners = report.lines().filter(|line| line.starts_with("winner,") && line.contains("手机")).count();
    assert_eq!(winners, 1, "{report}");
    assert!(PEOPLE.iter().all(|(id, name)| report.contains(&format!("{id},{name}"))), "who was in the pool: {report}");
    hall.host.tap("header button", "主持").await;
    hall.host.tap("#organize button", "会议").await;
    hall.host.tap("#organize button", "结束会议").await;
    hall.host.tap("dialog.question button", "结束会议").await;
    hall.see(&hall.pages(), &["会议已经结束"]).await;

    let li = &hall.phones[0];
    li.open("/").await;
    li.tap("a.meeting", "周会").await;
    li.see("会议已经结束，下面是会议记录").await;
    for (title, result) in [("先做哪个?", "第一名：乙"), ("午饭吃什么?", "67%"), ("签到处", "签到已结束")]
    {
        li.tap("button", "全部 10").await;
        li.tap("#past .past-open", title).await;
        li.see(result).await;
    }
    meeting.ends_without_complaints(&hall.pages());
}
