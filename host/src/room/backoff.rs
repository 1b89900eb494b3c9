//! Pauses between tries of what a store does not do: each twice as long as the one before, up to a bound.
//!
//! How often something is tried, and what is an end of that, is for the caller to say.
//!
//! # Invariants
//! * No pause outlasts the server's stop.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// The pause that comes next.
pub(super) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    /// Pauses that begin with `first` and are never longer than `longest`.
    pub(super) fn new(first: Duration, longest: Duration) -> Self {
        Self { next: first, longest }
    }

    /// Waits before another try. False where there is to be none, because the server stops.
    pub(super) async fn pause(&mut self, stop: &CancellationToken) -> bool {
        tokio::select! {
            biased;
            () = stop.cancelled() => false,
            () = tokio::time::sleep(self.next) => {
                self.next = (self.next * 2).min(self.longest);
                true
            }
        }
    }
}
