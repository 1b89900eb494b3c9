//! What rooms need of a store, as an interface: the real store keeps to it, and so does a faulty twin in simulations.
//!
//! Everything that a room may rely on stands here, method by method, and nothing else does: how SurrealDB answers is no
//! room's business. People, sessions, plugins and the audit log are not part of it.
//!
//! # Invariants
//! * [`StoreError::Exists`] and [`StoreError::Conflict`] say that nothing was changed. After [`StoreError::Failed`] a change
//!   was made or was not. After any other error of a method that writes, it was made, was not made, or will still be made:
//!   only reading tells, and not for good.
//! * What a method has answered with `Ok` every later read shows, whoever reads.
//! * Reads change nothing and may be tried again at will. Each shows one moment, two of them may show two.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    AuditLine, Checkpoint, CommandPage, Commit, Created, MadeBefore, NewConference, Placed, Store, StoreError,
    StoredActivity, TakeNumber,
};
use crate::domain::conference::Conference;
use crate::domain::id::{ActivityId, CommandId, ConferenceId, Number, UserId};
use crate::domain::member::Member;

/// A store to share among rooms.
pub type SharedJournals = Arc<dyn Journals>;

/// What rooms need of a store.
#[async_trait]
pub trait Journals: Send + Sync + 'static {
    /// Makes a record durable, with the rows that change with it: all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when another writer has the place of the record's first entry: the caller's memory is behind
    /// the journal. After [`StoreError::Failed`] the record is there or is not; after any other error it may be there, now or
    /// later. The caller has to read the journal before it says anything, and may write to the same place again, since of
    /// two records only one gets it.
    async fn commit(&self, commit: &Commit) -> Result<(), StoreError>;

    /// The records that hold the entries after `after`, oldest first: at least one if there is one, at most `limit`. When
    /// there are none the last record may come once more.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails. A record that this program cannot read is no error of the page.
    async fn records_after(
        &self,
        conference: &ConferenceId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Placed>, StoreError>;

    /// The last record, if there is one. It is looked for from the entry `from` on, and costs what has come since then.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn last_record(&self, conference: &ConferenceId, from: u64) -> Result<Option<Placed>, StoreError>;

    /// Writes a checkpoint: rows first, then the `seq` that they are good for.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails. Some rows may be written then, and the `seq` not. Writing the same checkpoint
    /// again does no harm, and neither does one that comes after it.
    async fn write_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError>;

    /// All state rows of an activity. They may be newer than its checkpoint's `seq`, never older.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn state(&self, id: &ActivityId) -> Result<Vec<(String, Vec<u8>)>, StoreError>;

    /// The activities of a conference, oldest first, each with its checkpoint.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn activities(&self, conference: &ConferenceId) -> Result<Vec<StoredActivity>, StoreError>;

    /// The members of a conference, in order of their ids.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn members(&self, conference: &ConferenceId) -> Result<Vec<Member>, StoreError>;

    /// A conference.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn conference(&self, id: &ConferenceId) -> Result<Option<Conference>, StoreError>;

    /// Makes a conference with everything that belongs to it, or nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails. The conference may have been made then: with a key, [`Journals::made_with`]
    /// finds it; without one it is one more conference.
    async fn create_conference(&self, new: NewConference<'_>, take: TakeNumber) -> Result<Created, StoreError>;

    /// The conference that this person made with this idempotency key.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn made_with(&self, owner: &UserId, key: &CommandId) -> Result<Option<MadeBefore>, StoreError>;

    /// The numbers that are in use or resting.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn numbers_in_use(&self, now_ms: u64) -> Result<Vec<u32>, StoreError>;

    /// The conference that has this number.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn conference_of_number(&self, number: Number) -> Result<Option<ConferenceId>, StoreError>;

    /// The conference that an activity belongs to.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn conference_of_activity(&self, id: &ActivityId) -> Result<Option<ConferenceId>, StoreError>;

    /// The ids of the conferences that a person is a member of, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn seats_of(&self, user: &UserId) -> Result<Vec<ConferenceId>, StoreError>;

    /// These conferences, newest first; those that there are not are left out.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn conferences(&self, ids: &[ConferenceId]) -> Result<Vec<Conference>, StoreError>;

    /// The conferences that a person is a member of, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn conferences_of(&self, user: &UserId) -> Result<Vec<Conference>, StoreError>;

    /// The conferences that have a running activity.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn conferences_with_open_activities(&self) -> Result<Vec<ConferenceId>, StoreError>;

    /// Writes pages of the index of commands, each whole, and the mark, in one transaction. Everything else that is derived
    /// from the journal up to the mark has been written before.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; writing them again does no harm.
    async fn write_commands(
        &self,
        conference: &ConferenceId,
        pages: &[CommandPage],
        mark: u64,
    ) -> Result<(), StoreError>;

    /// The mark of a conference: the last entry that nothing derived from the journal lacks; 0 when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn mark(&self, conference: &ConferenceId) -> Result<u64, StoreError>;

    /// The pages of the index from number `from` on, in order, some at a time; an empty answer means that there are no
    /// more.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails or a page cannot be read.
    async fn command_pages(&self, conference: &ConferenceId, from: u32) -> Result<Vec<CommandPage>, StoreError>;

    /// A page of the index, if there is one of this number.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails or the page cannot be read.
    async fn command_page(&self, conference: &ConferenceId, number: u32) -> Result<Option<CommandPage>, StoreError>;

    /// Writes a line of the audit log.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    async fn write_audit(&self, line: &AuditLine) -> Result<(), StoreError>;
}

#[async_trait]
impl Journals for Store {
    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        Store::commit(self, commit).await
    }

    async fn records_after(
        &self,
        conference: &ConferenceId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Placed>, StoreError> {
        Store::records_after(self, conference, after, limit).await
    }

    async fn last_record(&self, conference: &ConferenceId, from: u64) -> Result<Option<Placed>, StoreError> {
        Store::last_record(self, conference, from).await
    }

    async fn write_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        Store::write_checkpoint(self, checkpoint).await
    }

    async fn state(&self, id: &ActivityId) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        Store::state(self, id).await
    }

    async fn activities(&self, conference: &ConferenceId) -> Result<Vec<StoredActivity>, StoreError> {
        Store::activities(self, conference).await
    }

    async fn members(&self, conference: &ConferenceId) -> Result<Vec<Member>, StoreError> {
        Store::members(self, conference).await
    }

    async fn conference(&self, id: &ConferenceId) -> Result<Option<Conference>, StoreError> {
        Store::conference(self, id).await
    }

    async fn create_conference(&self, new: NewConference<'_>, take: TakeNumber) -> Result<Created, StoreError> {
        Store::create_conference(self, new, take).await
    }

    async fn made_with(&self, owner: &UserId, key: &CommandId) -> Result<Option<MadeBefore>, StoreError> {
        Store::made_with(self, owner, key).await
    }

    async fn numbers_in_use(&self, now_ms: u64) -> Result<Vec<u32>, StoreError> {
        Store::numbers_in_use(self, now_ms).await
    }

    async fn conference_of_number(&self, number: Number) -> Result<Option<ConferenceId>, StoreError> {
        Store::conference_of_number(self, number).await
    }

    async fn conference_of_activity(&self, id: &ActivityId) -> Result<Option<ConferenceId>, StoreError> {
        Store::conference_of_activity(self, id).await
    }

    async fn seats_of(&self, user: &UserId) -> Result<Vec<ConferenceId>, StoreError> {
        Store::seats_of(self, user).await
    }

    async fn conferences(&self, ids: &[ConferenceId]) -> Result<Vec<Conference>, StoreError> {
        Store::conferences(self, ids).await
    }

    async fn conferences_of(&self, user: &UserId) -> Result<Vec<Conference>, StoreError> {
        Store::conferences_of(self, user).await
    }

    async fn conferences_with_open_activities(&self) -> Result<Vec<ConferenceId>, StoreError> {
        Store::conferences_with_open_activities(self).await
    }
    async fn write_commands(
        &self,
        conference: &ConferenceId,
        pages: &[CommandPage],
        mark: u64,
    ) -> Result<(), StoreError> {
        Store::write_commands(self, conference, pages, mark).await
    }

    async fn mark(&self, conference: &ConferenceId) -> Result<u64, StoreError> {
        Store::mark(self, conference).await
    }

    async fn command_pages(&self, conference: &ConferenceId, from: u32) -> Result<Vec<CommandPage>, StoreError> {
        Store::command_pages(self, conference, from).await
    }

    async fn command_page(&self, conference: &ConferenceId, number: u32) -> Result<Option<CommandPage>, StoreError> {
        Store::command_page(self, conference, number).await
    }

    async fn write_audit(&self, line: &AuditLine) -> Result<(), StoreError> {
        Store::write_audit(self, line).await
    }
}
