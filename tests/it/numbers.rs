//! Conference numbers: each is lent to one conference at a time, and there are only so many.

use std::collections::HashSet;

use futures_util::future::join_all;
use hezi_tests::{Host, Launch};
use serde_json::json;

async fn host_with_numbers(pool: u32, cooldown_s: u64) -> Host {
    Launch::new().set("conference.number_pool", pool).set("conference.number_cooldown_s", cooldown_s).start().await
}

#[tokio::test]
async fn people_who_create_conferences_at_once_never_share_a_number() {
    let host = host_with_numbers(24, 0).await;
    let people = join_all((0..24).map(|_| host.user("小王"))).await;

    let rooms = join_all(people.iter().map(|person| person.create_conference("周会"))).await;

    let numbers: HashSet<&str> = rooms.iter().map(|room| room.number.as_str()).collect();
    assert_eq!(numbers.len(), 24, "every number of the pool was given out, each once");
    for room in &rooms {
        let found = people[0].get(&room.path("")).await.ok(200);
        assert_eq!(found["id"], room.id.as_str());
    }
    let late = host.user("晚到").await;
    late.post("/api/conferences", &json!({ "title": "晚了" })).await.problem(503, "numbers_exhausted");
    assert_eq!(late.get("/api/conferences").await.ok(200)["conferences"], json!([]), "nothing was half created");
}

#[tokio::test]
async fn the_number_of_an_ended_conference_is_lent_again() {
    let host = host_with_numbers(1, 0).await;
    let wang = host.user("小王").await;
    let first = wang.create_conference("周会").await;

    wang.end(&first.number).await;
    let second = wang.create_conference("年会").await;

    assert_eq!(second.number, first.number);
    assert_ne!(second.id, first.id);
    let found = host.user("小李").await.get(&second.path("")).await.ok(200);
    assert_eq!(found["title"], "年会", "the number leads to the new conference");
    let entries = wang.journal(&second.number).await;
    assert_eq!(entries.len(), 1, "the new conference has a journal of its own: {entries:?}");
}

#[tokio::test]
async fn the_number_of_an_ended_conference_rests_before_it_is_lent_again() {
    let host = host_with_numbers(1, 3_600).await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;

    wang.end(&room.number).await;

    let soon = wang.post("/api/conferences", &json!({ "title": "年会" })).await;
    soon.problem(503, "numbers_exhausted");
    assert_eq!(wang.get(&room.path("")).await.ok(200)["id"], room.id.as_str(), "an old link says that it is over");
}
