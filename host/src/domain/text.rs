//! Texts from people: what is kept of them, and how long they are.
//!
//! One policy for every road: names, titles, chat, and each text of a configuration or an action before a plugin sees it. How
//! a page draws a text is the page's business.
//!
//! # Invariants
//! * The same characters are the same bytes: normal form C. What was tidied once is not changed by tidying it again.
//! * No control that turns the direction of writing is kept, so none can reach past the end of its text into another's.
//! * A character that nobody sees is kept only where it changes one that they do see; a text in which nothing can be seen
//!   keeps its white space alone.
//! * A length is in characters that people see, and each may take [`CHAR_BYTES_MAX`] bytes on the average.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeEmoji, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;

/// The most bytes of a text for each character that it may have: enough for a flag, a keycap or a skin colour in each place, and
/// little enough that ten thousand names fit into a report.
pub const CHAR_BYTES_MAX: usize = 16;

const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const ZERO_WIDTH_JOINER: char = '\u{200d}';
/// Asks for the form in colours of a character that has one; the one before asks for the plain form.
const EMOJI_SELECTOR: char = '\u{fe0f}';
const TEXT_SELECTOR: char = '\u{fe0e}';
/// A flag whose country or region follows in tags.
const TAGGED_FLAG: char = '\u{1f3f4}';
const TAG_END: char = '\u{e007f}';

/// The text as it is kept, of as many lines as it has.
pub fn tidy(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let kept = tidied(text);
    if kept == text { Cow::Borrowed(text) } else { Cow::Owned(kept) }
}

fn tidied(text: &str) -> String {
    let chars: Vec<char> = text.nfc().collect();
    // What stood around something that is left out may now combine.
    let mut kept: String = without_invisible(&chars).into_iter().nfc().collect();
    if !is_visible(&kept) {
        kept.retain(char::is_whitespace);
    }
    kept
}

/// Whether each character stands for itself, in its normal form, so that no part of the text is to be changed: nearly every
/// text that people write, in English or in Chinese.
fn is_plain(text: &str) -> bool {
    let is_ascii = text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r'));
    is_ascii || (text.chars().all(stands_for_itself) && is_nfc_quick(text.chars()) == IsNormalized::Yes)
}

fn stands_for_itself(c: char) -> bool {
    match c {
        ' '..='~' | '\t' | '\n' | '\r' => true,
        c => is_visible_alone(c) || (c.is_whitespace() && !c.is_control()),
    }
}

/// One line of at most so many characters, without white space around it. None when nothing can be seen of it, or when it
/// is too long or has more lines.
pub fn line(text: &str, chars_max: usize) -> Option<String> {
    if text.trim().contains(breaks_line) {
        return None;
    }
    let text = tidy(text);
    let line = text.trim();
    (is_visible(line) && fits(line, chars_max)).then(|| line.to_owned())
}

/// As much as fits of a line that somebody else wrote, without what cannot be shown. None when nothing can be seen of it.
pub fn cut_line(text: &str, chars_max: usize) -> Option<String> {
    let one: String = text.chars().filter(|c| !breaks_line(*c)).collect();
    let (mut cut, tidied) = (String::new(), tidy(&one));
    for character in tidied.trim().graphemes(true).take(chars_max) {
        if cut.len() + character.len() > chars_max.saturating_mul(CHAR_BYTES_MAX) {
            break;
        }
        cut.push_str(character);
    }
    let cut = cut.trim();
    is_visible(cut).then(|| cut.to_owned())
}

/// Whether it has no more characters than that, as people count them.
pub fn fits(text: &str, chars_max: usize) -> bool {
    text.len() <= chars_max.saturating_mul(CHAR_BYTES_MAX) && text.graphemes(true).nth(chars_max).is_none()
}

/// Whether there is anything to be seen.
pub fn is_visible(text: &str) -> bool {
    text.chars().any(is_visible_alone)
}

fn is_visible_alone(c: char) -> bool {
    // The empty cell of Braille is a symbol by its category, and a blank to the eye.
    let stands_alone = match c.general_category_group() {
        GeneralCategoryGroup::Letter
        | GeneralCategoryGroup::Number
        | GeneralCategoryGroup::Punctuation
        | GeneralCategoryGroup::Symbol => c != '\u{2800}',
        GeneralCategoryGroup::Other => {
            matches!(c.general_category(), GeneralCategory::PrivateUse | GeneralCategory::Unassigned)
        }
        GeneralCategoryGroup::Mark | GeneralCategoryGroup::Separator => false,
    };
    stands_alone && !is_ignorable(c)
}

/// A JSON text with each of its texts tidied, the keys too. Nothing else is changed, and numbers stay as long as they are.
pub fn tidy_json(json: &str) -> Cow<'_, str> {
    // Without an escape nothing can be hidden: the usual case, and the cheap one.
    if !json.contains('\\') && is_plain(json) {
        return Cow::Borrowed(json);
    }
    let (mut tidied, mut done, mut at) = (String::new(), 0, 0);
    while let Some(start) = json[at..].find('"').map(|found| at + found) {
        let end = start + literal_bytes(&json[start..]);
        if let Some(literal) = tidy_literal(&json[start..end]) {
            tidied.push_str(&json[done..start]);
            tidied.push_str(&literal);
            done = end;
        }
        at = end;
    }
    if done == 0 {
        return Cow::Borrowed(json);
    }
    tidied.push_str(&json[done..]);
    Cow::Owned(tidied)
}

/// How long the literal at the beginning is, with both its quotation marks.
fn literal_bytes(json: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        if byte == b'"' && !escaped {
            return at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    json.len()
}

/// The literal that takes this one's place, if it says something else.
fn tidy_literal(literal: &str) -> Option<String> {
    // One that is no text, half a surrogate pair for example, is refused by whoever reads it.
    let text: String = serde_json::from_str(literal).ok()?;
    match tidy(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(tidied) => serde_json::to_string(&tidied).ok(),
    }
}

fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// What is left without the characters that nobody sees and that change none.
fn without_invisible(chars: &[char]) -> Vec<char> {
    let mut kept: Vec<char> = Vec::with_capacity(chars.len());
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        at += 1;
        let (before, after) = (kept.last().copied(), chars.get(at).copied());
        if before == Some(TAGGED_FLAG) && is_tag(c) {
            let tags = &chars[at - 1..];
            let tags = &tags[..tags.iter().take_while(|c| is_tag(**c)).count()];
            at += tags.len() - 1;
            if tags.len() > 1 && tags.iter().position(|c| *c == TAG_END) == Some(tags.len() - 1) {
                kept.extend(tags);
            }
        } else if is_kept(c, before, after) {
            kept.push(c);
        }
    }
    kept
}

fn is_kept(c: char, before: Option<char>, after: Option<char>) -> bool {
    let follows = |is: fn(char) -> bool| before.is_some_and(is);
    match c {
        '\t' | '\n' | '\r' => true,
        // Family and flag emoji; and the letters of scripts that join, which look different without it.
        ZERO_WIDTH_JOINER => {
            (follows(ends_emoji) && after.is_some_and(is_picture)) || (follows(joins) && after.is_some_and(joins))
        }
        ZERO_WIDTH_NON_JOINER => follows(joins) && after.is_some_and(joins),
        EMOJI_SELECTOR | TEXT_SELECTOR => follows(is_picture) || (after == Some('\u{20e3}') && follows(is_key)),
        '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}' => follows(has_variants),
        '\u{180b}'..='\u{180d}' | '\u{180f}' => follows(|c| ('\u{1820}'..='\u{18aa}').contains(&c)),
        c => !c.is_control() && !is_ignorable(c),
    }
}

/// Whether it is a picture of its own, as digits are not, which belong to keycaps.
fn is_picture(c: char) -> bool {
    !c.is_ascii() && c.is_emoji_char()
}

fn is_key(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '#' | '*')
}

/// What may stand before the joiner of an emoji.
fn ends_emoji(c: char) -> bool {
    is_picture(c) || c == EMOJI_SELECTOR || c == '\u{20e3}' || is_tag(c)
}

fn is_tag(c: char) -> bool {
    ('\u{e0020}'..=TAG_END).contains(&c)
}

/// Chinese characters and symbols of mathematics, of which Unicode lists variants.
fn has_variants(c: char) -> bool {
    let is_ideograph = c >= '\u{2e80}'
        && c.general_category() == GeneralCategory::OtherLetter
        && !('\u{ac00}'..='\u{d7a3}').contains(&c);
    is_ideograph || c.general_category() == GeneralCategory::MathSymbol
}

/// Letters and marks of scripts whose letters join: from Arabic to Mongolian, and the later ones of India.
fn joins(c: char) -> bool {
    let is_of_script = matches!(c,
        '\u{620}'..='\u{109f}' | '\u{1700}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{10a00}'..='\u{11fff}'
        | '\u{1e900}'..='\u{1e95f}');
    is_of_script
        && matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
        && !is_ignorable(c)
}

/// What Unicode calls default ignorable, and the marks of annotations: nothing is drawn for them. The list is theirs, and
/// includes places that they keep free for such characters.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FAMILY: &str = "👨‍👩‍👧‍👦";
    /// Characters that mean something to each other, and any others.
    const SUSPECTS: &str = concat!(
        "[a1# \u{300}-\u{303}\u{200b}-\u{200f}\u{fe0e}\u{fe0f}\u{20e3}👨🏴👍\u{1f3fd}\u{e0062}\u{e007f}面क\u{94d}",
        "\u{3164}\u{1100}\u{1161}\u{180b}ᠠ]{0,12}|\\PC{0,12}"
    );

    #[test]
    fn what_nobody_sees_is_no_text() {
        for text in [
            "",
            " ",
            "\u{3000}",
            "\u{200b}",
            "\u{3164}",
            "\u{202e}",
            "\u{2066}\u{2069}",
            "\u{fe0f}",
            "\u{e0100}",
            "\u{115f}\u{1160}",
            "\u{ffa0}",
            "\u{ad}",
            "\u{2060}",
            "\u{feff}",
            "\u{200d}\u{200c}",
            "\u{e0041}\u{e007f}",
            "\u{2800}",
            "\u{301}",
            "\u{180e}",
            "\u{34f}",
            "\u{0}",
            "\u{fffa}",
        ] {
            assert_eq!(line(text, 9), None, "{text:?}");
            assert!(tidy(text).trim().is_empty(), "{text:?}");
            assert_eq!(cut_line(text, 9), None, "{text:?}");
        }
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (text, kept) in [
            ("cafe\u{301}", "café"),
            ("面\u{200b}", "面"),
            ("面\u{200d}饭", "面饭"),
            ("面\u{fe0f}", "面"),
            ("1\u{fe0f}", "1"),
            ("a\u{ad}b", "ab"),
            ("e\u{200b}\u{301}", "é"),
            ("한\u{3164}", "한"),
            ("a\u{e0062}b", "ab"),
            ("\u{212b}", "Å"),
            ("🏴\u{e0067}", "🏴"),
        ] {
            assert_eq!(tidy(text), kept, "{text:?}");
        }
    }

    #[test]
    fn no_text_turns_the_writing_of_another() {
        assert_eq!(line("evil\u{202e}txt\u{2067}", 20).as_deref(), Some("eviltxt"));
        assert_eq!(line("\u{200f}שלום\u{200e}", 20).as_deref(), Some("שלום"));
        assert_eq!(tidy("\u{61c}مرحبا"), "مرحبا");
    }

    #[test]
    fn what_changes_a_character_stays() {
        for text in [
            FAMILY,
            "❤️‍🔥",
            "1️⃣",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "🏳️‍🌈",
            "👍🏽",
            "☎︎",
            "می‌خواهم",
            "क्‍ष",
            "葛\u{e0100}",
            "🇨🇳",
            "a\tb\r\nc",
            "，。",
            "ไทย",
        ] {
            assert_eq!(tidy(text), text, "{text:?}");
        }
    }

    #[test]
    fn a_length_is_what_people_count() {
        assert!(fits(&"é".repeat(64), 64) && !fits(&"é".repeat(65), 64));
        assert!(fits(&"👍🏽".repeat(64), 64) && !fits(&"👍🏽".repeat(65), 64));
        assert!(fits(&"🇨🇳".repeat(64), 64) && !fits(&"🇨🇳".repeat(65), 64));
        assert!(fits(FAMILY, 2));
        assert!(!fits(&format!("e{}", "\u{301}".repeat(600)), 64), "one character as high as a house");
        assert_eq!(cut_line(&"👍🏽".repeat(99), 64), Some("👍🏽".repeat(64)));
        assert_eq!(cut_line(" 王\u{0}\n小\u{202e}明 ", 64).as_deref(), Some("王小明"));
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(line(" 周会 ", 9).as_deref(), Some("周会"));
        for text in ["a\nb", "a\u{0}b", "a\u{2028}b", "a\u{2029}b", "a\u{85}b"] {
            assert_eq!(line(text, 9), None, "{text:?}");
        }
    }

    #[test]
    fn only_texts_of_a_json_text_are_changed() {
        for (json, tidied) in [
            (r#"{"choose": ["cafe\u0301"], "n": 1.50e3}"#, r#"{"choose": ["café"], "n": 1.50e3}"#),
            ("{\"cafe\u{301}\":\"\\\\\",\"b\":\"\\\"\u{202e}\\\"\"}", "{\"café\":\"\\\\\",\"b\":\"\\\"\\\"\"}"),
            (r#"["\ud800","a\u200b"]"#, r#"["\ud800","a"]"#),
            (r#"["\u5b57","a\/b"]"#, r#"["\u5b57","a\/b"]"#),
            ("[\"字\", 1]", "[\"字\", 1]"),
            ("[]", "[]"),
        ] {
            assert_eq!(tidy_json(json), tidied, "{json}");
        }
    }

    proptest! {
        #[test]
        fn tidying_again_changes_nothing(text in SUSPECTS) {
            let once = tidy(&text).into_owned();
            prop_assert_eq!(tidy(&once), once.as_str());
        }

        #[test]
        fn no_part_of_a_plain_text_is_changed(text in SUSPECTS, at in any::<prop::sample::Index>()) {
            let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
            let (before, after) = text.split_at(*at.get(&places));
            if is_plain(&text) {
                prop_assert_eq!(tidied(before), before);
                prop_assert_eq!(tidied(after), after);
            }
            prop_assert_eq!(tidy(&text), tidied(&text));
        }

        #[test]
        fn a_json_text_says_what_its_tidied_texts_say(text in any::<String>()) {
            let json = serde_json::json!({ "a": [&text] }).to_string();
            let read: serde_json::Value = serde_json::from_str(&tidy_json(&json)).expect("JSON");
            prop_assert_eq!(read["a"][0].as_str(), Some(&*tidy(&text)));
        }
    }
}
