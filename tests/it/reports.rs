//! What organizers take home from an activity.

use hezi_tests::{Activity, Conference, Host, User};
use serde_json::json;

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
fn read_csv(text: &str) -> Vec<Vec<String>> {
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

    wang.get(&rating.path("/report?format=xlsx")).await.problem(422, "invalid");
    wang.get(&rating.path("/report")).await.ok(200);
}
