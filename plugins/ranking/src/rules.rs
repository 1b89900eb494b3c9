//! The rules of a ranking: what a sensible configuration is, what an order is, and what it gives each option.
//!
//! Pure: no state, no room, no clock. `lib.rs` keeps the sums.
//!
//! Borda: with *n* options an order gives *n* − 1 points to the first, one fewer to each after it, and none to the last. What an
//! order leaves out shares the places that are left: each gets the mean of their points. Where orders may leave options out, all
//! points are doubled, so that they stay whole numbers.
//!
//! # Invariants
//! * An order names options once each, and at least as many as it must.
//! * An order gives away *n* (*n* − 1) / 2 points (twice that where they are doubled), so the sum of ranks is fixed by the number of
//!   ballots.

use hezi_sdk::{Error, Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::texts::Texts;

const QUESTION_CHARS_MAX: usize = 500;
const OPTION_CHARS_MAX: usize = 100;
const OPTIONS_MIN: usize = 2;
/// More cannot be put into an order on a phone.
const OPTIONS_MAX: usize = 20;

/// What an organizer chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What is asked.
    #[schemars(length(min = 1, max = 500))]
    pub question: String,
    /// What is put into an order; all different.
    #[schemars(length(min = 2, max = 20), inner(length(min = 1, max = 100)))]
    pub options: Vec<String>,
    /// How many options a member must put into an order; all if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 20))]
    pub min_ranked: Option<u32>,
    /// What decides.
    #[serde(default)]
    pub method: Method,
    /// When the results can be seen.
    #[serde(default)]
    pub results: Results,
    /// Whether an order can be replaced.
    #[serde(default = "yes")]
    pub revisable: bool,
}

/// What decides which option comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Points for each place.
    #[default]
    Borda,
    /// How often an option was put first.
    FirstPreference,
}

/// When the results can be seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Results {
    /// From the first order on.
    #[default]
    Live,
    /// When the ranking is closed, and nowhere before.
    AfterClose,
}

/// Indexes of options, best first.
pub type Order = Vec<u32>;

fn yes() -> bool {
    true
}

impl Config {
    /// Whether the configuration makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_text("question", &self.question, QUESTION_CHARS_MAX)?;
        texts.check_count("options", self.options.len(), OPTIONS_MIN..=OPTIONS_MAX)?;
        for (place, option) in self.options.iter().enumerate() {
            texts.check_text(&format!("options[{place}]"), option, OPTION_CHARS_MAX)?;
        }
        texts.check_different("options", self.options.iter().map(String::as_str))?;
        texts.check_number("min_ranked", self.min_ranked(), 1..=self.count())
    }

    /// The order of these options.
    ///
    /// # Errors
    /// [`Error::Invalid`] when an option is unknown or named twice, or when there are too few.
    pub fn order(&self, names: &[String], texts: Texts) -> Result<Order> {
        let mut order = Order::new();
        for name in names {
            let index = self.options.iter().zip(0..).find(|(option, _)| *option == name).map(|(_, index)| index);
            let index = index.ok_or_else(|| Error::invalid(texts.no_such_option(name)))?;
            if order.contains(&index) {
                return Err(Error::invalid(texts.ranked_twice(name)));
            }
            order.push(index);
        }
        // No option stands there twice, so there are at most `OPTIONS_MAX`.
        if (order.len() as u32) < self.min_ranked() {
            return Err(Error::invalid(texts.ranked_too_few(self.min_ranked())));
        }
        Ok(order)
    }

    /// The options of an order, best first.
    pub fn names(&self, order: &[u32]) -> Vec<&str> {
        order.iter().filter_map(|option| self.options.get(*option as usize)).map(String::as_str).collect()
    }

    /// How many options there are.
    pub fn count(&self) -> u32 {
        // At most `OPTIONS_MAX`.
        self.options.len() as u32
    }

    /// How many options an order must have.
    pub fn min_ranked(&self) -> u32 {
        self.min_ranked.unwrap_or(self.count())
    }

    /// What a place above another is worth: 2 where orders may leave options out.
    pub fn step_points(&self) -> u64 {
        if self.min_ranked() < self.count() { 2 } else { 1 }
    }

    /// The points that an order gives to each option.
    pub fn points(&self, order: &[u32]) -> Vec<u64> {
        let (count, placed) = (self.options.len(), order.len());
        // The mean of what the places that are left are worth, 0 to `count - placed - 1` places above another.
        let rest = ((count - placed) as u64).saturating_sub(1) * self.step_points() / 2;
        let mut points = vec![rest; count];
        for (place, option) in order.iter().enumerate() {
            points[*option as usize] = (count - 1 - place) as u64 * self.step_points();
        }
        points
    }

    /// The average rank of an option that has these points of so many ballots, with two places; none without a ballot.
    pub fn average_rank(&self, points: u64, ballots: u64) -> Option<String> {
        let all = ballots * self.step_points();
        if all == 0 {
            return None;
        }
        // An option is as many places from the top as it has points less than all of them.
        let hundredths = (100 * (all * u64::from(self.count()) - points) + all / 2) / all;
        Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
    }
}

/// What all orders give together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many orders there are.
    pub ballots: u64,
    /// The points of each option.
    pub points: Vec<u64>,
    /// How often each option was put first.
    pub firsts: Vec<u64>,
}

impl Tally {
    /// What this method counts.
    pub fn scores(&self, method: Method) -> &[u64] {
        match method {
            Method::Borda => &self.points,
            Method::FirstPreference => &self.firsts,
        }
    }
}

/// Place and index of each, the largest score first. Equal ones share a place, in the order of the configuration.
pub fn places(scores: &[u64]) -> Vec<(u32, usize)> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by_key(|option| std::cmp::Reverse(scores[*option]));
    let place = |option: usize| 1 + scores.iter().filter(|score| **score > scores[option]).count() as u32;
    order.into_iter().map(|option| (place(option), option)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config(count: usize, min_ranked: Option<u32>) -> Config {
        let options = (0..count).map(|n| format!("项{n}")).collect();
        let (method, results) = (Method::Borda, Results::Live);
        Config { question: "先做什么".into(), options, min_ranked, method, results, revisable: true }
    }

    fn order(config: &Config, names: &[&str]) -> Result<Order> {
        config.order(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), Texts::default())
    }

    #[test]
    fn a_configuration_must_make_sense() {
        for good in [config(2, None), config(20, Some(1)), config(5, Some(5))] {
            assert_eq!(good.check(Texts::default()), Ok(()), "{good:?}");
        }
        let twice = Config { options: vec!["甲".into(), " 甲".into()], ..config(2, None) };
        let blank = Config { question: " ".into(), ..config(2, None) };
        for bad in [config(1, None), config(21, None), config(3, Some(0)), config(3, Some(4)), twice, blank] {
            assert!(matches!(bad.check(Texts::default()), Err(Error::Invalid(_))), "{bad:?}");
        }
    }

    #[test]
    fn an_order_is_a_permutation_or_its_beginning() {
        let all = config(3, None);
        assert_eq!(order(&all, &["项2", "项0", "项1"]), Ok(vec![2, 0, 1]));
        for bad in [&[][..], &["项0"], &["项0", "项1", "项1"], &["项0", "项1", "项3"], &["项0", "项1", "项2", "项0"]]
        {
            assert!(matches!(order(&all, bad), Err(Error::Invalid(_))), "{bad:?}");
        }
        let some = config(3, Some(1));
        assert_eq!(order(&some, &["项1"]), Ok(vec![1]));
        assert!(order(&some, &[]).is_err());
    }

    #[test]
    fn points_are_those_of_the_textbook() {
        assert_eq!(config(4, None).points(&[2, 0, 3, 1]), [2, 0, 3, 1]);
        // Two are left out and share 1 + 0, doubled: 1 each.
        assert_eq!(config(4, Some(1)).points(&[2, 0]), [4, 1, 6, 1]);
        assert_eq!(config(2, Some(1)).points(&[1]), [0, 2]);
    }

    #[test]
    fn equal_scores_share_a_place() {
        assert_eq!(places(&[1, 3, 3, 0]), [(1, 1), (1, 2), (3, 0), (4, 3)]);
        assert_eq!(places(&[]), []);
    }

    #[test]
    fn average_ranks_are_rounded() {
        let all = config(3, None);
        assert_eq!(all.average_rank(6, 3).as_deref(), Some("1.00"));
        assert_eq!(all.average_rank(5, 3).as_deref(), Some("1.33"));
        assert_eq!(all.average_rank(0, 3).as_deref(), Some("3.00"));
        assert_eq!(all.average_rank(0, 0), None);
        assert_eq!(config(4, Some(1)).average_rank(1, 1).as_deref(), Some("3.50"));
    }

    proptest! {
        #[test]
        fn an_order_gives_away_a_fixed_number_of_points(
            order in Just((0_u32..12).collect::<Vec<_>>()).prop_shuffle(), placed in 1_usize..=12, some: bool,
        ) {
            let config = config(12, some.then_some(1));
            let order = if some { &order[..placed] } else { &order[..] };
            let points = config.points(order);
            prop_assert_eq!(points.iter().sum::<u64>(), 12 * 11 / 2 * config.step_points());
            prop_assert!(order.windows(2).all(|pair| points[pair[0] as usize] > points[pair[1] as usize]));
            let last = points[*order.last().unwrap() as usize];
            prop_assert!((0..12).filter(|option| !order.contains(option)).all(|option| points[option as usize] < last));
        }
    }
}
