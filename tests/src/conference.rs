//! What the server says of a conference and of an activity, as types.

use serde::Deserialize;
use serde_json::Value;

/// A meeting, as the server describes it to a member.
#[derive(Clone, Debug, Deserialize)]
pub struct Conference {
    /// Permanent id.
    pub id: String,
    /// Five digits, while it is open.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Who created it.
    pub owner: Value,
    /// `open` or `ended`.
    pub state: String,
    /// Where the QR code leads.
    pub join_url: String,
    /// When it was created, RFC 3339.
    pub created_at: String,
}

impl Conference {
    /// A path below the conference.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/conferences/{}{rest}", self.number)
    }
}

/// An activity, as one person sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct Activity {
    /// Permanent id.
    pub id: String,
    /// Name of the plugin.
    pub plugin: String,
    /// Version of the plugin.
    pub version: String,
    /// `draft`, `open` or `closed`.
    pub phase: String,
    /// The title that the plugin gave it.
    pub title: String,
    /// What the person sees; [`crate::View`] reads it. Null when the plugin cannot say.
    #[serde(default)]
    pub view: Value,
}

impl Activity {
    /// A path below the activity.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/activities/{}{rest}", self.id)
    }
}

/// What an action over HTTP gave.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Acted {
    /// The action's place in the journal.
    pub seq: u64,
    /// The plugin's reply.
    pub reply: Value,
}
