//! The largest surveys that there can be: nothing that people configure, write or are called passes a limit of the host.
//!
//! The test room refuses what the host refuses: a view, a reply, an event or a page of a report that is too large fails here.

use super::*;

fn long(start: impl ToString, filling: char, chars: usize) -> String {
    start.to_string().chars().chain(std::iter::repeat(filling)).take(chars).collect()
}

/// A survey of one kind of question, as large as `chars` and `count` make it.
fn survey(kind: &str, filling: char, chars: usize, count: usize) -> Value {
    let names = |count: usize| (0..count).map(|n| long(format!("{n:02}"), filling, chars.min(100))).collect::<Vec<_>>();
    let question = |n: usize| {
        let mut question = json!({ "text": long(n, filling, chars.min(300)), "kind": kind });
        match kind {
            "text" => question["max"] = json!(2_000),
            "matrix" => (question["options"], question["rows"]) = (json!(names(11)), json!(names(10))),
            "number" | "rating" | "yes_no" => {}
            _ => question["options"] = json!(names(20)),
        }
        question
    };
    let questions: Vec<Value> = (0..count).map(question).collect();
    json!({ "title": long("", filling, 200), "intro": long("", filling, 1_000), "questions": questions, "results": "live" })
}

/// An answer to each question, as long as it gets.
fn answers(kind: &str, filling: char, chars: usize, count: usize) -> Value {
    let names = |count: usize| (0..count).map(|n| long(format!("{n:02}"), filling, chars.min(100))).collect::<Vec<_>>();
    let answer = || match kind {
        "text" => json!(long("", filling, chars)),
        "number" => json!(100),
        "rating" => json!(5),
        "yes_no" => json!("yes"),
        "single" => json!(names(1)[0]),
        "points" => names(20).into_iter().zip([json!(5)].into_iter().cycle()).collect(),
        "matrix" => names(10).into_iter().map(|row| (row, json!(names(11)[10]))).collect(),
        _ => json!(names(20)),
    };
    (0..count).map(|n| (format!("q{}", n + 1), answer())).collect()
}

#[test]
fn what_is_opened_and_kept_can_be_shown() {
    let (mut opened, mut kept) = (0, 0);
    for kind in ["single", "multiple", "text", "number", "rating", "yes_no", "order", "points", "matrix"] {
        for filling in ['a', '题', '🎉', '"', '\u{1}'] {
            for (chars, count) in [(4, 20), (20, 20), (20, 4), (100, 4), (100, 1), (2_000, 20)] {
                let mut room = Room::<Survey>::new();
                if room.open(survey(kind, filling, chars, count)).is_err() {
                    continue;
                }
                opened += 1;
                let (wang, host) =
                    (room.join(&"w".repeat(64), &long("", filling, 64)), room.join_organizer("host", "主持"));
                kept += usize::from(fill_in(&mut room, &wang, answers(kind, filling, chars, count)).is_ok());
                for viewer in [&wang, &host] {
                    room.view_of(viewer).unwrap();
                    room.view_of_page(viewer, "texts").unwrap();
                }
                room.view().unwrap();
                room.report().unwrap();
                room.close().unwrap();
                room.view_of(&host).unwrap();
            }
        }
    }
    assert!(opened > 100 && kept > 50, "{opened} {kept}");
}

#[test]
fn what_no_view_has_room_for_is_refused_at_the_opening() {
    let refused = Room::<Survey>::new().open(survey("matrix", '题', 100, 20)).unwrap_err();
    assert!(matches!(&refused, Error::Invalid(text) if text.contains("太多或太长")), "{refused}");
    let mut room = open(survey("text", '写', 30, 20));
    let wang = room.join("wang", "小王");
    let refused = fill_in(&mut room, &wang, answers("text", '写', 2_000, 20)).unwrap_err();
    assert!(matches!(&refused, Error::Invalid(text) if text.contains("回答合计太长")), "{refused}");
}

#[test]
fn ten_thousand_forms_are_counted_by_counters_and_reported() {
    let options: Vec<String> = (0..20).map(|n| long(format!("{n:02}"), '项', 60)).collect();
    let questions =
        json!([{ "text": "多选", "kind": "multiple", "options": options }, { "text": "话", "kind": "text" }]);
    let mut room = open(json!({ "title": "大", "questions": questions, "results": "live" }));
    for n in 0..10_000 {
        let member = room.join(&format!("m{n:05}"), "人");
        fill_in(&mut room, &member, json!({ "q1": options[..10], "q2": n.to_string() })).unwrap();
    }
    let wang = room.join("wang", "小王");
    assert_eq!(bars(&mut room, &wang)[0].1, 10_000);
    let report = room.report().unwrap();
    assert_eq!((report.rows.len(), &report.summary["numbered"]), (10_000, &json!(true)));
    assert_eq!(report.rows[0][2], "1、2、3、4、5、6、7、8、9、10");
}

#[test]
fn a_survey_that_is_full_takes_no_more() {
    let questions = vec![json!({ "text": "话", "kind": "text", "max": 2_000 }); 5];
    let mut room = open(json!({ "title": "大", "questions": questions }));
    let text = "写".repeat(2_000);
    let answer = json!({ "q1": text, "q2": text, "q3": text, "q4": text, "q5": text });
    let mut full = 0;
    for n in 0..600 {
        let member = room.join(&format!("m{n:05}"), "人");
        let before = room.state().len();
        if let Err(error) = fill_in(&mut room, &member, answer.clone()) {
            assert!(matches!(error, Error::Exhausted(_)) && room.state().len() == before);
            full += 1;
        }
    }
    assert!((1..200).contains(&full), "{full}");
    assert_eq!(room.report().unwrap().rows.len(), 600 - full);
}
