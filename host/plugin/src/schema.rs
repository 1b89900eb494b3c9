//! JSON Schemas that plugins bring along: checked once at load, then used to check configurations and actions.
//!
//! A schema is code that runs in the host, so it has a budget like a call's. What a plugin may write in one is bounded: no
//! references out of the document, no recursion, a bounded number of [`rules`] once references are followed, and patterns
//! that match in linear time. What a value may cost is bounded too, by those rules times its size, before it is checked.

mod problem;
mod rules;

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use self::problem::{MESSAGE_CHARS_MAX, problems};
pub use self::problem::{Misfit, SchemaProblem};
use self::rules::Rules;
use crate::excerpt;

/// Longest text of a schema.
pub(crate) const SCHEMA_BYTES_MAX: usize = 64 << 10;
/// Largest compiled pattern.
const PATTERN_BYTES_MAX: usize = 64 << 10;
/// Most problems reported of one value: a person reads them.
const PROBLEMS_MAX: usize = 8;
/// Up to so many steps all problems are looked for. Beyond, a value can have a problem in each of its parts, and the first one
/// has to do.
const ALL_PROBLEMS_WORK_MAX: u64 = 20_000;

/// A schema that is ready to check values.
pub(crate) struct Schema {
    value: Value,
    rules: Rules,
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
        let rules = Rules::of(&value)?;
        let validator = jsonschema::draft202012::options()
            .offline()
            .with_pattern_options(PatternOptions::regex().size_limit(PATTERN_BYTES_MAX))
            .build(&value)
            .map_err(|error| excerpt(&error.to_string(), MESSAGE_CHARS_MAX))?;
        Ok(Self { value, rules, validator })
    }

    /// The schema itself.
    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// Checks a value, unless that would take more than `work_max` steps.
    pub(crate) fn check(&self, value: &Value, work_max: u64) -> Result<(), Vec<SchemaProblem>> {
        let work = self.rules.work(value);
        if work > work_max {
            return Err(vec![too_much(work, work_max)]);
        }
        if self.validator.is_valid(value) {
            return Ok(());
        }
        if work <= ALL_PROBLEMS_WORK_MAX {
            let errors = self.validator.iter_errors(value).take(PROBLEMS_MAX);
            return Err(errors.flat_map(|error| problems(&error)).take(PROBLEMS_MAX).collect());
        }
        self.validator.validate(value).map_err(|error| problems(&error))
    }
}

fn too_much(work: u64, work_max: u64) -> SchemaProblem {
    let message = format!(
        "it is too large to be checked against the plugin's schema: that takes up to {work} steps, and {work_max} are \
         allowed (`limits.plugin.schema_work`); send less at once"
    );
    SchemaProblem { path: String::new(), message, misfit: Misfit::TooMuch }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Limits;

    fn compile(schema: &Value) -> Result<Schema, String> {
        Schema::compile(&schema.to_string())
    }

    fn check(schema: &Schema, value: &Value) -> Result<(), Vec<SchemaProblem>> {
        schema.check(value, Limits::default().schema_work)
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
        assert_eq!(check(&schema, &json!({"choose": ["a"]})), Ok(()));
        let problems = check(&schema, &json!({"choose": ["a", "long"]})).unwrap_err();
        assert_eq!(problems[0].path, "/choose/1");
        assert!(check(&schema, &json!({})).unwrap_err()[0].message.contains("choose"));
        assert!(check(&schema, &json!({"choose": [], "x": "y".repeat(9_000)})).unwrap_err()[0].message.len() < 1_000);
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
        assert!(check(&schema, &json!(format!("{}!", "a".repeat(50_000)))).is_err());
    }

    #[test]
    fn a_value_that_would_take_too_long_is_refused_before_it_is_checked() {
        let names: Vec<String> = (0..1_000).map(|n| format!("name{n}")).collect();
        let schema = compile(&json!({"items": {"enum": names}})).unwrap_or_else(|error| panic!("{error}"));
        // As many as fit into an action.
        let many: Vec<&str> = vec!["x"; 60_000];
        let problems = check(&schema, &json!(many)).unwrap_err();
        assert!(problems[0].message.contains("`limits.plugin.schema_work`"), "{problems:?}");
        let few = &many[..1_000];
        let problems = check(&schema, &json!(few)).unwrap_err();
        assert_eq!((problems.len(), &*problems[0].path), (1, "/0"), "the first of a thousand problems");
        assert_eq!(check(&schema, &json!(vec!["name7"; 1_000])), Ok(()));
    }

    #[test]
    fn no_schema_that_is_taken_checks_an_action_in_more_steps_than_are_allowed() {
        let limits = Limits::default();
        let array = |item: &str| format!("[{}]", vec![item; (256 << 10) / (item.len() + 1) - 2].join(","));
        let worst = [
            json!({"items": {"enum": (0..1_000).collect::<Vec<_>>()}}),
            json!({"items": {"anyOf": (0..2_000).map(|n| json!({"const": n})).collect::<Vec<_>>()}}),
            json!({"items": {"pattern": "(a?){20}(a?){20}(a?){20}b"}}),
            json!({"uniqueItems": true}),
        ];
        for schema in &worst {
            let schema = compile(schema).unwrap_or_else(|error| panic!("{error}"));
            for item in ["7", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "[[7]]", "{\"a\":7}"] {
                let action: Value = serde_json::from_str(&array(item)).unwrap();
                let refused = check(&schema, &action).is_err_and(|problems| problems[0].message.contains("steps"));
                assert_eq!(refused, schema.rules.work(&action) > limits.schema_work);
            }
        }
    }
}
