//! How many people somebody may invite in a while.
//!
//! In this process only: it keeps somebody from doing harm, and is not a promise to anybody.
//!
//! # Invariants
//! * What it knows of people is bounded by how many used their share lately; a full bucket is forgotten.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::id::UserId;
use crate::pace::{Bucket, Rate};

/// Ten invitations of a person in an hour.
const INVITATIONS: Rate = Rate::per_hour(10);
/// Three thousand receivers of a person's invitations in an hour.
const RECEIVERS: Rate = Rate::per_hour(3_000);
/// People that are remembered before those with full buckets are forgotten.
const PEOPLE: usize = 1_000;

/// Whom people have invited lately, by number.
#[derive(Debug, Default)]
pub(super) struct Invitations(Mutex<HashMap<UserId, [Bucket; 2]>>);

impl Invitations {
    /// Notes that a person invites so many.
    ///
    /// # Errors
    /// How many milliseconds until they may, at least 1; nothing is noted then.
    pub(super) fn take(&self, by: &UserId, receivers: u64, now_ms: u64) -> Result<(), u64> {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= PEOPLE {
            people.retain(|_, buckets| buckets.iter().any(|bucket| !bucket.is_full(now_ms)));
        }
        let [invitations, reached] = people.entry(by.clone()).or_default();
        let wait_ms = invitations.wait_ms(INVITATIONS, 1, now_ms).max(reached.wait_ms(RECEIVERS, receivers, now_ms));
        if wait_ms > 0 {
            return Err(wait_ms);
        }
        invitations.charge(INVITATIONS, 1, now_ms);
        reached.charge(RECEIVERS, receivers, now_ms);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_invitations_and_then_one_every_six_minutes() {
        let (all, wang) = (Invitations::default(), UserId::parse("wang").expect("an id"));
        assert!((0..10).all(|_| all.take(&wang, 1, 5).is_ok()));
        assert_eq!(all.take(&wang, 1, 5), Err(360_000));
        assert!(all.take(&UserId::parse("li").expect("an id"), 1, 5).is_ok(), "others have their own");
        assert_eq!(all.take(&wang, 1, 360_004), Err(1));
        assert!(all.take(&wang, 1, 360_005).is_ok());
    }

    #[test]
    fn receivers_count_too_and_a_refusal_costs_nothing() {
        let (all, wang) = (Invitations::default(), UserId::parse("wang").expect("an id"));
        assert!((0..3).all(|_| all.take(&wang, 1_000, 0).is_ok()));
        for _ in 0..20 {
            assert_eq!(all.take(&wang, 1_000, 0), Err(1_200_000));
        }
        assert!(all.take(&wang, 1_000, 1_200_000).is_ok());
    }

    #[test]
    fn who_has_a_full_bucket_is_forgotten() {
        let all = Invitations::default();
        for n in 0..=PEOPLE {
            let now_ms = if n < PEOPLE { 0 } else { 3_600_000 };
            assert!(all.take(&UserId::parse(&format!("u{n}")).expect("an id"), 1, now_ms).is_ok());
        }
        assert_eq!(all.0.lock().expect("a lock").len(), 1);
    }
}
