//! What operators and their tools ask: health, metrics, the OpenAPI document, and addresses that do not exist.

use hezi_tests::Host;
use serde_json::json;

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
    ("post", "/api/conferences/{number}/join"),
    ("post", "/api/conferences/{number}/leave"),
    ("post", "/api/conferences/{number}/end"),
    ("get", "/api/conferences/{number}/members"),
    ("post", "/api/conferences/{number}/organizers"),
    ("get", "/api/conferences/{number}/qr"),
    ("get", "/api/conferences/{number}/journal"),
    ("get", "/api/conferences/{number}/socket"),
    ("post", "/api/conferences/{number}/invite"),
    ("post", "/api/conferences/{number}/activities"),
    ("get", "/api/conferences/{number}/activities"),
    ("get", "/api/activities/{id}"),
    ("post", "/api/activities/{id}/open"),
    ("post", "/api/activities/{id}/close"),
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
        let answer = wang.request(&method.to_uppercase(), &path.replace("{version}", "1.0.0")).send().await;
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
