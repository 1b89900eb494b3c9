//! The activities that could not move to a version, because its `migrate` failed on their state.
//!
//! # Invariants
//! * There are never more of them in memory than a person reads.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::id::ActivityId;

/// Activities that are remembered.
const ACTIVITIES_MAX: usize = 100;

/// An activity that stays on the version before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FailedMove {
    /// Which one: it goes on running on the version that it had.
    pub activity: ActivityId,
    /// What `migrate` said, or how it failed.
    pub why: String,
}

/// What failed, by activity: the activation of the version under which it did, and why. A mutex because it is held for a
/// look-up only.
#[derive(Default)]
pub(super) struct FailedMoves(Mutex<BTreeMap<ActivityId, (u64, String)>>);

impl FailedMoves {
    /// An activity could not move under this activation.
    pub(super) fn note(&self, activity: &ActivityId, activation: u64, why: String) {
        let mut moves = self.moves();
        moves.retain(|_, (noted, _)| *noted == activation);
        if moves.len() < ACTIVITIES_MAX {
            moves.insert(activity.clone(), (activation, why));
        }
    }

    /// The activities that could not move under this activation.
    pub(super) fn under(&self, activation: u64) -> Vec<FailedMove> {
        let moves = self.moves();
        let of_now = moves.iter().filter(|(_, (noted, _))| *noted == activation);
        of_now.map(|(activity, (_, why))| FailedMove { activity: activity.clone(), why: why.clone() }).collect()
    }

    fn moves(&self) -> MutexGuard<'_, BTreeMap<ActivityId, (u64, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_known_until_the_next_activation() {
        let moves = FailedMoves::default();
        let id = |n: usize| ActivityId::parse(&format!("a{n}")).expect("an id");
        moves.note(&id(1), 1, "no".into());
        moves.note(&id(1), 1, "never".into());
        assert_eq!(moves.under(1), [FailedMove { activity: id(1), why: "never".into() }]);
        assert_eq!(moves.under(2), []);
        (0..ACTIVITIES_MAX + 9).for_each(|n| moves.note(&id(n), 2, "no".into()));
        assert_eq!((moves.under(1).len(), moves.under(2).len()), (0, ACTIVITIES_MAX));
    }
}
