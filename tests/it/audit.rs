//! The audit log: who may read it, and how what fits is found in it.

use hezi_tests::{Host, Launch, built_in_plugins, plugin};
use serde_json::Value;

use crate::plugins::newer;

#[tokio::test]
async fn the_log_is_for_administrators() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);

    wang.get("/api/admin/audit").await.problem(403, "not_admin");
    host.anonymous().get("/api/admin/audit").await.problem(401, "not_signed_in");
    for (query, field) in [
        ("before=yesterday", "/before"),
        ("limit=0", "/limit"),
        ("limit=1001", "/limit"),
        ("limit=many", "/limit"),
        ("after=x", "/after"),
        ("who=", "/who"),
        (&format!("plugin={}", "x".repeat(65)), "/plugin"),
        ("code=sung", "/code"),
    ] {
        let refused = admin.get(&format!("/api/admin/audit?{query}")).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], field, "{query}: {refused}");
    }
    let all = admin.get("/api/admin/audit").await.ok(200);
    assert_eq!(all["audit"].as_array().map(Vec::len), Some(built_in_plugins()), "the plugins of the folder: {all}");
    assert!(all.get("next").is_none(), "{all}");
}

#[tokio::test]
async fn of_the_log_one_reads_what_fits_page_by_page() {
    let host = Launch::new().set("admin.users", "[\"chief\"]").start().await;
    let (admin, chief) = (host.administrator(), host.person("chief", "老大").await);
    admin.upload(newer(&plugin("vote"))).await.ok(201);
    chief.post_empty("/api/admin/plugins/vote/rollback").await.ok(200);
    chief.post_empty("/api/admin/plugins/quiz/disable").await.ok(200);
    let fits = async |query: &str| {
        let (mut acts, mut before) = (Vec::new(), String::new());
        loop {
            let page = admin.get(&format!("/api/admin/audit?limit=1&{query}{before}")).await.ok(200);
            acts.extend(page["audit"].as_array().expect("lines").iter().map(|line| line["deed"]["code"].clone()));
            let Some(next) = page["next"].as_str() else { return acts };
            before = format!("&before={next}");
        }
    };

    assert_eq!(fits("who=chief").await, ["disabled", "rolled_back"]);
    assert_eq!(fits("plugin=vote&who=chief").await, ["rolled_back"]);
    assert_eq!(fits("plugin=vote").await, ["rolled_back", "stored_and_activated", "stored_and_activated"]);
    assert_eq!(fits("code=disabled").await, ["disabled"]);
    assert_eq!(fits("who=nobody").await, Vec::<Value>::new());
}
