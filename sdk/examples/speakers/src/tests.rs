//! Stories in a test room.

use hezi_sdk::testing::Room;
use serde_json::{Value, json};

use super::*;

fn opened() -> (Room<Speakers>, Member) {
    let mut room = Room::new();
    let host = room.join_organizer("host", "主持");
    room.open(json!({ "topic": "预算", "seconds": 60 })).unwrap();
    (room, host)
}

fn names(room: &mut Room<Speakers>) -> Vec<String> {
    room.view().unwrap().all_people().map(|person| person.name.clone()).collect()
}

#[test]
fn people_speak_in_the_order_of_their_hands() {
    let (mut room, host) = opened();
    let [li, zhao] = ["小李", "小赵"].map(|name| room.join(name, name));
    room.act(&zhao, json!({ "raise": {} })).unwrap();
    room.act(&li, json!({ "raise": {} })).unwrap();
    assert!(matches!(room.act(&li, json!({ "raise": {} })), Err(Error::Conflict(_))));
    assert_eq!(names(&mut room), ["小赵", "小李"]);
    assert!(matches!(room.act(&li, json!({ "next": {} })), Err(Error::Denied(_))));

    room.act(&host, json!({ "next": {} })).unwrap();
    assert_eq!(room.view().unwrap().find_statistic("正在发言"), Some("小赵"));
    room.advance_ms(60_000).unwrap();
    assert!(room.view().unwrap().to_string().contains("小赵 的时间到了"));
    let told: Vec<Value> = room.take_emitted().into_iter().map(|emitted| emitted.event).collect();
    assert_eq!(told, [json!({ "your_turn": { "until_ms": room.now_ms() } }), json!({ "time_is_over": {} })]);

    assert!(matches!(room.act(&li, json!({ "done": {} })), Err(Error::Denied(_))));
    room.act(&zhao, json!({ "done": {} })).unwrap();
    assert_eq!(room.report().unwrap().rows, [["小赵", "小赵", "60"]]);
}

#[test]
fn who_leaves_neither_waits_nor_speaks() {
    let (mut room, host) = opened();
    let [li, zhao] = ["小李", "小赵"].map(|name| room.arrive(name, name).unwrap());
    room.act(&li, json!({ "raise": {} })).unwrap();
    room.act(&zhao, json!({ "raise": {} })).unwrap();
    room.act(&host, json!({ "next": {} })).unwrap();
    room.depart(&zhao).unwrap();
    assert!(names(&mut room).is_empty());
    room.depart(&li).unwrap();
    assert!(room.view().unwrap().to_string().contains("现在没有人发言") && room.timers().is_empty());
}

#[test]
fn a_hand_can_be_lowered_again() {
    let (mut room, host) = opened();
    let li = room.join("li", "小李");
    assert!(matches!(room.act(&li, json!({ "lower": {} })), Err(Error::Conflict(_))));
    room.act(&li, json!({ "raise": {} })).unwrap();
    room.act(&li, json!({ "lower": {} })).unwrap();
    room.speak("en");
    let refused = room.act(&host, json!({ "next": {} }));
    assert_eq!(refused, Err(Error::conflict("Nobody is waiting to speak")));
}

#[test]
fn a_long_line_is_cut_and_counted() {
    let (mut room, _) = opened();
    for n in 0..300 {
        let member = room.join(&format!("m{n}"), "人");
        room.act(&member, json!({ "raise": {} })).unwrap();
    }
    assert_eq!(names(&mut room).len(), SHOWN_MAX);
    assert!(room.view().unwrap().to_string().contains("还有 280 人"));
}
