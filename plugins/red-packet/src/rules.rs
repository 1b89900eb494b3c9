//! The rules of a red packet: how money is split before the first grab, and how the split is committed to.
//!
//! Pure: randomness is a function that the caller gives. Money is whole cents and never anything else.
//!
//! # Invariants
//! * Shares sum up to the total exactly, and each is at least one cent.
//! * Every place in the queue is worth the same: the joint distribution of shares does not change when places are swapped.

use std::collections::BTreeSet;

use hezi_sdk::{Error, Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::texts::Texts;

/// Most shares of a packet: their list still fits into a view.
const SHARES_MAX: u32 = 10_000;
/// Most money in a packet: a hundred million yuan, far below where sums could overflow.
const TOTAL_CENTS_MAX: u64 = 10_000_000_000;
/// Longest time a packet may stay open: thirty days.
const EXPIRES_IN_S_MAX: u64 = 30 * 86_400;
const GREETING_CHARS_MAX: usize = 100;

/// What an organizer chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// All the money, in cents; at least one for each share.
    #[schemars(range(min = 1, max = 10_000_000_000_u64), extend("x-unit" = "cents"))]
    pub total_cents: u64,
    /// How many people can get something.
    #[schemars(range(min = 1, max = 10_000))]
    pub shares: u32,
    /// How the money is split.
    #[serde(default)]
    pub mode: Mode,
    /// What is written on it; the usual greeting if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", length(min = 1, max = 100))]
    pub greeting: Option<String>,
    /// After how many seconds what is left goes back.
    #[serde(default = "default_expires_in_s")]
    #[schemars(range(min = 1, max = 2_592_000), extend("x-unit" = "seconds"))]
    pub expires_in_s: u64,
}

/// How the money is split.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By luck.
    #[default]
    Lucky,
    /// Evenly; cents that do not divide go to places drawn by lot.
    Equal,
}

fn default_expires_in_s() -> u64 {
    86_400
}

impl Config {
    /// Whether the configuration makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_number("shares", self.shares, 1..=SHARES_MAX)?;
        if self.total_cents < u64::from(self.shares) {
            return Err(Error::invalid(texts.too_little_money()));
        }
        if self.total_cents > TOTAL_CENTS_MAX {
            return Err(Error::invalid(texts.too_much_money(&yuan(TOTAL_CENTS_MAX))));
        }
        self.greeting.iter().try_for_each(|greeting| texts.check_text("greeting", greeting, GREETING_CHARS_MAX))?;
        texts.check_number("expires_in_s", self.expires_in_s, 1..=EXPIRES_IN_S_MAX)
    }
}

/// Splits the money; `below(n)` gives a random number below `n`, each equally likely.
pub fn split(config: &Config, below: impl FnMut(u64) -> u64) -> Vec<u64> {
    match config.mode {
        Mode::Lucky => split_by_luck(config.total_cents, config.shares, below),
        Mode::Equal => split_evenly(config.total_cents, config.shares, below),
    }
}

/// Lays the cents in a line and cuts it at different places, each set of places equally likely. Every way to split the
/// money into shares of at least one cent is then equally likely, so no place in the queue is better than another.
fn split_by_luck(total_cents: u64, shares: u32, mut below: impl FnMut(u64) -> u64) -> Vec<u64> {
    // Floyd's sample: as many steps as cuts, whatever the total.
    let places = total_cents - 1;
    let mut cuts = BTreeSet::new();
    for last in places - u64::from(shares - 1) + 1..=places {
        let cut = below(last) + 1;
        cuts.insert(if cuts.contains(&cut) { last } else { cut });
    }
    let ends = cuts.into_iter().chain([total_cents]);
    let mut start = 0;
    ends.map(|end| end - std::mem::replace(&mut start, end)).collect()
}

/// Gives everyone the same, and the cents that are left over to places drawn by lot.
fn split_evenly(total_cents: u64, shares: u32, mut below: impl FnMut(u64) -> u64) -> Vec<u64> {
    let (each, over) = (total_cents / u64::from(shares), total_cents % u64::from(shares));
    let mut left_over = over;
    let places = (0..u64::from(shares)).rev();
    // Of the places that are left, each is equally likely to get one of the cents that are left.
    let cents = places.map(|after| {
        let gets_one = below(after + 1) < left_over;
        left_over -= u64::from(gets_one);
        each + u64::from(gets_one)
    });
    cents.collect()
}

/// What is published at the opening: SHA-256 of the nonce and the shares in order, each as eight bytes, high byte first.
pub fn commitment(nonce: &[u8], shares: &[u64]) -> String {
    let mut hash = Sha256::new();
    hash.update(nonce);
    shares.iter().for_each(|share| hash.update(share.to_be_bytes()));
    hex::encode(hash.finalize())
}

/// An amount as people read it: `1,234.50`, grouped alike in both languages.
pub fn yuan(cents: u64) -> String {
    let mut rest = cents / 100;
    let mut grouped = String::new();
    while rest >= 1_000 {
        grouped = format!(",{:03}{grouped}", rest % 1_000);
        rest /= 1_000;
    }
    format!("{rest}{grouped}.{:02}", cents % 100)
}

#[cfg(test)]
mod tests {
    use hezi_sdk::testing;
    use proptest::prelude::*;

    use super::*;

    fn config(total_cents: u64, shares: u32, mode: Mode) -> Config {
        Config { total_cents, shares, mode, greeting: None, expires_in_s: 86_400 }
    }

    #[test]
    fn a_configuration_must_make_sense() {
        for good in
            [config(1, 1, Mode::Lucky), config(10_000, 10_000, Mode::Equal), config(TOTAL_CENTS_MAX, 3, Mode::Lucky)]
        {
            assert_eq!(good.check(Texts::default()), Ok(()), "{good:?}");
        }
        let usual = config(100, 10, Mode::Lucky);
        for bad in [
            config(9, 10, Mode::Lucky),
            config(100, 0, Mode::Lucky),
            config(0, 0, Mode::Equal),
            config(20_000, 10_001, Mode::Lucky),
            config(TOTAL_CENTS_MAX + 1, 1, Mode::Lucky),
            config(u64::MAX, 1, Mode::Lucky),
            Config { greeting: Some(" ".into()), ..usual.clone() },
            Config { expires_in_s: 0, ..usual.clone() },
            Config { expires_in_s: u64::MAX, ..usual },
        ] {
            assert!(matches!(bad.check(Texts::default()), Err(Error::Invalid(_))), "{bad:?}");
        }
    }

    #[test]
    fn the_commitment_is_the_documented_hash() {
        // Computed with Python: sha256(bytes(32) + (1).to_bytes(8, "big") + (258).to_bytes(8, "big")).
        let expected = "4ad9ac2e5542d8f8623132e149a4d3ea5798a01a9ea0fcb9197eb9211a8383cc";
        assert_eq!(commitment(&[0; 32], &[1, 258]), expected);
    }

    #[test]
    fn amounts_read_as_yuan() {
        let written = [0, 5, 1_234, 99_999, 100_000, TOTAL_CENTS_MAX].map(yuan);
        assert_eq!(written, ["0.00", "0.05", "12.34", "999.99", "1,000.00", "100,000,000.00"]);
    }

    /// Splits again and again, and sums up what each place got and how often it was the best.
    fn by_place(config: &Config, times: u32) -> (Vec<u64>, Vec<u32>) {
        let mut sums = vec![0; config.shares as usize];
        let mut best = vec![0; config.shares as usize];
        testing::with_ctx(|ctx| {
            for _ in 0..times {
                let shares = split(config, |bound| ctx.random_below(bound));
                sums.iter_mut().zip(&shares).for_each(|(sum, share)| *sum += share);
                let most = shares.iter().max().unwrap();
                best[shares.iter().position(|share| share == most).unwrap()] += 1;
            }
        });
        (sums, best)
    }

    #[test]
    fn no_place_in_the_queue_is_better() {
        let (sums, best) = by_place(&config(10_000, 10, Mode::Lucky), 20_000);
        // Standard deviations of a mean and of a count are about 6 cents and 42 times; five of them are allowed.
        assert!(sums.iter().all(|sum| (970..1_030).contains(&(sum / 20_000))), "{sums:?}");
        assert!(best.iter().all(|times| (1_790..2_210).contains(times)), "{best:?}");
    }

    #[test]
    fn left_over_cents_fall_on_any_place() {
        let (sums, _) = by_place(&config(1_003, 10, Mode::Equal), 10_000);
        assert!(sums.iter().all(|sum| (2_770..3_230).contains(&(sum - 1_000_000))), "{sums:?}");
    }

    #[test]
    fn every_split_of_a_small_packet_is_equally_likely() {
        let mut seen = std::collections::BTreeMap::new();
        testing::with_ctx(|ctx| {
            for _ in 0..12_000 {
                *seen.entry(split_by_luck(5, 3, |bound| ctx.random_below(bound))).or_insert(0_u32) += 1;
            }
        });
        assert_eq!(seen.len(), 6, "5 into 3 shares: {seen:?}");
        assert!(seen.values().all(|times| (1_800..2_200).contains(times)), "{seen:?}");
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_total_and_none_is_empty(
            shares in 1_u32..400, more in 0_u64..TOTAL_CENTS_MAX / 2, sparse: bool, equal: bool, seed in any::<[u8; 32]>(),
        ) {
            let more = if sparse { more } else { more % 50 };
            let config = config(u64::from(shares) + more, shares, if equal { Mode::Equal } else { Mode::Lucky });
            let mut numbers = seed.into_iter().cycle().zip(0_u64..);
            let split = split(&config, |bound| {
                let (byte, step) = numbers.next().unwrap();
                (u64::from(byte) << 32 | step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16) % bound
            });
            prop_assert_eq!(split.len(), shares as usize);
            prop_assert_eq!(split.iter().sum::<u64>(), config.total_cents);
            prop_assert!(split.iter().all(|share| *share >= 1));
            if equal {
                prop_assert!(split.iter().max().unwrap() - split.iter().min().unwrap() <= 1);
            }
        }
    }
}
