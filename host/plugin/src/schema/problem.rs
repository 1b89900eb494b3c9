//! What is wrong with a value, for whoever sent it.
//!
//! Where a schema lists alternatives, as it does for each enum, a value that fits none of them fails them all. What helps is
//! what the one says that was meant.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::excerpt;

/// Longest message of a problem, which may quote the value that was sent.
pub(super) const MESSAGE_CHARS_MAX: usize = 300;
/// Most alternatives within alternatives that are looked into.
const DEPTH_MAX: usize = 8;
/// Most alternatives that a message names.
const NAMED_MAX: usize = 12;
/// Longest name of a field that a message repeats.
const NAME_CHARS_MAX: usize = 64;
/// How far an alternative may be from the value and still be the one that was meant: a field is missing, or there is one too
/// many.
const MEANT_DISTANCE_MAX: u32 = 1;

/// Why a value does not fit a schema.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[error("{path}: {message}")]
pub struct SchemaProblem {
    /// Where in the value, as a JSON pointer; empty for the value itself.
    pub path: String,
    /// What is wrong there, in English.
    pub message: String,
    /// In which way, for whoever puts it into other words.
    #[serde(skip)]
    pub misfit: Misfit,
}

/// In which way a value does not fit. Texts and lists are as JSON counts them: in code points and items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// It is of another type than these, such as `string, null`.
    Type(String),
    /// A field is missing.
    Missing(String),
    /// It has these fields, which are none of its own.
    Unknown(String),
    /// It is none of these.
    NoneOf(String),
    /// A text has fewer characters than that.
    TooShort(u64),
    /// A text has more characters than that.
    TooLong(u64),
    /// A list has fewer items than that.
    TooFew(u64),
    /// A list has more items than that.
    TooMany(u64),
    /// A number is smaller than that.
    TooSmall(String),
    /// A number is larger than that.
    TooLarge(String),
    /// A list has something twice.
    Repeated,
    /// To check it would take more steps than are allowed.
    TooMuch,
    /// Something else, of which there is only the message.
    Other,
}

/// The problems that an error stands for: one, or those of the alternative that was meant.
pub(super) fn problems(error: &ValidationError<'_>) -> Vec<SchemaProblem> {
    problems_within(error, DEPTH_MAX)
}

fn problems_within(error: &ValidationError<'_>, depth: usize) -> Vec<SchemaProblem> {
    let (Kind::AnyOf { context } | Kind::OneOfNotValid { context }) = error.kind() else {
        return vec![problem(error, &error.to_string(), misfit(error.kind()))];
    };
    let path = error.instance_path().as_str();
    let Some(inner) = depth.checked_sub(1) else { return vec![problem(error, &error.to_string(), Misfit::Other)] };
    match (meant(path, context), none_of(path, context)) {
        (Some(errors), _) => errors.iter().flat_map(|error| problems_within(error, inner)).collect(),
        (None, Some(names)) => {
            vec![problem(error, &format!("one of these is expected: {names}"), Misfit::NoneOf(names))]
        }
        (None, None) => vec![problem(error, &error.to_string(), Misfit::Other)],
    }
}

fn problem(error: &ValidationError<'_>, message: &str, misfit: Misfit) -> SchemaProblem {
    let path = error.instance_path().to_string();
    SchemaProblem { path, message: excerpt(message, MESSAGE_CHARS_MAX), misfit }
}

fn misfit(kind: &Kind) -> Misfit {
    match kind {
        Kind::Type { kind: TypeKind::Single(kind) } => Misfit::Type(kind.to_string()),
        Kind::Type { kind: TypeKind::Multiple(kinds) } => {
            Misfit::Type(listed(kinds.iter().map(|kind| kind.to_string())))
        }
        Kind::Required { property } => Misfit::Missing(property.as_str().unwrap_or_default().to_owned()),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            Misfit::Unknown(listed(unexpected.iter().map(|name| format!("`{}`", excerpt(name, NAME_CHARS_MAX)))))
        }
        Kind::Enum { options } => Misfit::NoneOf(listed(options.as_array().into_iter().flatten().map(named))),
        Kind::Constant { expected_value } => Misfit::NoneOf(named(expected_value)),
        Kind::MinLength { limit } => Misfit::TooShort(*limit),
        Kind::MaxLength { limit } => Misfit::TooLong(*limit),
        Kind::MinItems { limit } => Misfit::TooFew(*limit),
        Kind::MaxItems { limit } => Misfit::TooMany(*limit),
        Kind::Minimum { limit } => Misfit::TooSmall(limit.to_string()),
        Kind::Maximum { limit } => Misfit::TooLarge(limit.to_string()),
        Kind::UniqueItems => Misfit::Repeated,
        _ => Misfit::Other,
    }
}

/// A value as it stands in a sentence.
fn named(value: &Value) -> String {
    format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// The first of them in a line.
fn listed(mut names: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = names.by_ref().take(NAMED_MAX).collect();
    if names.next().is_some() {
        all.push("…".to_owned());
    }
    all.join(", ")
}

/// What the nearest alternative says, if one is nearer than all others and near enough.
fn meant<'c>(path: &str, alternatives: &'c [Vec<ValidationError<'static>>]) -> Option<&'c [ValidationError<'static>]> {
    let distances = || alternatives.iter().map(|errors| errors.iter().map(|error| distance(path, error)).sum::<u32>());
    let least = distances().min().filter(|least| *least <= MEANT_DISTANCE_MAX)?;
    let mut nearest = alternatives.iter().zip(distances()).filter(|(_, distance)| *distance == least);
    let (errors, _) = nearest.next()?;
    nearest.next().is_none().then_some(errors.as_slice())
}

/// How much an error says that another alternative was meant. What is wrong further inside says nothing of the kind.
fn distance(path: &str, error: &ValidationError<'_>) -> u32 {
    let inside = error.instance_path().as_str().strip_prefix(path).unwrap_or_default();
    match (error.kind(), inside.matches('/').count()) {
        (Kind::Required { .. } | Kind::AdditionalProperties { .. }, 0) => 1,
        // Another type; or another word, of the value or of a field that says what it is.
        (Kind::Type { .. }, 0) | (Kind::Enum { .. } | Kind::Constant { .. }, 0 | 1) => 4,
        _ => 0,
    }
}

/// The names of the alternatives, where they have names.
fn none_of(path: &str, alternatives: &[Vec<ValidationError<'static>>]) -> Option<String> {
    let errors = alternatives.iter().flatten();
    let here = errors.filter(|error| error.instance_path().as_str() == path);
    let mut names: Vec<String> = Vec::new();
    for error in here {
        let all = match error.kind() {
            Kind::Required { property } => std::slice::from_ref(property),
            Kind::Constant { expected_value } => std::slice::from_ref(&**expected_value),
            Kind::Enum { options } => options.as_array().map_or(&[][..], Vec::as_slice),
            _ => continue,
        };
        names.extend(all.iter().filter(|value| value.is_string()).map(named));
    }
    names.dedup();
    (!names.is_empty()).then(|| listed(names.into_iter()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The enum of a plugin as `schemars` writes it.
    fn action() -> Value {
        let draw = json!({
            "type": "object", "required": ["prize"], "additionalProperties": false,
            "properties": { "prize": { "type": "string", "maxLength": 3 }, "count": { "type": ["integer", "null"] } },
        });
        let variant = |name: &str, schema: &Value| {
            let fields = json!({ name: schema });
            json!({ "type": "object", "required": [name], "additionalProperties": false, "properties": fields })
        };
        json!({ "oneOf": [
            variant("draw", &draw),
            variant("freeze", &json!({ "type": "object", "additionalProperties": false })),
            { "type": "string", "enum": ["stop"] },
        ] })
    }

    fn said(schema: &Value, value: &Value) -> Vec<(String, String)> {
        let validator = jsonschema::draft202012::new(schema).unwrap();
        let problems = validator.iter_errors(value).flat_map(|error| problems(&error));
        problems.map(|problem| (problem.path, problem.message)).collect()
    }

    #[test]
    fn the_alternative_whose_key_matches_says_what_is_wrong() {
        for (value, path, word) in [
            (json!({ "draw": { "prize": "long!" } }), "/draw/prize", "3 characters"),
            (json!({ "draw": {} }), "/draw", "\"prize\""),
            (json!({ "draw": { "prize": "a", "colour": 1 } }), "/draw", "'colour'"),
            (json!({ "draw": { "prize": "a", "count": "x" } }), "/draw/count", "integer"),
            (json!({ "draw": 7 }), "/draw", "object"),
            (json!({ "freeze": {}, "x": 1 }), "", "'x'"),
        ] {
            let said = said(&action(), &value);
            assert!(said.len() == 1 && said[0].0 == path && said[0].1.contains(word), "{value}: {said:?}");
        }
    }

    #[test]
    fn where_no_key_matches_the_keys_are_named() {
        for value in [json!({ "frez": {} }), json!({}), json!("sto"), json!(7), json!(null)] {
            let said = said(&json!({ "properties": { "a": action() } }), &json!({ "a": value }));
            let expected = "one of these is expected: `draw`, `freeze`";
            let named = said[0].1.starts_with(expected) || said[0].1 == "one of these is expected: `stop`";
            assert!(said.len() == 1 && said[0].0 == "/a" && named, "{value}: {said:?}");
        }
    }

    #[test]
    fn the_alternative_with_the_right_word_is_meant_and_null_is_not() {
        let shape = |kind: &str, size: Value| {
            let fields = json!({ "kind": { "const": kind }, "size": size });
            json!({ "type": "object", "required": ["kind"], "properties": fields })
        };
        let tagged = json!({ "oneOf": [shape("a", json!({ "maximum": 3 })), shape("b", json!({ "maximum": 9 }))] });
        assert_eq!(said(&tagged, &json!({ "kind": "b", "size": 10 }))[0].0, "/size");
        let optional =
            json!({ "anyOf": [{ "type": "object", "properties": { "n": { "minimum": 1 } } }, { "type": "null" }] });
        assert_eq!(said(&optional, &json!({ "n": 0 }))[0].0, "/n");
    }
}
