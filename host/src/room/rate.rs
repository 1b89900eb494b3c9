//! The pace of a room's members: a bucket that is told its rate with each call, since a room has one rate for all.

use crate::pace::{self, Rate};

/// A bucket. Time is handed in, in milliseconds that never go back.
#[derive(Debug, Clone, Default)]
pub(super) struct Bucket(pace::Bucket);

impl Bucket {
    /// A full bucket.
    pub(super) fn full(_burst: u32, _now_ms: u64) -> Self {
        Self::default()
    }

    /// Takes a token.
    ///
    /// # Errors
    /// How many milliseconds until there is one, at least 1.
    pub(super) fn take(&mut self, per_s: u32, burst: u32, now_ms: u64) -> Result<(), u64> {
        self.0.take(Rate::per_second(per_s, burst), now_ms)
    }

    /// Whether the bucket is full again, so that forgetting it changes nothing.
    pub(super) fn is_full(&self, _per_s: u32, _burst: u32, now_ms: u64) -> bool {
        self.0.is_full(now_ms)
    }
}
