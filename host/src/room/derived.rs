//! Writing what is derived behind the journal, so that opening a room does not mean running through its whole history:
//! changed state, and where its commands stand. When all of it is written, so is the mark.
//!
//! Nobody waits for it, and losing it loses nothing: the journal has it all.

use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::order::finished;
use crate::domain::id::ConferenceId;
use crate::store::{Checkpoint, CommandPage, SharedJournals};

/// Entries without anything derived from them, joins for example, before the mark is moved past them all the same.
const MARK_BEHIND_MAX: u64 = 1_000;

/// What is derived from a conference's journal.
pub(super) struct Derived {
    conference: ConferenceId,
    store: SharedJournals,
    /// The last entry that nothing derived from the journal lacks in the store.
    mark: u64,
    writing: Option<JoinHandle<Written>>,
}

/// What is written in one go: all that was not, up to the entry `mark`.
pub(super) struct Part {
    pub(super) checkpoints: Vec<Checkpoint>,
    pub(super) pages: Vec<CommandPage>,
    pub(super) mark: u64,
}

/// What came of the writing.
pub(super) enum Written {
    /// All of it is in the store, up to this entry.
    All(u64),
    /// This is not, or it is not known.
    NotAll { checkpoints: Vec<Checkpoint>, pages: Vec<CommandPage> },
}

impl Derived {
    /// Everything is in the store up to the entry `mark`.
    pub(super) fn up_to(mark: u64, conference: ConferenceId, store: SharedJournals) -> Self {
        Self { conference, store, mark, writing: None }
    }

    /// Starts writing this, if there is anything to write. To be asked for when nothing is being written.
    pub(super) fn start(&mut self, part: Part, tasks: &TaskTracker) {
        let is_behind = part.mark - self.mark >= MARK_BEHIND_MAX;
        if part.checkpoints.is_empty() && part.pages.is_empty() && !is_behind {
            return;
        }
        let (store, conference) = (self.store.clone(), self.conference.clone());
        self.writing = Some(tasks.spawn(async move { part.write(&store, &conference).await }));
    }

    /// Waits for the writing that is under way, or for ever where there is none. None where it broke: what it was to write
    /// is lost with it, and only the journal knows now.
    pub(super) async fn written(&mut self) -> Option<Written> {
        let written = finished(&mut self.writing).await?;
        if let Written::All(mark) = written {
            self.mark = mark;
        }
        Some(written)
    }

    /// Whether nothing is being written.
    pub(super) fn is_settled(&self) -> bool {
        self.writing.is_none()
    }

    /// Waits until what is being written has landed or failed, whichever.
    pub(super) async fn landed(&mut self) {
        if let Some(writing) = self.writing.take() {
            drop(writing.await);
        }
    }
}

impl Part {
    /// Writes it all; gives back what could not be written.
    async fn write(self, store: &SharedJournals, conference: &ConferenceId) -> Written {
        let Self { checkpoints, pages, mark } = self;
        let mut failed = Vec::new();
        for checkpoint in checkpoints {
            if let Err(error) = store.write_checkpoint(&checkpoint).await {
                tracing::warn!(activity.id = %checkpoint.activity, "a checkpoint was not written: {error}");
                failed.push(checkpoint);
            }
        }
        // The mark says that everything before it is written.
        if !failed.is_empty() {
            return Written::NotAll { checkpoints: failed, pages };
        }
        match store.write_commands(conference, &pages, mark).await {
            Ok(()) => Written::All(mark),
            Err(error) => {
                tracing::warn!(conference.id = %conference, "the index of commands was not written: {error}");
                Written::NotAll { checkpoints: failed, pages }
            }
        }
    }
}
