//! The whole plugin in a test room: what people do, what everybody sees of it, and what nobody must.

mod model;

use hezi_sdk::testing::Room;
use serde_json::{Value, json};

use super::*;

const SECRET: &str = "公司的秘密";

fn opened(config: Value) -> (Room<Questions>, Member) {
    let mut room = Room::new();
    let host = room.join_organizer("host", "主持");
    assert_eq!(room.open(&config).unwrap(), config["title"]);
    (room, host)
}

fn plain() -> (Room<Questions>, Member) {
    opened(json!({ "title": "年会提问", "seconds_between": 0 }))
}

fn ask(room: &mut Room<Questions>, member: &Member, text: &str) -> Result<Value> {
    room.act(member, json!({ "ask": { "text": text } }))
}

fn vote(room: &mut Room<Questions>, member: &Member, question: u32) -> Result<Value> {
    room.act(member, json!({ "vote": { "question": question } }))
}

fn moderate(room: &mut Room<Questions>, host: &Member, question: u32, step: &str) -> Result<Value> {
    room.act(host, json!({ "moderate": { "question": question, "step": step } }))
}

fn cards(view: &View) -> Vec<(String, i64)> {
    view.all_cards().map(|card| (card.text.clone(), card.score.unwrap())).collect()
}

fn is_conflict(result: &Result<Value>) -> bool {
    matches!(result, Err(Error::Conflict(_)))
}

/// Everything that people who are no organizers can read.
fn public(room: &mut Room<Questions>, members: &[&Member]) -> String {
    let mut text = format!("{:?}", room.view().unwrap());
    for query in ["open/0", "answered/0", "pending/0", "hidden/0"] {
        members.iter().for_each(|member| text += &format!("{:?}", room.view_of_page(member, query).unwrap()));
    }
    text + &format!("{:?}{:?}", room.report().unwrap(), room.take_emitted())
}

#[test]
fn authors_of_one_name_are_told_apart() {
    let (mut room, _) = plain();
    for id in ["li", "na"] {
        let author = room.join(id, "李娜");
        ask(&mut room, &author, id).unwrap();
    }
    let zhao = room.join("zhao", "赵敏");
    ask(&mut room, &zhao, "zhao").unwrap();
    let view = room.view().unwrap();
    let authors: Vec<&str> = view.all_cards().map(|card| card.author.as_str()).collect();
    assert_eq!(authors, ["李娜 (li)", "李娜 (na)", "赵敏"]);
}

#[test]
fn people_ask_vote_and_are_answered() {
    let (mut room, host) = plain();
    let [li, zhao] = ["小李", "小赵"].map(|name| room.join(name, name));
    assert_eq!(ask(&mut room, &li, "几点结束?").unwrap(), json!({ "asked": { "question": 1, "shown": true } }));
    ask(&mut room, &zhao, "有加班费吗?").unwrap();
    assert_eq!(vote(&mut room, &li, 2).unwrap(), json!({ "voted": { "question": 2, "score": 1 } }));
    assert!(is_conflict(&vote(&mut room, &li, 2)), "once each");
    let listed = |room: &mut Room<Questions>| cards(&room.view().unwrap());
    assert_eq!(listed(&mut room), [("有加班费吗?".to_owned(), 1), ("几点结束?".to_owned(), 0)]);
    let pressed: Vec<bool> =
        room.view_of(&li).unwrap().all_cards().map(|card| card.buttons.first().unwrap().pressed).collect();
    assert_eq!(pressed, [true, false]);

    room.act(&li, json!({ "unvote": { "question": 2 } })).unwrap();
    assert!(is_conflict(&room.act(&li, json!({ "unvote": { "question": 2 } }))));
    assert_eq!(listed(&mut room)[0].0, "几点结束?", "of equal ones the earlier stands first");

    moderate(&mut room, &host, 2, "pin").unwrap();
    assert_eq!(listed(&mut room)[0].0, "有加班费吗?");
    moderate(&mut room, &host, 1, "answer").unwrap();
    assert_eq!(listed(&mut room)[0].0, "几点结束?");
    moderate(&mut room, &host, 2, "answer").unwrap();
    assert!(room.view().unwrap().to_string().contains("有加班费吗? (0) · 小赵 · 置顶 · 正在回答"));
    moderate(&mut room, &host, 2, "done").unwrap();
    assert_eq!(listed(&mut room), [("几点结束?".to_owned(), 0)], "and what was answered before waits again");
    assert!(room.view_of_page(&li, "answered/0").unwrap().to_string().contains("有加班费吗? (0) · 小赵 · 已回答"));
    assert!(is_conflict(&vote(&mut room, &li, 2)), "what is answered needs no votes");
    let events: Vec<Value> = room.take_emitted().into_iter().map(|emitted| emitted.event).collect();
    assert_eq!(events, [1, 2].map(|question| json!({ "answering": { "question": question } })));
}

#[test]
fn a_hidden_question_is_read_by_nobody_but_organizers() {
    let (mut room, host) = plain();
    let [li, zhao] = ["小李", "小赵"].map(|name| room.join(name, name));
    ask(&mut room, &li, SECRET).unwrap();
    vote(&mut room, &zhao, 1).unwrap();
    assert!(public(&mut room, &[&li, &zhao]).contains(SECRET));

    moderate(&mut room, &host, 1, "hide").unwrap();
    let read = public(&mut room, &[&li, &zhao]);
    assert!(!read.contains(SECRET), "{read}");
    assert!(room.view_of_page(&host, "hidden/0").unwrap().to_string().contains(SECRET));
    for deed in [vote(&mut room, &li, 1), room.act(&zhao, json!({ "unvote": { "question": 1 } }))] {
        let refusal = deed.unwrap_err();
        assert!(matches!(&refusal, Error::Conflict(text) if !text.contains(SECRET)), "{refusal}");
    }
    moderate(&mut room, &host, 1, "show").unwrap();
    assert_eq!(cards(&room.view().unwrap()), [(SECRET.to_owned(), 1)], "its votes are still there");
}

#[test]
fn with_review_nothing_is_shown_before_an_organizer_says_so() {
    let (mut room, host) = opened(json!({ "title": "问", "moderation": "before", "seconds_between": 0 }));
    let (li, zhao) = (room.join("li", "小李"), room.join("zhao", "小赵"));
    assert_eq!(ask(&mut room, &li, SECRET).unwrap(), json!({ "asked": { "question": 1, "shown": false } }));
    let told: Vec<Value> = room.take_emitted().into_iter().map(|emitted| emitted.event).collect();
    assert_eq!(told, [json!({ "waiting": { "question": 1 } })]);
    assert!(!public(&mut room, &[&zhao]).contains(SECRET));
    let own = room.view_of(&li).unwrap();
    assert!(own.to_string().contains(&format!("{SECRET} (0) · 小李 · 待审核\n")), "whoever asked sees it wait: {own}");
    assert!(is_conflict(&vote(&mut room, &li, 1)));
    assert!(room.view_of_page(&host, "pending/0").unwrap().to_string().contains("[通过] [隐藏]"));
    moderate(&mut room, &host, 1, "approve").unwrap();
    assert!(public(&mut room, &[&zhao]).contains(SECRET));
    assert!(!room.view_of(&li).unwrap().to_string().contains("待审核"));
}

#[test]
fn names_are_shown_as_configured_and_otherwise_not_kept() {
    for (names, anonymous, shown) in
        [("named", false, true), ("anonymous", false, false), ("choice", true, false), ("choice", false, true)]
    {
        let (mut room, _) = opened(json!({ "title": "问", "names": names }));
        let li = room.join("id-of-li", "小李");
        room.act(&li, json!({ "ask": { "text": "?", "anonymous": anonymous } })).unwrap();
        assert_eq!(public(&mut room, &[]).contains("小李"), shown, "{names} {anonymous}");
        let kept = String::from_utf8(room.state()["question/00000001"].clone()).unwrap();
        assert_eq!(kept.contains("id-of-li"), shown, "{kept}");
    }
}

#[test]
fn one_question_a_person_a_while() {
    let (mut room, _) = opened(json!({ "title": "问", "seconds_between": 60 }));
    let [li, zhao] = ["小李", "小赵"].map(|name| room.join(name, name));
    ask(&mut room, &li, "一").unwrap();
    room.advance_ms(59_001).unwrap();
    room.speak("en");
    let refused = ask(&mut room, &li, "二");
    assert_eq!(refused, Err(Error::conflict("Seconds until you can ask again: 1; meanwhile vote for what others ask")));
    ask(&mut room, &zhao, "三").unwrap();
    room.advance_ms(999).unwrap();
    ask(&mut room, &li, "二").unwrap();
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let (mut room, host) = plain();
    let li = room.join("li", "小李");
    ask(&mut room, &li, "?").unwrap();
    let before = room.state().clone();
    for action in [
        json!({ "ask": { "text": " " } }),
        json!({ "ask": { "text": "长".repeat(10_000) } }),
        json!({ "ask": { "text": "?", "anonymous": true } }),
        json!({ "vote": { "question": 7 } }),
        json!({ "vote": { "question": -1 } }),
    ] {
        assert!(matches!(room.act(&li, &action), Err(Error::Invalid(_))), "{action}");
    }
    assert!(matches!(moderate(&mut room, &li, 1, "hide"), Err(Error::Denied(_))));
    assert!(is_conflict(&moderate(&mut room, &host, 1, "approve")));
    assert!(matches!(moderate(&mut room, &host, 9, "hide"), Err(Error::Invalid(_))));
    assert!(matches!(room.act_for(&host, &li, json!({ "vote": { "question": 1 } })), Err(Error::Denied(_))));
    assert_eq!(room.state(), &before);
    for query in ["hidden/0", "open/99999", "open/-1", "nothing", "", "/", "open/0/0"] {
        let view = room.view_of_page(&li, query).unwrap();
        assert_eq!(cards(&view).len(), 1, "what makes no sense shows the first page: {query}");
    }
}

#[test]
fn pages_turn_and_a_closed_activity_takes_nothing() {
    let (mut room, host) = plain();
    let li = room.join("li", "小李");
    for number in 1..=45 {
        ask(&mut room, &li, &format!("问题{number}")).unwrap();
    }
    vote(&mut room, &li, 45).unwrap();
    let first = room.view().unwrap();
    assert_eq!(cards(&first)[..2], [("问题45".to_owned(), 1), ("问题1".to_owned(), 0)]);
    assert!(first.to_string().contains("<问题 45>\n<已回答 0>\n") && first.to_string().contains("<下一页>"));
    let last = room.view_of_page(&li, "open/2").unwrap();
    assert_eq!((cards(&last).len(), last.to_string().contains("<下一页>")), (5, false));
    room.close().unwrap();
    for view in [room.view().unwrap(), room.view_of(&host).unwrap()] {
        assert!(view.all_forms().count() == 0 && view.all_cards().all(|card| card.buttons.is_empty()));
    }
}

#[test]
fn ten_thousand_people_and_the_longest_questions_fit() {
    let (mut room, _) = plain();
    let names = "名".repeat(64);
    for n in 0..10_000 {
        let member = room.join(&format!("m{n:05}"), &names);
        if n < QUESTIONS_MAX {
            ask(&mut room, &member, &"\"".repeat(300)).unwrap();
        }
        vote(&mut room, &member, (n % 7 + 1) as u32).unwrap();
    }
    let late = room.join("late", "晚");
    assert!(matches!(ask(&mut room, &late, "?"), Err(Error::Exhausted(_))));
    for question in 1..=300 {
        vote(&mut room, &late, question).unwrap();
    }
    assert!(matches!(vote(&mut room, &late, 301), Err(Error::Exhausted(_))));
    assert!(room.view_of(&late).unwrap().json_bytes() < 40_000);
    assert_eq!(room.report().unwrap().rows.len() as u64, QUESTIONS_MAX);
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<Questions>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    assert!(fits(&description.config_schema, json!({ "title": "问", "moderation": "before", "names": "choice" })));
    assert!(!fits(&description.config_schema, json!({ "title": "" })));
    assert!(fits(&description.action_schema, json!({ "moderate": { "question": 1, "step": "pin" } })));
    for action in [json!({ "ask": {} }), json!({ "vote": { "question": "1" } }), json!({})] {
        assert!(!fits(&description.action_schema, action));
    }
    assert!(fits(&description.reply_schema, json!({ "asked": { "question": 1, "shown": true } })));
    assert!(fits(&description.event_schema, json!({ "answering": { "question": 1 } })));
    assert!(description.allows_anonymous);
}
