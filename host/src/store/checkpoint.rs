//! State rows: what an activity's journal adds up to, so that opening it need not read the journal from its beginning.
//!
//! # Invariants
//! * Rows may be newer than the checkpoint's `seq`, never older: applying the journal after `seq` to them again gives the
//!   same state, because every write carries the whole value.

use std::collections::BTreeMap;

use surrealdb::types::{Bytes, SurrealValue, Value, object};

use super::query::document;
use super::{Store, StoreError};
use crate::domain::id::ActivityId;

/// Most rows written in one query: beyond it the query's own cost grows faster than the rows'.
const ROWS_MAX: usize = 500;
/// Most bytes of values written in one query.
const BYTES_MAX: usize = 2 << 20;
/// How many rows are read at a time.
const PAGE_ROWS: usize = 5_000;

/// What is written behind the journal for one activity.
#[derive(Debug)]
pub struct Checkpoint {
    /// Which activity.
    pub activity: ActivityId,
    /// The last entry that this checkpoint stands for.
    pub seq: u64,
    /// Keys changed since the checkpoint before; none for a removed one.
    pub writes: BTreeMap<String, Option<Vec<u8>>>,
    /// All armed timers.
    pub timers: Vec<(String, u64)>,
}

impl Store {
    /// Writes a checkpoint: rows first, then the `seq` that they are good for.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; writing it again does no harm.
    pub async fn write_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        let id = &checkpoint.activity;
        let mut rows = Vec::new();
        let mut bytes = 0;
        let mut gone = Vec::new();
        for (key, value) in &checkpoint.writes {
            match value {
                None => gone.push(key.clone()),
                Some(value) => {
                    bytes += value.len();
                    rows.push(row(id, key, value));
                }
            }
            if rows.len() >= ROWS_MAX || bytes >= BYTES_MAX {
                self.write_rows(std::mem::take(&mut rows)).await?;
                bytes = 0;
            }
        }
        if !rows.is_empty() {
            self.write_rows(rows).await?;
        }
        if !gone.is_empty() {
            let delete = "FOR $key IN $gone { DELETE type::record('state', [$a, $key]) }";
            self.query(delete).bind("a", id.as_str()).bind("gone", gone).run().await?;
        }
        let mark = "UPDATE type::record('activity', $a) SET seq = $seq, timers = $timers RETURN NONE";
        let query = self.query(mark).bind("a", id.as_str()).bind("seq", checkpoint.seq);
        query.bind("timers", document(&checkpoint.timers)?).run().await.map(drop)
    }

    async fn write_rows(&self, rows: Vec<Value>) -> Result<(), StoreError> {
        let insert = "INSERT INTO state $rows ON DUPLICATE KEY UPDATE v = $input.v RETURN NONE";
        self.query(insert).bind("rows", rows).run().await.map(drop)
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
            let query = self.query(text.clone()).bind("a", id.as_str()).bind("from", from.clone());
            let page: Vec<Row> = query.run().await?.rows(0)?;
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
struct Row {
    k: String,
    v: Bytes,
}

fn row(activity: &ActivityId, key: &str, value: &[u8]) -> Value {
    let id = vec![activity.as_str(), key];
    Value::Object(object! { id: id, v: Bytes::from(value.to_vec()) })
}
