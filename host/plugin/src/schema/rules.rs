//! What a schema can cost to check, found out by walking it as a validator would, references followed.
//!
//! A schema applies rules to a value and, through `items`, `properties` and their like, to what is inside of it. So a value
//! costs at most, for each depth, the rules that apply there times what stands there: both are counted here, the one when a
//! plugin is loaded, the other when a value comes. The product is an upper bound, and never much too low.
//!
//! # Invariants
//! * [`Rules::work`] is at least the number of times that a rule meets a part of the value.

use serde_json::{Map, Value};

use crate::excerpt;

/// Most rules of a schema with every reference followed.
const RULES_MAX: u64 = 5_000;
/// Deepest nesting of a schema with every reference followed.
const NESTING_MAX: usize = 64;
/// Most patterns, which take time and memory to compile.
const PATTERNS_MAX: usize = 32;
/// Longest pattern.
const PATTERN_CHARS_MAX: usize = 256;
/// Longest reference as it is quoted.
const REFERENCE_CHARS_MAX: usize = 300;
/// Most values of one `enum`.
const ENUM_VALUES_MAX: usize = 1_000;
/// So many bytes of a text count as much as a value.
const TEXT_BYTES_PER_STEP: usize = 16;
/// The dialect that schemas are written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Rules by the depth of what they apply to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rules(Vec<u64>);

impl Rules {
    /// Counts the rules of a schema, and refuses one that is too large, refers to itself, or is written in another dialect.
    pub(super) fn of(root: &Value) -> Result<Self, String> {
        let mut walk = Walk { root, rules: Vec::new(), count: 0, patterns: 0 };
        walk.schema(root, At { depth: 0, nesting: 0, weight: 1 })?;
        Ok(Self(walk.rules))
    }

    /// The steps that checking this value takes at most.
    pub(super) fn work(&self, value: &Value) -> u64 {
        let mut sizes = vec![0; self.0.len()];
        measure(value, 0, 0, &mut sizes);
        let steps = |(rules, size): (&u64, &u64)| rules.saturating_mul(*size);
        self.0.iter().zip(&sizes).map(steps).fold(0, u64::saturating_add)
    }
}

/// Adds up what stands at each depth, down to where no rule reaches.
fn measure(value: &Value, key_bytes: usize, depth: usize, sizes: &mut [u64]) {
    let Some(size) = sizes.get_mut(depth) else { return };
    let text_bytes = key_bytes + value.as_str().map_or(0, str::len);
    *size += 1 + (text_bytes / TEXT_BYTES_PER_STEP) as u64;
    match value {
        Value::Array(items) => items.iter().for_each(|item| measure(item, 0, depth + 1, sizes)),
        Value::Object(members) => members.iter().for_each(|(key, value)| measure(value, key.len(), depth + 1, sizes)),
        _ => {}
    }
}

/// Where the walk stands.
#[derive(Clone, Copy)]
struct At {
    /// How far inside of the value these rules apply.
    depth: usize,
    /// How far inside of the schema they stand.
    nesting: usize,
    /// How often they are applied.
    weight: u64,
}

impl At {
    fn same(self) -> Self {
        Self { nesting: self.nesting + 1, ..self }
    }

    fn inside(self) -> Self {
        Self { depth: self.depth + 1, ..self.same() }
    }
}

struct Walk<'a> {
    root: &'a Value,
    rules: Vec<u64>,
    count: u64,
    patterns: usize,
}

impl<'a> Walk<'a> {
    fn schema(&mut self, schema: &'a Value, at: At) -> Result<(), String> {
        self.count(at, 1)?;
        let Value::Object(members) = schema else { return Ok(()) };
        // What is left over can be told only by applying everything else again.
        let twice = members.contains_key("unevaluatedProperties") || members.contains_key("unevaluatedItems");
        let at = if twice { At { weight: at.weight.saturating_mul(2), ..at } } else { at };
        members.iter().try_for_each(|(keyword, value)| self.keyword(keyword, value, at))
    }

    fn keyword(&mut self, keyword: &str, value: &'a Value, at: At) -> Result<(), String> {
        match (keyword, value) {
            ("$ref", Value::String(reference)) => self.schema(self.resolve(reference)?, at.same()),
            ("$schema", _) if value != DIALECT && value != &format!("{DIALECT}#") => {
                Err(format!("`$schema` names another dialect: write it for `{DIALECT}`, or leave `$schema` out"))
            }
            ("$dynamicRef" | "$recursiveRef" | "$id" | "$anchor" | "$dynamicAnchor" | "$recursiveAnchor", _) => {
                Err(format!("`{keyword}` is not supported: refer to definitions with `$ref` and `#/…`"))
            }
            ("additionalItems" | "dependencies", _) => Err(format!(
                "`{keyword}` belongs to an older dialect and means nothing in `{DIALECT}`: use `prefixItems` with `items`, \
                 or `dependentSchemas` and `dependentRequired`"
            )),
            // Definitions count where they are used.
            ("$defs" | "definitions", _) => Ok(()),
            ("not" | "if" | "then" | "else", _) => self.schema(value, at.same()),
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => self.list(list, at.same()),
            ("dependentSchemas", Value::Object(map)) => self.map(map, at.same()),
            ("prefixItems", Value::Array(list)) => self.list(list, at.inside()),
            ("properties", Value::Object(map)) => self.map(map, at.inside()),
            ("patternProperties", Value::Object(map)) => {
                map.keys().try_for_each(|pattern| self.pattern(pattern, at.inside()))?;
                self.map(map, at.inside())
            }
            (
                "items"
                | "contains"
                | "additionalProperties"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties",
                _,
            ) => self.schema(value, at.inside()),
            ("pattern", Value::String(pattern)) => self.pattern(pattern, at),
            ("enum", Value::Array(values)) if values.len() > ENUM_VALUES_MAX => {
                Err(format!("an `enum` has {} values; the limit is {ENUM_VALUES_MAX}", values.len()))
            }
            _ => self.data(value, at.same()),
        }
    }

    fn list(&mut self, list: &'a [Value], at: At) -> Result<(), String> {
        list.iter().try_for_each(|schema| self.schema(schema, at))
    }

    fn map(&mut self, map: &'a Map<String, Value>, at: At) -> Result<(), String> {
        map.values().try_for_each(|schema| self.schema(schema, at))
    }

    /// What a keyword compares with: each part is a step.
    fn data(&mut self, value: &'a Value, at: At) -> Result<(), String> {
        self.count(at, 1)?;
        match value {
            Value::Array(items) => items.iter().try_for_each(|item| self.data(item, at.same())),
            Value::Object(members) => members.values().try_for_each(|member| self.data(member, at.same())),
            _ => Ok(()),
        }
    }

    /// A pattern takes about as many steps for a byte as it has characters, which is what linear time means.
    fn pattern(&mut self, pattern: &str, at: At) -> Result<(), String> {
        let chars = pattern.chars().count();
        if chars > PATTERN_CHARS_MAX {
            return Err(format!("a pattern has {chars} characters; the limit is {PATTERN_CHARS_MAX}"));
        }
        self.patterns += 1;
        if self.patterns > PATTERNS_MAX {
            return Err(format!("it has more than {PATTERNS_MAX} patterns"));
        }
        self.count(at, 1 + chars as u64)
    }

    fn count(&mut self, at: At, rules: u64) -> Result<(), String> {
        let rules = rules.saturating_mul(at.weight);
        self.count = self.count.saturating_add(rules);
        if self.count > RULES_MAX || at.nesting > NESTING_MAX {
            return Err(format!(
                "it is too large or refers to itself: with every `$ref` followed it may have {RULES_MAX} rules, nested \
                 {NESTING_MAX} deep; `unevaluatedProperties` and `unevaluatedItems` count what stands beside them twice"
            ));
        }
        if self.rules.len() <= at.depth {
            self.rules.resize(at.depth + 1, 0);
        }
        self.rules[at.depth] += rules;
        Ok(())
    }

    fn resolve(&self, reference: &str) -> Result<&'a Value, String> {
        let pointer = reference.strip_prefix('#').ok_or_else(|| {
            format!(
                "`$ref` to `{}` leads out of the schema: refer to definitions with `#/…`",
                excerpt(reference, REFERENCE_CHARS_MAX)
            )
        })?;
        if pointer.contains('%') {
            // The validator decodes it and we do not: the two would follow different ways.
            return Err(format!("`$ref` to `{}` has a percent sign", excerpt(reference, REFERENCE_CHARS_MAX)));
        }
        self.root
            .pointer(pointer)
            .ok_or_else(|| format!("`$ref` to `{}` leads nowhere", excerpt(reference, REFERENCE_CHARS_MAX)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules(schema: &Value) -> Result<Vec<u64>, String> {
        Rules::of(schema).map(|rules| rules.0)
    }

    #[test]
    fn rules_are_counted_where_they_apply() {
        assert_eq!(rules(&json!(true)), Ok(vec![1]));
        assert_eq!(rules(&json!({"type": "string", "minLength": 1})), Ok(vec![3]));
        let ballot = json!({
            "type": "object",
            "properties": {"choose": {"type": "array", "items": {"$ref": "#/$defs/option"}}},
            "$defs": {"option": {"enum": ["a", "b"]}}
        });
        assert_eq!(rules(&ballot), Ok(vec![2, 2, 5]));
        assert_eq!(rules(&json!({"properties": {"enum": {"type": "null"}, "$ref": true}})), Ok(vec![1, 3]));
        assert_eq!(rules(&json!({"minimum": 1, "unevaluatedProperties": false})), Ok(vec![3, 2]));
    }

    #[test]
    fn work_is_rules_times_what_they_meet() {
        let rules = Rules::of(&json!({"items": {"enum": [1, 2, 3]}})).unwrap();
        assert_eq!(rules.0, [1, 5]);
        assert_eq!(rules.work(&json!([])), 1);
        assert_eq!(rules.work(&json!([1, 2, [3]])), 1 + 3 * 5, "what stands deeper meets no rule");
        assert_eq!(rules.work(&json!(["x".repeat(160)])), 1 + 11 * 5, "a long text counts for more");
    }

    #[test]
    fn what_is_unreasonable_is_refused_with_a_sentence() {
        let values = |count: usize| (0..count).map(Value::from).collect::<Vec<_>>();
        let patterns: Vec<Value> = (0..33).map(|n| json!({"pattern": format!("^{n}$")})).collect();
        let mut deep = json!(true);
        (0..70).for_each(|_| deep = json!({"items": deep}));
        for (schema, says) in [
            (json!({"enum": values(1_001)}), "`enum`"),
            (json!({"anyOf": (0..6).map(|_| json!({"enum": values(1_000)})).collect::<Vec<_>>()}), "5000 rules"),
            (json!({"pattern": "a".repeat(257)}), "257 characters"),
            (json!({"anyOf": patterns}), "32 patterns"),
            (deep, "64 deep"),
            (json!({"$schema": "http://json-schema.org/draft-07/schema#"}), "another dialect"),
            (json!({"properties": {"a": {"$schema": "https://example.com/"}}}), "another dialect"),
            (json!({"dependencies": {}}), "older dialect"),
            (json!({"items": true, "additionalItems": false}), "older dialect"),
        ] {
            let error = rules(&schema).unwrap_err();
            assert!(error.contains(says), "{says}: {error}");
        }
        assert!(rules(&json!({"$schema": DIALECT, "enum": values(1_000)})).is_ok());
    }
}
