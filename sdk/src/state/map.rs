//! Many values, each under a key of its own.

use std::{fmt, marker::PhantomData};

use serde::{Serialize, de::DeserializeOwned};

use super::{Key, check_name, key::full_key, read, scan, write};
use crate::bindings::hezi::activity::state::Order;
use crate::{Ctx, ReadCtx, host};

/// A value for each key, in the order of keys. `Map<str, V>` has texts as keys, `Map<u32, V>` numbers.
pub struct Map<K: ?Sized, V> {
    prefix: &'static str,
    entry: PhantomData<fn(&K) -> V>,
}

impl<K: Key + ?Sized, V> Map<K, V> {
    /// The values under keys that begin with `prefix`.
    pub const fn new(prefix: &'static str) -> Self {
        check_name(prefix);
        Self { prefix, entry: PhantomData }
    }

    /// Whether there is a value for `key`.
    pub fn contains(&self, _ctx: &ReadCtx, key: &K) -> bool {
        host::state::get(&full_key(self.prefix, key)).is_some()
    }

    /// Removes the value of `key`; nothing happens when there is none.
    pub fn remove<E>(&self, _ctx: &mut Ctx<E>, key: &K) {
        host::state::delete(&full_key(self.prefix, key));
    }
}

impl<K: Key + ?Sized, V: Serialize + DeserializeOwned> Map<K, V> {
    /// The value of `key`.
    pub fn get(&self, _ctx: &ReadCtx, key: &K) -> Option<V> {
        let key = full_key(self.prefix, key);
        host::state::get(&key).map(|value| read(&key, &value))
    }

    /// Sets the value of `key`.
    pub fn set<E>(&self, _ctx: &mut Ctx<E>, key: &K, value: &V) {
        let key = full_key(self.prefix, key);
        host::state::set(&key, &write(&key, value));
    }

    /// All keys and values in order, fetched page by page.
    pub fn entries(&self, _ctx: &ReadCtx) -> impl Iterator<Item = (K::Owned, V)> {
        self.ordered(Order::Ascending)
    }

    /// The same from the last key to the first: the newest first where keys are numbers that grow.
    pub fn entries_backward(&self, _ctx: &ReadCtx) -> impl Iterator<Item = (K::Owned, V)> {
        self.ordered(Order::Descending)
    }

    fn ordered(&self, order: Order) -> impl Iterator<Item = (K::Owned, V)> + use<K, V> {
        scan::entries(self.prefix, order).map(|(key, value)| (scan::own_key::<K>(&key), read(&key, &value)))
    }

    /// One page of entries, each with where one goes on behind it, and whether there are more.
    pub(crate) fn page(&self, cursor: Option<&str>, limit: u32) -> (Vec<(String, K::Owned, V)>, bool) {
        let (entries, next) = scan::page(self.prefix, cursor, limit, Order::Ascending);
        let entry = |(key, value): scan::RawEntry| {
            let owned = scan::own_key::<K>(&key);
            (format!("{}{key}", self.prefix), owned, read(&key, &value))
        };
        (entries.into_iter().map(entry).collect(), next.is_some())
    }
}

impl<K: ?Sized, V> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map").field("prefix", &self.prefix).finish()
    }
}

/// Bytes for each key, at most 64 KiB: for large lists in a compact layout of the author's own.
pub struct Blobs<K: ?Sized> {
    prefix: &'static str,
    key: PhantomData<fn(&K)>,
}

impl<K: Key + ?Sized> Blobs<K> {
    /// The bytes under keys that begin with `prefix`.
    pub const fn new(prefix: &'static str) -> Self {
        check_name(prefix);
        Self { prefix, key: PhantomData }
    }

    /// The bytes of `key`.
    pub fn get(&self, _ctx: &ReadCtx, key: &K) -> Option<Vec<u8>> {
        host::state::get(&full_key(self.prefix, key))
    }

    /// Sets the bytes of `key`.
    pub fn set<E>(&self, _ctx: &mut Ctx<E>, key: &K, bytes: &[u8]) {
        host::state::set(&full_key(self.prefix, key), bytes);
    }

    /// Removes the bytes of `key`; nothing happens when there are none.
    pub fn remove<E>(&self, _ctx: &mut Ctx<E>, key: &K) {
        host::state::delete(&full_key(self.prefix, key));
    }
}

impl<K: ?Sized> fmt::Debug for Blobs<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blobs").field("prefix", &self.prefix).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const SCORES: Map<str, i64> = Map::new("score/");
    const ORDER: Map<u32, String> = Map::new("order/");
    const CHUNKS: Blobs<u32> = Blobs::new("chunk/");

    #[test]
    fn maps_do_not_see_each_other() {
        testing::with_ctx(|ctx| {
            SCORES.set(ctx, "小王", &-3);
            ORDER.set(ctx, &1, &"a".into());
            assert_eq!(SCORES.get(ctx, "小王"), Some(-3));
            assert!(SCORES.contains(ctx, "小王") && !SCORES.contains(ctx, "小"));
            assert_eq!(SCORES.entries(ctx).collect::<Vec<_>>(), [("小王".to_owned(), -3)]);
            SCORES.remove(ctx, "小王");
            assert_eq!(SCORES.entries(ctx).count(), 0);
            assert_eq!(ORDER.get(ctx, &1).as_deref(), Some("a"));
        });
    }

    #[test]
    fn entries_cross_pages_in_the_order_of_numbers() {
        testing::with_ctx(|ctx| {
            for number in (0..2_100).rev() {
                ORDER.set(ctx, &number, &"x".into());
            }
            let mut keys: Vec<u32> = ORDER.entries(ctx).map(|(key, _)| key).collect();
            assert_eq!(keys, (0..2_100).collect::<Vec<_>>());
            keys.reverse();
            assert_eq!(ORDER.entries_backward(ctx).map(|(key, _)| key).collect::<Vec<_>>(), keys);
        });
    }

    #[test]
    fn blobs_are_bytes_as_they_are() {
        testing::with_ctx(|ctx| {
            CHUNKS.set(ctx, &7, &[0, 255, 10]);
            assert_eq!(CHUNKS.get(ctx, &7), Some(vec![0, 255, 10]));
            CHUNKS.remove(ctx, &7);
            assert_eq!(CHUNKS.get(ctx, &7), None);
        });
    }
}
