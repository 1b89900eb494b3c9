//! The whole way: from a link or a QR code over WeCom into the site, as the person that WeCom says.

use std::time::Duration;

use hezi_tests::{AGENT_ID, CORP_ID, Call, Fault};
use serde_json::{Value, json};

use super::{Office, query_of};

#[tokio::test]
async fn inside_wecom_nobody_sees_a_form() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");

    let visit = phone.visit("/").await;

    assert_eq!((visit.answer.status, visit.url()), (200, "https://meet.example.com/"), "{visit:?}");
    let gate = visit.passed(Call::Authorize.path());
    assert!(gate.ends_with("#wechat_redirect"), "WeCom takes no address without it: {gate}");
    let asked = query_of(gate);
    let agent_id = AGENT_ID.to_string();
    for (name, value) in [
        ("appid", CORP_ID),
        ("redirect_uri", "https://meet.example.com/auth/callback"),
        ("response_type", "code"),
        ("scope", "snsapi_base"),
        ("agentid", &agent_id),
    ] {
        assert_eq!(asked[name], value, "{name} in {gate}");
    }
    let state = &asked["state"];
    assert!((32..=128).contains(&state.len()) && state.bytes().all(|b| b.is_ascii_hexdigit()), "{state}");
    let wang = phone.user().await;
    assert_eq!(wang.id, "wangwei", "ids are the same in upper and lower case, so one of them is kept");
    office.named(&wang, "王伟").await;
    assert_eq!((office.wecom.calls(Call::GetToken), office.wecom.calls(Call::GetUserInfo)), (1, 1));
}

#[tokio::test]
async fn on_a_desk_it_is_wecoms_own_page() {
    let office = Office::open().await;
    let desktop = office.desktop("LiNa");

    let visit = desktop.visit("/").await;

    assert_eq!((visit.answer.status, visit.url()), (200, "https://meet.example.com/"), "{visit:?}");
    let gate = visit.passed(Call::WebLogin.path());
    let asked = query_of(gate);
    assert_eq!((asked["login_type"].as_str(), asked["appid"].as_str()), ("CorpApp", CORP_ID));
    assert_eq!(asked["agentid"], AGENT_ID.to_string());
    assert_eq!(asked["redirect_uri"], "https://meet.example.com/auth/callback");
    assert_eq!(office.wecom.calls(Call::Authorize), 0);
    let li = desktop.user().await;
    assert_eq!(li.id, "lina");
    office.named(&li, "李娜").await;
}

#[tokio::test]
async fn a_scanned_code_leads_into_the_room_under_the_own_name() {
    let office = Office::open().await;
    let wang = office.signed_in("WangWei").await;
    let room = wang.create_conference("周会").await;
    let mut screen = wang.connect(&room.number).await;

    let phone = office.phone("LiNa");
    let visit = phone.visit(&room.join_url).await;

    assert_eq!((visit.answer.status, visit.url()), (200, room.join_url.as_str()), "{visit:?}");
    assert!(visit.answer.text().contains("周会"), "the room's page: {}", visit.answer.text());
    let li = phone.user().await.join(&room.number).await;
    let arrived = |presence: &Value| {
        let recent = presence["recent"].as_array().cloned().unwrap_or_default();
        recent.contains(&json!({ "id": "lina", "name": "李娜" }))
    };
    screen.expect_presence(arrived).await;
    li.connect(&room.number).await.say("c1", "到了").await.ok();
    let said = screen.expect_event("chat").await;
    assert_eq!(said["from"], json!({ "id": "lina", "name": "李娜" }));
}

#[tokio::test]
async fn the_session_cookie_is_bound_to_the_host() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    let login = phone.open("/auth/login?return_to=/").await;

    let callback = phone.callback("/").await;
    let answer = phone.open_from_elsewhere(&callback).await;

    let set: Vec<&str> = login.headers("set-cookie").into_iter().chain(answer.headers("set-cookie")).collect();
    assert!(set.len() >= 2, "one binds the sign-in to the browser, one is the session: {set:?}");
    for set in set {
        let set = set.to_lowercase();
        // Without the prefix a neighbouring domain could plant a sign-in that it began, and its session after that.
        for part in ["__host-", "; secure", "; httponly"] {
            assert!(set.contains(part), "`{part}` in {set}");
        }
        assert!(set.contains("; samesite=lax"), "WeCom's redirect is a navigation from another site: {set}");
    }
    assert!(phone.session().is_some_and(|cookie| cookie.starts_with("__Host-hezi_session=")), "{:?}", phone.session());
    assert_eq!(answer.header("location"), "/", "the code stands in no address that stays: {answer:?}");
}

#[tokio::test]
async fn everybody_whom_wecom_calls_a_member_gets_in() {
    let office = Office::open().await;

    // Whom the app may not see has no name here, and is known by the id.
    let sun = office.signed_in("SunQi").await;
    assert_eq!((sun.id.as_str(), sun.name.to_lowercase().as_str()), ("sunqi", "sunqi"));

    // A member of a linked corp has a slash in the id.
    let zhao = office.signed_in("wwLinked0001/ZhaoLiu").await;
    assert_eq!(zhao.id, "wwlinked0001/zhaoliu");
    office.named(&zhao, "赵六").await;
    let room = zhao.create_conference("两家公司").await;
    sun.join(&room.number).await.connect(&room.number).await.say("c1", "你好").await.ok();
}

#[tokio::test]
async fn details_are_asked_for_where_the_settings_say_so() {
    let office = Office::with(|launch| launch.set("wecom.scope", "snsapi_privateinfo")).await;

    let visit = office.phone("WangWei").visit("/").await;

    assert_eq!(visit.answer.status, 200, "{visit:?}");
    let asked = query_of(visit.passed(Call::Authorize.path()));
    assert_eq!(asked["scope"], "snsapi_privateinfo");
    let wang = office.signed_in("WangWei").await;
    office.named(&wang, "王伟").await;
    wang.poll("/api/me", "the picture", |me| me["avatar"].as_str().is_some_and(|url| url.starts_with("https://")))
        .await;
    assert!(office.wecom.answered(Call::GetUserDetail, 0) >= 1, "{:?}", office.wecom.refusals());
    let desk = office.desktop("LiNa");
    desk.sign_in().await;
    office.named(&desk.user().await, "李娜").await;
}

#[tokio::test]
async fn who_refuses_is_told_so_and_may_try_again() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    phone.refuse();

    let visit = phone.sign_in().await;

    assert!((400..500).contains(&visit.answer.status), "{visit:?}");
    assert!(visit.answer.header("content-type").starts_with("text/html"), "a person reads it: {visit:?}");
    assert_eq!(phone.session(), None);
    assert_eq!(office.wecom.calls(Call::GetUserInfo), 0, "there was nothing to ask about");
    let visit = phone.visit("/auth/login?return_to=/c/00042%3Fkey%3Dk").await;
    let meeting = "return_to&quot;:&quot;/c/00042?key=k&quot;";
    assert!(visit.answer.text().contains(meeting), "the page leads on to where they wanted to go: {visit:?}");

    phone.hand_to("WangWei");
    assert_eq!(phone.sign_in().await.answer.status, 200);
    assert_eq!(phone.user().await.id, "wangwei");
}

#[tokio::test]
async fn the_same_redirect_twice_is_the_same_session() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    let callback = phone.callback("/c").await;
    let impatient = phone.clone();

    let first = phone.open_from_elsewhere(&callback).await;
    let again = phone.open_from_elsewhere(&callback).await;
    // The phone sent it twice from the start: the second request does not know the first one's session.
    let doubled = impatient.open_from_elsewhere(&callback).await;

    for answer in [&first, &again, &doubled] {
        assert!(matches!(answer.status, 302 | 303), "{answer:?}");
        assert_eq!(answer.header("location"), "/c");
    }
    assert_eq!(phone.user().await.id, "wangwei");
    assert_eq!(impatient.session(), phone.session(), "one sign-in, one session");
    assert_eq!(office.wecom.answered(Call::GetUserInfo, 0), 1, "a code is good once");
    assert_eq!(office.wecom.answered(Call::GetUserInfo, 40029), 0, "and is not asked about again");
}

#[tokio::test]
async fn the_same_redirect_twice_at_once_is_the_same_session() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    let callback = phone.callback("/c").await;
    let browsers = [(); 8].map(|()| phone.clone());

    let answers = browsers.iter().map(|browser| browser.visit(&callback));
    let visits = futures_util::future::join_all(answers).await;

    for (browser, visit) in browsers.iter().zip(visits) {
        assert!(visit.answer.status < 500, "{visit:?}");
        assert_eq!(browser.user().await.id, "wangwei", "{:#?}", visit.trail);
    }
}

#[tokio::test]
async fn a_redirect_that_was_cut_off_is_good_the_second_time() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    let callback = phone.callback("/c").await;
    office.wecom.fail_next(Call::GetUserInfo, Fault::Late(Duration::from_secs(1)));

    let first = tokio::time::timeout(Duration::from_millis(400), phone.open_from_elsewhere(&callback)).await;
    assert!(first.is_err(), "the browser went away before there was an answer: {first:?}");
    let again = phone.open_from_elsewhere(&callback).await;

    assert!(matches!(again.status, 302 | 303), "{again:?}");
    assert_eq!(again.header("location"), "/c", "not to WeCom once more");
    assert_eq!(phone.user().await.id, "wangwei");
    assert_eq!(office.wecom.calls(Call::GetUserInfo), 1, "the code was asked about once, for both");
}

#[tokio::test]
async fn tabs_that_begin_at_the_same_moment_all_come_back() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");

    let begun = ["/c", "/x", "/y"].map(|way| phone.callback(way));
    let callbacks = futures_util::future::join_all(begun).await;

    for (callback, way) in callbacks.iter().zip(["/c", "/x", "/y"]) {
        let answer = phone.open_from_elsewhere(callback).await;
        assert_eq!((answer.status, answer.header("location")), (302, way), "{answer:?}");
    }
    assert_eq!(phone.user().await.id, "wangwei");
    for _ in 0..5 {
        phone.callback("/").await;
    }
    let carried = phone.site_cookies().iter().filter(|cookie| cookie.contains("hezi_login_")).count();
    assert_eq!(carried, 3, "the new one and the two before: {:?}", phone.site_cookies());
}

#[tokio::test]
async fn a_code_that_is_too_old_or_not_known_starts_over() {
    let office = Office::open().await;

    let late = office.phone("WangWei");
    let callback = late.callback("/").await;
    office.wecom.advance(Duration::from_secs(301));
    let visit = late.visit(&callback).await;
    assert_eq!((visit.answer.status, visit.url()), (200, "https://meet.example.com/"), "{visit:?}");
    assert_eq!(late.user().await.id, "wangwei");
    assert_eq!((office.wecom.answered(Call::GetUserInfo, 42003), office.wecom.answered(Call::GetUserInfo, 0)), (1, 1));

    let confused = office.phone("LiNa");
    let callback = confused.callback("/").await;
    let visit = confused.visit(&callback.replace("code=", "code=0")).await;
    assert_eq!((visit.answer.status, visit.url()), (200, "https://meet.example.com/"), "{visit:?}");
    assert_eq!(confused.user().await.id, "lina");
    assert_eq!((office.wecom.answered(Call::GetUserInfo, 40029), office.wecom.answered(Call::GetUserInfo, 0)), (1, 2));
}

#[tokio::test]
async fn a_code_that_is_never_good_ends_with_a_page() {
    let office = Office::open().await;
    office.wecom.fail(Call::GetUserInfo, Fault::Code(40029));
    let phone = office.phone("WangWei");

    // The browser fails the test when it is sent around in circles.
    let visit = phone.sign_in().await;

    assert!((400..600).contains(&visit.answer.status), "{visit:?}");
    assert_eq!(phone.session(), None);
    assert!(office.wecom.calls(Call::GetUserInfo) <= 5, "{}", office.wecom.calls(Call::GetUserInfo));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_its_sockets() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    phone.sign_in().await;
    let (session, wang) = (phone.session().expect("a session"), phone.user().await);
    let desk = office.desktop("WangWei");
    desk.sign_in().await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;

    let answer = phone.post("/auth/logout", &json!({})).await;

    assert!((200..400).contains(&answer.status), "{answer:?}");
    assert_eq!(phone.session(), None, "the browser forgets it");
    phone.caller().with_cookie(&session).get("/api/me").await.problem(401, "not_signed_in");
    socket.expect_close().await;
    assert_eq!(desk.user().await.id, "wangwei", "other browsers stay signed in");
}
