//! The last entries, for clients that come back: as frames, and when each happened.
//!
//! # Invariants
//! * It holds every entry after `floor` that any member may see on a socket, in order.
//! * A position that was taken in another journal is not taken for one in this.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::domain::entry::Entry;
use crate::protocol::frame;
use crate::protocol::server::{self, EntryKind};

/// Most bytes of frames kept for a room.
const BYTES_MAX: usize = 8 << 20;

/// Entries whose times are kept, whether or not sockets see them.
const TIMES_LEN: usize = 4_096;

/// Where a client stands: the last entry that it has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The entry's place.
    pub since: u64,
    /// When it happened, in milliseconds since 1970: that tells it from the entry at the same place in another journal, of a
    /// conference that had the number before, or of this one before its store was restored. Taken on trust where it is not given.
    pub at_ms: Option<u64>,
}

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
    /// The last entries' places and times.
    times: VecDeque<(u64, u64)>,
    bytes: usize,
    floor: u64,
    len_max: usize,
}

impl Recent {
    /// Nothing yet; the journal begins after `floor`.
    pub(super) fn new(floor: u64, len_max: usize) -> Self {
        Self { frames: VecDeque::new(), times: VecDeque::new(), bytes: 0, floor, len_max }
    }

    /// How many entries are kept.
    pub(super) fn len_max(&self) -> usize {
        self.len_max
    }

    /// Adds an entry; gives its frame if sockets get one.
    pub(super) fn push(&mut self, entry: Entry) -> Option<&Framed> {
        if self.times.len() == TIMES_LEN {
            self.times.pop_front();
        }
        self.times.push_back((entry.seq, entry.at_ms));
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

    /// When the last entry happened, if that is known.
    pub(super) fn last_at_ms(&self) -> Option<u64> {
        self.times.back().map(|(_, at_ms)| *at_ms)
    }

    /// The entries of this kind, newest first.
    pub(super) fn newest_of(&self, kind: EntryKind) -> impl Iterator<Item = &Entry> {
        let newest = self.frames.iter().rev().map(|framed| &framed.entry);
        newest.filter(move |entry| server::kind(entry) == kind)
    }

    /// The frames after this position; none when some of them are not kept any more, or the position is not one of this
    /// journal.
    pub(super) fn after(&self, position: Position) -> Option<impl Iterator<Item = &Framed>> {
        let Position { since, at_ms } = position;
        if since < self.floor || at_ms.is_some_and(|at_ms| self.at_ms(since) != Some(at_ms)) {
            return None;
        }
        let start = self.frames.partition_point(|framed| framed.entry.seq <= since);
        Some(self.frames.range(start..))
    }

    /// When the entry at this place happened, if that is known.
    fn at_ms(&self, seq: u64) -> Option<u64> {
        let time = |at: usize| self.times.get(at).filter(|(place, _)| *place == seq).map(|(_, at_ms)| *at_ms);
        let frame = |at: usize| self.frames.get(at).filter(|framed| framed.entry.seq == seq).map(|f| f.entry.at_ms);
        time(self.times.partition_point(|(place, _)| *place < seq))
            .or_else(|| frame(self.frames.partition_point(|framed| framed.entry.seq < seq)))
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
        Entry { seq, at_ms: seq * 10, what: Happening::Chat { from, text: "hi".into() } }
    }

    #[test]
    fn what_is_missing_is_never_given_in_part() {
        let mut recent = Recent::new(0, 3);
        for seq in [1, 2, 4, 5] {
            assert!(recent.push(chat(seq)).is_some());
        }
        let at = |since| Position { since, at_ms: None };
        assert!(recent.after(at(0)).is_none());
        let seqs = |since| recent.after(at(since)).map(|frames| frames.map(|f| f.entry.seq).collect::<Vec<_>>());
        assert_eq!(seqs(1), Some(vec![2, 4, 5]));
        assert_eq!(seqs(3), Some(vec![4, 5]));
        assert_eq!(seqs(5), Some(vec![]));
    }

    #[test]
    fn a_position_in_another_journal_is_none_in_this() {
        let mut recent = Recent::new(0, 3);
        for seq in 1..=5 {
            recent.push(chat(seq));
        }
        let resumes = |since, at_ms| recent.after(Position { since, at_ms: Some(at_ms) }).is_some();
        assert!(resumes(5, 50) && resumes(3, 30) && resumes(2, 20), "2 is not kept any more, but its time is");
        assert!(!resumes(5, 51) && !resumes(3, 50) && !resumes(6, 60));
    }
}
