//! Questions: a score is the number of people who vote, however many do at once, and nobody reads what was hidden.

use futures_util::future::join_all;
use hezi_tests::{Activity, Conference, Host, Launch, User, View};
use serde_json::{Value, json};

const SECRET: &str = "老板的坏话";

async fn opened(config: Value) -> (Host, User, Conference, Activity) {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    let qa = wang.open(&room.number, "qa", config).await;
    (host, wang, room, qa)
}

/// Ids and scores of the cards in their order.
fn cards(activity: &Activity) -> Vec<(String, u64)> {
    let view = View::of(&activity.view);
    let items = view.blocks("cards").into_iter().flat_map(|list| list["items"].as_array().expect("cards").clone());
    let card = |card: Value| (card["id"].as_str().expect("an id").to_owned(), card["score"].as_u64().expect("a score"));
    items.map(card).collect()
}

fn scores(report: &Value) -> Vec<String> {
    let rows = report["rows"].as_array().expect("rows").iter();
    rows.map(|row| row[4].as_str().expect("a score").to_owned()).collect()
}

#[tokio::test]
async fn sixty_people_vote_at_once_and_take_it_back() {
    let (host, wang, room, qa) = opened(json!({ "title": "问", "seconds_between": 0 })).await;
    let members = host.members(&room.number, 60).await;
    for question in 1..=3 {
        let asked = members[0].act(&qa, json!({ "ask": { "text": format!("问题{question}") } })).await.reply;
        assert_eq!(asked, json!({ "asked": { "question": question, "shown": true } }));
    }

    // Question 1 has everybody's vote, 2 every second member's, 3 every third's; of question 1 every second takes it back.
    join_all(members.iter().enumerate().map(|(n, member)| {
        let (qa, room) = (&qa, &room);
        async move {
            let mut socket = member.connect(&room.number).await;
            for question in (1..=3).filter(|question| n % question == 0) {
                let vote = json!({ "vote": { "question": question } });
                socket.do_act(&format!("v{question}"), &qa.id, vote.clone()).await.ok();
                assert_eq!(socket.do_act(&format!("w{question}"), &qa.id, vote).await.error(), "conflict");
            }
            if n % 2 == 0 {
                socket.do_act("u1", &qa.id, json!({ "unvote": { "question": 1 } })).await.ok();
            }
        }
    }))
    .await;

    assert_eq!(scores(&wang.report(&qa).await), ["30", "30", "20"]);
    let listed = cards(&members[1].look_at(&qa).await);
    assert_eq!(
        listed,
        [("1".to_owned(), 30), ("2".to_owned(), 30), ("3".to_owned(), 20)],
        "the earlier of equals first"
    );
}

#[tokio::test]
async fn a_hidden_question_is_in_nothing_that_anybody_else_is_sent() {
    let (host, wang, room, qa) = opened(json!({ "title": "问", "names": "choice" })).await;
    let li = host.user("小李").await.join(&room.number).await;
    li.act(&qa, json!({ "ask": { "text": SECRET, "anonymous": true } })).await;
    assert!(wang.look_at(&qa).await.view.to_string().contains(SECRET));

    li.try_act(&qa, json!({ "moderate": { "question": 1, "step": "hide" } })).await.problem(403, "denied");
    wang.act(&qa, json!({ "moderate": { "question": 1, "step": "hide" } })).await;

    let sun = host.user("小孙").await.join(&room.number).await;
    let socket = sun.connect(&room.number).await;
    let sent = [
        socket.welcome.to_string(),
        sun.look_at(&qa).await.view.to_string(),
        format!("{:?}", sun.journal(&room.number).await),
        wang.report(&qa).await.to_string(),
    ];
    for text in sent {
        assert!(!text.contains(SECRET), "{text}");
    }
    sun.try_act(&qa, json!({ "vote": { "question": 1 } })).await.problem(409, "conflict");
    sun.try_act(&qa, json!({ "vote": { "question": 2 } })).await.problem(422, "invalid");
    assert_eq!(wang.report(&qa).await["rows"], json!([["1", "", "", "", "0", "已隐藏"]]));
}

#[tokio::test]
async fn one_question_a_person_a_while_by_the_servers_clock() {
    let (host, _, room, qa) = opened(json!({ "title": "问", "seconds_between": 600 })).await;
    let li = host.user("小李").await.join(&room.number).await;
    li.act(&qa, json!({ "ask": { "text": "一" } })).await;
    li.try_act(&qa, json!({ "ask": { "text": "二" } })).await.problem(409, "conflict");
    for text in ["", "\u{200b}", &"长".repeat(10_000)] {
        li.try_act(&qa, json!({ "ask": { "text": text } })).await.problem(422, "invalid");
    }
}

/// The actions of all buttons on the cards, as somebody sees them.
fn buttons(activity: &Activity) -> Vec<Value> {
    let view = View::of(&activity.view);
    let cards = view.blocks("cards").into_iter().flat_map(|list| list["items"].as_array().expect("cards"));
    cards.flat_map(|card| card["buttons"].as_array().expect("buttons")).map(|button| button["action"].clone()).collect()
}

#[tokio::test]
async fn a_button_of_a_card_that_was_hidden_meanwhile_changes_nothing() {
    let (host, wang, room, qa) = opened(json!({ "title": "问", "seconds_between": 0 })).await;
    let li = host.user("小李").await.join(&room.number).await;
    let sun = host.user("小孙").await.join(&room.number).await;
    // Marks that turn the direction of writing go, and what is written from right to left stays.
    li.act(&qa, json!({ "ask": { "text": "\u{202e}למה\u{2066} 加班?" } })).await;
    let (suns, wangs) = (buttons(&sun.look_at(&qa).await), buttons(&wang.look_at(&qa).await));
    assert_eq!(suns, [json!({ "vote": { "question": 1 } })], "what a participant is offered");
    let hide = json!({ "moderate": { "question": 1, "step": "hide" } });
    assert!(wangs.contains(&hide), "{wangs:?}");
    assert_eq!(wang.report(&qa).await["rows"][0][1], "למה 加班?");

    wang.act(&qa, hide.clone()).await;
    let before = wang.report(&qa).await;

    // Sun's screen is a moment old, and so is that of another organizer.
    sun.try_act(&qa, suns[0].clone()).await.problem(409, "conflict");
    wang.try_act(&qa, hide).await.problem(409, "conflict");
    assert_eq!(wang.report(&qa).await, before);
    assert_eq!(buttons(&sun.look_at(&qa).await), Vec::<Value>::new());
}
