//! A meeting of sixty people and an organizer, in which all ten built-in activities are open at once and everybody takes
//! part in each. What came out is computed here from what people were told, and compared with views and reports.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, Reply, Socket, User, View};
use serde_json::{Value, json};

const PEOPLE: usize = 60;
const TOTAL_CENTS: u64 = 12_345;
const DRAWN: usize = 10;

/// The ten activities, by plugin.
fn configs() -> [(&'static str, Value); 10] {
    let place = json!({ "text": "下次在哪", "kind": "single", "options": ["山", "海"], "required": true });
    let points = json!({ "text": "时间怎么分", "kind": "points", "options": ["玩", "讲"], "max": 100 });
    let capital = json!({ "text": "法国的首都?", "choices": ["里昂", "巴黎"], "right": "巴黎", "seconds": 600 });
    let prize = json!({ "name": "奖", "count": DRAWN });
    [
        ("check-in", json!({ "title": "签到", "late_after_min": 600 })),
        ("vote", json!({ "question": "午饭", "options": ["面", "饭", "粥"] })),
        ("rating", json!({ "subject": "讲得怎么样" })),
        ("survey", json!({ "title": "问卷", "questions": [place, points] })),
        ("ranking", json!({ "question": "先做哪个", "options": ["甲", "乙", "丙"] })),
        ("qa", json!({ "title": "问", "seconds_between": 0 })),
        ("word-cloud", json!({ "question": "一个词" })),
        ("quiz", json!({ "title": "抢答", "questions": [capital] })),
        ("red-packet", json!({ "total_cents": TOTAL_CENTS, "shares": PEOPLE, "mode": "lucky", "expires_in_s": 600 })),
        ("lottery", json!({ "title": "抽奖", "prizes": [prize], "repeat_winners": false })),
    ]
}

struct Meeting {
    host: Host,
    room: Conference,
    wang: User,
    members: Vec<User>,
    activities: Vec<Activity>,
}

/// What one member was answered: their number at the door, and their cents.
struct Told {
    number: u64,
    cents: u64,
    socket: Socket,
}

impl Meeting {
    async fn begin() -> Self {
        let host = Launch::new().unhurried().start().await;
        let wang = host.user("小王").await;
        let room = wang.create_conference("年会").await;
        let members = host.members(&room.number, PEOPLE).await;
        let mut activities = Vec::new();
        for (plugin, config) in configs() {
            activities.push(wang.open(&room.number, plugin, config).await);
        }
        let meeting = Meeting { host, room, wang, members, activities };
        for question in 1..=3 {
            let ask = json!({ "ask": { "text": format!("问题{question}") } });
            meeting.members[0].act(meeting.of("qa"), ask).await;
        }
        meeting.wang.act(meeting.of("quiz"), json!({ "next": {} })).await;
        meeting
    }

    fn of(&self, plugin: &str) -> &Activity {
        self.activities.iter().find(|activity| activity.plugin == plugin).expect("an activity of each plugin")
    }

    /// What member `n` does in each activity but the lottery, which is the organizer's.
    fn deeds(n: usize) -> Vec<(&'static str, Value)> {
        let order: Vec<&str> = (0..3).map(|place| ["甲", "乙", "丙"][(n + place) % 3]).collect();
        let points = json!({ "玩": n, "讲": 100 - n });
        let (dish, place, choice) = (["面", "饭", "粥"][n % 3], ["山", "海"][n % 2], ["1A", "1B"][n % 2]);
        vec![
            ("check-in", json!({ "check_in": {} })),
            ("vote", json!({ "choose": [dish] })),
            ("rating", json!({ "score": n % 5 + 1 })),
            ("survey", json!({ "answer": { "q1": place, "q2": points } })),
            ("ranking", json!({ "order": order })),
            ("qa", json!({ "vote": { "question": n % 3 + 1 } })),
            ("word-cloud", json!({ "say": { "words": format!("词{}", n % 6) } })),
            ("quiz", json!({ "answer": { "choice": choice } })),
            ("red-packet", json!({ "grab": {} })),
        ]
    }

    /// Does everything once, beginning somewhere else than the others, and then once more where that must not count.
    async fn take_part(&self, n: usize, mut socket: Socket) -> Told {
        let mut deeds = Self::deeds(n);
        deeds.rotate_left(n % 9);
        let mut told = (0, 0);
        for (plugin, action) in &deeds {
            let activity = &self.of(plugin).id;
            let reply = socket.do_act(plugin, activity, action.clone()).await;
            match *plugin {
                "check-in" => told.0 = reply.ok()["number"].as_u64().expect("a number"),
                "red-packet" => told.1 = reply.ok()["cents"].as_u64().expect("cents"),
                _ => drop(reply.ok()),
            }
            let same = socket.do_act(plugin, activity, action.clone()).await;
            assert_eq!(same, reply, "the same command gives the same reply");
        }
        for (plugin, action) in deeds {
            let again = socket.do_act(&format!("{plugin}-again"), &self.of(plugin).id, action).await;
            // What can be revised is: to what it was.
            let revisable = ["rating", "survey", "ranking"].contains(&plugin);
            assert_eq!(code(&again), if revisable { "" } else { "conflict" }, "{plugin}: {again:?}");
        }
        Told { number: told.0, cents: told.1, socket }
    }

    /// The organizer draws while people are busy, and puts one on the list who has no phone.
    async fn lead(&self) -> Vec<String> {
        let lottery = self.of("lottery");
        let frozen = self.wang.act(lottery, json!({ "freeze": { "who": "everyone" } })).await.reply;
        assert_eq!(frozen["pool"], PEOPLE, "everybody but the organizer");
        self.wang.act(self.of("check-in"), json!({ "add": { "name": "张三" } })).await;
        let mut winners = Vec::new();
        for count in [1, 4, 5] {
            let drawn = self.wang.act_when_allowed(lottery, json!({ "draw": { "prize": "奖", "count": count } })).await;
            winners.extend(drawn["reply"]["winners"].as_array().expect("winners").clone());
        }
        self.wang.try_act(lottery, json!({ "draw": { "prize": "奖", "count": 1 } })).await.problem(410, "exhausted");
        winners.iter().map(|winner| winner["id"].as_str().expect("an id").to_owned()).collect()
    }

    async fn report(&self, plugin: &str) -> Value {
        self.wang.report(self.of(plugin)).await
    }

    fn ids(&self) -> BTreeSet<String> {
        self.members.iter().map(|member| member.id.clone()).collect()
    }
}

/// The code of a refusal; empty where there was none.
fn code(reply: &Reply) -> &str {
    if reply.is_ok() { "" } else { reply.error() }
}

/// The rows of a report.
fn rows(report: &Value) -> Vec<Vec<String>> {
    serde_json::from_value(report["rows"].clone()).expect("rows of texts")
}

fn number(cell: &str) -> u64 {
    cell.parse().unwrap_or_else(|error| panic!("`{cell}` is no number: {error}"))
}

/// A row a member, and nobody else's.
fn assert_row_a_member(meeting: &Meeting, report: &Value, what: &str) {
    let people: Vec<String> = rows(report).into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(people.len(), PEOPLE, "{what}: {report}");
    assert_eq!(BTreeSet::from_iter(people), meeting.ids(), "{what}");
}

async fn check_who_is_here(meeting: &Meeting, told: &[Told]) {
    let report = meeting.report("check-in").await;
    let rows = rows(&report);
    let numbers: BTreeSet<u64> = rows.iter().map(|row| number(&row[0])).collect();
    assert_eq!((rows.len(), numbers), (PEOPLE + 1, (1..=PEOPLE as u64 + 1).collect()), "a number each");
    for (member, told) in meeting.members.iter().zip(told) {
        let mine: Vec<_> = rows.iter().filter(|row| row[1] == member.id).collect();
        assert_eq!(mine.len(), 1, "one row a person");
        assert_eq!((number(&mine[0][0]), &mine[0][2]), (told.number, &member.name));
    }
    assert!(rows.iter().any(|row| row[1].is_empty() && row[2] == "张三" && row[5] == "小王"), "{report}");
    assert_eq!((&report["summary"]["present"], &report["summary"]["late"]), (&json!(61), &json!(0)));
}

async fn check_what_was_chosen(meeting: &Meeting) {
    let vote = meeting.report("vote").await;
    assert_row_a_member(meeting, &vote, "vote");
    let seen = meeting.wang.look_at(meeting.of("vote")).await;
    assert_eq!(View::of(&seen.view).bars(), ["面", "饭", "粥"].map(|option| (option.to_owned(), 20)));

    let rating = meeting.report("rating").await;
    assert_row_a_member(meeting, &rating, "rating");
    let sum: u64 = rows(&rating).iter().map(|row| number(&row[2])).sum();
    let summary = &rating["summary"];
    let told = (&summary["sum"], &summary["count"], &summary["average"]);
    assert_eq!((sum, told), (180, (&json!("180.00"), &json!(60), &json!("3.00"))));

    let survey = meeting.report("survey").await;
    assert_row_a_member(meeting, &survey, "survey");
    let seen = meeting.wang.look_at(meeting.of("survey")).await;
    let bars = [("山", 30), ("海", 30), ("玩", 1_770), ("讲", 4_230)].map(|(label, count)| (label.to_owned(), count));
    assert_eq!(View::of(&seen.view).bars(), bars, "1,770 is 0 + 1 + … + 59");
    assert!(rows(&survey).iter().all(|row| number(&row[3]) + number(&row[4]) == 100), "{survey}");

    let ranking = meeting.report("ranking").await;
    assert_row_a_member(meeting, &ranking, "ranking");
    let results = ranking["summary"]["results"].as_array().expect("results");
    let all = results.iter().map(|one| (&one["place"], &one["points"], &one["firsts"]));
    assert!(all.into_iter().all(|one| one == (&json!(1), &json!(60), &json!(20))), "{ranking}");
    assert!(rows(&ranking).iter().all(|row| row[2..].iter().map(|rank| number(rank)).sum::<u64>() == 6));
}

async fn check_what_was_said(meeting: &Meeting) {
    let qa = meeting.report("qa").await;
    assert!(rows(&qa).iter().all(|row| row[4] == "20"), "sixty votes on three questions: {qa}");

    let cloud = meeting.report("word-cloud").await;
    let weights: BTreeSet<(String, u64)> =
        rows(&cloud).into_iter().map(|row| (row[0].clone(), number(&row[1]))).collect();
    assert_eq!(weights, (0..6).map(|n| (format!("词{n}"), 10)).collect());
    assert_eq!(cloud["summary"]["accepted"], PEOPLE);
}

/// Points are computed again from the report, by the formula in the plugin's README.
async fn check_the_quiz(meeting: &Meeting) {
    let quiz = meeting.report("quiz").await;
    assert_row_a_member(meeting, &quiz, "quiz");
    let question = &quiz["summary"]["questions"][0];
    assert_eq!((&question["right"], &question["answers"]), (&json!("B"), &json!({ "A": 30, "B": 30 })));
    let whole_ms = question["whole_ms"].as_u64().expect("a length");
    let mut points = Vec::new();
    for row in rows(&quiz) {
        let (choice, ms, earned) = (row[3].as_str(), number(&row[4]), number(&row[5]));
        let worth = if choice == "B" { 1_000 - 500 * ms / whole_ms } else { 0 };
        assert_eq!((earned, number(&row[2])), (worth, worth), "{row:?}");
        points.push(worth);
    }
    points.sort_unstable_by_key(|points| u64::MAX - points);
    let shown = meeting.wang.look_at(meeting.of("quiz")).await;
    let standings = View::of(&shown.view).blocks("standings")[0]["items"].as_array().expect("places");
    let scores: Vec<u64> = standings.iter().map(|one| one["score"].as_u64().expect("points")).collect();
    assert_eq!(scores, points[..10], "the ten best");
    for one in standings {
        let better = points.iter().filter(|points| Some(**points) > one["score"].as_u64()).count();
        assert_eq!(one["rank"], better + 1, "equal points share a place: {one}");
    }
}

async fn check_who_got_what(meeting: &Meeting, told: &[Told], winners: &[String]) {
    let packet = meeting.report("red-packet").await;
    let cents: Vec<u64> = told.iter().map(|told| told.cents).collect();
    assert_eq!(cents.iter().sum::<u64>(), TOTAL_CENTS, "to the cent");
    assert!(cents.iter().all(|cents| *cents >= 1), "{cents:?}");
    let reported: u64 = rows(&packet).iter().map(|row| number(&row[3])).sum();
    assert_eq!((rows(&packet).len(), reported), (PEOPLE, TOTAL_CENTS));

    let lottery = meeting.report("lottery").await;
    let won: BTreeSet<String> = winners.iter().cloned().collect();
    assert_eq!((winners.len(), won.len()), (DRAWN, DRAWN), "nobody wins twice");
    assert!(won.is_subset(&meeting.ids()), "whoever wins was in the pool");
    let reported = rows(&lottery).into_iter().filter(|row| row[0] == "中奖").map(|row| row[2].clone());
    assert_eq!(reported.collect::<Vec<_>>(), winners, "in the order of the draws");
}

/// Everybody was sent the same events in the same order, the closing of ten activities among them.
async fn check_one_order(meeting: &Meeting, told: &mut [Told]) {
    let mut wall = meeting.wang.connect(&meeting.room.number).await;
    let last = wall.say("end", "散会").await.seq();
    let heard = join_all(told.iter_mut().map(|told| told.socket.events_through(last))).await;
    let order = |events: &Vec<Value>| events.iter().map(|one| (one["seq"].as_u64(), one["kind"].clone())).collect();
    let first: Vec<_> = order(&heard[0]);
    assert!(heard.iter().all(|events| order(events) == first), "one order for everybody");
    let closed = heard[0].iter().filter(|event| event["change"] == "closed").count();
    assert_eq!(closed, meeting.activities.len());
}

#[tokio::test]
async fn sixty_people_use_all_ten_activities_in_one_conference() {
    let meeting = Meeting::begin().await;
    let sockets = join_all(meeting.members.iter().map(|member| member.connect(&meeting.room.number))).await;

    let people = sockets.into_iter().enumerate().map(|(n, socket)| meeting.take_part(n, socket));
    let (mut told, winners) = tokio::join!(join_all(people), meeting.lead());

    let late = meeting.host.user("晚到").await.join(&meeting.room.number).await;
    late.try_act(meeting.of("red-packet"), json!({ "grab": {} })).await.problem(410, "exhausted");
    for activity in &meeting.activities {
        assert_eq!(meeting.wang.close(activity).await.phase, "closed", "{}", activity.plugin);
    }
    check_who_is_here(&meeting, &told).await;
    check_what_was_chosen(&meeting).await;
    check_what_was_said(&meeting).await;
    check_the_quiz(&meeting).await;
    check_who_got_what(&meeting, &told, &winners).await;
    check_one_order(&meeting, &mut told).await;
}
