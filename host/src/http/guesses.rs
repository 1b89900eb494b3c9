//! Wrong tokens of administrators, for the audit: who guesses, from where, and how often.
//!
//! # Invariants
//! * However many guess, from however many addresses, the audit gets a bounded number of lines a minute: one for each of
//!   a few addresses, with how often, and one for all others.
//! * The first wrong token from an address is written down at once.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::{AuditDeed, AuditLine, DeedCode};

/// Addresses that are told apart.
const ADDRESSES: usize = 32;
/// How often there is a line about an address.
const SPAN_MS: u64 = 60_000;

/// The guesses that are not written down yet.
#[derive(Default)]
pub(super) struct Guesses(Mutex<Tallies>);

#[derive(Default)]
struct Tallies {
    by_address: BTreeMap<IpAddr, Count>,
    elsewhere: Option<Count>,
}

#[derive(Clone, Copy)]
struct Count {
    since_ms: u64,
    unwritten: u64,
}

/// Wrong tokens that are to be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guessed {
    times: u64,
    /// None where there are too many addresses to tell apart.
    from: Option<IpAddr>,
}

impl Guessed {
    /// It as a line of the audit.
    pub(super) fn line(self, who: &str, at_ms: u64) -> AuditLine {
        let from = self.from.map(|from| from.to_string());
        let times = if self.times == 1 { String::new() } else { format!(" {} times", self.times) };
        let whence = from.as_deref().unwrap_or("other addresses");
        let what = format!("showed a wrong administrator's token{times}, from {whence}");
        let deed = AuditDeed { times: Some(self.times), from, ..AuditDeed::default() };
        AuditLine { at_ms, who: who.to_owned(), what, deed: Some(AuditDeed::new(DeedCode::Guessed, deed)) }
    }
}

impl Guesses {
    /// Somebody at this address guessed. Gives what is to be written down at once, if anything is.
    pub(super) fn note(&self, from: IpAddr, now_ms: u64) -> Option<Guessed> {
        let mut open = self.lock();
        let known = open.by_address.contains_key(&from);
        if !known && open.by_address.len() >= ADDRESSES {
            open.elsewhere.get_or_insert(Count { since_ms: now_ms, unwritten: 0 }).unwritten += 1;
            return None;
        }
        let count = open.by_address.entry(from).or_insert(Count { since_ms: now_ms, unwritten: 0 });
        if known {
            count.unwritten += 1;
            return None;
        }
        Some(Guessed { times: 1, from: Some(from) })
    }

    /// What is to be written down now: what has waited for its minute, or everything.
    pub(super) fn due(&self, now_ms: u64, which: Unwritten) -> Vec<Guessed> {
        let mut open = self.lock();
        let is_due = |count: &Count| which == Unwritten::All || now_ms.saturating_sub(count.since_ms) >= SPAN_MS;
        let mut lines = Vec::new();
        open.by_address.retain(|from, count| {
            if !is_due(count) {
                return true;
            }
            let times = std::mem::replace(&mut count.unwritten, 0);
            count.since_ms = now_ms;
            if times > 0 {
                lines.push(Guessed { times, from: Some(*from) });
            }
            // Who was silent for a minute is forgotten.
            times > 0
        });
        if let Some(Count { unwritten, .. }) = open.elsewhere.take_if(|count| is_due(count)) {
            lines.push(Guessed { times: unwritten, from: None });
        }
        lines
    }

    fn lock(&self) -> MutexGuard<'_, Tallies> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which of the lines that are not written yet are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwritten {
    /// Those that have waited long enough.
    Due,
    /// Everything: the server stops.
    All,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u32) -> IpAddr {
        IpAddr::from(n.to_be_bytes())
    }

    #[test]
    fn the_first_guess_has_a_line_at_once_and_the_others_one_a_minute() {
        let guesses = Guesses::default();
        let from = address(1);
        let first = guesses.note(from, 0).expect("a line");
        assert_eq!(first.line("stranger", 0).what, "showed a wrong administrator's token, from 0.0.0.1");
        assert!((1..30).all(|n| guesses.note(from, n).is_none()));
        assert!(guesses.due(59_999, Unwritten::Due).is_empty());
        let more = guesses.due(60_000, Unwritten::Due);
        assert_eq!(more, [Guessed { times: 29, from: Some(from) }]);
        assert_eq!(more[0].line("stranger", 0).what, "showed a wrong administrator's token 29 times, from 0.0.0.1");
        assert_eq!(guesses.note(from, 60_001), None, "no second line within a minute");
        assert_eq!(guesses.due(120_000, Unwritten::Due).len(), 1);
        assert!(guesses.due(180_000, Unwritten::Due).is_empty());
        assert!(guesses.note(from, 180_001).is_some(), "a silent minute ends it");
    }

    #[test]
    fn a_million_addresses_make_few_lines() {
        let guesses = Guesses::default();
        let at_once = (0..1_000_000).filter(|n| guesses.note(address(*n), 0).is_some()).count();
        assert_eq!(at_once, ADDRESSES);
        let lines = guesses.due(1, Unwritten::All);
        assert_eq!(lines, [Guessed { times: 999_968, from: None }]);
        assert!(guesses.due(1, Unwritten::All).is_empty());
    }
}
