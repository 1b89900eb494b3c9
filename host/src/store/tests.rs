//! The store against the real engine in memory: what must be unique is, and what was written is read back.

use std::sync::Arc;

use super::*;
use crate::clock::SystemRng;
use crate::domain::activity::{Activity, Phase, PluginRef, Schedule};
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::entry::{Entry, Happening};
use crate::domain::id::{ActivityId, CommandId, ConferenceId, Number, UserId};
use crate::domain::member::{Member, Person, Role, User};
use crate::domain::settings::ConferenceSettings;

pub(super) async fn store() -> Store {
    let config = Config { store: Some("mem://".into()), ..Config::default() };
    Store::open(&config, Arc::new(SystemRng)).await.expect("a store in memory")
}

pub(super) fn person() -> Person {
    Person { id: UserId::parse("wang").expect("an id"), name: "小王".into() }
}

pub(super) fn member() -> Member {
    Member::new(&User::new(person().id, person().name), Role::Organizer, 1)
}

pub(super) fn conference(id: &str, number: u32) -> Conference {
    Conference {
        id: ConferenceId::parse(id).expect("an id"),
        number: Number::new(number).expect("a number"),
        title: "周会".into(),
        owner: person(),
        guests: false,
        organizers_away: Vec::new(),
        settings: ConferenceSettings::default(),
        state: ConferenceState::Open,
        created_at_ms: 1,
        ended_at_ms: None,
    }
}

/// A running activity with the id `a`.
pub(super) fn activity() -> Activity {
    Activity {
        id: ActivityId::parse("a").expect("an id"),
        plugin: PluginRef { name: "p".into(), version: "1.0.0".into(), hash: "h".into(), state_version: 1 },
        title: "t".into(),
        phase: Phase::Open,
        config: "{}".into(),
        created_at_ms: 1,
        trial: false,
        schedule: Schedule::default(),
        opened_at_ms: None,
        closed_at_ms: None,
        anonymous: false,
        veil: None,
    }
}

pub(super) fn chats(first: u64, count: u64) -> Record {
    let said = |text| Happening::Chat { from: person(), text, reply_to: None, deleted_by: None };
    let chat = |seq| Entry { seq, at_ms: seq, what: said(format!("第 {seq} 句")) };
    Record { entries: (first..first + count).map(chat).collect(), ..Record::default() }
}

async fn create(store: &Store, conference: &Conference, key: Option<&CommandId>, take: TakeNumber) -> Created {
    let (owner, record) = (member(), chats(1, 1));
    let new = NewConference { conference, owner: &owner, record: &record, key, print: [1; 8] };
    store.create_conference(new, take).await.expect("the store answers")
}

pub(super) fn commit(id: &str, record: Record) -> Commit {
    Commit { conference: ConferenceId::parse(id).expect("an id"), record, rows: Rows::default() }
}

#[tokio::test]
async fn a_number_is_taken_once_however_many_try() {
    let store = store().await;
    let tasks = tokio_util::task::TaskTracker::new();
    let tries = (0..16).map(|i| {
        let store = store.clone();
        tasks.spawn(async move { create(&store, &conference(&format!("c{i}"), 7), None, TakeNumber::Fresh).await })
    });
    let mut made = 0;
    for tried in tries.collect::<Vec<_>>() {
        made += usize::from(tried.await.expect("no panic") == Created::Yes);
    }
    assert_eq!(made, 1);
    assert_eq!(store.numbers_in_use(0).await.expect("answers"), [7]);
    let mine = store.conferences_of(&person().id).await.expect("answers");
    assert_eq!(mine.len(), 1, "the losers left nothing behind: {mine:?}");
}

#[tokio::test]
async fn a_number_is_taken_again_when_it_has_rested() {
    let store = store().await;
    let first = conference("c1", 7);
    assert_eq!(create(&store, &first, None, TakeNumber::Fresh).await, Created::Yes);
    let rows = Rows { ended: Some((Conference { state: ConferenceState::Ended, ..first }, 500)), ..Rows::default() };
    let ended = Entry { seq: 2, at_ms: 2, what: Happening::Ended };
    let end = Commit { rows, ..commit("c1", Record { entries: vec![ended], ..Record::default() }) };
    store.commit(&end).await.expect("commits");
    let second = conference("c2", 7);
    assert_eq!(create(&store, &second, None, TakeNumber::Fresh).await, Created::Taken);
    assert_eq!(create(&store, &second, None, TakeNumber::Rested { now_ms: 499 }).await, Created::Taken);
    assert_eq!(create(&store, &second, None, TakeNumber::Rested { now_ms: 500 }).await, Created::Yes);
    let found = store.conference_of_number(second.number).await.expect("answers");
    assert_eq!(found, Some(second.id));
    let ended = store.conference(&end.conference).await.expect("answers").expect("still there");
    assert_eq!(ended.state, ConferenceState::Ended);
}

#[tokio::test]
async fn a_commit_that_is_made_again_finds_the_record_that_it_left() {
    let store = store().await;
    store.commit(&commit("c", chats(1, 2))).await.expect("something to delete");
    let redactions = vec![Redaction { message: 2, by: person() }];
    let deleting = Happening::Deleted { message: 2, by: person() };
    let entries = vec![Entry { seq: 3, at_ms: 3, what: deleting }, chats(4, 1).entries.remove(0)];
    let rows = Rows { members: vec![member()], redactions, ..Rows::default() };
    let commit = Commit { rows, ..commit("c", Record { entries, ..Record::default() }) };
    store.commit(&commit).await.expect("the first try");

    let again = store.commit(&commit).await;
    assert!(matches!(again, Err(StoreError::Exists)), "{again:?}");
    let found = store.records_after(&commit.conference, 2, 1).await.expect("answers").remove(0);
    assert_eq!(found.record.expect("is read"), commit.record, "by this a room knows it for its own");
}

#[tokio::test]
async fn an_idempotency_key_makes_one_conference() {
    let store = store().await;
    let key = CommandId::parse("k").expect("an id");
    assert_eq!(create(&store, &conference("c1", 1), Some(&key), TakeNumber::Fresh).await, Created::Yes);
    assert_eq!(create(&store, &conference("c2", 2), Some(&key), TakeNumber::Fresh).await, Created::Taken);
    let made = store.made_with(&person().id, &key).await.expect("answers");
    assert_eq!(made.expect("made").conference.as_str(), "c1");
    assert_eq!(store.conference_of_number(Number::new(2).expect("a number")).await.expect("answers"), None);
}

#[tokio::test]
async fn the_second_writer_of_an_entry_changes_nothing() {
    let store = store().await;
    store.commit(&commit("c", chats(1, 2))).await.expect("the first writer");
    let second = store.commit(&commit("c", chats(1, 5))).await;
    assert!(matches!(second, Err(StoreError::Exists)), "{second:?}");
    let rows = Rows { members: vec![member()], ..Rows::default() };
    let third = store.commit(&Commit { rows, ..commit("c", chats(1, 1)) }).await;
    assert!(matches!(third, Err(StoreError::Exists)), "{third:?}");
    let id = ConferenceId::parse("c").expect("an id");
    assert!(store.members(&id).await.expect("answers").is_empty(), "a refused transaction left a row");
    assert_eq!(store.records_after(&id, 0, 9).await.expect("answers").len(), 1);
}

#[tokio::test]
async fn reading_begins_in_the_middle_of_a_record() {
    let store = store().await;
    let id = ConferenceId::parse("c").expect("an id");
    for (first, count) in [(1, 3), (4, 3), (7, 1)] {
        store.commit(&commit("c", chats(first, count))).await.expect("commits");
    }
    store.commit(&commit("c2", chats(1, 9))).await.expect("commits");
    let firsts = async |after| -> Vec<u64> {
        let records = store.records_after(&id, after, 9).await.expect("answers");
        records.iter().map(|placed| placed.first_seq).collect()
    };
    assert_eq!(firsts(0).await, [1, 4, 7]);
    assert_eq!(firsts(2).await, [1, 4, 7]);
    assert_eq!(firsts(3).await, [4, 7]);
    assert_eq!(firsts(4).await, [4, 7]);
    assert_eq!(firsts(6).await, [7]);
    for from in [0, 1, 4, 6, 7, 8, 99, u64::MAX] {
        let last = store.last_record(&id, from).await.expect("answers").expect("a record");
        assert_eq!(last.first_seq, 7, "looked for from {from}");
    }
    let none = ConferenceId::parse("c0").expect("an id");
    assert!(store.last_record(&none, 0).await.expect("answers").is_none());
    assert!(store.records_after(&none, 5, 9).await.expect("answers").is_empty());
    // A hole wider than any first guess.
    store.commit(&commit("c", chats(100_000, 1))).await.expect("commits");
    assert_eq!(firsts(7).await, [7, 100_000]);
    assert_eq!(firsts(5_000).await, [7, 100_000]);
    assert_eq!(store.last_record(&id, 8).await.expect("answers").expect("a record").first_seq, 100_000);
}

#[tokio::test]
async fn nothing_is_answered_once_the_log_has_failed() {
    let store = store().await;
    store.condemn("no space");
    assert!(matches!(store.conferences_of(&person().id).await, Err(StoreError::Broken { .. })));
    assert!(matches!(store.probe(1).await, Err(StoreError::Broken { .. })));
    assert_eq!(store.broken().await, "no space");
}

#[tokio::test]
async fn a_state_is_used_once_and_nothing_of_a_second_use_stays() {
    let store = store().await;
    let user = User::new(person().id, "小王".into());
    let session = |byte| SessionRow {
        hash: [byte; 32],
        user: user.id.clone(),
        created_at_ms: 1,
        used_at_ms: 1,
        expires_at_ms: 9,
    };
    let used = UsedState { state: "s".into(), code: "c".into(), salt: "x".into(), until_ms: 500 };
    let begin = async |byte, user| {
        let session = session(byte);
        let replaces = (byte > 1).then_some([byte - 1; 32]);
        store.begin_session(&session, replaces, SignInRows { user, used: Some(&used) }).await
    };
    begin(1, None).await.expect("the first use");
    assert!(matches!(begin(2, Some(&user)).await, Err(StoreError::Exists)), "and the session before goes on");
    assert_eq!(store.session([1; 32]).await.expect("answers"), Some(session(1)));
    assert_eq!(store.session([2; 32]).await.expect("answers"), None);
    assert_eq!(store.user(&user.id).await.expect("answers"), None);
    store.delete_old_states(499).await.expect("answers");
    assert_eq!(store.used_state("s").await.expect("answers"), Some(used.clone()));
    store.delete_old_states(500).await.expect("answers");
    assert_eq!(store.used_state("s").await.expect("answers"), None);
}

#[tokio::test]
async fn the_sessions_that_are_there_are_told_from_those_that_are_not() {
    let store = store().await;
    for byte in [1, 2, 3] {
        let user = person().id;
        let session =
            SessionRow { hash: [byte; 32], user, created_at_ms: 1, used_at_ms: u64::from(byte), expires_at_ms: 9 };
        store.begin_session(&session, None, SignInRows::default()).await.expect("begins");
    }
    store.delete_session([2; 32]).await.expect("deletes");
    let mut there = store.sessions_there(&[[1; 32], [2; 32], [3; 32], [4; 32]]).await.expect("answers");
    there.sort_unstable();
    assert_eq!(there, [([1; 32], 1), ([3; 32], 3)]);
    assert_eq!(store.sessions_there(&[]).await.expect("answers"), []);
}

#[tokio::test]
async fn a_session_takes_the_place_of_the_one_before() {
    let store = store().await;
    let begin = async |byte, replaces| {
        let user = person().id;
        let session = SessionRow { hash: [byte; 32], user, created_at_ms: 1, used_at_ms: 1, expires_at_ms: 9 };
        store.begin_session(&session, replaces, SignInRows::default()).await.expect("begins");
    };
    begin(1, Some([7; 32])).await;
    begin(2, Some([1; 32])).await;
    assert_eq!(store.session([1; 32]).await.expect("answers"), None);
    assert!(store.session([2; 32]).await.expect("answers").is_some());
}

#[tokio::test]
async fn sealed_values_are_replaced() {
    let store = store().await;
    assert_eq!(store.sealed("n").await.expect("answers"), None);
    for value in [&b"one"[..], b"two"] {
        store.put_sealed("n", value).await.expect("writes");
    }
    assert_eq!(store.sealed("n").await.expect("answers").as_deref(), Some(&b"two"[..]));
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let store = store().await;
    store.write("UPSERT meta:schema SET version = 99").run().await.expect("writes");
    let error = store.migrate().await.expect_err("too new");
    assert!(matches!(error, StoreError::NewerSchema { found: 99, .. }), "{error:?}");
}

#[tokio::test]
async fn a_schema_2_that_knows_no_sign_ins_gets_their_tables() {
    let store = store().await;
    store.write("REMOVE TABLE login; REMOVE TABLE sealed;").run().await.expect("removes");
    store.write("UPSERT meta:schema SET version = 2").run().await.expect("writes");
    assert!(store.used_state("s").await.is_err(), "without the table there is no answer");
    store.migrate().await.expect("brought forward");
    assert_eq!(store.used_state("s").await.expect("answers"), None);
    assert_eq!(store.sealed("n").await.expect("answers"), None);
    let mut version = store.write("SELECT VALUE version FROM ONLY meta:schema").run().await.expect("answers");
    assert_eq!(version.take_one::<u64>(0).expect("a number"), Some(schema::SCHEMA_VERSION));
}

pub(super) fn line(at_ms: u64, what: impl ToString) -> AuditLine {
    AuditLine { at_ms, who: "token".into(), what: what.to_string(), deed: None }
}

pub(super) async fn all_acts(store: &Store, limit: usize) -> Vec<String> {
    acts_that_fit(store, &AuditQuery { limit, ..AuditQuery::default() }).await.0
}

/// What fits, and on how many pages it was found.
pub(super) async fn acts_that_fit(store: &Store, asked: &AuditQuery) -> (Vec<String>, usize) {
    let (mut acts, mut asked, mut pages) = (Vec::new(), asked.clone(), 0);
    loop {
        let (lines, next) = store.audit_log(&asked).await.expect("answers");
        assert!(lines.len() <= asked.limit);
        acts.extend(lines.into_iter().map(|line| line.what));
        pages += 1;
        if next.is_none() {
            return (acts, pages);
        }
        assert_ne!(next, asked.before, "each page goes on");
        asked.before = next;
    }
}

fn version(version: &str, active: bool, activated_at_ms: Option<u64>) -> StoredPlugin {
    StoredPlugin {
        name: "vote".into(),
        version: version.into(),
        hash: format!("hash of {version}"),
        size_bytes: 1,
        active,
        stored_at_ms: 7,
        activated_at_ms,
    }
}

#[tokio::test]
async fn one_version_is_active_and_every_change_is_written_down() {
    let store = store().await;
    let (first, second) = (version("1", true, Some(8)), version("2", true, Some(9)));
    store.put_plugin(&first, vec![1], &line(8, "first")).await.expect("writes");
    store.put_plugin(&second, vec![2], &line(9, "second")).await.expect("writes");
    let first = StoredPlugin { activated_at_ms: Some(10), ..first };
    store.activate_plugin(&first, &line(10, "back")).await.expect("writes");
    let second = StoredPlugin { active: false, ..second };
    assert_eq!(store.plugins().await.expect("answers"), [first.clone(), second.clone()]);
    store.disable_plugin("vote", &line(11, "off")).await.expect("writes");
    assert_eq!(store.plugins().await.expect("answers"), [StoredPlugin { active: false, ..first }, second.clone()]);
    store.remove_plugin(&second, &line(12, "gone")).await.expect("writes");
    assert_eq!(store.component(&second.hash).await.expect("answers"), None);
    assert_eq!(all_acts(&store, 9).await, ["gone", "off", "back", "second", "first"]);
}

#[tokio::test]
async fn the_data_of_older_schemas_is_brought_forward() {
    let store = store().await;
    store.put_plugin(&version("1", true, None), vec![1], &line(1, "new")).await.expect("writes");
    store.put_plugin(&version("2", false, None), vec![2], &line(2, "new")).await.expect("writes");
    store.write("DELETE audit").run().await.expect("writes");
    for at_ms in [3, 1, 2] {
        let doc = query::document(&line(at_ms, at_ms)).expect("a document");
        store.write("CREATE audit SET doc = $doc").bind("doc", doc).run().await.expect("writes");
    }
    for from in [1_u64, 1, 2] {
        store.write("UPSERT meta:schema SET version = $from").bind("from", from).run().await.expect("writes");
        store.migrate().await.expect("brought forward");
    }
    assert_eq!(all_acts(&store, 2).await, ["3", "2", "1"]);
    let expected = [version("1", true, Some(7)), version("2", false, None)];
    assert_eq!(store.plugins().await.expect("answers"), expected);
    store.migrate().await.expect("nothing is left to do");
}
