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
//! * Whatever goes wrong, also a task that dies and a token that is refused as soon as it is there, is not tried again at
//!   once, and less and less often.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::error::{Trouble, WecomError};
use super::vault::Vault;
use crate::clock::{SharedClock, SharedRng, random_below};
use crate::config::Secret;
use crate::seal::Seal;

/// How long before its end a token is renewed. WeCom lets the old one and the new one live side by side for so long.
const MARGIN_MS: u64 = 300_000;
/// Added to the margin at random, so that several servers do not renew at the same moment.
const JITTER_MS: u32 = 60_000;
/// Shortest pause after a fetch that failed; it doubles.
const PAUSE_MS: u64 = 500;
/// Longest pause after a fetch that failed.
const PAUSE_MS_MAX: u64 = 30_000;
/// Shortest pause after what a person has to set right; it doubles. WeCom locks an app out that asks too often in error.
const WRONG_PAUSE_MS: u64 = 2_000;
/// Longest pause after what a person has to set right.
const WRONG_PAUSE_MS_MAX: u64 = 60_000;
/// A token that is refused sooner than this after it was fetched was never any good.
const YOUNG_MS: u64 = 60_000;
/// The longest life that is believed: WeCom documents two hours.
const LIFE_MS_MAX: u64 = 86_400_000;

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

/// What a cache is made of.
pub(super) struct Dependencies {
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

/// Gives a token that is good at the moment, and has a new one fetched ahead of its end.
pub(super) struct TokenCache {
    dependencies: Dependencies,
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
    /// How many were refused.
    refusals: u64,
    /// How many in a row were refused soon after they were fetched.
    refused_young: u32,
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
struct KeptToken {
    value: Secret,
    /// In milliseconds since 1970.
    until_ms: u64,
}

impl TokenCache {
    pub(super) fn new(dependencies: Dependencies) -> Arc<Self> {
        Arc::new(Self { dependencies, state: Mutex::default() })
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
        let landed = tokio::time::timeout(self.dependencies.pace.wait, flight.wait_for(Option::is_some)).await;
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
            tracing::warn!(token.kind = self.dependencies.kind, "WeCom refused a token before its end");
            state.held = None;
            state.refused = Some(refused.clone());
            state.refusals = state.refusals.saturating_add(1);
            self.note_age(&mut state);
        }
    }

    /// The first token that is refused young may have been revoked just then. When its successor is, too, the next one is no
    /// better, and to fetch one after another is what WeCom locks an app out for.
    fn note_age(&self, state: &mut State) {
        let now_ms = self.dependencies.clock.monotonic_ms();
        let young = state.fetched_at_ms.is_some_and(|at_ms| now_ms.saturating_sub(at_ms) < YOUNG_MS);
        state.refused_young = if young { state.refused_young.saturating_add(1) } else { 0 };
        if let Some(before) = state.refused_young.checked_sub(2) {
            let until_ms = now_ms.saturating_add(wrong_pause_ms(before));
            state.failed = Some((WecomError::BadToken, before.saturating_add(1), until_ms));
        }
    }

    /// How many tokens were refused so far: what was made with one of them may be worth nothing, either.
    pub(super) fn refusals(&self) -> u64 {
        self.lock().refusals
    }

    /// Drops the token that is held, because what it was made with was refused.
    pub(super) fn discard(&self) {
        let mut state = self.lock();
        if let Some(held) = state.held.take() {
            state.refused = Some(held.value);
        }
    }

    /// What is set up wrongly so that there will be no token, also while an old one still serves.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        match &self.lock().failed {
            Some((WecomError::Configuration(trouble), ..)) if trouble.stops_everything() => Some(trouble.clone()),
            _ => None,
        }
    }

    fn look(self: &Arc<Self>) -> Result<Look, WecomError> {
        let now_ms = self.dependencies.clock.monotonic_ms();
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
        let end = EndOfFlight { cache: Arc::clone(self), landed: false };
        let cache = Arc::clone(self);
        self.dependencies.tasks.spawn(async move {
            let (result, keep) = cache.fly().await;
            end.land(&result);
            land.send_replace(Some(result.map(|held| held.value)));
            if let Some(kept) = keep {
                cache.keep(&kept).await;
            }
        });
        flight
    }

    /// Gets a token from the vault or from WeCom; in the second case with what is to be kept.
    async fn fly(&self) -> (Result<Held, WecomError>, Option<KeptToken>) {
        if let Some(held) = self.recall().await {
            self.count("store");
            return (Ok(held), None);
        }
        self.wait_for_turn().await;
        match (self.dependencies.fetch)().await {
            Ok(Fetched { life_ms: 0, .. }) => {
                self.count("failed");
                (Err(WecomError::Unreachable("a token that ends at once")), None)
            }
            Ok(Fetched { value, life_ms }) => {
                self.count("wecom");
                let life_ms = life_ms.min(LIFE_MS_MAX);
                let until_ms = self.dependencies.clock.now_ms().saturating_add(life_ms);
                let held = self.held(value.clone(), life_ms);
                (Ok(held), Some(KeptToken { value, until_ms }))
            }
            Err(error) => {
                self.count("failed");
                (Err(error), None)
            }
        }
    }

    fn count(&self, from: &'static str) {
        metrics::counter!("hezi_wecom_fetches_total", "kind" => self.dependencies.kind, "from" => from).increment(1);
    }

    fn held(&self, value: Secret, life_ms: u64) -> Held {
        let now_ms = self.dependencies.clock.monotonic_ms();
        let margin_ms = MARGIN_MS + u64::from(random_below(self.dependencies.rng.as_ref(), JITTER_MS));
        // A token that has not long to live is not renewed over and over.
        let margin_ms = margin_ms.min(life_ms / 4);
        let renew_at_ms = now_ms.saturating_add(life_ms.saturating_sub(margin_ms));
        Held { value, renew_at_ms, until_ms: now_ms.saturating_add(life_ms) }
    }

    /// The vault's token, if it is better than the one that is held: another process may have been faster.
    async fn recall(&self) -> Option<Held> {
        let sealed = match self.dependencies.vault.read(&self.dependencies.name).await {
            Ok(sealed) => sealed?,
            Err(error) => {
                tracing::warn!(token.kind = self.dependencies.kind, %error, "the kept token cannot be read");
                return None;
            }
        };
        let plain = self.dependencies.seal.open(&self.dependencies.name, &sealed)?;
        let kept: KeptToken = serde_json::from_slice(&plain).ok()?;
        let life_ms = kept.until_ms.saturating_sub(self.dependencies.clock.now_ms()).min(LIFE_MS_MAX);
        let held = self.held(kept.value, life_ms);
        let state = self.lock();
        let refused = state.refused.as_ref() == Some(&held.value);
        let same = state.held.as_ref().is_some_and(|own| own.value == held.value);
        (life_ms > 0 && !refused && !same).then_some(held)
    }

    async fn wait_for_turn(&self) {
        let fetched_at_ms = self.lock().fetched_at_ms;
        let Some(fetched_at_ms) = fetched_at_ms else { return };
        let passed_ms = self.dependencies.clock.monotonic_ms().saturating_sub(fetched_at_ms);
        let left_ms = self.dependencies.pace.interval_ms.saturating_sub(passed_ms);
        tokio::time::sleep(Duration::from_millis(left_ms)).await;
    }

    fn land(&self, result: &Result<Held, WecomError>) {
        let now_ms = self.dependencies.clock.monotonic_ms();
        let mut state = self.lock();
        match result {
            Ok(held) => {
                // The one before served until its time came.
                if state.held.is_some() {
                    state.refused_young = 0;
                }
                state.held = Some(held.clone());
                state.fetched_at_ms = Some(now_ms);
                state.failed = None;
            }
            Err(error) => {
                let failures = state.failed.as_ref().map_or(0, |(_, failures, _)| *failures);
                let serving = state.held.as_ref().is_some_and(|held| now_ms < held.until_ms);
                let pause_ms = self.pause_ms(error, failures, serving);
                tracing::warn!(token.kind = self.dependencies.kind, pause_ms, "no token: {error}");
                state.failed = Some((error.clone(), failures.saturating_add(1), now_ms.saturating_add(pause_ms)));
            }
        }
    }

    fn pause_ms(&self, error: &WecomError, failures: u32, serving: bool) -> u64 {
        match error {
            WecomError::RateLimited { retry_after_ms } => *retry_after_ms,
            // Every call fails without a token: when this is tried again is for the breaker to say.
            WecomError::Configuration(trouble) if trouble.stops_everything() && !serving => PAUSE_MS,
            WecomError::Configuration(_) => wrong_pause_ms(failures),
            _ => {
                let pause_ms = (PAUSE_MS << failures.min(6)).min(PAUSE_MS_MAX);
                pause_ms
                    + u64::from(random_below(self.dependencies.rng.as_ref(), u32::try_from(pause_ms / 2).unwrap_or(1)))
            }
        }
    }

    async fn keep(&self, kept: &KeptToken) {
        let Ok(plain) = serde_json::to_vec(kept) else { return };
        let Some(sealed) =
            self.dependencies.seal.close(&self.dependencies.name, &plain, self.dependencies.rng.as_ref())
        else {
            return;
        };
        if let Err(error) = self.dependencies.vault.write(&self.dependencies.name, &sealed).await {
            tracing::warn!(token.kind = self.dependencies.kind, %error, "a token could not be kept; it is used all the same");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held cannot leave the state half changed: every change is an assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pause after so many failures that only a person can set right.
fn wrong_pause_ms(failures: u32) -> u64 {
    (WRONG_PAUSE_MS << failures.min(6)).min(WRONG_PAUSE_MS_MAX)
}

const LOST: WecomError = WecomError::Unreachable("the fetch of a token broke off");

enum Look {
    Held(Secret),
    Flight(watch::Receiver<Landing>),
}

/// Takes the flight off the board, also when its task is dropped or panics: that is a failure like others.
struct EndOfFlight {
    cache: Arc<TokenCache>,
    landed: bool,
}

impl EndOfFlight {
    fn land(mut self, result: &Result<Held, WecomError>) {
        self.landed = true;
        self.cache.land(result);
    }
}

impl Drop for EndOfFlight {
    fn drop(&mut self) {
        if !self.landed {
            self.cache.land(&Err(LOST));
        }
        self.cache.lock().flight = None;
    }
}

#[cfg(test)]
#[path = "token/tests.rs"]
mod tests;
