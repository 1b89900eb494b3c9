//! Which place somebody has among all players, however many they are.
//!
//! How many players have how many points is counted in a binary indexed tree: a count stands for a range of points, and each
//! number of points lies in 17 ranges at most. So a change adds to a few counts, a place is the sum of a few, and nobody ever
//! looks at all players.
//!
//! Pure: it says which counts, and `lib.rs` keeps them.
//!
//! # Invariants
//! * The counts of [`up_to`] a number of points sum to the players who have 1 to that many points.

/// More than anybody can have: 50 questions of 1,000 points each are 50,000.
const POINTS_END: u32 = 1 << 16;

/// The counts in which a player with these points stands; none for a player without any.
pub fn of(points: u32) -> impl Iterator<Item = u32> {
    let next = |at: &u32| (*at < POINTS_END).then(|| at + lowest_bit(*at));
    std::iter::successors((points > 0).then_some(points), next)
}

/// The counts that sum to the players with 1 to `points` points.
pub fn up_to(points: u32) -> impl Iterator<Item = u32> {
    let above_zero = |at: u32| (at > 0).then_some(at);
    std::iter::successors(above_zero(points), move |at| above_zero(at - lowest_bit(*at)))
}

fn lowest_bit(number: u32) -> u32 {
    1 << number.trailing_zeros()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_counts_sum_to_the_players(players in prop::collection::vec(0..=50_000_u32, 0..60), at in 0..=50_000_u32) {
            let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
            for points in &players {
                prop_assert!(of(*points).count() <= 17);
                of(*points).for_each(|count| *counts.entry(count).or_default() += 1);
            }
            let sum: usize = up_to(at).map(|count| counts.get(&count).copied().unwrap_or(0)).sum();
            prop_assert_eq!(sum, players.iter().filter(|points| (1..=at).contains(*points)).count());
        }
    }
}
