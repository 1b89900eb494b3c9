//! The times at which an activity opens and closes by itself, and which of them make sense.
//!
//! That they are kept is the module `activity`'s business.
//!
//! # Invariants
//! * A schedule that was checked lies ahead, and ends after it begins.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::phase::Phase;
use crate::domain::sentence::Sentence;

/// When an activity opens and closes by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// When it opens, in milliseconds since 1970; only for one that was not opened yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at_ms: Option<u64>,
    /// When it closes, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at_ms: Option<u64>,
    /// How long it will be open, in milliseconds; only for one that was not opened yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_for_ms: Option<u64>,
}

/// Longest time ahead, in milliseconds: a year and a day.
const AHEAD_MS_MAX: u64 = 366 * 86_400_000;

impl Schedule {
    /// Its times in one text, which is another one for every other schedule.
    pub fn fingerprint_text(&self) -> String {
        let text = |ms: Option<u64>| ms.map(|ms| ms.to_string()).unwrap_or_default();
        [self.opens_at_ms, self.closes_at_ms, self.open_for_ms].map(text).join(",")
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The schedule of an activity in this phase, as it is kept: an end that counts from now for one that is open is a time.
    ///
    /// # Errors
    /// What is wrong with its times, for people.
    pub fn check(mut self, phase: Phase, now_ms: u64) -> Result<Self, Sentence> {
        if self.closes_at_ms.is_some() && self.open_for_ms.is_some() {
            return Err(Sentence::TwoEnds {});
        }
        if phase == Phase::Open {
            if self.opens_at_ms.is_some() {
                return Err(Sentence::OpenedAlready {});
            }
            self = self.opened(now_ms);
        }
        for (field, at_ms) in [("opens_at_ms", self.opens_at_ms), ("closes_at_ms", self.closes_at_ms)] {
            match at_ms {
                Some(at_ms) if at_ms <= now_ms => return Err(Sentence::TimePast { field }),
                Some(at_ms) if at_ms - now_ms > AHEAD_MS_MAX => return Err(Sentence::TimeTooFar { field }),
                _ => {}
            }
        }
        if self.open_for_ms.is_some_and(|ms| ms > AHEAD_MS_MAX) {
            return Err(Sentence::TimeTooFar { field: "open_for_ms" });
        }
        match (self.opens_at_ms, self.closes_at_ms) {
            (Some(opens_at_ms), Some(closes_at_ms)) if closes_at_ms <= opens_at_ms => {
                Err(Sentence::ClosesBeforeOpening {})
            }
            _ => Ok(self),
        }
    }

    /// What is left of it when the activity opens.
    #[must_use]
    pub fn opened(self, now_ms: u64) -> Self {
        let ends = self.open_for_ms.map(|ms| now_ms.saturating_add(ms));
        Self { opens_at_ms: None, closes_at_ms: self.closes_at_ms.or(ends), open_for_ms: None }
    }

    /// When something happens by itself to an activity in this phase.
    pub fn next_ms(&self, phase: Phase) -> Option<u64> {
        match phase {
            Phase::Draft => self.opens_at_ms,
            Phase::Open => self.closes_at_ms,
            Phase::Closed | Phase::Discarded => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: u64 = 1_000_000;

    fn schedule(opens_at_ms: Option<u64>, closes_at_ms: Option<u64>, open_for_ms: Option<u64>) -> Schedule {
        Schedule { opens_at_ms, closes_at_ms, open_for_ms }
    }

    #[test]
    fn a_schedule_lies_ahead_and_ends_after_it_begins() {
        let later = Some(NOW_MS + 1);
        for (bad, phase, expected) in [
            (schedule(Some(NOW_MS), None, None), Phase::Draft, Sentence::TimePast { field: "opens_at_ms" }),
            (schedule(None, Some(0), None), Phase::Open, Sentence::TimePast { field: "closes_at_ms" }),
            (schedule(None, None, Some(0)), Phase::Open, Sentence::TimePast { field: "closes_at_ms" }),
            (schedule(None, Some(u64::MAX), None), Phase::Open, Sentence::TimeTooFar { field: "closes_at_ms" }),
            (schedule(None, None, Some(u64::MAX)), Phase::Draft, Sentence::TimeTooFar { field: "open_for_ms" }),
            (schedule(later, later, None), Phase::Draft, Sentence::ClosesBeforeOpening {}),
            (schedule(None, later, Some(5)), Phase::Draft, Sentence::TwoEnds {}),
            (schedule(later, None, None), Phase::Open, Sentence::OpenedAlready {}),
        ] {
            assert_eq!(bad.check(phase, NOW_MS), Err(expected), "{bad:?}");
        }
        assert_eq!(schedule(later, None, Some(60)).check(Phase::Draft, NOW_MS), Ok(schedule(later, None, Some(60))));
    }

    #[test]
    fn an_end_that_counts_from_the_opening_becomes_a_time() {
        let in_a_minute = schedule(None, None, Some(60_000));
        assert_eq!(in_a_minute.check(Phase::Open, NOW_MS), Ok(schedule(None, Some(NOW_MS + 60_000), None)));
        assert_eq!(schedule(Some(5), None, Some(7)).opened(NOW_MS), schedule(None, Some(NOW_MS + 7), None));
        assert_eq!(in_a_minute.next_ms(Phase::Draft), None);
    }
}
