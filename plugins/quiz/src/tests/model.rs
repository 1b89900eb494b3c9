//! Random quizzes, compared step by step with a model that is told without the plugin's code.

use std::collections::BTreeMap;

use hezi_sdk::{Member, testing::Room};
use proptest::prelude::*;
use serde_json::json;

use super::{SECOND_MS, answer, board, capitals, next, open, stop};
use crate::Quizzes;
use crate::rules::{Pick, letter, points};

/// What happens.
#[derive(Debug, Clone)]
enum Step {
    Next,
    Stop,
    Answer { who: usize, question: u32, choice: u32 },
    Wait { ms: u64 },
    WaitWithLateTimers { ms: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Next),
        1 => Just(Step::Stop),
        8 => (0..14_usize, 1..=3_u32, 0..3_u32).prop_map(|(who, question, choice)| Step::Answer { who, question, choice }),
        3 => (0..12_000_u64).prop_map(|ms| Step::Wait { ms }),
        1 => (0..12_000_u64).prop_map(|ms| Step::WaitWithLateTimers { ms }),
    ];
    prop::collection::vec(step, 0..80)
}

/// What a quiz should be, told without the plugin's code.
#[derive(Default)]
struct Model {
    /// Number of the question, when it was asked, and whether its end is on record.
    asked: Option<(u32, u64, bool)>,
    /// Choice and points by member and question.
    answers: BTreeMap<(usize, u32), (u32, u64)>,
}

impl Model {
    fn can_answer(&self, who: usize, question: u32, choice: u32, now_ms: u64) -> bool {
        let open = self.asked.is_some_and(|(number, asked_ms, ended)| {
            number == question && !ended && now_ms < asked_ms + 20 * SECOND_MS
        });
        open && choice < [2, 3, 2][question as usize - 1] && !self.answers.contains_key(&(who, question))
    }

    fn answer(&mut self, who: usize, question: u32, choice: u32, now_ms: u64) {
        let (_, asked_ms, _) = self.asked.unwrap();
        let right = [1, 0, 1][question as usize - 1] == choice;
        let points = 1_000 - 500 * (now_ms - asked_ms) / 20_000;
        self.answers.insert((who, question), (choice, if right { points } else { 0 }));
    }

    fn points(&self, who: usize) -> u64 {
        self.answers.iter().filter(|((member, _), _)| *member == who).map(|(_, (_, points))| points).sum()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever organizers, members and timers do: answers are taken by the rules and no others, refusals change nothing, and
    /// counts, points and the board are those of the answers.
    #[test]
    fn a_quiz_is_what_its_answers_make_it(steps in steps()) {
        let (mut room, host) = open(capitals());
        let members: Vec<Member> = (0..14).map(|n| room.join(&format!("m{n:02}"), "人")).collect();
        let mut model = Model::default();
        for step in steps {
            let before = room.state().clone();
            let now_ms = room.now_ms();
            let (done, expected) = match step {
                Step::Next => {
                    let last = model.asked.map_or(0, |(number, _, _)| number);
                    let can = model.asked.is_none_or(|(_, _, ended)| ended) && last < 3;
                    if can {
                        model.asked = Some((last + 1, now_ms, false));
                    }
                    (next(&mut room, &host).is_ok(), can)
                }
                Step::Stop => {
                    let can = model.asked.is_some_and(|(_, _, ended)| !ended);
                    model.asked = model.asked.map(|(number, asked_ms, _)| (number, asked_ms, true));
                    (stop(&mut room, &host).is_ok(), can)
                }
                Step::Answer { who, question, choice } => {
                    let can = model.can_answer(who, question, choice, now_ms);
                    if can {
                        model.answer(who, question, choice, now_ms);
                    }
                    let pick = Pick { number: question, choice }.to_string();
                    (answer(&mut room, &members[who], &pick).is_ok(), can)
                }
                Step::WaitWithLateTimers { ms } => {
                    room.delay_timers_ms(ms);
                    continue;
                }
                Step::Wait { ms } => {
                    room.advance_ms(ms).unwrap();
                    let is_over = |asked_ms| room.now_ms() >= asked_ms + 20 * SECOND_MS;
                    model.asked = model.asked.map(|(number, at_ms, ended)| (number, at_ms, ended || is_over(at_ms)));
                    continue;
                }
            };
            prop_assert_eq!(done, expected, "{:?}", step);
            prop_assert!(done || room.state() == &before, "a refusal changes nothing");
        }
        room.close().unwrap();
        check(&mut room, &model)?;
    }
}

/// What a row says of the points of each answer, computed again from its choice and time and from the summary's questions.
fn recomputed(row: &[String], summary: &serde_json::Value) -> u32 {
    let questions = summary["questions"].as_array().unwrap().iter();
    let earned = |(question, cells): (&serde_json::Value, &[String])| {
        let is_right = question["right"] == cells[0].as_str();
        let elapsed_ms = || cells[1].parse().unwrap();
        if is_right { points(elapsed_ms(), question["whole_ms"].as_u64().unwrap() as u32) } else { 0 }
    };
    questions.zip(row[3..].chunks(3)).map(earned).sum()
}

/// Compares what the room shows after the end with what the model says.
fn check(room: &mut Room<Quizzes>, model: &Model) -> std::result::Result<(), TestCaseError> {
    let report = room.report().unwrap();
    let players: Vec<usize> = (0..14).filter(|who| model.answers.keys().any(|(member, _)| member == who)).collect();
    prop_assert_eq!(report.rows.len(), players.len());
    for (row, who) in report.rows.iter().zip(&players) {
        prop_assert_eq!(&row[..3], &[format!("m{who:02}"), "人".into(), model.points(*who).to_string()]);
        for (question, cells) in (1..).zip(row[3..].chunks(3)) {
            let answer = model.answers.get(&(*who, question));
            let expected = answer.map(|(choice, points)| [letter(*choice).to_string(), points.to_string()]);
            prop_assert_eq!([cells[0].clone(), cells[2].clone()], expected.unwrap_or_default());
        }
        prop_assert_eq!(u64::from(recomputed(row, &report.summary)), model.points(*who));
    }
    for (place, question) in report.summary["questions"].as_array().unwrap().iter().zip(1..) {
        for (choice, letter) in (0..).zip(["A", "B", "C"]).take(place["answers"].as_object().unwrap().len()) {
            let chosen = model.answers.iter().filter(|((_, of), (chose, _))| *of == question && *chose == choice);
            prop_assert_eq!(&place["answers"][letter], &json!(chosen.count()));
        }
    }
    let mut points: Vec<u64> = (0..14).map(|who| model.points(who)).filter(|points| *points > 0).collect();
    points.sort_unstable_by(|one, other| other.cmp(one));
    let place = |mine: &u64| points.iter().filter(|points| *points > mine).count() as u64 + 1;
    let expected: Vec<(u64, u64)> = points.iter().take(10).map(|points| (place(points), *points)).collect();
    let shown: Vec<(u64, u64)> =
        board(room).into_iter().map(|(rank, _, score, _)| (rank.into(), score as u64)).collect();
    prop_assert_eq!(shown, expected);
    for who in players {
        let view = room.view_of(&room_member(who)).unwrap().to_string();
        let own = format!("总分 {}，第 {} 名", model.points(who), place(&model.points(who)));
        prop_assert!(view.contains(&own), "{view} lacks {own}");
    }
    Ok(())
}

fn room_member(who: usize) -> Member {
    Member { id: format!("m{who:02}"), name: "人".into(), role: hezi_sdk::Role::Participant }
}
