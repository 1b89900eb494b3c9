//! The lottery: nobody wins twice, everybody who wins was in the pool, and the tests compute each draw again.
//!
//! The computation here shares no code with the plugin: it follows what the plugin's README tells people to do.

use std::collections::{BTreeSet, HashSet};

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, User, View};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

/// A number of 256 bits, high byte first, modulo a small one.
fn modulo(number: &[u8; 32], by: usize) -> usize {
    number.iter().fold(0, |rest, byte| (rest * 256 + usize::from(*byte)) % by)
}

/// Somebody who follows the draws from the hall, with a pencil.
struct Witness {
    pool: BTreeSet<String>,
    out: HashSet<String>,
    seed: Vec<u8>,
    picks: u32,
}

impl Witness {
    fn of(people: &[User], seed: Vec<u8>) -> Self {
        let pool = people.iter().map(|person| person.id.clone()).collect();
        Witness { pool, out: HashSet::new(), seed, picks: 0 }
    }

    fn pool_hash(&self) -> [u8; 32] {
        let mut data = Vec::new();
        for id in &self.pool {
            data.extend((id.len() as u32).to_be_bytes());
            data.extend(id.as_bytes());
        }
        sha256(&[&data])
    }

    /// Computes the next winner.
    fn pick(&mut self, entropy: &str) -> String {
        let candidates: Vec<&String> = self.pool.iter().filter(|id| !self.out.contains(*id)).collect();
        let number = self.picks.to_be_bytes();
        let x = sha256(&[&number, &self.pool_hash(), &self.seed, entropy.as_bytes(), &number]);
        let winner = candidates[modulo(&x, candidates.len())].clone();
        self.picks += 1;
        self.out.insert(winner.clone());
        winner
    }
}

/// Every text of 64 hexadecimal digits.
fn hashes_in(text: &str) -> Vec<String> {
    let words = text.split(|char: char| !char.is_ascii_hexdigit());
    words.filter(|word| word.len() == 64).map(str::to_owned).collect()
}

/// The seed, if it stands somewhere in the text.
fn seed_in(text: &str, seed_hash: &str) -> Option<Vec<u8>> {
    let candidates = hashes_in(text).into_iter().map(|word| hex::decode(word).expect("hexadecimal digits"));
    candidates.into_iter().find(|seed| hex::encode(sha256(&[seed])) == seed_hash)
}

fn winners(reply: &Value) -> Vec<String> {
    let winners = reply["winners"].as_array().unwrap_or_else(|| panic!("winners: {reply}"));
    winners.iter().map(|winner| winner["id"].as_str().expect("an id").to_owned()).collect()
}

async fn lottery(people: usize, prizes: Value) -> (Host, User, Conference, Vec<User>, Activity) {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let members = host.members(&room.number, people).await;
    let config = json!({ "title": "年会抽奖", "prizes": prizes, "repeat_winners": false });
    let lottery = wang.open(&room.number, "lottery", config).await;
    (host, wang, room, members, lottery)
}

#[tokio::test]
async fn anybody_can_compute_every_draw_again() {
    let prizes = json!([{ "name": "一等奖", "count": 1 }, { "name": "二等奖", "count": 4 }]);
    let (host, wang, room, people, lottery) = lottery(30, prizes).await;

    let frozen = wang.act(&lottery, json!({ "freeze": {} })).await.reply;
    let late = host.user("晚到").await.join(&room.number).await;
    let mut drawn = Vec::new();
    for (prize, count, entropy) in [("二等奖", 3, "骰子 3 5 1"), ("二等奖", 1, ""), ("一等奖", 1, "上证 3021.55")]
    {
        let draw = json!({ "draw": { "prize": prize, "count": count, "entropy": entropy } });
        let reply = wang.act(&lottery, draw).await.reply;
        drawn.extend(winners(&reply).into_iter().map(|id| (id, entropy)));
    }
    let (absent, entropy) = drawn[1].clone();
    let redrawn = winners(&wang.act(&lottery, json!({ "redraw": { "winner": absent } })).await.reply);
    drawn.push((redrawn[0].clone(), entropy));

    let seed_hash = frozen["seed_hash"].as_str().expect("the hash of the seed").to_owned();
    let before = format!("{}{:?}", wang.report(&lottery).await, wang.journal(&room.number).await);
    let open = wang.look_at(&lottery).await;
    assert!(open.view.to_string().contains(&seed_hash), "the commitment is on the screen");
    assert_eq!(seed_in(&before, &seed_hash), None, "the seed is secret before the end");
    assert_eq!(seed_in(&open.view.to_string(), &seed_hash), None, "the seed is secret before the end");

    let closed = wang.close(&lottery).await;
    let seed = seed_in(&View::of(&closed.view).words(), &seed_hash).expect("the seed is on the screen after the end");
    let mut witness = Witness::of(&people, seed);
    assert_eq!((&frozen["pool"], &frozen["pool_hash"]), (&json!(30), &json!(hex::encode(witness.pool_hash()))));
    for (n, (winner, entropy)) in drawn.iter().enumerate() {
        assert_eq!(&witness.pick(entropy), winner, "pick {n}");
        assert_ne!(winner, &late.id, "who joined after the freezing is not in the pool");
    }
}

#[tokio::test]
async fn organizers_who_draw_at_once_never_draw_the_same_person() {
    let (_host, wang, room, people, lottery) = lottery(24, json!([{ "name": "奖", "count": 15 }])).await;
    let (li, people) = people.split_first().expect("members");
    wang.appoint(&room.number, li).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;

    let draw = json!({ "draw": { "prize": "奖", "count": 1 } });
    let draws = (0..30)
        .map(|n| if n % 2 == 0 { wang.try_act(&lottery, draw.clone()) } else { li.try_act(&lottery, draw.clone()) });
    let answers = join_all(draws).await;

    let won: Vec<String> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .flat_map(|answer| winners(&answer.json()["reply"]))
        .collect();
    answers.iter().filter(|answer| answer.status != 200).for_each(|answer| {
        answer.problem(410, "exhausted");
    });
    assert_eq!(won.len(), 15);
    assert_eq!(won.iter().collect::<HashSet<_>>().len(), 15, "nobody wins twice");
    assert!(won.iter().all(|id| people.iter().any(|person| &person.id == id)), "organizers are not in the pool");
}

#[tokio::test]
async fn an_organizer_who_draws_fast_is_slowed_down_and_breaks_nothing() {
    let (_host, wang, _room, _people, lottery) = lottery(60, json!([{ "name": "奖", "count": 60 }])).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;

    // Each draw is announced to everybody, and twenty announcements a second is what a room can bear.
    let draw = json!({ "draw": { "prize": "奖", "count": 1 } });
    let answers = join_all((0..40).map(|_| wang.try_act(&lottery, draw.clone()))).await;
    answers.iter().filter(|answer| answer.status != 200).for_each(|answer| {
        assert!(answer.problem(429, "rate_limited")["retry_after_ms"].is_u64());
    });

    // The lottery did nothing wrong: it is in service, and what was refused can be drawn when the second is over.
    let drawn = answers.iter().filter(|answer| answer.status == 200).count();
    let shown = wang.look_at(&lottery).await;
    assert!(shown.view.to_string().contains(&format!("{drawn}/60")), "{}", shown.view);
    wang.act_when_allowed(&lottery, draw).await;
}

#[tokio::test]
async fn a_lottery_keeps_to_its_order() {
    let (_host, wang, _room, people, lottery) = lottery(3, json!([{ "name": "奖", "count": 2 }])).await;
    let draw = |count: u64| json!({ "draw": { "prize": "奖", "count": count } });

    wang.try_act(&lottery, draw(1)).await.problem(409, "conflict");
    people[0].try_act(&lottery, json!({ "freeze": {} })).await.problem(403, "denied");
    wang.act(&lottery, json!({ "freeze": {} })).await;
    wang.try_act(&lottery, json!({ "freeze": {} })).await.problem(409, "conflict");
    people[0].try_act(&lottery, draw(1)).await.problem(403, "denied");
    wang.try_act(&lottery, json!({ "draw": { "prize": "汽车", "count": 1 } })).await.problem(422, "invalid");
    wang.try_act(&lottery, draw(0)).await.problem(422, "invalid");
    wang.try_act(&lottery, draw(3)).await.problem(410, "exhausted");
    let first = winners(&wang.act(&lottery, draw(2)).await.reply);
    wang.try_act(&lottery, draw(1)).await.problem(410, "exhausted");

    let redraw = json!({ "redraw": { "winner": first[0] } });
    let second = winners(&wang.act(&lottery, redraw.clone()).await.reply);
    assert!(!first.contains(&second[0]), "somebody else takes the place of who is not there");
    let again = wang.try_act(&lottery, redraw).await;
    assert!([409, 410, 422].contains(&again.status), "nobody is absent twice: {again:?}");
}

#[tokio::test]
async fn everybody_in_the_room_hears_who_won() {
    let (_host, wang, room, people, lottery) = lottery(5, json!([{ "name": "奖", "count": 5 }])).await;
    let mut phone = people[0].connect(&room.number).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;

    let drawn = wang.act(&lottery, json!({ "draw": { "prize": "奖", "count": 5 } })).await;

    let winners = winners(&drawn.reply);
    let is_draw = |frame: &Value| frame["kind"] == "emit" && frame["event"]["drawn"].is_object();
    let event = phone.expect("the draw", is_draw).await;
    assert_eq!(event["event"]["drawn"]["winners"], drawn.reply["winners"]);
    phone.expect_view(&lottery.id, |view| View::of(view).people().len() == winners.len()).await;
}

#[tokio::test]
async fn fifty_prizes_and_an_entropy_each_draw_are_shown_to_everybody() {
    let prizes: Vec<Value> = (0..50).map(|n| json!({ "name": format!("奖{n:02}"), "count": 20 })).collect();
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let li = host.user("小李").await.join(&room.number).await;
    host.members(&room.number, 30).await;
    let config = json!({ "title": "年会", "prizes": prizes, "repeat_winners": true });
    let lottery = wang.open(&room.number, "lottery", config).await;
    let mut screen = wang.connect(&room.number).await;
    wang.act(&lottery, json!({ "freeze": {} })).await;

    for n in 0..30 {
        let draw = json!({ "draw": { "prize": format!("奖{n:02}"), "count": 7, "entropy": format!("骰子 {n}") } });
        wang.act_when_allowed(&lottery, draw).await;
        assert!(li.look_at(&lottery).await.view.is_object(), "after {n} draws");
    }

    let says = "共 210 位中奖者";
    screen.expect_view(&lottery.id, |view| View::of(view).words().contains(says)).await;
    let shown = host.administrator().get("/api/admin/plugins/lottery").await.ok(200);
    let log = shown["versions"][0]["log"].as_array().cloned().unwrap_or_default();
    let faults: Vec<&Value> = log.iter().filter(|line| line["level"] == "fault").collect();
    // Who draws faster than may be announced is asked to wait, which is all that may happen.
    let only_hurried =
        |line: &&Value| line["message"].as_str().is_some_and(|says| says.starts_with("too_many_broadcasts"));
    assert!(faults.iter().all(only_hurried) && shown["versions"][0]["quarantined"] == false, "{faults:?}");
    assert_eq!(wang.report(&lottery).await["rows"].as_array().map(Vec::len), Some(210 + 31));
}
