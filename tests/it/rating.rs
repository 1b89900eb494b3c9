//! The rating: sum and count match the members' scores, also when people change their minds at the same time.

use futures_util::future::join_all;
use hezi_tests::{Activity, Launch, User};
use serde_json::json;

/// The score of each row of the report, found by the name of its column.
async fn reported_scores(organizer: &User, rating: &Activity) -> Vec<u64> {
    let report = organizer.report(rating).await;
    let columns = report["columns"].as_array().expect("columns").clone();
    let column = columns.iter().position(|name| name == "分数").unwrap_or_else(|| panic!("no score in {columns:?}"));
    let rows = report["rows"].as_array().expect("rows").clone();
    rows.iter().map(|row| row[column].as_str().and_then(|score| score.parse().ok()).expect("a score")).collect()
}

#[tokio::test]
async fn fifty_people_rate_and_change_their_minds_at_once() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let members = host.members(&room.number, 50).await;
    let config = json!({ "subject": "茶", "min": 1, "max": 10, "step": 1, "revisable": true });
    let rating = wang.open(&room.number, "rating", config).await;

    let people = members.iter().enumerate().map(|(n, member)| {
        let (rating, room) = (&rating, &room);
        async move {
            let mut socket = member.connect(&room.number).await;
            for score in [1, 10, n % 10 + 1] {
                let reply = socket.do_act(&format!("s{score}"), &rating.id, json!({ "score": score })).await;
                assert_eq!(reply.ok(), &json!({ "score": score }));
            }
        }
    });
    join_all(people).await;

    let scores = reported_scores(&wang, &rating).await;
    let expected: u64 = (0..50).map(|n| if matches!(n % 10 + 1, 1 | 10) { 10 } else { n % 10 + 1 }).sum();
    assert_eq!(scores.len(), 50, "a revision replaces");
    // Members 0, 10, … resend `s1`, and members 9, 19, … `s10`: a command that was answered is not carried out again.
    assert_eq!(scores.iter().sum::<u64>(), expected);
}

#[tokio::test]
async fn a_score_stands_where_the_rating_does_not_allow_a_second() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "茶", "revisable": false })).await;

    let attempts = join_all((1..=5).map(|score| li.try_act(&rating, json!({ "score": score })))).await;

    let accepted: Vec<u64> = attempts
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.json()["reply"]["score"].as_u64().expect("a score"))
        .collect();
    assert_eq!(accepted.len(), 1);
    attempts.iter().filter(|answer| answer.status != 200).for_each(|answer| {
        answer.problem(409, "conflict");
    });
    assert_eq!(reported_scores(&wang, &rating).await, accepted);
}

#[tokio::test]
async fn a_score_off_the_scale_does_not_count() {
    let host = Launch::new().unhurried().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let config = json!({ "subject": "茶", "min": 0, "max": 10, "step": 5 });
    let rating = wang.open(&room.number, "rating", config).await;

    for score in [json!(-5), json!(15), json!(3), json!(4.5), json!("5"), json!(1e300)] {
        wang.try_act(&rating, json!({ "score": score })).await.problem(422, "invalid");
    }
    assert!(reported_scores(&wang, &rating).await.is_empty());
    wang.act(&rating, json!({ "score": 5 })).await;
    assert_eq!(reported_scores(&wang, &rating).await, [5]);
}

#[tokio::test]
async fn a_scale_that_makes_no_sense_is_refused() {
    let host = Launch::new().start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;

    for scale in [json!({ "min": 5, "max": 1 }), json!({ "min": 1, "max": 5, "step": 0 }), json!({ "step": -1 })] {
        let mut config = json!({ "subject": "茶" });
        config.as_object_mut().expect("an object").extend(scale.as_object().expect("an object").clone());
        let body = json!({ "plugin": "rating", "config": config });
        wang.post(&room.path("/activities"), &body).await.problem(422, "invalid");
    }
}
