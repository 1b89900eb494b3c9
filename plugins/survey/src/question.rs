//! A question: what a sensible one is, and what counts in its results.
//!
//! Pure. The fields of a question mean what its kind says; one that a kind has no use for is refused, so that nothing is set
//! in vain.
//!
//! # Invariants
//! * A question that was checked has a range that is not empty, and options that differ.

use hezi_sdk::{Error, Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::texts::Texts;

const TEXT_CHARS_MAX: usize = 300;
const OPTION_CHARS_MAX: usize = 100;
const OPTIONS_MAX: usize = 20;
const ROWS_MAX: usize = 10;
const COLUMNS_MAX: usize = 11;
const LEVELS_MAX: i64 = 11;
const NUMBER_MAX: i64 = 1_000_000;
const ANSWER_CHARS_MAX: i64 = 2_000;
const POINTS_MAX: i64 = 1_000;

/// What is asked, and how it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    #[schemars(length(min = 1, max = 300))]
    pub text: String,
    /// How it is answered.
    #[serde(default)]
    pub kind: Kind,
    /// Whether a form without an answer is not complete.
    #[serde(default)]
    pub required: bool,
    /// What there is to choose from, to order or to give points to; the columns of a matrix.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        length(max = 20),
        inner(length(min = 1, max = 100)),
        extend("x-for" = { "kind": ["single", "multiple", "order", "points", "matrix"] }, "x-begin" = 2)
    )]
    pub options: Vec<String>,
    /// The rows of a matrix.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        length(max = 10),
        inner(length(min = 1, max = 100)),
        extend("x-for" = { "kind": ["matrix"] }, "x-begin" = 1)
    )]
    pub rows: Vec<String>,
    /// The fewest choices, or the lowest number or rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64", extend("x-for" = { "kind": ["multiple", "number", "rating"] }))]
    pub min: Option<i64>,
    /// The most choices, characters or points, or the highest number or rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64", extend("x-for" = { "kind": ["multiple", "text", "number", "rating", "points"] }))]
    pub max: Option<i64>,
}

/// How a question is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One option.
    #[default]
    Single,
    /// Several options.
    Multiple,
    /// The member's own words.
    Text,
    /// A whole number.
    Number,
    /// A whole number, picked from stars.
    Rating,
    /// Yes or no.
    YesNo,
    /// All options, best first.
    Order,
    /// Points for options.
    Points,
    /// A column for each row.
    Matrix,
}

impl Question {
    /// Whether the question makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_text("questions.text", &self.text, TEXT_CHARS_MAX)?;
        self.refuse_unused(texts)?;
        match self.kind {
            Kind::Single | Kind::Multiple | Kind::Order | Kind::Points => self.check_options(OPTIONS_MAX, texts)?,
            Kind::Matrix => {
                self.check_options(COLUMNS_MAX, texts)?;
                texts.check_count("questions.rows", self.rows.len(), 1..=ROWS_MAX)?;
                check_names("questions.rows", &self.rows, texts)?;
            }
            Kind::Text | Kind::Number | Kind::Rating | Kind::YesNo => {}
        }
        self.check_range(texts)
    }

    fn refuse_unused(&self, texts: Texts) -> Result<()> {
        let has_options =
            matches!(self.kind, Kind::Single | Kind::Multiple | Kind::Order | Kind::Points | Kind::Matrix);
        let has_min = matches!(self.kind, Kind::Multiple | Kind::Number | Kind::Rating);
        let has_max = has_min || matches!(self.kind, Kind::Text | Kind::Points);
        let unused = [
            ("options", !has_options && !self.options.is_empty()),
            ("rows", self.kind != Kind::Matrix && !self.rows.is_empty()),
            ("min", !has_min && self.min.is_some()),
            ("max", !has_max && self.max.is_some()),
        ];
        match unused.into_iter().find(|(_, is_unused)| *is_unused) {
            Some((field, _)) => Err(Error::invalid(texts.not_of_this_kind(field))),
            None => Ok(()),
        }
    }

    fn check_options(&self, most: usize, texts: Texts) -> Result<()> {
        texts.check_count("questions.options", self.options.len(), 2..=most)?;
        check_names("questions.options", &self.options, texts)
    }

    fn check_range(&self, texts: Texts) -> Result<()> {
        let (least, most) = self.range();
        let allowed = match self.kind {
            Kind::Multiple => 1..=self.options.len() as i64,
            Kind::Text => 1..=ANSWER_CHARS_MAX,
            Kind::Points => 1..=POINTS_MAX,
            Kind::Number | Kind::Rating => -NUMBER_MAX..=NUMBER_MAX,
            Kind::Single | Kind::YesNo | Kind::Order | Kind::Matrix => return Ok(()),
        };
        texts.check_number("questions.max", most, allowed.clone())?;
        if self.kind != Kind::Points {
            texts.check_number("questions.min", least, allowed)?;
        }
        if least > most {
            return Err(Error::invalid(texts.range_is_empty()));
        }
        if self.kind == Kind::Rating && most - least >= LEVELS_MAX {
            return Err(Error::invalid(texts.rating_is_too_long(LEVELS_MAX)));
        }
        Ok(())
    }

    /// The least and the most of what the kind counts: choices, characters, points, or the number itself.
    pub fn range(&self) -> (i64, i64) {
        let (least, most) = match self.kind {
            Kind::Multiple => (1, self.options.len() as i64),
            Kind::Text => (1, 500),
            Kind::Number | Kind::Points => (0, 100),
            Kind::Rating => (1, 5),
            Kind::Single | Kind::YesNo | Kind::Order | Kind::Matrix => (1, 1),
        };
        (self.min.unwrap_or(least), self.max.unwrap_or(most))
    }
}

fn check_names(path: &'static str, names: &[String], texts: Texts) -> Result<()> {
    names.iter().try_for_each(|name| texts.check_text(path, name, OPTION_CHARS_MAX))?;
    texts.check_different(path, names.iter().map(String::as_str))
}
