//! The languages that the server speaks, and how numbers, times and words are put into a sentence of each.
//!
//! What is said is `sentence`'s; which languages people read is `language`'s.
//!
//! # Invariants
//! * A tongue's tag is the one that its language is written as.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::activity::Phase;
use super::language::{Language, Languages};

/// A language that the server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Tongue {
    /// English, for whoever asks for nothing else, unless the settings say otherwise.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Chinese in the simplified script.
    #[serde(rename = "zh-Hans")]
    Chinese,
}

impl Tongue {
    /// Every one of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Which of them somebody reads best; none when they read none of them, or did not say.
    pub fn for_reader(languages: &Languages) -> Option<Self> {
        let best = languages.best_of(&Self::ALL.map(Self::language))?;
        Self::ALL.into_iter().find(|tongue| tongue.language() == best)
    }

    /// The language that it is.
    pub const fn language(self) -> Language {
        match self {
            Self::English => Language::ENGLISH,
            Self::Chinese => Language::SIMPLIFIED_CHINESE,
        }
    }

    /// Its tag, for headers and pages.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-Hans",
        }
    }
}

/// How long to wait, in milliseconds. People are told it in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause(pub u64);

impl Pause {
    /// A pause of so many seconds.
    pub fn seconds(seconds: u32) -> Self {
        Self(u64::from(seconds) * 1_000)
    }
}

/// So many characters of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Characters(pub u64);

/// So many items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Items(pub u64);

/// What a sentence is about, in a language.
pub(super) trait Say {
    /// The words for it.
    fn say(&self, tongue: Tongue) -> Cow<'_, str>;
}

impl Say for String {
    fn say(&self, _: Tongue) -> Cow<'_, str> {
        self.as_str().into()
    }
}

impl Say for &'static str {
    fn say(&self, _: Tongue) -> Cow<'_, str> {
        (*self).into()
    }
}

impl Say for usize {
    fn say(&self, _: Tongue) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl Say for u64 {
    fn say(&self, _: Tongue) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl Say for Pause {
    fn say(&self, tongue: Tongue) -> Cow<'_, str> {
        counted(tongue, self.0.div_ceil(1_000).max(1), "second", "秒")
    }
}

impl Say for Characters {
    fn say(&self, tongue: Tongue) -> Cow<'_, str> {
        counted(tongue, self.0, "character", "个字")
    }
}

impl Say for Items {
    fn say(&self, tongue: Tongue) -> Cow<'_, str> {
        counted(tongue, self.0, "item", "项")
    }
}

/// So many of something, of which one is said in the singular where the language has one.
fn counted(tongue: Tongue, count: u64, english: &str, chinese: &str) -> Cow<'static, str> {
    match (tongue, count) {
        (Tongue::English, 1) => format!("1 {english}").into(),
        (Tongue::English, _) => format!("{count} {english}s").into(),
        (Tongue::Chinese, _) => format!("{count} {chinese}").into(),
    }
}

impl Say for Phase {
    fn say(&self, tongue: Tongue) -> Cow<'_, str> {
        let word = match (tongue, self) {
            (Tongue::English, phase) => return phase.to_string().into(),
            (Tongue::Chinese, Self::Draft) => "还没开始",
            (Tongue::Chinese, Self::Open) => "进行中",
            (Tongue::Chinese, Self::Closed) => "已结束",
            (Tongue::Chinese, Self::Discarded) => "已删除",
        };
        word.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_spoken_to_in_what_they_read() {
        for (header, tongue) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Some(Tongue::Chinese)),
            ("zh-TW", Some(Tongue::Chinese)),
            ("en-GB,en;q=0.9,zh;q=0.1", Some(Tongue::English)),
            ("fr", None),
            ("", None),
        ] {
            assert_eq!(Tongue::for_reader(&Languages::accepted(header)), tongue, "{header}");
        }
    }

    #[test]
    fn a_tongue_has_one_tag() {
        for tongue in Tongue::ALL {
            assert_eq!(tongue.language().to_string(), tongue.tag());
            assert_eq!(serde_json::to_value(tongue).expect("a text"), tongue.tag());
        }
    }

    #[test]
    fn pauses_are_said_in_whole_seconds() {
        for (ms, english, chinese) in
            [(1, "1 second", "1 秒"), (1_001, "2 seconds", "2 秒"), (60_000, "60 seconds", "60 秒")]
        {
            assert_eq!(Pause(ms).say(Tongue::English), english);
            assert_eq!(Pause(ms).say(Tongue::Chinese), chinese);
        }
    }
    #[test]
    fn one_is_not_said_as_several() {
        assert_eq!([1, 2].map(|count| Items(count).say(Tongue::English).into_owned()), ["1 item", "2 items"]);
        let characters = [1, 2].map(|count| Characters(count).say(Tongue::English).into_owned());
        assert_eq!(characters, ["1 character", "2 characters"]);
        assert_eq!(Items(1).say(Tongue::Chinese), "1 项");
        assert_eq!(Characters(1).say(Tongue::Chinese), "1 个字");
    }
}
