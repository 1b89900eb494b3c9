//! Token buckets: how much of something there may be in a while. The one implementation for everybody who limits a rate.
//!
//! Who is limited, and what they are told, is for the caller to say. In this process only: a bucket keeps somebody from
//! doing harm, and is not a promise to anybody. Time is handed in, in milliseconds that never go back.
//!
//! Why no crate: what is asked for here is time that is handed in, memory with a bound whoever comes, several rates charged
//! together or not at all, and debts. That is little arithmetic beside an LRU cache.
//!
//! # Invariants
//! * What is remembered of others is bounded: where there is no more room, what was not touched for longest is forgotten.
//! * A refusal costs nothing: whoever waits as long as they are told to is let in.

use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lru::LruCache;

const NS_PER_MS: u64 = 1_000_000;
const NS_PER_S: u64 = 1_000 * NS_PER_MS;

/// How fast a bucket fills, and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// What a full bucket holds.
    burst: u64,
    /// So many more are there after `span_ns`.
    count: u64,
    span_ns: u64,
}

impl Rate {
    /// So many a second, and so many at once.
    pub const fn per_second(count: u32, burst: u32) -> Self {
        Self::over(NS_PER_S, count as u64, burst as u64)
    }

    /// So many bytes a second, and so many at once.
    pub const fn bytes_per_second(bytes: u64, burst_bytes: u64) -> Self {
        Self::over(NS_PER_S, bytes, burst_bytes)
    }

    /// So many a minute, and all of them at once.
    pub const fn per_minute(count: u32) -> Self {
        Self::over(60 * NS_PER_S, count as u64, count as u64)
    }

    /// So many an hour, and all of them at once.
    pub const fn per_hour(count: u32) -> Self {
        Self::over(3_600 * NS_PER_S, count as u64, count as u64)
    }

    const fn over(span_ns: u64, count: u64, burst: u64) -> Self {
        let (count, burst) = (if count == 0 { 1 } else { count }, if burst == 0 { 1 } else { burst });
        Self { burst, count, span_ns }
    }

    /// Time until so many more are there.
    fn time_ns(self, count: u64) -> u64 {
        match count.checked_mul(self.span_ns) {
            Some(product) => product / self.count,
            None => {
                u64::try_from(u128::from(count) * u128::from(self.span_ns) / u128::from(self.count)).unwrap_or(u64::MAX)
            }
        }
    }
}

/// A bucket: all that is kept is when it is full again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bucket {
    full_at_ns: u64,
}

impl Bucket {
    /// How many milliseconds until there are so many, 0 if they are there.
    pub fn wait_ms(self, rate: Rate, count: u64, now_ms: u64) -> u64 {
        let full_at_ns = self.after(rate, count, now_ms);
        full_at_ns.saturating_sub(ns(now_ms)).saturating_sub(rate.time_ns(rate.burst)).div_ceil(NS_PER_MS)
    }

    /// Takes so many, or all that are there: for what has happened already.
    pub fn charge(&mut self, rate: Rate, count: u64, now_ms: u64) {
        self.full_at_ns = self.after(rate, count, now_ms).min(ns(now_ms).saturating_add(rate.time_ns(rate.burst)));
    }

    /// Takes so many, whether they are there or not: nothing is there until what is missing has come in, too.
    pub fn owe(&mut self, rate: Rate, count: u64, now_ms: u64) {
        self.full_at_ns = self.after(rate, count, now_ms);
    }

    /// Takes one.
    ///
    /// # Errors
    /// How many milliseconds until there is one, at least 1.
    pub fn take(&mut self, rate: Rate, now_ms: u64) -> Result<(), u64> {
        match self.wait_ms(rate, 1, now_ms) {
            0 => {
                self.charge(rate, 1, now_ms);
                Ok(())
            }
            wait_ms => Err(wait_ms),
        }
    }

    /// Whether the bucket is full, so that forgetting it changes nothing.
    pub fn is_full(self, now_ms: u64) -> bool {
        self.full_at_ns <= ns(now_ms)
    }

    fn after(self, rate: Rate, count: u64, now_ms: u64) -> u64 {
        self.full_at_ns.max(ns(now_ms)).saturating_add(rate.time_ns(count))
    }
}

fn ns(ms: u64) -> u64 {
    ms.saturating_mul(NS_PER_MS)
}

/// Buckets for each of many, people or addresses: one, or several that are asked together.
#[derive(Debug)]
pub struct Buckets<K: Hash + Eq, const N: usize = 1> {
    rates: [Rate; N],
    /// A mutex because it is held for a look-up only.
    kept: Mutex<LruCache<K, [Bucket; N]>>,
}

impl<K: Hash + Eq + Clone, const N: usize> Buckets<K, N> {
    /// Full buckets of these rates for everybody, of which at most `room` are remembered.
    pub fn new(rates: [Rate; N], room: NonZeroUsize) -> Self {
        Self { rates, kept: Mutex::new(LruCache::new(room)) }
    }

    /// How many milliseconds until somebody has so many left in each, 0 if they have.
    pub fn wait_ms(&self, who: &K, counts: [u64; N], now_ms: u64) -> u64 {
        self.lock().peek(who).map_or(0, |buckets| self.longest_wait_ms(buckets, counts, now_ms))
    }

    /// Takes so many of somebody's out of each.
    ///
    /// # Errors
    /// How many milliseconds until they have them, at least 1; nothing is taken then.
    pub fn take(&self, who: &K, counts: [u64; N], now_ms: u64) -> Result<(), u64> {
        let mut kept = self.lock();
        let buckets = kept.get_or_insert_mut(who.clone(), || [Bucket::default(); N]);
        match self.longest_wait_ms(buckets, counts, now_ms) {
            0 => {
                self.charge_each(buckets, counts, now_ms);
                Ok(())
            }
            wait_ms => Err(wait_ms),
        }
    }

    /// Takes so many of somebody's out of each, or all that are there: for what has happened already.
    pub fn charge(&self, who: &K, counts: [u64; N], now_ms: u64) {
        self.charge_each(self.lock().get_or_insert_mut(who.clone(), || [Bucket::default(); N]), counts, now_ms);
    }

    fn longest_wait_ms(&self, buckets: &[Bucket; N], counts: [u64; N], now_ms: u64) -> u64 {
        let each = buckets.iter().zip(self.rates).zip(counts);
        each.map(|((bucket, rate), count)| bucket.wait_ms(rate, count, now_ms)).max().unwrap_or(0)
    }

    fn charge_each(&self, buckets: &mut [Bucket; N], counts: [u64; N], now_ms: u64) {
        for ((bucket, rate), count) in buckets.iter_mut().zip(self.rates).zip(counts) {
            bucket.charge(rate, count, now_ms);
        }
    }

    /// How many are remembered.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<K, [Bucket; N]>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_so_many_a_second() {
        let (mut bucket, rate) = (Bucket::default(), Rate::per_second(10, 3));
        assert!((0..3).all(|_| bucket.take(rate, 0).is_ok()));
        assert_eq!(bucket.take(rate, 0), Err(100));
        assert_eq!(bucket.take(rate, 50), Err(50));
        assert!(bucket.take(rate, 100).is_ok());
        assert!(!bucket.is_full(200));
        assert!(bucket.is_full(500));
    }

    #[test]
    fn a_million_a_second_are_a_thousand_a_millisecond() {
        let (mut bucket, rate) = (Bucket::default(), Rate::per_second(1_000_000, 1_000));
        assert!((0..1_000).all(|_| bucket.take(rate, 0).is_ok()));
        assert_eq!(bucket.take(rate, 0), Err(1));
        assert!((0..1_000).all(|_| bucket.take(rate, 1).is_ok()));
    }

    #[test]
    fn what_has_happened_already_is_charged_down_to_nothing_and_no_further() {
        let (mut bucket, rate) = (Bucket::default(), Rate::per_minute(6));
        for _ in 0..100 {
            bucket.charge(rate, 1, 0);
        }
        assert_eq!(bucket.wait_ms(rate, 1, 0), 10_000);
        assert_eq!(bucket.wait_ms(rate, 6, 0), 60_000);
    }

    #[test]
    fn what_is_owed_is_paid_back_before_there_is_more() {
        let (mut bucket, rate) = (Bucket::default(), Rate::per_second(1_000, 5_000));
        assert_eq!(bucket.wait_ms(rate, 1, 0), 0);
        bucket.owe(rate, 7_000, 0);
        assert_eq!(bucket.wait_ms(rate, 1, 0), 2_001, "two thousand at a thousand a second, and one");
        assert_eq!(bucket.wait_ms(rate, 1, 2_001), 0);
        assert!(!bucket.is_full(6_999) && bucket.is_full(7_000));
    }

    #[test]
    fn the_largest_rates_do_not_run_over() {
        let (mut bucket, rate) = (Bucket::default(), Rate::bytes_per_second(1 << 40, 1 << 40));
        bucket.owe(rate, 3 << 40, 0);
        assert_eq!(bucket.wait_ms(rate, 1, 0), 2_000);
        bucket.owe(rate, u64::MAX, 0);
        assert!(bucket.wait_ms(rate, 1, 0) > 16_000_000);
    }

    #[test]
    fn everybody_has_their_own() {
        let all = Buckets::new([Rate::per_hour(2)], NonZeroUsize::MIN.saturating_add(9));
        assert!(all.take(&"wang", [1], 0).is_ok() && all.take(&"wang", [1], 0).is_ok());
        assert_eq!(all.take(&"wang", [1], 0), Err(1_800_000));
        assert_eq!((all.wait_ms(&"wang", [1], 600_000), all.wait_ms(&"li", [1], 0)), (1_200_000, 0));
        assert!(all.take(&"li", [1], 0).is_ok());
    }

    #[test]
    fn several_are_taken_together_or_not_at_all() {
        let all = Buckets::new([Rate::per_hour(10), Rate::per_hour(3_000)], NonZeroUsize::MIN);
        assert!((0..3).all(|_| all.take(&"wang", [1, 1_000], 0).is_ok()));
        for _ in 0..20 {
            assert_eq!(all.take(&"wang", [1, 1_000], 0), Err(1_200_000), "a refusal costs nothing");
        }
        assert!(all.take(&"wang", [1, 1_000], 1_200_000).is_ok());
        assert!((0..9).all(|_| all.take(&"wang", [1, 0], 1_200_000).is_ok()), "ten at once, with the one before");
        assert_eq!(all.take(&"wang", [1, 0], 1_200_000), Err(360_000));
    }

    #[test]
    fn where_there_is_no_room_the_one_that_was_touched_longest_ago_is_forgotten() {
        let all = Buckets::new([Rate::per_hour(1)], NonZeroUsize::MIN.saturating_add(1));
        all.charge(&1, [1], 0);
        all.charge(&2, [1], 0);
        all.charge(&1, [1], 0);
        all.charge(&3, [1], 0);
        assert_eq!(all.len(), 2);
        assert_eq!([1, 2, 3].map(|who| all.wait_ms(&who, [1], 0) > 0), [true, false, true]);
    }
}
