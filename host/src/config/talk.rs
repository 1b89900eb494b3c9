//! What the settings say of what people may write: blocked words, and the reactions that messages may get.

use super::error::{ConfigError, refuse};
use crate::domain::blocked_words::{WORD_CHARS_MAX, WORDS_MAX};
use crate::domain::text::{fits, is_visible, tidy};

/// Most reactions to choose from: people see all of them at once.
const REACTIONS_MAX: usize = 16;
/// Longest reaction in characters that people see.
const REACTION_CHARS_MAX: usize = 4;

/// Checks the lists.
pub(super) fn check(blocked_words: &[String], reactions: &[String]) -> Result<(), ConfigError> {
    if blocked_words.len() > WORDS_MAX {
        return refuse("conference.blocked_words", format!("has at most {WORDS_MAX} words"));
    }
    if let Some(word) = blocked_words.iter().find(|word| !is_visible(word) || !fits(word, WORD_CHARS_MAX)) {
        let said = format!("has words of 1 to {WORD_CHARS_MAX} characters, not `{}`", word.escape_debug());
        return refuse("conference.blocked_words", said);
    }
    let is_good =
        |reaction: &String| is_visible(reaction) && fits(reaction, REACTION_CHARS_MAX) && tidy(reaction) == *reaction;
    if reactions.is_empty() || reactions.len() > REACTIONS_MAX || !reactions.iter().all(is_good) {
        let said = format!("has 1 to {REACTIONS_MAX} reactions of 1 to {REACTION_CHARS_MAX} characters each");
        return refuse("conference.reactions", said);
    }
    match reactions.iter().enumerate().find(|(at, reaction)| reactions[..*at].contains(reaction)) {
        Some((_, reaction)) => refuse("conference.reactions", format!("has `{reaction}` twice")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_bounded_and_what_they_hold_can_be_seen() {
        let refused = |blocked_words: &[&str], reactions: &[&str]| {
            let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            check(&owned(blocked_words), &owned(reactions)).err().map(|error| error.to_string())
        };
        assert_eq!(refused(&["赌博"], &["👍", "哈哈"]), None);
        for (words, reactions, named) in [
            (vec![" "], vec!["👍"], "blocked_words"),
            (vec!["\u{200b}"], vec!["👍"], "blocked_words"),
            (vec![], vec![], "reactions"),
            (vec![], vec!["👍", "👍"], "twice"),
            (vec![], vec!["哈哈哈哈哈"], "reactions"),
            (vec![], vec!["👍"; 17], "reactions"),
        ] {
            let said = refused(&words, &reactions).unwrap_or_default();
            assert!(said.contains(named), "{words:?} {reactions:?}: {said}");
        }
    }
}
