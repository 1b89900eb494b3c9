//! Words that nobody may say on this server, and whether a text has one.
//!
//! Which words they are, the settings say; what becomes of a text that has one is the room's business.
//!
//! # Invariants
//! * A word is found however it is written: in any case, width or compatibility form, with characters between its letters
//!   that nobody sees.
//! * A word of letters with spaces around them is not found inside another word: `ass` is not in `class`. Of scripts that
//!   are written without spaces every place counts.

use aho_corasick::{AhoCorasick, BuildError};

use super::folded::fold;

/// Longest blocked word in characters.
pub const WORD_CHARS_MAX: usize = 64;
/// Most blocked words.
pub const WORDS_MAX: usize = 10_000;

/// Words that nobody may say.
#[derive(Debug, Clone)]
pub struct BlockedWords {
    finder: Option<AhoCorasick>,
    /// As the settings have them, in the order of the finder's patterns.
    words: Vec<String>,
}

impl BlockedWords {
    /// These words. Those of which nothing is left when they are folded are left out.
    ///
    /// # Errors
    /// [`BuildError`] when they are too many to be looked for at once.
    pub fn new(words: &[String]) -> Result<Self, BuildError> {
        let folded =
            words.iter().map(|word| (fold(word.trim()), word.clone())).filter(|(folded, _)| !folded.is_empty());
        let (patterns, words): (Vec<String>, Vec<String>) = folded.unzip();
        let finder = (!patterns.is_empty()).then(|| AhoCorasick::new(&patterns)).transpose()?;
        Ok(Self { finder, words })
    }

    /// The first blocked word that the text has, as the settings write it.
    pub fn find(&self, text: &str) -> Option<&str> {
        let finder = self.finder.as_ref()?;
        let folded = fold(text);
        let stands_alone = |start: usize, end: usize| is_edge(&folded, start) && is_edge(&folded, end);
        let found = finder.find_overlapping_iter(&folded).find(|found| stands_alone(found.start(), found.end()))?;
        self.words.get(found.pattern().as_usize()).map(String::as_str)
    }
}

/// Whether a word may begin or end at this place: not between two letters of one word.
fn is_edge(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    let after = text[at..].chars().next();
    !(before.is_some_and(joins) && after.is_some_and(joins))
}

/// Whether it makes one word with the letter beside it.
fn joins(c: char) -> bool {
    // Thai to Lao, Burmese, Khmer, the scripts of China and Japan: written without spaces, so that any letter may begin a word.
    let without_spaces = matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    c.is_alphabetic() && !without_spaces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> BlockedWords {
        BlockedWords::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).expect("a finder")
    }

    #[test]
    fn a_word_is_found_in_each_of_its_forms() {
        let blocked = words(&["Casino", "赌博", "a b"]);
        for text in [
            "casino",
            "Come to the CASINO!",
            "casino88",
            "去casino吧",
            "ｃａｓｉｎｏ",
            "cas\u{200b}ino",
            "ca\u{ad}sino",
        ] {
            assert_eq!(blocked.find(text), Some("Casino"), "{text}");
        }
        for text in ["网络赌博", "赌博网", "赌\u{200b}博"] {
            assert_eq!(blocked.find(text), Some("赌博"), "{text}");
        }
        assert_eq!(blocked.find("x a b y"), Some("a b"));
    }

    #[test]
    fn a_word_within_another_is_another() {
        let blocked = words(&["ass", "as"]);
        for text in ["class", "assert", "passed", ""] {
            assert_eq!(blocked.find(text), None, "{text}");
        }
        assert_eq!(blocked.find("an ass."), Some("ass"), "also where a shorter one begins at the same place");
    }

    #[test]
    fn no_words_find_nothing() {
        assert_eq!(words(&[]).find("anything"), None);
        assert_eq!(words(&["", " ", "\u{200b}"]).find("anything at all"), None);
    }
}
