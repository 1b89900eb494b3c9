//! Where a version's calls fail, and whom that puts out of service: one activity, or the version everywhere.
//!
//! What one activity holds, and what one person sends, must not take a plugin from everybody else. So faults count for the
//! activity that they happen in first, and for the version only when they come from the conferences of several people.
//!
//! # Invariants
//! * Nothing that happens in the conferences of fewer people than the limit says puts a version out of service.
//! * At most [`NOTES_MAX`] faults are remembered, the latest ones.

use std::collections::{HashSet, VecDeque};

use crate::config::QuarantineLimits;
use crate::domain::id::{ActivityId, ConferenceId, UserId};

/// Faults that are remembered: far more than count, and few enough to be walked through at each of them.
const NOTES_MAX: usize = 512;

/// Where a call ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The conference.
    pub conference: ConferenceId,
    /// Whose conference it is.
    pub owner: UserId,
    /// The activity; none for a configuration that was only tried.
    pub activity: Option<ActivityId>,
}

/// What a fault brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Goes,
    /// Calls of this place are not tried any more.
    PlaceOut,
    /// Calls of this version are not tried any more, wherever.
    VersionOut,
}

/// The faults of a version.
#[derive(Debug, Default)]
pub(super) struct Faults(VecDeque<(u64, Place)>);

impl Faults {
    /// Notes a fault, and says what comes of it.
    pub(super) fn push(&mut self, now_ms: u64, place: &Place, limits: &QuarantineLimits) -> Verdict {
        self.forget_old(now_ms, limits);
        if self.0.len() == NOTES_MAX {
            self.0.pop_front();
        }
        self.0.push_back((now_ms, place.clone()));
        let owners: HashSet<&UserId> = self.0.iter().map(|(_, place)| &place.owner).collect();
        if owners.len() >= limits.conferences && self.0.len() >= limits.faults {
            return Verdict::VersionOut;
        }
        if self.has_too_many(place, limits) { Verdict::PlaceOut } else { Verdict::Goes }
    }

    /// Whether so many calls of this place failed of late that another one is not tried.
    pub(super) fn is_out(&mut self, now_ms: u64, place: &Place, limits: &QuarantineLimits) -> bool {
        self.forget_old(now_ms, limits);
        self.has_too_many(place, limits)
    }

    /// Forgives everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    fn has_too_many(&self, place: &Place, limits: &QuarantineLimits) -> bool {
        self.0.iter().filter(|(_, other)| other == place).count() >= limits.faults
    }

    fn forget_old(&mut self, now_ms: u64, limits: &QuarantineLimits) {
        let window_ms = limits.window_s.saturating_mul(1_000);
        while self.0.front().is_some_and(|(at_ms, _)| now_ms.saturating_sub(*at_ms) > window_ms) {
            self.0.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: QuarantineLimits = QuarantineLimits { faults: 5, window_s: 60, conferences: 3 };

    fn place(owner: usize, conference: usize, activity: usize) -> Place {
        Place {
            conference: ConferenceId::parse(&format!("{conference:026}")).unwrap(),
            owner: UserId::parse(&format!("owner{owner}")).unwrap(),
            activity: Some(ActivityId::parse(&format!("{activity:026}")).unwrap()),
        }
    }

    #[test]
    fn one_activity_that_keeps_failing_is_out_and_nothing_else() {
        let mut faults = Faults::default();
        for second in 0..4 {
            assert_eq!(faults.push(second * 1_000, &place(1, 1, 1), &LIMITS), Verdict::Goes);
        }
        assert_eq!(faults.push(4_000, &place(1, 1, 2), &LIMITS), Verdict::Goes, "another activity");
        assert_eq!(faults.push(5_000, &place(1, 1, 1), &LIMITS), Verdict::PlaceOut);
        assert!(!faults.is_out(5_000, &place(1, 1, 2), &LIMITS));
        assert!(faults.is_out(5_000, &place(1, 1, 1), &LIMITS));
        assert!(!faults.is_out(90_000, &place(1, 1, 1), &LIMITS), "what is old is forgotten");
    }

    #[test]
    fn faults_in_the_conferences_of_several_people_put_the_version_out() {
        let mut faults = Faults::default();
        for (owner, verdict) in [(1, Verdict::Goes), (1, Verdict::Goes), (2, Verdict::Goes), (2, Verdict::Goes)] {
            assert_eq!(faults.push(0, &place(owner, owner, 1), &LIMITS), verdict);
        }
        assert_eq!(faults.push(0, &place(3, 3, 1), &LIMITS), Verdict::VersionOut);
        faults.clear();
        assert_eq!(faults.push(0, &place(3, 3, 1), &LIMITS), Verdict::Goes);
    }

    #[test]
    fn only_faults_close_together_count() {
        let mut faults = Faults::default();
        assert!((0..50).all(|n| faults.push(n * 20_000, &place(1, 1, 1), &LIMITS) == Verdict::Goes));
    }

    proptest! {
        #[test]
        fn two_people_never_put_a_version_out(places in prop::collection::vec((0_usize..2, 0_usize..9, 0_usize..9), 0..600)) {
            let mut faults = Faults::default();
            for (owner, conference, activity) in places {
                prop_assert_ne!(faults.push(0, &place(owner, conference, activity), &LIMITS), Verdict::VersionOut);
                prop_assert!(faults.0.len() <= NOTES_MAX);
            }
        }
    }
}
