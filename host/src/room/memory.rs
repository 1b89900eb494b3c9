//! What a room remembers of commands, so that one that is sent again has no second effect and the same answer.
//!
//! The last commands are in memory with their answers. Of older ones the index tells which part of the journal may have
//! them, and they are looked up there. Refusals of the plugins' rules are remembered while there is room: they had no effect
//! to protect.
//!
//! # Invariants
//! * A command that succeeded is found again: in memory until the index has it in the store, there from then on.
//! * Memory is bounded: by the answers that are kept, and eight bytes for each older command.

use std::collections::{HashMap, VecDeque};

use super::index::CommandIndex;
use super::message::Waiter;
use crate::domain::command::{CommandKey, Fingerprint, Stamp};
use crate::domain::reply::Reply;
use crate::protocol::code::Problem;
use crate::store::{CommandPage, UNKNOWN_PRINT};

/// What is known of a command.
enum Seen {
    /// It was begun and is not durable yet; these wait for the answer.
    UnderWay(Vec<Waiter>),
    /// It made this entry, with this answer.
    Done { seq: u64, ok: Reply },
    /// The rules refused it.
    Refused(Problem),
}

struct Known {
    fingerprint: Fingerprint,
    seen: Seen,
}

/// What to do with a command that has arrived.
pub(super) enum Begin {
    /// Carry it out; the waiter is kept.
    Fresh,
    /// It is being carried out already; the waiter is kept.
    Attached,
    /// It was carried out: this is the answer.
    Answered(Waiter, u64, Reply),
    /// It may have been carried out long ago: look it up in these pages of the index. The waiter is kept.
    Search(Vec<u32>),
    /// It was refused: for this.
    Refused(Waiter, Problem),
    /// The id was used for another command.
    Reused(Waiter),
}

/// The commands that a room knows of: the last ones whole, all others by their places in the index.
pub(super) struct Memory {
    known: HashMap<CommandKey, Known>,
    /// Commands whose answer is in memory, oldest first, each with its place.
    answers: VecDeque<(CommandKey, u64)>,
    refusals: VecDeque<CommandKey>,
    answers_max: usize,
    index: CommandIndex,
    /// The last entry whose command is in the store's index.
    indexed: u64,
}

impl Memory {
    /// A memory over what the store's index has, which is good up to the entry `indexed`.
    pub(super) fn new(answers_max: usize, index: CommandIndex, indexed: u64) -> Self {
        let (answers, refusals) = (VecDeque::new(), VecDeque::new());
        Self { known: HashMap::new(), answers, refusals, answers_max, index, indexed }
    }

    /// How many commands have succeeded.
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether commands have succeeded that were not taken to be written.
    pub(super) fn has_unwritten(&self) -> bool {
        self.index.has_unwritten()
    }

    /// The pages of the index that have to be written for what has succeeded.
    pub(super) fn take_pages(&mut self) -> Vec<CommandPage> {
        self.index.take_pages()
    }

    /// Pages that were taken could not be written: they are taken again.
    pub(super) fn take_back(&mut self, pages: Vec<CommandPage>) {
        self.index.take_back(pages);
    }

    /// A command has arrived.
    pub(super) fn begin(&mut self, stamp: &Stamp, waiter: Waiter) -> Begin {
        let Stamp { key, fingerprint, .. } = *stamp;
        match self.known.get_mut(&key) {
            None => {
                self.known.insert(key, Known { fingerprint, seen: Seen::UnderWay(vec![waiter]) });
                let pages = self.index.pages_of(key);
                if pages.is_empty() { Begin::Fresh } else { Begin::Search(pages) }
            }
            Some(known) if !is_same(known.fingerprint, fingerprint) => Begin::Reused(waiter),
            Some(known) => match &mut known.seen {
                Seen::UnderWay(waiters) => {
                    waiters.push(waiter);
                    Begin::Attached
                }
                Seen::Done { seq, ok } => Begin::Answered(waiter, *seq, ok.clone()),
                Seen::Refused(problem) => Begin::Refused(waiter, problem.clone()),
            },
        }
    }

    /// A command was carried out and is durable. Gives who waits, and the answer, which is kept here.
    pub(super) fn finish(&mut self, key: CommandKey, seq: u64, ok: Reply) -> Option<(Vec<Waiter>, &Reply)> {
        self.index.note(key, seq);
        self.answers.push_back((key, seq));
        // This one is never forgotten: the store's index does not have it yet.
        self.forget_old_answers();
        let known = self.known.get_mut(&key)?;
        let before = std::mem::replace(&mut known.seen, Seen::Done { seq, ok });
        let Seen::Done { ok, .. } = &known.seen else { return None };
        Some((waiters(before), ok))
    }

    /// A command of the journal, while the room is being opened.
    pub(super) fn restore(&mut self, key: CommandKey, fingerprint: Fingerprint, seq: u64, ok: Reply) {
        if seq > self.indexed {
            self.index.note(key, seq);
        }
        self.known.insert(key, Known { fingerprint, seen: Seen::Done { seq, ok } });
        self.answers.push_back((key, seq));
        self.forget_old_answers();
    }

    /// A command that was looked for turned out to have been carried out long ago, or never. Gives who waits; whether they
    /// get the old answer is for the caller to see by the fingerprint.
    pub(super) fn found(&mut self, key: CommandKey) -> Vec<Waiter> {
        self.known.remove(&key).map(|known| waiters(known.seen)).unwrap_or_default()
    }

    /// The store's index has every command up to this entry.
    pub(super) fn indexed_to(&mut self, seq: u64) {
        self.indexed = self.indexed.max(seq);
        self.forget_old_answers();
    }

    fn forget_old_answers(&mut self) {
        while self.answers.len() > self.answers_max
            && let Some((old, seq)) = self.answers.front().copied()
            && seq <= self.indexed
        {
            self.answers.pop_front();
            self.known.remove(&old);
        }
    }

    /// A command was refused. With `remember` the same command gets the same refusal again; without, it is carried out
    /// anew. Gives who waits.
    pub(super) fn refuse(&mut self, key: CommandKey, problem: &Problem, remember: bool) -> Vec<Waiter> {
        if !remember {
            return self.known.remove(&key).map(|known| waiters(known.seen)).unwrap_or_default();
        }
        let Some(known) = self.known.get_mut(&key) else { return Vec::new() };
        let before = std::mem::replace(&mut known.seen, Seen::Refused(problem.clone()));
        self.refusals.push_back(key);
        if self.refusals.len() > self.answers_max
            && let Some(old) = self.refusals.pop_front()
        {
            self.known.remove(&old);
        }
        waiters(before)
    }
}

/// Whether a command is the one that was carried out, by what is kept of that: of a message that was deleted nothing is.
pub(super) fn is_same(kept: Fingerprint, asked: Fingerprint) -> bool {
    kept == asked || kept == UNKNOWN_PRINT
}

fn waiters(seen: Seen) -> Vec<Waiter> {
    match seen {
        Seen::UnderWay(waiters) => waiters,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{CommandId, UserId};
    use crate::domain::sentence::Sentence;
    use crate::protocol::code::Code;

    fn memory(answers_max: usize) -> Memory {
        Memory::new(answers_max, CommandIndex::default(), 0)
    }

    fn stamp(id: &str, fingerprint: Fingerprint) -> Stamp {
        let (by, id) = (UserId::parse("u").expect("an id"), CommandId::parse(id).expect("an id"));
        Stamp { key: CommandKey::new(&by, &id), by, id, fingerprint, veiled: None }
    }

    fn key(id: &str) -> CommandKey {
        stamp(id, [0; 8]).key
    }

    fn waiter() -> Waiter {
        Waiter::Call(tokio::sync::oneshot::channel().0)
    }

    #[test]
    fn the_same_command_is_carried_out_once() {
        let mut memory = memory(10);
        assert!(matches!(memory.begin(&stamp("1", [1; 8]), waiter()), Begin::Fresh));
        assert!(matches!(memory.begin(&stamp("1", [1; 8]), waiter()), Begin::Attached));
        let answered = memory.finish(key("1"), 7, Reply::done()).map(|(waiters, ok)| (waiters.len(), ok.clone()));
        assert_eq!(answered, Some((2, Reply::done())));
        assert!(matches!(memory.begin(&stamp("1", [1; 8]), waiter()), Begin::Answered(_, 7, _)));
        assert!(matches!(memory.begin(&stamp("1", [2; 8]), waiter()), Begin::Reused(_)));
    }

    #[test]
    fn a_command_of_whose_words_nothing_is_kept_is_answered_as_before() {
        let mut memory = memory(10);
        memory.restore(key("1"), UNKNOWN_PRINT, 7, Reply::done());
        assert!(matches!(memory.begin(&stamp("1", [1; 8]), waiter()), Begin::Answered(_, 7, _)));
    }

    #[test]
    fn old_answers_are_looked_up_once_the_store_can_find_them() {
        let mut memory = memory(1);
        for (id, seq) in [("1", 1), ("2", 2)] {
            memory.begin(&stamp(id, [1; 8]), waiter());
            memory.finish(key(id), seq, Reply::done());
        }
        assert!(matches!(memory.begin(&stamp("1", [1; 8]), waiter()), Begin::Answered(_, 1, _)), "nowhere else yet");
        let pages = memory.take_pages();
        assert_eq!(pages.len(), 1);
        memory.indexed_to(2);
        assert!(matches!(memory.begin(&stamp("1", [1; 8]), waiter()), Begin::Search(pages) if pages == [0]));
        assert!(matches!(memory.begin(&stamp("1", [1; 8]), waiter()), Begin::Attached), "one search is enough");
        assert_eq!(memory.found(key("1")).len(), 2);
        assert!(matches!(memory.begin(&stamp("2", [1; 8]), waiter()), Begin::Answered(_, 2, _)));
        assert!(matches!(memory.begin(&stamp("3", [1; 8]), waiter()), Begin::Fresh));
        assert_eq!(memory.len(), 2);
    }

    #[test]
    fn a_refusal_is_remembered_only_if_it_is_final() {
        let mut memory = memory(1);
        let problem = Problem::new(Code::Conflict, Sentence::said("voted already"));
        memory.begin(&stamp("1", [1; 8]), waiter());
        memory.refuse(key("1"), &problem, true);
        assert!(matches!(memory.begin(&stamp("1", [1; 8]), waiter()), Begin::Refused(..)));
        memory.begin(&stamp("2", [1; 8]), waiter());
        memory.refuse(key("2"), &problem, false);
        assert!(matches!(memory.begin(&stamp("2", [1; 8]), waiter()), Begin::Fresh));
    }
}
