//! Writing what is derived behind the journal, so that opening a room does not mean running through its whole history:
//! changed state, and where its commands stand. When all of it is written, so is the mark.
//!
//! Nobody waits for it, and losing it loses nothing: the journal has it all.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::actor::Room;
use super::running::Slot;
use crate::domain::activity::Phase;
use crate::domain::id::ConferenceId;
use crate::store::{Checkpoint, CommandPage, Journals, StateChange};

/// Entries without anything derived from them, joins for example, before the mark is moved past them all the same.
const MARK_BEHIND_MAX: u64 = 1_000;

impl Slot {
    /// Takes a durable change into the next checkpoint.
    pub(super) fn note(&mut self, change: StateChange) {
        self.unwritten_seq = Some(change.seq);
        for write in change.writes {
            self.unwritten.insert(write.key, write.value);
        }
        for timer in change.timers {
            match timer.at_ms {
                Some(at_ms) => self.timers.insert(timer.name, at_ms),
                None => self.timers.remove(&timer.name),
            };
        }
    }

    /// The next checkpoint, if something has changed.
    pub(super) fn take_checkpoint(&mut self) -> Option<Checkpoint> {
        let seq = self.unwritten_seq.take()?;
        Some(Checkpoint {
            activity: self.activity.id.clone(),
            seq,
            writes: std::mem::take(&mut self.unwritten),
            timers: self.timers.iter().map(|(name, at_ms)| (name.clone(), *at_ms)).collect(),
        })
    }

    /// A checkpoint that could not be written: what has not changed again since goes into the next one.
    fn take_back(&mut self, checkpoint: Checkpoint) {
        let newer = std::mem::replace(&mut self.unwritten, checkpoint.writes);
        self.unwritten.extend(newer);
        self.unwritten_seq = Some(self.unwritten_seq.unwrap_or(checkpoint.seq));
    }
}

/// What is written behind the journal in one go, up to the entry `mark`.
pub(super) struct Derived {
    checkpoints: Vec<Checkpoint>,
    pages: Vec<CommandPage>,
    mark: u64,
}

impl Derived {
    /// Writes it all; gives back what could not be written.
    async fn write(mut self, store: &dyn Journals, conference: &ConferenceId) -> Written {
        let mut failed = Vec::new();
        for checkpoint in self.checkpoints.drain(..) {
            if let Err(error) = store.write_checkpoint(&checkpoint).await {
                tracing::warn!(activity.id = %checkpoint.activity, "a checkpoint was not written: {error}");
                failed.push(checkpoint);
            }
        }
        self.checkpoints = failed;
        // The mark says that everything before it is written.
        if !self.checkpoints.is_empty() {
            return Written::NotAll(self);
        }
        match store.write_commands(conference, &self.pages, self.mark).await {
            Ok(()) => Written::All { mark: self.mark },
            Err(error) => {
                tracing::warn!(conference.id = %conference, "the index of commands was not written: {error}");
                Written::NotAll(self)
            }
        }
    }
}

/// What came of the writing.
pub(super) enum Written {
    /// All of it is in the store.
    All {
        /// Up to this entry.
        mark: u64,
    },
    /// This is not, or it is not known.
    NotAll(Derived),
}

impl Room {
    /// Starts writing what has changed, if anything has and nothing is being written.
    pub(super) fn start_checkpoint(&mut self) {
        if self.checkpointing.is_some() || self.damage.is_some() {
            return;
        }
        let checkpoints: Vec<Checkpoint> = self.activities.values_mut().filter_map(Slot::take_checkpoint).collect();
        let behind = self.durable - self.mark >= MARK_BEHIND_MAX;
        if checkpoints.is_empty() && !self.memory.index().has_unwritten() && !behind {
            return;
        }
        let derived = Derived { checkpoints, pages: self.memory.index().take_pages(), mark: self.durable };
        let (store, conference) = (Arc::clone(&self.shared.store), self.conference.id.clone());
        self.checkpointing =
            Some(self.around.tasks.spawn(async move { derived.write(store.as_ref(), &conference).await }));
    }

    /// The writing has ended.
    pub(super) fn checkpointed(&mut self, written: Written) {
        match written {
            Written::All { mark } => {
                self.mark = mark;
                self.memory.indexed_to(mark);
            }
            Written::NotAll(derived) => {
                self.memory.index().take_back(derived.pages);
                for checkpoint in derived.checkpoints {
                    if let Some(slot) = self.activities.get_mut(&checkpoint.activity) {
                        slot.take_back(checkpoint);
                    }
                }
            }
        }
    }

    /// Whether something has changed that no checkpoint has.
    pub(super) fn has_unwritten_state(&mut self) -> bool {
        let state = self.activities.values().any(|slot| slot.unwritten_seq.is_some());
        self.damage.is_none() && (state || self.memory.index().has_unwritten())
    }

    /// Whether a timer must find the room in memory.
    pub(super) fn has_armed_timers(&self) -> bool {
        self.activities.values().any(|slot| slot.activity.phase == Phase::Open && !slot.timers.is_empty())
    }
}

/// Timers as the store has them.
pub(super) fn timers_of(stored: &[(String, u64)]) -> BTreeMap<String, u64> {
    stored.iter().cloned().collect()
}
