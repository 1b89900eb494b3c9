//! The pages as they are served: whole, compressed, kept for good, and allowed next to nothing. What they do in a browser is
//! tested in `tests/browser`.

use std::collections::BTreeSet;

use hezi_tests::{Answer, Caller, Host, User};

/// What a participant's page may weigh, everything that it needs together, in bytes on the line.
const PARTICIPANT_BYTES_MAX: usize = 47_000;

/// The files that a page names in its head.
fn files(page: &str) -> Vec<String> {
    let named = page.split(['"', ' ']).filter(|word| word.starts_with("/assets/"));
    named.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

async fn fetch(caller: &Caller, path: &str, codings: &str) -> Answer {
    caller.request("GET", path).header("accept-encoding", codings).send().await
}

async fn host_with_pages() -> (Host, User, Vec<String>) {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会 <b>").await;
    let pages =
        ["/".to_owned(), format!("/c/{}", room.number), format!("/screen/{}", room.number), "/admin".to_owned()];
    (host, wang, pages.to_vec())
}

#[tokio::test]
async fn every_file_that_a_page_names_is_there_for_good_and_compressed() {
    let (_host, wang, pages) = host_with_pages().await;
    for path in pages.iter().map(String::as_str).chain(["/auth/login"]) {
        let page = wang.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "a page names the files of the build that serves it");
        let files = files(page.text());
        // The form of sign-in has no styles of its own.
        let least = if path == "/auth/login" { 3 } else { 4 };
        assert!((least..=6).contains(&files.len()), "{path} needs more than one round trip: {files:?}");
        for file in files {
            let answer = fetch(&wang, &file, "gzip, br").await;
            assert_eq!((answer.status, answer.header("content-encoding")), (200, "br"), "{file}");
            assert!(answer.header("cache-control").contains("immutable"), "{file}: {}", answer.header("cache-control"));
            assert_eq!(answer.header("vary"), "accept-encoding", "{file}");
            let plain = fetch(&wang, &file, "identity").await;
            assert_eq!(plain.header("content-encoding"), "", "{file}");
            assert!(!plain.body.is_empty() && answer.body.len() <= plain.body.len() + 16, "{file}");
        }
    }
}

#[tokio::test]
async fn a_page_may_do_next_to_nothing() {
    let (_host, wang, pages) = host_with_pages().await;
    for path in pages.iter().map(String::as_str).chain(["/auth/login", "/c/1"]) {
        let page = wang.get(path).await;
        let policy = page.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self' ;",
            "style-src 'self';",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(rule), "{path}: `{rule}` is not in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{path}: {policy}");
        let without_scripts = page.text().split_once("<noscript>").expect("what is to be seen without scripts").1;
        assert!(without_scripts.contains("需要 JavaScript") && without_scripts.contains("need JavaScript"), "{path}");
    }
}

#[tokio::test]
async fn what_people_wrote_stays_text_in_a_page() {
    let (_host, wang, pages) = host_with_pages().await;
    for path in &pages[1..3] {
        let page = wang.get(path).await;
        assert!(page.text().contains("周会 &lt;b&gt;") && !page.text().contains("周会 <b>"), "{}", page.text());
    }
}

#[tokio::test]
async fn a_file_of_another_build_is_nowhere() {
    let host = Host::start().await;
    let nobody = host.anonymous();
    let build = nobody.get("/assets/build").await.ok(200)["build"].as_str().expect("a name").to_owned();

    for path in ["room.js", "room.panel.js", "style/base.css"] {
        assert_eq!(nobody.get(&format!("/assets/{build}/{path}")).await.status, 200, "{path}");
    }
    for path in [
        "/assets/0123456789abcdef/room.js".to_owned(),
        format!("/assets/{build}/none.js"),
        format!("/assets/{build}/../../Cargo.toml"),
        format!("/assets/{build}/%2e%2e/%2e%2e/Cargo.toml"),
    ] {
        nobody.get(&path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_client_library_has_a_name_that_stays() {
    let host = Host::start().await;
    for (path, word) in [("/assets/hezi-client.js", "export class Hezi"), ("/assets/hezi-client.d.ts", "export")] {
        let answer = host.anonymous().get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains(word), "{path}");
        let again = host.anonymous().request("GET", path).header("if-none-match", answer.header("etag")).send().await;
        assert_eq!(again.status, 304, "{path}");
    }
}

#[tokio::test]
async fn a_page_leads_to_sign_in_and_back() {
    let (host, _wang, pages) = host_with_pages().await;
    for path in &pages {
        let answer = host.anonymous().get(path).await;
        let back = if path == "/" { "/auth/login".to_owned() } else { format!("/auth/login?return_to={path}") };
        assert_eq!((answer.status, answer.header("location")), (302, back.as_str()), "{path}");
    }
}

#[tokio::test]
async fn a_meeting_that_is_over_can_be_looked_up_by_its_id() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("年会").await;
    wang.post_empty(&room.path("/end")).await.ok(200);

    for path in [format!("/c/{}", room.id), format!("/c/{}", room.number), format!("/screen/{}", room.id)] {
        let page = wang.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text().contains("年会") && page.text().contains(&room.id), "{path}: {}", page.text());
    }
    for path in ["/c/12345", "/c/1234", "/c/01k0000000000000000000000x", "/screen/12345"] {
        assert_eq!(wang.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_a_participant_loads_is_light() {
    let (_host, wang, pages) = host_with_pages().await;
    let page = fetch(&wang, &pages[1], "gzip").await;
    let plain = wang.get(&pages[1]).await;

    let mut bytes = page.body.len();
    for file in files(plain.text()) {
        bytes += fetch(&wang, &file, "br").await.body.len();
    }

    let count = files(plain.text()).len();
    assert!(bytes <= PARTICIPANT_BYTES_MAX, "a participant's page weighs {bytes} bytes in {count} files");
}
