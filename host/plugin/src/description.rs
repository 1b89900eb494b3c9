//! What a plugin says of itself, and whether that is well-formed.

use std::collections::BTreeSet;

use semver::Version;
use serde_json::Value;

use crate::{
    GateError,
    bindings::hezi::activity::types::{
        Description as RawDescription, Label as RawLabel, Translation as RawTranslation,
    },
    schema::Schema,
};

/// Longest name of an activity type: it stands in addresses and in keys of the store.
const NAME_BYTES_MAX: usize = 40;
/// Longest title for people, which stands in lists.
const TITLE_CHARS_MAX: usize = 80;
/// Longest sentence for people who choose among activity types.
const SUMMARY_CHARS_MAX: usize = 400;
/// Longest name of a field of the configuration, and longest sentence about it.
const LABEL_CHARS_MAX: usize = 80;
const HELP_CHARS_MAX: usize = 400;
/// Most languages of a plugin, and longest tag of one.
const LANGUAGES_MAX: usize = 16;
const LANGUAGE_BYTES_MAX: usize = 35;
/// Longest version: more than three numbers and a word.
const VERSION_BYTES_MAX: usize = 64;

/// What a plugin says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Name of the activity type.
    pub name: String,
    /// Version of the plugin.
    pub version: Version,
    /// What it calls itself, in each language that it speaks; at least one.
    pub translations: Vec<Translation>,
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
    /// Whether it makes sense without knowing who acts.
    pub allows_anonymous: bool,
}

/// What a plugin calls itself in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// The language, as a BCP 47 tag.
    pub language: String,
    /// Title for people.
    pub title: String,
    /// One sentence for people.
    pub summary: String,
    /// Texts of the fields of the configuration.
    pub labels: Vec<Label>,
}

/// The texts of a field of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// JSON pointer of the field's schema in the schema of the configuration.
    pub pointer: String,
    /// What the field is called.
    pub title: String,
    /// What to put in; empty for none.
    pub help: String,
}

impl Description {
    /// What the plugin calls itself in this language, else in its first one.
    #[must_use]
    pub fn translation(&self, language: &str) -> Option<&Translation> {
        self.translations.iter().find(|one| one.language == language).or_else(|| self.translations.first())
    }

    /// The schema of the configuration with the names of its fields in this language, else in the plugin's first one.
    #[must_use]
    pub fn config_schema_in(&self, language: &str) -> Value {
        let mut schema = self.config_schema.clone();
        let labels = self.translation(language).into_iter().flat_map(|one| &one.labels);
        for (place, Label { pointer, title, help }) in labels.enumerate() {
            let Some(Value::Object(field)) = schema.pointer_mut(pointer) else { continue };
            field.insert("title".into(), title.as_str().into());
            // The members of a JSON object have no order, and a form does.
            field.insert("x-order".into(), place.into());
            match help.as_str() {
                "" => field.remove("description"),
                help => field.insert("description".into(), help.into()),
            };
        }
        schema
    }
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
        let config = schema("config-schema", &raw.config_schema)?;
        let action = schema("action-schema", &raw.action_schema)?;
        check_translations(&raw.translations, config.value())?;
        let description = Description {
            name: raw.name,
            version,
            translations: raw.translations.into_iter().map(Translation::from).collect(),
            config_schema: config.value().clone(),
            action_schema: action.value().clone(),
            reply_schema: schema("reply-schema", &raw.reply_schema)?.value().clone(),
            event_schema: schema("event-schema", &raw.event_schema)?.value().clone(),
            state_version: raw.state_version,
            allows_anonymous: raw.allows_anonymous,
        };
        Ok(Self { description, config, action })
    }
}

impl From<RawTranslation> for Translation {
    fn from(raw: RawTranslation) -> Self {
        let label = |RawLabel { pointer, title, help }: RawLabel| Label { pointer, title, help };
        let labels = raw.labels.into_iter().map(label).collect();
        Self { language: raw.language, title: raw.title, summary: raw.summary, labels }
    }
}

/// A name as a part of a JSON pointer (RFC 6901).
pub fn pointer_part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Each language is there once and says all that the others say; no field of the configuration lacks a name.
fn check_translations(translations: &[RawTranslation], config: &Value) -> Result<(), GateError> {
    let languages: BTreeSet<&str> = translations.iter().map(|one| one.language.as_str()).collect();
    if translations.is_empty() || translations.len() > LANGUAGES_MAX || languages.len() < translations.len() {
        return Err(wrong("translations", &format!("there must be 1 to {LANGUAGES_MAX}, of different languages")));
    }
    let labelled = |one: &RawTranslation| one.labels.iter().map(|label| label.pointer.clone()).collect::<BTreeSet<_>>();
    let expected = labelled(&translations[0]);
    for one in translations {
        check_translation(one, config)?;
        if labelled(one) != expected {
            return Err(wrong("translations", &format!("the labels of `{}` are not of the same fields", one.language)));
        }
    }
    let properties = config.get("properties").and_then(Value::as_object);
    let pointer = |name: &String| format!("/properties/{}", pointer_part(name));
    match properties.into_iter().flatten().find(|(name, _)| !expected.contains(&pointer(name))) {
        Some((name, _)) => Err(wrong("translations", &format!("the field `{name}` of the configuration has no label"))),
        None => Ok(()),
    }
}

fn check_translation(one: &RawTranslation, config: &Value) -> Result<(), GateError> {
    let is_subtag = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if one.language.len() > LANGUAGE_BYTES_MAX || !one.language.split('-').all(is_subtag) {
        return Err(wrong("language", "it must be a BCP 47 tag, as in `zh-Hans` or `en`"));
    }
    check_text("title", &one.title, TITLE_CHARS_MAX)?;
    check_text("summary", &one.summary, SUMMARY_CHARS_MAX)?;
    for label in &one.labels {
        if !config.pointer(&label.pointer).is_some_and(Value::is_object) {
            return Err(wrong("labels", &format!("the configuration's schema has nothing at `{}`", label.pointer)));
        }
        check_text("labels", &label.title, LABEL_CHARS_MAX)?;
        if !label.help.is_empty() {
            check_text("labels", &label.help, HELP_CHARS_MAX)?;
        }
    }
    Ok(())
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

    fn translation(language: &str, title: &str) -> RawTranslation {
        let label = RawLabel { pointer: "/properties/a".into(), title: format!("A {title}"), help: String::new() };
        RawTranslation {
            language: language.into(),
            title: title.into(),
            summary: "Choose.".into(),
            labels: vec![label],
        }
    }

    fn raw() -> RawDescription {
        RawDescription {
            name: "vote".into(),
            version: "1.0.0-rc.1".into(),
            translations: vec![translation("zh-Hans", "投票"), translation("en", "Vote")],
            config_schema: r#"{"properties":{"a":{"description":"old"}}}"#.into(),
            action_schema: "{}".into(),
            reply_schema: "true".into(),
            event_schema: "true".into(),
            state_version: 1,
            allows_anonymous: false,
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
        assert_eq!(field(|raw| raw.translations[1].title = "题".repeat(80)), "fine");
        for title in [" ", "a\nb", &"题".repeat(81)] {
            assert_eq!(field(|raw| raw.translations[1].title = title.into()), "title", "{title:?}");
        }
        assert_eq!(field(|raw| raw.translations[0].summary = "s".repeat(401)), "summary");
        assert_eq!(field(|raw| raw.config_schema = String::new()), "config-schema");
        assert_eq!(field(|raw| raw.action_schema = "{\"type\":1}".into()), "action-schema");
        assert_eq!(field(|raw| raw.reply_schema = "[]".into()), "reply-schema");
        assert_eq!(field(|raw| raw.event_schema = "{\"$ref\":\"x\"}".into()), "event-schema");
    }

    #[test]
    fn each_language_says_what_the_others_say() {
        for language in ["", "e n", "zh-", "中文", "a-toolongasubtag"] {
            assert_eq!(field(|raw| raw.translations[1].language = language.into()), "language", "{language:?}");
        }
        assert_eq!(field(|raw| raw.translations[1].language = "zh-Hans".into()), "translations");
        assert_eq!(field(|raw| raw.translations.clear()), "translations");
        assert_eq!(field(|raw| raw.translations[1].labels.clear()), "translations");
        assert_eq!(field(|raw| raw.translations.iter_mut().for_each(|one| one.labels.clear())), "translations");
        assert_eq!(field(|raw| raw.translations[0].labels[0].pointer = "/properties/b".into()), "labels");
        assert_eq!(field(|raw| raw.translations[0].labels[0].title = String::new()), "labels");
    }

    #[test]
    fn fields_are_named_in_the_language_that_is_asked_for() {
        let description = Described::read(raw()).map(|described| described.description).unwrap();
        assert_eq!(
            description.config_schema_in("en")["properties"]["a"],
            serde_json::json!({"title": "A Vote", "x-order": 0})
        );
        assert_eq!(description.config_schema_in("fr")["properties"]["a"]["title"], "A 投票");
        assert_eq!(description.translation("fr").unwrap().title, "投票");
    }
}
