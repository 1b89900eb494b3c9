//! Where a field of a configuration stands in its schema: from `prizes.count` to `/$defs/Prize/properties/count`.

use serde_json::Value;

/// The JSON pointer of the schema of the field at `path`.
///
/// # Panics
/// When there is no such field: the text of a field that is gone is a mistake of the author's.
pub(super) fn to(schema: &str, path: &str) -> String {
    let root: Value = serde_json::from_slice(schema.as_bytes()).unwrap_or(Value::Null);
    let mut at = String::new();
    for name in path.split('.') {
        at = child(&root, &at, name).unwrap_or_else(|| panic!("the configuration has no field `{path}`"));
    }
    at
}

/// The pointer of what is called `name` in the schema at `at`: a property, or a value of an enum.
fn child(root: &Value, at: &str, name: &str) -> Option<String> {
    let schema = root.pointer(at)?;
    if schema.get("properties").and_then(|properties| properties.get(name)).is_some() {
        return Some(format!("{at}/properties/{}", name.replace('~', "~0").replace('/', "~1")));
    }
    let one_of = schema.get("oneOf").and_then(Value::as_array);
    if let Some(place) = one_of.and_then(|values| values.iter().position(|value| value["const"] == *name)) {
        return Some(format!("{at}/oneOf/{place}"));
    }
    within(schema, at).into_iter().find_map(|inner| child(root, &inner, name))
}

/// Where else the fields of a schema may stand: behind a reference, in the items of a list, in a choice of types.
fn within(schema: &Value, at: &str) -> Vec<String> {
    let mut inner = Vec::new();
    if let Some(reference) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        inner.push(reference.to_owned());
    }
    if schema.get("items").is_some() {
        inner.push(format!("{at}/items"));
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        let count = schema[choice].as_array().map_or(0, Vec::len);
        inner.extend((0..count).map(|place| format!("{at}/{choice}/{place}")));
    }
    inner
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;

    use super::*;
    use crate::json::schema_of_input;

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code, reason = "only its schema is looked at")]
    struct Config {
        title: String,
        prizes: Vec<Prize>,
        shown: Option<Shown>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code, reason = "only its schema is looked at")]
    struct Prize {
        count: u32,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    enum Shown {
        /// At once.
        Live,
        /// At the end.
        AfterClose,
    }

    #[test]
    fn fields_are_found_through_lists_references_and_options() {
        let schema = schema_of_input::<Config>();
        let root: Value = serde_json::from_str(&schema).unwrap();
        assert_eq!(to(&schema, "title"), "/properties/title");
        assert_eq!(to(&schema, "prizes.count"), "/$defs/Prize/properties/count");
        assert_eq!(root.pointer(&to(&schema, "shown.after_close")).unwrap()["const"], "after_close");
    }

    #[test]
    #[should_panic(expected = "the configuration has no field `prizes.size`")]
    fn a_field_that_is_not_there_is_a_mistake() {
        to(&schema_of_input::<Config>(), "prizes.size");
    }
}
