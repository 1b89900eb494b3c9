//! JSON texts at the boundary: configurations and actions in, replies, events and schemas out.
//!
//! The host has checked a text against its schema before it gets here; what a schema cannot say is checked again. How deep
//! a text may nest is bounded by `serde_json` (128), so a hostile one cannot exhaust the stack.

mod path;
mod pointer;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Error, Result};

/// Reads a text that came from outside.
///
/// # Errors
/// [`Error::Invalid`] that names the field.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    // Bytes and not a text: state is read from bytes too, and one reader in the component is enough.
    serde_json::from_slice(text.as_bytes()).map_err(|error| invalid(text, &error))
}

/// Writes a value of the plugin's own.
///
/// # Panics
/// When the type cannot be JSON at all, such as a map whose keys are not texts.
pub(crate) fn write<T: Serialize + ?Sized>(what: &str, value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| panic!("{what} cannot be JSON: {error}"))
}

/// The JSON Schema, draft 2020-12, of a type that comes in.
pub(crate) fn schema_of_input<T: JsonSchema>() -> String {
    schema::<T>(SchemaSettings::default().for_deserialize())
}

/// The JSON Schema of a type that goes out: a member that may be left out when reading may still always be written.
pub(crate) fn schema_of_output<T: JsonSchema>() -> String {
    schema::<T>(SchemaSettings::default().for_serialize())
}

/// The JSON pointer of the schema of a field of a configuration.
///
/// # Panics
/// When there is no such field.
pub(crate) fn pointer_to(config_schema: &str, path: &str) -> String {
    pointer::to(config_schema, path)
}

fn schema<T: JsonSchema>(settings: SchemaSettings) -> String {
    // By way of a `Value`, whose writer the component has anyway.
    write("a schema", &Value::from(settings.into_generator().into_root_schema_for::<T>()))
}

fn invalid(text: &str, error: &serde_json::Error) -> Error {
    let reason = error.to_string();
    // A place in the text means nothing to somebody who filled in a form; the field does.
    let reason = reason.rfind(" at line ").map_or(reason.as_str(), |end| &reason[..end]);
    let field = path::at(text, error.line(), error.column());
    Error::invalid(if field.is_empty() { reason.to_owned() } else { format!("{field}: {reason}") })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    enum Action {
        Draw { prize: String, count: u32 },
    }

    fn refusal(text: &str) -> String {
        match read::<Action>(text).unwrap_err() {
            Error::Invalid(text) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refusal_names_the_field() {
        assert_eq!(
            refusal(r#"{"draw":{"prize":"a","count":"x"}}"#),
            "draw.count: invalid type: string \"x\", expected u32"
        );
        assert_eq!(refusal(r#"{"draw":{"prize":"a"}}"#), "draw: missing field `count`");
        assert_eq!(
            refusal(r#"{"draw":{"prize":"a","count":1,"more":1}}"#),
            "draw.more: unknown field `more`, expected `prize` or `count`"
        );
        assert_eq!(refusal(r#"{"drew":{}}"#), "drew: unknown variant `drew`, expected `draw`");
        assert_eq!(refusal("[]"), "expected value");
    }

    #[test]
    fn text_after_the_value_is_refused() {
        assert_eq!(refusal(r#"{"draw":{"prize":"a","count":1}} 1"#), "trailing characters");
        let Action::Draw { prize, count } = read(r#" {"draw":{"prize":"a","count":1}} "#).unwrap();
        assert_eq!((prize.as_str(), count), ("a", 1));
    }

    #[test]
    fn deep_nesting_is_refused_and_no_stack_overflows() {
        let deep = "[".repeat(1_000_000);
        assert!(read::<serde_json::Value>(&deep).unwrap_err().text().contains("recursion limit"));
    }

    #[test]
    fn schemas_are_of_draft_2020_12() {
        let schema: serde_json::Value = serde_json::from_str(&schema_of_input::<Action>()).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
}
