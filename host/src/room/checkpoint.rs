//! Writing changed state behind the journal, so that opening a room does not mean running through its whole history.
//!
//! Nobody waits for it, and losing it loses nothing: the journal has it all.

use std::collections::BTreeMap;

use super::actor::Room;
use super::running::Slot;
use crate::domain::activity::Phase;
use crate::store::{Checkpoint, StateChange};

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

impl Room {
    /// Starts writing what has changed, if anything has and nothing is being written.
    pub(super) fn start_checkpoint(&mut self) {
        if self.checkpointing.is_some() {
            return;
        }
        let checkpoints: Vec<Checkpoint> = self.activities.values_mut().filter_map(Slot::take_checkpoint).collect();
        if checkpoints.is_empty() {
            return;
        }
        let store = self.shared.store.clone();
        self.checkpointing = Some(self.around.tasks.spawn(async move {
            let mut failed = Vec::new();
            for checkpoint in checkpoints {
                if let Err(error) = store.write_checkpoint(&checkpoint).await {
                    tracing::warn!(activity.id = %checkpoint.activity, "a checkpoint was not written: {error}");
                    failed.push(checkpoint);
                }
            }
            failed
        }));
    }

    /// The writing has ended.
    pub(super) fn checkpointed(&mut self, failed: Vec<Checkpoint>) {
        for checkpoint in failed {
            if let Some(slot) = self.activities.get_mut(&checkpoint.activity) {
                slot.take_back(checkpoint);
            }
        }
    }

    /// Whether something has changed that no checkpoint has.
    pub(super) fn has_unwritten_state(&self) -> bool {
        self.activities.values().any(|slot| slot.unwritten_seq.is_some())
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
