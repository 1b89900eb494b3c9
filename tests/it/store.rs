//! The store as whoever runs the server meets it: readiness, the end of the log, `hezi verify`, one owner of a folder.

use hezi_tests::{Console, Host, Launch};
use serde_json::json;

async fn meeting(host: &Host) -> String {
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let rating = wang.open(&room.number, "rating", json!({ "subject": "演讲" })).await;
    let mut socket = wang.connect(&room.number).await;
    for n in 0..20 {
        socket.say(&format!("c{n}"), "你好").await.ok();
        socket.do_act(&format!("a{n}"), &rating.id, json!({ "score": n % 5 + 1 })).await.ok();
    }
    room.number
}

#[tokio::test]
async fn a_store_is_verified_after_a_stop_and_after_a_kill() {
    let mut host = Launch::new().durable().unhurried().start().await;
    meeting(&host).await;
    let data = host.launched_by().data_folder();
    host.ask_to_stop().await;
    assert!(host.ended().await.success());
    let after_stop = Console::verify(&data).await;
    assert!(after_stop.ok().starts_with("1 conferences, "), "{after_stop:?}");
    assert!(
        after_stop.stdout.contains(" 40 commands, ") || after_stop.stdout.contains(" 42 commands, "),
        "{after_stop:?}"
    );

    host.restart().await;
    meeting(&host).await;
    host.kill().await;
    let after_kill = Console::verify(&data).await;
    assert!(after_kill.ok().starts_with("2 conferences, "), "{after_kill:?}");
    assert!(after_kill.stdout.contains("all as it should be"), "{after_kill:?}");
}

#[tokio::test]
async fn a_folder_has_one_server_at_a_time() {
    let host = Launch::new().durable().start().await;
    let verified = Console::verify(&host.launched_by().data_folder()).await;
    assert_eq!(verified.code, Some(2), "{verified:?}");
    assert!(verified.stderr.contains("lock") || verified.stderr.contains("LOCK"), "{verified:?}");
    assert!(host.launched_by().refuse().await.refusal().contains("LOCK"));
    meeting(&host).await;
}

#[tokio::test]
async fn a_store_that_cannot_be_read_says_so_and_is_left_alone() {
    let launch = Launch::new().durable();
    let folder = launch.folder("data").join("store");
    let launch = launch.set("store", format!("rocksdb://{}?sync=every", folder.display()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("CURRENT"), "MANIFEST-000005\n").expect("a file");
    assert!(launch.refuse().await.refusal().contains("store"));
    assert_eq!(std::fs::read_to_string(folder.join("CURRENT")).expect("a file"), "MANIFEST-000005\n");
}

#[tokio::test]
async fn readiness_writes() {
    let host = Launch::new().durable().start().await;
    host.anonymous().get("/health/ready").await.ok(200);
}
