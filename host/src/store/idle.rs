//! Which conferences go on, a few at a time, and when each was used last: for whoever looks for those that nobody uses.

use serde::Deserialize;

use super::{Store, StoreError};
use crate::domain::id::ConferenceId;

/// A number that is in use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Lent {
    /// The number's value.
    pub number: u32,
    /// The conference that has it.
    pub conference: ConferenceId,
}

/// The end of a conference's journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastUse {
    /// The last entry.
    pub seq: u64,
    /// When it was made, in milliseconds since 1970.
    pub at_ms: u64,
}

impl Store {
    /// The numbers from `from` on that conferences have which go on, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn lent_numbers(&self, from: u32, limit: usize) -> Result<Vec<Lent>, StoreError> {
        let last = crate::domain::id::NUMBERS;
        let text = format!(
            "SELECT record::id(id) AS number, conference FROM number:{from}..{last} WHERE free_at_ms = NONE LIMIT {limit}"
        );
        self.read(text).run().await?.documents(0, "a number")
    }

    /// When something happened last in a conference; none where nothing is known of it.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails or the record cannot be read.
    pub async fn last_use(&self, conference: &ConferenceId) -> Result<Option<LastUse>, StoreError> {
        let mark = self.mark(conference).await?;
        let Some(last) = self.last_record(conference, mark).await? else { return Ok(None) };
        let record = last.record?;
        Ok(record.entries.last().map(|entry| LastUse { seq: entry.seq, at_ms: entry.at_ms }))
    }
}
