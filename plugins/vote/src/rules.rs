//! The rules of a vote: what a sensible configuration is, what a ballot is, and how a ballot changes the counts.
//!
//! Pure: no state, no room, no clock. `lib.rs` keeps the counts.
//!
//! # Invariants
//! * A ballot names 1 to `max_choices` different options, each by its index.
//! * What stands for a ballot in a report stands for no other ballot of the same vote.
//! * What [`change`] takes away and adds turns the counts with the old ballot into the counts with the new one.

use hezi_sdk::{Error, Result, Texts as _, list_cell};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::texts::Texts;

/// Most characters of a question.
const QUESTION_CHARS_MAX: usize = 500;
/// Most characters of an option: fifty of them still fit on a page.
const OPTION_CHARS_MAX: usize = 100;
const OPTIONS_MIN: usize = 2;
const OPTIONS_MAX: usize = 50;

/// What an organizer chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What is asked.
    #[schemars(length(min = 1, max = 500))]
    pub question: String,
    /// What can be chosen; all different.
    #[schemars(length(min = 2, max = 50), inner(length(min = 1, max = 100)))]
    pub options: Vec<String>,
    /// How many options a member may choose.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 50))]
    pub max_choices: u32,
    /// When the results can be seen.
    #[serde(default)]
    pub results: Results,
    /// Whether no view and no report tells who chose what. Forms offer the anonymous activity in its place, which the host
    /// keeps, and not one switch beside the other.
    #[serde(default)]
    #[schemars(extend("deprecated" = true))]
    pub anonymous: bool,
    /// Whether a ballot can be replaced.
    #[serde(default)]
    pub revisable: bool,
}

/// When the results can be seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Results {
    /// From the first ballot on.
    #[default]
    Live,
    /// When the vote is closed, and nowhere before.
    AfterClose,
}

/// What stands between two options of a cell.
const SEPARATOR_BYTES: usize = '、'.len_utf8();
/// Id and name of a member, at most: the host takes 64 characters that people see, of 16 bytes each on the average.
const MEMBER_BYTES_MAX: usize = 64 + 16 * 64;

/// Indexes of the chosen options, in ascending order.
pub type Ballot = Vec<u32>;

/// What a ballot does to the counts.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    /// Options that lose a vote.
    pub lost: Vec<u32>,
    /// Options that gain one.
    pub gained: Vec<u32>,
}

fn one() -> u32 {
    1
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
        // At most `OPTIONS_MAX`.
        texts.check_number("max_choices", self.max_choices, 1..=self.options.len() as u32)
    }

    /// The ballot that names these options.
    ///
    /// # Errors
    /// [`Error::Invalid`] when an option is unknown or named twice, or when there are none or too many.
    pub fn ballot(&self, choose: &[String], texts: Texts) -> Result<Ballot> {
        if choose.is_empty() {
            return Err(Error::invalid(texts.choose_something()));
        }
        if choose.len() > self.max_choices as usize {
            return Err(Error::invalid(texts.chosen_too_many(self.max_choices)));
        }
        if let Some(unknown) = choose.iter().find(|name| !self.options.contains(name)) {
            return Err(Error::invalid(texts.no_such_option(unknown)));
        }
        let options = self.options.iter().zip(0..);
        let ballot: Ballot = options.filter(|(option, _)| choose.contains(option)).map(|(_, index)| index).collect();
        if ballot.len() < choose.len() {
            return Err(Error::invalid(texts.chosen_twice()));
        }
        Ok(ballot)
    }

    /// The options of a ballot, as they are chosen.
    pub fn chosen(&self, ballot: &[u32]) -> Vec<&String> {
        ballot.iter().filter_map(|option| self.options.get(*option as usize)).collect()
    }

    /// The most bytes that a row of the report takes with the options by their names.
    pub fn row_bytes_max(&self) -> u64 {
        let mut lengths: Vec<usize> =
            self.options.iter().map(|option| list_cell([option]).len() + SEPARATOR_BYTES).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        let names: usize = lengths.iter().take(self.max_choices as usize).sum();
        (MEMBER_BYTES_MAX + names) as u64
    }

    /// The options of a ballot as people read them; no other ballot reads the same.
    pub fn names(&self, ballot: &[u32]) -> String {
        list_cell(self.chosen(ballot))
    }
}

/// The numbers of a ballot's options, counted from 1, for a report in which their names are too long.
pub fn numbers(ballot: &[u32]) -> String {
    list_cell(ballot.iter().map(|option| (option + 1).to_string()))
}

/// What changes when a member who had the ballot `before` casts `after`.
pub fn change(before: &[u32], after: &[u32]) -> Change {
    let without = |list: &[u32], other: &[u32]| list.iter().copied().filter(|option| !other.contains(option)).collect();
    Change { lost: without(before, after), gained: without(after, before) }
}

/// The options with the most votes, most first; equal ones in the order of the configuration, those without a vote not.
pub fn leading(votes: &[u64], most: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..votes.len()).filter(|option| votes[*option] > 0).collect();
    let mut leading = Vec::new();
    while leading.len() < most && !left.is_empty() {
        // The last of the greatest when read backwards is the first of them.
        let best = (0..left.len()).rev().max_by_key(|place| votes[left[*place]]).unwrap_or(0);
        leading.push(left.remove(best));
    }
    leading
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn config(options: &[&str], max_choices: u32) -> Config {
        Config {
            question: "午饭".into(),
            options: options.iter().map(|option| (*option).into()).collect(),
            max_choices,
            results: Results::Live,
            anonymous: false,
            revisable: false,
        }
    }

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).into()).collect()
    }

    #[test]
    fn a_configuration_must_make_sense() {
        assert_eq!(config(&["面", "饭"], 2).check(Texts::default()), Ok(()));
        let long = "长".repeat(OPTION_CHARS_MAX + 1);
        for options in [&["面"][..], &["面", "面"], &["面", "面 "], &["面", ""], &["面", " "], &["面", &long]] {
            assert!(matches!(config(options, 1).check(Texts::default()), Err(Error::Invalid(_))), "{options:?}");
        }
        for max_choices in [0, 3] {
            assert!(
                matches!(config(&["面", "饭"], max_choices).check(Texts::default()), Err(Error::Invalid(_))),
                "{max_choices}"
            );
        }
        let names: Vec<String> = (0..=50).map(|n| n.to_string()).collect();
        let refs: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(config(&refs[..50], 1).check(Texts::default()), Ok(()));
        assert!(config(&refs, 1).check(Texts::default()).is_err(), "51 options");
        assert!(Config { question: " ".into(), ..config(&["面", "饭"], 1) }.check(Texts::default()).is_err());
    }

    #[test]
    fn a_ballot_names_known_options_once() {
        let config = config(&["甲", "乙", "丙"], 2);
        assert_eq!(config.ballot(&texts(&["丙", "甲"]), Texts::default()), Ok(vec![0, 2]));
        for choose in [&[][..], &["丁"], &["甲", "甲"], &["甲", "乙", "丙"]] {
            assert!(matches!(config.ballot(&texts(choose), Texts::default()), Err(Error::Invalid(_))), "{choose:?}");
        }
        assert_eq!(config.names(&[0, 2]), "甲、丙");
    }

    #[test]
    fn no_two_ballots_read_the_same() {
        for options in [&["甲、乙", "甲", "乙"][..], &["甲\\", "乙", "甲\\、乙", "甲", "、"]] {
            let config = config(options, options.len() as u32);
            let ballots: Vec<Ballot> = (1_u32..1 << options.len())
                .map(|set| (0..options.len() as u32).filter(|option| set >> option & 1 == 1).collect())
                .collect();
            let read: BTreeSet<String> = ballots.iter().map(|ballot| config.names(ballot)).collect();
            assert_eq!(read.len(), ballots.len(), "{options:?}");
        }
        assert_eq!(config(&["甲、乙", "甲", "乙"], 2).names(&[0, 1]), "甲\\、乙、甲");
    }

    #[test]
    fn leading_options_come_first_and_ties_in_order() {
        assert_eq!(leading(&[1, 3, 0, 3], 10), [1, 3, 0]);
        assert_eq!(leading(&[1, 3, 0, 3], 1), [1]);
        assert_eq!(leading(&[0, 0], 10), Vec::<usize>::new());
    }

    fn a_ballot() -> impl Strategy<Value = Ballot> {
        prop::collection::btree_set(0_u32..6, 0..6).prop_map(|set| set.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_change_turns_the_old_counts_into_the_new(before in a_ballot(), after in a_ballot()) {
            let mut votes = [0_i32; 6];
            before.iter().for_each(|option| votes[*option as usize] += 1);
            let change = change(&before, &after);
            change.lost.iter().for_each(|option| votes[*option as usize] -= 1);
            change.gained.iter().for_each(|option| votes[*option as usize] += 1);
            let expected: Vec<i32> = (0..6).map(|option| i32::from(after.contains(&option))).collect();
            prop_assert_eq!(votes.to_vec(), expected);
        }

        #[test]
        fn whatever_is_accepted_is_a_ballot(choose in prop::collection::vec("[甲乙丙丁戊]", 0..6), max_choices in 1_u32..=4) {
            let config = config(&["甲", "乙", "丙", "丁"], max_choices);
            if let Ok(ballot) = config.ballot(&choose, Texts::default()) {
                prop_assert!((1..=max_choices as usize).contains(&ballot.len()));
                prop_assert!(ballot.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(ballot.iter().all(|option| choose.contains(&config.options[*option as usize])));
                prop_assert_eq!(ballot.len(), choose.len());
            }
        }
    }
}
