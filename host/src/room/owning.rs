//! Looking up what somebody owns: nobody is handed a conference who owns as many as a person may.
//!
//! It is looked up in a task of its own, and the command counts as under way meanwhile. Two owners who hand over to the same
//! person in the same moment may both succeed: they are in two rooms, and one conference too many does no harm.

use super::error::RoomError;
use crate::domain::command::Stamp;
use crate::domain::id::{ConferenceId, UserId};
use crate::store::{Journals, StoreError};

/// What somebody owns was looked up.
#[derive(Debug)]
pub(super) struct Owned {
    /// The command that hands a conference over.
    pub(super) stamp: Stamp,
    /// Who is to own it.
    pub(super) whom: UserId,
    /// How many others they own that have not ended.
    pub(super) others: Result<usize, RoomError>,
}

/// How many conferences besides this one a person owns that have not ended.
pub(super) async fn count_others(
    store: &dyn Journals,
    conference: &ConferenceId,
    person: &UserId,
) -> Result<usize, StoreError> {
    let theirs = store.conferences_of(person).await?;
    Ok(theirs.iter().filter(|one| one.id != *conference && one.is_open_of(person)).count())
}
