//! Looking for a command in the journal: was it carried out long ago, and with which answer?
//!
//! It is looked for in a task of its own, since the store may take a moment; meanwhile the command counts as under way, and
//! whoever sends it again waits with it.

use super::error::RoomError;
use crate::domain::command::{Command, Stamp};
use crate::domain::id::ConferenceId;
use crate::store::{Journals, ReplyRecord, StoreError};

/// A command that was looked for.
#[derive(Debug)]
pub(super) struct Searched {
    pub(super) command: Command,
    /// Its answer in the journal, if it was carried out.
    pub(super) found: Result<Option<ReplyRecord>, RoomError>,
}

/// The answer to a command in the journal, if it was carried out; it may stand in these pages of the index.
pub(super) async fn find(
    store: &dyn Journals,
    conference: &ConferenceId,
    stamp: &Stamp,
    pages: &[u32],
) -> Result<Option<ReplyRecord>, StoreError> {
    for number in pages {
        let Some(page) = store.command_page(conference, *number).await? else { continue };
        for at in page.commands.iter().filter(|command| command.half == stamp.key.half()) {
            for placed in store.records_after(conference, at.seq.saturating_sub(1), 1).await? {
                let mut replies = placed.record?.replies.into_iter();
                let reply = replies.find(|reply| (&reply.member, &reply.command) == stamp.names());
                if reply.is_some() {
                    return Ok(reply);
                }
            }
        }
    }
    Ok(None)
}
