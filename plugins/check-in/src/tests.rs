//! The whole plugin in a test room: who is on the list, since when, and what anybody can see of it.

use std::collections::BTreeMap;

use hezi_sdk::testing::Room;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

struct Hall {
    room: Room<CheckIn>,
    host: Member,
}

impl Hall {
    fn new(config: Value) -> Self {
        let mut room = Room::new();
        let host = room.join_organizer("host", "主持");
        room.open(config).unwrap();
        Self { room, host }
    }

    fn check_in(&mut self, member: &Member) -> Result<Value> {
        self.room.act(member, json!({ "check_in": {} }))
    }

    fn add(&mut self, name: &str) -> Result<Value> {
        self.room.act(&self.host, json!({ "add": { "name": name } }))
    }

    fn remove(&mut self, number: u32) -> Result<Value> {
        self.room.act(&self.host, json!({ "remove": { "number": number } }))
    }

    fn wall(&mut self) -> Vec<String> {
        self.room.view().unwrap().all_cards().map(|card| format!("{} {}", card.text, card.marks.join(" "))).collect()
    }
}

fn meeting() -> Value {
    // The room's clock stands at 2026-11-26 in the afternoon.
    json!({ "title": "早会", "late_after_min": 10 })
}

#[test]
fn two_of_one_name_are_told_apart_on_the_wall() {
    let mut hall = Hall::new(json!({ "title": "早会" }));
    for id in ["li", "na"] {
        let member = hall.room.join(id, "李娜");
        hall.check_in(&member).unwrap();
    }
    let view = hall.room.view().unwrap();
    let names: Vec<&str> = view.all_cards().map(|card| card.text.as_str()).collect();
    assert_eq!(names, ["李娜 (na)", "李娜 (li)"]);
}

#[test]
fn people_are_on_the_wall_as_they_come() {
    let mut hall = Hall::new(meeting());
    let (wang, li) = (hall.room.join("wang", "小王"), hall.room.join("li", "小李"));
    let now_ms = hall.room.now_ms();
    assert_eq!(hall.check_in(&wang).unwrap(), json!({ "number": 1, "at_ms": now_ms, "late": false }));
    hall.room.advance_ms(60_000).unwrap();
    assert_eq!(hall.check_in(&li).unwrap()["number"], 2);
    let config = Config { title: "早会".into(), late_after_min: None, utc_offset_min: 480 };
    let times = [now_ms, now_ms + 60_000].map(|at_ms| config.clock(at_ms));
    assert_eq!(hall.wall(), [format!("小李 第 2 位 {}", times[1]), format!("小王 第 1 位 {}", times[0])]);
    let view = hall.room.view_of(&wang).unwrap();
    assert_eq!(view.find_statistic("签到人数"), Some("2"));
    assert!(view.to_string().contains(&format!("你已签到：第 1 位，{}", times[0])), "{view}");
    assert!(view.to_string().contains("成员签到进度: 2/3"), "{view}");
    assert!(!view.to_string().contains("[签到]"), "who is here needs no button");
    assert!(hall.room.view().unwrap().to_string().contains("[签到]"));
}

#[test]
fn nobody_checks_in_twice_and_the_time_stays() {
    let mut hall = Hall::new(meeting());
    let wang = hall.room.join("wang", "小王");
    hall.check_in(&wang).unwrap();
    let before = hall.room.state().clone();
    hall.room.advance_ms(5 * 60_000).unwrap();
    let refused = hall.check_in(&wang).unwrap_err();
    assert!(matches!(&refused, Error::Conflict(text) if text.starts_with("已经签到：第 1 位")), "{refused}");
    let host = hall.host.clone();
    assert!(matches!(hall.room.act_for(&host, &wang, json!({ "check_in": {} })), Err(Error::Conflict(_))));
    assert_eq!(hall.room.state(), &before);
}

#[test]
fn late_is_late_by_the_clock_also_when_the_timer_is() {
    let mut hall = Hall::new(meeting());
    let members = ["a", "b", "c"].map(|id| hall.room.join(id, id));
    hall.room.advance_ms(599_999).unwrap();
    assert_eq!(hall.check_in(&members[0]).unwrap()["late"], false);
    hall.room.delay_timers_ms(1);
    assert_eq!(hall.check_in(&members[1]).unwrap()["late"], true);
    assert!(!hall.room.view().unwrap().to_string().contains("现在签到算迟到"));
    hall.room.advance_ms(1).unwrap();
    let words = hall.room.view().unwrap().to_string();
    assert!(words.contains("现在签到算迟到") && !words.contains("距离迟到"), "{words}");
    hall.check_in(&members[2]).unwrap();
    assert_eq!(hall.room.view().unwrap().find_statistic("迟到"), Some("2"));
    assert!(hall.room.view_of(&members[2]).unwrap().to_string().contains("（迟到）"));
}

#[test]
fn without_a_limit_nobody_is_late() {
    let mut hall = Hall::new(json!({ "title": "早会" }));
    assert!(hall.room.timers().is_empty());
    let wang = hall.room.join("wang", "小王");
    hall.room.advance_ms(86_400_000).unwrap();
    assert_eq!(hall.check_in(&wang).unwrap()["late"], false);
    assert_eq!(hall.room.view().unwrap().find_statistic("迟到"), None);
}

#[test]
fn an_organizer_adds_by_hand_and_takes_off_again() {
    let mut hall = Hall::new(meeting());
    let (wang, li) = (hall.room.join("wang", "小王"), hall.room.join("li", "小李"));
    hall.check_in(&wang).unwrap();
    let host = hall.host.clone();
    assert_eq!(hall.room.act_for(&host, &li, json!({ "check_in": {} })).unwrap()["number"], 2);
    assert_eq!(hall.add(" 张三 ").unwrap()["number"], 3);
    assert!(matches!(hall.add("张三"), Err(Error::Conflict(_))), "there already");
    assert!(matches!(hall.add("小王"), Err(Error::Conflict(_))), "came by themselves");
    assert!(matches!(hall.add(" "), Err(Error::Invalid(_))));
    assert!(matches!(hall.add(&"长".repeat(41)), Err(Error::Invalid(_))));
    assert!(matches!(hall.remove(1), Err(Error::Conflict(_))), "who came by themselves stays");
    assert!(matches!(hall.remove(9), Err(Error::Invalid(_))));
    let rows = hall.room.report().unwrap().rows;
    assert_eq!((rows[1][1].as_str(), rows[1][5].as_str()), ("li", "主持"));
    assert_eq!((rows[2][1].as_str(), rows[2][2].as_str(), rows[2][5].as_str()), ("", "张三", "主持"));
    hall.remove(3).unwrap();
    hall.remove(2).unwrap();
    assert!(matches!(hall.remove(2), Err(Error::Invalid(_))), "gone already");
    assert_eq!(hall.room.view().unwrap().find_statistic("签到人数"), Some("1"));
    assert_eq!(hall.add("张三").unwrap()["number"], 4, "a number is given once");
    assert_eq!(hall.check_in(&li).unwrap()["number"], 5);
}

#[test]
fn others_may_neither_add_nor_take_off() {
    let mut hall = Hall::new(meeting());
    let wang = hall.room.join("wang", "小王");
    hall.add("张三").unwrap();
    for action in [json!({ "add": { "name": "李四" } }), json!({ "remove": { "number": 1 } })] {
        assert!(matches!(hall.room.act(&wang, &action), Err(Error::Denied(_))), "{action}");
        let host = hall.host.clone();
        assert!(matches!(hall.room.act_for(&host, &wang, &action), Err(Error::Denied(_))), "{action}");
    }
    for action in
        [json!({}), json!("check_in"), json!({ "check_in": { "at_ms": 0 } }), json!({ "remove": { "number": -1 } })]
    {
        assert!(matches!(hall.room.act(&wang, &action), Err(Error::Invalid(_))), "{action}");
    }
}

#[test]
fn who_is_missing_is_shown_to_organizers() {
    let mut hall = Hall::new(meeting());
    let members: Vec<Member> = (0..5).map(|n| hall.room.join(&format!("m{n}"), &format!("人{n}"))).collect();
    for here in [0, 3, 4] {
        hall.check_in(&members[here]).unwrap();
    }
    hall.room.leave("m3");
    let host = hall.host.clone();
    let missing = |hall: &mut Hall, viewer: &Member| {
        let view = hall.room.view_of_page(viewer, "missing").unwrap();
        view.all_people().map(|person| person.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(missing(&mut hall, &host), ["host", "m1", "m2"]);
    assert!(missing(&mut hall, &members[0]).is_empty(), "a participant asks in vain");
    for member in [&members[1], &members[2], &host] {
        hall.check_in(member).unwrap();
    }
    assert!(hall.room.view_of_page(&host, "missing").unwrap().to_string().contains("成员都到齐了"));
    assert_eq!(hall.room.view_of_page(&host, "nonsense").unwrap(), hall.room.view_of(&host).unwrap());
}

#[test]
fn the_report_keeps_names_and_times_after_people_left() {
    let mut hall = Hall::new(meeting());
    let wang = hall.room.join("wang", "小王");
    hall.check_in(&wang).unwrap();
    hall.room.leave("wang");
    hall.room.close().unwrap();
    let report = hall.room.report().unwrap();
    assert_eq!(report.columns, ["序号", "成员", "姓名", "时间", "状态", "代签人"]);
    let row = &report.rows[0];
    assert_eq!([&row[0], &row[1], &row[2], &row[4], &row[5]], ["1", "wang", "小王", "准时", ""]);
    assert!(row[3].starts_with("20") && row[3].ends_with("+08:00"), "{}", row[3]);
    assert_eq!((&report.summary["present"], &report.summary["closed"]), (&json!(1), &json!(true)));
    let words = hall.room.view().unwrap().to_string();
    assert!(words.contains("签到已结束") && !words.contains('['), "{words}");
}

#[test]
fn everything_is_said_in_english_too() {
    let mut hall = Hall::new(meeting());
    hall.room.speak("en");
    let wang = hall.room.join("wang", "Wang");
    hall.check_in(&wang).unwrap();
    hall.add("Guest").unwrap();
    assert!(hall.check_in(&wang).unwrap_err().text().starts_with("Checked in already: number 1, at "));
    assert_eq!(
        hall.add("Guest").unwrap_err().text(),
        "“Guest” is on the list already, as number 2: tell two people of one name apart"
    );
    let words = hall.room.view_of(&wang).unwrap().to_string();
    for start in ["Here: 2", "Late: 0", "Members who are here: 1/2", "You are checked in: number 1", "Guest · no. 2"] {
        assert!(words.lines().any(|line| line.starts_with(start)), "{start} in {words}");
    }
}

#[test]
fn bad_configurations_are_invalid() {
    for config in [
        json!({}),
        json!({ "title": " " }),
        json!({ "title": "早会", "late_after_min": 0 }),
        json!({ "title": "早会", "late_after_min": 1.5 }),
        json!({ "title": "早会", "utc_offset_min": 900 }),
        json!({ "title": "早会", "more": 1 }),
    ] {
        assert!(matches!(Room::<CheckIn>::new().open(&config), Err(Error::Invalid(_))), "{config}");
    }
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<CheckIn>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    assert!(fits(&description.config_schema, json!({ "title": "早会", "late_after_min": 10, "utc_offset_min": 480 })));
    assert!(fits(&description.config_schema, json!({ "title": "早会" })));
    assert!(!fits(&description.config_schema, json!({ "title": "早会", "late_after_min": 0 })));
    for action in
        [json!({ "check_in": {} }), json!({ "add": { "name": "张三" } }), json!({ "remove": { "number": 1 } })]
    {
        assert!(fits(&description.action_schema, action.clone()), "{action}");
    }
    assert!(!fits(&description.action_schema, json!({ "add": { "name": "" } })));
    assert!(fits(&description.reply_schema, json!({ "number": 1, "at_ms": 0, "late": false })));
}

#[test]
fn ten_thousand_people_with_long_names_are_shown() {
    let mut hall = Hall::new(json!({ "title": "题".repeat(200), "late_after_min": 1 }));
    for n in 0..10_000 {
        let member = hall.room.join(&format!("{n:064}"), &"\"名".repeat(32));
        if n % 2 == 0 {
            hall.check_in(&member).unwrap();
        }
    }
    let host = hall.host.clone();
    let view = hall.room.view_of(&host).unwrap();
    assert_eq!(view.all_cards().count(), 100);
    assert!(view.to_string().contains("这里显示最近 100 位"));
    assert_eq!(hall.room.view_of_page(&host, "missing").unwrap().all_people().count(), 200);
    assert_eq!(hall.room.report().unwrap().rows.len(), 5_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever people do: a person stands in one row, what a row says never changes, and the counts are those of the rows.
    #[test]
    fn one_row_a_person_and_times_never_move(
        steps in prop::collection::vec((0_u8..4, 0_usize..6, 0_u64..200_000), 0..60),
    ) {
        let mut hall = Hall::new(json!({ "title": "早会", "late_after_min": 30 }));
        let members: Vec<Member> = (0..6).map(|n| hall.room.join(&format!("m{n}"), &format!("人{n}"))).collect();
        let host = hall.host.clone();
        let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (kind, who, wait_ms) in steps {
            let before = hall.room.state().clone();
            let done = match kind {
                0 => hall.check_in(&members[who]),
                1 => hall.room.act_for(&host, &members[who], json!({ "check_in": {} })),
                2 => hall.add(&format!("客{who}")),
                _ => hall.remove(who as u32 + 1),
            };
            if done.is_err() {
                prop_assert_eq!(hall.room.state(), &before);
            } else if kind == 3 {
                rows.remove(&(who + 1).to_string());
            }
            let report = hall.room.report().unwrap();
            let mut people: Vec<_> = report.rows.iter().map(|row| (row[1].clone(), row[2].clone())).collect();
            people.sort();
            people.dedup();
            prop_assert_eq!(people.len(), report.rows.len(), "one row a person");
            prop_assert!(report.rows.windows(2).all(|pair| pair[0][3] <= pair[1][3]), "in the order of coming");
            for row in &report.rows {
                let first = rows.entry(row[0].clone()).or_insert_with(|| row.clone());
                prop_assert_eq!(&*first, row, "what a row says never changes");
            }
            prop_assert_eq!(rows.len(), report.rows.len());
            let late = report.rows.iter().filter(|row| row[4] == "迟到").count();
            let by_members = report.rows.iter().filter(|row| !row[1].is_empty()).count();
            let counts = ["present", "late", "members"].map(|figure| report.summary[figure].as_u64().unwrap() as usize);
            prop_assert_eq!(counts, [report.rows.len(), late, by_members]);
            hall.room.advance_ms(wait_ms).unwrap();
        }
    }
}
