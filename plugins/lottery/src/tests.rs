//! The whole plugin in a test room: what organizers do, who wins, and whether anybody can compute it again.

mod extremes;
mod pools;
mod refusals;
mod script;

use std::collections::BTreeSet;

use hezi_sdk::testing::Room;
use hezi_sdk::{Error, ShownTo};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

struct Hall {
    room: Room<Lottery>,
    host: Member,
}

impl Hall {
    fn new(config: Value, people: u32) -> Self {
        Self::with_seed(0, config, people)
    }

    fn with_seed(seed: u64, config: Value, people: u32) -> Self {
        let mut room = Room::with_seed(seed);
        let host = room.join_organizer("host", "主持");
        for n in 0..people {
            room.join(&format!("m{n:05}"), &format!("人{n}"));
        }
        room.open(config).unwrap();
        Self { room, host }
    }

    fn frozen(config: Value, people: u32) -> Self {
        let mut hall = Self::new(config, people);
        hall.act(json!({ "freeze": {} })).unwrap();
        hall
    }

    fn act(&mut self, action: Value) -> Result<Value> {
        self.room.act(&self.host, action)
    }

    fn draw(&mut self, prize: &str, count: u32, entropy: &str) -> Result<Vec<String>> {
        let mut action = json!({ "draw": { "prize": prize, "count": count } });
        if !entropy.is_empty() {
            action["draw"]["entropy"] = json!(entropy);
        }
        self.act(action).map(|reply| ids(&reply))
    }

    fn redraw(&mut self, winner: &str) -> Result<Vec<String>> {
        self.act(json!({ "redraw": { "winner": winner } })).map(|reply| ids(&reply))
    }

    fn words(&mut self) -> String {
        self.room.view().unwrap().to_string()
    }

    fn line(&mut self, start: &str) -> Option<String> {
        self.words().lines().find_map(|line| line.strip_prefix(start)).map(str::to_owned)
    }

    fn events(&mut self) -> Vec<Value> {
        self.room.take_emitted().into_iter().map(|emitted| emitted.event).collect()
    }
}

fn ids(reply: &Value) -> Vec<String> {
    reply["winners"].as_array().unwrap().iter().map(|winner| winner["id"].as_str().unwrap().to_owned()).collect()
}

fn party() -> Value {
    json!({ "title": "年会", "prizes": [{ "name": "一等奖", "count": 1 }, { "name": "二等奖", "count": 3 }] })
}

#[test]
fn an_organizer_freezes_and_draws() {
    let mut hall = Hall::new(party(), 30);
    let frozen = hall.act(json!({ "freeze": {} })).unwrap();
    assert_eq!(frozen["pool"], 30);
    assert_eq!(Some(frozen["seed_hash"].as_str().unwrap().to_owned()), hall.line("种子承诺 SHA-256："));
    assert_eq!(hall.events(), [json!({ "frozen": frozen })]);
    let reply = hall.act(json!({ "draw": { "prize": "一等奖", "count": 1, "entropy": "3 5 1" } })).unwrap();
    let winner = reply["winners"][0].clone();
    assert_eq!(winner["name"], format!("人{}", winner["id"].as_str().unwrap()[1..].parse::<u32>().unwrap()));
    let drawn = json!({ "drawn": { "prize": "一等奖", "winners": [winner], "entropy": "3 5 1" } });
    assert_eq!(hall.events(), [drawn]);
    assert!(hall.words().contains(&format!("恭喜 {} 获得一等奖", winner["name"].as_str().unwrap())));
    assert_eq!(hall.room.view().unwrap().find_statistic("一等奖"), Some("已抽 1/1"));
    assert_eq!(hall.line("附加熵（第 1 个起）："), Some("3 5 1".into()));
}

#[test]
fn only_organizers_act() {
    let mut hall = Hall::frozen(party(), 3);
    let wang = hall.room.join("wang", "小王");
    for action in
        [json!({ "freeze": {} }), json!({ "draw": { "prize": "一等奖" } }), json!({ "redraw": { "winner": "m00000" } })]
    {
        assert!(matches!(hall.room.act(&wang, &action), Err(Error::Denied(_))), "{action}");
    }
    let forms = hall.room.view().unwrap();
    assert!(forms.all_forms().all(|form| form.shown_to == ShownTo::Organizers));
}

#[test]
fn the_pool_is_frozen_once_before_the_first_draw_and_without_organizers() {
    let mut hall = Hall::new(party(), 0);
    assert!(matches!(hall.draw("一等奖", 1, ""), Err(Error::Conflict(_))), "not frozen");
    assert!(matches!(hall.redraw("host"), Err(Error::Conflict(_))), "not frozen");
    assert!(matches!(hall.act(json!({ "freeze": {} })), Err(Error::Conflict(_))), "nobody takes part");
    hall.room.join("wang", "小王");
    assert_eq!(hall.act(json!({ "freeze": {} })).unwrap()["pool"], 1);
    assert!(matches!(hall.act(json!({ "freeze": {} })), Err(Error::Conflict(_))), "frozen already");
    hall.room.join("late", "晚到");
    assert_eq!(hall.draw("二等奖", 1, ""), Ok(vec!["wang".into()]));
    assert!(matches!(hall.draw("二等奖", 1, ""), Err(Error::Exhausted(_))), "who came late is not in the pool");
}

#[test]
fn prizes_and_pools_run_out() {
    let mut hall = Hall::frozen(party(), 3);
    assert!(matches!(hall.draw("一等奖", 2, ""), Err(Error::Exhausted(_))));
    assert!(matches!(hall.draw("三等奖", 1, ""), Err(Error::Invalid(_))));
    assert!(matches!(hall.draw("一等奖", 0, ""), Err(Error::Invalid(_))));
    assert!(matches!(hall.draw("一等奖", 1, &"长".repeat(201)), Err(Error::Invalid(_))));
    hall.draw("一等奖", 1, "").unwrap();
    assert!(matches!(hall.draw("一等奖", 1, ""), Err(Error::Exhausted(_))));
    assert!(matches!(hall.draw("二等奖", 3, ""), Err(Error::Exhausted(_))), "two people are left");
    assert_eq!(hall.draw("二等奖", 2, "").unwrap().len(), 2);
}

#[test]
fn an_absent_winner_is_replaced_by_the_next_pick() {
    let mut hall = Hall::frozen(party(), 30);
    let first = hall.draw("二等奖", 3, "骰子 6").unwrap();
    hall.events();
    let second = hall.redraw(&first[1]).unwrap();
    assert_eq!(second.len(), 1);
    assert!(!first.contains(&second[0]));
    let event = &hall.events()[0]["redrawn"];
    assert_eq!((&event["prize"], &event["absent"]["id"]), (&json!("二等奖"), &json!(first[1])));
    assert_eq!(hall.room.view().unwrap().find_statistic("二等奖"), Some("已抽 3/3"));
    assert!(matches!(hall.redraw(&first[1]), Err(Error::Conflict(_))), "taken back already");
    assert!(matches!(hall.redraw("m99999"), Err(Error::Conflict(_))), "never won");
    let shown: BTreeSet<String> = hall.room.view().unwrap().all_people().map(|person| person.id.clone()).collect();
    assert_eq!(shown, BTreeSet::from([first[0].clone(), first[2].clone(), second[0].clone()]));
    assert_eq!(hall.room.state()["picks"], b"4");
}

#[test]
fn a_redraw_that_finds_nobody_changes_nothing() {
    let mut hall = Hall::frozen(party(), 1);
    let winner = hall.draw("一等奖", 1, "").unwrap();
    let before = hall.room.state().clone();
    assert!(matches!(hall.redraw(&winner[0]), Err(Error::Exhausted(_))));
    assert_eq!(hall.room.state(), &before);
}

#[test]
fn with_repeat_winners_a_person_wins_different_prizes_but_each_once() {
    let mut config = party();
    config["repeat_winners"] = json!(true);
    let mut hall = Hall::frozen(config, 3);
    let all = hall.draw("二等奖", 3, "").unwrap();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 3);
    let again = hall.draw("一等奖", 1, "").unwrap();
    assert!(all.contains(&again[0]));
    // The absent one loses the latest prize, keeps the other, and is out for the rest.
    let new = hall.redraw(&again[0]).unwrap();
    assert_ne!(new, again);
    assert!(matches!(hall.redraw(&again[0]), Err(Error::Exhausted(_))), "everybody has the other prize already");
}

#[test]
fn the_seed_stays_secret_until_the_end() {
    let mut hall = Hall::frozen(party(), 5);
    hall.draw("一等奖", 1, "").unwrap();
    let seed: String = serde_json::from_slice(&hall.room.state()["seed"]).unwrap();
    let seen = hall.words() + &format!("{:?}{:?}", hall.room.report().unwrap(), hall.events());
    assert!(!seen.contains(&seed));
    let seed_hash = hall.line("种子承诺 SHA-256：").unwrap();
    hall.room.close().unwrap();
    assert_eq!(hall.events(), [json!({ "revealed": { "seed": seed, "seed_hash": seed_hash } })]);
    assert_eq!(hall.line("种子："), Some(seed.clone()));
    assert_eq!(hex::encode(rules::hash(&hex::decode(seed).unwrap())), seed_hash);
    assert_eq!(hall.room.view().unwrap().all_forms().count(), 0);
}

#[test]
fn forms_send_every_action() {
    let wraps = |hall: &mut Hall| {
        let view = hall.room.view().unwrap();
        view.all_forms().map(|form| form.wrap.clone().unwrap()).collect::<Vec<_>>()
    };
    let mut hall = Hall::new(party(), 5);
    assert_eq!(wraps(&mut hall), ["freeze"]);
    hall.act(json!({ "freeze": {} })).unwrap();
    assert_eq!(wraps(&mut hall), ["draw"]);
    hall.draw("一等奖", 1, "").unwrap();
    assert_eq!(wraps(&mut hall), ["draw", "redraw"]);
    hall.draw("二等奖", 3, "").unwrap();
    assert_eq!(wraps(&mut hall), ["redraw"]);
}

#[test]
fn what_cannot_be_undone_is_asked_first() {
    let asks = |hall: &mut Hall| {
        let view = hall.room.view().unwrap();
        let asking = view.all_forms().filter(|form| view.question_before_form(&form.id).is_some());
        asking.map(|form| form.id.clone()).collect::<Vec<_>>()
    };
    let mut hall = Hall::new(party(), 5);
    assert_eq!(asks(&mut hall), ["freeze"]);
    hall.act(json!({ "freeze": {} })).unwrap();
    hall.draw("一等奖", 1, "").unwrap();
    assert_eq!(asks(&mut hall), ["redraw"], "a draw is what everybody has come for");
}

#[test]
fn everything_is_said_in_english_too() {
    let mut hall = Hall::new(json!({ "title": "Party", "prizes": [{ "name": "Bike", "count": 2 }] }), 3);
    hall.room.speak("en");
    assert_eq!(hall.draw("Bike", 1, "").unwrap_err().text(), "Freeze the pool first");
    hall.act(json!({ "freeze": { "who": "online" } })).unwrap();
    hall.draw("Bike", 2, "3 5 1").unwrap();
    let words = hall.words();
    for line in
        ["Bike: 2/2 drawn", "Who can win: participants who were online at the freezing", "People in the pool: 3"]
    {
        assert!(words.lines().any(|one| one == line), "{line} in {words}");
    }
    assert!(words.contains("Congratulations to ") && !words.contains("中奖"), "{words}");
    let report = hall.room.report().unwrap();
    assert_eq!((report.rows[0][0].as_str(), report.rows[2][0].as_str()), ("winner", "pool"));
}

#[test]
fn twenty_thousand_people_fit() {
    let prizes = json!([{ "name": "阳光普照", "count": 1_000 }]);
    let mut hall = Hall::frozen(json!({ "title": "年会", "prizes": prizes }), 20_000);
    assert!(matches!(hall.draw("阳光普照", 101, ""), Err(Error::Invalid(_))));
    let mut won = BTreeSet::new();
    for _ in 0..5 {
        won.extend(hall.draw("阳光普照", 100, "").unwrap());
        hall.room.advance_ms(1_000).unwrap();
    }
    assert_eq!(won.len(), 500);
    hall.room.close().unwrap();
    let view = hall.room.view().unwrap();
    assert_eq!(view.all_people().count(), 200);
    let report = hall.room.report().unwrap();
    assert_eq!(report.rows.len(), 20_500);
}

#[test]
fn many_winners_with_long_names_are_told_in_several_events() {
    let prizes = json!([{ "name": "阳光普照", "count": 100 }]);
    let mut hall = Hall::new(json!({ "title": "年会", "prizes": prizes }), 0);
    for n in 0..100 {
        hall.room.join(&format!("{n:064}"), &"名\"".repeat(500));
    }
    hall.act(json!({ "freeze": {} })).unwrap();
    hall.events();
    hall.draw("阳光普照", 100, &"\u{1}".repeat(200)).unwrap();
    let events = hall.events();
    assert!(events.len() > 1);
    let told: usize = events.iter().map(|event| event["drawn"]["winners"].as_array().unwrap().len()).sum();
    assert_eq!(told, 100);
}

#[test]
fn bad_configurations_and_actions_are_invalid() {
    for config in [
        json!({ "title": "年会", "prizes": [] }),
        json!({ "title": "年会" }),
        json!({ "title": "年会", "prizes": [{ "name": "一" }] }),
        json!({ "title": "年会", "prizes": [{ "name": "一", "count": 1, "more": 1 }] }),
    ] {
        assert!(matches!(Room::<Lottery>::new().open(&config), Err(Error::Invalid(_))), "{config}");
    }
    let mut hall = Hall::frozen(party(), 3);
    for action in [
        json!({}),
        json!({ "draw": {} }),
        json!({ "draw": { "prize": "一等奖", "more": 1 } }),
        json!({ "freeze": null }),
        json!({ "draw": { "prize": "一等奖", "count": -1 } }),
        json!({ "redraw": {} }),
        json!("freeze"),
    ] {
        assert!(matches!(hall.act(action.clone()), Err(Error::Invalid(_))), "{action}");
    }
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<Lottery>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    assert!(fits(&description.config_schema, party()));
    assert!(!fits(
        &description.config_schema,
        json!({ "title": "年会", "prizes": [{ "name": "一等奖", "count": 0 }] })
    ));
    for action in [
        json!({ "freeze": {} }),
        json!({ "draw": { "prize": "一等奖", "count": 1, "entropy": "…" } }),
        json!({ "draw": { "prize": "一等奖" } }),
        json!({ "redraw": { "winner": "wang" } }),
    ] {
        assert!(fits(&description.action_schema, action.clone()), "{action}");
    }
    for action in [json!({ "draw": { "prize": "一等奖", "count": 0 } }), json!({ "freeze": { "more": 1 } }), json!({})]
    {
        assert!(!fits(&description.action_schema, action.clone()), "{action}");
    }
    assert!(fits(&description.reply_schema, json!({ "winners": [{ "id": "a", "name": "b" }] })));
    assert!(fits(
        &description.reply_schema,
        json!({ "pool": 1, "who": "online", "organizers": true, "pool_hash": "", "seed_hash": "" })
    ));
    assert!(fits(&description.event_schema, json!({ "revealed": { "seed": "", "seed_hash": "" } })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever organizers do: winners come from the pool, nobody wins twice (or a prize twice), who was absent never wins
    /// again, no prize is given more often than there are of it, and what is refused changes nothing.
    #[test]
    fn winners_are_in_the_pool_and_win_once(
        seed: u64, people in 1_u32..20, repeat_winners: bool,
        steps in prop::collection::vec((any::<bool>(), 0_usize..3, 1_u32..4, 0_usize..30), 0..20),
    ) {
        let counts = [1, 3, 5];
        let prizes: Vec<Value> = (0..3).map(|n| json!({ "name": n.to_string(), "count": counts[n] })).collect();
        let mut hall = Hall::with_seed(seed, json!({ "title": "年会", "prizes": prizes, "repeat_winners": repeat_winners }), people);
        hall.act(json!({ "freeze": {} })).unwrap();
        let (mut won, mut absent): (Vec<(usize, String)>, BTreeSet<String>) = Default::default();
        for (redraws, prize, count, who) in steps {
            let before = hall.room.state().clone();
            hall.room.advance_ms(1_000).unwrap();
            if redraws && !won.is_empty() {
                let gone = won[who % won.len()].1.clone();
                match hall.redraw(&gone) {
                    Ok(new) => {
                        let latest = won.iter().rposition(|(_, id)| *id == gone).unwrap();
                        let (prize, _) = won.remove(latest);
                        absent.insert(gone);
                        prop_assert_eq!(new.len(), 1);
                        prop_assert!(!absent.contains(&new[0]));
                        won.push((prize, new[0].clone()));
                    }
                    Err(_) => prop_assert_eq!(hall.room.state(), &before),
                }
            } else {
                match hall.draw(&prize.to_string(), count, "") {
                    Ok(new) => {
                        prop_assert_eq!(new.len(), count as usize);
                        prop_assert!(new.iter().all(|id| !absent.contains(id)));
                        won.extend(new.into_iter().map(|id| (prize, id)));
                    }
                    Err(error) => {
                        prop_assert!(matches!(error, Error::Exhausted(_)));
                        prop_assert_eq!(hall.room.state(), &before);
                    }
                }
            }
            let winners: BTreeSet<_> = won.iter().map(|(prize, id)| (if repeat_winners { *prize } else { 0 }, id)).collect();
            prop_assert_eq!(winners.len(), won.len(), "somebody won twice");
            prop_assert!(won.iter().all(|(_, id)| id.starts_with('m') && id[1..].parse::<u32>().unwrap() < people));
            for (prize, count) in counts.into_iter().enumerate() {
                prop_assert!(won.iter().filter(|(of, _)| *of == prize).count() <= count);
            }
        }
    }
}
