//! The access token: there when it is needed, fetched as rarely as can be, and kept across restarts where nobody reads it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use hezi_tests::{Call, Launch, Person, Rules, StandIn};
use serde_json::json;

use super::Office;

/// People who sign in at the same time.
const PEOPLE: usize = 100;

fn crowd() -> StandIn {
    let people = (0..PEOPLE).map(|n| Person::member(&format!("Member{n:03}"), &format!("成员{n}"))).collect();
    StandIn::with(Rules { people, ..Rules::default() })
}

/// Signs in everybody at the same time; every one of them must get in.
async fn all_sign_in(office: &Office) {
    let all = (0..PEOPLE).map(|n| async move {
        let phone = office.phone(&format!("Member{n:03}"));
        let visit = phone.sign_in().await;
        assert_eq!(visit.answer.status, 200, "member {n}: {visit:?}");
        assert_eq!(phone.user().await.id, format!("member{n:03}"));
    });
    join_all(all).await;
}

#[tokio::test]
async fn a_hundred_at_once_need_one_token() {
    let office = Office::served_by(crowd(), |launch| launch).await;

    all_sign_in(&office).await;

    assert_eq!(office.wecom.calls(Call::GetToken), 1);
    assert_eq!(office.wecom.answered(Call::GetUserInfo, 0), PEOPLE as u64);
}

#[tokio::test]
async fn a_token_that_is_revoked_in_the_middle_is_fetched_once_more_and_nobody_notices() {
    let office = Office::served_by(crowd(), |launch| launch).await;
    office.wecom.revoke_tokens_at(Call::GetUserInfo, PEOPLE as u64 / 2);

    all_sign_in(&office).await;

    assert_eq!(office.wecom.calls(Call::GetToken), 2, "{:?}", office.wecom.refusals());
    assert_eq!(office.wecom.answered(Call::GetUserInfo, 0), PEOPLE as u64);
    assert!(office.wecom.answered(Call::GetUserInfo, 40014) >= 1, "it was revoked: {:?}", office.wecom.refusals());
}

#[tokio::test]
async fn a_token_that_wecom_calls_too_old_is_fetched_once_more() {
    let office = Office::open().await;
    office.signed_in("WangWei").await;

    office.wecom.advance(Duration::from_secs(7_201));
    let li = office.signed_in("LiNa").await;

    assert_eq!(li.id, "lina");
    assert_eq!(office.wecom.calls(Call::GetToken), 2);
}

#[tokio::test]
async fn a_token_that_lives_a_moment_is_renewed_before_it_ends() {
    let wecom = StandIn::with(Rules { token_lives_s: 4, ..Rules::default() });
    let office = Office::served_by(wecom, |launch| launch).await;
    office.signed_in("WangWei").await;

    // As long as it lives, and a little more: somebody signs in all the time.
    let until = tokio::time::Instant::now() + Duration::from_secs(6);
    let mut signed_in = 1;
    while tokio::time::Instant::now() < until {
        office.signed_in("LiNa").await;
        signed_in += 1;
    }

    let fetched = office.wecom.calls(Call::GetToken);
    assert!((2..=7).contains(&fetched), "{fetched} tokens of 4 s in 6 s, with {signed_in} sign-ins");
    assert_eq!(office.wecom.answered(Call::GetUserInfo, 0), signed_in);
}

#[tokio::test]
async fn a_restart_fetches_nothing() {
    let wecom = StandIn::start();
    let mut office = Office::served_by(wecom, Launch::durable).await;
    let wang = office.signed_in("WangWei").await;
    office.named(&wang, "王伟").await;
    wang.get("/api/wecom/jssdk?url=https://meet.example.com/").await.ok(200);

    office.host.ask_to_stop().await;
    assert!(office.host.ended().await.success(), "{}", office.host.log());
    office.host.restart().await;

    let li = office.signed_in("LiNa").await;
    assert_eq!(li.id, "lina");
    wang.get("/api/wecom/jssdk?url=https://meet.example.com/").await.ok(200);
    assert_eq!(wang.get("/api/me").await.ok(200)["name"], "王伟", "and knows whom it knew");
    let again = office.signed_in("WangWei").await;
    assert_eq!(again.name, "王伟");
    assert_eq!((office.wecom.calls(Call::GetToken), office.wecom.calls(Call::GetJsTicket)), (1, 1));
}

#[tokio::test]
async fn a_sign_in_goes_on_where_a_restart_cut_it_off() {
    let mut office = Office::served_by(StandIn::start(), Launch::durable).await;
    let phone = office.phone("WangWei");
    let callback = phone.callback("/").await;

    office.host.restart().await;

    let visit = phone.visit(&callback).await;
    assert_eq!((visit.answer.status, visit.trail.len()), (200, 2), "{visit:?}");
    assert_eq!(phone.user().await.id, "wangwei");
}

#[tokio::test]
async fn what_lies_on_the_disk_tells_nobody_a_secret() {
    let mut office =
        Office::served_by(StandIn::start(), |launch| launch.durable().set("wecom.scope", "snsapi_privateinfo")).await;
    let phone = office.phone("WangWei");
    phone.sign_in().await;
    let wang = phone.user().await;
    office.named(&wang, "王伟").await;
    wang.get("/api/wecom/jssdk?url=https://meet.example.com/").await.ok(200);
    wang.create_conference("在磁盘上找得到的标题").await;
    office.host.ask_to_stop().await;
    office.host.ended().await;

    let (mut searched, mut found_title) = (0, false);
    let session = phone.session().expect("a session");
    let session = session.split_once('=').expect("name=value").1;
    visit_files(&office.host.launched_by().data_folder(), &mut |path, bytes| {
        let text = String::from_utf8_lossy(bytes);
        let leaks = office.wecom.leaks(&text);
        assert!(leaks.is_empty(), "{}: {leaks:?}", path.display());
        assert!(!text.contains(session), "{} has a session's token", path.display());
        found_title |= text.contains("在磁盘上找得到的标题");
        searched += bytes.len();
    });
    assert!(found_title, "the search of {searched} bytes finds what is there");
}

fn visit_files(folder: &Path, visit: &mut impl FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(folder).expect("the data folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit_files(&path, visit);
        } else {
            visit(&path, &fs::read(&path).expect("a file"));
        }
    }
}

#[tokio::test]
async fn a_server_without_wecom_never_asks_it() {
    let wecom = StandIn::start();
    let host = Launch::new().set("wecom.api_url", wecom.url()).start().await;

    let wang = host.user("小王").await;

    wang.create_conference("周会").await;
    let refused = wang.get("/api/wecom/jssdk?url=http://127.0.0.1/").await;
    assert!((400..500).contains(&refused.status), "{refused:?}");
    let refused = wang.post("/api/conferences/00000/invite", &json!({ "members": ["lina"] })).await;
    assert!((400..500).contains(&refused.status), "{refused:?}");
    assert_eq!(wecom.calls(Call::GetToken), 0);
}
