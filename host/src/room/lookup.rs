//! What a room looks up in the store before a command takes its course: whether it was carried out long ago, and with which
//! answer; the message that it is about, where that is too old to be in memory; what somebody owns who is to have one more.
//!
//! Each is looked up in a task of its own, since the store may take a moment, and what was found comes back as a message.
//! Meanwhile the command counts as under way, and whoever sends it again waits with it. What follows is the room's business.

use super::error::RoomError;
use crate::domain::command::{Command, Request, Stamp};
use crate::domain::entry::Entry;
use crate::domain::id::{ConferenceId, UserId};
use crate::store::{Journals, Record, ReplyRecord, StoreError};

/// A command that was looked for.
#[derive(Debug)]
pub(super) struct Searched {
    pub(super) command: Command,
    /// Its answer in the journal, if it was carried out.
    pub(super) found: Result<Option<ReplyRecord>, RoomError>,
}

/// A message that was looked for: somebody wants it deleted, or on the wall.
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

/// What somebody owns was looked up: nobody is handed a conference who owns as many as a person may.
#[derive(Debug)]
pub(super) struct Owned {
    /// The command that hands a conference over.
    pub(super) stamp: Stamp,
    /// Who is to own it.
    pub(super) whom: UserId,
    /// How many others they own that have not ended.
    pub(super) others: Result<usize, RoomError>,
}

/// The answer to a command in the journal, if it was carried out; it may stand in these pages of the index.
pub(super) async fn find_reply(
    store: &dyn Journals,
    conference: &ConferenceId,
    stamp: &Stamp,
    pages: &[u32],
) -> Result<Option<ReplyRecord>, StoreError> {
    for number in pages {
        let Some(page) = store.command_page(conference, *number).await? else { continue };
        for at in page.commands.iter().filter(|command| command.half == stamp.key.half()) {
            let Some(record) = record_with(store, conference, at.seq).await? else { continue };
            let mut replies = record.replies.into_iter();
            let reply = replies.find(|reply| (&reply.member, &reply.command) == stamp.names());
            if reply.is_some() {
                return Ok(reply);
            }
        }
    }
    Ok(None)
}

/// The entry at this place, if there is one.
pub(super) async fn find_entry(
    store: &dyn Journals,
    conference: &ConferenceId,
    seq: u64,
) -> Result<Option<Entry>, StoreError> {
    let record = record_with(store, conference, seq).await?;
    Ok(record.and_then(|record| record.entries.into_iter().find(|entry| entry.seq == seq)))
}

/// The record in which the entry at this place stands, if there is one; after the end of the journal it may be the last one.
async fn record_with(store: &dyn Journals, conference: &ConferenceId, seq: u64) -> Result<Option<Record>, StoreError> {
    let found = store.records_after(conference, seq.saturating_sub(1), 1).await?;
    found.into_iter().next().map(|placed| placed.record).transpose()
}

/// How many conferences besides this one a person owns that have not ended.
///
/// Two owners who hand over to the same person in the same moment may both succeed: they are in two rooms, and one conference
/// too many does no harm.
pub(super) async fn count_others(
    store: &dyn Journals,
    conference: &ConferenceId,
    person: &UserId,
) -> Result<usize, StoreError> {
    let theirs = store.conferences_of(person).await?;
    Ok(theirs.iter().filter(|one| one.id != *conference && one.is_open_of(person)).count())
}
