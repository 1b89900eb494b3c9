//! The procedure against numbers that were computed elsewhere, against a plain model, and against chance.

use proptest::prelude::*;

use super::*;

fn config(prizes: &[(&str, u32)]) -> Config {
    let prizes = prizes.iter().map(|(name, count)| Prize { name: (*name).into(), count: *count }).collect();
    Config { title: "年会".into(), prizes, repeat_winners: false }
}

#[test]
fn a_configuration_must_make_sense() {
    assert_eq!(config(&[("一等奖", 1), ("二等奖", 10_000)]).check(Texts::default()), Ok(()));
    for bad in [
        &[][..],
        &[("", 1)],
        &[("一等奖", 0)],
        &[("一等奖", 10_001)],
        &[("一等奖", 1), (" 一等奖", 1)],
        &[("一", 1); 51],
    ] {
        assert!(matches!(config(bad).check(Texts::default()), Err(Error::Invalid(_))), "{bad:?}");
    }
    assert!(Config { title: " ".into(), ..config(&[("一等奖", 1)]) }.check(Texts::default()).is_err());
    assert_eq!(config(&[("一", 1), ("二", 1)]).prize("二", Texts::default()), Ok(1));
    assert!(matches!(config(&[("一", 1)]).prize("三", Texts::default()), Err(Error::Invalid(_))));
}

/// The key string of the example in RFC 3797 as entropy; the numbers were computed with Python:
/// `int.from_bytes(sha256(be32(i) + key + be32(i)).digest(), "big") % left`.
#[test]
fn picks_are_those_of_the_documented_formula() {
    let (pool_hash, seed) = (hash(b"pool"), hash(b"seed"));
    let key = Key { pool_hash: &pool_hash, seed: &seed, entropy: "9319./2.5.8.10.12./9.18.26.34.41.45./" };
    let picks: Vec<u32> = (0..10).map(|i| key.pick(i, 25 - i)).collect();
    assert_eq!(picks, [4, 6, 4, 8, 11, 2, 9, 3, 14, 11]);
}

#[test]
fn remainders_are_those_of_long_division() {
    assert_eq!(remainder(&[], 7), 0);
    assert_eq!(remainder(&u128::MAX.to_be_bytes(), u32::MAX), (u128::MAX % u128::from(u32::MAX)) as u32);
    assert_eq!(
        remainder(&123_456_789_012_345_678_u128.to_be_bytes(), 20_000),
        (123_456_789_012_345_678_u128 % 20_000) as u32
    );
}

fn runs_out(left: u32) -> String {
    Texts::default().pool_runs_out(left)
}

/// Draws one winner from a pool of ten with many seeds: every position wins equally often, first and last too.
#[test]
fn every_position_wins_equally_often() {
    let mut wins = [0_u32; 10];
    let pool_hash = hash(b"pool");
    for seed in 0..20_000_u32 {
        let seed = hash(&seed.to_be_bytes());
        let key = Key { pool_hash: &pool_hash, seed: &seed, entropy: "" };
        wins[draw(key, &mut Out::of(10, None), 0, 1, runs_out).unwrap()[0] as usize] += 1;
    }
    // Chi-square with nine degrees of freedom passes 33.7 once in ten thousand times; these seeds never change.
    let chi_square: f64 = wins.iter().map(|count| (f64::from(*count) - 2_000.0).powi(2) / 2_000.0).sum();
    assert!(chi_square < 33.7, "{wins:?} {chi_square}");
}

proptest! {
    /// A draw against a plain model: a list from which the picked ones are removed.
    #[test]
    fn a_draw_takes_different_candidates_in_the_documented_way(
        pool in 1_u32..300, out in prop::collection::btree_set(0_u32..300, 0..100), count in 0_u32..40,
        first_index in 0_u32..1_000, entropy in ".{0,20}", seed in any::<[u8; 32]>(),
    ) {
        let pool_hash = hash(b"pool");
        let key = Key { pool_hash: &pool_hash, seed: &seed, entropy: &entropy };
        let mut before = Out::of(pool, None);
        out.iter().filter(|position| **position < pool).for_each(|position| before.insert(*position));
        let mut left: Vec<u32> = (0..pool).filter(|position| !out.contains(position)).collect();
        prop_assert_eq!(before.candidates() as usize, left.len());
        let mut after = before.clone();
        match draw(key, &mut after, first_index, count, runs_out) {
            Err(error) => {
                prop_assert!(matches!(error, Error::Exhausted(_)) && left.len() < count as usize);
                prop_assert_eq!(after, before);
            }
            Ok(winners) => {
                for (pick, winner) in (first_index..).zip(winners) {
                    prop_assert_eq!(winner, left.remove(key.pick(pick, left.len() as u32) as usize));
                }
                prop_assert_eq!(after.candidates() as usize, left.len());
                let again = Out::of(pool, Some(after.bits().to_vec()));
                prop_assert_eq!((0..=left.len() as u32).map(|n| again.candidate(n)).collect::<Vec<_>>(),
                    left.iter().copied().map(Some).chain([None]).collect::<Vec<_>>());
            }
        }
    }
}

#[test]
fn the_hash_of_a_pool_is_the_documented_one() {
    // Computed with Python: sha256(be32(2) + b"li" + be32(4) + b"wang").
    let mut hash = PoolHash::default();
    ["li", "wang"].into_iter().for_each(|id| hash.push(id));
    assert_eq!(hex::encode(hash.finish()), "720a85ab3c7ac760a35d2c41c5b2d77a57487b62234b8e8e6efa9c2a2be9a891");
}
