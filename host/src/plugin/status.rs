//! What is told about plugins: to everybody, and to administrators.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Loaded;
use super::loaded::PluginLogLine;
use super::meter::Counters;
use super::quarantine::QuarantineCause;
use crate::domain::language::Languages;
use crate::protocol::time::time_text;
use crate::store::StoredPlugin;

/// An active plugin, as everybody sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Plugin)]
pub struct PluginSummary {
    /// What activities name it by: lower-case letters, digits and dashes.
    pub name: String,
    /// The active version.
    pub version: String,
    /// Title for people.
    pub title: String,
    /// One sentence for people.
    pub summary: String,
    /// The languages that it speaks, as BCP 47 tags; the first is for those who speak none of them.
    pub languages: Vec<String>,
    /// Whether an anonymous activity can be made of it.
    pub allows_anonymous: bool,
    /// Whether it is out of service, because it kept faulting: nothing begins of it until it is activated again.
    pub out_of_service: bool,
    /// JSON Schema of the configuration, with the names of its fields in the language that was asked for.
    pub config_schema: Value,
    /// JSON Schema of an action.
    pub action_schema: Value,
    /// JSON Schema of a reply.
    pub reply_schema: Value,
    /// JSON Schema of emitted events.
    pub event_schema: Value,
}

impl PluginSummary {
    /// What is told of a version, as far as it can in one of these languages.
    pub fn of(loaded: &Loaded, languages: &Languages) -> Self {
        let description = loaded.plugin().description();
        let language = loaded.language_for(languages);
        let words = description.translation(&language);
        Self {
            name: description.name.clone(),
            version: description.version.to_string(),
            title: words.map(|words| words.title.clone()).unwrap_or_default(),
            summary: words.map(|words| words.summary.clone()).unwrap_or_default(),
            languages: description.translations.iter().map(|one| one.language.clone()).collect(),
            allows_anonymous: description.allows_anonymous,
            out_of_service: loaded.is_quarantined(),
            config_schema: description.config_schema_in(&language),
            action_schema: description.action_schema.clone(),
            reply_schema: description.reply_schema.clone(),
            event_schema: description.event_schema.clone(),
        }
    }
}

/// A version of a plugin, as administrators see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PluginVersion {
    /// Name of the plugin.
    pub name: String,
    /// Number of the version, as the component gives it: `1.2.0`.
    pub version: String,
    /// SHA-256 of the component, in hex.
    pub hash: String,
    /// Size of the component in bytes.
    pub size_bytes: u64,
    /// Whether new calls go to it.
    pub active: bool,
    /// When it was stored, RFC 3339.
    #[schema(format = DateTime)]
    pub stored_at: String,
    /// When it last became the active version, RFC 3339; none if it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub activated_at: Option<String>,
    /// Whether it is out of service because it kept faulting.
    pub quarantined: bool,
    /// What put it out of service; none while it is in service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<QuarantineCause>,
    /// Numbers since the server started; none if it was not needed yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counters: Option<Counters>,
    /// The last log lines, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<PluginLogLine>,
}

impl PluginVersion {
    /// The version without its log lines.
    pub(super) fn of(stored: &StoredPlugin, loaded: Option<&Loaded>) -> Self {
        Self {
            name: stored.name.clone(),
            version: stored.version.clone(),
            hash: stored.hash.clone(),
            size_bytes: stored.size_bytes,
            active: stored.active,
            stored_at: time_text(stored.stored_at_ms),
            activated_at: stored.activated_at_ms.map(time_text),
            quarantined: loaded.is_some_and(Loaded::is_quarantined),
            quarantine: loaded.and_then(|loaded| loaded.quarantine().cause()),
            counters: loaded.map(Loaded::counters),
            log: Vec::new(),
        }
    }
}

/// A plugin with all its versions, as administrators see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PluginStatus {
    /// What activities name it by: lower-case letters, digits and dashes.
    pub name: String,
    /// The active version; none when it is switched off.
    pub active: Option<String>,
    /// All versions.
    pub versions: Vec<PluginVersion>,
}

impl PluginStatus {
    pub(super) fn of(name: &str, versions: Vec<PluginVersion>) -> Self {
        let active = versions.iter().find(|version| version.active).map(|version| version.version.clone());
        Self { name: name.to_owned(), active, versions }
    }
}
