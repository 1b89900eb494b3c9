//! What happens to an activity by itself at a time that an organizer chose: it opens, it closes.
//!
//! The times are part of the activity's document and durable with it; here is when they are due and what comes of it. The
//! activity's own task does it, so that an action which arrives in the same moment comes before or after it, and never beside.
//!
//! # Invariants
//! * A time is used up by what it brings about, in one and the same outcome.

use super::calls::Machine;
use crate::activity::error::ActivityError;
use crate::activity::event::Told;
use crate::domain::activity::{Phase, Schedule};

/// What could not be done because there is no room for it, or its plugin cannot be loaded, is tried again after so long.
const RETRY_MS: u64 = 1_000;

impl Machine {
    /// Opens or closes the activity if it is time.
    pub(super) fn run_schedule(&mut self) {
        let now_ms = self.environment.clock.now_ms();
        if self.timers.scheduled_wait(&self.doc, now_ms).is_none_or(|wait| !wait.is_zero()) {
            return;
        }
        let done = match self.doc.phase {
            Phase::Draft => self.open(),
            Phase::Open | Phase::Closed | Phase::Discarded => self.close(is_transient),
        };
        let changed = match done {
            Ok(changed) => changed,
            Err(error) if is_transient(&error) => {
                self.timers.put_schedule_off(now_ms.saturating_add(RETRY_MS));
                return;
            }
            Err(error) => {
                // It will not open later either: the organizer sees that it waits for nothing any more.
                tracing::warn!(activity.id = %self.doc.id, error = ?error.to_string(), "it does not open by itself");
                let schedule = Schedule { opens_at_ms: None, ..self.doc.schedule };
                self.set_schedule(schedule)
            }
        };
        self.tell(None, Told::Changed(Box::new(changed)));
    }
}

/// Whether it may go another way in a moment.
fn is_transient(error: &ActivityError) -> bool {
    matches!(error, ActivityError::Busy | ActivityError::Gone | ActivityError::NotLoaded { .. })
}
