//! For everybody, type by type: axe-core finds nothing on a phone with an activity, of each type that is built in, before somebody
//! has taken part, after it, and once it is over; on a phone in the hand and on the smallest, light and dark, in both languages.

use hezi_tests::{Activity, Tab, User};
use serde_json::{Value, json};

use super::access::findings;
use super::{Meeting, PHONE, SMALL_PHONE};

const EIGHT: [&str; 8] = ["面", "饭", "粥", "饺子", "馄饨", "包子", "汉堡", "沙拉"];

/// What can be read on the stage, but for a clock that runs by itself.
const BODY: &str = "document.querySelector('.stage-body').innerText.replace(/[0-9:]+:[0-9]{2}/g, '')";

/// The types whose activities are one decision, each with all that it may have, and what members do there.
fn of_one_decision() -> Vec<(&'static str, Value, Value)> {
    let vote = json!({ "question": "午饭吃什么?", "options": EIGHT, "max_choices": 3 });
    let packet = json!({ "total_cents": 1000, "shares": 8, "mode": "lucky", "expires_in_s": 600 });
    let prizes: Vec<Value> = EIGHT.iter().map(|name| json!({ "name": name, "count": 1 })).collect();
    vec![
        ("check-in", json!({ "title": "签到处", "late_after_min": 600 }), json!({ "check_in": {} })),
        ("vote", vote, json!({ "choose": ["面", "饭"] })),
        ("rating", json!({ "subject": "讲得怎么样", "min": 1, "max": 10 }), json!({ "score": 7 })),
        ("red-packet", packet, json!({ "grab": {} })),
        ("lottery", json!({ "title": "年终大奖", "prizes": prizes }), Value::Null),
    ]
}

/// The types in which something is written, put into an order, or known.
fn of_several_words() -> Vec<(&'static str, Value, Value)> {
    let question = json!({ "text": "首都在哪里?", "choices": EIGHT[..6], "right": "面", "seconds": 600 });
    let answer = json!({ "q1": "山", "q2": ["水"], "q3": "好", "q4": 3, "q5": 4, "q6": true, "q7": ["乙", "甲"],
        "q8": { "玩": 60, "讲": 40 }, "q9": { "饭菜": "好", "场地": "一般" } });
    let survey = json!({ "title": "会后问卷", "intro": "请填写", "questions": questions(), "results": "live" });
    let qa = json!({ "title": "问总经理", "names": "choice", "seconds_between": 0 });
    vec![
        ("survey", survey, json!({ "answer": answer })),
        ("ranking", json!({ "question": "先做哪个?", "options": EIGHT }), json!({ "order": EIGHT })),
        ("qa", qa, json!({ "ask": { "text": "几点开饭?" } })),
        ("word-cloud", json!({ "question": "一个词" }), json!({ "say": { "words": "高兴、累、加油" } })),
        ("quiz", json!({ "title": "地理", "questions": [question] }), json!({ "answer": { "choice": "1A" } })),
    ]
}

/// A question of each kind.
fn questions() -> Value {
    json!([
        { "text": "下次在哪", "kind": "single", "options": ["山", "海"], "required": true },
        { "text": "带什么", "kind": "multiple", "options": ["水", "伞"], "min": 1, "max": 2 },
        { "text": "说点什么", "kind": "text", "max": 200 },
        { "text": "几个人来", "kind": "number", "min": 0, "max": 9 },
        { "text": "满意吗", "kind": "rating", "min": 1, "max": 5 },
        { "text": "来吗", "kind": "yes_no" },
        { "text": "先做哪个", "kind": "order", "options": ["甲", "乙"] },
        { "text": "时间怎么分", "kind": "points", "options": ["玩", "讲"], "max": 100 },
        { "text": "各项如何", "kind": "matrix", "options": ["好", "一般"], "rows": ["饭菜", "场地"] },
    ])
}

/// Two people and their phones, which read in two languages; what they have in the hand changes from one type to the next.
struct Readers {
    phones: Vec<Tab>,
    people: [User; 2],
}

impl Readers {
    async fn come_in(meeting: &Meeting) -> Self {
        let mut phones = Vec::new();
        for (id, name, language) in [("li", "李娜", "zh-Hans"), ("noor", "نور الدين", "en")] {
            let tab = meeting.chromium.tab(&meeting.host, PHONE.0, PHONE.1).await;
            tab.sign_in(id, name, language).await;
            tab.open(&format!("/c/{}", meeting.room.number)).await;
            tab.wait_for("document.querySelector('#say')", "the room").await;
            phones.push(tab);
        }
        let people = [meeting.host.person("li", "李娜").await, meeting.host.person("noor", "نور الدين").await];
        Self { phones, people }
    }

    /// Gives them the phones of this round: each combination of size, theme and language comes once in four.
    async fn take(&self, round: usize) {
        let sizes = if round % 4 < 2 { [PHONE, SMALL_PHONE] } else { [SMALL_PHONE, PHONE] };
        let themes = if round.is_multiple_of(2) { ["light", "dark"] } else { ["dark", "light"] };
        for ((tab, (width, height)), theme) in self.phones.iter().zip(sizes).zip(themes) {
            tab.resize(width, height).await;
            tab.prefer(theme, "reduce").await;
        }
    }

    /// Both see that something is so, and axe-core finds nothing on what they see.
    async fn find_nothing(&self, seen: &str, what: &str) {
        for tab in &self.phones {
            tab.wait_for(seen, what).await;
            let window = tab.eval("`${innerWidth} x ${innerHeight}, ${document.documentElement.lang}`").await;
            assert_eq!(findings(tab).await, Vec::<String>::new(), "{what}, {window}");
        }
    }
}

/// What an organizer does so that the others can take part.
async fn prepare(wang: &User, activity: &Activity) {
    let action = match activity.plugin.as_str() {
        "quiz" => json!({ "next": {} }),
        "lottery" => json!({ "freeze": { "who": "everyone" } }),
        _ => return,
    };
    wang.act(activity, action).await;
}

async fn look_at(meeting: &Meeting, types: Vec<(&'static str, Value, Value)>) {
    let readers = Readers::come_in(meeting).await;
    let wang = &meeting.wang;
    for (round, (plugin, config, action)) in types.into_iter().enumerate() {
        readers.take(round).await;
        let activity = wang.open(&meeting.room.number, plugin, config).await;
        prepare(wang, &activity).await;
        let title = format!("document.querySelector('#stage-title')?.innerText === {}", json!(activity.title));
        let before = format!("{title} && document.querySelector('.stage .pill.live') && (window.read = {BODY})");
        readers.find_nothing(&before, &format!("{plugin} before")).await;

        if action.is_null() {
            wang.act(&activity, json!({ "draw": { "prize": EIGHT[0], "count": 1 } })).await;
        } else {
            for one in &readers.people {
                one.act(&activity, action.clone()).await;
            }
        }
        let after = format!("{title} && {BODY} !== read");
        readers.find_nothing(&after, &format!("{plugin} after")).await;
        wang.close(&activity).await;
        let over = format!("{title} && document.querySelector('.stage-head .pill:not(.live)')");
        readers.find_nothing(&over, &format!("{plugin} when it is over")).await;
    }
    meeting.ends_without_complaints(&[&readers.phones[0], &readers.phones[1]]);
}

#[tokio::test]
async fn axe_finds_nothing_on_a_phone_with_an_activity_of_one_decision() {
    let Some(meeting) = Meeting::begin().await else { return };
    look_at(&meeting, of_one_decision()).await;
}

#[tokio::test]
async fn axe_finds_nothing_on_a_phone_with_an_activity_of_several_words() {
    let Some(meeting) = Meeting::begin().await else { return };
    look_at(&meeting, of_several_words()).await;
}
