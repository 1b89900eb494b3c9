//! Questions that make sense and others, and answers that fit and others.

use hezi_sdk::serde_json::json;
use proptest::prelude::*;

use super::*;
use crate::question::Kind;

fn question(kind: Kind) -> Question {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let takes_options = matches!(kind, Kind::Single | Kind::Multiple | Kind::Order | Kind::Points | Kind::Matrix);
    let options = if takes_options { names(&["甲", "乙", "丙"]) } else { Vec::new() };
    let rows = if kind == Kind::Matrix { names(&["早", "晚"]) } else { Vec::new() };
    Question { text: "?".into(), kind, required: false, options, rows, min: None, max: None }
}

const KINDS: [Kind; 9] = [
    Kind::Single,
    Kind::Multiple,
    Kind::Text,
    Kind::Number,
    Kind::Rating,
    Kind::YesNo,
    Kind::Order,
    Kind::Points,
    Kind::Matrix,
];

fn config(questions: Vec<Question>) -> Config {
    Config { title: "反馈".into(), intro: None, questions, results: Results::Live }
}

#[test]
fn questions_must_make_sense() {
    for kind in KINDS {
        assert_eq!(question(kind).check(Texts::default()), Ok(()), "{kind:?}");
    }
    let with = |kind, change: fn(&mut Question)| {
        let mut question = question(kind);
        change(&mut question);
        question
    };
    let bad = [
        with(Kind::Single, |one| one.text = " ".into()),
        with(Kind::Single, |one| one.options.truncate(1)),
        with(Kind::Single, |one| one.options = (0..21).map(|n| n.to_string()).collect()),
        with(Kind::Single, |one| one.options[1] = " 甲".into()),
        with(Kind::Single, |one| one.rows = vec!["早".into()]),
        with(Kind::Single, |one| one.min = Some(1)),
        with(Kind::Multiple, |one| one.max = Some(4)),
        with(Kind::Multiple, |one| one.min = Some(0)),
        with(Kind::Multiple, |one| (one.min, one.max) = (Some(3), Some(2))),
        with(Kind::Text, |one| one.options = vec!["甲".into(), "乙".into()]),
        with(Kind::Text, |one| one.max = Some(2_001)),
        with(Kind::Text, |one| one.min = Some(1)),
        with(Kind::Number, |one| one.max = Some(1_000_001)),
        with(Kind::Number, |one| one.min = Some(101)),
        with(Kind::Number, |one| (one.min, one.max) = (Some(i64::MIN), Some(i64::MAX))),
        with(Kind::Rating, |one| one.max = Some(12)),
        with(Kind::Rating, |one| (one.min, one.max) = (Some(i64::MIN), Some(i64::MAX))),
        with(Kind::YesNo, |one| one.max = Some(1)),
        with(Kind::Points, |one| one.max = Some(0)),
        with(Kind::Points, |one| one.min = Some(1)),
        with(Kind::Matrix, |one| one.rows.clear()),
        with(Kind::Matrix, |one| one.rows[1] = "早 ".into()),
        with(Kind::Matrix, |one| one.options = (0..12).map(|n| n.to_string()).collect()),
    ];
    for question in bad {
        let refused = config(vec![self::question(Kind::Text), question.clone()]).check(Texts::default());
        assert!(
            matches!(&refused, Err(Error::Invalid(text)) if text.starts_with("questions[1].") && text.contains(": 第 2 题：")),
            "{question:?} {refused:?}"
        );
    }
    assert!(config(Vec::new()).check(Texts::default()).is_err());
    assert!(config(vec![question(Kind::Text); 21]).check(Texts::default()).is_err());
}

#[test]
fn answers_fit_or_are_refused() {
    let read = |kind, value: Value| question(kind).read(&value, Texts::default());
    let good = [
        (Kind::Single, json!("乙"), Answer::Picks(vec![1])),
        (Kind::Multiple, json!(["丙", "甲"]), Answer::Picks(vec![0, 2])),
        (Kind::Text, json!(" 很好 "), Answer::Text("很好".into())),
        (Kind::Number, json!(42), Answer::Number(42)),
        (Kind::Number, json!(42.0), Answer::Number(42)),
        (Kind::Rating, json!(5), Answer::Number(5)),
        (Kind::YesNo, json!("yes"), Answer::YesNo(true)),
        (Kind::YesNo, json!(false), Answer::YesNo(false)),
        (Kind::Order, json!(["丙", "甲", "乙"]), Answer::Picks(vec![2, 0, 1])),
        (Kind::Points, json!({ "甲": 30, "丙": 70 }), Answer::Points(vec![30, 0, 70])),
        (Kind::Matrix, json!({ "晚": "丙" }), Answer::Cells(vec![None, Some(2)])),
    ];
    for (kind, value, answer) in good {
        assert_eq!(read(kind, value.clone()), Ok(Some(answer)), "{value}");
    }
    for empty in [json!(null), json!(" "), json!([]), json!({})] {
        assert!(KINDS.iter().all(|kind| read(*kind, empty.clone()) == Ok(None)), "{empty}");
    }
    let bad = [
        (Kind::Single, json!("丁")),
        (Kind::Single, json!(["甲"])),
        (Kind::Multiple, json!(["甲", "甲"])),
        (Kind::Multiple, json!(["甲", 1])),
        (Kind::Text, json!(7)),
        (Kind::Text, json!("长".repeat(501))),
        (Kind::Number, json!("7")),
        (Kind::Number, json!(1.5)),
        (Kind::Number, json!(101)),
        (Kind::Number, json!(1e300)),
        (Kind::Number, json!(u64::MAX)),
        (Kind::Rating, json!(0)),
        (Kind::YesNo, json!("maybe")),
        (Kind::Order, json!(["甲", "乙"])),
        (Kind::Order, json!(["甲", "乙", "乙"])),
        (Kind::Points, json!({ "甲": 99 })),
        (Kind::Points, json!({ "甲": 101 })),
        (Kind::Points, json!({ "甲": 50, "丁": 50 })),
        (Kind::Points, json!({ "甲": 100.5, "乙": -0.5 })),
        (Kind::Points, json!({ "甲": u64::MAX, "乙": 101 })),
        (Kind::Matrix, json!({ "夜": "甲" })),
        (Kind::Matrix, json!({ "早": "丁" })),
        (Kind::Matrix, json!({ "早": ["甲"] })),
    ];
    for (kind, value) in bad {
        assert!(read(kind, value.clone()).is_err(), "{kind:?} {value}");
    }
}

#[test]
fn a_form_is_complete_when_nothing_that_must_be_answered_is_open() {
    let required = |kind| Question { required: true, ..question(kind) };
    let config = config(vec![required(Kind::Single), question(Kind::Text), required(Kind::Matrix)]);
    let missing = |answers: Value| {
        let answers: BTreeMap<String, Value> = hezi_sdk::serde_json::from_value(answers).unwrap();
        config.read(&answers, Texts::default()).map(|answers| config.missing(&answers))
    };
    assert_eq!(missing(json!({})), Ok(vec![1, 3]));
    assert_eq!(missing(json!({ "q1": "甲", "q3": { "早": "甲" } })), Ok(vec![3]));
    assert_eq!(missing(json!({ "q1": "甲", "q3": { "早": "甲", "晚": "甲" } })), Ok(vec![]));
    assert!(matches!(missing(json!({ "q4": "甲" })), Err(Error::Invalid(text)) if text == "answer.q4: 没有这道题"));
    let refused = missing(json!({ "q1": "丁" })).unwrap_err();
    assert_eq!(refused.text(), "answer.q1: 第 1 题：没有选项“丁”");
}

#[test]
fn cells_are_read_back_without_doubt() {
    let mut multiple = question(Kind::Multiple);
    multiple.options = ["甲、乙", "甲", "乙"].map(String::from).to_vec();
    let cell = |picks: &[u32]| multiple.cells(Some(&Answer::Picks(picks.to_vec())), Naming::Names, Texts::default());
    assert_eq!((cell(&[0]), cell(&[1, 2])), (vec!["甲\\、乙".to_owned()], vec!["甲、乙".to_owned()]));
    let order = question(Kind::Order);
    assert_eq!(order.cells(Some(&Answer::Picks(vec![2, 0, 1])), Naming::Names, Texts::default()), ["2", "3", "1"]);
    let single = question(Kind::Single);
    assert_eq!(single.cells(Some(&Answer::Picks(vec![2])), Naming::Numbers, Texts::default()), ["3"]);
}

fn an_answer() -> impl Strategy<Value = (Kind, Value)> {
    let names = || Just(vec!["甲", "乙", "丙"]).prop_shuffle();
    prop_oneof![
        names().prop_map(|names| (Kind::Single, json!(names[0]))),
        (names(), 1_usize..=3).prop_map(|(names, count)| (Kind::Multiple, json!(names[..count]))),
        "[ -~甲乙]{0,40}".prop_map(|text| (Kind::Text, json!(text))),
        (-5_i64..110).prop_map(|number| (Kind::Number, json!(number))),
        (-1_i64..8).prop_map(|number| (Kind::Rating, json!(number))),
        any::<bool>().prop_map(|yes| (Kind::YesNo, json!(yes))),
        names().prop_map(|names| (Kind::Order, json!(names))),
        (0_u32..=100).prop_map(|points| (Kind::Points, json!({ "甲": points, "丙": 100 - points }))),
        (names(), any::<bool>()).prop_map(|(names, both)| {
            (Kind::Matrix, if both { json!({ "早": names[0], "晚": names[1] }) } else { json!({ "晚": names[0] }) })
        }),
    ]
}

proptest! {
    #[test]
    fn what_was_read_is_written_and_read_again((kind, value) in an_answer(), other in an_answer()) {
        let question = question(kind);
        // Any value for any kind: it is read, or refused with a sentence.
        prop_assert!(question.read(&other.1, Texts::default()).is_ok() || kind != other.0 || !other.1.is_array());
        if let Ok(Some(answer)) = question.read(&value, Texts::default()) {
            prop_assert_eq!(question.read(&question.write(&answer), Texts::default()), Ok(Some(answer.clone())));
            prop_assert_eq!(question.cells(Some(&answer), Naming::Names, Texts::default()).len(), question.parts().len().max(1));
            let counted: u64 = question.counts(&answer).iter().map(|(_, amount)| amount).sum();
            match kind {
                Kind::Points => prop_assert_eq!(counted, 100),
                Kind::Order => prop_assert_eq!(counted, 3),
                Kind::Single | Kind::Rating | Kind::YesNo => prop_assert_eq!(counted, 1),
                _ => {}
            }
        }
    }
}
