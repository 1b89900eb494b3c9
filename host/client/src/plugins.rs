//! What a server answers about its plugins and its administrators' acts, as far as a program shows it to people.

use serde::Deserialize;

use crate::printable::Printable;
use crate::swap::SwapReport;

/// All plugins.
#[derive(Debug, Deserialize)]
pub struct PluginList {
    /// In order of their names.
    pub plugins: Vec<PluginStatus>,
}

/// A plugin with its versions.
#[derive(Debug, Deserialize)]
pub struct PluginStatus {
    /// What it is called.
    pub name: Printable,
    /// The version that new activities and next calls go to; none when it is switched off.
    pub active: Option<Printable>,
    /// All that are stored.
    pub versions: Vec<PluginVersion>,
    /// What became of its open activities, where another version was just made active.
    pub swap: Option<SwapReport>,
}

/// A version of a plugin.
#[derive(Debug, Deserialize)]
pub struct PluginVersion {
    /// What the plugin is called.
    pub name: Printable,
    /// By which it is activated and removed; a plugin has one component under each.
    pub version: Printable,
    /// SHA-256 of the component, in hex.
    pub hash: Printable,
    /// How large the component is.
    pub size_bytes: u64,
    /// Whether new calls go to it.
    pub active: bool,
    /// When it last became the active version; none if it never was.
    pub activated_at: Option<Printable>,
    /// Whether it is out of service because it kept faulting.
    pub quarantined: bool,
    /// Numbers since the server started; none if it was not needed yet.
    pub counters: Option<Counters>,
    /// What became of the plugin's open activities; none of a version that was not just activated.
    pub swap: Option<SwapReport>,
    /// The last log lines, oldest first.
    #[serde(default)]
    pub log: Vec<PluginLogLine>,
}

/// How often a version was called, and what came of it.
#[derive(Debug, Deserialize)]
pub struct Counters {
    /// All calls.
    pub calls: u64,
    /// Those that the plugin's rules refused.
    pub refusals: u64,
    /// Those that broke a rule of the runtime.
    pub faults: u64,
}

/// A line that a plugin logged.
#[derive(Debug, Clone, Deserialize)]
pub struct PluginLogLine {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// How grave it is.
    pub level: Printable,
    /// In which call.
    pub export: Option<Printable>,
    /// Of which activity.
    pub activity: Option<Printable>,
    /// What it says.
    pub message: Printable,
}

/// A page of what administrators did, newest first.
#[derive(Debug, Deserialize)]
pub struct AuditPage {
    /// What was done, newest first; empty where nothing fits what was asked.
    pub audit: Vec<AuditLine>,
    /// Where the next page goes on, if there is one.
    pub next: Option<Printable>,
}

/// Something that an administrator did.
#[derive(Debug, Deserialize)]
pub struct AuditLine {
    /// When, RFC 3339.
    pub at: Printable,
    /// Who did it.
    pub who: Printable,
    /// A sentence about it.
    pub what: Printable,
}
