//! What organizers take home from an activity.

use std::io::{Cursor, Read};

use hezi_tests::{Activity, Conference, Host, User};
use serde_json::json;
use zip::ZipArchive;

async fn rated_by(names: &[&str]) -> (Host, User, Conference, Activity) {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶", "min": 1, "max": 5 })).await;
    for (n, name) in names.iter().enumerate() {
        let user = host.user(name).await.join(&room.number).await;
        user.act(&rating, json!({ "score": n % 5 + 1 })).await;
    }
    (host, wang, room, rating)
}

/// Splits one CSV text after RFC 4180.
pub(crate) fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(char) = chars.next() {
        match (char, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => cell.extend(chars.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\r', false) => {}
            ('\n', false) => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (other, _) => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[tokio::test]
async fn the_table_says_the_same_as_json_and_as_csv() {
    let (_host, wang, _room, rating) = rated_by(&["小李", "张,三", "李\"四\""]).await;

    let json = wang.report(&rating).await;
    let csv = wang.get(&rating.path("/report?format=csv")).await;

    assert_eq!(csv.status, 200);
    assert!(csv.header("content-type").starts_with("text/csv"), "{}", csv.header("content-type"));
    let table = read_csv(csv.text());
    assert_eq!(json!(table[0]), json["columns"]);
    assert_eq!(json!(table[1..]), json["rows"]);
    assert_eq!(table.len(), 4);
    assert!(json["summary"].is_object(), "{json}");
}

#[tokio::test]
async fn a_name_that_looks_like_a_formula_stays_a_name_in_a_spreadsheet() {
    let (_host, wang, _room, rating) = rated_by(&["=HYPERLINK(\"http://evil.example\")"]).await;

    let csv = wang.get(&rating.path("/report?format=csv")).await;

    for cell in read_csv(csv.text()).into_iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '@']), "a spreadsheet would run {cell:?}");
    }
}

#[tokio::test]
async fn a_report_of_many_members_is_whole() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶", "min": 1, "max": 5 })).await;
    let members = host.members(&room.number, 60).await;
    for (n, member) in members.iter().enumerate() {
        member.act(&rating, json!({ "score": n % 5 + 1 })).await;
    }

    let report = wang.report(&rating).await;

    assert_eq!(report["rows"].as_array().map(Vec::len), Some(60));
}

#[tokio::test]
async fn a_format_that_nobody_writes_is_refused() {
    let (_host, wang, _room, rating) = rated_by(&[]).await;

    wang.get(&rating.path("/report?format=ods")).await.problem(422, "invalid");
    wang.get(&rating.path("/report")).await.ok(200);
}

/// One part of a workbook.
fn part(workbook: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).expect("a workbook");
    let mut text = String::new();
    archive.by_name(name).expect(name).read_to_string(&mut text).expect("a text");
    text
}

#[tokio::test]
async fn choices_of_several_options_can_be_told_apart() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let config = json!({ "question": "?", "options": ["甲、乙", "甲", "乙"], "max_choices": 2 });
    let vote = wang.open(&room.number, "vote", config).await;
    for (name, choose) in [("小李", json!(["甲、乙"])), ("小张", json!(["甲", "乙"])), ("小赵", json!(["甲"]))]
    {
        host.user(name).await.join(&room.number).await.act(&vote, json!({ "choose": choose })).await;
    }

    let report = wang.report(&vote).await;

    let mut cells: Vec<&str> =
        report["rows"].as_array().expect("rows").iter().filter_map(|row| row[2].as_str()).collect();
    cells.sort_unstable();
    cells.dedup();
    assert_eq!(cells.len(), 3, "{report}");
}

#[tokio::test]
async fn an_id_of_digits_stays_a_text_in_each_spreadsheet() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶", "min": 1, "max": 5 })).await;
    host.person("00123", "＝1+1").await.join(&room.number).await.act(&rating, json!({ "score": 5 })).await;

    let csv = wang.get(&rating.path("/report?format=csv")).await;
    let xlsx = wang.get(&rating.path("/report?format=xlsx")).await;

    assert_eq!(read_csv(csv.text())[1][..2], ["'00123", "'＝1+1"]);
    assert_eq!(xlsx.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    let (texts, sheet) = (part(xlsx.bytes(), "xl/sharedStrings.xml"), part(xlsx.bytes(), "xl/worksheets/sheet1.xml"));
    for text in ["00123", "＝1+1"] {
        assert!(texts.contains(&format!("<t>{text}</t>")), "{texts}");
    }
    assert!(!sheet.contains("<f>"), "no formula: {sheet}");
    assert!(sheet.contains("<v>5</v>"), "a score is a number: {sheet}");
}

#[tokio::test]
async fn a_file_says_which_activity_it_is_of() {
    let (_host, wang, _room, rating) = rated_by(&["小李"]).await;

    for format in ["csv", "xlsx"] {
        let file = wang.get(&rating.path(&format!("/report?format={format}"))).await;
        let name = file.header("content-disposition");
        assert!(name.starts_with("attachment; filename=\"report-"), "{name}");
        assert!(name.contains("; filename*=UTF-8''%E8%8C%B6"), "{name}");
        assert!(name.ends_with(&format!(".{format}")), "{name}");
    }
}
