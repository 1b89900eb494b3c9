//! The sessions that were looked up lately, so that a busy client does not cost a query a request.
//!
//! # Invariants
//! * What was removed does not come back through a lookup that began before the removal.
//! * It holds at most as many sessions as it was made for.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::domain::id::UserId;
use crate::domain::member::User;
use crate::domain::session::SessionTag;

struct CachedSession {
    user: Arc<User>,
    /// When the session ends in any case: milliseconds since 1970, not the cache's own time.
    expires_at_ms: u64,
    until_ms: u64,
}

/// Sessions by the hash of their token, each for a time.
pub(super) struct Cache {
    ttl_ms: u64,
    sessions_max: usize,
    /// A plain lock: it is held for a look into the map and never across a wait.
    known: Mutex<HashMap<SessionTag, CachedSession>>,
    /// Counts removals. A lookup that began in an earlier epoch may have read what has been removed since.
    epoch: AtomicU64,
}

impl Cache {
    pub(super) fn new(ttl: Duration, sessions_max: usize) -> Self {
        let ttl_ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
        Self { ttl_ms, sessions_max, known: Mutex::default(), epoch: AtomicU64::new(0) }
    }

    /// To be asked before a lookup, and handed in with what it found.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    pub(super) fn get(&self, tag: SessionTag, now_ms: u64) -> Option<(Arc<User>, u64)> {
        let known = self.lock();
        let found = known.get(&tag).filter(|found| now_ms < found.until_ms)?;
        Some((Arc::clone(&found.user), found.expires_at_ms))
    }

    pub(super) fn put(&self, epoch: u64, tag: SessionTag, user: Arc<User>, expires_at_ms: u64, now_ms: u64) {
        let mut known = self.lock();
        if self.epoch() != epoch {
            return;
        }
        if known.len() >= self.sessions_max {
            known.retain(|_, found| now_ms < found.until_ms);
        }
        if known.len() < self.sessions_max {
            known.insert(tag, CachedSession { user, expires_at_ms, until_ms: now_ms.saturating_add(self.ttl_ms) });
        }
    }

    pub(super) fn remove(&self, tag: SessionTag) {
        let mut known = self.lock();
        self.epoch.fetch_add(1, Ordering::AcqRel);
        known.remove(&tag);
    }

    /// Removes every session of a person, whose name has changed.
    pub(super) fn remove_user(&self, user: &UserId) {
        let mut known = self.lock();
        self.epoch.fetch_add(1, Ordering::AcqRel);
        known.retain(|_, found| found.user.id != *user);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionTag, CachedSession>> {
        // A panic while the lock was held cannot leave the map half changed: every change is one call.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str) -> Arc<User> {
        Arc::new(User::new(UserId::parse(id).expect("an id"), id.into()))
    }

    #[test]
    fn what_is_old_is_not_believed() {
        let cache = Cache::new(Duration::from_secs(5), 2);
        cache.put(cache.epoch(), SessionTag([1; 32]), user("a"), 99, 0);
        assert!(cache.get(SessionTag([1; 32]), 4_999).is_some());
        assert!(cache.get(SessionTag([1; 32]), 5_000).is_none());
        assert!(cache.get(SessionTag([2; 32]), 0).is_none());
    }

    #[test]
    fn a_lookup_that_a_removal_overtook_leaves_nothing() {
        let cache = Cache::new(Duration::from_secs(5), 2);
        let epoch = cache.epoch();
        cache.remove(SessionTag([1; 32]));
        cache.put(epoch, SessionTag([1; 32]), user("a"), 99, 0);
        assert!(cache.get(SessionTag([1; 32]), 1).is_none());
    }

    #[test]
    fn it_stays_small_and_makes_room() {
        let cache = Cache::new(Duration::from_secs(5), 2);
        for n in 0..3 {
            cache.put(cache.epoch(), SessionTag([n; 32]), user("a"), 99, 0);
        }
        assert!(cache.get(SessionTag([2; 32]), 1).is_none());
        cache.put(cache.epoch(), SessionTag([3; 32]), user("a"), 99, 6_000);
        assert!(cache.get(SessionTag([3; 32]), 6_001).is_some());
    }

    #[test]
    fn a_person_is_forgotten_in_every_session() {
        let cache = Cache::new(Duration::from_secs(5), 9);
        cache.put(0, SessionTag([1; 32]), user("a"), 99, 0);
        cache.put(0, SessionTag([2; 32]), user("a"), 99, 0);
        cache.put(0, SessionTag([3; 32]), user("b"), 99, 0);
        cache.remove_user(&user("a").id);
        let left: Vec<_> = (1..4).filter(|n| cache.get(SessionTag([*n; 32]), 1).is_some()).collect();
        assert_eq!(left, [3]);
    }
}
