//! One call of WeCom's API: its address, its deadline, its bounded answer, and the tries that WeCom asks for.
//!
//! Which token goes along, and what to do when it is not good, is not known here.
//!
//! # Invariants
//! * Addresses hold secrets: they are never logged, and no error of the HTTP client leaves this file.
//! * At most four tries, and only where WeCom says that it did nothing, or where a second time does no harm.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use super::answer;
use super::endpoint::Endpoint;
use super::error::WecomError;
use crate::clock::{SharedRng, random_below};
use crate::config::WecomConfig;

/// Largest answer. The longest one used, a member with every field, has a few kilobytes.
const ANSWER_BYTES_MAX: usize = 256 << 10;
/// Tries after the first one: "at most 3 times", says WeCom of error -1.
const RETRIES_MAX: u32 = 3;
/// Longest pause before the second try; it doubles.
const PAUSE_MS: u32 = 100;
/// Calls under way at a time. WeCom was seen to refuse a corp at 400.
const CALLS_MAX: usize = 128;
/// Longest wait for a turn.
const TURN_WAIT: Duration = Duration::from_secs(10);

/// Asks WeCom's server, tries again what may work then, and keeps the calls under way within a limit.
pub(super) struct Api {
    http: Client,
    base: Url,
    rng: SharedRng,
    calls: Semaphore,
}

/// Why the client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the client for WeCom cannot be made: {0}; HTTPS needs the system's certificates (package ca-certificates)")]
pub struct NoClient(String);

impl NoClient {
    pub(super) fn because(why: String) -> Self {
        Self(why)
    }
}

impl Api {
    /// A client with the settings' address and deadline.
    pub(super) fn new(config: &WecomConfig, rng: SharedRng) -> Result<Self, NoClient> {
        let timeout = Duration::from_millis(config.timeout_ms);
        // No redirects: they would carry the token elsewhere. No proxy: only the settings say where to connect.
        let http = Client::builder().timeout(timeout).connect_timeout(timeout).redirect(Policy::none()).no_proxy();
        let http = http.build().map_err(|error| NoClient(error.without_url().to_string()))?;
        let base = Url::parse(&config.api_url).map_err(|error| NoClient(error.to_string()))?;
        Ok(Self { http, base, rng, calls: Semaphore::new(CALLS_MAX) })
    }

    /// Asks for something.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        query: &[(&str, &str)],
    ) -> Result<T, WecomError> {
        let url = self.address(endpoint, query);
        self.call(endpoint, || self.http.get(url.clone())).await
    }

    /// Hands something in.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        query: &[(&str, &str)],
        body: &impl Serialize,
    ) -> Result<T, WecomError> {
        let url = self.address(endpoint, query);
        self.call(endpoint, || self.http.post(url.clone()).json(body)).await
    }

    fn address(&self, endpoint: Endpoint, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/cgi-bin/{}", self.base.path().trim_end_matches('/'), endpoint.name()));
        url.query_pairs_mut().extend_pairs(query);
        url
    }

    /// Waits until there are not too many calls under way. A token is fetched past the queue: all who wait need it.
    async fn turn(&self, endpoint: Endpoint) -> Result<Option<SemaphorePermit<'_>>, WecomError> {
        if endpoint == Endpoint::GetToken {
            return Ok(None);
        }
        match tokio::time::timeout(TURN_WAIT, self.calls.acquire()).await {
            // Never closed; if it were, calls would go uncounted rather than unmade.
            Ok(turn) => Ok(turn.ok()),
            Err(_) => Err(WecomError::Busy),
        }
    }

    async fn call<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<T, WecomError> {
        let _turn = self.turn(endpoint).await?;
        let mut tries = 0;
        loop {
            let result = once(endpoint, request()).await;
            let outcome = result.as_ref().err().map_or("ok", FailedTry::word);
            metrics::counter!("hezi_wecom_calls_total", "endpoint" => endpoint.name(), "outcome" => outcome)
                .increment(1);
            match result {
                Ok(answer) => return Ok(answer),
                Err(failure) if tries < RETRIES_MAX && failure.is_worth_a_try(endpoint, tries) => tries += 1,
                Err(failure) => return Err(failure.into_error()),
            }
            let pause_ms = PAUSE_MS << tries;
            let pause_ms = pause_ms / 2 + random_below(self.rng.as_ref(), pause_ms);
            tokio::time::sleep(Duration::from_millis(u64::from(pause_ms))).await;
        }
    }
}

/// Why one try came to nothing.
enum FailedTry {
    /// WeCom said so.
    Said(WecomError),
    /// The connection broke, or was never there.
    Broken,
    /// No answer in time.
    Late,
}

impl FailedTry {
    fn word(&self) -> &'static str {
        match self {
            Self::Said(error) => error.word(),
            Self::Broken => "broken",
            Self::Late => "late",
        }
    }

    fn is_worth_a_try(&self, endpoint: Endpoint, tries: u32) -> bool {
        match self {
            Self::Said(error) => *error == WecomError::Busy,
            Self::Broken => tries == 0 && endpoint.may_repeat(),
            Self::Late => false,
        }
    }

    fn into_error(self) -> WecomError {
        match self {
            Self::Said(error) => error,
            Self::Broken => WecomError::Unreachable("the connection failed"),
            Self::Late => WecomError::Unreachable("there was no answer in time"),
        }
    }
}

impl From<reqwest::Error> for FailedTry {
    fn from(error: reqwest::Error) -> Self {
        let late = error.is_timeout();
        // Without the address, which holds the token.
        tracing::debug!(error = %error.without_url(), "a call of WeCom's API failed");
        if late { Self::Late } else { Self::Broken }
    }
}

async fn once<T: DeserializeOwned>(endpoint: Endpoint, request: RequestBuilder) -> Result<T, FailedTry> {
    let mut response = request.send().await?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(FailedTry::Said(WecomError::Unreachable("the answer is too long")));
        }
        body.extend_from_slice(&chunk);
    }
    answer::read(endpoint, &body).map_err(FailedTry::Said)
}
