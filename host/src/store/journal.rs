//! The journal: the durable, ordered record of all that happened in a conference.
//!
//! # Invariants
//! * A record's id is the conference and its first entry's `seq`, and is created: the second of two writers finds the id
//!   taken and has changed nothing. It is overwritten for one thing only, in the transaction of the record that tells of it:
//!   the text of a message that was deleted goes.
//! * Rows that must not lag behind the journal (members, activities, the conference) change in the record's transaction.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use surrealdb::types::{Bytes, SurrealValue, Value, object};

use super::query::document;
use super::{Record, Redaction, Rows, Store, StoreError};
use crate::domain::id::{ConferenceId, UserId};
use crate::domain::member::Member;

/// One commit of a room.
#[derive(Debug)]
pub struct Commit {
    /// The conference whose journal grows.
    pub conference: ConferenceId,
    /// What happened. Not empty.
    pub record: Record,
    /// The rows that change with it.
    pub rows: Rows,
}

const CREATE: &str = "CREATE type::record('journal', [$c, $s]) SET w = $w RETURN NONE;";

/// The largest place that an id can name.
const LAST: u64 = i64::MAX.unsigned_abs();
/// Entries that a record holds when people are busy; the first guess at how far a page of records reaches.
const ENTRIES_EXPECTED: u64 = 64;
/// How far a page is looked for at first, in entries.
const SPAN_FIRST_MAX: u64 = 4_096;
/// How far back the record is looked for in which an entry stands, at first.
const BACK_FIRST: u64 = 64;
/// How much further is looked when nothing was found.
const SPAN_GROWTH: u64 = 16;

impl Store {
    /// Makes a record durable, with the rows that change with it, or changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when another writer was first. After any other error whether it was made is not known.
    pub async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        let first = commit.record.first_seq().ok_or_else(|| StoreError::corrupt("a commit", "it has no entry"))?;
        let redacted = self.redacted(&commit.conference, &commit.rows.redactions).await?;
        let text = match commit.rows.is_empty() {
            true => Cow::Borrowed(CREATE),
            false => Cow::Owned(transaction(&commit.rows, redacted.len())),
        };
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
            query = query.bind(&format!("d{index}"), document(activity.as_ref())?);
        }
        if let Some(conference) = &commit.rows.conference {
            query = query.bind("changed", document(conference)?);
        }
        if let Some((conference, free_at_ms)) = &commit.rows.ended {
            query = query.bind("ended", document(conference)?);
            query = query.bind("number", i64::from(conference.number.value())).bind("free_at", *free_at_ms);
        }
        for (index, (place, record)) in redacted.into_iter().enumerate() {
            query = query.bind(&format!("p{index}"), place).bind(&format!("r{index}"), Bytes::from(record.encode()?));
        }
        query.run().await.map(drop)
    }

    /// The records that these messages stand in, without their texts, by their places.
    async fn redacted(
        &self,
        conference: &ConferenceId,
        redactions: &[Redaction],
    ) -> Result<BTreeMap<u64, Record>, StoreError> {
        let mut records: BTreeMap<u64, Record> = BTreeMap::new();
        for redaction in redactions {
            if records.values_mut().any(|record| record.redact(redaction)) {
                continue;
            }
            let found = self.records_after(conference, redaction.message.saturating_sub(1), 1).await?;
            let missing = || StoreError::corrupt("a journal record", "it does not have the message that was deleted");
            let Placed { first_seq, record, .. } = found.into_iter().next().ok_or_else(missing)?;
            let mut record = record?;
            if !record.redact(redaction) {
                return Err(missing());
            }
            records.insert(first_seq, record);
        }
        Ok(records)
    }

    /// The records that hold the entries after `after`, oldest first: at least one if there is one, at most `limit`. When
    /// there are none the last record may come once more.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails. A record that cannot be read is no error of the page.
    pub async fn records_after(
        &self,
        conference: &ConferenceId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Placed>, StoreError> {
        let next = after.saturating_add(1).min(LAST);
        // A record is found by its first entry, and the entry looked for may stand in the middle of one.
        let first = self.record_at(conference, next).await?.unwrap_or(next);
        // SurrealDB reads the whole range whatever the limit says, so the range is as short as it may be.
        let mut span = (limit as u64).saturating_mul(ENTRIES_EXPECTED).min(SPAN_FIRST_MAX);
        loop {
            let to = first.saturating_add(span).min(LAST);
            let text = format!("SELECT record::id(id)[1] AS s, w FROM journal:[$c, $first]..=[$c, $to] LIMIT {limit}");
            let query = self.read(text).bind("c", conference.as_str()).bind("first", first).bind("to", to);
            let rows: Vec<Row> = query.run().await?.rows(0)?;
            // The record in which `after` stands tells nothing about what comes next.
            let goes_on = rows.iter().any(|row| row.s >= next) || rows.len() >= limit;
            if goes_on || to >= LAST {
                return Ok(rows.into_iter().map(|row| Placed::read(row.s, &row.w)).collect());
            }
            span = span.saturating_mul(SPAN_GROWTH);
        }
    }

    /// The last record, if there is one. It is looked for from the entry `from` on, and costs what has come since then.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn last_record(&self, conference: &ConferenceId, from: u64) -> Result<Option<Placed>, StoreError> {
        let text = "RETURN math::max(SELECT VALUE record::id(id)[1] FROM journal:[$c, $from]..=[$c, $to])";
        let from = from.min(LAST);
        let query = self.read(text).bind("c", conference.as_str()).bind("from", from).bind("to", LAST);
        // Of no records the largest is no whole number.
        let last = query.run().await?.take_one::<Value>(0)?.and_then(|last| u64::from_value(last).ok());
        let place = match last {
            Some(last) => Some(last),
            None => self.record_at(conference, from).await?,
        };
        let Some(place) = place else { return Ok(None) };
        let query = self.read("SELECT record::id(id)[1] AS s, w FROM journal:[$c, $s]..=[$c, $s]");
        let mut rows: Vec<Row> = query.bind("c", conference.as_str()).bind("s", place).run().await?.rows(0)?;
        Ok(rows.pop().map(|row| Placed::read(row.s, &row.w)))
    }

    /// The first entry of the last record that begins at or before the entry `seq`.
    async fn record_at(&self, conference: &ConferenceId, seq: u64) -> Result<Option<u64>, StoreError> {
        let mut back = BACK_FIRST;
        loop {
            let from = seq.saturating_sub(back);
            let text = "SELECT VALUE record::id(id)[1] FROM journal:[$c, $from]..=[$c, $seq]";
            let query = self.read(text).bind("c", conference.as_str()).bind("from", from).bind("seq", seq);
            let found: Vec<u64> = query.run().await?.rows(0)?;
            if let Some(last) = found.into_iter().max() {
                return Ok(Some(last));
            }
            if from == 0 {
                return Ok(None);
            }
            back = back.saturating_mul(SPAN_GROWTH);
        }
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

    /// The record's last entry, or its place where it cannot be read.
    pub fn end(&self) -> u64 {
        let last = self.record.as_ref().ok().and_then(|record| record.entries.last());
        last.map_or(self.first_seq, |entry| entry.seq)
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

/// The text of a transaction that writes these rows, and so many records without what was deleted, with the record.
fn transaction(rows: &Rows, redacted: usize) -> String {
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
    if rows.conference.is_some() {
        text.push_str("UPDATE type::record('conference', $c) SET doc = $changed RETURN NONE; ");
    }
    if rows.ended.is_some() {
        text.push_str(
            "UPDATE type::record('conference', $c) SET doc = $ended RETURN NONE; \
             UPDATE type::record('number', $number) SET free_at_ms = $free_at WHERE conference = $c RETURN NONE; ",
        );
    }
    for index in 0..redacted {
        let _ = write!(text, "UPDATE type::record('journal', [$c, $p{index}]) SET w = $r{index} RETURN NONE; ");
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
