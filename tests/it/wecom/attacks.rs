//! What attackers try with the way through WeCom: each gets an answer, nobody gets a session, and nothing is changed.

use hezi_tests::{Answer, Browser, Call};
use serde_json::json;

use super::{Office, query_of};

const CALLBACK: &str = "/auth/callback";

/// Checks that the answer refuses on a page and leaves the browser's session as it was.
fn assert_refused(what: &str, answer: &Answer, browser: &Browser, session: Option<&String>) {
    assert!((400..500).contains(&answer.status), "{what}: {answer:?}");
    assert!(!answer.text().is_empty(), "{what}: it says why");
    let set = answer.headers("set-cookie").into_iter().find(|cookie| cookie.contains("hezi_session="));
    assert!(set.is_none_or(|cookie| cookie.contains("Max-Age=0")), "{what}: a session: {answer:?}");
    assert_eq!(browser.session().as_ref(), session, "{what}");
}

#[tokio::test]
async fn a_state_that_this_browser_was_not_given_signs_nobody_in() {
    let office = Office::open().await;
    let mallory = office.phone("LiNa");
    let callback = mallory.callback("/c/00042").await;
    let given = query_of(&callback);
    let (code, state) = (&given["code"], &given["state"]);
    let made_up = "0123456789abcdef0123456789abcdef";

    // Somebody is made to open an address that would sign them in as somebody else.
    let victim = office.phone("WangWei");
    let fresh = victim.open_from_elsewhere(&callback).await;
    assert_refused("no attempt of its own", &fresh, &victim, None);
    assert!(!fresh.text().contains("00042"), "and leads nowhere: {fresh:?}");
    victim.callback("/").await;
    let busy = victim.open_from_elsewhere(&callback).await;
    assert_refused("another browser's state", &busy, &victim, None);
    victim.sign_in().await;
    let session = victim.session();
    let signed_in = victim.open_from_elsewhere(&callback).await;
    assert_refused("while signed in", &signed_in, &victim, session.as_ref());
    assert_eq!(victim.user().await.id, "wangwei");

    for other in [made_up, &state.to_uppercase(), &state[..16], &format!("{state}00"), ""] {
        let answer = mallory.open_from_elsewhere(&format!("{CALLBACK}?code={code}&state={other}")).await;
        assert_refused(&format!("state={other}"), &answer, &mallory, None);
    }
    assert_eq!(office.wecom.calls(Call::GetUserInfo), 1, "WeCom was asked about none of these codes");
    let own = mallory.open_from_elsewhere(&callback).await;
    assert!(matches!(own.status, 302 | 303), "and the code is still good for whom it was made: {own:?}");
    assert_eq!(mallory.user().await.id, "lina");
}

#[tokio::test]
async fn a_state_is_good_once() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    let callback = phone.callback("/").await;
    let state = query_of(&callback)["state"].clone();
    let (before, restarting) = (phone.clone(), phone.clone());
    phone.open_from_elsewhere(&callback).await;
    let session = phone.session();

    // A code of somebody else under the state that was used up, also with the cookies of before.
    let mallory = office.phone("LiNa");
    let stolen = query_of(&mallory.callback("/").await)["code"].clone();
    let replayed = format!("{CALLBACK}?code={stolen}&state={state}");
    for (what, browser, session) in [("a used state", &phone, session), ("with the cookies of before", &before, None)] {
        let answer = browser.open_from_elsewhere(&replayed).await;
        assert_eq!(answer.status, 302, "{what}: it starts over: {answer:?}");
        assert!(answer.header("location").contains("/oauth2/authorize"), "{what}: {answer:?}");
        assert_eq!(browser.session(), session, "{what}: and signs nobody in");
    }
    assert_eq!(office.wecom.calls(Call::GetUserInfo), 1, "WeCom was not asked about it");
    assert_eq!(restarting.visit(&replayed).await.answer.status, 200);
    assert_eq!(restarting.user().await.id, "wangwei", "who starts over ends as oneself");

    assert_eq!(phone.user().await.id, "wangwei");
}

#[tokio::test]
async fn a_code_that_was_used_is_worth_nothing_to_whoever_finds_it() {
    let office = Office::open().await;
    let victim = office.phone("WangWei");
    let callback = victim.callback("/").await;
    victim.open_from_elsewhere(&callback).await;
    let (code, session) = (query_of(&callback)["code"].clone(), victim.session());

    // With the whole address, in another browser.
    let mallory = office.phone("LiNa");
    let answer = mallory.open_from_elsewhere(&callback).await;
    assert_refused("somebody else's redirect", &answer, &mallory, None);

    // With a state of one's own: it starts over, and ends as oneself.
    let own_state = query_of(&mallory.callback("/").await)["state"].clone();
    let visit = mallory.visit(&format!("{CALLBACK}?code={code}&state={own_state}")).await;
    assert_eq!(visit.answer.status, 200, "{visit:?}");
    assert_eq!(mallory.user().await.id, "lina");
    assert_ne!(mallory.session(), session);
    assert_eq!(victim.user().await.id, "wangwei", "and the victim stays signed in");
}

#[tokio::test]
async fn a_callback_that_wecom_would_not_send_is_refused() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    let callback = phone.callback("/").await;
    let given = query_of(&callback);
    let (code, state) = (given["code"].as_str(), given["state"].as_str());
    let (long_code, long_state) = ("c".repeat(513), "a".repeat(129));
    let huge = "c".repeat(6_000);

    for query in [
        String::new(),
        "?".to_owned(),
        format!("?code={code}"),
        format!("?state={state}"),
        format!("?code=&state={state}"),
        format!("?error=access_denied&state={state}"),
        format!("?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state={state}"),
        format!("?code={long_code}&state={state}"),
        format!("?code={huge}&state={state}"),
        format!("?code={code}&state={long_state}"),
        format!("?code={code}&state=%00%0d%0a"),
        format!("?code={code}&state=%ff"),
        format!("?code={code}&code={code}x&state={state}x"),
        format!("?code={code}&state=..%2F..%2Fetc"),
    ] {
        let browser = phone.clone();
        let answer = browser.open_from_elsewhere(&format!("{CALLBACK}{query}")).await;
        assert_refused(&query, &answer, &browser, None);
        assert!(!answer.text().contains("<script>alert"), "{query}: {}", answer.text());
    }
    assert_eq!(office.wecom.calls(Call::GetUserInfo), 0, "WeCom was asked about nothing of this");
    let told = async |query: String| phone.clone().open_from_elsewhere(&format!("{CALLBACK}{query}")).await.body;
    let (foreign, refused, misshapen) = (
        told(format!("?code={code}&state=0123456789abcdef0123456789abcdef")).await,
        told(format!("?state={state}")).await,
        told(format!("?code={long_code}&state={state}")).await,
    );
    assert!(foreign != refused && refused != misshapen && misshapen != foreign, "each is told what was wrong");
    let posted = phone.post(&format!("{CALLBACK}?code={code}&state={state}"), &json!({})).await;
    assert_refused("POST", &posted, &phone, None);
}

#[tokio::test]
async fn a_code_cannot_carry_parameters_into_the_call() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    let callback = phone.callback("/").await;
    let state = query_of(&callback)["state"].clone();

    for code in ["x%26access_token%3Dy", "x%26userid%3Dwangwei%23", "..%2F..%2Fgettoken", "%E7%8E%8B", "x%20y"] {
        let browser = phone.clone();
        let answer = browser.open_from_elsewhere(&format!("{CALLBACK}?code={code}&state={state}")).await;
        assert!((300..500).contains(&answer.status), "{code}: {answer:?}");
        assert_eq!(browser.session(), None, "{code}");
    }
    assert_eq!(office.wecom.answered(Call::GetUserInfo, 0), 0);
    assert_eq!(office.wecom.answered(Call::GetUserInfo, 40014), 0, "the token was not overwritten");
}

#[tokio::test]
async fn made_up_codes_do_not_reach_wecom_again_and_again() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    let state = query_of(&phone.callback("/").await)["state"].clone();

    for n in 0..20 {
        let browser = phone.clone();
        let answer = browser.open_from_elsewhere(&format!("{CALLBACK}?code=madeup{n}&state={state}")).await;
        assert!((300..500).contains(&answer.status), "{n}: {answer:?}");
        assert_eq!(browser.session(), None, "{n}");
    }

    assert_eq!(office.wecom.calls(Call::GetUserInfo), 1, "a state has one code");
    assert_eq!(phone.sign_in().await.answer.status, 200, "a new one is as good as ever");
}

#[tokio::test]
async fn sign_in_leads_back_into_the_site_only() {
    let office = Office::open().await;

    for elsewhere in [
        "//evil.example",
        "%2F%2Fevil.example",
        "///evil.example",
        "/%5Cevil.example",
        "%5C%5Cevil.example",
        "%5Cevil.example",
        "/%5C/evil.example",
        "https://evil.example",
        "https:evil.example",
        "HTTPS%3A%2F%2Fevil.example",
        "https://meet.example.com.evil.example/",
        "https://meet.example.com@evil.example/",
        "//meet.example.com@evil.example/",
        "/%09/evil.example",
        "/%2509/evil.example",
        "%09//evil.example",
        "/%0D%0A/evil.example",
        "/%250d%250a/evil.example",
        "/c%0D%0Aset-cookie:%20evil=1",
        "/c%0D%0Alocation:%20https://evil.example",
        "/%2Fevil.example",
        "/%252fevil.example",
        "javascript:alert('evil')",
        "data:text/html,evil",
        "evil.example",
        "%20//evil.example",
    ] {
        let phone = office.phone("WangWei");
        let login = phone.open(&format!("/auth/login?return_to={elsewhere}")).await;
        let gate = login.header("location").to_owned();
        assert!(gate.starts_with(&office.wecom.url()) && !gate.contains("evil"), "{elsewhere}: {gate}");
        assert!(login.headers("set-cookie").iter().all(|cookie| !cookie.contains("evil")), "{elsewhere}: {login:?}");
        let callback = phone.callback(elsewhere).await;
        let back = phone.open_from_elsewhere(&callback).await;
        assert_eq!(back.header("location"), "/", "return_to={elsewhere}: {back:?}");
        assert!(back.headers("set-cookie").iter().all(|cookie| !cookie.contains("evil")), "{elsewhere}: {back:?}");
    }
    let long = format!("/{}", "a".repeat(5_000));
    let phone = office.phone("WangWei");
    let back = phone.open_from_elsewhere(&phone.callback(&long).await).await;
    assert_eq!(back.header("location"), "/", "{back:?}");
}

#[tokio::test]
async fn the_session_of_before_sign_in_is_worth_nothing_after_it() {
    let office = Office::open().await;
    let mallory = office.phone("LiNa");
    mallory.sign_in().await;
    let known = mallory.session().expect("a session");

    // Mallory's own session, planted into the victim's browser.
    let victim = office.phone("WangWei");
    victim.plant(&known);
    assert_eq!(victim.sign_in().await.answer.status, 200);
    assert_ne!(victim.session(), Some(known.clone()));
    assert_eq!(victim.user().await.id, "wangwei");
    mallory.caller().get("/api/me").await.problem(401, "not_signed_in");

    // A value that was never given out is not adopted.
    let invented = "__Host-hezi_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let victim = office.phone("WangWei");
    victim.plant(invented);
    victim.sign_in().await;
    assert_ne!(victim.session().as_deref(), Some(invented));
    assert_eq!(victim.user().await.id, "wangwei");
    victim.caller().with_cookie(invented).get("/api/me").await.problem(401, "not_signed_in");
}

#[tokio::test]
async fn a_session_that_signs_in_again_gets_another_token() {
    let office = Office::open().await;
    let phone = office.phone("WangWei");
    phone.sign_in().await;
    let first = phone.session().expect("a session");

    phone.sign_in().await;

    assert_ne!(phone.session().as_ref(), Some(&first));
    assert_eq!(phone.user().await.id, "wangwei");
    phone.caller().with_cookie(&first).get("/api/me").await.problem(401, "not_signed_in");
}

#[tokio::test]
async fn what_belongs_to_development_does_not_exist() {
    let office = Office::open().await;
    let nobody = office.host.anonymous();

    nobody.post("/auth/dev", &json!({ "name": "小王" })).await.problem(404, "not_found");
    nobody.post("/auth/dev", &json!({ "id": "wangwei", "name": "小王" })).await.problem(404, "not_found");
    let form = nobody.request("POST", "/auth/login");
    let answer = form.bytes("application/x-www-form-urlencoded", "name=wangwei&id=wangwei&return_to=/").send().await;
    assert!(matches!(answer.status, 404 | 405), "{answer:?}");
    assert!(answer.headers("set-cookie").iter().all(|cookie| !cookie.contains("hezi_session=")), "{answer:?}");
    assert!(!nobody.get("/auth/login").await.text().contains("/sign_in.js"), "no form that believes every name");
}
