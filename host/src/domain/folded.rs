//! Texts as they are compared when people search or when words are blocked: without case, width and other forms of the same
//! letter.
//!
//! What is kept and shown is never folded.
//!
//! # Invariants
//! * Folding what was folded changes nothing.

use unicode_normalization::UnicodeNormalization;

use super::text;

/// Rounds after which a text has its folded form: one step may open what the one before had put together.
const ROUNDS_MAX: usize = 8;

/// The text in lower case and in the compatibility form: `ＡＢＣ`, `abc` and `ABC` are the same, and so are `①` and `1`.
pub fn fold(text: &str) -> String {
    let mut folded = fold_once(text);
    for _ in 1..ROUNDS_MAX {
        let again = fold_once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

fn fold_once(text: &str) -> String {
    text::tidy(text).nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_width_and_forms_are_one() {
        for text in ["ＡＢＣ１", "abc1", "ABC①", "a\u{200b}bc1"] {
            assert_eq!(fold(text), "abc1", "{text}");
        }
        assert_eq!(fold("传真ＦＡＸ"), "传真fax");
        assert_eq!(fold("™\u{fe0f}"), "tm", "what asked for a picture is gone with it");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,24}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
