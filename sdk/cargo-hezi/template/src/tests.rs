//! The whole plugin in a test room: `cargo test` runs it natively, JSON, state, timers and all.

use hezi_sdk::{Error, testing::Room};
use serde_json::json;

use super::*;

fn opened() -> (Room<Question>, Member, Member) {
    let mut room = Room::new();
    let (wang, li) = (room.join_organizer("wang", "小王"), room.join("li", "小李"));
    room.open(json!({ "question": "2 + 2 = ?", "answers": ["3", "4"], "correct": "4" })).unwrap();
    (room, wang, li)
}

#[test]
fn a_member_picks_once() {
    let (mut room, _, li) = opened();
    let reply = room.act(&li, json!({ "pick": { "answer": "3" } })).unwrap();
    assert_eq!(reply, json!({ "picked": { "answer": "3" } }));
    let again = room.act(&li, json!({ "pick": { "answer": "4" } }));
    assert!(matches!(again, Err(Error::Conflict(_))));
    assert_eq!(room.view().unwrap().find_statistic("已作答"), Some("1"));
}

#[test]
fn nobody_can_see_the_answer_before_it_is_revealed() {
    let (mut room, wang, li) = opened();
    for member in [&wang, &li] {
        assert!(!room.view_of(member).unwrap().to_string().contains("正确答案"));
    }
    assert!(room.report().unwrap().summary.get("outcome").is_none());
    assert!(matches!(room.act(&li, json!({ "reveal": {} })), Err(Error::Denied(_))));
    room.act(&wang, json!({ "reveal": {} })).unwrap();
    assert!(room.view().unwrap().to_string().contains("正确答案：4"));
}

#[test]
fn everything_is_said_in_english_too() {
    let (mut room, _, li) = opened();
    room.speak("en");
    assert!(room.view_of(&li).unwrap().to_string().contains("[Answer]"));
    let unknown = room.act(&li, json!({ "pick": { "answer": "5" } }));
    assert_eq!(unknown, Err(Error::invalid("answer: there is no “5”, pick one of those that are listed")));
}

#[test]
fn the_answer_is_revealed_when_the_time_is_up() {
    let (mut room, _, li) = opened();
    room.act(&li, json!({ "pick": { "answer": "4" } })).unwrap();
    room.advance_ms(30_000).unwrap();
    let told: Vec<_> = room.take_emitted().into_iter().map(|emitted| emitted.event).collect();
    assert_eq!(told, [json!({ "revealed": { "answer": "4", "right": 1, "of": 1 } })]);
    let late = room.act(&li, json!({ "pick": { "answer": "4" } }));
    assert!(matches!(late, Err(Error::Conflict(_))));
}

#[test]
fn the_counts_add_up_to_the_picks() {
    let (mut room, _, _) = opened();
    for number in 0..40 {
        let member = room.join(&format!("m{number}"), "成员");
        let answer = if number % 3 == 0 { "4" } else { "3" };
        room.act(&member, json!({ "pick": { "answer": answer } })).unwrap();
    }
    room.close().unwrap();
    let bars: Vec<u64> = room.view().unwrap().all_bars().map(|bar| bar.value).collect();
    assert_eq!(bars, [26, 14]);
    assert_eq!(room.report().unwrap().rows.len(), 40);
}
