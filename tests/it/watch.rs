//! `hezi serve --watch`: an author saves a component, and the server runs it.

use std::fs;
use std::path::{Path, PathBuf};

use hezi_tests::{Host, Launch, plugin};
use serde_json::{Value, json};

use crate::plugins::{NEWER, active, lunch, newer, with_other_bytes, with_version};

/// A server that watches a folder, which it shares with nobody.
async fn watched() -> (Host, PathBuf) {
    let launch = Launch::new();
    let folder = launch.folder("watched");
    (launch.option("--watch", &folder).start().await, folder)
}

fn save(folder: &Path, name: &str, component: &[u8]) {
    fs::write(folder.join(name), component).expect("a file");
}

/// Waits until this version of a plugin is active.
async fn expect_version(host: &Host, name: &str, version: &str) {
    let is_active = |shown: &Value| shown["active"] == version;
    let path = format!("/api/admin/plugins/{name}");
    host.administrator().poll(&path, &format!("{name} {version}"), is_active).await;
}

/// How often the log says that a file was refused.
fn reports(host: &Host, file: &str) -> usize {
    host.log().lines().filter(|line| line.contains("stays as it was") && line.contains(file)).count()
}

#[tokio::test]
async fn what_an_author_saves_takes_over_at_once() {
    let (host, folder) = watched().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let vote = wang.open(&room.number, "vote", lunch()).await;
    wang.act(&vote, json!({ "choose": ["面"] })).await;

    save(&folder, "mine.wasm", &newer(&plugin("vote")));
    expect_version(&host, "vote", NEWER).await;

    wang.try_act(&vote, json!({ "choose": ["饭"] })).await.problem(409, "conflict");
    assert_eq!(wang.draft(&room.number, "vote", lunch()).await.version, NEWER);

    // An author builds again and again before the version goes up.
    let rebuilt = with_other_bytes(&newer(&plugin("vote")));
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&rebuilt));
    save(&folder, "mine.wasm", &rebuilt);
    let runs_it = |shown: &Value| {
        let mut versions = shown["versions"].as_array().into_iter().flatten();
        versions.any(|version| version["active"] == true && version["hash"] == hash)
    };
    host.administrator().poll("/api/admin/plugins/vote", "the rebuilt component", runs_it).await;
    wang.try_act(&vote, json!({ "choose": ["饭"] })).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_broken_file_is_reported_once_and_changes_nothing() {
    let (host, folder) = watched().await;
    let wang = host.user("小王").await;
    save(&folder, "a.wasm", &newer(&plugin("vote")));
    expect_version(&host, "vote", NEWER).await;

    save(&folder, "a.wasm", &plugin("vote")[..1_000]);
    // Files are taken in the order of their names: when the later one is active, the broken one was looked at.
    save(&folder, "b.wasm", &newer(&plugin("rating")));
    expect_version(&host, "rating", NEWER).await;
    assert_eq!(reports(&host, "a.wasm"), 1, "the log has the reason:\n{}", host.log());
    save(&folder, "b.wasm", &with_version(&plugin("rating"), "0.1.2"));
    expect_version(&host, "rating", "0.1.2").await;

    assert_eq!(reports(&host, "a.wasm"), 1, "once:\n{}", host.log());
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(NEWER));

    save(&folder, "a.wasm", &with_version(&plugin("vote"), "0.1.2"));
    expect_version(&host, "vote", "0.1.2").await;
    assert!(!host.log().contains("panicked"), "{}", host.log());
}

#[tokio::test]
async fn a_file_that_is_gone_changes_nothing_and_other_files_are_none_of_its_business() {
    let (host, folder) = watched().await;
    save(&folder, "vote.wasm", &newer(&plugin("vote")));
    expect_version(&host, "vote", NEWER).await;

    fs::remove_file(folder.join("vote.wasm")).expect("removed");
    save(&folder, "notes.txt", b"not a plugin");
    fs::create_dir(folder.join("folder.wasm")).expect("a folder");
    save(&folder, "z.wasm", &newer(&plugin("rating")));
    expect_version(&host, "rating", NEWER).await;

    let wang = host.user("小王").await;
    assert_eq!(active(&wang, "vote").await.as_deref(), Some(NEWER));
    assert!(!host.log().contains("notes.txt") && !host.log().contains("folder.wasm"), "{}", host.log());
}

#[tokio::test]
async fn what_lies_there_at_start_is_loaded() {
    let launch = Launch::new();
    let (plugins, folder) = (launch.folder("no-plugins"), launch.folder("watched"));
    save(&folder, "vote.wasm", &plugin("vote"));
    save(&folder, "broken.wasm", b"\0asm, but not really");

    // The setting does what the option does.
    let launch = launch.set("plugins.dir", plugins.display()).set("plugins.watch", folder.display());
    let host = launch.start().await;

    let offered = host.user("小王").await.get("/api/plugins").await.ok(200);
    assert_eq!(offered["plugins"].as_array().map(Vec::len), Some(1), "{offered}");
    assert!(host.log().contains("broken.wasm"), "{}", host.log());
    save(&folder, "rating.wasm", &plugin("rating"));
    host.administrator()
        .poll("/api/admin/plugins", "another plugin", |all| all["plugins"].as_array().map(Vec::len) == Some(2))
        .await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let exit = Launch::new().option("--watch", "not/there").refuse().await;
    assert!(exit.refusal().contains("not/there"), "{}", exit.refusal());
}

#[tokio::test]
async fn a_server_that_watches_stops_when_it_is_told_to() {
    let (mut host, folder) = watched().await;
    save(&folder, "vote.wasm", &newer(&plugin("vote")));

    host.ask_to_stop().await;

    assert!(host.ended().await.success());
    assert!(!host.log().contains("without waiting"), "{}", host.log());
}
