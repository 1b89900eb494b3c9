//! A decimal number with at most two places, exactly: a whole number of hundredths.
//!
//! JSON numbers arrive as binary fractions. A text with at most two places is the nearest binary fraction of exactly one
//! whole number of hundredths, so it is found again without a rounding error, and anything finer is refused.
//!
//! # Invariants
//! * `-LIMIT <= hundredths <= LIMIT`, so a hundred million scores cannot overflow a sum.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Largest hundredths either way: a million.
const LIMIT: i64 = 100_000_000;

/// A decimal number with at most two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(i64);

impl Score {
    /// The number that is so many hundredths.
    ///
    /// # Panics
    /// When it is beyond a million either way.
    pub const fn from_hundredths(hundredths: i64) -> Self {
        assert!(hundredths >= -LIMIT && hundredths <= LIMIT, "a score is at most a million");
        Self(hundredths)
    }

    /// How many hundredths it is.
    pub const fn hundredths(self) -> i64 {
        self.0
    }

    /// The nearest binary fraction, for the interface's fields.
    pub fn to_f64(self) -> f64 {
        // Exact: the hundredths are far below 2^53, and the division rounds once.
        self.0 as f64 / 100.0
    }

    fn from_i64(number: i64) -> Option<Self> {
        let hundredths = number.checked_mul(100)?;
        (-LIMIT..=LIMIT).contains(&hundredths).then_some(Self(hundredths))
    }

    fn from_f64(number: f64) -> Option<Self> {
        let hundredths = (number * 100.0).round();
        if hundredths.abs() > LIMIT as f64 || hundredths.is_nan() {
            return None;
        }
        let score = Self(hundredths as i64);
        (score.to_f64() == number).then_some(score)
    }
}

/// As people write it: `4`, `4.5`, `4.25`.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.abs() / 100, self.0.abs() % 100);
        match rest {
            0 => write!(f, "{sign}{whole}"),
            tenths if tenths % 10 == 0 => write!(f, "{sign}{whole}.{}", tenths / 10),
            _ => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 { serializer.serialize_i64(self.0 / 100) } else { serializer.serialize_f64(self.to_f64()) }
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(ScoreVisitor)
    }
}

struct ScoreVisitor;

impl de::Visitor<'_> for ScoreVisitor {
    type Value = Score;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a number of at most a million with at most two decimal places")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Score, E> {
        Score::from_i64(number).ok_or_else(|| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Score, E> {
        let score = i64::try_from(number).ok().and_then(Score::from_i64);
        score.ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Score, E> {
        Score::from_f64(number).ok_or_else(|| E::invalid_value(de::Unexpected::Float(number), &self))
    }
}

impl JsonSchema for Score {
    fn schema_name() -> Cow<'static, str> {
        "Score".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "minimum": -1_000_000, "maximum": 1_000_000 })
    }

    fn inline_schema() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<Score> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn numbers_are_read_exactly_and_written_as_they_came() {
        for (text, hundredths) in [("4", 400), ("4.5", 450), ("0.1", 10), ("-0.25", -25), ("999999.99", 99_999_999)] {
            assert_eq!(read(text), Some(Score(hundredths)), "{text}");
            assert_eq!(serde_json::to_string(&Score(hundredths)).unwrap(), text);
            assert_eq!(Score(hundredths).to_string(), text);
        }
        assert_eq!(read("4.0"), Some(Score(400)));
        assert_eq!(read("1e2"), Some(Score(10_000)));
    }

    #[test]
    fn what_is_finer_or_larger_is_refused() {
        for text in [
            "0.001",
            "4.999",
            "0.30000000000000004",
            "1000001",
            "-1000000.01",
            "1e300",
            "18446744073709551615",
            "\"4\"",
            "null",
            "[4]",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_score_survives_its_json(hundredths in -LIMIT..=LIMIT) {
            let score = Score::from_hundredths(hundredths);
            let text = serde_json::to_string(&score).unwrap();
            prop_assert_eq!(read(&text), Some(score));
            prop_assert_eq!(score.to_string(), text);
        }
    }
}
