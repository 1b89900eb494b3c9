//! JSON Schemas that plugins bring along: checked once at load, then used to check configurations and actions.
//!
//! A schema is code that runs in the host, outside of every budget, so what a plugin may write in one is bounded: no
//! references out of the document, no recursion, a bounded size once references are followed, and patterns that match
//! in linear time.

use jsonschema::{PatternOptions, Validator};
use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

/// Longest text of a schema.
pub(crate) const SCHEMA_BYTES_MAX: usize = 64 << 10;
/// Most values in a schema with every reference followed: what one value can cost to check.
const EXPANDED_MAX: usize = 5_000;
/// Deepest nesting with every reference followed.
const DEPTH_MAX: usize = 64;
/// Most patterns, which take time and memory to compile.
const PATTERNS_MAX: usize = 32;
/// Largest compiled pattern.
const PATTERN_BYTES_MAX: usize = 256 << 10;
/// Most problems reported of one value: a person reads them.
const PROBLEMS_MAX: usize = 8;
/// Longest message of a problem, which may quote the value that was sent.
const MESSAGE_CHARS_MAX: usize = 300;

/// Why a value does not fit a schema.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[error("{path}: {message}")]
pub struct SchemaProblem {
    /// Where in the value, as a JSON pointer; empty for the value itself.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

/// A schema that is ready to check values.
pub(crate) struct Schema {
    value: Value,
    validator: Validator,
}

impl Schema {
    /// Reads, bounds and compiles a schema. The error is a sentence about the schema.
    pub(crate) fn compile(text: &str) -> Result<Self, String> {
        if text.len() > SCHEMA_BYTES_MAX {
            return Err(format!("it has {} bytes; the limit is {SCHEMA_BYTES_MAX}", text.len()));
        }
        let value: Value = serde_json::from_str(text).map_err(|error| format!("it is not valid JSON: {error}"))?;
        if !value.is_object() && !value.is_boolean() {
            return Err("it must be an object or a boolean".into());
        }
        Expansion { root: &value, count: 0, patterns: 0 }.walk(&value, 0)?;
        let validator = jsonschema::draft202012::options()
            .offline()
            .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES_MAX))
            .build(&value)
            .map_err(|error| cut(&error.to_string()))?;
        Ok(Self { value, validator })
    }

    /// The schema itself.
    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// Checks a value.
    pub(crate) fn check(&self, value: &Value) -> Result<(), Vec<SchemaProblem>> {
        if self.validator.is_valid(value) {
            return Ok(());
        }
        let problem = |error: jsonschema::ValidationError<'_>| SchemaProblem {
            path: error.instance_path().to_string(),
            message: cut(&error.to_string()),
        };
        Err(self.validator.iter_errors(value).take(PROBLEMS_MAX).map(problem).collect())
    }
}

/// Walks a schema as a validator would, following references, to find out how large it really is.
struct Expansion<'a> {
    root: &'a Value,
    count: usize,
    patterns: usize,
}

impl<'a> Expansion<'a> {
    fn walk(&mut self, value: &'a Value, depth: usize) -> Result<(), String> {
        self.count += 1;
        if self.count > EXPANDED_MAX || depth > DEPTH_MAX {
            return Err(format!(
                "it is too large or refers to itself: with every `$ref` followed it may have {EXPANDED_MAX} values, \
                 nested {DEPTH_MAX} deep"
            ));
        }
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.walk(item, depth + 1)),
            Value::Object(members) => members.iter().try_for_each(|(key, value)| self.member(key, value, depth)),
            _ => Ok(()),
        }
    }

    fn member(&mut self, key: &str, value: &'a Value, depth: usize) -> Result<(), String> {
        match (key, value) {
            ("$ref", Value::String(reference)) => self.walk(self.resolve(reference)?, depth + 1),
            ("$dynamicRef" | "$recursiveRef" | "$id" | "$anchor" | "$dynamicAnchor", Value::String(_)) => {
                Err(format!("`{key}` is not supported: refer to definitions with `$ref` and `#/…`"))
            }
            // Definitions count where they are used; a property that happens to have this name is walked as part of
            // `properties`, whose members are schemas whatever they are called.
            ("$defs" | "definitions", Value::Object(_)) if depth == 0 => Ok(()),
            ("pattern", Value::String(_)) => self.add_patterns(1),
            ("patternProperties", Value::Object(members)) => {
                self.add_patterns(members.len())?;
                self.walk(value, depth + 1)
            }
            _ => self.walk(value, depth + 1),
        }
    }

    fn add_patterns(&mut self, count: usize) -> Result<(), String> {
        self.patterns += count;
        if self.patterns > PATTERNS_MAX {
            return Err(format!("it has more than {PATTERNS_MAX} patterns"));
        }
        Ok(())
    }

    fn resolve(&self, reference: &str) -> Result<&'a Value, String> {
        let pointer = reference.strip_prefix('#').ok_or_else(|| {
            format!("`$ref` to `{}` leads out of the schema: refer to definitions with `#/…`", cut(reference))
        })?;
        if pointer.contains('%') {
            // The validator decodes it and we do not: the two would follow different ways.
            return Err(format!("`$ref` to `{}` has a percent sign", cut(reference)));
        }
        self.root.pointer(pointer).ok_or_else(|| format!("`$ref` to `{}` leads nowhere", cut(reference)))
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MESSAGE_CHARS_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn compile(schema: &Value) -> Result<Schema, String> {
        Schema::compile(&schema.to_string())
    }

    #[test]
    fn a_reference_that_the_validator_reads_in_another_way_is_refused() {
        let schema = json!({"$defs": {"%61": true, "a": {"type": "string"}}, "type": "object", "$ref": "#/$defs/%61"});
        assert!(compile(&schema).is_err_and(|error| error.contains("percent")));
    }

    #[test]
    fn values_are_checked_with_a_path() {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {"choose": {"type": "array", "items": {"$ref": "#/$defs/name"}}},
            "required": ["choose"],
            "additionalProperties": false,
            "$defs": {"name": {"type": "string", "maxLength": 3}}
        });
        let schema = compile(&schema).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(schema.check(&json!({"choose": ["a"]})), Ok(()));
        let problems = schema.check(&json!({"choose": ["a", "long"]})).unwrap_err();
        assert_eq!(problems[0].path, "/choose/1");
        assert!(schema.check(&json!({})).unwrap_err()[0].message.contains("choose"));
        assert!(schema.check(&json!({"choose": [], "x": "y".repeat(9_000)})).unwrap_err()[0].message.len() < 1_000);
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        for text in ["", "{", "[]", "1", r#"{"type":"strin"}"#, r#"{"pattern":"("}"#, r#"{"pattern":"(a+)+\\1"}"#] {
            assert!(Schema::compile(text).is_err(), "{text}");
        }
        assert!(Schema::compile("true").is_ok());
        assert!(Schema::compile(&format!("{{\"title\":\"{}\"}}", "x".repeat(70_000))).is_err());
    }

    #[test]
    fn references_stay_inside_and_end() {
        let refused = [
            json!({"$ref": "https://example.com/schema.json"}),
            json!({"$ref": "file:///etc/passwd"}),
            json!({"$ref": "#"}),
            json!({"$ref": "#/$defs/missing"}),
            json!({"properties": {"next": {"$ref": "#"}}}),
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
            json!({"$id": "https://example.com/"}),
            json!({"$dynamicRef": "#a"}),
        ];
        for schema in refused {
            assert!(compile(&schema).is_err(), "{schema}");
        }
    }

    #[test]
    fn a_schema_that_doubles_at_every_level_is_refused() {
        let mut definitions = serde_json::Map::new();
        for level in 0..40 {
            let next = json!({"$ref": format!("#/$defs/{}", level + 1)});
            definitions.insert(level.to_string(), json!({"anyOf": [next, next]}));
        }
        definitions.insert("40".into(), json!({"type": "string"}));
        assert!(compile(&json!({"$ref": "#/$defs/0", "$defs": definitions})).is_err());
    }

    #[test]
    fn patterns_are_few_and_small() {
        let properties = |count: usize| {
            let patterns = (0..count).map(|n| (format!("^{n}$"), json!(true)));
            json!({"patternProperties": patterns.collect::<serde_json::Map<_, _>>()})
        };
        assert!(compile(&properties(32)).is_ok());
        assert!(compile(&properties(33)).is_err());
        assert!(compile(&json!({"pattern": "\\p{L}{500}"})).is_err());
    }

    #[test]
    fn patterns_match_in_linear_time() {
        let schema =
            compile(&json!({"type": "string", "pattern": "^(a+)+$"})).unwrap_or_else(|error| panic!("{error}"));
        assert!(schema.check(&json!(format!("{}!", "a".repeat(50_000)))).is_err());
    }
}
