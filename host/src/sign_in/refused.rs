//! Codes that WeCom did not take: whoever sends made-up ones must not make this server ask WeCom as often as they like.
//!
//! # Invariants
//! * A state whose code was refused is not asked about again in this process while its attempt could still be used.
//! * Of refusals there are so many a second; when they are used up, nobody is asked about for a moment.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::pace::{Bucket, Rate};

/// Refusals a second, for everybody together. WeCom counts calls in error and locks an app out that makes too many.
const REFUSALS: Rate = Rate::per_second(50, 50);
/// States that are remembered: at the rate above, what ten minutes can bring.
const STATES_MAX: usize = 30_050;

#[derive(Default)]
struct Refusals {
    /// By the hash of the state: until when it is remembered.
    states: HashMap<String, u64>,
    pace: Bucket,
}

/// The refused codes of late. Times are milliseconds since 1970, as those of attempts.
#[derive(Default)]
pub(super) struct Refused(Mutex<Refusals>);

impl Refused {
    /// Whether a code was refused under this state.
    pub(super) fn has(&self, state: &str, now_ms: u64) -> bool {
        self.lock().states.get(state).is_some_and(|until_ms| now_ms < *until_ms)
    }

    /// Whether WeCom may be asked at all.
    pub(super) fn may_ask(&self, monotonic_ms: u64) -> bool {
        self.lock().pace.wait_ms(REFUSALS, 1, monotonic_ms) == 0
    }

    /// Remembers a refusal until the attempt's end.
    pub(super) fn note(&self, state: &str, until_ms: u64, now_ms: u64, monotonic_ms: u64) {
        let mut refusals = self.lock();
        refusals.pace.charge(REFUSALS, 1, monotonic_ms);
        if refusals.states.len() >= STATES_MAX {
            refusals.states.retain(|_, until_ms| now_ms < *until_ms);
        }
        if refusals.states.len() < STATES_MAX {
            refusals.states.insert(state.to_owned(), until_ms);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Refusals> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_remembered_until_its_attempt_ends() {
        let refused = Refused::default();
        refused.note("s", 600, 0, 0);
        assert!(refused.has("s", 599) && !refused.has("s", 600) && !refused.has("t", 0));
    }

    #[test]
    fn so_many_a_second_and_then_nobody_is_asked() {
        let refused = Refused::default();
        for n in 0..50 {
            assert!(refused.may_ask(0), "{n}");
            refused.note(&n.to_string(), 600, 0, 0);
        }
        assert!(!refused.may_ask(19) && refused.may_ask(20));
    }

    #[test]
    fn what_it_remembers_is_bounded() {
        let refused = Refused::default();
        for n in 0..STATES_MAX + 9 {
            refused.note(&n.to_string(), 600, 0, 0);
        }
        assert_eq!(refused.lock().states.len(), STATES_MAX);
        refused.note("new", 1_200, 600, 0);
        assert!(refused.has("new", 600));
        assert_eq!(refused.lock().states.len(), 1);
    }
}
