//! The whole plugin in a test room: what members do, what anybody can see of it, and where the money is.

mod extremes;

use std::io::Write;
use std::process::{Command, Stdio};

use hezi_sdk::{Error, testing::Room};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const DAY_MS: u64 = 86_400_000;

fn open(config: Value) -> Room<RedPacket> {
    let mut room = Room::new();
    room.open(config).unwrap();
    room
}

fn crowd(room: &mut Room<RedPacket>, size: u32) -> Vec<Member> {
    (0..size).map(|n| room.join(&format!("m{n:05}"), &format!("人{n}"))).collect()
}

fn grab(room: &mut Room<RedPacket>, member: &Member) -> Result<u64> {
    room.act(member, json!({ "grab": {} })).map(|reply| reply["cents"].as_u64().unwrap())
}

fn ledger(room: &Room<RedPacket>) -> Ledger {
    serde_json::from_slice(&room.state()["ledger"]).unwrap()
}

fn words(room: &mut Room<RedPacket>) -> String {
    room.view().unwrap().to_string()
}

fn line(words: &str, start: &str) -> Option<String> {
    words.lines().find_map(|line| line.strip_prefix(start)).map(str::to_owned)
}

#[test]
fn a_packet_is_grabbed_to_the_last_cent() {
    let mut room = open(json!({ "total_cents": 10_000, "shares": 10 }));
    let members = crowd(&mut room, 11);
    let grabbed: Vec<u64> = members[..10].iter().map(|member| grab(&mut room, member).unwrap()).collect();
    assert_eq!(grabbed.iter().sum::<u64>(), 10_000);
    assert!(matches!(grab(&mut room, &members[10]), Err(Error::Exhausted(_))));
    assert!(matches!(grab(&mut room, &members[0]), Err(Error::Conflict(_))));
    assert!(room.timers().is_empty());
    let emitted = room.take_emitted();
    assert_eq!(emitted.len(), 1);
    let best = grabbed.iter().max().unwrap();
    let lucky = &members[grabbed.iter().position(|cents| cents == best).unwrap()];
    let expected = json!({ "finished": { "shares": 10, "total_cents": 10_000,
        "best": { "id": lucky.id, "name": lucky.name, "cents": best } } });
    assert_eq!(emitted[0].event, expected);
    let view = room.view().unwrap();
    let marked: Vec<_> = view.all_people().filter(|person| person.detail.contains("手气最佳")).collect();
    assert_eq!((marked.len(), marked[0].id.as_str()), (1, lucky.id.as_str()));
    assert_eq!(view.find_statistic("已领取"), Some("10/10 个"));
}

#[test]
fn a_second_grab_is_a_conflict_while_shares_are_left() {
    let mut room = open(json!({ "total_cents": 100, "shares": 3 }));
    let wang = room.join("wang", "小王");
    grab(&mut room, &wang).unwrap();
    assert!(matches!(grab(&mut room, &wang), Err(Error::Conflict(_))));
    assert_eq!(ledger(&room).taken, 1);
}

#[test]
fn what_is_left_goes_back_once_when_time_is_over() {
    let mut room = open(json!({ "total_cents": 100, "shares": 3 }));
    let members = crowd(&mut room, 2);
    let cents = grab(&mut room, &members[0]).unwrap();
    room.advance_ms(DAY_MS - 1).unwrap();
    assert_eq!(room.take_emitted(), []);
    room.advance_ms(1).unwrap();
    let refunded = json!({ "refunded": { "cents": 100 - cents, "reason": "expired" } });
    assert_eq!(room.take_emitted().into_iter().map(|emitted| emitted.event).collect::<Vec<_>>(), [refunded]);
    assert!(matches!(grab(&mut room, &members[1]), Err(Error::Exhausted(_))));
    assert!(matches!(grab(&mut room, &members[0]), Err(Error::Conflict(_))));
    room.close().unwrap();
    assert_eq!(room.take_emitted(), []);
    assert_eq!(ledger(&room).refunded_cents(), 100 - cents);
}

#[test]
fn closing_refunds_and_the_timer_is_gone() {
    let mut room = open(json!({ "total_cents": 100, "shares": 3, "expires_in_s": 60 }));
    assert_eq!(room.timers()["expiry"], room.now_ms() + 60_000);
    room.close().unwrap();
    assert!(room.timers().is_empty());
    assert_eq!(room.take_emitted()[0].event, json!({ "refunded": { "cents": 100, "reason": "closed" } }));
    assert_eq!(room.view().unwrap().find_statistic("已退回"), Some("1.00 元"));
}

#[test]
fn closing_a_finished_packet_refunds_nothing() {
    let mut room = open(json!({ "total_cents": 1, "shares": 1 }));
    let wang = room.join("wang", "小王");
    assert_eq!(grab(&mut room, &wang), Ok(1));
    room.take_emitted();
    room.close().unwrap();
    assert_eq!(room.take_emitted(), []);
    assert_eq!(ledger(&room).refunded_cents(), 0);
}

#[test]
fn an_equal_packet_gives_everyone_the_same_to_a_cent() {
    let mut room = open(json!({ "total_cents": 1_003, "shares": 10, "mode": "equal" }));
    let members = crowd(&mut room, 10);
    let mut grabbed: Vec<u64> = members.iter().map(|member| grab(&mut room, member).unwrap()).collect();
    grabbed.sort_unstable();
    assert_eq!(grabbed, [[100; 7].as_slice(), &[101; 3]].concat());
    assert_eq!(room.take_emitted()[0].event["finished"].get("best"), None);
}

#[test]
fn the_view_says_that_it_is_simulated_and_shows_what_is_needed() {
    let mut room = open(json!({ "total_cents": 1_000, "shares": 2, "greeting": "周年快乐" }));
    let wang = room.join("wang", "小王");
    let view = room.view().unwrap();
    assert!(view.to_string().contains("模拟红包"));
    assert_eq!(view.all_forms().map(|form| form.wrap.as_deref()).collect::<Vec<_>>(), [Some("grab")]);
    assert!(line(&words(&mut room), "红包过期: ").is_some());
    let cents = grab(&mut room, &wang).unwrap();
    let mine = room.view_of(&wang).unwrap();
    assert!(mine.to_string().contains(&format!("你抢到了 {} 元", rules::yuan(cents))));
    assert_eq!(mine.all_forms().count(), 0);
}

#[test]
fn everything_is_said_in_english_too() {
    let mut room = Room::<RedPacket>::new();
    room.speak("en");
    assert_eq!(room.open(json!({ "total_cents": 1_000, "shares": 1 })).unwrap(), "Wishing you joy and prosperity");
    let wang = room.join("wang", "Wang");
    grab(&mut room, &wang).unwrap();
    assert_eq!(grab(&mut room, &wang).unwrap_err().text(), "You have had your share of this packet");
    let words = room.view_of(&wang).unwrap().to_string();
    for line in ["You got ¥10.00", "Shares taken: 1/1", "Amount taken: ¥10.00 of ¥10.00", "Wang (wang) ¥10.00"] {
        assert!(words.lines().any(|one| one == line), "{line} in {words}");
    }
}

#[test]
fn a_packet_of_the_version_before_goes_on() {
    let packet = r#"{"total_cents":300,"shares":2,"mode":"lucky","greeting":"周年快乐","expires_at_ms":9000000000000,"nonce":"00","commitment":"ab"}"#;
    let ledger = r#"{"total_cents":300,"taken":1,"taken_cents":100,"best":{"place":0,"cents":100},"end":null}"#;
    let state: [(&str, &[u8]); 5] = [
        ("packet", packet.as_bytes()),
        ("ledger", ledger.as_bytes()),
        ("shares/00000000", &[[0, 0, 0, 0, 0, 0, 0, 100], [0, 0, 0, 0, 0, 0, 0, 200]].concat()),
        ("place/wang", b"0"),
        ("grab/00000000", r#"{"id":"wang","name":"小王","cents":100}"#.as_bytes()),
    ];
    let mut room = Room::<RedPacket>::take_over(1, state).unwrap();
    let li = room.join("li", "小李");
    assert_eq!(grab(&mut room, &li), Ok(200));
    assert_eq!(room.take_emitted()[0].event["finished"]["best"]["name"], "小李");
    let names: Vec<String> = room.report().unwrap().rows.into_iter().map(|row| row[2].clone()).collect();
    assert_eq!(names, ["小王", "小李"]);
}

#[test]
fn who_has_left_is_still_named() {
    let mut room = open(json!({ "total_cents": 100, "shares": 2 }));
    let wang = room.join("wang", "小王");
    grab(&mut room, &wang).unwrap();
    room.leave("wang");
    assert!(words(&mut room).contains("小王 (wang)"));
    assert_eq!(room.report().unwrap().rows[0][2], "小王");
}

#[test]
fn the_split_is_committed_to_and_revealed_at_the_end_only() {
    let mut room = open(json!({ "total_cents": 10_000, "shares": 5 }));
    let committed = line(&words(&mut room), "拆分承诺 SHA-256：").unwrap();
    let packet: Packet = serde_json::from_slice(&room.state()["packet"]).unwrap();
    let members = crowd(&mut room, 5);
    let mut grabbed = Vec::new();
    for member in &members {
        let seen = words(&mut room) + &format!("{:?}{:?}", room.report().unwrap(), room.take_emitted());
        assert!(!seen.contains(&packet.nonce) && !seen.contains("份额"), "{seen}");
        grabbed.push(grab(&mut room, member).unwrap());
    }
    let seen = words(&mut room);
    assert_eq!(line(&seen, "拆分承诺 SHA-256："), Some(committed.clone()));
    let shares: Vec<u64> =
        line(&seen, "份额（分）：").unwrap().split(',').map(|share| share.parse().unwrap()).collect();
    assert_eq!(shares, grabbed);
    let nonce = hex::decode(line(&seen, "随机数：").unwrap()).unwrap();
    assert_eq!(rules::commitment(&nonce, &shares), committed);
}

#[test]
fn the_script_in_the_readme_checks_a_packet() {
    let mut room = open(json!({ "total_cents": 12_345, "shares": 150 }));
    let members = crowd(&mut room, 20);
    for member in &members {
        grab(&mut room, member).unwrap();
    }
    room.close().unwrap();
    let mut report = serde_json::to_value(room.report().unwrap()).unwrap();
    let Some(verdict) = run_readme_script(&report) else { return };
    assert!(verdict, "the script refuses a good packet");
    report["summary"]["shares_cents"][149] = json!(1);
    assert_eq!(run_readme_script(&report), Some(false), "the script takes a bad packet");
}

/// Runs the script between the README's fences on a report: whether it succeeds; none without Python.
fn run_readme_script(report: &Value) -> Option<bool> {
    let readme = include_str!("../README.md");
    let script = readme.split("```python\n").nth(1).unwrap().split("```").next().unwrap();
    let child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("SKIPPED: python3 is not installed, so the script in the README was not run");
        return None;
    };
    child.stdin.take().unwrap().write_all(report.to_string().as_bytes()).unwrap();
    Some(child.wait().unwrap().success())
}

#[test]
fn the_largest_packet_keeps_within_the_limits() {
    let mut room = open(json!({ "total_cents": 10_000_000_000_u64, "shares": 10_000 }));
    let members = crowd(&mut room, 10_000);
    for member in &members {
        grab(&mut room, member).unwrap();
    }
    assert_eq!(ledger(&room).taken_cents, 10_000_000_000);
    let view = room.view().unwrap();
    assert_eq!(view.all_people().count(), 200);
    assert!(view.to_string().contains("份额较多，全部见活动报告"));
    assert_eq!(room.report().unwrap().rows.len(), 10_000);
}

#[test]
fn bad_configurations_and_actions_are_invalid() {
    for config in [
        json!({ "total_cents": 9, "shares": 10 }),
        json!({ "total_cents": 10 }),
        json!({ "total_cents": 1.5, "shares": 1 }),
        json!({ "total_cents": -1, "shares": 1 }),
        json!({ "total_cents": 10, "shares": 1, "mode": "fair" }),
        json!({ "total_cents": 10, "shares": 1, "more": 1 }),
    ] {
        assert!(matches!(Room::<RedPacket>::new().open(&config), Err(Error::Invalid(_))), "{config}");
    }
    let mut room = open(json!({ "total_cents": 10, "shares": 1 }));
    let wang = room.join("wang", "小王");
    for action in [
        json!({}),
        json!("grab"),
        json!({ "grab": { "more": 1 } }),
        json!({ "grab": {}, "more": {} }),
        json!({ "take": {} }),
    ] {
        assert!(matches!(room.act(&wang, &action), Err(Error::Invalid(_))), "{action}");
    }
    assert_eq!(ledger(&room).taken, 0);
}

#[test]
fn examples_fit_the_schemas() {
    let description = Room::<RedPacket>::describe();
    let fits = |schema: &str, value: Value| jsonschema::is_valid(&serde_json::from_str(schema).unwrap(), &value);
    let full = json!({ "total_cents": 10_000, "shares": 10, "mode": "lucky", "greeting": "…", "expires_in_s": 86_400 });
    assert!(fits(&description.config_schema, full));
    assert!(fits(&description.config_schema, json!({ "total_cents": 10_000, "shares": 10 })));
    assert!(!fits(&description.config_schema, json!({ "total_cents": 10_000, "shares": 0 })));
    assert!(!fits(&description.config_schema, json!({ "total_cents": 10_000, "shares": 10, "more": 1 })));
    assert!(fits(&description.action_schema, json!({ "grab": {} })));
    assert!(!fits(&description.action_schema, json!({ "grab": { "more": 1 } })));
    assert!(!fits(&description.action_schema, json!({})));
    assert!(fits(&description.reply_schema, json!({ "cents": 1 })));
    assert!(fits(&description.event_schema, json!({ "refunded": { "cents": 1, "reason": "expired" } })));
    assert!(fits(&description.event_schema, json!({ "finished": { "shares": 1, "total_cents": 1 } })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whoever grabs in whatever order, and however it ends, no cent is made or lost and nobody grabs twice.
    #[test]
    fn grabbed_left_and_refunded_are_the_total(
        seed: u64, shares in 1_u32..12, more in 0_u64..500, equal: bool,
        steps in prop::collection::vec((0_usize..14, 0_u64..4_000), 0..40), close: bool,
    ) {
        let total_cents = u64::from(shares) + more;
        let mode = if equal { "equal" } else { "lucky" };
        let mut room = Room::<RedPacket>::with_seed(seed);
        room.open(json!({ "total_cents": total_cents, "shares": shares, "mode": mode, "expires_in_s": 60 })).unwrap();
        let members = crowd(&mut room, 14);
        let mut grabbed = std::collections::BTreeMap::new();
        for (who, wait_ms) in steps {
            let over = ledger(&room).end.is_some();
            match grab(&mut room, &members[who]) {
                Ok(cents) => {
                    prop_assert!(cents >= 1 && !over);
                    prop_assert_eq!(grabbed.insert(who, cents), None);
                }
                Err(Error::Conflict(_)) => prop_assert!(grabbed.contains_key(&who)),
                Err(Error::Exhausted(_)) => prop_assert!(over),
                Err(other) => prop_assert!(false, "{}", other),
            }
            room.advance_ms(wait_ms).unwrap();
            let ledger = ledger(&room);
            prop_assert_eq!(ledger.taken_cents, grabbed.values().sum::<u64>());
            prop_assert_eq!(ledger.taken_cents + ledger.left_cents() + ledger.refunded_cents(), total_cents);
        }
        if close {
            room.close().unwrap();
        } else {
            room.advance_ms(60_000).unwrap();
        }
        let ledger = ledger(&room);
        prop_assert_eq!(ledger.taken_cents + ledger.refunded_cents(), total_cents);
        let refunds = room.take_emitted().into_iter().filter(|emitted| emitted.event.get("refunded").is_some()).count();
        prop_assert_eq!(refunds, usize::from(grabbed.len() < shares as usize));
    }
}
