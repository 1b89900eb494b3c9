//! The last entries, for clients that come back: as frames, and when each happened. With them how people reacted to the
//! messages among them.
//!
//! # Invariants
//! * The text of a message that was deleted is in no frame.
//! * It holds every entry after `floor` that any member may see on a socket, in order.
//! * A position that was taken in another journal is not taken for one in this.

use std::collections::VecDeque;

use bytes::Bytes;

use super::reactions::{Reacting, Reactions};
use super::rule::RuleError;
use crate::domain::entry::{Entry, Happening};
use crate::domain::member::Person;
use crate::protocol::frame;
use crate::protocol::server::Frame;

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
    /// What happened, without its text where that was deleted.
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
    reactions: Reactions,
}

impl Recent {
    /// Nothing yet; the journal begins after `floor`.
    pub(super) fn new(floor: u64, len_max: usize) -> Self {
        Self {
            frames: VecDeque::new(),
            times: VecDeque::new(),
            bytes: 0,
            floor,
            len_max,
            reactions: Reactions::default(),
        }
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
        self.apply(&entry);
        let frame = frame::json(&Frame::event(&entry)?);
        self.bytes += frame.len();
        self.frames.push_back(Framed { entry, frame });
        while (self.frames.len() > self.len_max.max(1) || self.bytes > BYTES_MAX)
            && let Some(old) = self.frames.pop_front()
        {
            self.bytes -= old.frame.len();
            self.floor = old.entry.seq;
            self.reactions.forget_before(self.floor + 1);
        }
        self.frames.back()
    }

    /// Adds an entry of the journal while the room is being opened.
    pub(super) fn restore(&mut self, entry: Entry) {
        if let Some(of) = reacting(&entry.what) {
            // Of a message that is not among the last ones nothing is known, and of one that is everything is.
            let known = self.message(of.message).is_ok();
            drop(if known { self.reactions.take(of) } else { Ok(()) });
        }
        self.push(entry);
    }

    /// What an entry does to those before it.
    fn apply(&mut self, entry: &Entry) {
        if let Some(of) = reacting(&entry.what) {
            self.reactions.count(entry.seq, of);
        }
        if let Happening::Deleted { message, by } = &entry.what {
            self.redact(*message, by);
        }
    }

    /// Takes the text of a message out of its frame.
    fn redact(&mut self, message: u64, by: &Person) {
        self.reactions.forget(message);
        let at = self.frames.partition_point(|framed| framed.entry.seq < message);
        let Some(framed) = self.frames.get_mut(at).filter(|framed| framed.entry.seq == message) else { return };
        let Happening::Chat { text, deleted_by, .. } = &mut framed.entry.what else { return };
        text.clear();
        deleted_by.get_or_insert_with(|| by.clone());
        let Some(shorter) = Frame::event(&framed.entry) else { return };
        self.bytes -= framed.frame.len();
        framed.frame = frame::json(&shorter);
        self.bytes += framed.frame.len();
    }

    /// A message among the last entries.
    ///
    /// # Errors
    /// [`RuleError::UnknownMessage`] when no message stands there, [`RuleError::OldMessage`] when it is not known any more
    /// what does, [`RuleError::Deleted`].
    pub(super) fn message(&self, seq: u64) -> Result<&Entry, RuleError> {
        if seq <= self.floor && seq > 0 {
            return Err(RuleError::OldMessage(seq));
        }
        let at = self.frames.partition_point(|framed| framed.entry.seq < seq);
        let entry = self.frames.get(at).map(|framed| &framed.entry).filter(|entry| entry.seq == seq);
        match entry.map(|entry| (entry, &entry.what)) {
            Some((_, Happening::Chat { deleted_by: Some(_), .. })) => Err(RuleError::Deleted(seq)),
            Some((entry, Happening::Chat { .. })) => Ok(entry),
            _ => Err(RuleError::UnknownMessage(seq)),
        }
    }

    /// How people reacted to the messages among these.
    pub(super) fn reactions(&self) -> &Reactions {
        &self.reactions
    }

    /// The same, to be changed.
    pub(super) fn reactions_mut(&mut self) -> &mut Reactions {
        &mut self.reactions
    }

    /// When the last entry happened, if that is known.
    pub(super) fn last_at_ms(&self) -> Option<u64> {
        self.times.back().map(|(_, at_ms)| *at_ms)
    }

    /// What was said, newest first, also what was deleted.
    pub(super) fn newest_chat(&self) -> impl Iterator<Item = &Entry> {
        let newest = self.frames.iter().rev().map(|framed| &framed.entry);
        newest.filter(|entry| matches!(entry.what, Happening::Chat { .. }))
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

/// The reaction that happened, if one did.
fn reacting(what: &Happening) -> Option<Reacting<'_>> {
    match what {
        Happening::Reacted { message, reaction, stands, by } => {
            Some(Reacting { message: *message, reaction, stands: *stands, by: &by.id })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::UserId;

    fn chat(seq: u64) -> Entry {
        let what = Happening::Chat { from: person(), text: "hi".into(), reply_to: None, deleted_by: None };
        Entry { seq, at_ms: seq * 10, what }
    }

    fn person() -> Person {
        Person { id: UserId::parse("u").expect("an id"), name: "u".into() }
    }

    #[test]
    fn a_message_that_was_deleted_is_in_no_frame_and_has_no_reactions() {
        let mut recent = Recent::new(0, 9);
        recent.push(chat(1));
        recent.push(chat(2));
        let reacted = Happening::Reacted { message: 1, reaction: "👍".into(), stands: true, by: person() };
        recent.restore(Entry { seq: 3, at_ms: 30, what: reacted });
        assert_eq!(recent.reactions().of(1).map(|counts| counts["👍"]), Some(1));
        recent.push(Entry { seq: 4, at_ms: 40, what: Happening::Deleted { message: 1, by: person() } });
        let frames: Vec<String> = recent
            .after(Position { since: 0, at_ms: None })
            .expect("all of it")
            .map(|framed| String::from_utf8_lossy(&framed.frame).into_owned())
            .collect();
        assert!(
            !frames[0].contains("hi") && frames[0].contains("deleted_by") && frames[1].contains("hi"),
            "{frames:?}"
        );
        assert_eq!(recent.bytes, recent.frames.iter().map(|framed| framed.frame.len()).sum::<usize>());
        assert!(matches!(recent.message(1), Err(RuleError::Deleted(1))));
        assert!(matches!(recent.message(4), Err(RuleError::UnknownMessage(4))));
        assert!(recent.message(2).is_ok() && recent.reactions().of(1).is_none());
        assert_eq!(recent.newest_chat().count(), 2);
    }

    #[test]
    fn reactions_go_with_the_message_that_is_not_kept_any_more() {
        let mut recent = Recent::new(0, 2);
        recent.push(chat(1));
        let reacted = Happening::Reacted { message: 1, reaction: "👍".into(), stands: true, by: person() };
        recent.restore(Entry { seq: 2, at_ms: 20, what: reacted });
        recent.push(chat(3));
        recent.push(chat(4));
        assert!(matches!(recent.message(1), Err(RuleError::OldMessage(1))));
        assert!(recent.reactions().of(1).is_none() && recent.message(3).is_ok());
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
