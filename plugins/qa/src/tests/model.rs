//! Random meetings, compared with a model that is told without the plugin's code.

use std::collections::BTreeSet;

use hezi_sdk::Member;
use proptest::prelude::*;

use super::{cards, moderate, opened, vote};
use serde_json::json;

/// What happens to one of the questions.
#[derive(Debug, Clone)]
enum Deed {
    Vote { who: usize, question: u32 },
    Unvote { who: usize, question: u32 },
    Moderate { question: u32, step: &'static str },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let question = || 1..=6_u32;
    let steps = prop::sample::select(vec!["hide", "show", "answer", "done", "reopen", "pin", "unpin"]);
    let deed = prop_oneof![
        6 => (0..8_usize, question()).prop_map(|(who, question)| Deed::Vote { who, question }),
        3 => (0..8_usize, question()).prop_map(|(who, question)| Deed::Unvote { who, question }),
        2 => (question(), steps).prop_map(|(question, step)| Deed::Moderate { question, step }),
    ];
    prop::collection::vec(deed, 0..80)
}

/// A question as it should be.
#[derive(Debug, Default, Clone)]
struct Model {
    voters: BTreeSet<usize>,
    is_public: bool,
    takes_votes: bool,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever people and organizers do: a score is the number of distinct voters, each list stands in its order, what is
    /// not public is not in the report, and a refusal changes nothing.
    #[test]
    fn a_score_is_the_number_of_distinct_voters(deeds in deeds()) {
        let (mut room, host) = opened(json!({ "title": "问", "seconds_between": 0 }));
        let members: Vec<Member> = (0..8).map(|n| room.join(&format!("m{n}"), "人")).collect();
        let mut model = vec![Model { is_public: true, takes_votes: true, ..Model::default() }; 7];
        for question in 1..=6 {
            room.act(&members[0], json!({ "ask": { "text": format!("问题{question}") } })).unwrap();
        }
        for deed in deeds {
            let before = room.state().clone();
            let done = match deed {
                Deed::Vote { who, question } => {
                    let told = &mut model[question as usize];
                    let can = told.takes_votes && told.voters.insert(who);
                    prop_assert_eq!(vote(&mut room, &members[who], question).is_ok(), can);
                    can
                }
                Deed::Unvote { who, question } => {
                    let told = &mut model[question as usize];
                    let can = told.takes_votes && told.voters.remove(&who);
                    let done = room.act(&members[who], json!({ "unvote": { "question": question } })).is_ok();
                    prop_assert_eq!(done, can);
                    can
                }
                Deed::Moderate { question, step } => {
                    let done = moderate(&mut room, &host, question, step).is_ok();
                    if done {
                        model[question as usize].is_public = step != "hide";
                        model[question as usize].takes_votes = !["hide", "done"].contains(&step);
                    }
                    done
                }
            };
            prop_assert!(done || room.state() == &before, "a refusal changes nothing");
        }
        let report = room.report().unwrap();
        for (row, told) in report.rows.iter().zip(&model[1..]) {
            prop_assert_eq!(&row[4], &told.voters.len().to_string());
            prop_assert_eq!(!row[1].is_empty(), told.is_public);
        }
        let (open, answered) = (room.view().unwrap(), room.view_of_page(&members[0], "answered/0").unwrap());
        let unpinned = open.all_cards().filter(|card| card.marks.is_empty()).map(|card| card.score);
        prop_assert!(unpinned.collect::<Vec<_>>().is_sorted_by(|one, other| one >= other));
        prop_assert_eq!(cards(&open).len() + cards(&answered).len(), model[1..].iter().filter(|one| one.is_public).count());
        prop_assert!(open.all_cards().filter(|card| card.marks.contains(&"正在回答".to_owned())).count() <= 1);
    }
}
