//! What a room remembers of commands, so that one that is sent again has no second effect and the same answer.
//!
//! Of every command that succeeded a hash is kept; the answer itself for the last ones, and older answers are read from the
//! journal. Refusals of the plugins' rules are remembered while there is room: they had no effect to protect.
//!
//! # Invariants
//! * A command that succeeded is never forgotten while the room is in memory, and found again when it is opened.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::command::Waiter;
use crate::domain::id::{CommandId, UserId};
use crate::protocol::code::Problem;

/// Identifies a command: half of a SHA-256 over the member and the id, so that nobody can make two meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CommandKey([u8; 16]);

/// Hash of what a command says.
pub(super) type Fingerprint = [u8; 8];

impl CommandKey {
    pub(super) fn new(member: &UserId, id: &CommandId) -> Self {
        let hash = digest(&[member.as_str(), id.as_str()]);
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        Self(key)
    }
}

/// The fingerprint of a command: its kind and what it is about.
pub(super) fn fingerprint(parts: &[&str]) -> Fingerprint {
    let mut print = [0; 8];
    print.copy_from_slice(&digest(parts)[..8]);
    print
}

fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        // The length in front keeps ("ab","c") and ("a","bc") apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// What is known of a command.
enum Seen {
    /// It is being carried out; these wait for the answer.
    Running(Vec<Waiter>),
    /// It made this entry; the answer, unless it has to be read from the journal.
    Done { seq: u64, ok: Option<Arc<str>> },
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
    Answered(Waiter, u64, Arc<str>),
    /// It was carried out: the answer is with this entry in the journal.
    InJournal(Waiter, u64),
    /// It was refused: for this.
    Refused(Waiter, Problem),
    /// The id was used for another command.
    Reused(Waiter),
}

/// The memory of a room.
pub(super) struct Memory {
    known: HashMap<CommandKey, Known>,
    /// Commands whose answer is in memory, oldest first.
    answers: VecDeque<CommandKey>,
    refusals: VecDeque<CommandKey>,
    answers_max: usize,
}

impl Memory {
    pub(super) fn new(answers_max: usize) -> Self {
        Self { known: HashMap::new(), answers: VecDeque::new(), refusals: VecDeque::new(), answers_max }
    }

    /// A command has arrived.
    pub(super) fn begin(&mut self, key: CommandKey, fingerprint: Fingerprint, waiter: Waiter) -> Begin {
        match self.known.get_mut(&key) {
            None => {
                self.known.insert(key, Known { fingerprint, seen: Seen::Running(vec![waiter]) });
                Begin::Fresh
            }
            Some(known) if known.fingerprint != fingerprint => Begin::Reused(waiter),
            Some(known) => match &mut known.seen {
                Seen::Running(waiters) => {
                    waiters.push(waiter);
                    Begin::Attached
                }
                Seen::Done { seq, ok: Some(ok) } => Begin::Answered(waiter, *seq, Arc::clone(ok)),
                Seen::Done { seq, ok: None } => Begin::InJournal(waiter, *seq),
                Seen::Refused(problem) => Begin::Refused(waiter, problem.clone()),
            },
        }
    }

    /// A command was carried out and is durable. Gives who waits.
    pub(super) fn finish(&mut self, key: CommandKey, seq: u64, ok: Arc<str>) -> Vec<Waiter> {
        let Some(known) = self.known.get_mut(&key) else { return Vec::new() };
        let before = std::mem::replace(&mut known.seen, Seen::Done { seq, ok: Some(ok) });
        self.answers.push_back(key);
        self.forget_old_answers();
        waiters(before)
    }

    /// A command of the journal, while the room is being opened.
    pub(super) fn restore(&mut self, key: CommandKey, fingerprint: Fingerprint, seq: u64, ok: &str) {
        let seen = Seen::Done { seq, ok: Some(Arc::from(ok)) };
        self.known.insert(key, Known { fingerprint, seen });
        self.answers.push_back(key);
        self.forget_old_answers();
    }

    fn forget_old_answers(&mut self) {
        while self.answers.len() > self.answers_max
            && let Some(old) = self.answers.pop_front()
        {
            if let Some(Known { seen: Seen::Done { ok, .. }, .. }) = self.known.get_mut(&old) {
                *ok = None;
            }
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

fn waiters(seen: Seen) -> Vec<Waiter> {
    match seen {
        Seen::Running(waiters) => waiters,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::code::Code;

    fn key(id: &str) -> CommandKey {
        CommandKey::new(&UserId::parse("u").expect("an id"), &CommandId::parse(id).expect("an id"))
    }

    fn waiter() -> Waiter {
        Waiter::Call(tokio::sync::oneshot::channel().0)
    }

    #[test]
    fn the_same_command_is_carried_out_once() {
        let mut memory = Memory::new(10);
        let print = fingerprint(&["chat", "a"]);
        assert!(matches!(memory.begin(key("1"), print, waiter()), Begin::Fresh));
        assert!(matches!(memory.begin(key("1"), print, waiter()), Begin::Attached));
        assert_eq!(memory.finish(key("1"), 7, "{}".into()).len(), 2);
        assert!(matches!(memory.begin(key("1"), print, waiter()), Begin::Answered(_, 7, _)));
        assert!(matches!(memory.begin(key("1"), fingerprint(&["chat", "b"]), waiter()), Begin::Reused(_)));
    }

    #[test]
    fn old_answers_are_found_in_the_journal() {
        let mut memory = Memory::new(1);
        let print = fingerprint(&["chat", "a"]);
        for (id, seq) in [("1", 1), ("2", 2)] {
            memory.begin(key(id), print, waiter());
            memory.finish(key(id), seq, "{}".into());
        }
        assert!(matches!(memory.begin(key("1"), print, waiter()), Begin::InJournal(_, 1)));
        assert!(matches!(memory.begin(key("2"), print, waiter()), Begin::Answered(_, 2, _)));
    }

    #[test]
    fn a_refusal_is_remembered_only_if_it_is_final() {
        let mut memory = Memory::new(1);
        let print = fingerprint(&["act", "a"]);
        let problem = Problem::new(Code::Conflict, "voted already");
        memory.begin(key("1"), print, waiter());
        memory.refuse(key("1"), &problem, true);
        assert!(matches!(memory.begin(key("1"), print, waiter()), Begin::Refused(..)));
        memory.begin(key("2"), print, waiter());
        memory.refuse(key("2"), &problem, false);
        assert!(matches!(memory.begin(key("2"), print, waiter()), Begin::Fresh));
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }
}
