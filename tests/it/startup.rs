//! Starting: what cannot work is said in one line at once, and one broken plugin stops nobody.

use std::fs;
use std::net::TcpListener;

use hezi_tests::{Host, Launch, plugin};
use serde_json::json;

#[tokio::test]
async fn a_setting_that_does_not_exist_is_named() {
    let in_the_file = Launch::new().config_file("[limits.room]\nchats_per_s = 3\n").refuse().await;
    assert!(in_the_file.refusal().contains("limits.room.chats_per_s"), "{}", in_the_file.refusal());

    let in_the_environment = Launch::new().set("conference.colour", "red").refuse().await;
    assert!(in_the_environment.refusal().contains("conference.colour"), "{}", in_the_environment.refusal());
}

#[tokio::test]
async fn a_setting_of_the_wrong_kind_is_named() {
    for (text, key) in [
        ("[limits.room]\nchat_per_s = \"many\"\n", "limits.room.chat_per_s"),
        ("[limits.plugin]\ncall_cpu_ms = -1\n", "limits.plugin.call_cpu_ms"),
        ("[auth]\nmode = \"magic\"\n", "auth.mode"),
        ("public_url = \"meet.example.com\"\n", "public_url"),
    ] {
        let exit = Launch::new().config_file(text).refuse().await;
        assert!(exit.refusal().contains(key), "{}", exit.refusal());
    }
    let exit = Launch::new().set("conference.number_pool", 0).refuse().await;
    assert!(exit.refusal().contains("conference.number_pool"), "{}", exit.refusal());
    let exit = Launch::new().set("store", "file:///tmp/x").refuse().await;
    assert!(exit.refusal().contains("store"), "{}", exit.refusal());
}

#[tokio::test]
async fn a_file_that_is_no_configuration_is_refused() {
    let exit = Launch::new().config_file("listen = \n").refuse().await;
    assert!(exit.refusal().contains("hezi.toml"), "names the file: {}", exit.refusal());
}

#[tokio::test]
async fn the_environment_goes_over_the_file() {
    let launch = Launch::new().config_file("[conference]\nnumber_pool = 1\n").set("conference.number_pool", 2);
    let host = launch.start().await;
    let wang = host.user("小王").await;

    wang.create_conference("一").await;
    wang.create_conference("二").await;
    wang.post("/api/conferences", &json!({ "title": "三" })).await.problem(503, "numbers_exhausted");
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();

    let exit = Launch::new().listen(&address).refuse().await;

    assert!(exit.refusal().contains(&address), "{}", exit.refusal());
}

#[tokio::test]
async fn a_store_that_cannot_be_reached_is_named_with_its_setting() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    drop(taken);

    let exit = Launch::new().set("store", format!("ws://root:a-password@{address}")).refuse().await;

    assert!(exit.refusal().contains(&address) && exit.refusal().contains("`store`"), "{}", exit.refusal());
    assert!(!exit.refusal().contains("a-password"), "{}", exit.refusal());
}

#[tokio::test]
async fn a_log_in_json_has_nothing_else_around_it() {
    let host = Launch::new().set("log.format", "json").start().await;
    assert!(host.anonymous().get("/health/live").await.status == 200, "the ready line was read");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();

    let exit = Launch::new().set("log.format", "json").listen(&address).refuse().await;

    assert_eq!(exit.code(), Some(2));
    for text in [host.log(), exit.stderr().to_owned()] {
        for line in text.lines() {
            let read: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            assert!(read["level"].is_string() && read["message"].is_string(), "{line}");
        }
    }
    assert!(exit.stderr().contains(&address), "{}", exit.stderr());
}

#[tokio::test]
async fn development_sign_in_never_leaves_the_machine() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let exit = Launch::new().listen(address).refuse().await;
        assert!(exit.refusal().contains("loopback"), "{}", exit.refusal());
    }
}

#[tokio::test]
async fn one_data_folder_has_one_server() {
    let host = Launch::new().durable().start().await;

    let exit = host.launched_by().refuse().await;

    exit.refusal();
    let wang = host.user("小王").await;
    wang.create_conference("周会").await;
}

#[tokio::test]
async fn a_broken_component_is_named_and_the_others_work() {
    let launch = Launch::new();
    let folder = launch.folder("plugins");
    fs::write(folder.join("vote.wasm"), plugin("vote")).expect("a file");
    fs::write(folder.join("broken.wasm"), b"\0asm, but not really").expect("a file");
    fs::write(folder.join("half.wasm"), &plugin("rating")[..1_000]).expect("a file");
    fs::write(folder.join("README.txt"), "notes").expect("a file");

    let host = launch.set("plugins.dir", folder.display()).start().await;

    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let offered = wang.get("/api/plugins").await.ok(200);
    assert_eq!(offered["plugins"].as_array().map(Vec::len), Some(1), "{offered}");
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    wang.act(&vote, json!({ "choose": ["A"] })).await;
    for file in ["broken.wasm", "half.wasm"] {
        assert!(host.log().contains(file), "the log names {file}:\n{}", host.log());
    }
    assert!(!host.log().contains("panicked"), "{}", host.log());
}

#[tokio::test]
async fn a_server_without_plugins_is_a_server() {
    let launch = Launch::new();
    let folder = launch.folder("no-plugins");

    let host: Host = launch.set("plugins.dir", folder.display()).start().await;

    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    wang.connect(&room.number).await.say("c1", "聊天就够了").await.ok();
    assert_eq!(wang.get("/api/plugins").await.ok(200)["plugins"], json!([]));
}

#[tokio::test]
async fn nonsense_is_refused_with_the_range() {
    for (key, value) in [
        ("limits.http.connections", "0"),
        ("auth.session_idle_s", "0"),
        ("limits.socket.write_timeout_ms", "0"),
        ("limits.plugin.call_cpu_ms", "0"),
        ("conference.idle_end_s", "0"),
        ("surrealdb.query_timeout_ms", "1"),
    ] {
        let exit = Launch::new().set(key, value).refuse().await;
        assert!(exit.refusal().contains(key) && exit.refusal().contains("is between"), "{}", exit.refusal());
    }
    let exit = Launch::new().set("http.trusted_proxies", "[\"proxy\"]").refuse().await;
    assert!(exit.refusal().contains("http.trusted_proxies"), "{}", exit.refusal());
}

#[tokio::test]
async fn the_form_that_believes_every_name_is_offered_to_nobody_else() {
    let exit = Launch::new().set("public_url", "https://meet.example.com").refuse().await;
    for word in ["public_url", "wecom.corp_id"] {
        assert!(exit.refusal().contains(word), "{}", exit.refusal());
    }

    let host = Launch::new().set("admin.users", "[\"chief\"]").start().await;
    let chief = json!({ "id": "chief", "name": "管理员" });
    for (name, value) in
        [("x-forwarded-for", "203.0.113.7"), ("forwarded", "for=203.0.113.7"), ("host", "meet.example.com")]
    {
        let proxied = host.anonymous().request("POST", "/auth/dev").header(name, value);
        proxied.json(&chief).send().await.problem(403, "denied");
        let page = host.anonymous().request("GET", "/auth/login").header(name, value).send().await;
        assert_eq!(page.status, 403, "{name}");
    }
    host.person("chief", "管理员").await.get("/api/admin/plugins").await.ok(200);
}

#[tokio::test]
async fn what_kubernetes_says_of_a_service_of_this_name_is_no_setting_and_a_mistake_is_one() {
    let launch = Launch::new()
        .variable("HEZI_PORT", "tcp://10.0.0.1:4000")
        .variable("HEZI_PORT_4000_TCP", "tcp://10.0.0.1:4000")
        .variable("HEZI_PORT_4000_TCP_ADDR", "10.0.0.1")
        .variable("HEZI_SERVICE_HOST", "10.0.0.1")
        .variable("HEZI_SERVICE_PORT_HTTP", "4000");
    launch.start().await.user("小王").await;

    for (name, value, named) in [("HEZI_PORT", "4000", "port"), ("HEZI_LISTN", "127.0.0.1:1", "listn")] {
        let exit = Launch::new().variable(name, value).refuse().await;
        assert!(exit.refusal().contains(named), "{}", exit.refusal());
    }
}
