//! What is written behind the journal: checkpoints and the index of commands.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::tests::{activity, chats, commit, store};
use super::*;
use crate::domain::id::ConferenceId;

#[tokio::test]
async fn a_checkpoint_is_read_back_with_every_key() {
    let store = store().await;
    let activity = activity();
    let id = activity.id.clone();
    let rows = Rows { activities: vec![activity.into()], ..Rows::default() };
    store.commit(&Commit { rows, ..commit("c", chats(1, 1)) }).await.expect("commits");
    let keys: Vec<String> =
        (0..12_000).map(|i| format!("k{i}")).chain(["\u{10FFFF}\u{10FFFF}".into(), "日".into()]).collect();
    let mut writes: BTreeMap<Box<str>, Option<Bytes>> =
        keys.iter().map(|k| (k.as_str().into(), Some(k.clone().into()))).collect();
    let timers = vec![("t".to_owned(), 9)];
    let checkpoint = Checkpoint { activity: id.clone(), seq: 5, writes: writes.clone(), timers: timers.clone() };
    store.write_checkpoint(&checkpoint).await.expect("writes");
    writes.insert("k1".into(), None);
    let next = BTreeMap::from([("k1".into(), None), ("k2".into(), Some(Bytes::from_static(b"new")))]);
    let checkpoint = Checkpoint { activity: id.clone(), seq: 6, writes: next, timers: timers.clone() };
    store.write_checkpoint(&checkpoint).await.expect("writes");
    let state: BTreeMap<String, Vec<u8>> = store.state(&id).await.expect("answers").into_iter().collect();
    assert_eq!(state.len(), keys.len() - 1);
    assert!(!state.contains_key("k1"));
    assert_eq!(state["k2"], b"new");
    assert_eq!(state["日"], "日".as_bytes());
    let conference = ConferenceId::parse("c").expect("an id");
    let stored = store.activities(&conference).await.expect("answers");
    assert_eq!((stored[0].seq, &stored[0].timers), (6, &timers));
    assert_eq!(store.conferences_with_open_activities().await.expect("answers"), [conference]);
    assert!(store.is_component_in_use("h").await.expect("answers"));
    assert!(!store.is_component_in_use("other").await.expect("answers"));
}

#[tokio::test]
async fn a_checkpoint_or_an_index_that_comes_too_late_changes_nothing() {
    let store = store().await;
    let activity = activity();
    let id = activity.id.clone();
    let rows = Rows { activities: vec![activity.into()], ..Rows::default() };
    store.commit(&Commit { rows, ..commit("c", chats(1, 1)) }).await.expect("commits");
    let checkpoint = |seq: u64, value: &str| {
        let writes = BTreeMap::from([("k".into(), Some(value.to_owned().into()))]);
        Checkpoint { activity: id.clone(), seq, writes, timers: vec![(value.to_owned(), seq)] }
    };
    for (seq, value) in [(5, "new"), (4, "old"), (5, "new")] {
        store.write_checkpoint(&checkpoint(seq, value)).await.expect("it is no error");
        assert_eq!(store.state(&id).await.expect("answers"), [("k".to_owned(), b"new".to_vec())]);
    }
    // A later one has begun: its rows may be there, its mark not yet.
    store.write("UPDATE activity:a SET writing = 9").run().await.expect("writes");
    store.write_checkpoint(&checkpoint(8, "late")).await.expect("it is no error");
    assert_eq!(store.state(&id).await.expect("answers"), [("k".to_owned(), b"new".to_vec())]);
    store.write_checkpoint(&checkpoint(9, "newest")).await.expect("writes");
    let c = ConferenceId::parse("c").expect("an id");
    let stored = store.activities(&c).await.expect("answers").remove(0);
    assert_eq!((stored.seq, stored.timers), (9, vec![("newest".to_owned(), 9)]));

    let page = |seq| CommandPage { number: 0, commands: vec![Indexed { half: seq, seq }] };
    for (mark, there) in [(7, 7), (6, 7), (8, 8)] {
        store.write_commands(&c, &[page(mark)], mark).await.expect("it is no error");
        assert_eq!(store.mark(&c).await.expect("answers"), there);
        assert_eq!(store.command_pages(&c, 0).await.expect("answers"), [page(there)]);
    }
}
