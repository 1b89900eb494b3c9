//! The whole plugin in a test room: what members do, and what anybody can see of it.

mod model;

use hezi_sdk::testing::Room;
use serde_json::{Value, json};

use super::*;

const SECOND_MS: u64 = 1_000;

fn question(text: &str, choices: &[&str], right: &str) -> Value {
    json!({ "text": text, "choices": choices, "right": right, "seconds": 20 })
}

fn capitals() -> Value {
    json!({ "title": "地理", "questions": [
        question("法国的首都?", &["里昂", "巴黎"], "巴黎"),
        question("日本的首都?", &["东京", "大阪", "京都"], "东京"),
        question("智利的首都?", &["利马", "圣地亚哥"], "圣地亚哥"),
    ] })
}

fn open(config: Value) -> (Room<Quizzes>, Member) {
    let mut room = Room::new();
    let host = room.join_organizer("host", "主持");
    assert_eq!(room.open(&config).unwrap(), config["title"]);
    (room, host)
}

fn next(room: &mut Room<Quizzes>, host: &Member) -> Result<Value> {
    room.act(host, json!({ "next": {} }))
}

fn stop(room: &mut Room<Quizzes>, host: &Member) -> Result<Value> {
    room.act(host, json!({ "stop": {} }))
}

fn answer(room: &mut Room<Quizzes>, member: &Member, choice: &str) -> Result<Value> {
    room.act(member, json!({ "answer": { "choice": choice } }))
}

/// Rank, name, score and change of everybody in the standings.
fn board(room: &mut Room<Quizzes>) -> Vec<(u32, String, i64, i32)> {
    let view = room.view().unwrap();
    view.all_standings().map(|one| (one.rank, one.name.clone(), one.score, one.change)).collect()
}

fn standing(rank: u32, name: &str, score: i64, change: i32) -> (u32, String, i64, i32) {
    (rank, name.to_owned(), score, change)
}

fn bars(room: &mut Room<Quizzes>) -> Vec<(String, u64)> {
    room.view().unwrap().all_bars().map(|bar| (bar.label.clone(), bar.value)).collect()
}

fn is_conflict(result: &Result<Value>) -> bool {
    matches!(result, Err(Error::Conflict(_)))
}

#[test]
fn winners_of_one_name_are_told_apart() {
    let (mut room, host) = open(capitals());
    let players = ["li", "na"].map(|id| room.join(id, "李娜"));
    next(&mut room, &host).unwrap();
    for player in &players {
        answer(&mut room, player, "1B").unwrap();
    }
    stop(&mut room, &host).unwrap();
    room.close().unwrap();
    let view = room.view().unwrap().to_string();
    let said = view.lines().find(|line| line.starts_with("恭喜")).unwrap();
    assert!(said.contains("李娜 (li)") && said.contains("李娜 (na)"), "{said}");
}

#[test]
fn three_people_play_a_quiz() {
    let (mut room, host) = open(capitals());
    let [li, zhao, sun] = ["小李", "小赵", "小孙"].map(|name| room.join(name, name));
    assert!(is_conflict(&answer(&mut room, &li, "1A")), "nothing was asked yet");

    assert_eq!(
        next(&mut room, &host).unwrap(),
        json!({ "asked": { "question": 1, "ends_ms": room.now_ms() + 20_000 } })
    );
    assert_eq!(answer(&mut room, &sun, "1A").unwrap(), json!({ "answered": { "question": 1, "choice": "A" } }));
    room.advance_ms(4 * SECOND_MS).unwrap();
    assert_eq!(answer(&mut room, &zhao, "1B").unwrap(), json!({ "answered": { "question": 1, "choice": "B" } }));
    room.advance_ms(SECOND_MS).unwrap();
    answer(&mut room, &li, "1B").unwrap();
    assert_eq!(room.view().unwrap().find_statistic("已作答"), Some("3"));
    assert_eq!((board(&mut room), bars(&mut room)), (vec![], vec![]), "nothing is told while the question is open");
    room.advance_ms(15 * SECOND_MS).unwrap();

    assert_eq!(bars(&mut room), [("A 里昂".to_owned(), 1), ("B 巴黎 ✓".to_owned(), 2)]);
    assert_eq!(board(&mut room), [standing(1, "小赵", 900, 0), standing(2, "小李", 875, 0)]);
    let own = |room: &mut Room<Quizzes>, member| room.view_of(member).unwrap().to_string();
    assert!(own(&mut room, &li).contains("你选了 B，答对了，得 875 分\n总分 875，第 2 名（共 3 人）"));
    assert!(own(&mut room, &sun).contains("你选了 A，没有答对\n总分 0，第 3 名（共 3 人）"));

    next(&mut room, &host).unwrap();
    answer(&mut room, &li, "2A").unwrap();
    stop(&mut room, &host).unwrap();
    assert_eq!(board(&mut room), [standing(1, "小李", 1_875, 1), standing(2, "小赵", 900, -1)]);
    assert!(own(&mut room, &zhao).contains("你没有作答\n总分 900，第 2 名"));
    room.speak("en");
    assert!(own(&mut room, &li).contains("You chose A, which is right: 1000 points\n1875 points in all, place 1 of 3"));
    room.speak("zh-Hans");
    room.close().unwrap();

    assert!(room.view().unwrap().to_string().contains("恭喜 小李以 1875 分获胜"));
    let events: Vec<Value> = room.take_emitted().into_iter().map(|emitted| emitted.event).collect();
    assert_eq!(events[1], json!({ "ended": { "question": 1, "right": "B", "answers": 3 } }));
    let winners = json!([{ "id": "小李", "name": "小李", "points": 1875 }]);
    assert_eq!(events.last(), Some(&json!({ "finished": { "winners": winners, "leaders": 1 } })));
    assert_eq!(events.len(), 5);
}

#[test]
fn nobody_answers_twice_and_a_refusal_changes_nothing() {
    let (mut room, host) = open(capitals());
    let li = room.join("li", "小李");
    next(&mut room, &host).unwrap();
    answer(&mut room, &li, "1A").unwrap();
    let before = room.state().clone();
    for again in ["1A", "1B"] {
        assert!(is_conflict(&answer(&mut room, &li, again)));
    }
    for wrong in ["1C", "B", "巴黎", "", "1a"] {
        assert!(matches!(answer(&mut room, &li, wrong), Err(Error::Invalid(_))), "{wrong}");
    }
    assert!(matches!(answer(&mut room, &host, "1B"), Err(Error::Denied(_))), "organizers know the answers");
    assert!(matches!(next(&mut room, &li), Err(Error::Denied(_))));
    assert!(matches!(stop(&mut room, &li), Err(Error::Denied(_))));
    assert_eq!(room.state(), &before);
    let form = room.view_of(&li).unwrap().all_forms().any(|form| form.wrap.as_deref() == Some("answer"));
    assert!(!form, "who has answered is not asked again");
}

#[test]
fn a_late_timer_takes_no_answer_and_tells_nothing() {
    let (mut room, host) = open(capitals());
    let [li, zhao] = ["li", "zhao"].map(|id| room.join(id, id));
    next(&mut room, &host).unwrap();
    room.advance_ms(20 * SECOND_MS - 1).unwrap();
    answer(&mut room, &li, "1B").unwrap();

    room.delay_timers_ms(1);
    assert!(is_conflict(&answer(&mut room, &zhao, "1B")), "the time is over, whatever the timer does");
    let view = room.view().unwrap();
    assert!(view.to_string().contains("时间到") && !view.to_string().contains("正确答案"), "{view}");
    assert_eq!((view.all_bars().count(), view.all_standings().count()), (0, 0));
    assert!(is_conflict(&next(&mut room, &host)), "nobody has seen the answer yet");

    room.advance_ms(0).unwrap();
    assert!(room.view().unwrap().to_string().contains("正确答案：B 巴黎"));
    assert_eq!(board(&mut room), [standing(1, "li", 501, 0)]);
    assert!(room.timers().is_empty());
}

#[test]
fn a_timer_of_an_earlier_question_ends_no_later_one() {
    let (mut room, host) = open(capitals());
    next(&mut room, &host).unwrap();
    room.advance_ms(19 * SECOND_MS).unwrap();
    stop(&mut room, &host).unwrap();
    assert!(room.timers().is_empty());
    assert!(is_conflict(&stop(&mut room, &host)), "a second finger on the button ends nothing else");
    next(&mut room, &host).unwrap();
    room.advance_ms(19 * SECOND_MS).unwrap();
    let li = room.join("li", "小李");
    assert!(is_conflict(&answer(&mut room, &li, "1B")), "a slow phone's answer is not one to this question");
    answer(&mut room, &li, "2A").unwrap();
    room.advance_ms(SECOND_MS).unwrap();
    assert_eq!(board(&mut room), [standing(1, "小李", 525, 0)], "who came late plays along");
}

#[test]
fn questions_come_in_order_and_end() {
    let (mut room, host) = open(capitals());
    for number in 1..=3 {
        let reply = next(&mut room, &host).unwrap();
        assert_eq!(reply["asked"]["question"], number);
        assert!(is_conflict(&next(&mut room, &host)), "one question at a time");
        room.advance_ms(20 * SECOND_MS).unwrap();
    }
    assert!(matches!(next(&mut room, &host), Err(Error::Exhausted(_))));
    assert!(is_conflict(&stop(&mut room, &host)));
    room.close().unwrap();
    let view = room.view().unwrap();
    assert!(view.to_string().contains("没有人得分"), "{view}");
    assert_eq!(view.all_forms().count(), 0);
}

#[test]
fn closing_ends_the_open_question_first() {
    let (mut room, host) = open(capitals());
    let li = room.join("li", "小李");
    next(&mut room, &host).unwrap();
    answer(&mut room, &li, "1B").unwrap();
    room.leave("li");
    room.close().unwrap();
    let view = room.view().unwrap().to_string();
    assert!(view.contains("正确答案：B 巴黎") && view.contains("恭喜 小李以 1000 分获胜"), "{view}");
    assert!(!view.contains("东京"), "what was not asked stays for the next time: {view}");
}

#[test]
fn more_winners_than_places_are_counted() {
    let (mut room, host) = open(capitals());
    next(&mut room, &host).unwrap();
    for n in 0..12 {
        let member = room.join(&format!("m{n:02}"), &format!("人{n}"));
        answer(&mut room, &member, "1B").unwrap();
    }
    room.close().unwrap();
    assert!(room.view().unwrap().to_string().contains("人9等 12 人以 1000 分获胜"));
    assert!(board(&mut room).iter().all(|(rank, _, score, _)| (*rank, *score) == (1, 1_000)));
}

/// Everything that anybody can read of a quiz, in one text: views, report, events, and what the calls answer.
fn everything(room: &mut Room<Quizzes>, members: &[Member]) -> String {
    let mut text = format!("{:?}", room.view().unwrap());
    members.iter().for_each(|member| text += &format!("{:?}", room.view_of(member).unwrap()));
    text + &format!("{:?}{:?}{:?}", room.report().unwrap(), room.take_emitted(), room.timers())
}

/// Two quizzes that differ in the right answer of one question, and in all that comes after it, look the same to everybody,
/// organizers included, until that question's end is on record.
#[test]
fn nothing_is_told_before_the_end() {
    for last in 1..=3 {
        let other = |config: &Value| {
            let mut config = config.clone();
            let questions = config["questions"].as_array_mut().unwrap();
            questions[last - 1]["right"] = questions[last - 1]["choices"].as_array().unwrap().last().unwrap().clone();
            questions[last..].iter_mut().for_each(|unasked| *unasked = question("?", &["甲", "乙"], "乙"));
            config
        };
        let mut config = capitals();
        config["questions"][last - 1]["right"] = config["questions"][last - 1]["choices"][0].clone();
        let (mut one, host) = open(config.clone());
        let (mut two, _) = open(other(&config));
        assert_ne!(one.state(), two.state());
        let mut members = vec![host.clone()];
        for name in ["小李", "小赵", "小孙"] {
            two.join(name, name);
            members.push(one.join(name, name));
        }
        for number in 1..=last {
            for room in [&mut one, &mut two] {
                next(room, &host).unwrap();
            }
            for (member, choice) in members[1..].iter().zip(["A", "B", "A"]) {
                let choice = format!("{number}{choice}");
                let [replies, again] = [(); 2].map(|()| [&mut one, &mut two].map(|room| answer(room, member, &choice)));
                assert_eq!((&replies[0], &again[0]), (&replies[1], &again[1]));
                assert_eq!(everything(&mut one, &members), everything(&mut two, &members), "question {number}");
            }
            for room in [&mut one, &mut two] {
                room.advance_ms(20 * SECOND_MS - 1).unwrap();
                room.delay_timers_ms(5);
            }
            assert_eq!(everything(&mut one, &members), everything(&mut two, &members), "a late timer, {number}");
            for room in [&mut one, &mut two] {
                room.advance_ms(0).unwrap();
            }
        }
        assert_ne!(everything(&mut one, &members), everything(&mut two, &members), "and now it is told");
    }
}

#[test]
fn the_report_has_a_row_for_each_player() {
    let (mut room, host) = open(capitals());
    let [li, zhao] = ["li", "zhao"].map(|id| room.join(id, id));
    next(&mut room, &host).unwrap();
    room.advance_ms(4 * SECOND_MS).unwrap();
    answer(&mut room, &li, "1B").unwrap();
    answer(&mut room, &zhao, "1A").unwrap();
    room.leave("zhao");
    stop(&mut room, &host).unwrap();
    next(&mut room, &host).unwrap();
    answer(&mut room, &li, "2A").unwrap();
    let report = room.report().unwrap();
    assert_eq!(report.columns[..6], ["成员", "姓名", "总分", "第1题", "第1题用时(毫秒)", "第1题得分"]);
    assert_eq!(report.rows[0][..9], ["li", "li", "900", "B", "4000", "900", "已作答", "", ""]);
    assert_eq!(report.rows[1][..9], ["zhao", "zhao", "0", "A", "4000", "0", "", "", ""]);
    assert_eq!((&report.summary["players"], &report.summary["closed"]), (&json!(2), &json!(false)));
    let told = json!([{ "question": 1, "text": "法国的首都?", "right": "B", "whole_ms": 20_000, "answers": { "A": 1, "B": 1 } }]);
    assert_eq!(report.summary["questions"], told);
    room.close().unwrap();
    let report = room.report().unwrap();
    assert_eq!(report.rows[0][..9], ["li", "li", "1900", "B", "4000", "900", "A", "0", "1000"]);
    assert_eq!(report.summary["questions"][1]["right"], "A");
}

#[test]
fn ten_thousand_players_fit() {
    let (mut room, host) = open(capitals());
    next(&mut room, &host).unwrap();
    for n in 0..10_000 {
        let member = room.join(&format!("m{n:05}"), "人");
        answer(&mut room, &member, if n % 3 == 0 { "1B" } else { "1A" }).unwrap();
        room.advance_ms(u64::from(n % 2 == 0)).unwrap();
    }
    stop(&mut room, &host).unwrap();
    assert_eq!(bars(&mut room).iter().map(|(_, count)| *count).collect::<Vec<_>>(), [6_666, 3_334]);
    assert_eq!(board(&mut room).len(), 10);
    let last = room.join("m00001", "人");
    assert!(room.view_of(&last).unwrap().to_string().contains("总分 0，第 3335 名（共 10000 人）"));
    assert!(room.state()["board"].len() < 2_000, "the board does not grow with the players");
    let report = room.report().unwrap();
    assert_eq!(report.rows.len(), 10_000);
    assert!(report.pages > 5, "{}", report.pages);
}

#[test]
fn the_longest_list_of_questions_fits() {
    // A control character is the longest one in JSON.
    let choices: Vec<String> = (0..6).map(|n| "\u{1}".repeat(79) + &n.to_string()).collect();
    let question =
        json!({ "text": "\u{1}".repeat(199) + "?", "choices": choices, "right": choices[5], "seconds": 600 });
    let (mut room, host) = open(json!({ "title": "长", "questions": vec![question; 50] }));
    let li = room.join("li", &"李".repeat(500));
    for number in 1..=50 {
        next(&mut room, &host).unwrap();
        answer(&mut room, &li, &format!("{number}F")).unwrap();
        stop(&mut room, &host).unwrap();
        // Twenty announcements a second is what a room can bear.
        room.advance_ms(SECOND_MS).unwrap();
    }
    assert_eq!(board(&mut room)[0].2, 50_000);
    assert!(room.view_of(&li).unwrap().to_string().contains("总分 50000，第 1 名（共 1 人）"));
    assert_eq!(room.report().unwrap().rows[0].len(), 153);
}

#[test]
fn bad_configurations_are_refused() {
    for config in [
        json!({ "title": "地理" }),
        json!({ "title": "地理", "questions": [] }),
        json!({ "title": "地理", "questions": [question("?", &["甲"], "甲")] }),
        json!({ "title": "地理", "questions": [question("?", &["甲", "乙"], "丙")] }),
        json!({ "title": "地理", "questions": [question("?", &["甲", "乙"], "甲")], "more": 1 }),
    ] {
        assert!(matches!(Room::<Quizzes>::new().open(&config), Err(Error::Invalid(_))), "{config}");
    }
    let mut english = Room::<Quizzes>::new();
    english.speak("en");
    let refusal = english.open(json!({ "title": "?", "questions": [question("?", &["a", "b"], "c")] })).unwrap_err();
    assert_eq!(refusal.text(), "questions[0].right: the right answer must be one of the choices");
    let config = json!({ "title": "短", "questions": [{ "text": "?", "choices": ["甲", "乙"], "right": "甲" }] });
    let (mut room, host) = open(config);
    let ends_ms = room.now_ms() + 20 * SECOND_MS;
    assert_eq!(next(&mut room, &host).unwrap()["asked"]["ends_ms"], ends_ms, "20 s if nothing else is said");
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<Quizzes>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    assert!(fits(&description.config_schema, capitals()));
    assert!(!fits(&description.config_schema, json!({ "title": "地理", "questions": [] })));
    for action in [json!({ "next": {} }), json!({ "stop": {} }), json!({ "answer": { "choice": "2B" } })] {
        assert!(fits(&description.action_schema, action));
    }
    for action in [json!({ "answer": {} }), json!({ "answer": "2B" }), json!({ "next": {}, "stop": {} }), json!({})] {
        assert!(!fits(&description.action_schema, action));
    }
    assert!(fits(&description.reply_schema, json!({ "answered": { "question": 1, "choice": "A" } })));
    assert!(fits(&description.event_schema, json!({ "ended": { "question": 1, "right": "A", "answers": 0 } })));
    assert!(fits(&description.event_schema, json!({ "finished": { "winners": [], "leaders": 0 } })));
}
