//! What an activity remembers, in memory: its ordered key-value state and its armed timers.
//!
//! The space is the truth between two calls. During a call it lies beneath the call's overlay and is only read; what
//! the call wrote reaches it when the call has succeeded. It does no I/O: whoever owns it makes the same changes
//! durable.
//!
//! # Invariants
//! * `bytes` is the sum of the lengths of all keys and values.
//! * A key stands in `entries` exactly once, in the order of its bytes.

use std::{collections::BTreeMap, ops::Bound};

use bytes::Bytes;

/// Changes to keys, in the order of key bytes: a new value, or none for a removed key.
pub type Writes = BTreeMap<Box<str>, Option<Bytes>>;

/// An activity's state and timers in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Space {
    entries: BTreeMap<Box<str>, Bytes>,
    timers: BTreeMap<Box<str>, u64>,
    bytes: usize,
}

impl Space {
    /// An empty space.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Bytes> {
        self.entries.get(key)
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of all keys and values.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// All entries in the order of key bytes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }

    /// The entries from `from` on, in the order of key bytes.
    pub(crate) fn from<'a>(&'a self, from: Bound<&'a str>) -> impl Iterator<Item = (&'a str, &'a Bytes)> {
        self.entries.range::<str, _>((from, Bound::Unbounded)).map(|(key, value)| (&**key, value))
    }

    /// The entries before `to`, from the last one back.
    pub(crate) fn back_from<'a>(&'a self, to: Bound<&'a str>) -> impl Iterator<Item = (&'a str, &'a Bytes)> {
        self.entries.range::<str, _>((Bound::Unbounded, to)).rev().map(|(key, value)| (&**key, value))
    }

    /// Sets a key.
    pub fn set(&mut self, key: impl Into<Box<str>>, value: impl Into<Bytes>) {
        let (key, value) = (key.into(), value.into());
        let key_bytes = key.len();
        self.bytes += value.len();
        match self.entries.insert(key, value) {
            Some(old) => self.bytes -= old.len(),
            None => self.bytes += key_bytes,
        }
    }

    /// Removes a key; nothing happens when there is none.
    pub fn delete(&mut self, key: &str) {
        if let Some(old) = self.entries.remove(key) {
            self.bytes -= key.len() + old.len();
        }
    }

    /// Applies changes, as they stand in a call's effects or in a journal.
    pub fn apply(&mut self, writes: &Writes) {
        for (key, value) in writes {
            match value {
                Some(value) => self.set(key.clone(), value.clone()),
                None => self.delete(key),
            }
        }
    }

    /// The armed timers and when they are due, in milliseconds since 1970, in the order of their names.
    pub fn timers(&self) -> impl Iterator<Item = (&str, u64)> {
        self.timers.iter().map(|(name, at_ms)| (&**name, *at_ms))
    }

    /// How many timers are armed.
    #[must_use]
    pub fn timer_count(&self) -> usize {
        self.timers.len()
    }

    /// When a timer is due, if it is armed.
    #[must_use]
    pub fn timer(&self, name: &str) -> Option<u64> {
        self.timers.get(name).copied()
    }

    /// The timer that is due first: the earliest time, and among equals the first name.
    #[must_use]
    pub fn next_timer(&self) -> Option<(&str, u64)> {
        self.timers().min_by_key(|(_, at_ms)| *at_ms)
    }

    /// Arms a timer, or moves an armed one.
    pub fn arm(&mut self, name: impl Into<Box<str>>, at_ms: u64) {
        self.timers.insert(name.into(), at_ms);
    }

    /// Disarms a timer; nothing happens when there is none of this name.
    pub fn disarm(&mut self, name: &str) {
        self.timers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_every_key_and_value_once() {
        let mut space = Space::new();
        space.set("ab", "123");
        space.set("ab", "1");
        space.set("c", "");
        assert_eq!((space.bytes(), space.len()), (4, 2));
        space.delete("ab");
        space.delete("ab");
        assert_eq!((space.bytes(), space.len()), (1, 1));
    }

    #[test]
    fn applying_writes_sets_and_removes() {
        let mut space = Space::new();
        space.set("gone", "1");
        space.apply(&Writes::from([("gone".into(), None), ("new".into(), Some(Bytes::from("2")))]));
        assert_eq!(space.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["new"]);
        assert_eq!(space.bytes(), 4);
    }

    #[test]
    fn the_next_timer_is_the_earliest() {
        let mut space = Space::new();
        space.arm("b", 5);
        space.arm("a", 9);
        assert_eq!(space.next_timer(), Some(("b", 5)));
        space.arm("b", 10);
        assert_eq!(space.next_timer(), Some(("a", 9)));
        space.disarm("a");
        assert_eq!(space.timer_count(), 1);
    }
}
