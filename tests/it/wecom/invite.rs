//! Inviting members: a card in WeCom that leads into the room.

use hezi_tests::{Call, Conference, Fault};
use serde_json::json;

use super::Office;

#[tokio::test]
async fn members_get_a_card_that_leads_into_the_room() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let room = wang.create_conference("周会 <第三季度> & \"计划\"").await;

    let body = json!({ "members": ["LiNa", "zhangmin", "NoBody", "SunQi"] });
    let came_of_it = wang.post(&room.path("/invite"), &body).await.ok(200);

    assert_eq!(came_of_it["invited"], 2, "{came_of_it}");
    let mut invalid: Vec<String> = serde_json::from_value(came_of_it["invalid"].clone()).expect("a list of ids");
    invalid.sort();
    assert_eq!(invalid, ["nobody", "sunqi"]);
    let messages = office.wecom.messages();
    assert_eq!(messages.len(), 1);
    let mut to = messages[0].to.clone();
    to.sort();
    assert_eq!(to, ["LiNa", "ZhangMin"]);
    assert_eq!(messages[0].leads_to(), room.join_url);
    assert!(messages[0].body.to_string().contains("周会"), "{}", messages[0].body);

    let phone = office.phone("LiNa");
    let visit = phone.visit(messages[0].leads_to()).await;
    assert_eq!((visit.answer.status, visit.url()), (200, room.join_url.as_str()), "{visit:?}");
}

#[tokio::test]
async fn only_organizers_invite_and_only_members_by_their_ids() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let room = wang.create_conference("周会").await;
    let li = office.signed_in("LiNa").await.join(&room.number).await;
    let invite = room.path("/invite");

    li.post(&invite, &json!({ "members": ["zhangmin"] })).await.problem(403, "not_organizer");
    office.host.anonymous().post(&invite, &json!({ "members": ["zhangmin"] })).await.problem(401, "not_signed_in");
    for members in [json!([]), json!(["@all"]), json!(["lina|zhangmin"]), json!([""]), json!("lina"), json!([7])] {
        wang.post(&invite, &json!({ "members": members })).await.problem(422, "invalid");
    }
    let crowd: Vec<String> = (0..1_001).map(|n| format!("member{n}")).collect();
    wang.post(&invite, &json!({ "members": crowd })).await.problem(422, "invalid");
    wang.post(&invite, &json!({})).await.problem(422, "invalid");
    assert_eq!(office.wecom.calls(Call::SendMessage), 0, "nobody was written to");

    wang.end(&room.number).await;
    let ended = wang.post(&invite, &json!({ "members": ["lina"] })).await;
    assert!(matches!(ended.status, 404 | 409), "{ended:?}");
    assert!(office.wecom.messages().is_empty());
}

#[tokio::test]
async fn guests_invite_nobody_also_as_organizers() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let created = wang.post("/api/conferences", &json!({ "title": "发布会", "guests": true })).await.ok(201);
    let room: Conference = serde_json::from_value(created).expect("a conference");
    let phone = office.phone("oAAAAAStrangerOpenId");
    phone.visit(&room.join_url).await;
    let guest = phone.user().await.join(&room.number).await;
    wang.appoint(&room.number, &guest).await;

    guest.post(&room.path("/invite"), &json!({ "members": ["lina"] })).await.problem(403, "denied");

    assert_eq!(office.wecom.calls(Call::SendMessage), 0);
}

#[tokio::test]
async fn nobody_invites_without_end() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let room = wang.create_conference("周会").await;
    let invite = room.path("/invite");

    for _ in 0..10 {
        wang.post(&invite, &json!({ "members": ["lina"] })).await.ok(200);
    }
    let refused = wang.post(&invite, &json!({ "members": ["lina"] })).await.problem(429, "rate_limited");

    assert!(refused["retry_after_ms"].as_u64().is_some_and(|ms| (1..=360_000).contains(&ms)), "{refused}");
    assert_eq!(office.wecom.calls(Call::SendMessage), 10);
    let li = office.signed_in("LiNa").await.join(&room.number).await;
    wang.appoint(&room.number, &li).await;
    li.post(&invite, &json!({ "members": ["zhangmin"] })).await.ok(200);
}

#[tokio::test]
async fn nobody_reached_is_an_answer_and_wecoms_failure_is_another() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let room = wang.create_conference("周会").await;

    let nobody = wang.post(&room.path("/invite"), &json!({ "members": ["NoBody"] })).await.ok(200);
    assert_eq!((&nobody["invited"], &nobody["invalid"]), (&json!(0), &json!(["nobody"])));

    office.wecom.fail(Call::SendMessage, Fault::Code(45009));
    wang.post(&room.path("/invite"), &json!({ "members": ["lina"] })).await.problem(503, "unavailable");
    office.wecom.heal();
    office.wecom.fail_next(Call::SendMessage, Fault::ClosedConnection);
    let unknown = wang.post(&room.path("/invite"), &json!({ "members": ["lina"] })).await;
    unknown.problem(503, "unavailable");
    assert_eq!(office.wecom.calls(Call::SendMessage), 3, "a message that may have been sent is not sent again");
}
