//! What is to be seen of an activity, in each language that somebody asked for.
//!
//! # Invariants
//! * There is at least one; the first is for those who read none of these languages.
//! * A view that was made for some readers says which others it could be made for: it is known what somebody who comes later lacks.

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::domain::language::{Language, Languages};
use crate::domain::sentence::Sentence;
use crate::domain::tongue::Tongue;

/// A view, language by language: `{"blocks":[…]}` each.
#[derive(Debug, Clone)]
pub struct Views {
    first: (Option<Language>, Box<RawValue>),
    others: Vec<(Option<Language>, Box<RawValue>)>,
    /// In which languages it can be made, the one of those who read none of them first.
    offered: Vec<Language>,
}

impl Views {
    /// A view in one language, or in none that is known.
    pub fn one(language: Option<Language>, view: Box<RawValue>) -> Self {
        Self { first: (language, view), others: Vec::new(), offered: Vec::new() }
    }

    /// The same, of something that can be seen in these languages, the one of those who read none of them first.
    #[must_use]
    pub fn offering(self, languages: &[Language]) -> Self {
        Self { offered: languages.to_vec(), ..self }
    }

    /// What the host itself says of an activity, below its title: a block with a sentence, in every language of the server.
    ///
    /// # Errors
    /// Never, for texts; it is what writing JSON may give.
    pub fn of_the_host(title: &str, block: &Value, sentence: &Sentence) -> serde_json::Result<Self> {
        let view = |tongue| {
            let mut said = block.clone();
            said["text"] = sentence.text(tongue).into();
            to_raw_value(&json!({ "blocks": [{ "type": "heading", "text": title }, said] }))
        };
        let mut views = Self::one(Some(Tongue::Chinese.language()), view(Tongue::Chinese)?);
        views.push(Some(Tongue::English.language()), view(Tongue::English)?);
        Ok(views)
    }

    /// The same in another language.
    pub fn push(&mut self, language: Option<Language>, view: Box<RawValue>) {
        self.others.push((language, view));
    }

    /// Whether somebody who reads these would read it in a language that it was not made in.
    pub fn lacks(&self, languages: &Languages) -> bool {
        let Some(first) = self.offered.first() else { return false };
        match languages.best_of(&self.offered) {
            Some(best) => self.in_languages().all(|(language, _)| *language != Some(best)),
            None => self.first.0.is_some_and(|language| language != *first),
        }
    }

    /// The one that suits somebody best who reads these.
    pub fn best(&self, languages: &Languages) -> &RawValue {
        self.all().nth(self.best_place(languages)).unwrap_or(&self.first.1)
    }

    /// At which place of [`Views::all`] that one stands.
    pub fn best_place(&self, languages: &Languages) -> usize {
        if self.others.is_empty() {
            return 0;
        }
        let offered: Vec<Language> = self.in_languages().filter_map(|(language, _)| *language).collect();
        let best = languages.best_of(&offered);
        let is_best = |(language, _): &(Option<Language>, Box<RawValue>)| best.is_some() && *language == best;
        self.in_languages().position(is_best).unwrap_or(0)
    }

    /// The views in all languages; the first is for those who read none of them.
    pub fn all(&self) -> impl Iterator<Item = &RawValue> {
        self.in_languages().map(|(_, view)| &**view)
    }

    /// The bytes of the largest one.
    pub fn bytes_max(&self) -> usize {
        self.all().map(|view| view.get().len()).max().unwrap_or(0)
    }

    /// Whether it reads the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.all().map(RawValue::get).eq(other.all().map(RawValue::get))
    }

    fn in_languages(&self) -> impl Iterator<Item = &(Option<Language>, Box<RawValue>)> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_gets_the_view_that_they_read_best() {
        let view = |text: &str| to_raw_value(text).expect("JSON");
        let mut views = Views::one(Some(Language::SIMPLIFIED_CHINESE), view("zh"));
        views.push(Some(Language::ENGLISH), view("en"));
        for (header, expected) in [("en-GB", "en"), ("zh-TW", "zh"), ("fr", "zh"), ("", "zh"), ("fr, en;q=0.1", "en")] {
            assert_eq!(views.best(&Languages::accepted(header)).get(), format!("{expected:?}"), "{header}");
        }
    }

    #[test]
    fn what_was_made_for_some_is_lacking_for_whoever_reads_another_language_that_there_is() {
        let view = |text: &str| to_raw_value(text).expect("JSON");
        let offered = [Language::SIMPLIFIED_CHINESE, Language::ENGLISH];
        let lacks = |views: &Views, header: &str| views.lacks(&Languages::accepted(header));
        let chinese = Views::one(Some(Language::SIMPLIFIED_CHINESE), view("zh")).offering(&offered);
        for (header, expected) in
            [("en-GB", true), ("zh-TW", false), ("fr", false), ("", false), ("fr, en;q=0.1", true)]
        {
            assert_eq!(lacks(&chinese, header), expected, "{header}");
        }
        let english = Views::one(Some(Language::ENGLISH), view("en")).offering(&offered);
        assert!(lacks(&english, "fr") && !lacks(&english, "en"), "who reads neither is shown the first");
        let fixed = Views::one(Some(Language::SIMPLIFIED_CHINESE), view("zh"));
        assert!(!lacks(&fixed, "en"), "there is no other");
    }
}
