//! Entries page by page, in the order of keys.

use super::Key;
use crate::bindings::hezi::activity::state::Order;
use crate::host;

/// Entries fetched at a time: few enough to stop early, enough that the calls do not count.
const PAGE_ENTRIES: u32 = 256;

/// Key without its prefix, and value.
pub(crate) type RawEntry = (String, Vec<u8>);

/// One page of the entries under `prefix`, and where the next one starts.
pub(crate) fn page(prefix: &str, cursor: Option<&str>, limit: u32, order: Order) -> (Vec<RawEntry>, Option<String>) {
    let page = host::state::scan(prefix, cursor, limit, order);
    let entries = page.entries.into_iter().map(|entry| (without(prefix, entry.key), entry.value)).collect();
    (entries, page.next)
}

/// All entries under `prefix`, in this order of their keys.
pub(super) fn entries(prefix: &'static str, order: Order) -> impl Iterator<Item = RawEntry> {
    let mut next = Some(None);
    std::iter::from_fn(move || {
        let cursor: Option<String> = next.take()?;
        let (entries, after) = page(prefix, cursor.as_deref(), PAGE_ENTRIES, order);
        next = after.map(Some);
        Some(entries)
    })
    .flatten()
}

pub(super) fn own_key<K: Key + ?Sized>(text: &str) -> K::Owned {
    K::read(text).unwrap_or_else(|| panic!("the key `{text}` is not one of this map"))
}

fn without(prefix: &str, mut key: String) -> String {
    // The key is cut in place: a scan gives many, and none needs a new text.
    key.drain(..prefix.len());
    key
}
