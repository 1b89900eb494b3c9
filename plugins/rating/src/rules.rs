//! The rules of a rating: what a sensible scale is, which scores stand on it, and what their average is.
//!
//! Pure: no state, no room, no clock. All arithmetic is in whole hundredths.
//!
//! # Invariants
//! * A score is `min + n * step` for a whole `n` and lies between `min` and `max`.
//! * [`Total`] is the number and the sum of the members' scores, whatever was revised.

use hezi_sdk::{Error, Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::score::Score;
use crate::texts::Texts;

const SUBJECT_CHARS_MAX: usize = 500;
/// Most scores on a scale: 0 to 100 in tenths.
const LEVELS_MAX: u32 = 1_001;
/// Most bars of the distribution; a finer scale is drawn in ranges.
const BARS_MAX: u32 = 20;

/// What an organizer chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What is rated.
    #[schemars(length(min = 1, max = 500))]
    pub subject: String,
    /// The lowest score.
    #[serde(default = "default_min")]
    pub min: Score,
    /// The highest score.
    #[serde(default = "default_max")]
    pub max: Score,
    /// The distance between two scores, of at most two decimal places.
    #[serde(default = "default_step")]
    pub step: Score,
    /// Whether a score can be replaced.
    #[serde(default = "default_revisable")]
    pub revisable: bool,
}

fn default_min() -> Score {
    Score::from_hundredths(100)
}

fn default_max() -> Score {
    Score::from_hundredths(500)
}

fn default_step() -> Score {
    Score::from_hundredths(100)
}

fn default_revisable() -> bool {
    true
}

impl Config {
    /// Whether the configuration makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_text("subject", &self.subject, SUBJECT_CHARS_MAX)?;
        if self.min >= self.max {
            return Err(Error::invalid(texts.max_is_too_low()));
        }
        if self.step.hundredths() <= 0 || self.step.hundredths() > self.span() {
            return Err(Error::invalid(texts.step_is_wrong()));
        }
        if self.levels() > LEVELS_MAX {
            return Err(Error::invalid(texts.scale_is_too_fine(LEVELS_MAX)));
        }
        Ok(())
    }

    /// Which score of the scale this is, counted from 0.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not on the scale.
    pub fn level(&self, score: Score, texts: Texts) -> Result<u32> {
        if score < self.min || score > self.max {
            return Err(Error::invalid(texts.beyond_the_scale(&self.min.to_string(), &self.max.to_string())));
        }
        let above = score.hundredths() - self.min.hundredths();
        if above % self.step.hundredths() != 0 {
            return Err(Error::invalid(texts.off_the_scale(&self.min.to_string(), &self.step.to_string())));
        }
        // A scale has at most `LEVELS_MAX` levels.
        Ok((above / self.step.hundredths()) as u32)
    }

    /// How many scores the scale has. When `max` is not one of them, the last one below it is.
    pub fn levels(&self) -> u32 {
        u32::try_from(self.span() / self.step.hundredths()).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// The score at a level.
    pub fn score(&self, level: u32) -> Score {
        Score::from_hundredths(self.min.hundredths() + i64::from(level) * self.step.hundredths())
    }

    /// The bars of the distribution: `counts` has the number of scores at each level.
    pub fn bars(&self, counts: &[u64]) -> Vec<(String, u64)> {
        let width = self.levels().div_ceil(BARS_MAX).max(1);
        let ranges = counts.chunks(width as usize).zip((0..).step_by(width as usize));
        ranges.map(|(range, first)| (self.range_name(first, range.len() as u32), range.iter().sum())).collect()
    }

    fn range_name(&self, first: u32, width: u32) -> String {
        let (from, to) = (self.score(first), self.score(first + width - 1));
        if from == to { from.to_string() } else { format!("{from}–{to}") }
    }

    fn span(&self) -> i64 {
        self.max.hundredths() - self.min.hundredths()
    }
}

/// The number and the sum of all scores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// How many members gave a score.
    pub count: u64,
    /// The sum of their scores, in hundredths.
    pub sum_hundredths: i64,
}

impl Total {
    /// The total after a member who had given `before` gives `after`.
    pub fn change(self, before: Option<Score>, after: Score) -> Self {
        Self {
            count: self.count + u64::from(before.is_none()),
            sum_hundredths: self.sum_hundredths - before.map_or(0, Score::hundredths) + after.hundredths(),
        }
    }

    /// The average in hundredths, halves rounded up; none without a score.
    pub fn average_hundredths(self) -> Option<i64> {
        let count = i64::try_from(self.count).ok().filter(|count| *count > 0)?;
        Some((2 * self.sum_hundredths + count).div_euclid(2 * count))
    }

    /// The average as people read it, always with two places; none without a score.
    pub fn average(self) -> Option<String> {
        self.average_hundredths().map(decimal)
    }
}

/// Hundredths as a decimal number with two places.
pub fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config(min: i64, max: i64, step: i64) -> Config {
        let score = Score::from_hundredths;
        Config { subject: "演讲".into(), min: score(min), max: score(max), step: score(step), revisable: true }
    }

    fn level(config: &Config, hundredths: i64) -> Option<u32> {
        config.level(Score::from_hundredths(hundredths), Texts::default()).ok()
    }

    #[test]
    fn a_scale_must_make_sense() {
        for good in [config(100, 500, 100), config(0, 10_000, 10), config(-500, 500, 50), config(0, 1_000, 300)] {
            assert_eq!(good.check(Texts::default()), Ok(()), "{good:?}");
        }
        for bad in [
            config(500, 100, 100),
            config(100, 100, 100),
            config(100, 500, 0),
            config(100, 500, -100),
            config(100, 500, 401),
            config(0, 10_000, 1),
            Config { subject: " ".into(), ..config(100, 500, 100) },
        ] {
            assert!(matches!(bad.check(Texts::default()), Err(Error::Invalid(_))), "{bad:?}");
        }
    }

    #[test]
    fn scores_stand_on_the_grid() {
        let config = config(100, 500, 50);
        assert_eq!((level(&config, 100), level(&config, 150), level(&config, 500)), (Some(0), Some(1), Some(8)));
        assert_eq!((level(&config, 125), level(&config, 99), level(&config, 501)), (None, None, None));
        let uneven = self::config(0, 1_000, 300);
        assert_eq!((uneven.levels(), level(&uneven, 900), level(&uneven, 1_000)), (4, Some(3), None));
    }

    #[test]
    fn averages_are_rounded_to_two_places() {
        let average = |count, sum_hundredths| Total { count, sum_hundredths }.average().unwrap();
        assert_eq!(average(3, 1_300), "4.33");
        assert_eq!(average(3, 1_400), "4.67");
        assert_eq!(average(2, 901), "4.51");
        assert_eq!(average(1, 400), "4.00");
        assert_eq!(average(3, -100), "-0.33");
        assert_eq!(average(2, -1), "0.00");
        assert_eq!(Total::default().average(), None);
    }

    #[test]
    fn a_fine_scale_is_drawn_in_ranges() {
        let config = config(0, 10_000, 100);
        let bars = config.bars(&[1; 101]);
        assert_eq!(bars.len(), 17);
        assert_eq!((bars[0].clone(), bars[16].clone()), (("0–5".to_owned(), 6), ("96–100".to_owned(), 5)));
        assert_eq!(bars.iter().map(|(_, count)| count).sum::<u64>(), 101);
        assert_eq!(self::config(100, 300, 100).bars(&[0, 2, 1]), [("1".into(), 0), ("2".into(), 2), ("3".into(), 1)]);
    }

    proptest! {
        #[test]
        fn levels_and_scores_name_each_other(min in -1_000_i64..1_000, step in 1_i64..500, levels in 2_u32..=1_001) {
            let config = config(min, min + i64::from(levels - 1) * step, step);
            prop_assert_eq!(config.levels(), levels);
            for at in [0, levels / 2, levels - 1] {
                prop_assert_eq!(config.level(config.score(at), Texts::default()), Ok(at));
            }
            prop_assert!(config.bars(&vec![1; levels as usize]).len() <= BARS_MAX as usize);
        }

        #[test]
        fn the_average_is_the_nearest_hundredth(scores in prop::collection::vec(-1_000_i64..1_000, 1..50)) {
            let total = scores.iter().fold(Total::default(), |total, score| total.change(None, Score::from_hundredths(*score)));
            let (count, sum) = (scores.len() as i64, scores.iter().sum::<i64>());
            let average = total.average_hundredths().unwrap();
            prop_assert!((average * count - sum).abs() * 2 <= count);
        }

        #[test]
        fn a_revision_replaces(first in 0_i64..1_000, second in 0_i64..1_000, other in 0_i64..1_000) {
            let score = Score::from_hundredths;
            let total = Total::default().change(None, score(first)).change(None, score(other));
            let total = total.change(Some(score(first)), score(second));
            prop_assert_eq!(total, Total { count: 2, sum_hundredths: second + other });
        }
    }
}
