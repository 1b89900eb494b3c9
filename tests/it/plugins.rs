//! Plugins: what organizers can choose from, and what administrators do with them in a running server.

use hezi_tests::{Answer, Caller, Host, Launch, guest, plugin};
use serde_json::{Value, json};

pub(crate) const VERSION: &str = "0.1.0";
pub(crate) const NEWER: &str = "0.1.1";

/// The component with a newer version number.
pub(crate) fn newer(component: &[u8]) -> Vec<u8> {
    with_version(component, NEWER)
}

/// The component with another version number: the text is as long as the old one, so it can be changed in place. The
/// versions of the interface stand behind an `@` and stay.
pub(crate) fn with_version(component: &[u8], version: &str) -> Vec<u8> {
    let mut bytes = component.to_vec();
    for at in 1..bytes.len().saturating_sub(VERSION.len()) {
        if bytes[at..].starts_with(VERSION.as_bytes()) && bytes[at - 1] != b'@' {
            bytes[at..at + version.len()].copy_from_slice(version.as_bytes());
        }
    }
    assert_ne!(bytes, component, "the version stands in the component");
    bytes
}

/// The same component with other bytes: a custom section that nobody reads is added.
pub(crate) fn with_other_bytes(component: &[u8]) -> Vec<u8> {
    let mut bytes = component.to_vec();
    bytes.extend(b"\x00\x09\x04note1234");
    bytes
}

pub(crate) fn lunch() -> Value {
    json!({ "question": "午饭吃什么?", "options": ["面", "饭"] })
}

async fn versions_on_offer(caller: &Caller) -> Vec<(String, String)> {
    let list = caller.get("/api/plugins").await.ok(200);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let plugins = list["plugins"].as_array().expect("a list").clone();
    plugins.iter().map(|plugin| (text(&plugin["name"]), text(&plugin["version"]))).collect()
}

pub(crate) async fn active(caller: &Caller, name: &str) -> Option<String> {
    versions_on_offer(caller).await.into_iter().find(|(found, _)| found == name).map(|(_, version)| version)
}

async fn activate(admin: &Caller, name: &str, version: &str) -> Answer {
    admin.post(&format!("/api/admin/plugins/{name}/activate"), &json!({ "version": version })).await
}

fn succeeded(answer: &Answer) {
    assert!((200..300).contains(&answer.status), "{answer:?}");
}

#[tokio::test]
async fn organizers_choose_from_the_built_in_activity_types() {
    let host = Host::start().await;
    let wang = host.user("小王").await;

    let list = wang.get("/api/plugins").await.ok(200);

    let mut names: Vec<&str> = Vec::new();
    for plugin in list["plugins"].as_array().expect("a list") {
        names.push(plugin["name"].as_str().expect("a name"));
        assert!(plugin["title"].as_str().is_some_and(|title| !title.is_empty()), "{plugin}");
        for schema in ["config_schema", "action_schema"] {
            assert!(plugin[schema].is_object(), "{schema} is a JSON Schema: {plugin}");
        }
    }
    names.sort_unstable();
    assert_eq!(
        names,
        ["check-in", "lottery", "qa", "quiz", "ranking", "rating", "red-packet", "survey", "vote", "word-cloud"]
    );
}

#[tokio::test]
async fn a_new_version_takes_over_and_running_activities_go_on() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let vote = wang.open(&room.number, "vote", lunch()).await;
    let mut phone = li.connect(&room.number).await;
    wang.act(&vote, json!({ "choose": ["面"] })).await;

    admin.upload(newer(&plugin("vote"))).await.ok(201);

    assert_eq!(active(&wang, "vote").await.as_deref(), Some(NEWER));
    phone.do_act("a1", &vote.id, json!({ "choose": ["面"] })).await.ok();
    wang.try_act(&vote, json!({ "choose": ["饭"] })).await.problem(409, "conflict");
    assert_eq!(wang.draft(&room.number, "vote", lunch()).await.version, NEWER);
    wang.close(&vote).await;
}

#[tokio::test]
async fn an_upload_can_wait_for_its_activation() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);

    let upload = admin.request("PUT", "/api/admin/plugins?activate=false");
    upload.bytes("application/wasm", newer(&plugin("vote"))).send().await.ok(201);
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(VERSION));
    let waiting = admin.get(&format!("/api/admin/plugins/vote/{NEWER}")).await.ok(200);
    assert_eq!(waiting["version"], NEWER);
    assert!(waiting["config_schema"]["properties"].is_object(), "what its form is made of: {waiting}");
    admin.get("/api/admin/plugins/vote/9.9.9").await.problem(404, "unknown_plugin");

    succeeded(&activate(&admin, "vote", NEWER).await);
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(NEWER));
    succeeded(&activate(&admin, "vote", VERSION).await);
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(VERSION), "and back");

    activate(&admin, "vote", "9.9.9").await.problem(404, "unknown_plugin");
    activate(&admin, "karaoke", VERSION).await.problem(404, "unknown_plugin");
    let shown = admin.get("/api/admin/plugins/vote").await.ok(200).to_string();
    assert!(shown.contains(VERSION) && shown.contains(NEWER), "{shown}");
    admin.get("/api/admin/plugins/karaoke").await.problem(404, "unknown_plugin");
}

#[tokio::test]
async fn a_version_never_changes_its_bytes() {
    let host = Host::start().await;
    let admin = host.administrator();

    let again = admin.upload(plugin("vote")).await;
    succeeded(&again);
    admin.upload(with_other_bytes(&plugin("vote"))).await.problem(409, "version_exists");
}

#[tokio::test]
async fn a_plugin_that_is_switched_off_is_not_offered() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let config = json!({ "subject": "茶" });

    succeeded(&admin.post_empty("/api/admin/plugins/rating/disable").await);

    assert_eq!(active(&wang, "rating").await, None);
    let body = json!({ "plugin": "rating", "config": config });
    wang.post(&room.path("/activities"), &body).await.problem(404, "unknown_plugin");
    succeeded(&activate(&admin, "rating", VERSION).await);
    wang.draft(&room.number, "rating", config).await;
    admin.post_empty("/api/admin/plugins/karaoke/disable").await.problem(404, "unknown_plugin");
}

#[tokio::test]
async fn what_runs_on_a_plugin_that_is_switched_off_goes_on_to_its_end() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let config = json!({ "subject": "茶" });
    let running = wang.open(&room.number, "rating", config.clone()).await;
    let drafted = wang.draft(&room.number, "rating", config).await;

    succeeded(&admin.post_empty("/api/admin/plugins/rating/disable").await);

    assert_eq!(wang.act(&running, json!({ "score": 4 })).await.reply, json!({ "score": 4 }));
    wang.post_empty(&drafted.path("/open")).await.problem(404, "unknown_plugin");
    assert_eq!(wang.close(&running).await.phase, "closed");
    assert_eq!(wang.report(&running).await["rows"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn only_a_version_that_nobody_uses_can_be_removed() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", lunch()).await;
    let upload = admin.request("PUT", "/api/admin/plugins?activate=false");
    upload.bytes("application/wasm", newer(&plugin("vote"))).send().await.ok(201);

    admin.delete(&format!("/api/admin/plugins/vote/{VERSION}")).await.problem(409, "in_use");
    wang.act(&vote, json!({ "choose": ["面"] })).await;

    succeeded(&admin.delete(&format!("/api/admin/plugins/vote/{NEWER}")).await);
    activate(&admin, "vote", NEWER).await.problem(404, "unknown_plugin");
    admin.delete(&format!("/api/admin/plugins/vote/{NEWER}")).await.problem(404, "unknown_plugin");
}

#[tokio::test]
async fn what_is_no_plugin_is_refused_and_nothing_changes() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let before = versions_on_offer(&wang).await;
    let component = plugin("vote");

    let core_module = b"\0asm\x01\0\0\0".to_vec();
    let cut_off = component[..component.len() / 2].to_vec();
    for bytes in [Vec::new(), b"#!/bin/sh".to_vec(), core_module, cut_off] {
        let problem = admin.upload(bytes).await.problem(422, "plugin_refused");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 20), "says why: {problem}");
    }
    admin.upload(vec![0; (4 << 20) + 1]).await.problem(413, "too_large");

    assert_eq!(versions_on_offer(&wang).await, before);
}

#[tokio::test]
async fn uploaded_plugins_are_there_after_a_restart() {
    let mut host = Launch::new().durable().start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    admin.upload(newer(&plugin("vote"))).await.ok(201);
    succeeded(&admin.post_empty("/api/admin/plugins/rating/disable").await);
    let vote = wang.open(&room.number, "vote", lunch()).await;

    host.kill().await;
    host.restart().await;

    assert_eq!(active(&wang, "vote").await.as_deref(), Some(NEWER));
    assert_eq!(active(&wang, "rating").await, None, "what was switched off stays off");
    wang.act(&vote, json!({ "choose": ["面"] })).await;
}

#[tokio::test]
async fn a_restart_with_a_changed_folder_switches_nothing_on() {
    let launch = Launch::new().durable();
    let folder = launch.folder("plugins");
    let file = folder.join("vote.wasm");
    std::fs::write(&file, plugin("vote")).expect("a file");
    let mut host = launch.set("plugins.dir", folder.display()).start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    succeeded(&admin.post_empty("/api/admin/plugins/vote/disable").await);

    for changed in [with_other_bytes(&plugin("vote")), newer(&plugin("vote"))] {
        std::fs::write(&file, changed).expect("a file");
        host.kill().await;
        host.restart().await;
        assert_eq!(active(&wang, "vote").await, None, "what an administrator switched off stays off");
    }

    succeeded(&activate(&admin, "vote", NEWER).await);
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(NEWER), "but it was stored");
}

#[tokio::test]
async fn what_is_no_plugin_is_refused_with_a_reason() {
    let host = Host::start().await;
    let wang = host.user("小王").await;
    let before = wang.get("/api/plugins").await.ok(200);
    let wasi = r#"(component (import "wasi:cli/environment@0.2.0" (instance (export "get" (func (result string))))))"#;
    let wasi = wat::parse_str(wasi).expect("a component");
    let core = wat::parse_str("(module)").expect("a module");

    for (bytes, says) in [
        (wasi, "wasi:cli/environment@0.2.0"),
        (guest("half-world"), "hezi:activity/activity"),
        (core, "module"),
        (b"no component".to_vec(), "component"),
    ] {
        let problem = host.administrator().upload(bytes).await.problem(422, "plugin_refused");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(says), "{says}: {detail}");
    }

    assert_eq!(wang.get("/api/plugins").await.ok(200), before, "nothing was loaded");
}

#[tokio::test]
async fn what_a_version_does_is_counted_for_administrators_and_for_the_monitoring() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", lunch()).await;
    wang.act(&vote, json!({ "choose": ["面"] })).await;
    wang.try_act(&vote, json!({ "choose": ["饭"] })).await.problem(409, "conflict");

    let shown = admin.get("/api/admin/plugins/vote").await.ok(200);
    let counters = &shown["versions"][0]["counters"];
    let number = |name: &str| counters[name].as_u64().unwrap_or_else(|| panic!("no number `{name}`: {shown}"));
    assert_eq!((number("refusals"), number("faults"), number("activities")), (1, 0, 1), "{counters}");
    assert!(number("calls") >= 3 && number("state_bytes") > 10 && number("cpu_us") > 0, "{counters}");
    assert!(number("cpu_p50_us") <= number("cpu_p99_us"), "{counters}");

    let metrics = host.anonymous().get("/metrics").await;
    let has = |start: &str, labels: &[&str], value: &str| {
        let mut lines = metrics.text().lines().filter(|line| line.starts_with(start));
        let fits = |line: &str| labels.iter().all(|label| line.contains(label)) && line.ends_with(value);
        assert!(lines.any(fits), "no `{start}` with {labels:?} {value}:\n{}", metrics.text());
    };
    let vote_version = [r#"plugin="vote""#, r#"version="0.1.0""#];
    has("hezi_plugin_calls_total", &[&vote_version[..], &[r#"export="act""#, r#"outcome="ok""#]].concat(), " 1");
    has("hezi_plugin_calls_total", &[&vote_version[..], &[r#"export="act""#, r#"outcome="refused""#]].concat(), " 1");
    has("hezi_plugin_activities", &vote_version, " 1");
    has("hezi_plugin_state_bytes", &vote_version, &format!(" {}", number("state_bytes")));
    has("hezi_plugin_call_seconds_bucket", &vote_version, "");
}
