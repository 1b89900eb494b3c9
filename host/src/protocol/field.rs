//! Which fields a refusal is about, so that a page puts each sentence beside its field and reads none of them.
//!
//! Two kinds of sentences name a field: the server's own begin with it in backticks, and a plugin's, by the custom of the SDK,
//! with its path and a colon. Both are taken apart here, once, for every reader.

use serde::Serialize;
use utoipa::ToSchema;

use super::code::{Code, Problem};
use crate::domain::sentence::Sentence;
use crate::domain::tongue::Tongue;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where: a JSON pointer (RFC 6901) into the configuration or the action where one was sent, and into the body otherwise.
    pub pointer: String,
    /// What is wrong there, for people, without the field's name.
    pub detail: String,
}

impl Problem {
    /// The fields that are to blame, as far as that is known, for somebody who reads this language.
    pub fn fields(&self, tongue: Tongue) -> Vec<FieldProblem> {
        match (&*self.sentence, self.code) {
            (Sentence::Unfit { problems }, _) => {
                problems.0.iter().filter_map(|one| below_the_root(&one.text(tongue))).collect()
            }
            (Sentence::Said { text }, Code::Invalid | Code::Denied | Code::Conflict | Code::Exhausted) => {
                with_path(text).into_iter().collect()
            }
            (Sentence::Said { .. }, _) => Vec::new(),
            (sentence, Code::Invalid) => in_the_body(&sentence.text(tongue)).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// `` `title` has 1 to 120 characters ``
fn in_the_body(text: &str) -> Option<FieldProblem> {
    let (field, detail) = quoted(text)?;
    Some(FieldProblem { pointer: format!("/{}", field.replace('.', "/")), detail })
}

/// `` `config/options/0` is missing ``: `config` or `action` is what was sent, and what follows is a pointer into it.
fn below_the_root(text: &str) -> Option<FieldProblem> {
    let (path, detail) = quoted(text)?;
    let pointer = path.split_once('/').map_or_else(String::new, |(_, below)| format!("/{below}"));
    Some(FieldProblem { pointer, detail })
}

/// What a sentence begins with in backticks, and the rest of it.
fn quoted(text: &str) -> Option<(&str, String)> {
    let (field, why) = text.strip_prefix('`')?.split_once('`')?;
    Some((field, why.trim_start_matches([':', '：', ' ']).to_owned()))
}

/// `prizes[2].name: why`
fn with_path(text: &str) -> Option<FieldProblem> {
    let (path, why) = text.split_once(": ")?;
    let is_path = path.starts_with(|c: char| c.is_ascii_lowercase())
        && path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'));
    let pointer = format!("/{}", path.replace(']', "").replace(['[', '.'], "/"));
    is_path.then(|| FieldProblem { pointer, detail: why.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sentence::Misfits;

    fn fields(code: Code, sentence: Sentence) -> Vec<(String, String)> {
        let fields = Problem::new(code, sentence).fields(Tongue::Chinese);
        fields.into_iter().map(|FieldProblem { pointer, detail }| (pointer, detail)).collect()
    }

    fn one(pointer: &str, detail: &str) -> Vec<(String, String)> {
        vec![(pointer.into(), detail.into())]
    }

    #[test]
    fn each_field_that_does_not_fit_is_told_of() {
        let problems = Misfits(vec![
            Sentence::FieldMissing { field: "config/options/0/name".into() },
            Sentence::FieldTooFew { field: "config".into(), least: 2 },
        ]);
        let told = fields(Code::Invalid, Sentence::Unfit { problems });
        assert_eq!(told, [one("/options/0/name", "还没有填"), one("", "至少有 2 项")].concat());
    }

    #[test]
    fn a_plugins_path_is_a_pointer_and_its_other_words_are_none() {
        let said = |text: &str| fields(Code::Conflict, Sentence::said(text));
        assert_eq!(said("prizes[2].name: 不能为空"), one("/prizes/2/name", "不能为空"));
        assert_eq!(said("choose: only: one"), one("/choose", "only: one"));
        for other in ["名额已满", "Sorry: it is over", "no one: here, now: x", "注意: 名额"] {
            assert!(said(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn the_servers_own_sentences_name_fields_of_the_body() {
        let told = fields(Code::Invalid, Sentence::BadTitle { chars_max: 120 });
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, "/title");
        assert!(!told[0].1.contains('`'), "{told:?}");
        assert!(fields(Code::NotFound, Sentence::UnknownPlugin { name: "a".into() }).is_empty());
    }
}
