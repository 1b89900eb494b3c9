//! The places of lines in the audit log, which are their ids.
//!
//! # Invariants
//! * Ids grow with the lines that this process writes, also within one millisecond and when the clock is set back: who
//!   reads page by page meets every line once.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use ulid::Ulid;

use crate::clock::Rng;

/// The place of a line in the log: a time-ordered text of 26 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditId(Ulid);

impl AuditId {
    /// Takes a text as the place of a line; none when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        Ulid::from_string(text).ok().map(Self)
    }
}

impl fmt::Display for AuditId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_string().to_lowercase())
    }
}

/// The last id that was given out; a mutex because it is held for a comparison only.
#[derive(Default)]
pub(super) struct AuditIds(Mutex<Ulid>);

impl AuditIds {
    /// The id of a line that is written at this time.
    pub(super) fn next(&self, at_ms: u64, rng: &dyn Rng) -> AuditId {
        let mut random = [0; 16];
        rng.fill(&mut random);
        let fresh = Ulid::from_parts(at_ms, u128::from_be_bytes(random));
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The last id of a millisecond is followed by the first one of the next.
        *last = if fresh > *last { fresh } else { last.increment().unwrap_or_else(|next| next) };
        AuditId(*last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    #[test]
    fn ids_grow_whatever_the_clock_says() {
        let ids = AuditIds::default();
        let times = [5, 5, 5, 5, 9, 3, 3, 9, 10];
        let given: Vec<AuditId> = times.iter().map(|at_ms| ids.next(*at_ms, &SystemRng)).collect();
        assert!(given.is_sorted_by(|one, next| one < next), "{given:?}");
        let texts: Vec<String> = given.iter().map(ToString::to_string).collect();
        assert!(texts.is_sorted(), "the texts, too: {texts:?}");
    }

    #[test]
    fn the_last_id_of_a_millisecond_is_followed_by_one_of_the_next() {
        let ids = AuditIds(Mutex::new(Ulid::from_parts(5, u128::MAX)));
        assert!(ids.next(5, &SystemRng) > AuditId(Ulid::from_parts(5, u128::MAX)));
    }

    #[test]
    fn an_id_is_read_back() {
        let id = AuditIds::default().next(1_700_000_000_000, &SystemRng);
        assert_eq!(AuditId::parse(&id.to_string()), Some(id));
        for text in ["", "~", "01k", "01k9zzzzzzzzzzzzzzzzzzzzzu"] {
            assert_eq!(AuditId::parse(text), None, "{text}");
        }
    }
}
