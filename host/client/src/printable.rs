//! Text from somewhere else, made safe for a terminal when it is taken: the one place that says what is.

use std::fmt;
use std::ops::Deref;

use serde::Deserialize;

/// A text with its control characters written out, and those that turn the direction of writing or cannot be seen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Printable(String);

impl From<String> for Printable {
    fn from(text: String) -> Self {
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                    shown.extend(c.escape_unicode());
                }
                c if c.is_control() => shown.extend(c.escape_default()),
                c => shown.push(c),
            }
        }
        Self(shown)
    }
}

impl Deref for Printable {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        let read = |text: &str| serde_json::from_value::<Printable>(text.into()).expect("a text").to_string();
        assert_eq!(read("a\u{1b}[31m\nb\u{202e}c\u{9b}"), "a\\u{1b}[31m\\nb\\u{202e}c\\u{9b}");
        assert_eq!(read("午饭 \"ok\" é"), "午饭 \"ok\" é");
    }
}
