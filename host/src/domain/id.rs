//! Identifiers: opaque texts with a type each, so that one cannot stand where another belongs.
//!
//! They are cheap to clone (shared text). What an id *means* is not known here.
//!
//! # Invariants
//! * 1 to 64 bytes, printable, without white space or control characters.

use std::fmt;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// Longest identifier in bytes; a WeCom user id has at most 64.
pub const ID_BYTES_MAX: usize = 64;

/// Why a text is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to 64 bytes without spaces or control characters")]
pub struct BadId;

fn check(text: &str) -> Result<Arc<str>, BadId> {
    // Nearly every id is of ASCII alone, which is seen byte by byte.
    let printable =
        text.bytes().all(|byte| byte.is_ascii_graphic()) || text.chars().all(|c| !c.is_control() && !c.is_whitespace());
    if text.is_empty() || text.len() > ID_BYTES_MAX || !printable {
        return Err(BadId);
    }
    Ok(Arc::from(text))
}

/// Takes a text as an id where it stands, without a copy in between.
struct IdText;

impl Visitor<'_> for IdText {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        check(text).map_err(E::custom)
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
        #[schema(value_type = String, min_length = 1, max_length = 64)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a text as an id.
            ///
            /// # Errors
            /// [`BadId`] when the text is not one.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                check(text).map(Self)
            }

            /// An id that nobody chose: the digits of a hash.
            pub fn of_hash(hash: &[u8; 16]) -> Self {
                Self(hex::encode(hash).into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(IdText).map(Self)
            }
        }
    };
}

id!(
    /// A person, the same in every conference and after every sign-in.
    UserId
);
id!(
    /// A conference for good; its number is only lent to it.
    ConferenceId
);
id!(
    /// An activity of a conference.
    ActivityId
);
id!(
    /// A command's id, chosen by the client: unique for a member of a conference.
    CommandId
);

/// A conference number: exactly five digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(as = ConferenceNumber, value_type = String, pattern = "^[0-9]{5}$", example = "00042")]
pub struct Number(u32);

/// How many conference numbers there are.
pub const NUMBERS: u32 = 100_000;

impl Number {
    /// The number with this value, if it has at most five digits.
    pub fn new(value: u32) -> Option<Self> {
        (value < NUMBERS).then_some(Self(value))
    }

    /// Takes five digits as a number.
    ///
    /// # Errors
    /// [`BadNumber`] for anything else.
    pub fn parse(text: &str) -> Result<Self, BadNumber> {
        if text.len() != 5 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(BadNumber);
        }
        text.parse().map(Self).map_err(|_| BadNumber)
    }

    /// Reads a number as people type it: with spaces, dashes or a slash in it, in full width or in the digits of other scripts,
    /// or as the whole address that it stands at the end of.
    ///
    /// # Errors
    /// [`BadNumber`] when five digits are not what is left.
    pub fn typed(text: &str) -> Result<Self, BadNumber> {
        let text = text.rsplit_once("/c/").map_or(text, |(_, number)| number);
        // Much more than five digits with something between them is no number in any case.
        let mut plain = String::new();
        for c in text.chars().take(TYPED_CHARS_MAX).filter(|c| !is_between_digits(*c)) {
            plain.push(digit(c).ok_or(BadNumber)?);
        }
        Self::parse(&plain)
    }

    /// The value, 0 to 99,999.
    pub fn value(self) -> u32 {
        self.0
    }
}

/// As much as is read of a number that somebody typed.
const TYPED_CHARS_MAX: usize = 64;
/// The zeros of the scripts whose digits keyboards for phones offer; each has its nine other digits after it.
const ZEROS: [char; 10] =
    ['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{ff10}'];

/// The digit as ASCII has it.
fn digit(c: char) -> Option<char> {
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

/// What people put between digits so as to read them more easily, or copy along with them.
fn is_between_digits(c: char) -> bool {
    let is_dash =
        matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '_' | '.' | '·' | '/' | '#' | '＃');
    c.is_whitespace() || is_dash || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2066}'..='\u{2069}')
}

/// Why a text is not a conference number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a conference number has exactly five digits")]
pub struct BadNumber;

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_leading_zeros() {
        let number = Number::parse("00042").expect("five digits");
        assert_eq!(number.value(), 42);
        assert_eq!(number.to_string(), "00042");
    }

    #[test]
    fn what_is_not_five_digits_is_no_number() {
        for text in ["", "1234", "123456", "12a45", "+1234", "１２３４５"] {
            assert_eq!(Number::parse(text), Err(BadNumber), "{text}");
        }
    }

    #[test]
    fn a_number_is_read_as_people_type_it() {
        for text in [
            "93047",
            " 93 047",
            "93-047",
            "930 - 47",
            "９３０４７",
            "٩٣٠٤٧",
            "۹۳۰۴۷",
            "93047/",
            "#93047",
            "\u{200e}93047",
            "https://meet.example.com/c/93047/",
        ] {
            assert_eq!(Number::typed(text).map(|number| number.to_string()), Ok("93047".into()), "{text}");
        }
        for text in ["", "9304", "930477", "93o47", "九三〇四七", "93047x", &" ".repeat(1_000)] {
            assert_eq!(Number::typed(text), Err(BadNumber), "{text}");
        }
    }

    #[test]
    fn ids_are_bounded_and_printable() {
        assert!(UserId::parse("王小明").is_ok());
        for text in ["", "a b", "a\u{0}", &"x".repeat(65)] {
            assert!(UserId::parse(text).is_err(), "{text:?}");
        }
    }
}
