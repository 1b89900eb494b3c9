//! Who is signed in: sessions begin, are looked up, and end.
//!
//! How a session token travels (a cookie, a header) is `http`'s business, and what somebody may do is `access`'s.
//!
//! # Invariants
//! * The token is nowhere but with its owner: the store, the caches and the log know its hash.
//! * A session that was ended is refused from that moment on, also by lookups that were under way.

mod cache;
mod dev;
mod error;
mod token;

use std::sync::Arc;
use std::time::Duration;

pub use self::dev::DevSignIn;
pub use self::error::SessionError;
pub use self::token::Token;

use self::cache::Cache;
use crate::clock::{SharedClock, SharedRng, random_32};
use crate::config::AuthConfig;
use crate::domain::member::User;
use crate::room::SessionTag;
use crate::store::{SessionRow, Store};

/// How long a lookup is believed without asking the store: short, because another process may end a session too.
const CACHE_TTL: Duration = Duration::from_secs(5);
/// Most sessions in the cache; a meeting of ten thousand fits.
const CACHE_SESSIONS_MAX: usize = 20_000;
/// `used_at_ms` is written at most this often for a session, so that reading does not turn into writing.
const TOUCH_INTERVAL_MS_MAX: u64 = 600_000;

struct Inner {
    store: Store,
    clock: SharedClock,
    rng: SharedRng,
    idle_ms: u64,
    max_ms: u64,
    cache: Cache,
}

/// All sessions. Cheap to clone.
#[derive(Clone)]
pub struct Sessions(Arc<Inner>);

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub user: Arc<User>,
    /// Through which session.
    pub tag: SessionTag,
}

/// A session that has just begun.
#[derive(Debug)]
pub struct Begun {
    /// What its owner shows from now on.
    pub token: Token,
    /// The session that it takes the place of: whatever hangs on that one has to end.
    pub replaced: Option<SessionTag>,
}

impl Sessions {
    /// The sessions that this store keeps.
    pub fn new(store: Store, clock: SharedClock, rng: SharedRng, config: &AuthConfig) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            rng,
            idle_ms: config.session_idle_s.saturating_mul(1_000),
            max_ms: config.session_max_s.saturating_mul(1_000),
            cache: Cache::new(CACHE_TTL, CACHE_SESSIONS_MAX),
        }))
    }

    /// Signs a person in. The session of `previous` ends: a token that was there before the sign-in, and that somebody
    /// else may have planted, is worth nothing after it.
    ///
    /// # Errors
    /// [`SessionError`] when the store fails.
    pub async fn begin(&self, user: &User, previous: Option<&Token>) -> Result<Begun, SessionError> {
        let replaced = match previous {
            Some(token) => self.end(token).await?,
            None => None,
        };
        let token = Token::new(random_32(self.0.rng.as_ref()));
        let now_ms = self.0.clock.now_ms();
        let row = SessionRow {
            hash: token.tag().0,
            user: user.id.clone(),
            created_at_ms: now_ms,
            used_at_ms: now_ms,
            expires_at_ms: now_ms.saturating_add(self.0.max_ms),
        };
        // At once, so that they share one flush to disk. A session without its user is none, should only one get there.
        tokio::try_join!(self.keep_user(user), self.keep_session(&row))?;
        Ok(Begun { token, replaced })
    }

    /// Who is signed in with this token, if anybody is.
    ///
    /// # Errors
    /// [`SessionError`] when the store fails.
    pub async fn lookup(&self, token: &Token) -> Result<Option<SignedIn>, SessionError> {
        let tag = token.tag();
        let inner = &self.0;
        if let Some(user) = inner.cache.get(tag, inner.clock.monotonic_ms()) {
            return Ok(Some(SignedIn { user, tag }));
        }
        let epoch = inner.cache.epoch();
        let Some(row) = inner.store.session(tag.0).await? else { return Ok(None) };
        let now_ms = inner.clock.now_ms();
        if self.has_ended(&row, now_ms) {
            inner.store.delete_session(tag.0).await?;
            return Ok(None);
        }
        let Some(user) = inner.store.user(&row.user).await? else { return Ok(None) };
        self.touch(&row, now_ms).await;
        let user = Arc::new(user);
        inner.cache.put(epoch, tag, Arc::clone(&user), inner.clock.monotonic_ms());
        Ok(Some(SignedIn { user, tag }))
    }

    /// Ends a session, if the token is one's. Gives what hangs on it.
    ///
    /// # Errors
    /// [`SessionError`] when the store fails; the session may go on then.
    pub async fn end(&self, token: &Token) -> Result<Option<SessionTag>, SessionError> {
        let tag = token.tag();
        let known = self.0.store.session(tag.0).await?.is_some();
        if known {
            self.0.store.delete_session(tag.0).await?;
        }
        self.0.cache.remove(tag);
        Ok(known.then_some(tag))
    }

    /// Whether a session is there, asked of the store itself: for what hangs on it for long.
    ///
    /// # Errors
    /// [`SessionError`] when the store fails.
    pub async fn is_live(&self, tag: SessionTag) -> Result<bool, SessionError> {
        let now_ms = self.0.clock.now_ms();
        Ok(self.0.store.session(tag.0).await?.is_some_and(|row| !self.has_ended(&row, now_ms)))
    }

    /// How long a session lasts at most, in seconds.
    pub fn max_s(&self) -> u64 {
        self.0.max_ms / 1_000
    }

    /// Forgets sessions that have ended by themselves. To be called now and then.
    ///
    /// # Errors
    /// [`SessionError`] when the store fails.
    pub async fn sweep(&self) -> Result<(), SessionError> {
        let now_ms = self.0.clock.now_ms();
        self.0.store.delete_ended_sessions(now_ms, now_ms.saturating_sub(self.0.idle_ms)).await?;
        Ok(())
    }

    fn has_ended(&self, row: &SessionRow, now_ms: u64) -> bool {
        now_ms >= row.expires_at_ms || now_ms.saturating_sub(row.used_at_ms) >= self.0.idle_ms
    }

    /// Writes a person down, when there is something new to write.
    async fn keep_user(&self, user: &User) -> Result<(), SessionError> {
        if self.0.store.user(&user.id).await?.as_ref() != Some(user) {
            self.0.store.put_user(user).await?;
            self.0.cache.remove_user(&user.id);
        }
        Ok(())
    }

    async fn keep_session(&self, row: &SessionRow) -> Result<(), SessionError> {
        Ok(self.0.store.put_session(row).await?)
    }

    async fn touch(&self, row: &SessionRow, now_ms: u64) {
        let interval_ms = TOUCH_INTERVAL_MS_MAX.min(self.0.idle_ms / 10);
        if now_ms.saturating_sub(row.used_at_ms) < interval_ms {
            return;
        }
        // The session is good all the same; at worst it ends a little early.
        if let Err(error) = self.0.store.touch_session(row.hash, now_ms).await {
            tracing::warn!(%error, "the use of a session could not be noted");
        }
    }
}
