//! The word cloud: weights sum to the words that were accepted, however many people speak at once.

use futures_util::future::join_all;
use hezi_tests::{Launch, View};
use serde_json::json;

#[tokio::test]
async fn sixty_people_speak_at_once_and_the_weights_sum_to_their_words() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let members = host.members(&room.number, 60).await;
    let config = json!({ "question": "用几个词形容今年", "words_each": 3, "blocked": ["脏话"] });
    let cloud = wang.open(&room.number, "word-cloud", config).await;

    // Everybody says one word in one of its spellings, every second another one, and everybody one of their own.
    join_all(members.iter().enumerate().map(|(n, member)| {
        let (cloud, room) = (&cloud, &room);
        async move {
            let mut socket = member.connect(&room.number).await;
            let spelling = ["Rust", "ｒｕｓｔ", "RUST ", "\u{200b}rust"][n % 4];
            socket.do_act("1", &cloud.id, json!({ "say": { "words": spelling } })).await.ok();
            assert_eq!(socket.do_act("2", &cloud.id, json!({ "say": { "words": "rust" } })).await.error(), "conflict");
            assert_eq!(socket.do_act("3", &cloud.id, json!({ "say": { "words": "好脏话" } })).await.error(), "invalid");
            let words = if n % 2 == 0 { format!("稳、词{n}") } else { format!("词{n}") };
            socket.do_act("4", &cloud.id, json!({ "say": { "words": words } })).await.ok();
        }
    }))
    .await;

    let report = wang.report(&cloud).await;
    let rows: Vec<[String; 2]> = serde_json::from_value(report["rows"].clone()).expect("rows of two cells");
    assert_eq!((rows[0][1].as_str(), &rows[1]), ("60", &["稳".to_owned(), "30".to_owned()]));
    let weights = rows.iter().map(|row| row[1].parse::<u64>().expect("a weight"));
    assert_eq!((rows.len(), weights.sum::<u64>()), (62, 150));
    assert_eq!(report["summary"]["accepted"], 150);
    let seen = members[0].look_at(&cloud).await;
    let words = View::of(&seen.view).blocks("cloud")[0]["items"].as_array().expect("words").len();
    assert_eq!(words, 62);
}

#[tokio::test]
async fn a_hidden_word_is_sent_to_nobody_and_words_can_be_taken_back() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let cloud = wang.open(&room.number, "word-cloud", json!({ "question": "?", "words_each": 1 })).await;
    assert_eq!(li.act(&cloud, json!({ "say": { "words": "加班" } })).await.reply, json!({ "left": 0 }));
    li.try_act(&cloud, json!({ "say": { "words": "稳" } })).await.problem(410, "exhausted");
    li.try_act(&cloud, json!({ "hide": { "word": "加班" } })).await.problem(403, "denied");

    wang.act(&cloud, json!({ "hide": { "word": "加班" } })).await;

    let sun = host.user("小孙").await.join(&room.number).await;
    let welcome = sun.connect(&room.number).await.welcome.to_string();
    let report = wang.report(&cloud).await.to_string();
    for text in [welcome, sun.look_at(&cloud).await.view.to_string(), report] {
        assert!(!text.contains("加班"), "{text}");
    }
    sun.try_act(&cloud, json!({ "say": { "words": "加班" } })).await.problem(422, "invalid");
    assert_eq!(li.act(&cloud, json!({ "take_back": { "word": "加班" } })).await.reply, json!({ "left": 1 }));
    li.act(&cloud, json!({ "say": { "words": "稳" } })).await;
    for word in ["", "\u{200b}", &"x".repeat(10_000)] {
        sun.try_act(&cloud, json!({ "say": { "words": word } })).await.problem(422, "invalid");
    }
}
