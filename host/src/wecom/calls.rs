//! A call with a token: the one place where tokens, breaker and client meet.
//!
//! # Invariants
//! * A call whose token was refused is made once more with a new one, never twice.

use std::sync::Arc;

use super::answer::WhoAnswer;
use super::api::Api;
use super::breaker::Breaker;
use super::endpoint::Endpoint;
use super::error::{Trouble, WecomError};
use super::token::TokenCache;
use crate::clock::SharedClock;
use crate::config::Secret;

/// A code that no sign-in has: WeCom's answer to it tells whether the app may ask at all.
const TEST_CODE: &str = "hezi-asks-whether-it-may-ask";

/// What all calls share.
pub(super) struct Calls {
    pub(super) api: Arc<Api>,
    pub(super) tokens: Arc<TokenCache>,
    pub(super) breaker: Breaker,
    pub(super) clock: SharedClock,
}

impl Calls {
    /// Makes a call with the access token.
    pub(super) async fn with_token<T, F>(&self, call: impl Fn(Secret) -> F) -> Result<T, WecomError>
    where
        F: Future<Output = Result<T, WecomError>>,
    {
        self.breaker.admit(self.clock.monotonic_ms())?;
        let result = self.try_with_token(call).await;
        self.breaker.note(result.as_ref().err(), self.clock.monotonic_ms());
        result
    }

    async fn try_with_token<T, F>(&self, call: impl Fn(Secret) -> F) -> Result<T, WecomError>
    where
        F: Future<Output = Result<T, WecomError>>,
    {
        let token = self.tokens.get().await?;
        match call(token.clone()).await {
            Err(WecomError::BadToken) => self.tokens.invalidate(&token),
            result => return result,
        }
        let token = self.tokens.get().await?;
        let result = call(token.clone()).await;
        if let Err(WecomError::BadToken) = result {
            self.tokens.invalidate(&token);
        }
        result
    }

    /// Who signed in with a code.
    pub(super) async fn who(&self, code: &str) -> Result<WhoAnswer, WecomError> {
        self.with_token(|token| async move {
            let query = [("access_token", token.expose()), ("code", code)];
            self.api.get(Endpoint::GetUserInfo, &query).await
        })
        .await
    }

    /// Gets a token, so that one is there when the first person comes, and what is set up wrongly shows at once.
    pub(super) async fn warm_up(&self) {
        let error = self.tokens.get().await.err();
        // A token proves that the secret is right, and no more: an open breaker is closed by a whole call only.
        if error.is_some() {
            self.breaker.note(error.as_ref(), self.clock.monotonic_ms());
        }
    }

    /// Finds out whether what was wrong is right again, when it is time to.
    pub(super) async fn test(&self) {
        if self.breaker.wants_test(self.clock.monotonic_ms()) {
            // Its result is noted on the way.
            drop(self.who(TEST_CODE).await);
        } else if self.breaker.trouble().is_none() && self.tokens.trouble().is_some() {
            // Asks as seldom as the cache lets it. Without this the trouble would last until somebody signs in.
            self.warm_up().await;
        }
    }

    /// What is set up wrongly, if nobody can be signed in for it, or soon nobody will.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.breaker.trouble().or_else(|| self.tokens.trouble())
    }
}
