//! What the organizers of a conference have set: when it begins, who may come in, who may write.
//!
//! How it is changed is said by `changes`.
//!
//! # Invariants
//! * What was never set is as it was before there was anything to set.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::id::{ActivityId, UserId};
use super::join_key::JoinKey;
use super::member::Person;

/// Most people who are kept out of a conference.
pub const KEPT_OUT_MAX: usize = 1_000;
/// Most muted people who have left and are remembered; the oldest is forgotten first.
pub const MUTED_AWAY_MAX: usize = 1_000;

/// Who may write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Speakers {
    /// Every member who is not muted.
    #[default]
    Everyone,
    /// Only those who run the conference.
    Organizers,
}

/// What the screen on the wall shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WallShows {
    /// What was opened last, and the way in while nothing was.
    #[default]
    Follow,
    /// The way in: number and QR code.
    Lobby,
    /// The notice that is pinned, and nothing else.
    Notice,
    /// This activity, whatever else is open.
    Activity(ActivityId),
}

impl WallShows {
    /// Whether nobody has chosen anything.
    fn is_follow(&self) -> bool {
        *self == Self::Follow
    }
}

/// What everybody in the conference is to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// The words.
    pub text: String,
    /// Who pinned it.
    pub by: Person,
}

/// Somebody who was removed and is kept out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptOut {
    /// Who stays out.
    pub who: Person,
    /// The organizer who removed them.
    pub by: Person,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
}

/// What organizers have set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConferenceSettings {
    /// What it is about, in more words than a title has; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// When it is planned to begin, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at_ms: Option<u64>,
    /// Whether the door is locked: who is not in does not get in.
    pub is_locked: bool,
    /// How many members there may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_max: Option<u32>,
    /// The key that the link carries; with one, the number alone lets nobody in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<JoinKey>,
    /// Seconds that pass between two messages of one person; 0 for none.
    pub slow_mode_s: u32,
    /// Who may write.
    pub speakers: Speakers,
    /// What everybody is to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// What the screen on the wall shows.
    #[serde(skip_serializing_if = "WallShows::is_follow")]
    pub screen: WallShows,
    /// Whether it shows nothing of what people write.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_chat_off_screen: bool,
    /// In which order the activities come that are prepared, as far as anybody has said. One that was opened or thrown away
    /// since may still be named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queue: Vec<ActivityId>,
    /// Who is kept out, in the order in which they were removed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept_out: Vec<KeptOut>,
    /// Who was muted and has left: they are muted again when they come back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub muted_away: Vec<UserId>,
}

impl ConferenceSettings {
    /// Whether this person is kept out.
    pub fn keeps_out(&self, user: &UserId) -> bool {
        self.kept_out.iter().any(|kept| kept.who.id == *user)
    }
}
