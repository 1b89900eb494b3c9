//! A token bucket: so many a second, with a burst.

/// A bucket. Time is handed in, in milliseconds that never go back.
#[derive(Debug, Clone)]
pub(super) struct Bucket {
    /// Tokens, in thousandths.
    level: u64,
    filled_at_ms: u64,
}

impl Bucket {
    /// A full bucket.
    pub(super) fn full(burst: u32, now_ms: u64) -> Self {
        Self { level: u64::from(burst) * 1_000, filled_at_ms: now_ms }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// How many milliseconds until there is one, at least 1.
    pub(super) fn take(&mut self, per_s: u32, burst: u32, now_ms: u64) -> Result<(), u64> {
        let per_s = u64::from(per_s.max(1));
        let passed_ms = now_ms.saturating_sub(self.filled_at_ms);
        let filled = self.level.saturating_add(passed_ms.saturating_mul(per_s));
        self.level = filled.min(u64::from(burst) * 1_000);
        self.filled_at_ms = now_ms;
        if self.level < 1_000 {
            return Err((1_000 - self.level).div_ceil(per_s));
        }
        self.level -= 1_000;
        Ok(())
    }

    /// Whether the bucket is full again, so that forgetting it changes nothing.
    pub(super) fn is_full(&self, per_s: u32, burst: u32, now_ms: u64) -> bool {
        let passed_ms = now_ms.saturating_sub(self.filled_at_ms);
        self.level.saturating_add(passed_ms.saturating_mul(u64::from(per_s))) >= u64::from(burst) * 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_so_many_a_second() {
        let mut bucket = Bucket::full(3, 0);
        assert!((0..3).all(|_| bucket.take(10, 3, 0).is_ok()));
        assert_eq!(bucket.take(10, 3, 0), Err(100));
        assert_eq!(bucket.take(10, 3, 50), Err(50));
        assert!(bucket.take(10, 3, 100).is_ok());
        assert!(!bucket.is_full(10, 3, 200));
        assert!(bucket.is_full(10, 3, 500));
    }
}
