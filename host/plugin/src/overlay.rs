//! What one call has changed so far: writes and timers above a space that stays as it is.
//!
//! Reads look through the overlay to the space beneath. The overlay knows by how much the state would grow, so that the
//! quota is checked at each write and not at the end.
//!
//! # Invariants
//! * A key is in `writes` only if the call changed it; a key that the call made and removed again is not.
//! * `keys` and `bytes` are what the space would have if the overlay were applied now.

use std::{cmp::Ordering, collections::BTreeMap, iter::Peekable, ops::Bound};

use bytes::Bytes;

use crate::{Space, Writes, call::TimerChange};

/// The changes of one call.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    writes: Writes,
    timers: BTreeMap<Box<str>, Option<u64>>,
    keys: usize,
    bytes: usize,
    timer_count: usize,
}

impl Overlay {
    /// An overlay without changes above `space`.
    pub(crate) fn above(space: &Space) -> Self {
        Self { keys: space.len(), bytes: space.bytes(), timer_count: space.timer_count(), ..Self::default() }
    }

    /// The value of a key as the call sees it.
    pub(crate) fn get<'a>(&'a self, space: &'a Space, key: &str) -> Option<&'a Bytes> {
        match self.writes.get(key) {
            Some(written) => written.as_ref(),
            None => space.get(key),
        }
    }

    /// Sets a key, if as many keys and bytes may be there as there would be then.
    pub(crate) fn set<E>(
        &mut self,
        space: &Space,
        key: String,
        value: Vec<u8>,
        check: impl FnOnce(usize, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let (keys, bytes) = match self.get(space, &key) {
            Some(old) => (self.keys, self.bytes - old.len() + value.len()),
            None => (self.keys + 1, self.bytes + key.len() + value.len()),
        };
        check(keys, bytes)?;
        (self.keys, self.bytes) = (keys, bytes);
        self.writes.insert(key.into_boxed_str(), Some(Bytes::from(value)));
        Ok(())
    }

    /// Removes a key; false when there was none.
    pub(crate) fn delete(&mut self, space: &Space, key: String) -> bool {
        let Some(old) = self.get(space, &key) else { return false };
        let removed_bytes = key.len() + old.len();
        self.keys -= 1;
        self.bytes -= removed_bytes;
        if space.get(&key).is_some() {
            self.writes.insert(key.into_boxed_str(), None);
        } else {
            self.writes.remove(&*key);
        }
        true
    }

    /// The entries from `from` on as the call sees them, in the order of key bytes.
    pub(crate) fn from<'a>(
        &'a self,
        space: &'a Space,
        from: Bound<&'a str>,
    ) -> impl Iterator<Item = (&'a str, &'a Bytes)> {
        let above = self.writes.range::<str, _>((from, Bound::Unbounded));
        Merge {
            above: above.map(|(key, value)| (&**key, value.as_ref())).peekable(),
            beneath: space.from(from).peekable(),
            next: Ordering::Less,
        }
    }

    /// The entries before `to` as the call sees them, from the last one back.
    pub(crate) fn back_from<'a>(
        &'a self,
        space: &'a Space,
        to: Bound<&'a str>,
    ) -> impl Iterator<Item = (&'a str, &'a Bytes)> {
        let above = self.writes.range::<str, _>((Bound::Unbounded, to)).rev();
        Merge {
            above: above.map(|(key, value)| (&**key, value.as_ref())).peekable(),
            beneath: space.back_from(to).peekable(),
            next: Ordering::Greater,
        }
    }

    /// How many timers are armed as the call sees them.
    pub(crate) fn timer_count(&self) -> usize {
        self.timer_count
    }

    /// Whether a timer is armed as the call sees it.
    pub(crate) fn is_armed(&self, space: &Space, name: &str) -> bool {
        match self.timers.get(name) {
            Some(at_ms) => at_ms.is_some(),
            None => space.timer(name).is_some(),
        }
    }

    /// Arms a timer.
    pub(crate) fn arm(&mut self, space: &Space, name: String, at_ms: u64) {
        self.timer_count += usize::from(!self.is_armed(space, &name));
        self.timers.insert(name.into_boxed_str(), Some(at_ms));
    }

    /// Disarms a timer.
    pub(crate) fn disarm(&mut self, space: &Space, name: &str) {
        self.timer_count -= usize::from(self.is_armed(space, name));
        if space.timer(name).is_some() {
            self.timers.insert(name.into(), None);
        } else {
            self.timers.remove(name);
        }
    }

    /// The changes, to keep.
    pub(crate) fn into_changes(self) -> (Writes, Vec<TimerChange>) {
        let change = |(name, at_ms): (Box<str>, Option<u64>)| {
            let name = name.into_string();
            match at_ms {
                Some(at_ms) => TimerChange::Set { name, at_ms },
                None => TimerChange::Cancel { name },
            }
        };
        (self.writes, self.timers.into_iter().map(change).collect())
    }
}

/// Two ordered runs of entries as one: what stands above hides what stands beneath, and may hide it as removed.
struct Merge<A: Iterator, B: Iterator> {
    above: Peekable<A>,
    beneath: Peekable<B>,
    /// How the key that comes next compares with the other one.
    next: Ordering,
}

impl<'a, A, B> Iterator for Merge<A, B>
where
    A: Iterator<Item = (&'a str, Option<&'a Bytes>)>,
    B: Iterator<Item = (&'a str, &'a Bytes)>,
{
    type Item = (&'a str, &'a Bytes);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(&(above, _)) = self.above.peek() else { return self.beneath.next() };
            match self.beneath.peek() {
                Some((beneath, _)) if (*beneath).cmp(above) == self.next => return self.beneath.next(),
                Some((beneath, _)) if *beneath == above => drop(self.beneath.next()),
                _ => {}
            }
            if let Some((key, Some(value))) = self.above.next() {
                return Some((key, value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn space(keys: &[&str]) -> Space {
        let mut space = Space::new();
        keys.iter().for_each(|key| space.set(*key, "old"));
        space
    }

    fn set(overlay: &mut Overlay, space: &Space, key: &str, value: &str) {
        let Ok(()) = overlay.set(space, key.into(), value.into(), |_, _| Ok::<_, Infallible>(()));
    }

    fn seen(overlay: &Overlay, space: &Space, from: Bound<&str>) -> Vec<String> {
        let text = |value: &Bytes| String::from_utf8(value.to_vec()).unwrap();
        overlay.from(space, from).map(|(key, value)| format!("{key}={}", text(value))).collect()
    }

    #[test]
    fn a_scan_sees_the_calls_own_writes_in_order() {
        let space = space(&["b", "d", "f"]);
        let mut overlay = Overlay::above(&space);
        for key in ["a", "c", "d", "g"] {
            set(&mut overlay, &space, key, "new");
        }
        overlay.delete(&space, "f".into());
        overlay.delete(&space, "g".into());
        assert_eq!(seen(&overlay, &space, Bound::Unbounded), ["a=new", "b=old", "c=new", "d=new"]);
        let back: Vec<&str> = overlay.back_from(&space, Bound::Excluded("d")).map(|(key, _)| key).collect();
        assert_eq!(back, ["c", "b", "a"]);
        assert_eq!(seen(&overlay, &space, Bound::Excluded("c")), ["d=new"]);
        assert_eq!(seen(&overlay, &space, Bound::Included("z")), [""; 0]);
    }

    #[test]
    fn sizes_are_those_of_the_space_after_the_changes() {
        let mut space = space(&["b", "d"]);
        let mut overlay = Overlay::above(&space);
        set(&mut overlay, &space, "b", "longer");
        set(&mut overlay, &space, "new", "1");
        set(&mut overlay, &space, "made", "1");
        assert!(overlay.delete(&space, "made".into()));
        assert!(overlay.delete(&space, "d".into()));
        assert!(!overlay.delete(&space, "d".into()));
        let (keys, bytes) = (overlay.keys, overlay.bytes);
        let (writes, _) = overlay.into_changes();
        assert_eq!(writes.keys().map(|key| &**key).collect::<Vec<_>>(), ["b", "d", "new"]);
        space.apply(&writes);
        assert_eq!((space.len(), space.bytes()), (keys, bytes));
    }

    #[test]
    fn timers_are_counted_as_the_call_sees_them() {
        let mut space = Space::new();
        space.arm("kept", 1);
        space.arm("gone", 2);
        let mut overlay = Overlay::above(&space);
        overlay.arm(&space, "kept".into(), 5);
        overlay.arm(&space, "brief".into(), 6);
        overlay.disarm(&space, "brief");
        overlay.disarm(&space, "gone");
        overlay.disarm(&space, "gone");
        assert_eq!(overlay.timer_count(), 1);
        let (_, timers) = overlay.into_changes();
        let kept = TimerChange::Set { name: "kept".into(), at_ms: 5 };
        assert_eq!(timers, [TimerChange::Cancel { name: "gone".into() }, kept]);
    }
}
