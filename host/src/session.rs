//! Who is signed in: sessions begin, are looked up, and end.
//!
//! How people prove who they are is `sign_in`'s business, how a session token travels (a cookie, a header) is `http`'s, and
//! what somebody may do is `access`'s.
//!
//! # Invariants
//! * The token is nowhere but with its owner: the store, the caches and the log know its hash.
//! * A session that was ended is refused from that moment on, also by lookups that were under way.

mod cache;
mod token;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

pub use self::token::Token;

use self::cache::Cache;
use crate::clock::SharedClock;
use crate::config::AuthConfig;
use crate::domain::id::UserId;
use crate::domain::member::User;
use crate::domain::session::SessionTag;
use crate::store::{SessionRow, SignInRows, Store, StoreError};

/// How long a lookup is believed without asking the store: short, because another process may end a session too.
const CACHE_TTL: Duration = Duration::from_secs(5);
/// Most sessions in the cache; a meeting of ten thousand fits.
const CACHE_SESSIONS_MAX: usize = 20_000;
/// `used_at_ms` is written at most this often for a session, so that reading does not turn into writing.
const TOUCH_INTERVAL_MS_MAX: u64 = 600_000;
/// Sessions looked for in one query.
const SESSIONS_PER_QUERY: usize = 500;

struct CachedSessions {
    store: Store,
    clock: SharedClock,
    idle_ms: u64,
    max_ms: u64,
    cache: Cache,
}

/// All sessions. Cheap to clone.
#[derive(Clone)]
pub struct Sessions(Arc<CachedSessions>);

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person whose session it is.
    pub user: Arc<User>,
    /// Through which session.
    pub tag: SessionTag,
    /// When the session ends whether it is used or not, in milliseconds since 1970.
    pub expires_at_ms: u64,
}

/// A session that has just begun.
#[derive(Debug)]
pub struct Begun {
    /// What its owner shows from now on.
    pub token: Token,
    /// The session that it takes the place of, if it came with one: whatever hangs on that one has to end.
    pub replaced: Option<SessionTag>,
}

impl Sessions {
    /// The sessions that this store keeps.
    pub fn new(store: Store, clock: SharedClock, config: &AuthConfig) -> Self {
        Self(Arc::new(CachedSessions {
            store,
            clock,
            idle_ms: config.session_idle_s.saturating_mul(1_000),
            max_ms: config.session_max_s.saturating_mul(1_000),
            cache: Cache::new(CACHE_TTL, CACHE_SESSIONS_MAX),
        }))
    }

    /// Begins a session of a person under this token, which nobody can guess, and writes with it what came of their sign-in.
    /// The session of `previous` ends: a token that was there before the sign-in, and that somebody else may have planted, is
    /// worth nothing after it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the sign-in was used before, others when the store fails; nothing has changed then.
    pub async fn begin(
        &self,
        token: Token,
        user: &UserId,
        previous: Option<&Token>,
        sign_in: SignInRows<'_>,
    ) -> Result<Begun, StoreError> {
        let replaced = previous.map(Token::tag);
        let now_ms = self.0.clock.now_ms();
        let session = SessionRow {
            hash: token.tag().0,
            user: user.clone(),
            created_at_ms: now_ms,
            used_at_ms: now_ms,
            expires_at_ms: now_ms.saturating_add(self.0.max_ms),
        };
        self.0.store.begin_session(&session, replaced.map(|tag| tag.0), sign_in).await?;
        if let Some(replaced) = replaced {
            self.0.cache.remove(replaced);
        }
        if sign_in.user.is_some() {
            self.forget(user);
        }
        Ok(Begun { token, replaced })
    }

    /// What is kept of a person has changed: every session of theirs knows it from now on.
    pub fn forget(&self, user: &UserId) {
        self.0.cache.remove_user(user);
    }

    /// Who is signed in with this token, if anybody is.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn lookup(&self, token: &Token) -> Result<Option<SignedIn>, StoreError> {
        let tag = token.tag();
        let sessions = &self.0;
        let now_ms = sessions.clock.now_ms();
        if let Some((user, expires_at_ms)) = sessions.cache.get(tag, sessions.clock.monotonic_ms())
            && now_ms < expires_at_ms
        {
            return Ok(Some(SignedIn { user, tag, expires_at_ms }));
        }
        let epoch = sessions.cache.epoch();
        let Some(row) = sessions.store.session(tag.0).await? else { return Ok(None) };
        if self.has_ended(&row, now_ms) {
            sessions.store.delete_session(tag.0).await?;
            return Ok(None);
        }
        let Some(user) = sessions.store.user(&row.user).await? else { return Ok(None) };
        self.touch(row.hash, row.used_at_ms, now_ms).await;
        let user = Arc::new(user);
        let expires_at_ms = row.expires_at_ms;
        sessions.cache.put(epoch, tag, Arc::clone(&user), expires_at_ms, sessions.clock.monotonic_ms());
        Ok(Some(SignedIn { user, tag, expires_at_ms }))
    }

    /// Ends a session, if the token is one's. Gives what hangs on it.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails; the session may go on then.
    pub async fn end(&self, token: &Token) -> Result<Option<SessionTag>, StoreError> {
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
    /// [`StoreError`] when the store fails.
    pub async fn is_live(&self, tag: SessionTag) -> Result<bool, StoreError> {
        let now_ms = self.0.clock.now_ms();
        Ok(self.0.store.session(tag.0).await?.is_some_and(|row| !self.has_ended(&row, now_ms)))
    }

    /// Of the sessions that sockets hang on, those that have ended meanwhile, in this process or another. A session with a
    /// socket is in use: the others are kept from ending because nobody asks for anything.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn ended(&self, tags: &HashSet<SessionTag>) -> Result<Vec<SessionTag>, StoreError> {
        let hashes: Vec<[u8; 32]> = tags.iter().map(|tag| tag.0).collect();
        let now_ms = self.0.clock.now_ms();
        let mut there = HashSet::new();
        for hashes in hashes.chunks(SESSIONS_PER_QUERY) {
            for (hash, used_at_ms) in self.0.store.sessions_there(hashes).await? {
                there.insert(SessionTag(hash));
                self.touch(hash, used_at_ms, now_ms).await;
            }
        }
        let mut ended = Vec::new();
        for tag in tags.difference(&there) {
            // They are few, and to close a socket by mistake is worse than to look again.
            if self.0.store.session(tag.0).await?.is_none() {
                ended.push(*tag);
            }
        }
        Ok(ended)
    }

    /// How long a session lasts at most, in seconds.
    pub fn max_s(&self) -> u64 {
        self.0.max_ms / 1_000
    }

    /// Forgets sessions that have ended by themselves. To be called now and then.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        let now_ms = self.0.clock.now_ms();
        self.0.store.delete_ended_sessions(now_ms, now_ms.saturating_sub(self.0.idle_ms)).await?;
        Ok(())
    }

    fn has_ended(&self, row: &SessionRow, now_ms: u64) -> bool {
        now_ms >= row.expires_at_ms || now_ms.saturating_sub(row.used_at_ms) >= self.0.idle_ms
    }

    async fn touch(&self, hash: [u8; 32], used_at_ms: u64, now_ms: u64) {
        let interval_ms = TOUCH_INTERVAL_MS_MAX.min(self.0.idle_ms / 10);
        if now_ms.saturating_sub(used_at_ms) < interval_ms {
            return;
        }
        // The session is good all the same; at worst it ends a little early.
        if let Err(error) = self.0.store.touch_session(hash, now_ms).await {
            tracing::warn!(%error, "the use of a session could not be noted");
        }
    }
}
