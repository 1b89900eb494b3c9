//! The cache of a token: there when it is needed, and fetched as rarely as possible.
//!
//! One cache a kind of token (access token, JavaScript ticket). A fetch is a task of its own: whoever asked for it may go
//! away without cutting it off, and whoever asks meanwhile waits for the same one. Time inside the process is monotonic;
//! only in the store, which processes share, it is the time of day.
//!
//! # Invariants
//! * At most one fetch is under way, and two that succeed are at least [`Pace::interval_ms`] apart.
//! * A token that failed is dropped only while it is the one that is held: a late failure does not hit its successor.
//! * Ahead of its end a token is renewed while it goes on serving. A renewal that fails takes nothing away.
//! * A token that could not be kept in the store is used all the same.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::error::WecomError;
use super::seal::Seal;
use super::vault::Vault;
use crate::clock::{SharedClock, SharedRng, random_below};
use crate::config::Secret;

/// How long before its end a token is renewed. WeCom lets the old one and the new one live side by side for so long.
const MARGIN_MS: u64 = 300_000;
/// Added to the margin at random, so that several servers do not renew at the same moment.
const JITTER_MS: u32 = 60_000;
/// Shortest pause after a fetch that failed; it doubles.
const PAUSE_MS: u64 = 500;
/// Longest pause after a fetch that failed.
const PAUSE_MS_MAX: u64 = 30_000;

/// A token that was fetched, and how long it lives.
pub(super) struct Fetched {
    pub(super) value: Secret,
    pub(super) life_ms: u64,
}

/// A fetch under way.
pub(super) type Fetching = Pin<Box<dyn Future<Output = Result<Fetched, WecomError>> + Send>>;

/// How fast a cache may ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Shortest time between two successful fetches: asking again at once may well give the same token.
    pub(super) interval_ms: u64,
    /// Longest wait for a fetch.
    pub(super) wait: Duration,
}

/// What a cache needs.
pub(super) struct Needs {
    /// The kind of token, in metrics and log lines.
    pub(super) kind: &'static str,
    /// Its name in the vault: which corp, app and secret, without saying them.
    pub(super) name: String,
    pub(super) fetch: Box<dyn Fn() -> Fetching + Send + Sync>,
    pub(super) vault: Arc<dyn Vault>,
    pub(super) seal: Seal,
    pub(super) clock: SharedClock,
    pub(super) rng: SharedRng,
    pub(super) tasks: TaskTracker,
    pub(super) pace: Pace,
}

/// A cache.
pub(super) struct TokenCache {
    needs: Needs,
    /// A plain lock: it is held for a look or a change of what is held, never across a wait.
    state: Mutex<State>,
}

type Landing = Option<Result<Secret, WecomError>>;

#[derive(Default)]
struct State {
    held: Option<Held>,
    flight: Option<watch::Receiver<Landing>>,
    /// The last token that WeCom refused: the vault may still have it.
    refused: Option<Secret>,
    /// When a fetch last succeeded.
    fetched_at_ms: Option<u64>,
    /// After a failure: what it was, how often in a row, and until when nobody asks again.
    failed: Option<(WecomError, u32, u64)>,
}

/// A token with its times, in monotonic milliseconds.
#[derive(Clone)]
struct Held {
    value: Secret,
    renew_at_ms: u64,
    until_ms: u64,
}

/// What the vault keeps, before it is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    value: Secret,
    /// In milliseconds since 1970.
    until_ms: u64,
}

impl TokenCache {
    pub(super) fn new(needs: Needs) -> Arc<Self> {
        Arc::new(Self { needs, state: Mutex::default() })
    }

    /// The token.
    ///
    /// # Errors
    /// Why there is none. Soon after a failure the same error is given again without asking.
    pub(super) async fn get(self: &Arc<Self>) -> Result<Secret, WecomError> {
        let mut flight = match self.look()? {
            Look::Held(value) => return Ok(value),
            Look::Flight(flight) => flight,
        };
        let landed = tokio::time::timeout(self.needs.pace.wait, flight.wait_for(Option::is_some)).await;
        match landed {
            Ok(Ok(landing)) => landing.clone().unwrap_or(Err(LOST)),
            Ok(Err(_)) => Err(LOST),
            Err(_) => Err(WecomError::Unreachable("there was no token in time")),
        }
    }

    /// Drops a token that WeCom refused, if it is still the one that is held.
    pub(super) fn invalidate(&self, refused: &Secret) {
        let mut state = self.lock();
        if state.held.as_ref().is_some_and(|held| held.value == *refused) {
            tracing::warn!(token.kind = self.needs.kind, "WeCom refused a token before its end");
            state.held = None;
            state.refused = Some(refused.clone());
        }
    }

    fn look(self: &Arc<Self>) -> Result<Look, WecomError> {
        let now_ms = self.needs.clock.monotonic_ms();
        let mut state = self.lock();
        let pausing =
            state.failed.as_ref().filter(|(_, _, until_ms)| now_ms < *until_ms).map(|(error, ..)| error.clone());
        if let Some(held) = state.held.clone().filter(|held| now_ms < held.until_ms) {
            if now_ms >= held.renew_at_ms && pausing.is_none() {
                self.take_off(&mut state);
            }
            return Ok(Look::Held(held.value));
        }
        match pausing {
            Some(error) if state.flight.is_none() => Err(error),
            _ => Ok(Look::Flight(self.take_off(&mut state))),
        }
    }

    /// Joins the fetch that is under way, or starts one.
    fn take_off(self: &Arc<Self>, state: &mut State) -> watch::Receiver<Landing> {
        if let Some(flight) = &state.flight {
            return flight.clone();
        }
        let (land, flight) = watch::channel(None);
        state.flight = Some(flight.clone());
        // Whatever becomes of the task, the next one who asks must not wait for it.
        let end = EndOfFlight(Arc::clone(self));
        let cache = Arc::clone(self);
        self.needs.tasks.spawn(async move {
            let (result, keep) = cache.fly().await;
            cache.land(&result);
            drop(end);
            land.send_replace(Some(result.map(|held| held.value)));
            if let Some(kept) = keep {
                cache.keep(&kept).await;
            }
        });
        flight
    }

    /// Gets a token from the vault or from WeCom; in the second case with what is to be kept.
    async fn fly(&self) -> (Result<Held, WecomError>, Option<Kept>) {
        if let Some(held) = self.recall().await {
            self.count("store");
            return (Ok(held), None);
        }
        self.wait_for_turn().await;
        match (self.needs.fetch)().await {
            Ok(fetched) => {
                self.count("wecom");
                let until_ms = self.needs.clock.now_ms().saturating_add(fetched.life_ms);
                let held = self.held(fetched.value.clone(), fetched.life_ms);
                (Ok(held), Some(Kept { value: fetched.value, until_ms }))
            }
            Err(error) => {
                self.count("failed");
                (Err(error), None)
            }
        }
    }

    fn count(&self, from: &'static str) {
        metrics::counter!("hezi_wecom_fetches_total", "kind" => self.needs.kind, "from" => from).increment(1);
    }

    fn held(&self, value: Secret, life_ms: u64) -> Held {
        let now_ms = self.needs.clock.monotonic_ms();
        let margin_ms = MARGIN_MS + u64::from(random_below(self.needs.rng.as_ref(), JITTER_MS));
        // A token that has not long to live is not renewed over and over.
        let margin_ms = margin_ms.min(life_ms / 4);
        Held { value, renew_at_ms: now_ms + (life_ms - margin_ms), until_ms: now_ms.saturating_add(life_ms) }
    }

    /// The vault's token, if it is better than the one that is held: another process may have been faster.
    async fn recall(&self) -> Option<Held> {
        let sealed = match self.needs.vault.read(&self.needs.name).await {
            Ok(sealed) => sealed?,
            Err(error) => {
                tracing::warn!(token.kind = self.needs.kind, %error, "the kept token cannot be read");
                return None;
            }
        };
        let plain = self.needs.seal.open(&self.needs.name, &sealed)?;
        let kept: Kept = serde_json::from_slice(&plain).ok()?;
        let life_ms = kept.until_ms.saturating_sub(self.needs.clock.now_ms());
        let held = self.held(kept.value, life_ms);
        let state = self.lock();
        let refused = state.refused.as_ref() == Some(&held.value);
        let same = state.held.as_ref().is_some_and(|own| own.value == held.value);
        (life_ms > 0 && !refused && !same).then_some(held)
    }

    async fn wait_for_turn(&self) {
        let fetched_at_ms = self.lock().fetched_at_ms;
        let Some(fetched_at_ms) = fetched_at_ms else { return };
        let passed_ms = self.needs.clock.monotonic_ms().saturating_sub(fetched_at_ms);
        let left_ms = self.needs.pace.interval_ms.saturating_sub(passed_ms);
        tokio::time::sleep(Duration::from_millis(left_ms)).await;
    }

    fn land(&self, result: &Result<Held, WecomError>) {
        let now_ms = self.needs.clock.monotonic_ms();
        let mut state = self.lock();
        match result {
            Ok(held) => {
                state.held = Some(held.clone());
                state.fetched_at_ms = Some(now_ms);
                state.failed = None;
            }
            Err(error) => {
                let failures = state.failed.as_ref().map_or(0, |(_, failures, _)| *failures);
                let pause_ms = self.pause_ms(error, failures);
                tracing::warn!(token.kind = self.needs.kind, pause_ms, "no token: {error}");
                state.failed = Some((error.clone(), failures.saturating_add(1), now_ms.saturating_add(pause_ms)));
            }
        }
    }

    fn pause_ms(&self, error: &WecomError, failures: u32) -> u64 {
        match error {
            WecomError::RateLimited { retry_after_ms } => *retry_after_ms,
            // When this is tried again is for the breaker to say.
            WecomError::Configuration(_) => PAUSE_MS,
            _ => {
                let pause_ms = (PAUSE_MS << failures.min(6)).min(PAUSE_MS_MAX);
                pause_ms + u64::from(random_below(self.needs.rng.as_ref(), u32::try_from(pause_ms / 2).unwrap_or(1)))
            }
        }
    }

    async fn keep(&self, kept: &Kept) {
        let Ok(plain) = serde_json::to_vec(kept) else { return };
        let Some(sealed) = self.needs.seal.close(&self.needs.name, &plain, self.needs.rng.as_ref()) else { return };
        if let Err(error) = self.needs.vault.write(&self.needs.name, &sealed).await {
            tracing::warn!(token.kind = self.needs.kind, %error, "a token could not be kept; it is used all the same");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held cannot leave the state half changed: every change is an assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const LOST: WecomError = WecomError::Unreachable("the fetch of a token broke off");

enum Look {
    Held(Secret),
    Flight(watch::Receiver<Landing>),
}

/// Takes the flight off the board, also when its task is dropped or panics.
struct EndOfFlight(Arc<TokenCache>);

impl Drop for EndOfFlight {
    fn drop(&mut self) {
        self.0.lock().flight = None;
    }
}

#[cfg(test)]
#[path = "token/tests.rs"]
mod tests;
