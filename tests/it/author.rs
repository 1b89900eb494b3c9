//! The author's way: from nothing to a plugin that people use, with the real `cargo-hezi` and a running server.

use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hezi_tests::{ADMIN_TOKEN, Author, Conference, Host, User, View, examples_folder, guest, plugin, program};
use serde_json::json;

const TOKEN: (&str, &str) = ("HEZI_ADMIN__TOKEN", ADMIN_TOKEN);

/// Measures the steps of a way.
struct Watch {
    started: Instant,
    steps: Vec<(&'static str, Duration)>,
}

impl Watch {
    fn start() -> Self {
        Watch { started: Instant::now(), steps: Vec::new() }
    }

    fn done(&mut self, step: &'static str) {
        let before: Duration = self.steps.iter().map(|(_, took)| *took).sum();
        self.steps.push((step, self.started.elapsed() - before));
    }

    /// Says what each step took: less than five minutes together on a machine with two cores and warm caches, but that is
    /// the machine's business. Not by `println`, which the test runner keeps to itself unless a test fails.
    fn say(&self) {
        let total = self.started.elapsed();
        let steps: Vec<String> =
            self.steps.iter().map(|(step, took)| format!("{step} {:.1} s", took.as_secs_f64())).collect();
        let said =
            writeln!(stdout(), "from nothing to a used plugin: {:.1} s ({})", total.as_secs_f64(), steps.join(", "));
        said.expect("standard output can be written to");
    }
}

#[tokio::test]
async fn from_nothing_to_a_plugin_that_people_use() {
    let author = Author::new("way").await;
    // What is measured starts from warm caches: crates that every plugin needs are built here if they never were.
    author.new_crate("warm-up").await.ok();
    author.cargo("warm-up", &["build", "--package", "hezi-sdk", "--package", "serde"]).await.ok();
    author.cargo("warm-up", &["build", "--package", "serde_json", "--package", "schemars"]).await.ok();
    let host = Host::start().await;

    let mut watch = Watch::start();
    author.new_crate("quiz-like").await.ok().says(&["made `quiz-like`"]);
    watch.done("new");
    author.cargo("quiz-like", &["test"]).await.ok().says(&["test result: ok. 8 passed"]);
    watch.done("cargo test");
    author.hezi_builds(&["build", "quiz-like"], &[]).await.ok().says(&["quiz-like 0.1.0", "sha256:"]);
    watch.done("build");
    names_no_folder(&std::fs::read(author.path("components/quiz-like.wasm")).expect("the component"));
    author.hezi_builds(&["check", "quiz-like"], &[]).await.ok().says(&["quiz-like 0.1.0", "sha256:"]);
    watch.done("check");
    let tested = author.hezi_builds(&["test", "quiz-like"], &[]).await.ok();
    tested.says(&["2 scenarios, 0 failed", "budget", "500 M", "64 MiB", "256 KiB", "report"]);
    watch.done("test");
    let pushed = author.hezi_builds(&["push", "quiz-like", "--to", &host.url()], &[TOKEN]).await.ok();
    assert!(!pushed.tells(ADMIN_TOKEN), "{pushed}");
    pushed.says(&["quiz-like 0.1.0", "sha256:", "active"]);
    watch.done("push");
    two_people_play(&host).await;
    watch.done("two people play");

    watch.say();
}

/// Checks that a component says nothing of the machine that it was built on: elsewhere it would be another one.
fn names_no_folder(component: &[u8]) {
    let said = String::from_utf8_lossy(component);
    assert!(said.contains("/path/hezi-sdk/src/"), "the places of panics are in it");
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").display().to_string();
    let home = std::env::home_dir().map(|home| home.display().to_string());
    for folder in [Some(here), home.filter(|home| home.len() > 1)].into_iter().flatten() {
        assert!(!said.contains(&format!("{folder}/")), "the component names {folder}");
    }
}

/// An organizer asks, a member answers over a socket, and everybody sees what was right.
async fn two_people_play(host: &Host) {
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let li = host.user("小李").await.join(&room.number).await;
    let (mut phone, mut screen) = (li.connect(&room.number).await, wang.connect(&room.number).await);
    let config = json!({ "question": "2 + 2 = ?", "answers": ["3", "4"], "correct": "4", "seconds": 600 });
    let quiz = wang.open(&room.number, "quiz-like", config).await;

    let picked = phone.do_act("p1", &quiz.id, json!({ "pick": { "answer": "4" } })).await;
    assert_eq!(picked.ok(), &json!({ "picked": { "answer": "4" } }));
    assert_eq!(phone.do_act("p2", &quiz.id, json!({ "pick": { "answer": "3" } })).await.error(), "conflict");
    assert_eq!(phone.do_act("p3", &quiz.id, json!({ "reveal": {} })).await.error(), "denied");
    screen.expect_view(&quiz.id, |view| View::of(view).statistic("已作答").as_deref() == Some("1")).await;
    screen.do_act("r1", &quiz.id, json!({ "reveal": {} })).await.ok();

    let told = phone.expect_event("emit").await;
    assert_eq!(told["event"], json!({ "revealed": { "answer": "4", "right": 1, "of": 1 } }));
    phone.expect_view(&quiz.id, |view| View::of(view).words().contains("正确答案：4")).await;
    assert_eq!(wang.report(&quiz).await["rows"], json!([[li.id, "小李", "4"]]));
}

#[tokio::test]
async fn a_crate_that_was_made_with_no_more_than_the_command_builds() {
    let author = Author::new("alone").await;
    author.hezi(&["new", "alone"]).await.ok();
    author.hezi_builds(&["test", "alone"], &[]).await.ok().says(&["2 scenarios, 0 failed"]);
}

#[tokio::test]
async fn a_crate_that_does_not_compile_says_so_at_once() {
    let author = Author::new("broken").await;
    author.new_crate("broken").await.ok();
    author.replace("broken/src/lib.rs", "config.check(ctx.texts())?;", "config.chekc(ctx.texts())?;");
    for command in ["build", "check", "test"] {
        let said = author.hezi_builds(&[command, "broken"], &[]).await.failed();
        assert!(said.contains("chekc") && said.contains("error: cargo could not build the plugins"), "{said}");
    }
    author.replace("broken/Cargo.toml", "crate-type = [\"cdylib\", \"rlib\"]", "crate-type = [\"rlib\"]");
    let said = author.hezi_builds(&["build", "broken"], &[]).await.failed();
    assert!(said.contains("is no plugin") && said.contains("cdylib"), "{said}");
}

#[tokio::test]
async fn a_new_crate_is_made_whole_or_not_at_all() {
    let author = Author::new("new").await;
    for (name, says) in [("Quiz", "is no name"), ("match", "a word of Rust"), ("../quiz", "is no name")] {
        let said = author.hezi(&["new", name]).await.failed();
        assert!(said.contains(says), "{said}");
    }
    author.write("quiz/notes.txt", "mine");
    let said = author.hezi(&["new", "quiz"]).await.failed();
    assert!(said.contains("is there already"), "{said}");
    author.hezi(&["new", "quiz", "--path", "elsewhere"]).await.ok();
    let made = std::fs::read_to_string(author.path("elsewhere/Cargo.toml")).expect("a manifest");
    assert!(made.contains("hezi-sdk = { path = \"hezi-sdk\" }"), "{made}");
    let there = std::fs::read_dir(author.folder()).expect("the author's folder").count();
    assert_eq!(there, 3, "the toolchain's file, the author's own folder and the new crate");
}

#[tokio::test]
async fn a_scenario_that_goes_another_way_says_which_step() {
    let author = Author::new("scenario").await;
    author.write("vote.wasm", plugin("vote"));
    let opened = "[[member]]\nid = \"li\"\nname = \"小李\"\n[[step]]\n\
                  open = { question = \"?\", options = [\"A\", \"B\"] }\n[[step]]\nas = \"li\"\nact = { choose = [\"A\"] }\n";
    author.write("scenarios/right.toml", format!("{opened}reply = {{ chosen = [\"A\"] }}\n"));
    let test = ["test", "--component", "vote.wasm"];
    author.hezi(&test).await.ok().says(&["pass  ", "1 scenario, 0 failed", "never called: view, tick, close, report"]);

    author.write("scenarios/wrong.toml", format!("title = \"a mistake\"\n{opened}refused = \"denied\"\n"));
    let said = author.hezi(&test).await.says(&["pass  ", "FAIL  ", "wrong.toml  a mistake", "2 scenarios, 1 failed"]);
    let said =
        said.says(&["step 2: li does {\"choose\":[\"A\"]}", "expected  refused as denied", "got       the reply"]);
    said.failed();

    author.write("scenarios/strange.toml", format!("{opened}expect = 1\n"));
    let said = author.hezi(&test).await.failed();
    assert!(said.contains("strange.toml: step 2: unknown field `expect`"), "{said}");
    let said = author.hezi(&["test", "nowhere", "--component", "vote.wasm"]).await.failed();
    assert!(said.contains("has no scenario"), "{said}");
}

/// Plays the scenarios that stand beside an example with the example's component.
async fn play_example(author: &Author, component: &Path, story: &str) {
    let story: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/examples").join(story);
    let (component, story) = (component.to_string_lossy(), story.to_string_lossy());
    let played = author.hezi(&["test", "--component", &component, "--scenario", &story]).await.ok();
    played.says(&["pass  ", "1 scenario, 0 failed"]);
}

#[tokio::test]
async fn the_examples_own_stories_go_as_they_are_written() {
    let author = Author::new("examples").await;
    play_example(&author, &examples_folder().join("speakers.wasm"), "speakers/scenarios/speakers.toml").await;
    // Where clang is missing it was left out; that it is missing only there, `c_plugin` looks after.
    let applause = examples_folder().join("applause.wasm");
    if applause.is_file() {
        play_example(&author, &applause, "c-applause/scenarios/applause.toml").await;
    } else {
        program::say_untested("the story of the example plugin in C");
    }
}

#[tokio::test]
async fn a_plugin_that_is_not_taken_says_why() {
    let (author, host) = (Author::new("push").await, Host::start().await);
    author.write("vote.wasm", plugin("vote"));
    let mut other = plugin("vote");
    other.extend(b"\x00\x09\x04note1234"); // A custom section that nobody reads.
    author.write("other.wasm", other);
    author.write("half.wasm", guest("half-world"));
    let url = host.url();
    let push = async |file: &str, to: &str, variables: &[(&str, &str)]| {
        author.hezi_with(&["push", "--component", file, "--to", to], variables).await
    };

    let said = push("vote.wasm", &url, &[]).await.failed();
    assert!(said.contains("HEZI_ADMIN__TOKEN"), "{said}");
    let wrong = "a-token-that-nobody-has-given";
    let said = push("vote.wasm", &url, &[("HEZI_ADMIN__TOKEN", wrong)]).await.failed();
    assert!(said.contains("the server refuses") && said.contains("admin.token") && !said.contains(wrong), "{said}");
    let said = push("other.wasm", &url, &[TOKEN]).await.failed();
    assert!(said.contains("version 0.1.0 of `vote`") && said.contains("raise `version`"), "{said}");
    let said = push("half.wasm", &url, &[TOKEN]).await.failed();
    assert!(said.contains("the gate refuses") && said.contains("hezi:activity/activity"), "{said}");
    let said = push("vote.wasm", "http://hezi.example.com", &[TOKEN]).await.failed();
    assert!(said.contains("--insecure") && !said.contains(ADMIN_TOKEN), "{said}");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let said = push("vote.wasm", &format!("http://{nobody}"), &[TOKEN]).await.failed();
    assert!(said.contains("cannot reach") && !said.contains(ADMIN_TOKEN), "{said}");
    author.write("token", format!("{ADMIN_TOKEN}\n"));
    let from_file = ["push", "--component", "vote.wasm", "--to", &url, "--token-file", "token"];
    // To this machine nothing is verified, so no certificate is needed.
    let no_certificates = [("SSL_CERT_FILE", "/dev/null"), ("SSL_CERT_DIR", "/dev/null")];
    author.hezi_with(&from_file, &no_certificates).await.ok().says(&["vote 0.1.0", "active"]);
}

#[tokio::test]
async fn a_module_of_any_language_becomes_a_plugin() {
    let (author, host) = (Author::new("component").await, Host::start().await);
    let module = wat::parse_str(include_str!("author/pebble.wat")).expect("a module");
    author.write("pebble.core.wasm", &module);

    author.hezi(&["component", "pebble.core.wasm", "--out", "pebble.wasm"]).await.ok().says(&["pebble 1.0.0"]);
    author.write("story.toml", PEBBLE_STORY);
    let test = ["test", "--component", "pebble.wasm", "--scenario", "story.toml"];
    author.hezi(&test).await.ok().says(&["1 scenario, 0 failed"]);
    author.hezi_with(&["push", "--component", "pebble.wasm", "--to", &host.url()], &[TOKEN]).await.ok();
    let (li, room) = member(&host).await;
    let pebble = li.open(&room.number, "pebble", json!({})).await;
    assert_eq!(View::of(&pebble.view).blocks("heading")[0]["text"], "pebble");

    let said = author.hezi(&["component", "pebble.wasm", "--out", "again.wasm"]).await.failed();
    assert!(said.contains("a component already"), "{said}");
    let wasi = r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))))"#;
    author.write("wasi.wasm", wat::parse_str(wasi).expect("a module"));
    let said = author.hezi(&["component", "wasi.wasm", "--out", "out.wasm"]).await.failed();
    assert!(said.contains("it uses WASI, which Hezi does not have"), "{said}");
    // The gate asks for what the encoder has no opinion on: here, a version.
    let unversioned = String::from_utf8_lossy(include_bytes!("author/pebble.wat")).replace("\"1.0.0\"", "\"x.0.0\"");
    author.write("odd.wasm", wat::parse_str(unversioned).expect("a module"));
    let said = author.hezi(&["component", "odd.wasm", "--out", "out.wasm"]).await.failed();
    assert!(said.contains("the gate refuses") && said.contains("version"), "{said}");
    assert!(!author.path("out.wasm").exists(), "what is refused is not written");
    author.hezi(&["component", "odd.wasm", "--out", "out.wasm", "--no-check"]).await.ok().says(&["(not checked)"]);
}

const PEBBLE_STORY: &str = r#"
[[member]]
id = "li"
name = "小李"
[[member]]
id = "wang"
name = "小王"
role = "organizer"
[[step]]
open = {}
title = "pebble"
[[step]]
as = "li"
act = {}
reply = { plop = 1 }
[[step]]
as = "wang"
act = {}
refused = "denied"
says = "not you"
[[step]]
view = "everyone"
shows = ["pebble"]
[[step]]
report = true
rows = 0
[[step]]
close = true
"#;

async fn member(host: &Host) -> (User, Conference) {
    let li = host.user("小李").await;
    let room = li.create_conference("周会").await;
    (li, room)
}
