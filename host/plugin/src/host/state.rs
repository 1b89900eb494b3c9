//! `state`: the activity's own ordered key-value space.
//!
//! Keys, limits and cursors come from the plugin and are never trusted: a limit is clamped, and a cursor is only a
//! place to go on from, which cannot lead out of the prefix. Reading a key that could never be set finds nothing, since
//! the key may be made of what a person typed; setting one ends the call.

use std::ops::Bound;

use bytes::Bytes;

use super::{Host, Need};
use crate::{
    Fault,
    bindings::hezi::activity::state::{self, Entry, Order, Page},
    limits::{PAGE_BYTES_MAX, PAGE_ITEMS_MAX},
};

/// Most digits of a number that is added to, with its sign.
const NUMBER_BYTES_MAX: usize = 20;
/// What an entry of a page costs besides its bytes.
const ENTRY_FUEL: usize = 50;

impl state::Host for Host {
    fn get(&mut self, key: String) -> wasmtime::Result<Option<Vec<u8>>> {
        self.enter("state.get", Need::Read, key.len())?;
        let value = self.overlay.get(&self.space, &key).map(|value| value.to_vec());
        self.charge(value.as_ref().map_or(0, Vec::len))?;
        Ok(value)
    }

    fn set(&mut self, key: String, value: Vec<u8>) -> wasmtime::Result<()> {
        self.enter("state.set", Need::Write, key.len() + value.len())?;
        self.write(key, value).map_err(|fault| self.fail(fault))
    }

    fn delete(&mut self, key: String) -> wasmtime::Result<()> {
        let key_bytes = key.len();
        self.enter("state.delete", Need::Write, key_bytes)?;
        if self.overlay.delete(&self.space, key) {
            self.count_write(key_bytes).map_err(|fault| self.fail(fault))?;
        }
        Ok(())
    }

    fn add(&mut self, key: String, delta: i64) -> wasmtime::Result<i64> {
        self.enter("state.add", Need::Write, key.len() + NUMBER_BYTES_MAX)?;
        let sum = self.sum(&key, delta).map_err(|fault| self.fail(fault))?;
        self.write(key, sum.to_string().into_bytes()).map_err(|fault| self.fail(fault))?;
        Ok(sum)
    }

    fn scan(&mut self, prefix: String, cursor: Option<String>, limit: u32, order: Order) -> wasmtime::Result<Page> {
        self.enter("state.scan", Need::Read, prefix.len() + cursor.as_ref().map_or(0, String::len))?;
        let (entries, more) = match order {
            Order::Ascending => {
                let from = match cursor.as_deref() {
                    Some(cursor) if cursor >= &*prefix => Bound::Excluded(cursor),
                    _ => Bound::Included(&*prefix),
                };
                page(under(&prefix, self.overlay.from(&self.space, from)), limit)
            }
            Order::Descending => {
                let behind = behind(&prefix);
                // A cursor behind the prefix must not make the host walk through all that lies between.
                let to = match (cursor.as_deref(), behind.as_deref()) {
                    (Some(cursor), Some(behind)) => Bound::Excluded(cursor.min(behind)),
                    (Some(bound), None) | (None, Some(bound)) => Bound::Excluded(bound),
                    (None, None) => Bound::Unbounded,
                };
                page(under(&prefix, self.overlay.back_from(&self.space, to)), limit)
            }
        };
        self.charge(entries.iter().map(|entry| ENTRY_FUEL + entry.key.len() + entry.value.len()).sum())?;
        let next = more.then(|| entries.last().map(|entry| entry.key.clone())).flatten();
        Ok(Page { entries, next })
    }
}

impl Host {
    /// The number under a key with `delta` added.
    fn sum(&self, key: &str, delta: i64) -> Result<i64, Fault> {
        let number = match self.overlay.get(&self.space, key) {
            Some(value) => str::from_utf8(value).ok().and_then(|digits| digits.parse::<i64>().ok()),
            None => Some(0),
        };
        number.and_then(|number| number.checked_add(delta)).ok_or(Fault::NotANumber)
    }

    /// Sets a key, within all bounds.
    fn write(&mut self, key: String, value: Vec<u8>) -> Result<(), Fault> {
        let limits = &self.limits;
        if key.is_empty() || key.len() > limits.key_bytes || key.contains(char::is_control) {
            return Err(Fault::KeyInvalid { limit_bytes: limits.key_bytes });
        }
        if value.len() > limits.value_bytes {
            return Err(Fault::ValueTooLarge { bytes: value.len(), limit_bytes: limits.value_bytes });
        }
        let written_bytes = key.len() + value.len();
        self.overlay.set(&self.space, key, value, |keys, bytes| match (keys, bytes) {
            (keys, _) if keys > limits.state_keys => Err(Fault::TooManyKeys { limit: limits.state_keys }),
            (_, bytes) if bytes > limits.state_bytes => Err(Fault::StateQuota { limit_bytes: limits.state_bytes }),
            _ => Ok(()),
        })?;
        self.count_write(written_bytes)
    }

    fn count_write(&mut self, bytes: usize) -> Result<(), Fault> {
        self.write_bytes += bytes;
        if self.write_bytes > self.limits.write_bytes {
            return Err(Fault::WriteBudget { limit_bytes: self.limits.write_bytes });
        }
        Ok(())
    }
}

/// The entries under a prefix, of some that begin there.
fn under<'a>(prefix: &str, entries: impl Iterator<Item = (&'a str, &'a Bytes)>) -> impl Iterator<Item = Entry> {
    let entries = entries.take_while(move |(key, _)| key.starts_with(prefix));
    entries.map(|(key, value)| Entry { key: key.to_owned(), value: value.to_vec() })
}

/// The smallest text that is behind all that begin with the prefix; none when there is no such text.
fn behind(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // The range of characters leaves the surrogates out, as texts do.
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

/// At most `limit` entries and at most a page's bytes of them, but at least one; and whether there are more.
fn page(entries: impl Iterator<Item = Entry>, limit: u32) -> (Vec<Entry>, bool) {
    let limit = limit.clamp(1, PAGE_ITEMS_MAX) as usize;
    let (mut page, mut bytes) = (Vec::new(), 0);
    for entry in entries {
        bytes += entry.key.len() + entry.value.len();
        if page.len() == limit || (bytes > PAGE_BYTES_MAX && !page.is_empty()) {
            return (page, true);
        }
        page.push(entry);
    }
    (page, false)
}

#[cfg(test)]
mod tests {
    use super::{super::Mode, *};
    use crate::{Limits, Members, Space, bindings::hezi::activity::state::Host as _};

    fn host(mode: Mode, keys: &[&str]) -> Host {
        let mut space = Space::new();
        keys.iter().for_each(|key| space.set(*key, "v"));
        Host::in_call(mode, Limits::default(), space, Members::new())
    }

    fn scan(host: &mut Host, prefix: &str, cursor: Option<&str>, limit: u32) -> (Vec<String>, Option<String>) {
        let page = host.scan(prefix.into(), cursor.map(Into::into), limit, Order::Ascending).unwrap();
        (page.entries.into_iter().map(|entry| entry.key).collect(), page.next)
    }

    fn scan_back(host: &mut Host, prefix: &str, cursor: Option<&str>, limit: u32) -> (Vec<String>, Option<String>) {
        let page = host.scan(prefix.into(), cursor.map(Into::into), limit, Order::Descending).unwrap();
        (page.entries.into_iter().map(|entry| entry.key).collect(), page.next)
    }

    #[test]
    fn a_scan_goes_backward_page_by_page_and_stays_within_its_prefix() {
        let mut host = host(Mode::View, &["a", "v:1", "v:2", "v:3", "v:\u{10ffff}x", "w"]);
        let last = "v:\u{10ffff}x".to_owned();
        assert_eq!(scan_back(&mut host, "v:", None, 2), (vec![last, "v:3".into()], Some("v:3".into())));
        assert_eq!(scan_back(&mut host, "v:", Some("v:3"), 9), (vec!["v:2".into(), "v:1".into()], None));
        assert_eq!(scan_back(&mut host, "", Some("v:1"), 9), (vec!["a".into()], None));
        assert_eq!(scan_back(&mut host, "", None, 1_000).0.len(), 6);
        for cursor in ["", "a", "v", "v:"] {
            assert_eq!(scan_back(&mut host, "v:", Some(cursor), 9), (vec![], None), "{cursor:?}");
        }
        assert_eq!(scan_back(&mut host, "v:", Some("z"), 9).0.len(), 4);
        assert_eq!(scan_back(&mut host, "\u{10ffff}", None, 9), (vec![], None));
    }

    #[test]
    fn a_number_is_added_to_without_being_read() {
        let mut space = Space::new();
        space.set("text", "x");
        space.set("full", i64::MAX.to_string());
        let mut host = Host::in_call(Mode::Write, Limits::default(), space, Members::new());
        assert_eq!(host.add("n".into(), 5).unwrap(), 5);
        assert_eq!(host.add("n".into(), -7).unwrap(), -2);
        assert_eq!(host.get("n".into()).unwrap(), Some(b"-2".to_vec()));
        for key in ["text", "full"] {
            assert!(host.add(key.into(), 1).is_err());
            assert_eq!(host.take_fault(), Some(Fault::NotANumber), "{key}");
        }
        assert!(host.add(String::new(), 1).is_err());
        assert_eq!(host.take_fault().unwrap().code(), "key_invalid");
    }

    #[test]
    fn a_scan_goes_page_by_page_and_ends() {
        let mut host = host(Mode::View, &["a", "v:1", "v:2", "v:3", "w"]);
        assert_eq!(scan(&mut host, "v:", None, 2), (vec!["v:1".into(), "v:2".into()], Some("v:2".into())));
        assert_eq!(scan(&mut host, "v:", Some("v:2"), 2), (vec!["v:3".into()], None));
        assert_eq!(scan(&mut host, "", None, 1_000).0.len(), 5);
    }

    #[test]
    fn a_crafted_cursor_finds_nothing_outside_the_prefix() {
        let mut host = host(Mode::View, &["a", "v:1", "w", "x"]);
        for cursor in ["", "a", "v", "v:"] {
            assert_eq!(scan(&mut host, "v:", Some(cursor), 10), (vec!["v:1".into()], None), "{cursor:?}");
        }
        for cursor in ["v:1", "v;", "w", "\u{10ffff}", &"z".repeat(100_000)] {
            assert_eq!(scan(&mut host, "v:", Some(cursor), 10), (vec![], None));
        }
    }

    #[test]
    fn a_limit_is_clamped() {
        let keys: Vec<String> = (0..1_100).map(|n| format!("k{n:04}")).collect();
        let mut host = host(Mode::View, &keys.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(scan(&mut host, "", None, 0).0.len(), 1);
        assert_eq!(scan(&mut host, "", None, u32::MAX).0.len(), 1_000);
    }

    #[test]
    fn a_page_is_bounded_in_bytes() {
        let mut space = Space::new();
        (0..10).for_each(|n| space.set(format!("k{n}"), vec![0; 60_000]));
        let mut host = Host::in_call(Mode::View, Limits::default(), space, Members::new());
        let (keys, next) = scan(&mut host, "k", None, 100);
        assert_eq!((keys.len(), next.as_deref()), (4, Some("k3")));
    }

    #[test]
    fn keys_and_values_are_bounded() {
        let set = |key: &str, bytes: usize| {
            let mut host = host(Mode::Write, &[]);
            let result = host.set(key.into(), vec![0; bytes]);
            result.err().map(|_| host.take_fault().unwrap().code())
        };
        assert_eq!(set(&"k".repeat(256), 1), None);
        assert_eq!(set("投票:张三", 65_536), None);
        assert_eq!(set("k", 65_537), Some("value_too_large"));
        for key in ["", "a\nb", "\u{7f}", "\u{85}", &"k".repeat(257)] {
            assert_eq!(set(key, 1), Some("key_invalid"), "{key:?}");
        }
    }

    #[test]
    fn quotas_count_what_the_state_would_be() {
        let limits = Limits { state_bytes: 20, state_keys: 2, ..Limits::default() };
        let mut host = Host::in_call(Mode::Write, limits, Space::new(), Members::new());
        host.set("a".into(), vec![0; 10]).unwrap();
        host.set("a".into(), vec![0; 18]).unwrap();
        host.set("b".into(), vec![]).unwrap();
        assert!(host.set("c".into(), vec![]).is_err());
        assert_eq!(host.take_fault().unwrap().code(), "too_many_keys");
        assert!(host.set("b".into(), vec![0]).is_err());
        assert_eq!(host.take_fault().unwrap().code(), "state_quota");
        host.delete("a".into()).unwrap();
        host.set("b".into(), vec![0; 19]).unwrap();
    }

    #[test]
    fn a_call_cannot_write_for_ever() {
        let mut host = host(Mode::Write, &[]);
        let written = (0..100).take_while(|_| host.set("same".into(), vec![0; 60_000]).is_ok()).count();
        assert_eq!(written, 4);
        assert_eq!(host.take_fault().unwrap().code(), "write_budget");
    }

    #[test]
    fn a_view_may_read_and_not_write() {
        let mut host = host(Mode::View, &["a"]);
        assert_eq!(host.get("a".into()).unwrap(), Some(b"v".to_vec()));
        assert_eq!(host.get("\n".into()).unwrap(), None);
        assert!(host.set("a".into(), vec![]).is_err());
        assert_eq!(host.take_fault(), Some(Fault::ReadOnly { function: "state.set" }));
        assert!(host.delete("a".into()).is_err());
    }
}
