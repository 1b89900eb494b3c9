//! Which fields a refusal is about, so that a page puts each sentence beside its field and reads none of them.
//!
//! Two kinds of sentences name a field: the server's own begin with it in backticks, and a plugin's, by the custom of the SDK,
//! with its path and a colon. Both are taken apart here, once, for every reader.
//!
//! # Invariants
//! * A pointer leads into what was sent, from its root: into the body of a request, and over the socket into what would be the
//!   body of the command's route.

use hezi_plugin::pointer_part;
use serde::Serialize;
use utoipa::ToSchema;

use super::code::{Code, Problem};
use crate::domain::sentence::Sentence;
use crate::domain::tongue::Tongue;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where: a JSON pointer (RFC 6901) into the body that was sent. Over the socket it leads into the `action` or the `changes`
    /// of a command that has one, else into the message; of an address' query, into the object of its parameters.
    pub pointer: String,
    /// What is wrong there, for people, without the field's name.
    pub detail: String,
}

impl Problem {
    /// The fields that are to blame, as far as that is known, for somebody who reads this language.
    pub fn fields(&self, tongue: Tongue) -> Vec<FieldProblem> {
        match (&*self.sentence, self.code) {
            (Sentence::Unfit { problems }, _) => {
                problems.0.iter().filter_map(|one| that_does_not_fit(&one.text(tongue))).collect()
            }
            (Sentence::Said { text }, Code::Invalid | Code::Denied | Code::Conflict | Code::Exhausted) => {
                with_path(text, self.said_of).into_iter().collect()
            }
            // What this one begins with is a kind of command.
            (Sentence::Said { .. } | Sentence::CommandFields { .. }, _) => Vec::new(),
            (Sentence::BadQuery { why }, Code::Invalid) => with_path(why, "").into_iter().collect(),
            (sentence, Code::Invalid) => in_the_body(&sentence.text(tongue)).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// `` `title` has 1 to 120 characters ``
fn in_the_body(text: &str) -> Option<FieldProblem> {
    let (path, detail) = quoted(text)?;
    Some(FieldProblem { pointer: pointer_of(path), detail })
}

/// `` `config/options/0` is missing ``: a configuration is sent in a body with other things, an action is all of what is sent.
fn that_does_not_fit(text: &str) -> Option<FieldProblem> {
    let (path, detail) = quoted(text)?;
    let pointer = path.strip_prefix("action").map_or_else(|| format!("/{path}"), str::to_owned);
    Some(FieldProblem { pointer, detail })
}

/// What a sentence begins with in backticks, and the rest of it.
fn quoted(text: &str) -> Option<(&str, String)> {
    let (field, why) = text.strip_prefix('`')?.split_once('`')?;
    Some((field, why.trim_start_matches([':', '：', ' ']).to_owned()))
}

/// `prizes[2].name: why`, with the pointer of what the path begins in.
fn with_path(text: &str, root: &str) -> Option<FieldProblem> {
    let (path, why) = text.split_once(": ")?;
    let is_path = path.starts_with(|c: char| c.is_ascii_lowercase())
        && path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'));
    is_path.then(|| FieldProblem { pointer: root.to_owned() + &pointer_of(path), detail: why.trim().to_owned() })
}

/// `prizes[2].name` as a JSON pointer.
fn pointer_of(path: &str) -> String {
    let plain = path.replace(']', "");
    plain.split(['[', '.']).map(|step| format!("/{}", pointer_part(step))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sentence::Misfits;
    use crate::domain::tongue::Items;

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
            Sentence::FieldTooFew { field: "config".into(), least: Items(2) },
        ]);
        let told = fields(Code::Invalid, Sentence::Unfit { problems });
        assert_eq!(told, [one("/config/options/0/name", "还没有填"), one("/config", "至少有 2 项")].concat());
        let problems = Misfits(vec![
            Sentence::FieldRepeated { field: "action/choose".into() },
            Sentence::FieldTooFew { field: "action".into(), least: Items(1) },
        ]);
        let told = fields(Code::Invalid, Sentence::Unfit { problems });
        assert_eq!(told, [one("/choose", "里不能有重复的内容"), one("", "至少有 1 项")].concat());
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
    fn a_plugins_path_begins_in_what_it_was_given() {
        let problem = Problem::new(Code::Invalid, Sentence::said("prizes[2].name: 不能为空"));
        let problem = Problem { said_of: "/config", ..problem };
        assert_eq!(problem.fields(Tongue::Chinese)[0].pointer, "/config/prizes/2/name");
    }

    #[test]
    fn the_servers_own_sentences_name_fields_of_the_body() {
        let told = fields(Code::Invalid, Sentence::BadTitle { chars_max: 120 });
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, "/title");
        assert!(!told[0].1.contains('`'), "{told:?}");
        assert!(fields(Code::NotFound, Sentence::UnknownPlugin { name: "a".into() }).is_empty());
        let inside = |field: &str| Sentence::BadField { field: field.into(), why: "why".into() };
        assert_eq!(fields(Code::Invalid, inside("screen.activity"))[0].0, "/screen/activity");
        assert_eq!(fields(Code::Invalid, inside("a/b~c"))[0].0, "/a~1b~0c");
        assert_eq!(fields(Code::Invalid, Sentence::BadInvitee { at: 3 })[0].0, "/members/3");
        let query = Sentence::BadQuery { why: "after: invalid digit found in string".into() };
        assert_eq!(fields(Code::Invalid, query), one("/after", "invalid digit found in string"));
        let command = Sentence::CommandFields { kind: "pin", fields: "`text`" };
        assert!(fields(Code::Invalid, command).is_empty(), "`pin` is no field");
    }
}
