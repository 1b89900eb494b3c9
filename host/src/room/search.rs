//! Looking for a command in the journal: was it carried out long ago, and with which answer?
//!
//! It is looked for in a task of its own, since the store may take a moment; meanwhile the command counts as under way, and
//! whoever sends it again waits with it.
//!
//! # Invariants
//! * A command that is found is answered from the journal, and nothing of it is carried out again.
//! * When the store does not answer, nothing is carried out.

use std::sync::Arc;

use super::acting::Command;
use super::actor::Room;
use super::command::{Message, Want};
use super::error::RoomError;
use crate::domain::id::{ConferenceId, UserId};
use crate::store::{Journals, ReplyRecord, StoreError};

/// A command that was looked for.
#[derive(Debug)]
pub(super) struct Searched {
    member: UserId,
    made: Command,
    want: Want,
    found: Result<Option<ReplyRecord>, RoomError>,
}

impl Room {
    /// Looks for a command in these pages of the index.
    pub(super) fn search(&self, member: UserId, made: Command, want: Want, pages: Vec<u32>) {
        let (store, conference, own) = (Arc::clone(&self.shared.store), self.conference.id.clone(), self.own.clone());
        self.around.tasks.spawn(async move {
            let found = find(store.as_ref(), &conference, &member, &made, &pages).await.map_err(RoomError::from);
            if let Some(own) = own.upgrade() {
                drop(own.send(Message::Searched(Searched { member, made, want, found })).await);
            }
        });
    }

    /// A command was looked for.
    pub(super) fn searched(&mut self, searched: Searched) {
        let Searched { member, made, want, found } = searched;
        match found {
            Ok(None) => self.begin(member, made, want),
            Ok(Some(reply)) => {
                let same = reply.fingerprint == made.print;
                for waiter in self.memory.found(made.key) {
                    if same {
                        self.answer(waiter, reply.seq, &reply.ok);
                    } else {
                        self.refuse(waiter, &RoomError::IdReused.problem(), RoomError::IdReused);
                    }
                }
            }
            Err(error) => self.reject(made.key, error, false),
        }
    }
}

/// The answer to a command in the journal, if it was carried out.
async fn find(
    store: &dyn Journals,
    conference: &ConferenceId,
    member: &UserId,
    made: &Command,
    pages: &[u32],
) -> Result<Option<ReplyRecord>, StoreError> {
    for number in pages {
        let Some(page) = store.command_page(conference, *number).await? else { continue };
        for at in page.commands.iter().filter(|command| command.half == made.key.half()) {
            for placed in store.records_after(conference, at.seq.saturating_sub(1), 1).await? {
                let mut replies = placed.record?.replies.into_iter();
                let reply = replies.find(|reply| reply.command == made.id && reply.member == *member);
                if reply.is_some() {
                    return Ok(reply);
                }
            }
        }
    }
    Ok(None)
}
