//! Signing in and out, and who may send requests at all.

use hezi_tests::{Host, Launch};
use serde_json::json;

#[tokio::test]
async fn somebody_who_gives_a_name_is_signed_in() {
    let host = Host::start().await;
    let wang = host.user("小王").await;

    let me = wang.get("/api/me").await.ok(200);

    assert_eq!(me["id"], wang.id.as_str());
    assert_eq!(me["name"], "小王");
    assert_eq!(me["admin"], false);
}

#[tokio::test]
async fn the_same_id_is_the_same_person_and_no_id_is_somebody_new() {
    let host = Host::start().await;
    let wang = host.person("wang", "小王").await;
    let again = host.person("wang", "王总").await;
    let namesake = host.user("小王").await;

    assert_eq!(again.id, wang.id);
    assert_ne!(namesake.id, wang.id);
    assert_eq!(wang.get("/api/me").await.ok(200)["name"], "王总", "a person has one name, the latest");
}

#[tokio::test]
async fn nobody_gets_in_without_a_session() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let forger = host.anonymous().with_cookie("hezi_session=Zm9yZ2VkLWNvb2tpZS1mb3JnZWQtY29va2ll");

    for stranger in [host.anonymous(), forger] {
        for path in ["/api/me", "/api/conferences", &room.path(""), &room.path("/members"), &room.path("/journal")] {
            stranger.get(path).await.problem(401, "not_signed_in");
        }
        stranger.post("/api/conferences", &json!({ "title": "抢来的会" })).await.problem(401, "not_signed_in");
        stranger.post_empty(&room.path("/join")).await.problem(401, "not_signed_in");
        stranger.knock(&room.path("/socket"), None).await.problem(401, "not_signed_in");
    }
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let host = Host::start().await;
    let answer = host.anonymous().sign_in(&json!({ "name": "小王" })).await;

    let cookie = answer.headers("set-cookie").into_iter().find(|cookie| cookie.starts_with("hezi_session="));
    let cookie = cookie.expect("a session cookie").to_lowercase();

    assert!(cookie.contains("httponly"), "{cookie}");
    assert!(cookie.contains("samesite=lax") || cookie.contains("samesite=strict"), "{cookie}");
    assert!(cookie.contains("path=/"), "{cookie}");
    let value = answer.session_cookie();
    assert!(value.len() >= "hezi_session=".len() + 22, "at least 128 bits of randomness: {value}");
    assert!(!host.log().contains(&value["hezi_session=".len()..]), "a session is never written to the log");
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let host = Host::start().await;
    let on_the_phone = host.person("wang", "小王").await;
    let on_the_laptop = host.person("wang", "小王").await;

    let answer = on_the_phone.post_empty("/auth/logout").await;

    assert!((200..400).contains(&answer.status), "{answer:?}");
    on_the_phone.get("/api/me").await.problem(401, "not_signed_in");
    assert_eq!(on_the_laptop.get("/api/me").await.ok(200)["id"], "wang");
}

#[tokio::test]
async fn another_site_cannot_act_in_a_persons_name() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let title = json!({ "title": "周会" });

    for origin in ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1.evil.example"] {
        let forged = wang.request("POST", "/api/conferences").header("origin", origin).json(&title).send().await;
        forged.problem(403, "foreign_origin");
        let forged = host.anonymous().request("POST", "/auth/dev").header("origin", origin);
        forged.json(&json!({ "name": "小王" })).send().await.problem(403, "foreign_origin");
    }
    let mine = wang.get("/api/conferences").await.ok(200);
    assert_eq!(mine["conferences"], json!([]), "nothing was created");

    let own_page = wang.request("POST", "/api/conferences").header("origin", &host.url()).json(&title);
    own_page.send().await.ok(201);
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let host = Host::start().await;
    let nobody = host.anonymous();

    let form = |return_to: &str| format!("name=%E5%B0%8F%E7%8E%8B&return_to={return_to}");
    let submit = |return_to: &str| {
        let request = nobody.request("POST", "/auth/login");
        request.bytes("application/x-www-form-urlencoded", form(return_to)).send()
    };
    let page = nobody.get("/auth/login?return_to=/c/12345").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("/c/12345"), "the form knows where to lead: {}", page.text());
    let signed_in = submit("/c/12345").await;
    assert_eq!((signed_in.status, signed_in.header("location")), (302, "/c/12345"));
    let me = nobody.with_cookie(&signed_in.session_cookie()).get("/api/me").await.ok(200);
    assert_eq!(me["name"], "小王");

    for elsewhere in
        ["https://evil.example", "//evil.example", "/%5Cevil.example", "%2F%2Fevil.example", "evil.example"]
    {
        let page = nobody.get(&format!("/auth/login?return_to={elsewhere}")).await;
        assert!(!page.text().contains("evil") && !page.header("location").contains("evil"), "{elsewhere}: {page:?}");
        let location = submit(elsewhere).await.header("location").to_owned();
        assert_eq!(location, "/", "return_to={elsewhere}");
    }
}

#[tokio::test]
async fn a_callback_that_nobody_began_signs_nobody_in() {
    let host = Host::start().await;

    for path in ["/auth/callback", "/auth/callback?code=a&state=b"] {
        let answer = host.anonymous().get(path).await;
        assert!(answer.headers("set-cookie").iter().all(|cookie| !cookie.starts_with("hezi_session=")), "{answer:?}");
        assert!((400..500).contains(&answer.status), "{answer:?}");
        let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
        answer.problem(answer.status, &code);
    }
}

#[tokio::test]
async fn a_name_that_cannot_be_shown_is_refused() {
    let host = Host::start().await;
    let nobody = host.anonymous();

    for name in [String::new(), "   ".to_owned(), "王\n小王".to_owned(), "王".repeat(65)] {
        nobody.sign_in(&json!({ "name": name })).await.problem(422, "invalid");
    }
    for form in
        [json!({}), json!({ "name": 1 }), json!({ "name": "王", "id": "a b" }), json!({ "name": "王", "is": 1 })]
    {
        nobody.sign_in(&form).await.problem(422, "invalid");
    }
    nobody.sign_in(&json!({ "name": "王".repeat(64) })).await.ok(200);
}

#[tokio::test]
async fn json_that_cannot_be_read_is_told_apart_from_json_that_makes_no_sense() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let post = |body: &str| wang.request("POST", "/api/conferences").bytes("application/json", body).send();

    post("{\"title\":").await.problem(400, "malformed_json");
    post("").await.problem(400, "malformed_json");
    post("[]").await.problem(422, "invalid");
    post(&format!("{{\"title\":\"{}\"}}", "长".repeat(200_000))).await.problem(413, "too_large");
    let form = wang.request("POST", "/api/conferences").bytes("application/x-www-form-urlencoded", "title=周会");
    form.send().await.problem(415, "unsupported_media_type");
    let not_utf8 =
        wang.request("POST", "/api/conferences").bytes("application/json", b"{\"title\":\"\xff\"}".as_slice());
    not_utf8.send().await.problem(400, "malformed_json");
    assert_eq!(wang.get("/api/conferences").await.ok(200)["conferences"], json!([]), "nothing was created");
}

#[tokio::test]
async fn only_administrators_administer() {
    let host = Launch::new().set("admin.users", "[\"chief\"]").start().await;
    let wang = host.user("小王").await;
    let chief = host.person("chief", "老板").await;

    assert_eq!(chief.get("/api/me").await.ok(200)["admin"], true);
    wang.get("/api/admin/plugins").await.problem(403, "not_admin");
    wang.upload(hezi_tests::plugin("vote")).await.problem(403, "not_admin");
    host.anonymous().get("/api/admin/plugins").await.problem(401, "not_signed_in");
    let guesser = host.anonymous().with_bearer("a-token-that-somebody-guessed");
    guesser.get("/api/admin/plugins").await.problem(401, "not_signed_in");

    chief.get("/api/admin/plugins").await.ok(200);
    host.administrator().get("/api/admin/plugins").await.ok(200);
}
