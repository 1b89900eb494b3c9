//! A conference: its title, its number, its owner, and whether it is open.
//!
//! Who is in it is `member`'s, what happened in it is `entry`'s.
//!
//! # Invariants
//! * A conference that has ended never opens again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::id::{ConferenceId, Number, UserId};
use super::member::Person;
use super::sentence::Sentence;
use super::settings::ConferenceSettings;
use super::text;

/// Longest title in characters, of conferences and activities alike.
pub const TITLE_CHARS_MAX: usize = 120;

/// Whether a conference goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConferenceState {
    /// People may join and act.
    Open,
    /// It is over; what happened can still be read.
    Ended,
}

/// A meeting, as it is kept: what it is about, who may come in, and whether it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conference {
    /// Its identity for good.
    pub id: ConferenceId,
    /// Its number while it is open, and for a cool-down after its end.
    pub number: Number,
    /// What it is about.
    pub title: String,
    /// Who made it.
    pub owner: Person,
    /// Whether people from outside may join as guests.
    #[serde(default)]
    pub guests: bool,
    /// Organizers who have left: whoever was one is one again when they come back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizers_away: Vec<UserId>,
    /// What its organizers have set.
    #[serde(default)]
    pub settings: ConferenceSettings,
    /// Whether it goes on.
    pub state: ConferenceState,
    /// When it was made, in milliseconds since 1970.
    pub created_at_ms: u64,
    /// When it ended, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at_ms: Option<u64>,
}

impl Conference {
    /// Whether it goes on and is this person's: one person may have so many of these at a time.
    pub fn is_open_of(&self, person: &UserId) -> bool {
        self.state == ConferenceState::Open && self.owner.id == *person
    }
}

/// Tidies a title.
///
/// # Errors
/// What people are told when nothing can be seen of it, or when it is too long or not one line.
pub fn title(title: &str) -> Result<String, Sentence> {
    text::line(title, TITLE_CHARS_MAX).ok_or(Sentence::BadTitle { chars_max: TITLE_CHARS_MAX })
}
