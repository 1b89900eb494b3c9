//! Time and randomness as parameters: the only place that asks the operating system for either.
//!
//! Everything else is handed a [`Clock`] and a [`Rng`], so that tests and replays can stand in for both.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Milliseconds since 1970. May jump when the machine's clock is set.
    fn now_ms(&self) -> u64;

    /// Milliseconds since some point in the past. Never goes back.
    fn monotonic_ms(&self) -> u64;
}

/// Makes unpredictable bytes.
pub trait Rng: Send + Sync + 'static {
    /// Fills the bytes. Fit for secrets.
    fn fill(&self, bytes: &mut [u8]);
}

/// A clock to share.
pub type SharedClock = Arc<dyn Clock>;
/// Randomness to share.
pub type SharedRng = Arc<dyn Rng>;

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "this is the place that the ban points to")]
    pub fn new() -> Self {
        Self { start: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the place that the ban points to")]
    fn now_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The operating system's randomness.
#[derive(Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    #[expect(clippy::disallowed_methods, reason = "this is the place that the ban points to")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }
}

/// 32 random bytes: a seed or a secret.
pub fn random_32(rng: &dyn Rng) -> [u8; 32] {
    let mut bytes = [0; 32];
    rng.fill(&mut bytes);
    bytes
}

/// A number below `bound`, each equally likely. `bound` is at least 1.
pub fn random_below(rng: &dyn Rng, bound: u32) -> u32 {
    // Values from the last, incomplete run of `bound` would favour small results: draw again.
    let bound = u64::from(bound.max(1));
    let whole = (u64::from(u32::MAX) + 1) / bound * bound;
    loop {
        let mut bytes = [0; 4];
        rng.fill(&mut bytes);
        let value = u64::from(u32::from_be_bytes(bytes));
        if value < whole {
            return u32::try_from(value % bound).unwrap_or(0);
        }
    }
}

/// A new id: a time-ordered ULID, 26 characters of lower-case base 32.
pub fn new_id(clock: &dyn Clock, rng: &dyn Rng) -> String {
    let mut bytes = [0; 16];
    rng.fill(&mut bytes);
    ulid::Ulid::from_parts(clock.now_ms(), u128::from_be_bytes(bytes)).to_string().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(std::sync::atomic::AtomicU8);

    impl Rng for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                *byte = self.0.fetch_add(37, std::sync::atomic::Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn numbers_stay_below_their_bound() {
        let rng = Counting(0.into());
        for bound in [1, 2, 7, 100_000] {
            assert!((0..200).all(|_| random_below(&rng, bound) < bound));
        }
    }

    #[test]
    fn ids_are_ids() {
        let id = new_id(&SystemClock::new(), &SystemRng);
        assert_eq!(id.len(), 26);
        assert!(crate::domain::id::ActivityId::parse(&id).is_ok());
    }
}
