//! A whole store is found whole, and whatever is taken from it or put into it is found and named.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::tests::{activity, chats, commit, conference, member, person, store};
use super::*;
use crate::domain::activity::Phase;
use crate::domain::entry::{Entry, Happening};
use crate::domain::id::{CommandId, ConferenceId};

/// A conference of one member with nine entries in four records, a state row and an index of its two commands.
async fn whole() -> (Store, ConferenceId) {
    let store = store().await;
    let conference = conference("c1", 7);
    let joined = Entry { seq: 1, at_ms: 1, what: Happening::Joined { who: person() } };
    let record = Record { entries: vec![joined], ..Record::default() };
    let new = NewConference { conference: &conference, owner: &member(), record: &record, key: None, print: [1; 8] };
    assert_eq!(store.create_conference(new, TakeNumber::Fresh).await.expect("answers"), Created::Yes);
    for (first, count) in [(2, 3), (5, 2), (7, 3)] {
        let reply = ReplyRecord {
            member: person().id,
            command: CommandId::parse(&format!("k{first}")).expect("an id"),
            fingerprint: [0; 8],
            seq: first,
            ok: crate::domain::reply::Reply::done(),
        };
        let record = Record { replies: vec![reply], ..chats(first, count) };
        store.commit(&commit("c1", record)).await.expect("commits");
    }
    let indexed = |first| {
        let id = CommandId::parse(&format!("k{first}")).expect("an id");
        Indexed { half: crate::domain::command::CommandKey::new(&person().id, &id).half(), seq: first }
    };
    let page = CommandPage { number: 0, commands: vec![indexed(2), indexed(5)] };
    store.write_commands(&conference.id, std::slice::from_ref(&page), 6).await.expect("writes");
    assert_eq!(store.mark(&conference.id).await.expect("answers"), 6);
    assert_eq!(store.command_pages(&conference.id, 0).await.expect("answers"), std::slice::from_ref(&page));
    assert_eq!(store.command_pages(&conference.id, 1).await.expect("answers"), []);
    assert_eq!(store.command_page(&conference.id, 0).await.expect("answers"), Some(page));
    assert_eq!(store.command_page(&conference.id, 9).await.expect("answers"), None);
    (store, conference.id)
}

/// What is found when this was done to the store.
async fn found_after(deed: &str) -> Vec<String> {
    let (store, _) = whole().await;
    store.write(deed.to_owned()).run().await.expect("the deed");
    store.verify().await.expect("answers").findings.into_iter().map(|finding| finding.what).collect()
}

#[tokio::test]
async fn a_whole_store_is_found_whole() {
    let (store, _) = whole().await;
    let verified = store.verify().await.expect("answers");
    assert_eq!((verified.conferences, verified.records, verified.entries, verified.commands), (1, 4, 9, 3));
    assert_eq!(verified.findings, []);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_found_and_named() {
    for (deed, named) in [
        ("DELETE journal:['c1', 5]", "the entries 5 to 6 are missing"),
        ("DELETE journal:['c1', 1]", "the entry 1 is missing"),
        ("DELETE journal:['c1', 7]; DELETE journal:['c1', 5]", "the journal ends at 4"),
        ("UPDATE journal:['c1', 5] SET w = <bytes>'rubbish'", "the record at 5: a journal record cannot be read"),
        (
            "LET $w = (SELECT VALUE w FROM ONLY journal:['c1', 7]); UPDATE journal:['c1', 5] SET w = $w",
            "not consecutive",
        ),
        ("DELETE member", "0 members are listed"),
        ("DELETE command", "2 commands up to the mark 6"),
        ("UPSERT mark:c1 SET seq = 99", "written up to 99"),
    ] {
        let found = found_after(deed).await;
        assert!(found.iter().any(|what| what.contains(named)), "{deed}: {found:?}");
    }
}

#[tokio::test]
async fn a_state_row_that_no_entry_wrote_is_found() {
    let (store, id) = whole().await;
    let activity = activity();
    let write =
        |key: &str, value: Option<&[u8]>| StateWrite { key: key.into(), value: value.map(Bytes::copy_from_slice) };
    let change = StateChange {
        activity: activity.id.clone(),
        seq: 10,
        writes: vec![write("k", Some(b"v")), write("gone", None)],
        timers: Vec::new(),
        phase: Some(Phase::Open),
        title: None,
        plugin: None,
    };
    let record = Record { changes: vec![change], ..chats(10, 1) };
    let rows = Rows { activities: vec![activity.clone().into()], ..Rows::default() };
    store.commit(&Commit { conference: id, record, rows }).await.expect("commits");
    let writes = BTreeMap::from([("k".into(), Some(Bytes::from_static(b"v")))]);
    let checkpoint = Checkpoint { activity: activity.id, seq: 10, writes, timers: Vec::new() };
    store.write_checkpoint(&checkpoint).await.expect("writes");
    assert_eq!(store.verify().await.expect("answers").findings, []);
    for deed in
        ["UPDATE state:['a', 'k'] SET v = <bytes>'x'", "DELETE state", "CREATE state:['a', 'z'] SET v = <bytes>'x'"]
    {
        store.write(deed).run().await.expect("the deed");
        let found = store.verify().await.expect("answers").findings;
        assert!(found.iter().any(|finding| finding.what.contains("state rows of activity a")), "{deed}: {found:?}");
    }
}
