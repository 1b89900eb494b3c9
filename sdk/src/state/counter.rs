//! Numbers that go up and down. A count that is kept costs the same with ten votes and with a hundred thousand.

use std::{fmt, marker::PhantomData};

use super::{Key, check_name, key::full_key, read, scan};
use crate::bindings::hezi::activity::state::Order;
use crate::{Ctx, ReadCtx, host};

/// One count, 0 at first.
#[derive(Debug)]
pub struct Counter {
    key: &'static str,
}

impl Counter {
    /// The count under `key`.
    pub const fn new(key: &'static str) -> Self {
        check_name(key);
        Self { key }
    }

    /// The count, which is 0 before anything was added.
    pub fn get(&self, _ctx: &ReadCtx) -> u64 {
        load(self.key)
    }

    /// Adds `number` and gives the new count.
    ///
    /// # Panics
    /// When the count would pass the largest `i64`.
    pub fn add<E>(&self, _ctx: &mut Ctx<E>, number: u64) -> u64 {
        change(self.key, i64::try_from(number).ok())
    }

    /// Takes `number` away and gives the new count.
    ///
    /// # Panics
    /// When the count would fall below 0.
    pub fn subtract<E>(&self, _ctx: &mut Ctx<E>, number: u64) -> u64 {
        change(self.key, i64::try_from(number).ok().map(i64::wrapping_neg))
    }
}

/// A count for each key, 0 at first.
pub struct Counters<K: ?Sized> {
    prefix: &'static str,
    key: PhantomData<fn(&K)>,
}

impl<K: Key + ?Sized> Counters<K> {
    /// The counts under keys that begin with `prefix`.
    pub const fn new(prefix: &'static str) -> Self {
        check_name(prefix);
        Self { prefix, key: PhantomData }
    }

    /// The count of `key`.
    pub fn get(&self, _ctx: &ReadCtx, key: &K) -> u64 {
        load(&full_key(self.prefix, key))
    }

    /// Adds `number` to the count of `key` and gives the new one.
    ///
    /// # Panics
    /// When the count would pass the largest `i64`.
    pub fn add<E>(&self, _ctx: &mut Ctx<E>, key: &K, number: u64) -> u64 {
        change(&full_key(self.prefix, key), i64::try_from(number).ok())
    }

    /// Takes `number` away from the count of `key` and gives the new one.
    ///
    /// # Panics
    /// When the count would fall below 0.
    pub fn subtract<E>(&self, _ctx: &mut Ctx<E>, key: &K, number: u64) -> u64 {
        change(&full_key(self.prefix, key), i64::try_from(number).ok().map(i64::wrapping_neg))
    }

    /// Every key that was ever counted, in order, with its count.
    pub fn entries(&self, _ctx: &ReadCtx) -> impl Iterator<Item = (K::Owned, u64)> {
        scan::entries(self.prefix, Order::Ascending).map(|(key, value)| (scan::own_key::<K>(&key), read(&key, &value)))
    }
}

impl<K: ?Sized> fmt::Debug for Counters<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counters").field("prefix", &self.prefix).finish()
    }
}

fn load(key: &str) -> u64 {
    host::state::get(key).map_or(0, |value| read(key, &value))
}

fn change(key: &str, delta: Option<i64>) -> u64 {
    let count = delta.and_then(|delta| u64::try_from(host::state::add(key, delta)).ok());
    count.unwrap_or_else(|| panic!("the count under `{key}` left its range"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const TOTAL: Counter = Counter::new("total");
    const VOTES: Counters<u32> = Counters::new("votes/");

    #[test]
    fn a_counter_starts_at_zero_and_goes_up_and_down() {
        testing::with_ctx(|ctx| {
            assert_eq!(TOTAL.get(ctx), 0);
            assert_eq!(TOTAL.add(ctx, 5), 5);
            assert_eq!(TOTAL.subtract(ctx, 2), 3);
            assert_eq!(TOTAL.get(ctx), 3);
        });
    }

    #[test]
    #[should_panic(expected = "the count under `total` left its range")]
    fn a_counter_never_falls_below_zero() {
        testing::with_ctx(|ctx| TOTAL.subtract(ctx, 1));
    }

    #[test]
    fn counters_are_apart_and_come_in_the_order_of_numbers() {
        testing::with_ctx(|ctx| {
            for (option, votes) in [(300, 1), (20, 2), (1, 3)] {
                VOTES.add(ctx, &option, votes);
            }
            VOTES.subtract(ctx, &20, 1);
            assert_eq!(VOTES.entries(ctx).collect::<Vec<_>>(), [(1, 3), (20, 1), (300, 1)]);
            assert_eq!(VOTES.get(ctx, &2), 0);
        });
    }
}
