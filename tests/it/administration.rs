//! What administrators can undo, and what they can look up: rolling back, and the log of who did what. And that nothing
//! that the server does meanwhile keeps them waiting: a plugin can be switched off, and the server stopped, at any time.

use std::fs;
use std::process::{Command, Stdio};

use hezi_tests::process::{children, is_alive};
use hezi_tests::{ADMIN_TOKEN, Answer, Caller, Host, Launch, built_in_plugins, guest, hezi_binary, plugin};
use serde_json::{Value, json};

use crate::compile::{bare, bomb, until};
use crate::plugins::{NEWER, VERSION, active, lunch, newer, with_other_bytes, with_version};

const ROLL_BACK: &str = "/api/admin/plugins/vote/rollback";

async fn upload(admin: &Caller, component: Vec<u8>, activate: bool) -> Answer {
    let upload = admin.request("PUT", &format!("/api/admin/plugins?activate={activate}"));
    upload.bytes("application/wasm", component).send().await
}

/// The version that is active after a roll-back.
async fn roll_back(admin: &Caller) -> String {
    let status = admin.post_empty(ROLL_BACK).await.ok(200);
    status["active"].as_str().expect("a version is active").to_owned()
}

#[tokio::test]
async fn an_earlier_version_is_pushed_over_a_later_one_only_if_that_is_said() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    admin.upload(with_version(&plugin("vote"), "0.3.0")).await.ok(201);
    let earlier = with_version(&plugin("vote"), "0.2.0");
    let push = async |query: &str, component: Vec<u8>| {
        let request = admin.request("PUT", &format!("/api/admin/plugins{query}"));
        request.bytes("application/wasm", component).send().await
    };

    // New bytes, and those of a version that is here already.
    for component in [earlier.clone(), plugin("vote")] {
        let refused = push("", component).await;
        refused.problem(409, "conflict");
        for word in ["0.3.0", "--downgrade", "downgrade=true"] {
            assert!(refused.text().contains(word), "{}", refused.text());
        }
    }
    assert_eq!(active(&wang, "vote").await.as_deref(), Some("0.3.0"));
    push("?activate=false", earlier.clone()).await.ok(201);
    assert_eq!(active(&wang, "vote").await.as_deref(), Some("0.3.0"));
    push("?downgrade=true", earlier).await.ok(201);
    assert_eq!(active(&wang, "vote").await.as_deref(), Some("0.2.0"));
    // What is said by hand needs no second word.
    admin.post("/api/admin/plugins/vote/activate", &json!({ "version": VERSION })).await.ok(200);
}

#[tokio::test]
async fn rolling_back_is_one_step_and_running_activities_go_along() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", lunch()).await;
    admin.upload(newer(&plugin("vote"))).await.ok(201);
    wang.act(&vote, json!({ "choose": ["面"] })).await;

    assert_eq!(roll_back(&admin).await, VERSION);

    assert_eq!(active(&wang, "vote").await.as_deref(), Some(VERSION));
    wang.try_act(&vote, json!({ "choose": ["饭"] })).await.problem(409, "conflict");
    assert_eq!(wang.draft(&room.number, "vote", lunch()).await.version, VERSION);
    assert_eq!(roll_back(&admin).await, NEWER, "and back again");
}

#[tokio::test]
async fn rolling_back_goes_to_the_version_that_was_active_last() {
    let host = Host::start().await;
    let admin = host.administrator();
    let third = "0.1.2";
    admin.upload(newer(&plugin("vote"))).await.ok(201);
    upload(&admin, with_version(&plugin("vote"), "0.1.3"), false).await.ok(201);
    admin.upload(with_version(&plugin("vote"), third)).await.ok(201);

    assert_eq!(roll_back(&admin).await, NEWER, "not to the one that was never active");
    assert_eq!(roll_back(&admin).await, third);

    admin.post_empty("/api/admin/plugins/vote/disable").await.ok(200);
    assert_eq!(roll_back(&admin).await, third, "what is switched off comes back as it was");

    let shown = admin.get("/api/admin/plugins/vote").await.ok(200);
    for version in shown["versions"].as_array().expect("versions") {
        let was_active = version["activated_at"].as_str().is_some_and(|time| time.ends_with('Z'));
        assert_eq!(was_active, version["version"] != "0.1.3", "{version}");
    }
}

#[tokio::test]
async fn there_is_not_always_something_to_go_back_to() {
    let host = Host::start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);

    admin.post_empty(ROLL_BACK).await.problem(409, "conflict");
    upload(&admin, newer(&plugin("vote")), false).await.ok(201);
    let problem = admin.post_empty(ROLL_BACK).await.problem(409, "conflict");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("no earlier version")), "{problem}");

    admin.post_empty("/api/admin/plugins/karaoke/rollback").await.problem(404, "unknown_plugin");
    wang.post_empty(ROLL_BACK).await.problem(403, "not_admin");
    host.anonymous().post_empty(ROLL_BACK).await.problem(401, "not_signed_in");
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(VERSION));
}

#[tokio::test]
async fn a_server_that_was_killed_still_knows_what_to_go_back_to() {
    let mut host = Launch::new().durable().start().await;
    let admin = host.administrator();
    admin.upload(newer(&plugin("vote"))).await.ok(201);
    host.kill().await;
    host.restart().await;

    assert_eq!(roll_back(&admin).await, VERSION);

    host.kill().await;
    host.restart().await;
    let wang = host.user("小王").await;
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(VERSION));
    assert_eq!(roll_back(&admin).await, NEWER);
    let acts: Vec<String> = log(&admin).await.into_iter().map(|(_, what)| what).collect();
    let rolled_back = acts.iter().filter(|what| what.starts_with("rolled back to vote")).count();
    assert_eq!(rolled_back, 2, "the log outlives the server: {acts:?}");
}

/// The whole log, newest first: who and what.
async fn log(admin: &Caller) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut path = "/api/admin/audit?limit=3".to_owned();
    loop {
        let page = admin.get(&path).await.ok(200);
        let acts = page["audit"].as_array().expect("a list").clone();
        assert!(acts.len() <= 3, "{page}");
        let text = |act: &Value, field: &str| act[field].as_str().expect("a text").to_owned();
        lines.extend(acts.iter().map(|act| (text(act, "who"), text(act, "what"))));
        match page["next"].as_str() {
            Some(next) => path = format!("/api/admin/audit?limit=3&before={next}"),
            None => return lines,
        }
    }
}

#[tokio::test]
async fn a_version_that_is_not_active_can_be_tried_by_an_administrator() {
    let host = Launch::new().set("admin.users", "[\"chief\"]").start().await;
    let (admin, chief, wang) = (host.administrator(), host.person("chief", "老大").await, host.user("小王").await);
    upload(&admin, newer(&plugin("vote")), false).await.ok(201);
    let room = chief.create_conference("试一试").await;
    let activities = room.path("/activities");
    let config = json!({ "question": "?", "options": ["A", "B"], "revisable": true });
    let trial = |version: &str| json!({ "plugin": "vote", "config": config, "open": true, "version": version });

    let made = chief.post(&activities, &trial(NEWER)).await.ok(201);
    assert_eq!(made["version"], NEWER, "{made}");
    let tried = format!("/api/activities/{}", made["id"].as_str().expect("an id"));
    chief.post(&format!("{tried}/actions"), &json!({ "choose": ["A"] })).await.ok(200);

    let draft = json!({ "plugin": "vote", "config": config, "version": NEWER });
    let draft = chief.post(&activities, &draft).await.ok(201);
    let draft = chief.get(&format!("/api/activities/{}/config", draft["id"].as_str().expect("an id"))).await.ok(200);
    assert_eq!(draft["judged_by"]["version"], NEWER, "it is changed by the form of the version that it tries");

    // Whatever others get, and also while nobody gets anything, the trial stays on its version.
    let version = async |path: &str| chief.get(path).await.ok(200)["version"].clone();
    for act in ["activate", "disable"] {
        admin.post(&format!("/api/admin/plugins/vote/{act}"), &json!({ "version": "0.1.0" })).await.ok(200);
        chief.post(&format!("{tried}/actions"), &json!({ "choose": ["B"] })).await.ok(200);
        assert_eq!(version(&tried).await, NEWER, "after {act}");
    }

    admin.delete(&format!("/api/admin/plugins/vote/{NEWER}")).await.problem(409, "in_use");
    chief.post(&activities, &trial("9.9.9")).await.problem(404, "unknown_plugin");
    let own = wang.create_conference("没有权限").await;
    wang.post(&own.path("/activities"), &trial(NEWER)).await.problem(403, "not_admin");
}

#[tokio::test]
async fn everything_that_administrators_did_stands_in_the_log() {
    let host = Launch::new().set("admin.users", "[\"chief\"]").start().await;
    let (admin, chief) = (host.administrator(), host.person("chief", "老大").await);
    let before = log(&admin).await;

    admin.upload(newer(&plugin("vote"))).await.ok(201);
    chief.post_empty(ROLL_BACK).await.ok(200);
    chief.post("/api/admin/plugins/vote/activate", &json!({ "version": NEWER })).await.ok(200);
    upload(&admin, with_version(&plugin("vote"), "0.1.2"), false).await.ok(201);
    admin.delete("/api/admin/plugins/vote/0.1.2").await.ok(200);
    for _ in 0..3 {
        // Only the first one does anything.
        admin.post_empty("/api/admin/plugins/vote/disable").await.ok(200);
    }

    let all = log(&admin).await;
    let new: Vec<(&str, &str)> =
        all[..all.len() - before.len()].iter().map(|(who, what)| (who.as_str(), what.as_str())).collect();
    let [off, removed, stored, activated, back, uploaded] = new[..] else { panic!("six acts: {new:?}") };
    assert_eq!(off, ("token", "disabled vote"));
    assert_eq!(removed, ("token", "removed vote 0.1.2"));
    assert!(stored.0 == "token" && stored.1.starts_with("stored vote 0.1.2 ("), "{stored:?}");
    assert_eq!(activated, ("chief", "activated vote 0.1.1"));
    assert_eq!(back, ("chief", "rolled back to vote 0.1.0"));
    assert!(uploaded.0 == "token" && uploaded.1.starts_with("stored and activated vote 0.1.1 ("), "{uploaded:?}");
    let files: Vec<_> = before.iter().filter(|(who, _)| who == "folder").collect();
    assert_eq!(files.len(), built_in_plugins(), "the plugins of the folder: {before:?}");
    assert!(all.iter().all(|(_, what)| !what.contains(ADMIN_TOKEN)), "{all:?}");
}

#[tokio::test]
async fn what_was_refused_stands_in_the_log_too() {
    let host = Host::start().await;
    let admin = host.administrator();
    let other = with_other_bytes(&plugin("vote"));

    admin.upload(b"no component".to_vec()).await.problem(422, "plugin_refused");
    admin.upload(other.clone()).await.problem(409, "version_exists");
    admin.upload(vec![0; (4 << 20) + 1]).await.problem(413, "too_large");

    let all = log(&admin).await;
    let [large, exists, garbage] = [&all[0], &all[1], &all[2]];
    assert!(large.1.starts_with("tried to upload a component: refused: ") && large.1.contains("larger"), "{large:?}");
    let size = format!("tried to upload {} bytes (sha256 ", other.len());
    assert!(exists.1.starts_with(&size) && exists.1.contains("here already"), "{exists:?}");
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(b"no component"));
    assert!(garbage.1.starts_with(&format!("tried to upload 12 bytes (sha256 {hash}): refused: ")), "{garbage:?}");
    assert!(all[..3].iter().all(|(who, _)| who == "token"), "{all:?}");
}

#[tokio::test]
async fn what_the_server_took_out_of_service_stands_in_the_log() {
    let host = Launch::new().unhurried().set("limits.quarantine.conferences", 1).start().await;
    let (admin, wang) = (host.administrator(), host.user("小王").await);
    let room = wang.create_conference("周会").await;
    admin.upload(guest("hostile")).await.ok(201);
    let hostile = wang.open(&room.number, "hostile", json!({ "do": {} })).await;

    for _ in 0..5 {
        wang.try_act(&hostile, json!({ "do": "trap" })).await.problem(503, "plugin_fault");
    }

    let newest = "/api/admin/audit?limit=1";
    let page = admin.poll(newest, "a line about the quarantine", |page| page["audit"][0]["who"] == "server").await;
    let act = &page["audit"][0];
    assert!(act["what"].as_str().is_some_and(|what| what.starts_with("quarantined hostile 0.1.0 (")), "{act}");
    assert_eq!((&act["deed"]["code"], &act["deed"]["version"]), (&json!("quarantined"), &json!("0.1.0")), "{act}");
    assert!(act["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{act}");
}

#[tokio::test]
async fn an_upload_that_is_being_compiled_holds_no_other_change_up() {
    // The compile goes on for longer than any change may take.
    let launch = Launch::new().set("limits.compile.cpu_s", 3_600).set("limits.compile.wall_ms", 3_600_000);
    let host = launch.set("limits.compile.memory_bytes", 4_u64 << 30).start().await;
    let (admin, wang, pid) = (host.administrator(), host.user("小王").await, host.pid());
    let uploader = host.administrator();
    let upload = tokio::spawn(async move {
        let upload = uploader.request("PUT", "/api/admin/plugins").bytes("application/wasm", bomb());
        upload.try_send().await
    });
    let compiles = until("a process that compiles", || children(pid).first().copied()).await;

    admin.post_empty("/api/admin/plugins/vote/disable").await.ok(200);
    assert_eq!(active(&wang, "vote").await, None);
    assert_eq!(roll_back(&admin).await, VERSION);
    admin.post("/api/admin/plugins/vote/activate", &json!({ "version": VERSION })).await.ok(200);

    assert!(is_alive(compiles), "three changes were made while the compile went on");
    drop(host);
    let answer = upload.await.expect("the upload does not panic");
    assert!(answer.is_err(), "nobody answers: {answer:?}");
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_while_it_starts_stops() {
    let launch = Launch::new();
    let (data, plugins, code) = (launch.folder("data"), launch.folder("bombs"), launch.folder("code"));
    fs::write(plugins.join("bomb.wasm"), bomb()).expect("a file");
    let mut server = Command::new(hezi_binary());
    // The variables that steer the tests themselves would be unknown settings to the server.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HEZI_")) {
        server.env_remove(name);
    }
    let mut server = server
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&data)
        .env("HEZI_STORE", "mem://")
        .env("HEZI_ADMIN__TOKEN", ADMIN_TOKEN)
        .env("HEZI_PLUGINS__DIR", &plugins)
        .env("HEZI_PLUGINS__CACHE_DIR", &code)
        // Longer than anybody waits for the end.
        .env("HEZI_LIMITS__COMPILE__CPU_S", "3600")
        .env("HEZI_LIMITS__COMPILE__WALL_MS", "3600000")
        .current_dir(&data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server can be started");
    let pid = server.id();
    let compiles = until("a process that compiles", || children(pid).first().copied()).await;

    let sent = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid.to_string()]).status();
    assert!(sent.expect("a shell").success());
    until("the end of the server", || (!is_alive(pid)).then_some(())).await;

    assert!(server.wait().expect("its end").success(), "being told to stop is no failure");
    until("the end of the process that compiles", || (!is_alive(compiles)).then_some(())).await;
    let mut said = String::new();
    let stdout = server.stdout.as_mut().expect("standard output is piped");
    std::io::Read::read_to_string(stdout, &mut said).expect("standard output is text");
    assert_eq!(said, "", "it was never ready");
}

#[tokio::test]
async fn the_machine_code_of_a_removed_version_goes_with_it() {
    let host = bare().start().await;
    let admin = host.administrator();
    let code = host.launched_by().data_folder().with_file_name("code");
    let files = || fs::read_dir(&code).expect("the folder").count();
    admin.upload(plugin("vote")).await.ok(201);
    upload(&admin, newer(&plugin("vote")), false).await.ok(201);
    assert_eq!(files(), 2);

    admin.delete(&format!("/api/admin/plugins/vote/{NEWER}")).await.ok(200);

    assert_eq!(files(), 1);
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    wang.open(&room.number, "vote", lunch()).await;
}

#[tokio::test]
async fn an_activity_whose_version_does_not_load_just_now_asks_for_patience() {
    let host = bare().durable().start().await;
    host.administrator().upload(plugin("vote")).await.ok(201);
    let wang = host.person("wang", "小王").await;
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", lunch()).await;
    let launch = host.launched_by().clone();
    drop(host);
    let code = launch.data_folder().with_file_name("code");
    fs::remove_dir_all(&code).expect("the folder can be removed");

    // Nothing can be compiled within a millisecond.
    let host = launch.clone().set("limits.compile.wall_ms", 1).start().await;
    let wang = host.person("wang", "小王").await;
    for _ in 0..3 {
        let problem = wang.get(&vote.path("")).await.problem(503, "unavailable");
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("cannot be loaded")), "{problem}");
    }
    let log = host.log();
    assert_eq!(log.matches("its plugin cannot be loaded").count(), 1, "said once:\n{log}");
    drop(host);

    let host = launch.start().await;
    let wang = host.person("wang", "小王").await;
    assert_eq!(wang.look_at(&vote).await.version, VERSION);
}
