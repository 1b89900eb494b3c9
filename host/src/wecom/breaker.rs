//! Stops asking WeCom while something is set up wrongly, says what it is, and finds out by itself when it is right again.
//!
//! WeCom locks an app out for an hour after too many calls in error, and people do not get in any faster by being refused
//! one by one: so while the breaker is open only one call at a time is let through, at growing distances, as a test.
//!
//! # Invariants
//! * Only what stops everybody opens it; a right that is missing for one call does not.
//! * Opening and closing are logged once each.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::{Trouble, WecomError};

/// First distance between two tests; it doubles.
const TEST_MS: u64 = 2_000;
/// Longest distance between two tests: sixty an hour are far from what WeCom locks an app out for.
const TEST_MS_MAX: u64 = 60_000;

struct Open {
    trouble: Trouble,
    tests: u32,
    test_at_ms: u64,
}

/// The breaker. Times are monotonic milliseconds.
#[derive(Default)]
pub(super) struct Breaker(Mutex<Option<Open>>);

impl Breaker {
    /// Whether a call may be made.
    ///
    /// # Errors
    /// What is wrong, while it is open and no test is due.
    pub(super) fn admit(&self, now_ms: u64) -> Result<(), WecomError> {
        match self.lock().as_mut() {
            None => Ok(()),
            Some(open) if now_ms < open.test_at_ms => Err(WecomError::Configuration(open.trouble.clone())),
            Some(open) => {
                open.tests = open.tests.saturating_add(1);
                open.test_at_ms = now_ms.saturating_add((TEST_MS << open.tests.min(6)).min(TEST_MS_MAX));
                Ok(())
            }
        }
    }

    /// Learns how a call went.
    pub(super) fn note(&self, error: Option<&WecomError>, now_ms: u64) {
        let mut state = self.lock();
        match error {
            Some(WecomError::Configuration(trouble)) if trouble.stops_everything() => match state.as_mut() {
                Some(open) if open.trouble == *trouble => {}
                Some(open) => {
                    tracing::error!(wecom.trouble = trouble.word(), "{trouble}");
                    open.trouble = trouble.clone();
                }
                None => {
                    tracing::error!(wecom.trouble = trouble.word(), "{trouble}");
                    *state =
                        Some(Open { trouble: trouble.clone(), tests: 0, test_at_ms: now_ms.saturating_add(TEST_MS) });
                }
            },
            // These say nothing about the settings.
            Some(
                WecomError::Busy | WecomError::Unreachable(_) | WecomError::RateLimited { .. } | WecomError::BadToken,
            ) => {}
            // Any other answer was given to somebody whom WeCom takes for the app.
            _ => {
                if state.take().is_some() {
                    tracing::info!("WeCom works again");
                }
            }
        }
        metrics::gauge!("hezi_wecom_breaker_open").set(if state.is_some() { 1.0 } else { 0.0 });
    }

    /// What is wrong, if it is open.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.lock().as_ref().map(|open| open.trouble.clone())
    }

    /// Whether it is open and a test is due.
    pub(super) fn wants_test(&self, now_ms: u64) -> bool {
        self.lock().as_ref().is_some_and(|open| now_ms >= open.test_at_ms)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong() -> WecomError {
        WecomError::Configuration(Trouble::UntrustedIp(None))
    }

    #[test]
    fn one_call_at_a_time_tests_at_growing_distances() {
        let breaker = Breaker::default();
        assert!(breaker.admit(0).is_ok());
        for _ in 0..100 {
            breaker.note(Some(&wrong()), 0);
        }
        let mut tests = Vec::new();
        for now_ms in (0..200_000).step_by(500) {
            if breaker.admit(now_ms).is_ok() {
                assert!(breaker.admit(now_ms).is_err(), "the second one waits");
                breaker.note(Some(&wrong()), now_ms);
                tests.push(now_ms);
            }
        }
        assert_eq!(tests, [2_000, 6_000, 14_000, 30_000, 62_000, 122_000, 182_000]);
    }

    #[test]
    fn it_closes_when_wecom_answers_as_to_an_app() {
        for (error, closes) in [
            (None, true),
            (Some(WecomError::BadCode), true),
            (Some(WecomError::Busy), false),
            (Some(WecomError::Unreachable("x")), false),
            (Some(wrong()), false),
        ] {
            let breaker = Breaker::default();
            breaker.note(Some(&wrong()), 0);
            breaker.note(error.as_ref(), 1);
            assert_eq!(breaker.trouble().is_none(), closes, "{error:?}");
        }
    }

    #[test]
    fn what_concerns_one_call_does_not_open_it() {
        let breaker = Breaker::default();
        let trouble = Trouble::NotPermitted { endpoint: "user/get", code: 48002 };
        breaker.note(Some(&WecomError::Configuration(trouble)), 0);
        assert!(breaker.trouble().is_none());
    }
}
