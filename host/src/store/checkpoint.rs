//! State rows: what an activity's journal adds up to, so that opening it need not read the journal from its beginning.
//!
//! A write may land after its caller was told that it failed, and another process may still believe that it has the room. So
//! every write of a checkpoint changes the activity's own record in the same transaction, under the condition that no later
//! checkpoint was begun: what comes too late finds that out and changes nothing.
//!
//! # Invariants
//! * Rows may be newer than the checkpoint's `seq`, never older: applying the journal after `seq` to them again gives the
//!   same state, because every write carries the whole value.

use std::collections::BTreeMap;

use bytes::Bytes;
use surrealdb::types::{SurrealValue, Value, object};

use super::query::document;
use super::{Store, StoreError};
use crate::domain::id::ActivityId;

/// Most rows written in one query: beyond it the query's own cost grows faster than the rows'.
const ROWS_MAX: usize = 500;
/// Most bytes of values written in one query.
const BYTES_MAX: usize = 2 << 20;
/// CheckpointPart of a transaction: refuses it when a later checkpoint is there or has begun. It writes the record that it asks about, so
/// that of two transactions that pass each other one is told.
const CLAIM: &str = "LET $claimed = (UPDATE type::record('activity', $a) SET writing = $seq \
                     WHERE seq <= $seq AND (writing ?? 0) <= $seq); \
                     IF array::len($claimed) = 0 { THROW 'a later checkpoint already exists' };";
/// How many rows are read at a time.
const PAGE_ROWS: usize = 5_000;

/// What is written behind the journal for one activity.
#[derive(Debug)]
pub struct Checkpoint {
    /// The activity whose state it is.
    pub activity: ActivityId,
    /// The last entry that this checkpoint stands for.
    pub seq: u64,
    /// Keys changed since the checkpoint before; none for a removed one.
    pub writes: BTreeMap<Box<str>, Option<Bytes>>,
    /// All armed timers.
    pub timers: Vec<(String, u64)>,
}

/// Rows of a checkpoint that are written in one transaction.
#[derive(Default)]
struct CheckpointPart {
    rows: Vec<Value>,
    gone: Vec<String>,
    bytes: usize,
}

impl Store {
    /// Writes a checkpoint: rows first, then the `seq` that they are good for. When a later one is there or under way,
    /// nothing is changed: it has all that this one has.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; writing it again does no harm.
    pub async fn write_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        match self.write_in_parts(checkpoint).await {
            // Overtaken.
            Err(StoreError::Exists) => Ok(()),
            written => written,
        }
    }

    async fn write_in_parts(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        let id = &checkpoint.activity;
        let mut part = CheckpointPart::default();
        for (key, value) in &checkpoint.writes {
            match value {
                None => part.gone.push(key.to_string()),
                Some(value) => {
                    part.bytes += value.len();
                    part.rows.push(row(id, key, value));
                }
            }
            if part.rows.len() + part.gone.len() >= ROWS_MAX || part.bytes >= BYTES_MAX {
                self.write_part(checkpoint, std::mem::take(&mut part)).await?;
            }
        }
        if !part.rows.is_empty() || !part.gone.is_empty() {
            self.write_part(checkpoint, part).await?;
        }
        let text = format!(
            "BEGIN; {CLAIM} UPDATE type::record('activity', $a) \
                            SET seq = $seq, timers = $timers, writing = NONE RETURN NONE; COMMIT;"
        );
        let query = self.write(text).bind("a", id.as_str()).bind("seq", checkpoint.seq);
        query.bind("timers", document(&checkpoint.timers)?).run().await.map(drop)
    }

    async fn write_part(&self, checkpoint: &Checkpoint, part: CheckpointPart) -> Result<(), StoreError> {
        let insert = match part.rows.is_empty() {
            true => "",
            false => "INSERT INTO state $rows ON DUPLICATE KEY UPDATE v = $input.v RETURN NONE;",
        };
        let delete = match part.gone.is_empty() {
            true => "",
            false => "FOR $key IN $gone { DELETE type::record('state', [$a, $key]) };",
        };
        let query = self.write(format!("BEGIN; {CLAIM} {insert} {delete} COMMIT;"));
        let query = query.bind("a", checkpoint.activity.as_str()).bind("seq", checkpoint.seq);
        query.bind("rows", part.rows).bind("gone", part.gone).run().await.map(drop)
    }

    /// All state rows of an activity.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn state(&self, id: &ActivityId) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let text = format!("SELECT record::id(id)[1] AS k, v FROM state:[$a, $from]..[$a, []] LIMIT {PAGE_ROWS}");
        let mut state = Vec::new();
        let mut from = String::new();
        loop {
            let query = self.read(text.clone()).bind("a", id.as_str()).bind("from", from.clone());
            let page: Vec<CheckpointRow> = query.run().await?.rows(0)?;
            let full = page.len() == PAGE_ROWS;
            state.extend(page.into_iter().map(|row| (row.k, row.v.to_vec())));
            match state.last() {
                // A key with a zero byte appended is the next possible key.
                Some((last, _)) if full => from = format!("{last}\0"),
                _ => return Ok(state),
            }
        }
    }
}

#[derive(SurrealValue)]
struct CheckpointRow {
    k: String,
    v: surrealdb::types::Bytes,
}

fn row(activity: &ActivityId, key: &str, value: &Bytes) -> Value {
    let id = vec![activity.as_str(), key];
    Value::Object(object! { id: id, v: surrealdb::types::Bytes::from(value.clone()) })
}
