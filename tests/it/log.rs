//! The log: one that cannot be written costs log lines, and nothing else; and in one of a plain day nothing is wrong.

use hezi_tests::Launch;
use serde_json::json;

/// A whole short meeting on a server whose log goes nowhere, and its end. Gives the metrics.
async fn meeting_without_a_log(first: &str) -> String {
    let mut host = Launch::new().after(first).set("log.filter", "debug").start().await;
    let wang = host.user("小王").await;
    let room = wang.create_conference("周会").await;
    let mut socket = wang.connect(&room.number).await;
    socket.say("c1", "听得见吗").await.ok();
    let vote = wang.open(&room.number, "vote", json!({ "question": "?", "options": ["A", "B"] })).await;
    wang.act(&vote, json!({ "choose": ["A"] })).await;
    host.administrator().upload(b"no component".to_vec()).await.problem(422, "plugin_refused");
    wang.get("/api/karaoke").await.problem(404, "not_found");
    wang.end(&room.number).await;
    let metrics = host.anonymous().get("/metrics").await.text().to_owned();
    host.ask_to_stop().await;
    let status = host.ended().await;
    assert!(status.success(), "{first}: {status}");
    metrics
}

#[tokio::test]
async fn a_log_on_a_full_disk_costs_lines_and_they_are_counted() {
    let metrics = meeting_without_a_log("exec 2>/dev/full").await;

    let lost = metrics.lines().find_map(|line| line.strip_prefix("hezi_log_lines_lost_total "));
    assert!(lost.and_then(|count| count.parse::<u64>().ok()).is_some_and(|count| count > 0), "{metrics}");
}

#[tokio::test]
async fn a_log_that_nobody_reads_any_more_costs_lines() {
    let broken = "mkfifo broken; : < broken & exec 2>broken; wait; rm broken";
    let metrics = meeting_without_a_log(broken).await;
    assert!(metrics.contains("hezi_log_lines_lost_total"), "{metrics}");
}

#[tokio::test]
async fn a_server_without_standard_error_serves() {
    meeting_without_a_log("exec 2>&-").await;
}

#[tokio::test]
async fn a_start_that_is_refused_has_its_exit_code_also_without_a_log() {
    for first in ["exec 2>&-", "exec 2>/dev/full"] {
        let exit = Launch::new().after(first).set("conference.number_pool", 0).refuse().await;
        assert_eq!(exit.code(), Some(2), "{first}");
    }
}

#[tokio::test]
async fn a_plain_start_and_a_plain_stop_have_nothing_to_complain_of() {
    for launch in [Launch::new(), Launch::new().durable()] {
        let mut host = launch.start().await;
        let wang = host.user("小王").await;
        let room = wang.create_conference("周会").await;
        wang.connect(&room.number).await.say("c1", "听得见吗").await.ok();

        host.ask_to_stop().await;

        assert!(host.ended().await.success());
        let log = host.log();
        let complaints: Vec<&str> =
            log.lines().filter(|line| line.contains(" ERROR ") || line.contains(" WARN ")).collect();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
