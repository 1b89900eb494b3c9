//! An activity: one running instance of a plugin in a conference, and the phases that it goes through.
//!
//! What an activity does is the plugin's business.
//!
//! # Invariants
//! * Phases only go forward: draft, open, closed; or from draft to discarded.
//! * Whether an activity is anonymous is settled when it is made. Its veil is there from then on, until it is closed.

mod phase;
mod schedule;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::phase::Phase;
pub use self::schedule::Schedule;
use super::id::ActivityId;
use super::veil::Veil;

/// What happened to an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// An organizer prepared it.
    Created,
    /// It was prepared otherwise.
    Revised,
    /// An organizer threw it away before it was opened.
    Discarded,
    /// Members may act now.
    Opened,
    /// It is over.
    Closed,
    /// It opens or closes by itself at another time now, or no more.
    Scheduled,
    /// Its plugin keeps failing and was taken out of service.
    Faulted,
}

/// An activity in a line, as events show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActivityBrief {
    /// Its identity for good.
    pub id: ActivityId,
    /// Name of its plugin.
    pub plugin: String,
    /// Title to show.
    pub title: String,
    /// Where it stands.
    pub phase: Phase,
    /// When it was opened, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at_ms: Option<u64>,
    /// When it was closed, in milliseconds since 1970. One of before this was kept has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at_ms: Option<u64>,
    /// When it opens by itself, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at_ms: Option<u64>,
    /// When it closes by itself, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at_ms: Option<u64>,
    /// Whether nobody learns who does what in it; absent where that is not so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
}

/// An activity as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Its identity for good.
    pub id: ActivityId,
    /// The plugin that it runs on.
    pub plugin: PluginRef,
    /// Title to show.
    pub title: String,
    /// Where it stands.
    pub phase: Phase,
    /// The configuration, a JSON text that fits the plugin's schema.
    pub config: String,
    /// When it was made, in milliseconds since 1970.
    pub created_at_ms: u64,
    /// When it was opened, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at_ms: Option<u64>,
    /// When it was closed, in milliseconds since 1970. One of before this was kept has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at_ms: Option<u64>,
    /// Whether an administrator tries this version: it runs on it, whichever is active.
    #[serde(default)]
    pub trial: bool,
    /// When it opens and closes by itself.
    #[serde(default)]
    pub schedule: Schedule,
    /// Whether nobody learns who does what in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
    /// The secret of an anonymous one, as long as people can act in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub veil: Option<Veil>,
}

impl Activity {
    /// The activity in a line.
    pub fn brief(&self) -> ActivityBrief {
        ActivityBrief {
            id: self.id.clone(),
            plugin: self.plugin.name.clone(),
            title: self.title.clone(),
            phase: self.phase,
            opened_at_ms: self.opened_at_ms,
            closed_at_ms: self.closed_at_ms,
            opens_at_ms: self.schedule.opens_at_ms,
            closes_at_ms: self.schedule.closes_at_ms,
            anonymous: self.anonymous,
        }
    }

    /// Prepares a draft otherwise: it has this configuration and this title, and is a draft still.
    pub fn revise(&mut self, config: String, title: String) {
        (self.config, self.title) = (config, title);
    }

    /// Throws a draft away: it is discarded, has no schedule, and what it was to ask is gone but for its title.
    pub fn discard(&mut self) {
        (self.phase, self.schedule) = (Phase::Discarded, Schedule::default());
        self.config.clear();
    }

    /// Opens a draft: it is open since this time and does not open by itself any more. It has the title that its plugin
    /// gave, if that gave one.
    pub fn open(&mut self, now_ms: u64, title: Option<&str>) {
        (self.phase, self.opened_at_ms) = (Phase::Open, Some(now_ms));
        self.schedule = self.schedule.opened(now_ms);
        if let Some(title) = title {
            title.clone_into(&mut self.title);
        }
    }

    /// Closes an open one: it is closed since this time and has no schedule. Its veil is there until it is lifted.
    pub fn close(&mut self, now_ms: u64) {
        (self.phase, self.closed_at_ms, self.schedule) = (Phase::Closed, Some(now_ms), Schedule::default());
    }

    /// Has it open and close by itself at these times and no others; its phase stays.
    pub fn set_schedule(&mut self, schedule: Schedule) {
        self.schedule = schedule;
    }

    /// Puts it on this version of its plugin; nothing else of it changes.
    pub fn move_to(&mut self, version: PluginRef) {
        self.plugin = version;
    }

    /// Takes its veil away, if it has one: nobody has a pseudonym in it from then on. It is an anonymous one still.
    pub fn lift_veil(&mut self) -> Option<Veil> {
        self.veil.take()
    }
}

/// One version of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginRef {
    /// Name of the plugin.
    pub name: String,
    /// Number of the version, as the component gives it: `1.2.0`.
    pub version: String,
    /// SHA-256 of the component, in hex.
    pub hash: Arc<str>,
    /// Version of the layout of the state.
    pub state_version: u32,
}

/// An activity that a plugin would open: what it said when it was tried.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The title that the plugin gave.
    pub title: String,
    /// The version that judged.
    pub plugin: PluginRef,
    /// Whether that version was asked for and is to stay, whichever is active.
    pub trial: bool,
    /// Whether the activity is to be an anonymous one, which the plugin allows.
    pub anonymous: bool,
}
