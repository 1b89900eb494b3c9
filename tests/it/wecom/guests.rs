//! People who are no members of the corp: kept out with a clear page, or let in where an organizer allowed it.

use hezi_tests::{Conference, User};
use serde_json::json;

use super::Office;

const STRANGERS: [&str; 2] = ["oAAAAAStrangerOpenId", "oBBBBBCustomerOpenId"];

async fn open_to_guests(owner: &User) -> Conference {
    let created = owner.post("/api/conferences", &json!({ "title": "发布会", "guests": true })).await.ok(201);
    assert_eq!(created["guests"], true, "{created}");
    serde_json::from_value(created).expect("a conference")
}

#[tokio::test]
async fn who_is_no_member_gets_a_page_that_says_so() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let closed = wang.create_conference("周会").await;

    for who in STRANGERS {
        for way in ["/".to_owned(), closed.join_url.clone()] {
            for browser in [office.phone(who), office.desktop(who)] {
                let visit = browser.visit(&way).await;
                assert_eq!(visit.answer.status, 403, "{who} to {way}: {visit:?}");
                assert!(visit.answer.header("content-type").starts_with("text/html"), "a person reads it");
                assert!(!visit.answer.text().contains(who), "nobody needs to know the id");
                assert_eq!(browser.session(), None);
            }
        }
    }
}

#[tokio::test]
async fn a_guest_gets_into_the_conference_that_is_open_to_guests() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let open = open_to_guests(&wang).await;

    let phone = office.phone(STRANGERS[0]);
    let visit = phone.visit(&open.join_url).await;

    assert_eq!((visit.answer.status, visit.url()), (200, open.join_url.as_str()), "{visit:?}");
    let guest = phone.user().await;
    assert!(!guest.name.is_empty() && guest.name != guest.id, "a guest has a name to be called by: {guest:?}");
    let guest = guest.join(&open.number).await;
    let mut socket = guest.connect(&open.number).await;
    socket.say("c1", "大家好").await.ok();

    let again = office.phone(STRANGERS[0]);
    again.visit(&open.join_url).await;
    assert_eq!(again.user().await.id, guest.id, "the same person is the same guest");
    let other = office.phone(STRANGERS[1]);
    other.visit(&open.join_url).await;
    assert_ne!(other.user().await.id, guest.id);
}

#[tokio::test]
async fn a_guest_stays_within_what_guests_were_let_into() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let open = open_to_guests(&wang).await;
    let closed = wang.create_conference("周会").await;
    let phone = office.phone(STRANGERS[0]);
    phone.visit(&open.join_url).await;
    let guest = phone.user().await.join(&open.number).await;

    let refused = guest.post_empty(&closed.path("/join")).await;
    assert!(matches!(refused.status, 403 | 404), "{refused:?}");
    let refused = guest.knock(&closed.path("/socket"), None).await;
    assert!(matches!(refused.status, 403 | 404), "{refused:?}");
    let refused = guest.post("/api/conferences", &json!({ "title": "抢来的会" })).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    let everybody = wang.get(&closed.path("/members")).await.ok(200);
    assert_eq!(everybody["members"].as_array().map(Vec::len), Some(1), "{everybody}");
}

#[tokio::test]
async fn a_link_does_not_make_a_guest_of_somebody_who_goes_elsewhere() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let open = open_to_guests(&wang).await;

    for elsewhere in [format!("/c/{}/../../", open.number), format!("/?c={}", open.number), "/c/99999".to_owned()] {
        let phone = office.phone(STRANGERS[0]);
        let visit = phone.visit(&format!("/auth/login?return_to={elsewhere}")).await;
        assert!((400..500).contains(&visit.answer.status), "{elsewhere}: {visit:?}");
        assert_eq!(phone.session(), None, "{elsewhere}");
    }
    wang.end(&open.number).await;
    let visit = office.phone(STRANGERS[0]).visit(&open.join_url).await;
    assert!((400..500).contains(&visit.answer.status), "it has ended: {visit:?}");
}

#[tokio::test]
async fn a_guest_needs_the_key_of_a_private_conference_and_never_owns_one() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let body = json!({ "title": "发布会", "guests": true, "private": true });
    let made = wang.post("/api/conferences", &body).await.ok(201);
    let room: Conference = serde_json::from_value(made).expect("a conference");
    let key = room.join_url.rsplit('=').next().expect("a key").to_owned();

    for wrong in [format!("/c/{}", room.number), format!("/c/{}?key={}", room.number, "0".repeat(32))] {
        let phone = office.phone(STRANGERS[0]);
        let visit = phone.visit(&wrong).await;
        assert!((400..500).contains(&visit.answer.status), "{wrong}: {visit:?}");
        assert_eq!(phone.session(), None, "{wrong}");
    }
    let phone = office.phone(STRANGERS[0]);
    let visit = phone.visit(&room.join_url).await;
    assert_eq!((visit.answer.status, visit.url()), (200, room.join_url.as_str()), "{visit:?}");
    let guest = phone.user().await;
    guest.post_empty(&room.path("/join")).await.problem(403, "key_needed");
    guest.post_empty(&room.path(&format!("/join?key={key}"))).await.ok(200);

    wang.post(&room.path("/owner"), &json!({ "member": guest.id })).await.problem(403, "denied");
}
