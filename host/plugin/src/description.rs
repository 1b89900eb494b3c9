//! What a plugin says of itself, and whether that is well-formed.

use semver::Version;
use serde_json::Value;

use crate::{GateError, bindings::hezi::activity::types::Description as RawDescription, schema::Schema};

/// Longest name of an activity type: it stands in addresses and in keys of the store.
const NAME_BYTES_MAX: usize = 40;
/// Longest title for people, which stands in lists.
const TITLE_CHARS_MAX: usize = 80;
/// Longest sentence for people who choose among activity types.
const SUMMARY_CHARS_MAX: usize = 400;
/// Longest version: more than three numbers and a word.
const VERSION_BYTES_MAX: usize = 64;

/// What a plugin says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Name of the activity type.
    pub name: String,
    /// Version of the plugin.
    pub version: Version,
    /// Title for people.
    pub title: String,
    /// One sentence for people.
    pub summary: String,
    /// JSON Schema of the configuration.
    pub config_schema: Value,
    /// JSON Schema of an action.
    pub action_schema: Value,
    /// JSON Schema of a reply.
    pub reply_schema: Value,
    /// JSON Schema of emitted events.
    pub event_schema: Value,
    /// Version of the layout of the state.
    pub state_version: u32,
}

/// A description with those of its schemas that the host checks values against.
pub(crate) struct Described {
    pub(crate) description: Description,
    pub(crate) config: Schema,
    pub(crate) action: Schema,
}

impl Described {
    /// Reads what the component said.
    pub(crate) fn read(raw: RawDescription) -> Result<Self, GateError> {
        check_name(&raw.name)?;
        let version = check_version(&raw.version)?;
        check_text("title", &raw.title, TITLE_CHARS_MAX)?;
        check_text("summary", &raw.summary, SUMMARY_CHARS_MAX)?;
        let config = schema("config-schema", &raw.config_schema)?;
        let action = schema("action-schema", &raw.action_schema)?;
        let description = Description {
            name: raw.name,
            version,
            title: raw.title,
            summary: raw.summary,
            config_schema: config.value().clone(),
            action_schema: action.value().clone(),
            reply_schema: schema("reply-schema", &raw.reply_schema)?.value().clone(),
            event_schema: schema("event-schema", &raw.event_schema)?.value().clone(),
            state_version: raw.state_version,
        };
        Ok(Self { description, config, action })
    }
}

fn check_name(name: &str) -> Result<(), GateError> {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let starts = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if !starts || name.len() > NAME_BYTES_MAX || !name.bytes().all(letters) {
        return Err(wrong("name", "it must match [a-z][a-z0-9-]{0,39}, as in `red-packet`"));
    }
    Ok(())
}

fn check_version(version: &str) -> Result<Version, GateError> {
    let malformed = || wrong("version", "it must be a semantic version without build metadata, as in `1.2.3`");
    if version.len() > VERSION_BYTES_MAX {
        return Err(malformed());
    }
    // Two versions that differ in build metadata only would be the same version for everybody who compares them.
    Version::parse(version).ok().filter(|version| version.build.is_empty()).ok_or_else(malformed)
}

fn check_text(field: &'static str, text: &str, limit_chars: usize) -> Result<(), GateError> {
    if text.trim().is_empty() || text.chars().count() > limit_chars || text.contains(char::is_control) {
        return Err(wrong(field, &format!("it must have 1 to {limit_chars} characters, on one line")));
    }
    Ok(())
}

fn schema(field: &'static str, text: &str) -> Result<Schema, GateError> {
    Schema::compile(text).map_err(|message| GateError::Description { field, message })
}

fn wrong(field: &'static str, message: &str) -> GateError {
    GateError::Description { field, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw() -> RawDescription {
        RawDescription {
            name: "vote".into(),
            version: "1.0.0-rc.1".into(),
            title: "投票".into(),
            summary: "Choose.".into(),
            config_schema: "{}".into(),
            action_schema: "{}".into(),
            reply_schema: "true".into(),
            event_schema: "true".into(),
            state_version: 1,
        }
    }

    fn field(change: impl FnOnce(&mut RawDescription)) -> &'static str {
        let mut raw = raw();
        change(&mut raw);
        match Described::read(raw) {
            Ok(_) => "fine",
            Err(GateError::Description { field, .. }) => field,
            Err(_) => "other",
        }
    }

    #[test]
    fn a_description_is_checked_field_by_field() {
        assert_eq!(field(|_| {}), "fine");
        for name in ["", "Vote", "1vote", "vote_", "投票", "../vote", &"v".repeat(41)] {
            assert_eq!(field(|raw| raw.name = name.into()), "name", "{name:?}");
        }
        for version in ["", "1", "1.0", "v1.0.0", "1.0.0+build", "01.0.0", &format!("1.0.0-{}", "a".repeat(70))] {
            assert_eq!(field(|raw| raw.version = version.into()), "version", "{version:?}");
        }
        assert_eq!(field(|raw| raw.title = "题".repeat(80)), "fine");
        for title in [" ", "a\nb", &"题".repeat(81)] {
            assert_eq!(field(|raw| raw.title = title.into()), "title", "{title:?}");
        }
        assert_eq!(field(|raw| raw.summary = "s".repeat(401)), "summary");
        assert_eq!(field(|raw| raw.config_schema = String::new()), "config-schema");
        assert_eq!(field(|raw| raw.action_schema = "{\"type\":1}".into()), "action-schema");
        assert_eq!(field(|raw| raw.reply_schema = "[]".into()), "reply-schema");
        assert_eq!(field(|raw| raw.event_schema = "{\"$ref\":\"x\"}".into()), "event-schema");
    }
}
