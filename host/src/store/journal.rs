//! The journal: the durable, ordered record of all that happened in a conference.
//!
//! # Invariants
//! * A record's id is the conference and its first entry's `seq`, and is created, never overwritten: the second of two
//!   writers finds the id taken and has changed nothing.
//! * Rows that must not lag behind the journal (members, activities, the conference) change in the record's transaction.

use std::fmt::Write as _;

use surrealdb::types::{Bytes, SurrealValue, Value, object};

use super::query::document;
use super::{Record, Store, StoreError};
use crate::domain::activity::Activity;
use crate::domain::conference::Conference;
use crate::domain::id::{ConferenceId, UserId};
use crate::domain::member::Member;

/// The rows that change with a record.
#[derive(Debug, Default)]
pub struct Rows {
    /// Members who joined or changed.
    pub members: Vec<Member>,
    /// Members who left.
    pub left: Vec<UserId>,
    /// Activities that were made or changed their phase, with the entry that did it.
    pub activities: Vec<Activity>,
    /// The conference, if it ended, and when its number may be given out again.
    pub ended: Option<(Conference, u64)>,
}

impl Rows {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.left.is_empty() && self.activities.is_empty() && self.ended.is_none()
    }
}

/// One commit of a room.
#[derive(Debug)]
pub struct Commit {
    /// Which conference.
    pub conference: ConferenceId,
    /// What happened. Not empty.
    pub record: Record,
    /// The rows that change with it.
    pub rows: Rows,
}

const CREATE: &str = "CREATE type::record('journal', [$c, $s]) SET w = $w RETURN NONE;";

impl Store {
    /// Makes a record durable, with the rows that change with it, or changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when another writer was first. After any other error whether it was made is not known.
    pub async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        let first = commit.record.first_seq().ok_or_else(|| StoreError::corrupt("a commit", "it has no entry"))?;
        let text = if commit.rows.is_empty() { CREATE.to_owned() } else { transaction(&commit.rows) };
        let mut query = self
            .write(text)
            .bind("c", commit.conference.as_str())
            .bind("s", first)
            .bind("w", Bytes::from(commit.record.encode()?));
        if !commit.rows.members.is_empty() {
            query = query.bind("members", member_rows(&commit.conference, &commit.rows.members)?);
            query = query.bind("seats", seat_rows(&commit.conference, &commit.rows.members));
        }
        if !commit.rows.left.is_empty() {
            let left: Vec<&str> = commit.rows.left.iter().map(UserId::as_str).collect();
            query = query.bind("left", left);
        }
        for (index, activity) in commit.rows.activities.iter().enumerate() {
            query = query.bind(&format!("a{index}"), activity.id.as_str());
            query = query.bind(&format!("d{index}"), document(activity)?);
        }
        if let Some((conference, free_at_ms)) = &commit.rows.ended {
            query = query.bind("ended", document(conference)?);
            query = query.bind("number", i64::from(conference.number.value())).bind("free_at", *free_at_ms);
        }
        query.run().await.map(drop)
    }

    /// The records that hold the entries after `after`, oldest first, at most `limit` of them. When there are none the last
    /// record comes once more.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails. A record that cannot be read is no error of the page.
    pub async fn records_after(
        &self,
        conference: &ConferenceId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Placed>, StoreError> {
        // A record is found by its first entry, and the entry looked for may stand in the middle of one.
        let text = format!(
            "LET $first = (SELECT VALUE record::id(id)[1] FROM journal:[$c, 0]..=[$c, $next] ORDER BY id DESC LIMIT 1)[0] \
             ?? $next; \
             SELECT record::id(id)[1] AS s, w FROM journal:[$c, $first]..=[$c, {last}] LIMIT {limit};",
            last = i64::MAX
        );
        let next = after.saturating_add(1).min(i64::MAX.unsigned_abs());
        let mut answer = self.read(text).bind("c", conference.as_str()).bind("next", next).run().await?;
        let rows: Vec<Row> = answer.rows(1)?;
        Ok(rows.into_iter().map(|row| Placed::read(row.s, &row.w)).collect())
    }
}

/// A record of the journal as it was found.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The place that its id names, which is its first entry's.
    pub first_seq: u64,
    /// Its size as it is stored.
    pub stored_bytes: usize,
    /// The record, or why it cannot be read.
    pub record: Result<Record, StoreError>,
}

impl Placed {
    fn read(first_seq: u64, bytes: &[u8]) -> Self {
        Self { first_seq, stored_bytes: bytes.len(), record: Record::decode(bytes) }
    }

    /// What is wrong with a record that should begin with entry `next`: a hole, a record that cannot be read, or one that
    /// is not what its place says. None if nothing is.
    pub fn fault(&self, next: u64) -> Option<String> {
        let record = match &self.record {
            Err(error) => return Some(format!("the record at {}: {error}", self.first_seq)),
            Ok(record) => record,
        };
        if self.first_seq != next {
            return Some(match self.first_seq.checked_sub(1) {
                Some(last) if last > next => format!("the entries {next} to {last} are missing"),
                Some(last) if last == next => format!("the entry {next} is missing"),
                _ => format!("the record at {} stands where the entry {next} belongs", self.first_seq),
            });
        }
        let consecutive = record.entries.iter().zip(next..).all(|(entry, seq)| entry.seq == seq);
        if record.entries.is_empty() || !consecutive {
            return Some(format!("the entries of the record at {next} are not consecutive"));
        }
        None
    }
}

#[derive(SurrealValue)]
struct Row {
    s: u64,
    w: Bytes,
}

/// The text of a transaction that writes these rows with the record.
fn transaction(rows: &Rows) -> String {
    let mut text = format!("BEGIN; {CREATE} ");
    if !rows.members.is_empty() {
        text.push_str(
            "INSERT INTO member $members ON DUPLICATE KEY UPDATE doc = $input.doc RETURN NONE; \
             INSERT IGNORE INTO seat $seats RETURN NONE; ",
        );
    }
    if !rows.left.is_empty() {
        text.push_str(
            "FOR $user IN $left { DELETE type::record('member', [$c, $user]); DELETE type::record('seat', [$user, $c]) }; ",
        );
    }
    for index in 0..rows.activities.len() {
        // A new activity has no checkpoint yet; an older one keeps its own.
        let _ = write!(
            text,
            "UPSERT type::record('activity', $a{index}) SET conference = $c, doc = $d{index}, seq = seq ?? 0, \
             timers = timers ?? [] RETURN NONE; "
        );
    }
    if rows.ended.is_some() {
        text.push_str(
            "UPDATE type::record('conference', $c) SET doc = $ended RETURN NONE; \
             UPDATE type::record('number', $number) SET free_at_ms = $free_at WHERE conference = $c RETURN NONE; ",
        );
    }
    text.push_str("COMMIT;");
    text
}

fn member_rows(conference: &ConferenceId, members: &[Member]) -> Result<Vec<Value>, StoreError> {
    let row = |member: &Member| {
        let id = vec![conference.as_str(), member.id.as_str()];
        Ok(Value::Object(object! { id: id, doc: document(member)? }))
    };
    members.iter().map(row).collect()
}

fn seat_rows(conference: &ConferenceId, members: &[Member]) -> Vec<Value> {
    let row = |member: &Member| Value::Object(object! { id: vec![member.id.as_str(), conference.as_str()] });
    members.iter().map(row).collect()
}
