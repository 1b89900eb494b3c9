//! JSON texts that a plugin made: checked without being built, and passed on as they are.
//!
//! A text that passes can be read by any JSON library, `serde_json::Value` included: strings have no lone surrogates,
//! numbers are in range, and nothing is nested so deep that a recursive reader falls over. The check visits every value
//! once and keeps none.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use thiserror::Error;

/// What is wrong with a JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct JsonProblem {
    message: String,
}

/// A text that is one JSON value, which nobody on its way has to read to know that. In JSON it stands as the value that it is;
/// other formats keep its text, and read it back.
#[derive(Debug, Clone)]
pub struct JsonText(Box<RawValue>);

impl JsonText {
    /// Takes a plugin's text, if it passes [`check_json`].
    ///
    /// # Errors
    /// With the first thing that is wrong and where.
    pub fn parse(text: String) -> Result<Self, JsonProblem> {
        check_json(&text)?;
        RawValue::from_string(text).map(Self).map_err(problem)
    }

    /// The same for a text that has to be an object.
    ///
    /// # Errors
    /// As [`JsonText::parse`], or that it is something else.
    pub(crate) fn parse_object(text: String) -> Result<Self, JsonProblem> {
        let json = Self::parse(text)?;
        let is_object = json.get().starts_with('{');
        is_object.then_some(json).ok_or_else(|| JsonProblem { message: "it must be an object".into() })
    }

    /// The JSON of a value.
    ///
    /// # Errors
    /// When the value has keys that are no texts, or says that it cannot be written.
    pub fn of<T: Serialize>(value: &T) -> Result<Self, JsonProblem> {
        to_raw_value(value).map(Self).map_err(problem)
    }

    /// The value as it was written, to the letter: a client may read it without another check.
    #[must_use]
    pub fn get(&self) -> &str {
        self.0.get()
    }
}

impl Default for JsonText {
    /// An object without members.
    fn default() -> Self {
        // This can be read, so the other value is never taken: it is there in place of a panic.
        Self(RawValue::from_string("{}".to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }
}

impl PartialEq for JsonText {
    /// Whether it is the same text: the same value may be written in another way.
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for JsonText {}

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { self.0.serialize(serializer) } else { serializer.serialize_str(self.get()) }
    }
}

impl<'de> Deserialize<'de> for JsonText {
    /// Reads the text back that was kept, which was checked when it was made.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        RawValue::from_string(text).map(Self).map_err(D::Error::custom)
    }
}

/// Checks that a text is one JSON value, nested at most [`crate::limits::JSON_DEPTH_MAX`] deep.
///
/// # Errors
/// With the first thing that is wrong and where.
pub fn check_json(text: &str) -> Result<(), JsonProblem> {
    serde_json::from_str::<Anything>(text).map(drop).map_err(problem)
}

fn problem(error: serde_json::Error) -> JsonProblem {
    JsonProblem { message: error.to_string() }
}

/// Accepts every JSON value and forgets it. Unlike `IgnoredAny` it makes the parser decode what it reads, so that what
/// passes is what can be read later.
struct Anything;

impl<'de> Deserialize<'de> for Anything {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Anything {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::JSON_DEPTH_MAX;

    #[test]
    fn every_kind_of_value_passes() {
        for text in ["null", " true ", "-1.5e3", "18446744073709551615", r#""a\n\ud83c\udf89""#, r#"{"a":[1,{}]}"#] {
            assert_eq!(check_json(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_a_reader_would_choke_on_is_refused() {
        for text in ["", "{", "[1,]", "1 2", "nul", r#""\ud800""#, "1e999", "\"\u{1}\"", "{\"a\" 1}", "\u{feff}1"] {
            assert!(check_json(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(check_json(&nested(JSON_DEPTH_MAX)), Ok(()));
        assert!(check_json(&nested(JSON_DEPTH_MAX + 1)).is_err());
        assert!(check_json(&nested(400_000)).is_err());
    }

    #[test]
    fn an_object_is_told_from_other_values() {
        assert_eq!(JsonText::parse_object(" {\"a\":1}".into()).unwrap().get(), "{\"a\":1}");
        assert!(JsonText::parse_object("[1]".into()).is_err());
    }

    #[test]
    fn a_text_stands_in_json_as_it_is() {
        let text = JsonText::parse(r#"{"n":1.50,"m":[ ]}"#.to_owned()).unwrap();
        assert_eq!(serde_json::to_string(&[&text]).unwrap(), r#"[{"n":1.50,"m":[ ]}]"#);
        assert_ne!(text, JsonText::of(&serde_json::json!({ "m": [], "n": 1.5 })).unwrap());
        for wrong in ["", "{", "\"\\ud800\"", "1e999"] {
            assert!(JsonText::parse(wrong.to_owned()).is_err(), "{wrong:?}");
        }
    }
}
