//! Looking for a message in the journal that is too old to be in memory: somebody wants it deleted, or on
//! the wall.
//!
//! It is looked for in a task of its own, as commands are; meanwhile the command counts as under way.

use std::sync::Arc;

use super::error::RoomError;
use crate::domain::command::{Request, Stamp};
use crate::domain::entry::Entry;
use crate::domain::id::ConferenceId;
use crate::store::{Journals, StoreError};

/// A message that was looked for.
#[derive(Debug)]
pub(super) struct Located {
    /// The command that is about it.
    pub(super) stamp: Stamp,
    /// What that asks for.
    pub(super) request: Request,
    /// The message's place.
    pub(super) message: u64,
    /// What stands there.
    pub(super) found: Result<Option<Entry>, RoomError>,
}

/// The entry at this place, if there is one.
pub(super) async fn locate(
    store: Arc<dyn Journals>,
    conference: ConferenceId,
    seq: u64,
) -> Result<Option<Entry>, StoreError> {
    for placed in store.records_after(&conference, seq.saturating_sub(1), 1).await? {
        let found = placed.record?.entries.into_iter().find(|entry| entry.seq == seq);
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
