//! The whole plugin in a test room.

use std::collections::{BTreeMap, BTreeSet};

use hezi_sdk::testing::Room;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn opened(config: Value) -> (Room<WordCloud>, Member) {
    let mut room = Room::new();
    let host = room.join_organizer("host", "主持");
    assert_eq!(room.open(&config).unwrap(), config["question"]);
    (room, host)
}

fn plain() -> (Room<WordCloud>, Member) {
    opened(json!({ "question": "用几个词形容今年", "blocked": ["脏话"] }))
}

fn say(room: &mut Room<WordCloud>, member: &Member, words: &str) -> Result<Value> {
    room.act(member, json!({ "say": { "words": words } }))
}

fn cloud(room: &mut Room<WordCloud>) -> Vec<(String, u64)> {
    room.view().unwrap().all_words().map(|word| (word.text.clone(), word.weight)).collect()
}

fn word(text: &str, weight: u64) -> (String, u64) {
    (text.to_owned(), weight)
}

#[test]
fn words_of_many_become_a_cloud() {
    let (mut room, _) = plain();
    let [li, zhao] = ["小李", "小赵"].map(|name| room.join(name, name));
    assert_eq!(say(&mut room, &li, "Rust、稳").unwrap(), json!({ "left": 1 }));
    assert_eq!(say(&mut room, &zhao, "ｒｕｓｔ").unwrap(), json!({ "left": 2 }));
    assert_eq!(cloud(&mut room), [word("Rust", 2), word("稳", 1)], "as the first has written it");
    assert_eq!(room.view().unwrap().find_statistic("参与人数"), Some("2"));

    assert!(matches!(say(&mut room, &li, "RUST"), Err(Error::Conflict(_))), "one person counts once a word");
    assert_eq!(say(&mut room, &li, "快，好"), Err(Error::conflict("你还可以说 1 个词，请少写几个")));
    say(&mut room, &li, "快").unwrap();
    assert!(matches!(say(&mut room, &li, "好"), Err(Error::Exhausted(_))));
    assert!(room.view_of(&li).unwrap().all_forms().count() == 0);

    assert_eq!(room.act(&li, json!({ "take_back": { "word": "rust" } })).unwrap(), json!({ "left": 1 }));
    assert_eq!(cloud(&mut room)[0], word("Rust", 1));
    assert!(matches!(room.act(&li, json!({ "take_back": { "word": "rust" } })), Err(Error::Invalid(_))));
    room.speak("en");
    let own = room.view_of(&li).unwrap();
    assert!(own.to_string().contains("Your words\n稳 [Take back]\n快 [Take back]"), "{own}");
}

#[test]
fn what_is_not_taken_changes_nothing() {
    let (mut room, host) = plain();
    let li = room.join("li", "小李");
    say(&mut room, &li, "稳").unwrap();
    let before = room.state().clone();
    for words in
        ["", " \u{3000}", "\u{200b}", "脏话", "好脏\u{200b}话", "快，脏话", &"长".repeat(21), &"x".repeat(10_000)]
    {
        assert!(matches!(say(&mut room, &li, words), Err(Error::Invalid(_))), "{words:?}");
    }
    for action in [json!({ "hide": { "word": "稳" } }), json!({ "show": { "word": "稳" } })] {
        assert!(matches!(room.act(&li, action), Err(Error::Denied(_))));
    }
    assert!(matches!(room.act(&host, json!({ "hide": { "word": "没有" } })), Err(Error::Invalid(_))));
    assert!(matches!(room.act(&host, json!({ "show": { "word": "稳" } })), Err(Error::Conflict(_))));
    assert_eq!(room.state(), &before);
}

#[test]
fn a_hidden_word_is_out_of_sight_and_cannot_be_said_again() {
    let (mut room, host) = plain();
    let [li, zhao] = ["小李", "小赵"].map(|name| room.join(name, name));
    say(&mut room, &li, "加班").unwrap();
    say(&mut room, &zhao, "稳").unwrap();
    assert!(room.view_of_page(&host, "manage").unwrap().to_string().contains("加班 (1) [隐藏]"));
    room.act(&host, json!({ "hide": { "word": "加班" } })).unwrap();
    assert_eq!(cloud(&mut room), [word("稳", 1)]);
    assert!(!format!("{:?}", room.report().unwrap()).contains("加班"));
    assert!(!room.view_of_page(&zhao, "manage").unwrap().to_string().contains("加班"), "only organizers manage words");
    assert!(matches!(say(&mut room, &zhao, "加班"), Err(Error::Invalid(_))));
    assert!(room.view_of(&li).unwrap().to_string().contains("加班 · 已隐藏 [收回]"));

    room.act(&li, json!({ "take_back": { "word": "加班" } })).unwrap();
    assert!(matches!(say(&mut room, &zhao, "加班"), Err(Error::Invalid(_))), "nobody says it, and it stays hidden");
    room.act(&host, json!({ "show": { "word": "加班" } })).unwrap();
    say(&mut room, &zhao, "加班").unwrap();
    assert_eq!(cloud(&mut room), [word("加班", 1), word("稳", 1)]);
}

#[test]
fn a_closed_cloud_shows_and_takes_nothing() {
    let (mut room, host) = plain();
    let li = room.join("li", "小李");
    say(&mut room, &li, "稳").unwrap();
    room.close().unwrap();
    for view in [room.view().unwrap(), room.view_of(&li).unwrap(), room.view_of_page(&host, "manage").unwrap()] {
        assert_eq!((view.all_forms().count(), view.all_words().count()), (0, 1));
        assert!(view.all_cards().all(|card| card.buttons.is_empty()));
    }
    let report = room.report().unwrap();
    assert_eq!((report.columns, report.rows), (vec!["词".into(), "人数".into()], vec![vec!["稳".into(), "1".into()]]));
    assert_eq!(report.summary["accepted"], 1);
}

#[test]
fn ten_thousand_people_with_ten_different_words_each_fit() {
    let (mut room, _) = opened(json!({ "question": "?", "words_each": 10 }));
    for n in 0..10_000_u32 {
        let member = room.join(&format!("m{n:05}"), "人");
        let words: Vec<String> = (0..10).map(|k| format!("词{n}号{k}")).collect();
        say(&mut room, &member, &words.join("、")).unwrap();
    }
    let late = room.join("late", "晚");
    assert!(matches!(say(&mut room, &late, "又一个"), Err(Error::Exhausted(_))));
    say(&mut room, &late, "词1号1").unwrap();
    assert_eq!((cloud(&mut room).len(), cloud(&mut room)[0].clone()), (100, word("词1号1", 2)));
    assert!(room.view_of(&late).unwrap().json_bytes() < 8_000);
    assert_eq!(room.report().unwrap().rows.len(), 100_000);
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<WordCloud>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    assert!(fits(&description.config_schema, json!({ "question": "?", "words_each": 5, "blocked": ["x"] })));
    assert!(!fits(&description.config_schema, json!({ "question": "?", "words_each": 0 })));
    assert!(fits(&description.action_schema, json!({ "say": { "words": "快" } })));
    assert!(fits(&description.action_schema, json!({ "take_back": { "word": "快" } })));
    for action in [json!({ "say": { "words": "x".repeat(10_000) } }), json!({ "say": "快" }), json!({})] {
        assert!(!fits(&description.action_schema, action));
    }
    assert!(fits(&description.reply_schema, json!({ "left": 2 })));
}

/// What happens.
#[derive(Debug, Clone)]
enum Deed {
    Say { who: usize, word: usize },
    TakeBack { who: usize, word: usize },
    Hide { word: usize },
    Show { word: usize },
}

/// Spellings, and the word that each is.
const SPELLINGS: [(&str, usize); 7] =
    [("Rust", 0), ("ＲＵＳＴ", 0), ("稳", 1), ("open  source", 2), ("Open Source", 2), ("穩", 3), ("快", 4)];

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let word = || 0..SPELLINGS.len();
    let deed = prop_oneof![
        6 => (0..6_usize, word()).prop_map(|(who, word)| Deed::Say { who, word }),
        2 => (0..6_usize, word()).prop_map(|(who, word)| Deed::TakeBack { who, word }),
        1 => word().prop_map(|word| Deed::Hide { word }),
        1 => word().prop_map(|word| Deed::Show { word }),
    ];
    prop::collection::vec(deed, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever people say, take back, hide and show: each word weighs as many people as say it, the weights sum to what was
    /// accepted, the order is right, and a refusal changes nothing.
    #[test]
    fn weights_sum_to_the_accepted_words(deeds in deeds()) {
        let (mut room, host) = plain();
        let members: Vec<Member> = (0..6).map(|n| room.join(&format!("m{n}"), "人")).collect();
        let mut said: BTreeSet<(usize, usize)> = BTreeSet::new();
        let mut hidden: BTreeSet<usize> = BTreeSet::new();
        for deed in deeds {
            let before = room.state().clone();
            let said_by = |said: &BTreeSet<(usize, usize)>, who| said.iter().filter(|(by, _)| *by == who).count();
            let (done, can) = match deed {
                Deed::Say { who, word } => {
                    let (text, word) = SPELLINGS[word];
                    let can = said_by(&said, who) < 3 && !hidden.contains(&word) && said.insert((who, word));
                    (say(&mut room, &members[who], text).is_ok(), can)
                }
                Deed::TakeBack { who, word } => {
                    let (text, word) = SPELLINGS[word];
                    let can = said.remove(&(who, word));
                    (room.act(&members[who], json!({ "take_back": { "word": text } })).is_ok(), can)
                }
                Deed::Hide { word } => {
                    let (text, word) = SPELLINGS[word];
                    let can = said.iter().any(|(_, other)| *other == word) && hidden.insert(word);
                    (room.act(&host, json!({ "hide": { "word": text } })).is_ok(), can)
                }
                Deed::Show { word } => {
                    let (text, word) = SPELLINGS[word];
                    (room.act(&host, json!({ "show": { "word": text } })).is_ok(), hidden.remove(&word))
                }
            };
            prop_assert_eq!(done, can, "{:?}", deed);
            prop_assert!(done || room.state() == &before, "a refusal changes nothing");
        }
        let mut weights: BTreeMap<usize, u64> = BTreeMap::new();
        said.iter().for_each(|(_, word)| *weights.entry(*word).or_default() += 1);
        let report = room.report().unwrap();
        prop_assert_eq!(&report.summary["accepted"], &json!(said.len()));
        let shown = cloud(&mut room);
        prop_assert!(shown.is_sorted_by(|one, other| one.1 >= other.1));
        let mut shown_weights: Vec<u64> = shown.iter().map(|(_, weight)| *weight).collect();
        prop_assert_eq!(shown_weights.iter().sum::<u64>() + report.summary["hidden"].as_u64().unwrap(), said.len() as u64);
        let mut expected: Vec<u64> =
            weights.iter().filter(|(word, _)| !hidden.contains(word)).map(|(_, weight)| *weight).collect();
        shown_weights.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(shown_weights, expected);
        let people: BTreeSet<usize> = said.iter().map(|(who, _)| *who).collect();
        prop_assert_eq!(&report.summary["people"], &json!(people.len()));
    }
}
