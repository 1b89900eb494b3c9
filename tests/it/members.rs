//! Who is in a conference, and who runs it.

use std::collections::BTreeSet;

use hezi_tests::{Host, User};
use serde_json::{Value, json};

/// Everybody, gathered over pages of `limit`.
async fn members(user: &User, number: &str, limit: usize) -> Vec<Value> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let page = user.get(&format!("/api/conferences/{number}/members?limit={limit}{after}")).await.ok(200);
        let found = page["members"].as_array().expect("a list").clone();
        assert!(found.len() <= limit, "a page is at most as long as asked for");
        all.extend(found);
        let Some(next) = page["next"].as_str() else { return all };
        after = format!("&after={next}");
        assert!(all.len() < 1_000, "the pages never end");
    }
}

fn role_of<'a>(members: &'a [Value], user: &User) -> &'a str {
    let found = members.iter().find(|member| member["id"] == user.id.as_str()).expect("a member");
    found["role"].as_str().expect("a role")
}

#[tokio::test]
async fn the_list_says_who_is_connected() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut mine = wang.connect(&room.number).await;
    let phone = li.connect(&room.number).await;
    mine.expect_presence(|frame| frame["online"] == 2).await;

    let online = async || {
        let all = members(&wang, &room.number, 100).await;
        [&wang, &li].map(|user| all.iter().any(|one| one["id"] == user.id.as_str() && one["online"] == true))
    };
    assert_eq!(online().await, [true, true]);
    phone.leave_politely().await;
    mine.expect_presence(|frame| frame["online"] == 1).await;
    assert_eq!(online().await, [true, false]);
}

#[tokio::test]
async fn every_page_together_shows_each_member_once() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    host.members(&room.number, 22).await;

    for limit in [1, 7, 23, 100] {
        let all = members(&wang, &room.number, limit).await;
        let ids: BTreeSet<String> = all.iter().map(|member| member["id"].to_string()).collect();
        assert_eq!((all.len(), ids.len()), (23, 23), "in pages of {limit}");
    }
    for query in ["limit=0", "limit=many", "limit=-1"] {
        wang.get(&room.path(&format!("/members?{query}"))).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn the_owner_appoints_organizers_and_nobody_else_does() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let zhang = host.user("小张").await.join(&room.number).await;
    let config = json!({ "question": "?", "options": ["A", "B"] });
    let open = json!({ "plugin": "vote", "config": config, "open": true });

    li.post(&room.path("/activities"), &open).await.problem(403, "not_organizer");
    wang.appoint(&room.number, &li).await;
    wang.appoint(&room.number, &li).await;
    li.post(&room.path("/activities"), &open).await.ok(201);

    let refused = li.post(&room.path("/organizers"), &json!({ "member": zhang.id })).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    let everybody = members(&zhang, &room.number, 50).await;
    let roles = [&wang, &li, &zhang].map(|user| role_of(&everybody, user));
    assert_eq!(roles, ["organizer", "organizer", "participant"]);
}

#[tokio::test]
async fn who_is_appointed_hears_of_it_and_stays_an_organizer_also_after_leaving() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    assert_eq!(phone.welcome["me"]["role"], "participant");

    wang.appoint(&room.number, &li).await;
    let appointed = phone.expect_event("appointed").await;
    assert_eq!(appointed["who"]["id"], json!(li.id));

    li.leave(&room.number).await;
    wang.leave(&room.number).await;
    assert_eq!(li.connect(&room.number).await.welcome["me"]["role"], "organizer");
    assert_eq!(wang.connect(&room.number).await.welcome["me"]["role"], "organizer");
}

#[tokio::test]
async fn only_members_can_be_appointed() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let stranger = host.user("路人").await;

    let organizers = room.path("/organizers");
    wang.post(&organizers, &json!({ "member": stranger.id })).await.problem(404, "unknown_member");
    wang.post(&organizers, &json!({ "member": "" })).await.problem(422, "invalid");
    wang.post(&organizers, &json!({})).await.problem(422, "invalid");
    stranger.post(&organizers, &json!({ "member": stranger.id })).await.problem(403, "not_member");
}

#[tokio::test]
async fn a_member_is_shown_under_the_name_that_they_have_now() {
    let host = Host::start().await;
    let wang = host.person("wang", "小王").await;
    let room = wang.create_conference("周会").await;

    let renamed = host.person("wang", "王总").await.join(&room.number).await;

    let everybody = members(&renamed, &room.number, 10).await;
    assert_eq!(everybody.len(), 1);
    assert_eq!(everybody[0]["name"], "王总");
}
