//! The last entries as frames, for clients that come back.
//!
//! # Invariants
//! * It holds every entry after `floor` that any member may see on a socket, in order.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::domain::entry::Entry;
use crate::protocol::{frame, server};

/// Most bytes of frames kept for a room.
const BYTES_MAX: usize = 8 << 20;

/// An entry with its frame.
pub(super) struct Framed {
    /// The entry.
    pub(super) entry: Entry,
    /// The whole frame.
    pub(super) frame: Bytes,
}

/// The last entries.
pub(super) struct Recent {
    frames: VecDeque<Framed>,
    bytes: usize,
    floor: u64,
    len_max: usize,
}

impl Recent {
    /// Nothing yet; the journal begins after `floor`.
    pub(super) fn new(floor: u64, len_max: usize) -> Self {
        Self { frames: VecDeque::new(), bytes: 0, floor, len_max }
    }

    /// How many entries are kept.
    pub(super) fn len_max(&self) -> usize {
        self.len_max
    }

    /// Adds an entry; gives its frame if sockets get one.
    pub(super) fn push(&mut self, entry: Entry) -> Option<&Framed> {
        let frame = frame::text(&server::event(&entry)?);
        self.bytes += frame.len();
        self.frames.push_back(Framed { entry, frame });
        while (self.frames.len() > self.len_max.max(1) || self.bytes > BYTES_MAX)
            && let Some(old) = self.frames.pop_front()
        {
            self.bytes -= old.frame.len();
            self.floor = old.entry.seq;
        }
        self.frames.back()
    }

    /// The frames after `since`; none when some of them are not kept any more.
    pub(super) fn after(&self, since: u64) -> Option<impl Iterator<Item = &Framed>> {
        if since < self.floor {
            return None;
        }
        let start = self.frames.partition_point(|framed| framed.entry.seq <= since);
        Some(self.frames.range(start..))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::Happening;
    use crate::domain::id::UserId;
    use crate::domain::member::Person;

    fn chat(seq: u64) -> Entry {
        let from = Person { id: UserId::parse("u").expect("an id"), name: "u".into() };
        Entry { seq, at_ms: 0, what: Happening::Chat { from, text: "hi".into() } }
    }

    #[test]
    fn what_is_missing_is_never_given_in_part() {
        let mut recent = Recent::new(0, 3);
        for seq in [1, 2, 4, 5] {
            assert!(recent.push(chat(seq)).is_some());
        }
        assert!(recent.after(0).is_none());
        let seqs = |since| recent.after(since).map(|frames| frames.map(|f| f.entry.seq).collect::<Vec<_>>());
        assert_eq!(seqs(1), Some(vec![2, 4, 5]));
        assert_eq!(seqs(3), Some(vec![4, 5]));
        assert_eq!(seqs(5), Some(vec![]));
    }
}
