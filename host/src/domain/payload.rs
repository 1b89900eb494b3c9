//! A JSON text for a plugin, from whoever sent it to whoever calls with it.
//!
//! What it has to say is the plugin's schema's to tell; who sent it is `command`'s.
//!
//! # Invariants
//! * It is parsed once, before it is part of a command or judged by a plugin, and kept as it was sent but for texts that
//!   were not tidy and the white space between its words. One that is large is parsed once more, for the schema.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::text::tidy_json;

/// The largest text whose parsed form is kept with it, in bytes: that may be thirty times as large, and many may wait.
const PARSED_BYTES_MAX: usize = 4 << 10;

/// A JSON text for a plugin. Nothing of it is read until it is part of a command, which is after its sender was let in.
#[derive(Debug, Clone)]
pub struct Payload {
    text: String,
    /// What was found when it was read; none until then.
    reading: Option<Reading>,
}

#[derive(Debug, Clone)]
struct Reading {
    /// What it says, where that is small.
    parsed: Option<Value>,
    /// The text by which it is compared, where it is another one: keys in order, numbers as they are understood.
    canonical: Option<String>,
}

impl Payload {
    /// This text, as it is.
    pub fn new(json: &RawValue) -> Self {
        Self { text: json.get().to_owned(), reading: None }
    }

    /// What was sent, but for what was made tidy or compact.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Gives the text away.
    pub fn into_text(self) -> String {
        self.text
    }

    /// What it says, parsed again where it was too large to be kept.
    ///
    /// # Errors
    /// When it cannot be parsed, though it could be read as a raw value: nested too deeply, for example.
    pub fn with_parsed<T>(&self, read: impl FnOnce(&Value) -> T) -> Result<T, serde_json::Error> {
        match self.reading.as_ref().and_then(|reading| reading.parsed.as_ref()) {
            Some(parsed) => Ok(read(parsed)),
            None => serde_json::from_str(&self.text).map(|parsed| read(&parsed)),
        }
    }

    /// The text by which it is compared.
    pub fn canonical(&self) -> &str {
        self.reading.as_ref().and_then(|reading| reading.canonical.as_deref()).unwrap_or(&self.text)
    }

    /// Reads it, with its texts tidy and without the white space between its words. What was read already stays as it is.
    pub fn read(&mut self) {
        if self.reading.is_some() {
            return;
        }
        if let Cow::Owned(tidied) = tidy_json(&self.text) {
            self.text = tidied;
        }
        if let Cow::Owned(compact) = compact(&self.text) {
            self.text = compact;
        }
        let Ok(parsed) = serde_json::from_str::<Value>(&self.text) else { return };
        let canonical = (!is_written(&parsed, &self.text)).then(|| parsed.to_string());
        self.reading =
            Some(Reading { parsed: Some(parsed).filter(|_| self.text.len() <= PARSED_BYTES_MAX), canonical });
    }
}

/// Whether the value is written as this text, which is the usual case: nothing is written down to find out.
fn is_written(value: &Value, text: &str) -> bool {
    let mut rest = Remainder(text.as_bytes());
    serde_json::to_writer(&mut rest, value).is_ok() && rest.0.is_empty()
}

/// What is left of a text that something else is compared with as it is written.
struct Remainder<'a>(&'a [u8]);

impl io::Write for Remainder<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(Self::new)
    }
}

/// A JSON text without the white space between its words: what is kept for good is not made of blanks. Nothing else is
/// changed, so numbers stay as long as they are.
fn compact(json: &str) -> Cow<'_, str> {
    let (mut in_text, mut escaped) = (false, false);
    let is_kept = move |c: &char| {
        if in_text {
            in_text = escaped || *c != '"';
            escaped = !escaped && *c == '\\';
            return true;
        }
        in_text = *c == '"';
        !c.is_ascii_whitespace()
    };
    let mut stays = is_kept;
    if json.chars().all(|c| stays(&c)) {
        return Cow::Borrowed(json);
    }
    Cow::Owned(json.chars().filter(is_kept).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".{0,12}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map(".{0,6}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn compact_means_the_same_and_has_no_blank_too_many(value in json()) {
            let pretty = serde_json::to_string_pretty(&value).expect("a text");
            let compact = compact(&pretty);
            prop_assert_eq!(&compact, &value.to_string());
        }

        #[test]
        fn a_text_is_compared_with_a_value_as_if_that_were_written_down(value in json(), other in json()) {
            let written = value.to_string();
            for text in [written.clone(), other.to_string(), format!("{value} "), String::new()] {
                prop_assert_eq!(is_written(&value, &text), written == text);
            }
        }
    }

    #[test]
    fn compact_changes_nothing_within_texts_and_numbers() {
        assert_eq!(compact(" { \"a b\\\" c\" : 1.50e3 ,\n\t\"d\": \"\\\\\" } "), r#"{"a b\" c":1.50e3,"d":"\\"}"#);
    }

    #[test]
    fn what_is_too_large_to_be_kept_parsed_says_the_same() {
        for len in [1, PARSED_BYTES_MAX] {
            let text = format!("[\"{}\"]", "字".repeat(len));
            let mut payload: Payload = serde_json::from_str(&text).expect("JSON");
            payload.read();
            assert_eq!(payload.reading.as_ref().is_some_and(|reading| reading.parsed.is_some()), len == 1);
            assert_eq!(payload.with_parsed(Value::to_string).expect("JSON"), text);
        }
    }
}
