//! What may be concluded from what the store says: which writes are under way, and whether the engine can be believed.
//!
//! Two facts about embedded engines make this necessary. A commit is visible to readers *before* it is synced; whoever
//! answered from such a read would acknowledge what a power cut may still take. And a commit that failed in the log or in a
//! sync stays visible, though nothing of it is on the disk. So a read is answered only after every write that it may have
//! seen has ended, and the first error of the log ends the store for good: the process says why and goes, and the next one
//! finds what is really there.
//!
//! # Invariants
//! * The answer to a read is never older than the end of a write that it saw.
//! * After [`Soundness::condemn`] nothing is answered any more.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::StoreError;

/// The writes that are under way, and the verdict on the engine.
#[derive(Default)]
pub(super) struct Soundness {
    writes: Mutex<WritesUnderWay>,
    /// The oldest write under way, or the next one where there is none.
    oldest: watch::Sender<u64>,
    reason: OnceLock<String>,
    condemned: CancellationToken,
}

#[derive(Default)]
struct WritesUnderWay {
    next: u64,
    under_way: BTreeSet<u64>,
}

impl WritesUnderWay {
    fn oldest(&self) -> u64 {
        self.under_way.first().copied().unwrap_or(self.next)
    }
}

/// A write that is under way until this is dropped.
pub(super) struct Writing {
    soundness: Arc<Soundness>,
    number: u64,
}

impl Soundness {
    /// A write begins.
    pub(super) fn begin(self: &Arc<Self>) -> Writing {
        let mut writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        let number = writes.next;
        writes.next += 1;
        writes.under_way.insert(number);
        drop(writes);
        Writing { soundness: Arc::clone(self), number }
    }

    /// Waits until every write that began before this call has ended.
    pub(super) async fn settled(&self) {
        let mark = {
            let writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
            if writes.under_way.is_empty() {
                return;
            }
            writes.next
        };
        // The sender lives as long as this does, so the wait ends by the writes alone.
        drop(self.oldest.subscribe().wait_for(|oldest| *oldest >= mark).await);
    }

    /// The engine cannot be believed any more.
    pub(super) fn condemn(&self, reason: &str) {
        if self.reason.set(reason.to_owned()).is_ok() {
            tracing::error!("the store cannot keep what it is given and ends: {reason}");
            self.condemned.cancel();
        }
    }

    /// Whether the engine can be believed.
    ///
    /// # Errors
    /// [`StoreError::Broken`] with the reason when it cannot.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self.reason.get() {
            Some(why) => Err(StoreError::Broken { why: why.clone() }),
            None => Ok(()),
        }
    }

    /// Waits until the engine is condemned, and gives the reason.
    pub(super) async fn broken(&self) -> String {
        self.condemned.cancelled().await;
        self.reason.get().cloned().unwrap_or_default()
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut writes = self.soundness.writes.lock().unwrap_or_else(PoisonError::into_inner);
        writes.under_way.remove(&self.number);
        let oldest = writes.oldest();
        // Under the lock, so that two ends cannot tell their news in the wrong order.
        self.soundness.oldest.send_replace(oldest);
        drop(writes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the future is ready at once.
    fn ready(wait: impl Future<Output = ()>) -> bool {
        futures_now(wait).is_some()
    }

    fn futures_now<T>(wait: impl Future<Output = T>) -> Option<T> {
        let mut wait = std::pin::pin!(wait);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match wait.as_mut().poll(&mut context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        }
    }

    #[test]
    fn a_read_waits_for_the_writes_that_it_may_have_seen_and_for_no_other() {
        let soundness = Arc::new(Soundness::default());
        assert!(ready(soundness.settled()), "nothing is under way");
        let first = soundness.begin();
        let second = soundness.begin();
        assert!(!ready(soundness.settled()));
        drop(first);
        assert!(!ready(soundness.settled()), "the second is under way");
        {
            let mut wait = Box::pin(soundness.settled());
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(wait.as_mut().poll(&mut context).is_pending());
            let third = soundness.begin();
            drop(second);
            assert!(wait.as_mut().poll(&mut context).is_ready(), "the third began later");
            drop(third);
        }
        assert!(ready(soundness.settled()));
    }

    #[test]
    fn the_first_reason_stays() {
        let soundness = Soundness::default();
        assert!(soundness.check().is_ok());
        soundness.condemn("no space");
        soundness.condemn("something else");
        assert!(matches!(soundness.check(), Err(StoreError::Broken { why }) if why == "no space"));
        assert_eq!(futures_now(soundness.broken()).as_deref(), Some("no space"));
    }
}
