//! What a plugin says to people, in each language that it speaks: one table, in which no text can be missing.
//!
//! ```
//! # use hezi_sdk::Texts as _;
//! hezi_sdk::texts! {
//!     /// What the show of hands says.
//!     pub struct Texts: "zh-Hans", "en";
//!
//!     title = "举手", "Show of hands";
//!     summary = "问一句,看多少人举手", "Ask, and see who raises a hand";
//!     fields {
//!         "question" = "问题", "Question": "One sentence is best";
//!     }
//!     raised(count: u64) = "{count} 人举手", "Hands up: {count}";
//! }
//!
//! assert_eq!(Texts::in_language("en").raised(3), "Hands up: 3");
//! assert_eq!(Texts::in_language("fr").raised(3), "3 人举手");
//! ```
//!
//! A text that a language lacks does not compile:
//!
//! ```compile_fail,E0080
//! # fn main() {
//! hezi_sdk::texts! {
//!     /// What is said.
//!     pub struct Texts: "zh-Hans", "en";
//!     title = "举手", "Show of hands";
//!     summary = "", "";
//!     fields {}
//!     raised() = "举手";
//! }
//! Texts::default().raised();
//! # }
//! ```
//!
//! # Invariants
//! * Every text of a table is there in every language of the table.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::bindings::hezi::activity::types::{Label, Translation};
use crate::{Error, ReadCtx, Result, json};

/// The texts of a plugin, in one of its languages. Made by [`texts!`](crate::texts!).
pub trait Texts: Copy + Default {
    /// The languages, as BCP 47 tags. The first is for those who speak none of them.
    const LANGUAGES: &'static [&'static str];

    /// The texts in this language, or in the first one if they are not there in it.
    fn in_language(tag: &str) -> Self;

    /// Title of the activity type, at most 80 characters.
    fn title(self) -> String;

    /// One sentence for people who choose among activity types, at most 400 characters.
    fn summary(self) -> String;

    /// Of each field of the configuration: its path, what it is called, and a sentence that helps to fill it in.
    fn fields(self) -> Vec<[&'static str; 3]>;

    /// The language of these texts.
    fn language(self) -> &'static str;

    /// What a field of the configuration is called; its path if it has no title. A path may say which item of a list is meant:
    /// `prizes[2].count`.
    fn field_title(self, path: &str) -> String {
        let places = path.split(['[', ']']).step_by(2);
        let of_any_item: String = places.collect();
        let found = self.fields().into_iter().find(|[of, ..]| *of == of_any_item);
        found.map_or(path, |[_, title, _]| title).to_owned()
    }

    /// Whether a text of the configuration has 1 to `chars_max` characters, and not only white space.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the field.
    fn check_text(self, path: &str, text: &str, chars_max: usize) -> Result<()> {
        if text.trim().is_empty() || text.chars().count() > chars_max {
            let title = self.field_title(path);
            return Err(Error::invalid(own_texts_in(self.language()).wrong_length(path, &title, chars_max)));
        }
        Ok(())
    }

    /// Whether a list of the configuration has so many items.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the field.
    fn check_count(self, path: &str, count: usize, range: RangeInclusive<usize>) -> Result<()> {
        if range.contains(&count) {
            return Ok(());
        }
        let (texts, title) = (own_texts_in(self.language()), self.field_title(path));
        Err(Error::invalid(texts.wrong_count(path, &title, *range.start(), *range.end())))
    }

    /// Whether a number of the configuration lies in this range.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the field.
    fn check_number<N: PartialOrd + Display>(self, path: &str, number: N, range: RangeInclusive<N>) -> Result<()> {
        if range.contains(&number) {
            return Ok(());
        }
        let (texts, title) = (own_texts_in(self.language()), self.field_title(path));
        Err(Error::invalid(texts.out_of_range(path, &title, &range.start().to_string(), &range.end().to_string())))
    }

    /// Whether the texts of a list differ in more than the white space around them: others only look the same to people.
    ///
    /// # Errors
    /// [`Error::Invalid`] that names the field and the text.
    fn check_different<'t>(self, path: &str, texts: impl IntoIterator<Item = &'t str>) -> Result<()> {
        let mut seen = BTreeSet::new();
        match texts.into_iter().find(|text| !seen.insert(text.trim())) {
            None => Ok(()),
            Some(twice) => Err(Error::invalid(own_texts_in(self.language()).there_twice(path, twice))),
        }
    }
}

/// What the plugin calls itself in each of its languages. Fields of the configuration are found in its schema.
pub(crate) fn translations<T: Texts>(config_schema: &str) -> Vec<Translation> {
    let one = |language: &&str| {
        let texts = T::in_language(language);
        let label = |[path, title, help]: [&str; 3]| Label {
            pointer: json::pointer_to(config_schema, path),
            title: title.to_owned(),
            help: help.to_owned(),
        };
        Translation {
            language: (*language).to_owned(),
            title: texts.title(),
            summary: texts.summary(),
            labels: texts.fields().into_iter().map(label).collect(),
        }
    };
    T::LANGUAGES.iter().map(one).collect()
}

/// Makes the table of a plugin's texts: a type with a function for each.
///
/// First the type and its languages, the first of which is for those who speak none of them. Then `title` and `summary`
/// of the activity type and its `fields`, by their paths in the configuration: `"prizes.count"` is the field `count` of
/// `prizes`, be that one object or a list, and `"results.live"` the value `live` of an enum whose variants have comments.
/// After a title and a colon a sentence may follow that helps to fill the field in. Then the texts, with what stands in
/// them; `{name}` is replaced as in `format!`.
#[macro_export]
macro_rules! texts {
    (
        $(#[$meta:meta])* $vis:vis struct $texts:ident: $($tag:literal),+ $(,)?;
        title = $($title:literal),+ $(,)?;
        summary = $($summary:literal),+ $(,)?;
        fields { $($path:literal = $($label:literal $(: $help:literal)?),+ $(,)?;)* }
        $($(#[$text_meta:meta])* $name:ident($($arg:ident: $type:ty),* $(,)?) = $($text:literal),+ $(,)?;)*
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        $vis struct $texts {
            language: usize,
        }

        impl $crate::Texts for $texts {
            const LANGUAGES: &'static [&'static str] = &[$($tag),+];

            fn in_language(tag: &str) -> Self {
                let language = [$($tag),+].iter().position(|one| *one == tag).unwrap_or(0);
                Self { language }
            }

            fn title(self) -> ::std::string::String {
                const TEXTS: [&str; <$texts as $crate::Texts>::LANGUAGES.len()] = [$($title),+];
                TEXTS[self.language].to_owned()
            }

            fn summary(self) -> ::std::string::String {
                const TEXTS: [&str; <$texts as $crate::Texts>::LANGUAGES.len()] = [$($summary),+];
                TEXTS[self.language].to_owned()
            }

            fn fields(self) -> ::std::vec::Vec<[&'static str; 3]> {
                #[allow(unused_mut, reason = "a configuration may have no fields")]
                let mut fields = ::std::vec::Vec::new();
                $({
                    const TEXTS: [[&str; 3]; <$texts as $crate::Texts>::LANGUAGES.len()] =
                        [$([$path, $label, concat!("" $(, $help)?)]),+];
                    fields.push(TEXTS[self.language]);
                })*
                fields
            }

            fn language(self) -> &'static str {
                <Self as $crate::Texts>::LANGUAGES[self.language]
            }
        }

        impl $texts {
            $(
                $(#[$text_meta])*
                #[allow(missing_docs, clippy::useless_format, reason = "the text says what it is")]
                $vis fn $name(self, $($arg: $type),*) -> ::std::string::String {
                    const { assert!([$($text),+].len() == <$texts as $crate::Texts>::LANGUAGES.len(), "a text lacks a language") };
                    let mut languages_before = 0;
                    $(
                        if self.language == languages_before {
                            return format!($text);
                        }
                        languages_before += 1;
                    )+
                    unreachable!("a language that is not in the table of {languages_before}")
                }
            )*
        }
    };
}

crate::texts! {
    /// What the SDK itself says to people.
    pub(crate) struct OwnTexts: "zh-Hans", "en";

    title = "", "";
    summary = "", "";
    fields {}
    nobody_acts_for_others() = "这个活动不能代替别人操作", "In this activity nobody can act for somebody else";
    wrong_length(path: &str, title: &str, most: usize) =
        "{path}: “{title}”须有 1 到 {most} 个字符", "{path}: “{title}” takes 1 to {most} characters";
    wrong_count(path: &str, title: &str, least: usize, most: usize) =
        "{path}: “{title}”须有 {least} 到 {most} 项", "{path}: “{title}” takes {least} to {most} items";
    out_of_range(path: &str, title: &str, least: &str, most: &str) =
        "{path}: “{title}”须在 {least} 和 {most} 之间", "{path}: “{title}” must be from {least} to {most}";
    there_twice(path: &str, text: &str) = "{path}: “{text}”重复", "{path}: “{text}” is there twice";
}

/// What the SDK itself says, in Chinese to those who read it and in English to everybody else.
pub(crate) fn own_texts(ctx: &ReadCtx) -> OwnTexts {
    own_texts_in(&ctx.language())
}

fn own_texts_in(language: &str) -> OwnTexts {
    OwnTexts::in_language(if language.starts_with("zh") { "zh-Hans" } else { "en" })
}

#[cfg(test)]
mod tests {
    use super::Texts as _;
    use crate::{Result, testing};

    crate::texts! {
        /// What is said.
        struct Texts: "zh-Hans", "en";

        title = "题", "Title";
        summary = "句", "Sentence";
        fields { "a" = "甲": "说明", "A"; }
        both(name: &str, count: u64) = "{name} 有 {count:>2} 个", "{name} has {count:>2}";
        plain() = "好", "Fine";
    }

    #[test]
    fn each_text_is_there_in_each_language() {
        let (zh, en) = (Texts::default(), Texts::in_language("en"));
        assert_eq!((zh.both("甲", 3), en.both("A", 12)), ("甲 有  3 个".into(), "A has 12".into()));
        assert_eq!((zh.title(), en.summary()), ("题".into(), "Sentence".into()));
        assert_eq!((zh.fields(), en.fields()), (vec![["a", "甲", "说明"]], vec![["a", "A", ""]]));
        assert_eq!(Texts::in_language("x"), zh);
    }

    #[test]
    fn checks_name_the_field_in_the_language_of_the_texts() {
        let (zh, en) = (Texts::default(), Texts::in_language("en"));
        let words = |result: Result<()>| result.unwrap_err().to_string();
        assert_eq!(words(zh.check_text("a", " ", 5)), "a: “甲”须有 1 到 5 个字符");
        assert_eq!(words(en.check_text("a", "abcdef", 5)), "a: “A” takes 1 to 5 characters");
        assert_eq!(words(en.check_count("b", 3, 1..=2)), "b: “b” takes 1 to 2 items");
        assert_eq!(words(zh.check_number("a", 0.5, 1.0..=2.5)), "a: “甲”须在 1 和 2.5 之间");
        assert_eq!(words(zh.check_different("a", ["x", "y", " x"])), "a: “ x”重复");
        assert_eq!(words(en.check_text("a[2]", "", 5)), "a[2]: “A” takes 1 to 5 characters");
        let fine = zh.check_text("a", "五个字也行", 5).and(zh.check_count("a", 2, 1..=2));
        assert_eq!(fine.and(zh.check_number("a", 7, 1..=7)).and(zh.check_different("a", ["x", "X"])), Ok(()));
    }

    #[test]
    fn a_call_speaks_the_language_that_the_host_chose() {
        testing::with_ctx(|ctx| assert_eq!(ctx.texts::<Texts>().plain(), "好"));
    }
}
