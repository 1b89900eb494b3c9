//! Languages: how a person's are read, and which of those on offer they read best.
//!
//! A language is the part of a BCP 47 tag that changes what is written: `zh-Hans`, `en`, `pt-BR`. Which languages there are
//! texts in is not known here: the server's own are `sentence`'s, an activity's are its plugin's.
//!
//! # Invariants
//! * A language is a well-formed tag in its usual spelling: `ZH_hans` is `zh-Hans`.
//! * Who reads a language is never offered another one, but may be offered it in another script or from another region.
//! * At most [`LANGUAGES_MAX`] languages of a person are looked at, however many a request names.

use std::fmt;
use std::str::FromStr;

use icu_locale_core::subtags;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most languages of a person that are looked at: browsers name few, and matching walks through all of them.
pub const LANGUAGES_MAX: usize = 8;
/// Longest tag that is read, in bytes: RFC 5646 (section 4.4.1) asks for 35 at least.
const TAG_BYTES_MAX: usize = 64;

/// Where Chinese is written in the traditional script unless a tag says otherwise.
const TRADITIONAL: [subtags::Region; 3] = [subtags::region!("TW"), subtags::region!("HK"), subtags::region!("MO")];
/// Standard Chinese under its own code, which means the same as `zh`.
const MANDARIN: subtags::Language = subtags::language!("cmn");
const CHINESE: subtags::Language = subtags::language!("zh");

/// A language, as a BCP 47 tag names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    name: subtags::Language,
    script: Option<subtags::Script>,
    region: Option<subtags::Region>,
}

/// A text is not a language's tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a language is a BCP 47 tag, such as `en` or `zh-Hans`")]
pub struct BadLanguage;

impl Language {
    /// English, as it is understood everywhere.
    pub const ENGLISH: Self = Self { name: subtags::language!("en"), script: None, region: None };
    /// Chinese in the simplified script.
    pub const SIMPLIFIED_CHINESE: Self = Self { name: CHINESE, script: Some(subtags::script!("Hans")), region: None };

    /// Takes a text as a language, as leniently as it comes: `zh-CN`, `ZH_hans`, `en_GB.UTF-8`. What a tag says besides
    /// language, script and region is left out.
    ///
    /// # Errors
    /// [`BadLanguage`] when it does not begin with a language.
    pub fn parse(text: &str) -> Result<Self, BadLanguage> {
        let tag = text.trim().split(['.', '@']).next().unwrap_or_default();
        if tag.len() > TAG_BYTES_MAX {
            return Err(BadLanguage);
        }
        let mut parts = tag.split(['-', '_']);
        let name = parts.next().unwrap_or_default().parse().map_err(|_| BadLanguage)?;
        let mut language = Self { name: if name == MANDARIN { CHINESE } else { name }, script: None, region: None };
        // What comes after a single letter is an extension, and no part of the name.
        for part in parts.take_while(|part| part.len() > 1) {
            language.script = language.script.or_else(|| part.parse().ok());
            language.region = language.region.or_else(|| part.parse().ok());
        }
        if name.is_unknown() { Err(BadLanguage) } else { Ok(language) }
    }

    /// In which script it is written: the one that is said, or the usual one where people have two.
    fn written(self) -> Option<subtags::Script> {
        let usual = || match self.region {
            Some(region) if TRADITIONAL.contains(&region) => subtags::script!("Hant"),
            _ => subtags::script!("Hans"),
        };
        self.script.or_else(|| (self.name == CHINESE).then(usual))
    }

    /// How well somebody who asks for this language is served by the other one; none when it is another language.
    fn closeness(self, other: Self) -> Option<u8> {
        let script = u8::from(self.written() == other.written());
        let region = u8::from(self.region == other.region);
        (self.name == other.name).then_some(2 * script + region)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name.as_str())?;
        if let Some(script) = &self.script {
            write!(f, "-{}", script.as_str())?;
        }
        if let Some(region) = &self.region {
            write!(f, "-{}", region.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for Language {
    type Err = BadLanguage;

    fn from_str(text: &str) -> Result<Self, BadLanguage> {
        Self::parse(text)
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The languages that somebody reads, the one they like best first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Languages(Vec<Language>);

impl Languages {
    /// What the header `Accept-Language` of a request asks for (RFC 9110, section 12.5.4). What is no language is left out:
    /// `*`, mistakes, and languages of quality 0.
    pub fn accepted(header: &str) -> Self {
        let mut ranges: Vec<(f32, Language)> = header.split(',').filter_map(range).take(LANGUAGES_MAX).collect();
        // A stable order: of two that are liked as much, the first one that was named.
        ranges.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        Self(ranges.into_iter().map(|(_, language)| language).collect())
    }

    /// The same, with a language that was asked for by name before the others.
    #[must_use]
    pub fn preferring(mut self, language: Language) -> Self {
        self.0.retain(|other| *other != language);
        self.0.insert(0, language);
        self.0.truncate(LANGUAGES_MAX);
        self
    }

    /// All of them, the one that is liked best first.
    pub fn as_slice(&self) -> &[Language] {
        &self.0
    }

    /// Which of the languages on offer they read best; none when they read none of them. Between two that suit them as well
    /// the first one on offer is taken.
    pub fn best_of(&self, offered: &[Language]) -> Option<Language> {
        self.0.iter().find_map(|wanted| {
            let close = offered.iter().filter_map(|offer| Some((wanted.closeness(*offer)?, *offer)));
            close.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, offer)| offer)
        })
    }
}

/// One language of a header, with how much it is liked.
fn range(text: &str) -> Option<(f32, Language)> {
    let (tag, rest) = text.split_once(';').unwrap_or((text, ""));
    let quality = match rest.trim() {
        "" => 1.0,
        rest => rest.strip_prefix("q=").or_else(|| rest.strip_prefix("Q="))?.trim().parse().ok()?,
    };
    let language = Language::parse(tag).ok()?;
    (quality > 0.0 && quality <= 1.0).then_some((quality, language))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn language(text: &str) -> Language {
        Language::parse(text).expect("a language")
    }

    #[test]
    fn tags_are_read_as_people_and_systems_write_them() {
        for (text, tag) in [
            ("en", "en"),
            ("ZH_hans", "zh-Hans"),
            (" zh-cn ", "zh-CN"),
            ("zh-Hant-HK", "zh-Hant-HK"),
            ("en_GB.UTF-8", "en-GB"),
            ("de-DE-1996-u-co-phonebk", "de-DE"),
            ("en-x-TW", "en"),
            ("cmn-Hans", "zh-Hans"),
            ("es-419", "es-419"),
        ] {
            assert_eq!(language(text).to_string(), tag, "{text}");
        }
        for text in ["", "*", "und", "i-klingon", "中文", "en;q=1", "12", &"a-".repeat(99)] {
            assert!(Language::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_header_is_read_by_quality() {
        let tags = |header| Languages::accepted(header).0.iter().map(Language::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(tags("zh-CN,zh;q=0.9,en;q=0.8"), "zh-CN zh en");
        assert_eq!(tags("en;q=0.2, fr , zh ; q=0.5"), "fr zh en");
        assert_eq!(tags("*, en;q=0, de;q=2, fr;q=x, it;level=1, zh;q=0.001"), "zh");
        assert_eq!(tags(""), "");
        assert_eq!(Languages::accepted(&"en,".repeat(10_000)).0.len(), LANGUAGES_MAX);
    }

    #[test]
    fn people_get_what_they_read_best_of_what_there_is() {
        let best = |header: &str, offered: &[&str]| {
            let offered: Vec<Language> = offered.iter().map(|text| language(text)).collect();
            Languages::accepted(header).best_of(&offered).map(|language| language.to_string())
        };
        let ours = ["en", "zh-Hans"];
        for header in ["zh", "zh-CN", "zh-SG,en", "zh-TW,en;q=0.5", "fr,zh;q=0.4,en;q=0.3"] {
            assert_eq!(best(header, &ours).as_deref(), Some("zh-Hans"), "{header}");
        }
        assert_eq!(best("en-GB,zh;q=0.9", &ours).as_deref(), Some("en"));
        assert_eq!(best("fr,de", &ours), None);
        assert_eq!(best("zh-TW", &["zh-Hans", "zh-Hant"]).as_deref(), Some("zh-Hant"));
        assert_eq!(best("zh-HK", &["zh-TW", "zh-HK", "zh"]).as_deref(), Some("zh-HK"));
        assert_eq!(best("pt", &["pt-BR", "pt-PT"]).as_deref(), Some("pt-BR"), "the first on offer");
        assert_eq!(best("en", &[]), None);
    }

    #[test]
    fn what_was_asked_for_by_name_comes_first() {
        let both = Languages::accepted("en,zh").preferring(language("zh"));
        assert_eq!(both.0, [language("zh"), language("en")]);
    }

    proptest! {
        #[test]
        fn no_header_breaks_it_and_every_language_is_read_again(header in "[a-zA-Z0-9*;=.,_ -]{0,80}") {
            for language in Languages::accepted(&header).0 {
                prop_assert_eq!(Language::parse(&language.to_string()), Ok(language));
            }
        }
    }
}
