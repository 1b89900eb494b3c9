//! What operators and their tools ask: health, metrics, the OpenAPI document, and addresses that do not exist.

use hezi_tests::{Caller, Host, Launch, plugin};
use serde_json::json;

use crate::plugins::with_version;

/// Every route of the API, as the document has to show it.
const ROUTES: &[(&str, &str)] = &[
    ("get", "/auth/login"),
    ("post", "/auth/login"),
    ("get", "/auth/callback"),
    ("post", "/auth/dev"),
    ("post", "/auth/logout"),
    ("get", "/api/me"),
    ("post", "/api/conferences"),
    ("get", "/api/conferences"),
    ("get", "/api/conferences/{number}"),
    ("patch", "/api/conferences/{number}"),
    ("post", "/api/conferences/{number}/key"),
    ("post", "/api/conferences/{number}/copy"),
    ("post", "/api/conferences/{number}/join"),
    ("post", "/api/conferences/{number}/leave"),
    ("post", "/api/conferences/{number}/end"),
    ("get", "/api/conferences/{number}/members"),
    ("post", "/api/conferences/{number}/organizers"),
    ("delete", "/api/conferences/{number}/organizers/{member}"),
    ("post", "/api/conferences/{number}/owner"),
    ("post", "/api/conferences/{number}/mutes"),
    ("delete", "/api/conferences/{number}/mutes/{member}"),
    ("post", "/api/conferences/{number}/removals"),
    ("get", "/api/conferences/{number}/removals"),
    ("delete", "/api/conferences/{number}/removals/{member}"),
    ("post", "/api/conferences/{number}/messages"),
    ("delete", "/api/conferences/{number}/messages/{message}"),
    ("post", "/api/conferences/{number}/messages/{message}/reactions"),
    ("delete", "/api/conferences/{number}/messages/{message}/reactions/{reaction}"),
    ("put", "/api/conferences/{number}/messages/{message}/wall"),
    ("delete", "/api/conferences/{number}/messages/{message}/wall"),
    ("put", "/api/conferences/{number}/notice"),
    ("delete", "/api/conferences/{number}/notice"),
    ("get", "/api/conferences/{number}/qr"),
    ("get", "/api/conferences/{number}/journal"),
    ("get", "/api/conferences/{number}/socket"),
    ("post", "/api/conferences/{number}/invite"),
    ("post", "/api/conferences/{number}/activities"),
    ("get", "/api/conferences/{number}/activities"),
    ("get", "/api/activities/{id}"),
    ("delete", "/api/activities/{id}"),
    ("get", "/api/activities/{id}/config"),
    ("put", "/api/activities/{id}/config"),
    ("post", "/api/activities/{id}/open"),
    ("post", "/api/activities/{id}/close"),
    ("put", "/api/activities/{id}/schedule"),
    ("post", "/api/activities/{id}/actions"),
    ("get", "/api/activities/{id}/report"),
    ("get", "/api/wecom/jssdk"),
    ("get", "/api/plugins"),
    ("put", "/api/admin/plugins"),
    ("get", "/api/admin/plugins"),
    ("get", "/api/admin/plugins/{name}"),
    ("post", "/api/admin/plugins/{name}/activate"),
    ("post", "/api/admin/plugins/{name}/rollback"),
    ("post", "/api/admin/plugins/{name}/disable"),
    ("get", "/api/admin/plugins/{name}/{version}"),
    ("delete", "/api/admin/plugins/{name}/{version}"),
    ("get", "/api/admin/audit"),
    ("get", "/health/live"),
    ("get", "/health/ready"),
    ("get", "/metrics"),
];

#[tokio::test]
async fn a_server_that_says_it_is_ready_is() {
    let host = Host::start().await;

    for path in ["/health/live", "/health/ready"] {
        assert_eq!(host.anonymous().get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn metrics_count_what_happens() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    socket.say("c1", "你好").await.ok();

    let metrics = host.anonymous().get("/metrics").await;

    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").starts_with("text/plain"), "{}", metrics.header("content-type"));
    let lines: Vec<&str> = metrics.text().lines().filter(|line| line.starts_with("hezi_")).collect();
    assert!(!lines.is_empty(), "{}", metrics.text());
    let text = metrics.text();
    assert!(!text.contains(&wang.id) && !text.contains(&room.id), "metrics tell nothing of single people or rooms");
}

/// Every sample of a scrape is of a metric that says what it is, in Prometheus' way.
fn check_scrape(text: &str) {
    let said = |kind: &str, name: &str| text.lines().any(|line| line.starts_with(&format!("# {kind} {name} ")));
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().expect("a name");
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        let family = if said("TYPE", name) { name } else { family };
        assert!(said("HELP", family) && said("TYPE", family), "nothing says what `{name}` is:\n{text}");
        assert!(name.starts_with("hezi_") || name.starts_with("process_"), "{name}");
    }
}

/// The value of a series, by its name with its labels.
fn value(text: &str, series: &str) -> f64 {
    let found = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok());
    found.unwrap_or_else(|| panic!("no `{series}` in\n{text}"))
}

#[tokio::test]
async fn a_scrape_says_what_it_counts_in_seconds_and_bytes() {
    let host = Host::start().await;
    let (wang, li) = (host.user("小王").await, host.user("小李").await);
    let room = wang.create_conference("周会").await;
    let li = li.join(&room.number).await;
    let mut phone = li.connect(&room.number).await;
    let _screen = wang.connect(&room.number).await;
    let _second = wang.connect(&room.number).await;
    phone.say("c1", "你好").await.ok();

    let text = host.anonymous().get("/metrics").await.text().to_owned();

    check_scrape(&text);
    let version = env!("CARGO_PKG_VERSION");
    for (series, expected) in [
        ("hezi_rooms_online", 1.0),
        ("hezi_members_online", 2.0),
        ("hezi_sockets_open", 3.0),
        (&format!("hezi_build_info{{version=\"{version}\"}}"), 1.0),
    ] {
        assert!((value(&text, series) - expected).abs() < f64::EPSILON, "{series}:\n{text}");
    }
    assert!(value(&text, "process_resident_memory_bytes") > 1e6 && value(&text, "process_open_fds") > 3.0);
    assert!(value(&text, "process_cpu_seconds_total") > 0.0 && value(&text, "process_start_time_seconds") > 1e9);
    // A commit and a request take more than nothing, and are not rounded to it.
    assert!(value(&text, "hezi_commit_seconds_sum") > 0.0 && value(&text, "hezi_commit_seconds_count") > 0.0);
    let sums = text.lines().filter(|line| line.starts_with("hezi_http_request_seconds_sum{"));
    assert!(sums.clone().count() > 1 && sums.clone().all(|line| !line.ends_with(" 0")), "{text}");
}

#[tokio::test]
async fn metrics_can_have_a_listener_of_their_own() {
    let host = Launch::new().set("metrics.listen", "127.0.0.1:0").start().await;
    let log = host.log();
    let (_, address) = log.split_once("metrics are at http://").expect("the log says where they are");
    let address = address.split('/').next().expect("an address");

    host.anonymous().get("/metrics").await.problem(404, "not_found");
    let document = host.anonymous().get("/api/openapi.json").await.ok(200);
    assert!(document["paths"]["/metrics"].is_null(), "what is not there is not described");

    let apart = Caller::at(&format!("http://{address}"));
    check_scrape(apart.get("/metrics").await.text());
    for path in ["/", "/api/me", "/health/live"] {
        apart.get(path).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn series_of_a_version_that_was_removed_are_gone() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    admin.upload(with_version(&plugin("vote"), "0.1.7")).await.ok(201);
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    wang.act(&vote, json!({ "choose": ["A"] })).await;
    let versions = async || {
        let text = host.anonymous().get("/metrics").await.text().to_owned();
        ["0.1.0", "0.1.7"].map(|version| text.contains(&format!("plugin=\"vote\",version=\"{version}\"")))
    };
    assert_eq!(versions().await, [true, true]);

    admin.delete("/api/admin/plugins/vote/0.1.0").await.ok(200);

    assert_eq!(versions().await, [false, true]);
}

#[tokio::test]
async fn whoever_opens_nothing_in_a_browser_sees_a_page() {
    let host = Host::start().await;
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (method, path, status) in [("GET", "/nothing", 404), ("GET", "/assets/none.js", 404), ("OPTIONS", "/c", 405)] {
        let answer = host.anonymous().request(method, path).header("accept", browser).send().await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"), "{path}: {}", answer.header("content-type"));
        let page = answer.text();
        assert!(page.contains("<main") && page.contains("/problem.js\""), "{path}: {page}");
    }
    for (path, accept) in [("/nothing", "*/*"), ("/nothing", "application/json"), ("/api/nothing", browser)] {
        let answer = host.anonymous().request("GET", path).header("accept", accept).send().await;
        answer.problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_document_describes_every_route() {
    let host = Host::start().await;

    let document = host.anonymous().get("/api/openapi.json").await.ok(200);

    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.")), "{}", document["openapi"]);
    let missing: Vec<String> = ROUTES
        .iter()
        .filter(|(method, path)| !document["paths"][path][method].is_object())
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(missing.is_empty(), "not in the document: {missing:#?}");
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            let known = ROUTES.contains(&(method.as_str(), path.as_str())) || path == "/api/openapi.json";
            assert!(known, "the document has {method} {path}, which no test knows");
        }
    }
}

#[tokio::test]
async fn every_documented_route_exists() {
    let host = Host::start().await;
    let wang = host.user("小王").await;

    // Where WeCom's sign-in comes back to is nothing on a server that signs people in by the form.
    for (method, path) in ROUTES.iter().filter(|(_, path)| *path != "/auth/callback") {
        let path = path.replace("{number}", "99999").replace("{id}", "none").replace("{name}", "none");
        let path = path.replace("{version}", "1.0.0").replace("{member}", "none").replace("{message}", "1");
        let answer = wang.request(&method.to_uppercase(), &path.replace("{reaction}", "none")).send().await;
        let code = serde_json::from_slice(&answer.body).unwrap_or(json!({}))["code"].clone();
        assert_ne!(code, "not_found", "{method} {path}");
        assert_ne!(code, "method_not_allowed", "{method} {path}");
        assert!(answer.status < 500, "{method} {path}: {answer:?}");
    }
}

#[tokio::test]
async fn what_does_not_exist_says_so_in_the_same_shape() {
    let host = Host::start().await;
    let wang = host.user("小王").await;

    for path in ["/api/karaoke", "/api/conferences/12345/karaoke", "/api/../etc/passwd"] {
        wang.get(path).await.problem(404, "not_found");
    }
    let answer = wang.request("PATCH", "/api/me").send().await;
    answer.problem(405, "method_not_allowed");
}
