//! A quiz whose right answers nobody can know before a question's end.

use std::cell::RefCell;

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, Reply, Socket, User, View};
use serde_json::{Value, json};

/// Text, choices and the right one of each question. No choice stands in two questions.
const QUESTIONS: [(&str, [&str; 2], &str); 3] = [
    ("法国的首都?", ["里昂", "巴黎"], "B 巴黎"),
    ("日本的首都?", ["东京", "大阪"], "A 东京"),
    ("智利的首都?", ["利马", "圣地亚哥"], "B 圣地亚哥"),
];

fn quiz(seconds: [u32; 3]) -> Value {
    let question = |((text, choices, right), seconds): (&(&str, [&str; 2], &str), u32)| {
        let right = right.split_once(' ').expect("a letter and a text").1;
        json!({ "text": text, "choices": choices, "right": right, "seconds": seconds })
    };
    let questions: Vec<Value> = QUESTIONS.iter().zip(seconds).map(question).collect();
    json!({ "title": "地理抢答", "questions": questions })
}

async fn opened(launch: Launch, seconds: [u32; 3]) -> (Host, User, Conference, Activity) {
    let host = launch.unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let quiz = wang.open(&room.number, "quiz", quiz(seconds)).await;
    (host, wang, room, quiz)
}

/// What gives a question's answer away.
fn giveaways(number: usize) -> [String; 2] {
    let right = QUESTIONS[number - 1].2;
    [format!("正确答案：{right}"), format!("{right} ✓")]
}

fn assert_silent(what: &str, text: &str, open_question: usize) {
    for number in open_question..=QUESTIONS.len() {
        for giveaway in giveaways(number) {
            assert!(!text.contains(&giveaway), "{what} tells the answer to question {number}: {text}");
        }
        let unasked = number > open_question && text.contains(QUESTIONS[number - 1].0);
        assert!(!unasked, "{what} tells question {number} while {open_question} is open: {text}");
    }
}

/// A player's phone, which keeps every frame that it was ever sent.
struct Phone {
    person: User,
    socket: Socket,
    frames: RefCell<Vec<Value>>,
    quiz: String,
}

impl Phone {
    async fn of(person: User, room: &Conference, quiz: &Activity) -> Self {
        let person = person.join(&room.number).await;
        let socket = person.connect(&room.number).await;
        let frames = RefCell::new(vec![socket.welcome.clone()]);
        Phone { person, socket, frames, quiz: quiz.id.clone() }
    }

    async fn expect(&mut self, what: &str, accept: impl Fn(&Value) -> bool) -> Value {
        let frames = &self.frames;
        let kept = |frame: &Value| {
            frames.borrow_mut().push(frame.clone());
            accept(frame)
        };
        self.socket.expect(what, kept).await
    }

    async fn answer(&mut self, choice: &str) -> Reply {
        let id = format!("answer-{choice}-{}", self.frames.borrow().len());
        self.socket.act(&id, &self.quiz, json!({ "answer": { "choice": choice } })).await;
        Reply { frame: self.expect(&id, |frame| frame["type"] == "reply" && frame["id"] == id).await }
    }

    /// Waits for the event of this kind about this question, and gives its place in the journal.
    async fn told(&mut self, kind: &str, question: usize) -> u64 {
        let is_it = |frame: &Value| frame["kind"] == "emit" && frame["event"][kind]["question"] == question;
        self.expect(kind, is_it).await["seq"].as_u64().expect("an event has a seq")
    }

    async fn sees(&mut self, what: &str, accept: impl Fn(&View) -> bool) {
        let is_it = |frame: &Value| frame["type"] == "view" && accept(&View::of(&frame["view"]));
        self.expect(what, is_it).await;
    }

    /// Fails when a frame that stands for something before `seq` tells what is known from `seq` on only.
    fn assert_silent_before(&self, seq: u64, open_question: usize) {
        let untaken = ["view", "event", "presence", "reply"].into_iter().flat_map(|kind| self.socket.untaken(kind));
        let frames = self.frames.borrow();
        let mut checked = 0;
        for frame in frames.iter().chain(untaken) {
            let at = frame["as_of"].as_u64().or(frame["seq"].as_u64()).unwrap_or(0);
            if at < seq {
                assert_silent("a frame", &frame.to_string(), open_question);
                checked += 1;
            }
        }
        assert!(checked >= 2, "only {checked} frames came before {seq}");
    }
}

/// Everything that this person can ask for.
async fn asked_for(person: &User, room: &Conference, quiz: &Activity) -> String {
    let mut text = format!("{:?}", person.journal(&room.number).await);
    for path in [quiz.path(""), room.path("/activities"), room.path(""), "/api/plugins".to_owned()] {
        text += person.get(&path).await.text();
    }
    text
}

fn answered(question: u64, choice: &str) -> Value {
    json!({ "answered": { "question": question, "choice": choice } })
}

/// Ids on the board and the points behind them.
fn board(view: &Value) -> Vec<(String, u64)> {
    let view = View::of(view);
    let items = view.blocks("standings").into_iter().flat_map(|list| list["items"].as_array().expect("places").clone());
    items.map(|one| (one["id"].as_str().expect("an id").to_owned(), one["score"].as_u64().expect("points"))).collect()
}

/// Who stands on the board, best first.
fn places(view: &View) -> Vec<String> {
    let items = view.blocks("standings").into_iter().flat_map(|list| list["items"].as_array().expect("places"));
    items.map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

/// Ids and points of everybody in the report, who has the most first.
fn ranking(report: &Value) -> Vec<(String, u64)> {
    let rows: Vec<Vec<String>> = serde_json::from_value(report["rows"].clone()).expect("rows of texts");
    let mut ranking: Vec<(String, u64)> = Vec::new();
    for row in rows {
        let total: u64 = row[2].parse().expect("points");
        // A choice, its milliseconds and its points for each question.
        let cells = row[3..].chunks(3).filter(|cells| !cells[2].is_empty());
        assert_eq!(cells.map(|cells| cells[2].parse::<u64>().expect("points")).sum::<u64>(), total, "{row:?}");
        ranking.push((row[0].clone(), total));
    }
    ranking.sort_by_key(|(_, points)| u64::MAX - points);
    ranking
}

/// A quiz with three players: the first question is long, the second takes a second.
struct Evening {
    host: Host,
    wang: User,
    room: Conference,
    quiz: Activity,
    li: Phone,
    zhao: Phone,
    sun: Phone,
}

impl Evening {
    async fn begin() -> Self {
        let (host, wang, room, quiz) = opened(Launch::new(), [600, 1, 600]).await;
        let li = Phone::of(host.user("小李").await, &room, &quiz).await;
        let zhao = Phone::of(host.user("小赵").await, &room, &quiz).await;
        let sun = Phone::of(host.user("小孙").await, &room, &quiz).await;
        Evening { host, wang, room, quiz, li, zhao, sun }
    }

    fn phones(&mut self) -> [&mut Phone; 3] {
        [&mut self.li, &mut self.zhao, &mut self.sun]
    }

    async fn ask(&mut self, question: usize) {
        let asked = self.wang.act(&self.quiz, json!({ "next": {} })).await.reply;
        assert_eq!(asked["asked"]["question"], question);
        for phone in self.phones() {
            phone.told("asked", question).await;
        }
    }

    /// Everybody answers, and an organizer ends the question.
    async fn first_question(&mut self) {
        self.ask(1).await;
        assert_eq!(self.li.answer("1B").await.ok(), &answered(1, "B"));
        assert_eq!(self.li.answer("1A").await.error(), "conflict", "nobody answers twice");
        assert_eq!(self.sun.answer("1A").await.ok(), &answered(1, "A"), "a wrong answer is answered as a right one");
        assert_eq!(self.zhao.answer("1B").await.ok(), &answered(1, "B"));
        let nothing_else = |view: &View| view.bars().is_empty() && view.blocks("standings").is_empty();
        let three = |view: &View| view.statistic("已作答").as_deref() == Some("3") && nothing_else(view);
        self.sun.sees("three answers and nothing else", three).await;
        assert_silent("what a player can ask for", &asked_for(&self.sun.person, &self.room, &self.quiz).await, 1);
        assert_silent("the report", &self.wang.report(&self.quiz).await.to_string(), 1);

        self.wang.act(&self.quiz, json!({ "stop": {} })).await;

        let best = [self.li.person.id.clone(), self.zhao.person.id.clone()];
        let bars = [("A 里昂".to_owned(), 1), ("B 巴黎 ✓".to_owned(), 2)];
        for phone in self.phones() {
            let ended = phone.told("ended", 1).await;
            let told = |view: &View| view.words().contains(&giveaways(1)[0]) && view.bars() == bars;
            phone.sees("the answer, the bars and the board", |view| told(view) && places(view) == best).await;
            phone.assert_silent_before(ended, 1);
        }
        assert_eq!(self.sun.answer("1B").await.error(), "conflict", "the answer was read on the screen");
    }

    /// Nobody acts, and the timer ends the question.
    async fn second_question(&mut self) {
        self.ask(2).await;
        for phone in self.phones() {
            let ended = phone.told("ended", 2).await;
            phone.assert_silent_before(ended, 2);
        }
        assert_eq!(self.zhao.answer("2A").await.error(), "conflict", "late is late");
    }

    /// Somebody comes late and plays along, and the closing of the quiz ends the question.
    async fn third_question(&mut self) {
        self.ask(3).await;
        let mut late = Phone::of(self.host.user("晚到").await, &self.room, &self.quiz).await;
        for (phone, choice) in [(&mut self.zhao, "3B"), (&mut late, "3B"), (&mut self.li, "3A")] {
            assert_eq!(phone.answer(choice).await.ok(), &answered(3, &choice[1..]));
        }
        assert_silent("the report", &self.wang.report(&self.quiz).await.to_string(), 3);

        self.wang.close(&self.quiz).await;

        for phone in self.phones().into_iter().chain([&mut late]) {
            let ended = phone.told("ended", 3).await;
            phone.expect("the end", |frame| frame["event"]["finished"]["leaders"] == 1).await;
            let celebrates =
                |view: &View| view.blocks("celebration").iter().any(|block| block.to_string().contains("小赵"));
            phone.sees("a winner", celebrates).await;
            phone.assert_silent_before(ended, 3);
        }
        let late = json!({ "answer": { "choice": "3B" } });
        self.zhao.person.try_act(&self.quiz, late).await.problem(409, "wrong_phase");
    }
}

#[tokio::test]
async fn three_people_play_a_quiz_and_nobody_knows_an_answer_early() {
    let mut evening = Evening::begin().await;
    assert_eq!(evening.li.answer("1B").await.error(), "conflict", "nothing was asked yet");
    evening.first_question().await;
    evening.second_question().await;
    evening.third_question().await;

    let (shown, report) = (evening.wang.look_at(&evening.quiz).await, evening.wang.report(&evening.quiz).await);
    let ranking = ranking(&report);
    assert_eq!(board(&shown.view), ranking[..3], "who has no points is not on the board");
    assert_eq!((&ranking[0].0, &ranking[3]), (&evening.zhao.person.id, &(evening.sun.person.id.clone(), 0)));
    let chosen = |question: usize| report["summary"]["questions"][question - 1]["answers"].clone();
    assert_eq!((chosen(2), chosen(3)), (json!({ "A": 0, "B": 0 }), json!({ "A": 1, "B": 2 })));
}

#[tokio::test]
async fn only_organizers_lead_and_they_do_not_play() {
    let (host, wang, room, quiz) = opened(Launch::new(), [600; 3]).await;
    let li = host.user("小李").await.join(&room.number).await;

    for action in [json!({ "next": {} }), json!({ "stop": {} })] {
        li.try_act(&quiz, action).await.problem(403, "denied");
    }
    wang.try_act(&quiz, json!({ "stop": {} })).await.problem(409, "conflict");
    wang.act(&quiz, json!({ "next": {} })).await;
    wang.try_act(&quiz, json!({ "next": {} })).await.problem(409, "conflict");
    wang.try_act(&quiz, json!({ "answer": { "choice": "1B" } })).await.problem(403, "denied");
    for choice in ["1C", "B", "一B"] {
        li.try_act(&quiz, json!({ "answer": { "choice": choice } })).await.problem(422, "invalid");
    }
    for _ in 2..=3 {
        wang.act(&quiz, json!({ "stop": {} })).await;
        wang.act(&quiz, json!({ "next": {} })).await;
    }
    wang.act(&quiz, json!({ "stop": {} })).await;
    wang.try_act(&quiz, json!({ "next": {} })).await.problem(410, "exhausted");
}

#[tokio::test]
async fn a_countdown_runs_on_while_the_server_is_down() {
    let (mut host, wang, room, quiz) = opened(Launch::new().durable(), [2, 600, 600]).await;
    let li = host.user("小李").await.join(&room.number).await;
    wang.act(&quiz, json!({ "next": {} })).await;

    host.kill().await;
    host.restart().await;

    let mut phone = li.connect_since(&room.number, 0).await;
    let ended = phone.expect("the end", |frame| frame["event"]["ended"]["question"] == 1).await;
    assert_eq!(ended["event"]["ended"], json!({ "question": 1, "right": "B", "answers": 0 }));
    li.try_act(&quiz, json!({ "answer": { "choice": "1B" } })).await.problem(409, "conflict");
}

#[tokio::test]
async fn sixty_four_people_answer_at_once_and_the_board_is_the_head_of_the_report() {
    let (host, wang, room, quiz) = opened(Launch::new(), [600, 600, 600]).await;
    let members = host.members(&room.number, 64).await;
    for question in 1..=2 {
        wang.act(&quiz, json!({ "next": {} })).await;
        let answer = |(n, member): (usize, &User)| {
            let choice = format!("{question}{}", if n % 3 == 0 { "A" } else { "B" });
            let (member, quiz) = (member.clone(), quiz.clone());
            async move { member.act(&quiz, json!({ "answer": { "choice": choice } })).await }
        };
        join_all(members.iter().enumerate().map(answer)).await;
        wang.act(&quiz, json!({ "stop": {} })).await;
    }

    let (shown, report) = (wang.look_at(&quiz).await, wang.report(&quiz).await);

    assert_eq!(View::of(&shown.view).bars().iter().map(|(_, count)| *count).collect::<Vec<_>>(), [22, 42]);
    let (board, ranking) = (board(&shown.view), ranking(&report));
    let points = |list: &[(String, u64)]| list.iter().map(|(_, points)| *points).collect::<Vec<_>>();
    assert_eq!((board.len(), ranking.len()), (10, 64));
    assert_eq!(points(&board), points(&ranking[..10]));
    assert!(board.iter().all(|entry| ranking.contains(entry)), "{board:?} is not of {ranking:?}");
}
