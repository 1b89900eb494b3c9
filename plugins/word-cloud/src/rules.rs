//! The rules of a word cloud: which words are the same, which are taken, and in which order they stand.
//!
//! Pure: no state, no room. `lib.rs` keeps the counts.
//!
//! # Invariants
//! * What [`fold`] makes of a word it leaves as it is; words that differ in case, width or white space fold to the same.
//! * A place stands before another if its word weighs more; of equal ones in the order of the words.

use hezi_sdk::{Error, Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::texts::Texts;

const QUESTION_CHARS_MAX: usize = 200;
const WORDS_EACH_MAX: u32 = 10;
const BLOCKED_MAX: usize = 500;
/// Most characters of a word.
pub const WORD_CHARS_MAX: usize = 20;
/// Most bytes of a folded word, which is a key: there are characters that folding makes many of.
const FOLDED_BYTES_MAX: usize = 200;
/// Most characters of what one action says.
pub const TEXT_CHARS_MAX: usize = 300;
/// Most different words: they take two keys each, and an activity has 500,000.
pub const WORDS_MAX: u64 = 100_000;

/// What an organizer chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What people are asked.
    #[schemars(length(min = 1, max = 200))]
    pub question: String,
    /// How many words each person has.
    #[serde(default = "default_words_each")]
    #[schemars(range(min = 1, max = 10))]
    pub words_each: u32,
    /// Words that are not taken, alone or in others.
    #[serde(default)]
    #[schemars(length(max = 500), inner(length(min = 1, max = 20)))]
    pub blocked: Vec<String>,
}

fn default_words_each() -> u32 {
    3
}

/// A word that somebody says: as they wrote it, and as it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// As it is shown, if they are the first who say it.
    pub shown: String,
    /// As it is counted.
    pub folded: String,
}

impl Config {
    /// Whether the configuration makes sense.
    ///
    /// # Errors
    /// [`Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_text("question", &self.question, QUESTION_CHARS_MAX)?;
        texts.check_number("words_each", self.words_each, 1..=WORDS_EACH_MAX)?;
        texts.check_count("blocked", self.blocked.len(), 0..=BLOCKED_MAX)?;
        let is_word = |word: &String| (1..=WORD_CHARS_MAX).contains(&fold(word).chars().count());
        if self.blocked.iter().all(is_word) { Ok(()) } else { Err(Error::invalid(texts.blocked_wrong(WORD_CHARS_MAX))) }
    }
}

/// The words that somebody says in one action, each once.
///
/// # Errors
/// [`Error::Invalid`] when there is none, or one is too long or blocked.
pub fn words(text: &str, blocked: &[String], texts: Texts) -> Result<Vec<Said>> {
    let mut words: Vec<Said> = Vec::new();
    // A text that is far too long is not worth folding.
    if text.chars().nth(TEXT_CHARS_MAX).is_some() {
        return Err(Error::invalid(texts.word_too_long(WORD_CHARS_MAX)));
    }
    for word in text.split(is_separator).map(said).filter(|word| !word.folded.is_empty()) {
        if word.shown.chars().count() > WORD_CHARS_MAX || word.folded.len() > FOLDED_BYTES_MAX {
            return Err(Error::invalid(texts.word_too_long(WORD_CHARS_MAX)));
        }
        if is_blocked(&word.folded, blocked) {
            return Err(Error::invalid(texts.word_blocked(&word.shown)));
        }
        if words.iter().all(|other| other.folded != word.folded) {
            words.push(word);
        }
    }
    if words.is_empty() { Err(Error::invalid(texts.no_word())) } else { Ok(words) }
}

/// What stands between two words. A space does not: it stands in names and phrases.
fn is_separator(letter: char) -> bool {
    matches!(letter, ',' | ';' | '，' | '；' | '、' | '\n' | '\r' | '\t')
}

fn said(text: &str) -> Said {
    let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Said { folded: fold(&shown), shown }
}

/// A word as it is counted: without case, width or superfluous white space. Simplified and traditional characters stay apart,
/// for they are different words to those who write them.
pub fn fold(word: &str) -> String {
    let visible = word.chars().filter(|letter| !is_unseen(*letter)).collect::<String>();
    let narrow: String = visible.nfkc().collect();
    // By way of upper case, which makes the same of letters that differ in lower case, such as `ß` and `ss`; and of `ẞ`, which
    // is an upper case of its own, by way of lower case first.
    let folded: String = narrow.to_lowercase().to_uppercase().to_lowercase().nfkc().collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether nobody sees this character by itself: it turns the direction of writing, joins what stands around it, or is the
/// colour of an emoji. The host has taken away what changes nothing that people see, so the rest is kept in what is shown.
fn is_unseen(letter: char) -> bool {
    let is_control = letter.is_control() && !letter.is_whitespace();
    let is_invisible = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    is_control || is_invisible || matches!(letter, '\u{ad}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether a folded word contains a blocked one: anywhere if that has letters that are written without spaces between words,
/// and otherwise as a word of its own, so that nobody's village is refused for four of its letters.
fn is_blocked(folded: &str, blocked: &[String]) -> bool {
    let is_part = |blocked: &str| folded.split(|letter: char| !letter.is_alphanumeric()).any(|part| part == blocked);
    let is_found = |blocked: &str| !blocked.is_ascii() && folded.contains(blocked);
    blocked.iter().any(|blocked| blocked == folded || is_part(blocked) || is_found(blocked))
}

/// Where a word stands among those that are shown: the heaviest first.
pub fn place(weight: u64, folded: &str) -> String {
    // A conference has some ten thousand members, so a weight has far fewer than 32 bits.
    let rank = u32::MAX - u32::try_from(weight).unwrap_or(u32::MAX);
    format!("{rank:08x}/{folded}")
}

/// The weight of the word at a place, and the word as it is counted.
pub fn at(place: &str) -> (u64, &str) {
    let (rank, word) = place.split_once('/').unwrap_or((place, ""));
    let rank = u32::from_str_radix(rank, 16).unwrap_or(u32::MAX);
    (u64::from(u32::MAX - rank), word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str, blocked: &[&str]) -> Option<Vec<String>> {
        let blocked: Vec<String> = blocked.iter().map(|word| fold(word)).collect();
        let words = words(text, &blocked, Texts::default()).ok()?;
        Some(words.into_iter().map(|word| word.folded).collect())
    }

    #[test]
    fn a_configuration_must_make_sense() {
        let good = Config { question: "感受?".into(), words_each: 3, blocked: vec!["脏话".into()] };
        assert_eq!(good.check(Texts::default()), Ok(()));
        for bad in [
            Config { question: " ".into(), ..good.clone() },
            Config { words_each: 0, ..good.clone() },
            Config { words_each: 11, ..good.clone() },
            Config { blocked: vec!["\u{200b}".into()], ..good.clone() },
            Config { blocked: vec!["长".repeat(21)], ..good.clone() },
            Config { blocked: vec!["x".into(); 501], ..good },
        ] {
            assert!(matches!(bad.check(Texts::default()), Err(Error::Invalid(_))), "{bad:?}");
        }
    }

    #[test]
    fn words_are_the_same_but_for_case_width_and_white_space() {
        for word in ["Rust", "ｒｕｓｔ", "RUST ", " r\u{200b}ust\u{3000}", "\u{202e}rust"] {
            assert_eq!(fold(word), "rust", "{word:?}");
        }
        assert_eq!(fold("Open  Source"), fold("ＯＰＥＮ\u{3000}source"));
        assert_eq!([fold("straße"), fold("ΟΔΥΣΣΕΥΣ")], [fold("STRASSE"), fold("οδυσσευς")]);
        assert_eq!(fold("STRAẞE"), "strasse");
        assert_eq!(fold("ﾃｽﾄ"), fold("テスト"));
        assert_ne!(fold("发展"), fold("發展"), "simplified and traditional are different words");
        assert_ne!(fold("e\u{301}"), fold("e"), "accents are no case");
    }

    #[test]
    fn several_words_are_said_at_once() {
        assert_eq!(
            folded("快、稳,  Open Source；快\n", &[]),
            Some(vec!["快".into(), "稳".into(), "open source".into()])
        );
        for nothing in ["", "、，", " \u{3000}", "\u{200b}\u{feff}"] {
            assert_eq!(folded(nothing, &[]), None, "{nothing:?}");
        }
        assert_eq!(folded(&"长".repeat(20), &[]), Some(vec!["长".repeat(20)]));
        for long in ["长".repeat(21), "x".repeat(10_000), "\u{fdfa}".repeat(20)] {
            assert_eq!(folded(&long, &[]), None);
        }
    }

    #[test]
    fn blocked_words_are_found_in_others() {
        for word in ["脏话", "好多脏话啊", "DAMN", "oh  damn!", "ｄａｍｎ", "脏\u{200b}话"] {
            assert_eq!(folded(word, &["脏话", "damn"]), None, "{word}");
        }
        for word in ["脏", "damnation", "话脏"] {
            assert!(folded(word, &["脏话", "damn"]).is_some(), "{word}");
        }
    }

    #[test]
    fn no_character_is_folded_twice() {
        for letter in (0..=0x10_ffff).filter_map(char::from_u32) {
            let once = fold(&letter.to_string());
            assert_eq!(fold(&once), once, "{letter:?} {:x}", u32::from(letter));
        }
    }

    proptest! {
        #[test]
        fn folding_is_done_at_once(word in "\\PC{0,20}") {
            let once = fold(&word);
            prop_assert_eq!(fold(&once), once.clone());
            prop_assert_eq!(fold(&format!(" {word}\u{200b} ")), once.clone());
            prop_assert!(!once.chars().any(is_unseen));
        }

        #[test]
        fn a_word_that_is_taken_fits_into_a_key(word in "\\PC{1,20}") {
            for said in words(&word, &[], Texts::default()).into_iter().flatten() {
                prop_assert!(place(1, &said.folded).len() < 240 && !place(1, &said.folded).contains(char::is_control));
            }
        }

        #[test]
        fn the_heavier_word_stands_first(one in ("[a-z]{1,4}", 1_u64..50), other in ("[a-z]{1,4}", 1_u64..50)) {
            let before = (u64::MAX - one.1, &one.0).cmp(&(u64::MAX - other.1, &other.0));
            prop_assert_eq!(place(one.1, &one.0).cmp(&place(other.1, &other.0)), before);
            let place = place(one.1, &one.0);
            prop_assert_eq!(at(&place), (one.1, one.0.as_str()));
        }
    }
}
