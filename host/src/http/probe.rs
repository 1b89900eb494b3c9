//! Whether the store writes, found out by writing.
//!
//! # Invariants
//! * However many ask, the store writes for them at most once a second.

use std::time::Duration;

use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::store::Store;

/// Longest wait for the store to write.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// An answer of the store counts for so long: whoever asks more often does not make it write more often.
const PROBE_AGE_MS: u64 = 1_000;

/// Whether the store can write, found out at most once in [`PROBE_AGE_MS`].
#[derive(Debug, Default)]
pub(super) struct Probe(Mutex<Option<(u64, Result<(), String>)>>);

impl Probe {
    /// Whether a write works; if not, why.
    pub(super) async fn ask(&self, store: &Store, clock: &dyn Clock) -> Result<(), String> {
        let mut last = self.0.lock().await;
        let now_ms = clock.monotonic_ms();
        if let Some((at_ms, answer)) = last.as_ref()
            && now_ms.saturating_sub(*at_ms) < PROBE_AGE_MS
        {
            return answer.clone();
        }
        let answer = match tokio::time::timeout(PROBE_TIMEOUT, store.probe(clock.now_ms())).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err(format!("the store has not written a record within {} s", PROBE_TIMEOUT.as_secs())),
        };
        *last = Some((clock.monotonic_ms(), answer.clone()));
        answer
    }
}
