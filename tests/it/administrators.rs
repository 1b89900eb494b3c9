//! What an administrator's program reads is what the server writes: both have types of their own for it, and a field that
//! one of them calls something else would be missing without a word.

use hezi_client::{AuditPage, PluginList, PluginStatus, PluginVersion};
use hezi_tests::{Host, Launch, Tally, altered, built_in_plugins, guest};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The answer as the program reads it.
fn read<T: DeserializeOwned>(answer: Value) -> T {
    serde_json::from_value(answer.clone()).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// A version of the tally that no activity of an earlier one can move to.
fn refusing() -> Vec<u8> {
    altered(&guest("tally-next"), b"hezi-tally/0.2.0/works..", b"hezi-tally/0.2.1/refuses")
}

#[tokio::test]
async fn of_a_plugin_a_program_reads_all_that_it_shows() {
    let host = Launch::new().unhurried().start().await;
    let tally = Tally::open(&host).await;
    let (admin, activity) = (host.administrator(), tally.activity.id.as_str());

    let pushed: PluginVersion = read(admin.upload(refusing()).await.ok(201));
    assert_eq!((&*pushed.name, &*pushed.version, pushed.active), ("tally", "0.2.1", true), "{pushed:?}");
    assert!(pushed.hash.len() == 64 && pushed.size_bytes > 0 && !pushed.quarantined, "{pushed:?}");
    assert!(pushed.activated_at.is_some(), "{pushed:?}");
    let swap = pushed.swap.as_ref().expect("what became of the activity").to_string();
    assert!(swap.contains("0 on this version, 1 failed to move, 0 still to move"), "{swap}");
    assert!(swap.contains(activity), "{swap}");

    let shown: PluginStatus = read(admin.get("/api/admin/plugins/tally").await.ok(200));
    assert_eq!((&*shown.name, shown.active.as_deref()), ("tally", Some("0.2.1")), "{shown:?}");
    let counters = shown.versions.iter().filter_map(|version| version.counters.as_ref());
    assert!(counters.map(|counters| counters.calls).sum::<u64>() > 0, "{shown:?}");
    let same = shown.versions.iter().filter(|version| version.version == pushed.version);
    let mut lines = same.flat_map(|version| &version.log);
    let line = lines.find(|line| &*line.level == "host").expect("a line about the move that failed");
    assert_eq!((line.export.as_deref(), line.activity.as_deref()), (Some("migrate"), Some(activity)), "{line:?}");
    assert!(line.at_ms > 0 && !line.message.is_empty(), "{line:?}");

    let back: PluginStatus = read(admin.post_empty("/api/admin/plugins/tally/rollback").await.ok(200));
    assert!(back.swap.is_some(), "{back:?}");
    let list: PluginList = read(admin.get("/api/admin/plugins").await.ok(200));
    assert_eq!(list.plugins.len(), built_in_plugins() + 1, "{list:?}");
}

#[tokio::test]
async fn of_the_audit_log_a_program_reads_all_that_it_shows() {
    let host = Host::start().await;
    let admin = host.administrator();
    admin.post_empty("/api/admin/plugins/vote/disable").await.ok(200);

    let page: AuditPage = read(admin.get("/api/admin/audit?limit=1").await.ok(200));
    let [line] = page.audit.as_slice() else { panic!("one line: {page:?}") };
    assert_eq!((&*line.who, &*line.what), ("token", "disabled vote"), "{page:?}");
    assert!(line.at.ends_with('Z'), "{page:?}");
    assert!(page.next.is_some(), "the plugins of the folder come before it: {page:?}");
}
