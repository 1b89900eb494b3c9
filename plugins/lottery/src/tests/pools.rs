//! Who is in the pool, and what they are called when they have left.

use hezi_sdk::Block;
use hezi_sdk::testing::Presence;

use super::*;

#[test]
fn who_left_after_the_freezing_still_wins_by_name() {
    let mut hall = Hall::frozen(party(), 1);
    hall.room.leave("m00000");
    let reply = hall.act(json!({ "draw": { "prize": "一等奖" } })).unwrap();
    assert_eq!(reply, json!({ "winners": [{ "id": "m00000", "name": "人0", "left": true }] }));
    assert!(hall.words().contains("人0 (m00000) 第 1 个抽出 · 抽中时已离开"));
    let report = hall.room.report().unwrap();
    assert_eq!((report.rows[0][3].as_str(), report.rows[0][7].as_str()), ("人0", "已离开"));
    assert_eq!(report.rows[1][3], "人0", "the pool keeps the name, too");
}

#[test]
fn the_organizer_chooses_who_is_in_and_the_pool_says_so() {
    for (freeze, pool, words) in [
        (json!({}), &["m00000", "m00001", "m00002"][..], "的全部参与者"),
        (json!({ "organizers": true }), &["host", "m00000", "m00001", "m00002"], "的全部成员，含主持人"),
        (json!({ "who": "online" }), &["m00000", "m00002"], "在线的参与者"),
        (json!({ "who": "online", "organizers": true }), &["host", "m00000", "m00002"], "在线的所有人，含主持人"),
    ] {
        let mut hall = Hall::new(party(), 3);
        hall.room.set_presence("m00001", Presence::Offline);
        let reply = hall.act(json!({ "freeze": freeze })).unwrap();
        assert_eq!(reply["pool"], pool.len());
        let report = hall.room.report().unwrap();
        assert!(report.rows.iter().map(|row| row[2].as_str()).eq(pool.iter().copied()), "{freeze}");
        for said in [&reply, &report.summary, &hall.events()[0]["frozen"]] {
            assert_eq!(said["who"], *freeze.get("who").unwrap_or(&json!("everyone")));
            assert_eq!(said["organizers"], *freeze.get("organizers").unwrap_or(&json!(false)));
        }
        assert!(hall.words().contains(&format!("参加范围：冻结时{words}")), "{words}");
    }
}

/// The pages that are offered beside the one of this query, and who is named on it.
fn page(hall: &mut Hall, viewer: &Member, query: &str) -> (Vec<String>, Vec<String>) {
    let view = hall.room.view_of_page(viewer, query).unwrap();
    let tabs = view.blocks().iter().filter_map(|block| if let Block::Tabs(tabs) = block { Some(tabs) } else { None });
    let queries = tabs.flatten().map(|tab| tab.query.clone()).collect();
    (queries, view.all_people().map(|person| person.id.clone()).collect())
}

#[test]
fn everybody_in_the_pool_stands_on_a_page_of_it_from_the_freezing_on() {
    let mut hall = Hall::new(party(), 401);
    let viewer = hall.room.join("m99999", "后来");
    hall.room.leave("m99999");
    assert_eq!(page(&mut hall, &viewer, "pool/0"), (vec![], vec![]), "there is no pool yet");
    hall.act(json!({ "freeze": {} })).unwrap();
    let all: Vec<String> = (0..401).map(|n| format!("m{n:05}")).collect();
    for closed in [false, true] {
        if closed {
            hall.room.close().unwrap();
        }
        assert_eq!(page(&mut hall, &viewer, "").0, ["", "pool/0"]);
        assert_eq!(page(&mut hall, &viewer, "pool/0"), (to(&["", "pool/0", "pool/1"]), all[..200].to_vec()));
        assert_eq!(
            page(&mut hall, &viewer, "pool/1"),
            (to(&["", "pool/0", "pool/0", "pool/2"]), all[200..400].to_vec())
        );
        assert_eq!(page(&mut hall, &viewer, "pool/2"), (to(&["", "pool/0", "pool/1"]), all[400..].to_vec()));
        for nonsense in ["pool/3", "pool/-1", "pool/4294967295", "pool/", "m00000", "?"] {
            assert_eq!(page(&mut hall, &viewer, nonsense), (to(&["", "pool/0"]), vec![]), "{nonsense}");
        }
    }
}

#[test]
fn whoever_looks_at_the_pool_finds_themselves_and_learns_what_they_win() {
    let mut hall = Hall::frozen(json!({ "title": "年会", "prizes": [{ "name": "茶", "count": 1 }] }), 3);
    let winner = hall.draw("茶", 1, "").unwrap().remove(0);
    for id in ["m00000", "m00001", "m00002"] {
        let viewer = hall.room.join(id, id);
        let view = hall.room.view_of_page(&viewer, "pool/0").unwrap();
        let marked: Vec<&str> =
            view.all_people().filter(|person| person.detail == "你").map(|person| &*person.id).collect();
        assert_eq!(marked, [id]);
        assert_eq!(view.to_string().contains("恭喜你获得：茶"), id == winner);
    }
}

fn to(queries: &[&str]) -> Vec<String> {
    queries.iter().map(|query| (*query).to_owned()).collect()
}

#[test]
fn a_pool_of_nobody_online_is_refused() {
    let mut hall = Hall::new(party(), 1);
    hall.room.set_presence("m00000", Presence::Offline);
    assert!(matches!(hall.act(json!({ "freeze": { "who": "online" } })), Err(Error::Conflict(_))));
    assert!(matches!(hall.act(json!({ "freeze": { "who": "nobody" } })), Err(Error::Invalid(_))));
    assert_eq!(hall.act(json!({ "freeze": {} })).unwrap()["pool"], 1);
}

#[test]
fn names_that_do_not_fit_into_the_freezing_are_noted_a_moment_later() {
    let mut hall = Hall::new(party(), 0);
    let long = |n: u32| format!("{n:05}{}", "名".repeat(55));
    (0..3_000).for_each(|n| drop(hall.room.join(&format!("m{n:05}"), &long(n))));
    hall.act(json!({ "freeze": {} })).unwrap();
    assert!(hall.room.timers().contains_key("names"));
    hall.room.advance_ms(1_000).unwrap();
    assert!(hall.room.timers().is_empty());
    (0..3_000).for_each(|n| hall.room.leave(&format!("m{n:05}")));
    let report = hall.room.report().unwrap();
    assert!(report.rows.iter().map(|row| row[3].clone()).eq((0..3_000).map(long)));
}

#[test]
fn a_lottery_of_the_version_before_goes_on() {
    // Written by the version that put all participants in and noted no names: two people, one of whom has won and left.
    let config = r#"{"title":"年会","prizes":[{"name":"一等奖","count":2}],"repeat_winners":false}"#;
    let hash = "720a85ab3c7ac760a35d2c41c5b2d77a57487b62234b8e8e6efa9c2a2be9a891";
    let seed = format!(r#""{}""#, "ab".repeat(32));
    let frozen = format!(r#"{{"pool":2,"pool_hash":"{hash}"}}"#);
    let win = r#"{"prize":0,"winner":{"id":"wang","name":"小王"},"position":1,"entropy":"","first":0,"absent":false,"replaces":null}"#;
    let state: [(&str, &[u8]); 10] = [
        ("config", config.as_bytes()),
        ("seed", seed.as_bytes()),
        ("frozen", frozen.as_bytes()),
        ("pool/00000000", b"\0\x02li\0\x04wang"),
        ("picks", b"1"),
        ("rows-bytes", b"80"),
        ("win/00000000", win.as_bytes()),
        ("held/wang", b"[0]"),
        ("drawn/00000000", b"1"),
        ("won/00000000", &[0b10]),
    ];
    let mut room = Room::<Lottery>::take_over(1, state).unwrap();
    let host = room.join_organizer("host", "主持");
    assert!(room.view().unwrap().to_string().contains("参加范围：冻结时的全部参与者"));
    let reply = room.act(&host, json!({ "draw": { "prize": "一等奖" } })).unwrap();
    assert_eq!(reply, json!({ "winners": [{ "id": "li", "name": "li", "left": true }] }), "nobody noted the name");
    let names: Vec<String> = room.report().unwrap().rows.into_iter().map(|row| row[3].clone()).collect();
    assert_eq!(names, ["小王", "li", "", ""]);
}
