//! A conference as clients see it, and the address that leads into it.
//!
//! Who may see it is the room's business. A private conference's address carries its key, so it is shown to members and to
//! whoever has the key already, and to nobody else.

use serde::Serialize;
use utoipa::ToSchema;

use super::time::time_text;
use crate::domain::conference::{Conference, ConferenceState};
use crate::domain::id::{ActivityId, ConferenceId, Number};
use crate::domain::join_key::JoinKey;
use crate::domain::member::Person;
use crate::domain::settings::{Notice, Speakers, WallChat, WallShows};

/// A conference as clients see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Conference)]
pub struct ConferenceView {
    /// Its identity for good.
    pub id: ConferenceId,
    /// Its number: five digits.
    pub number: Number,
    /// What it is about.
    pub title: String,
    /// What it is about, in more words; may be empty.
    pub description: String,
    /// Who owns it: whoever made it, until they hand it over.
    pub owner: Person,
    /// Whether people from outside may join as guests.
    pub guests: bool,
    /// Whether it goes on.
    pub state: ConferenceState,
    /// Where to join: the address in the QR code.
    pub join_url: String,
    /// When it was made, RFC 3339.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it is planned to begin, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub starts_at: Option<String>,
    /// When it ended, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub ended_at: Option<String>,
    /// Whether the number alone lets nobody in.
    pub private: bool,
    /// Whether the door is locked: who is not in does not get in.
    pub locked: bool,
    /// How many members there may be, if there is a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_max: Option<u32>,
    /// Seconds that pass between two messages of one person who is no organizer; 0 for none.
    pub slow_mode_s: u32,
    /// Who may write.
    pub chat: Speakers,
    /// What everybody is to see, if something is pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// What the screen on the wall shows.
    pub screen: WallShows,
    /// What it shows of what people write.
    pub screen_chat: WallChat,
    /// In which order the activities come that are prepared, as far as anybody has said; the others come after them. It may
    /// name some that are no drafts any more.
    pub queue: Vec<ActivityId>,
}

impl ConferenceView {
    /// How clients see this conference; `public_url` is the server's address without a slash at the end.
    pub fn new(conference: &Conference, public_url: &str) -> Self {
        let settings = &conference.settings;
        Self {
            id: conference.id.clone(),
            number: conference.number,
            title: conference.title.clone(),
            description: settings.description.clone(),
            owner: conference.owner.clone(),
            guests: conference.guests,
            state: conference.state,
            join_url: join_url(public_url, conference),
            created_at: time_text(conference.created_at_ms),
            starts_at: settings.starts_at_ms.map(time_text),
            ended_at: conference.ended_at_ms.map(time_text),
            private: settings.key.is_some(),
            locked: settings.is_locked,
            members_max: settings.members_max,
            slow_mode_s: settings.slow_mode_s,
            chat: settings.speakers,
            notice: settings.notice.clone(),
            screen: settings.screen.clone(),
            screen_chat: settings.screen_chat,
            queue: settings.queue.clone(),
        }
    }
}

/// The path that brings a person into a conference, with the key if it takes one.
pub fn join_path(number: Number, key: Option<&JoinKey>) -> String {
    match key {
        Some(key) => format!("/c/{number}?key={}", key.as_str()),
        None => format!("/c/{number}"),
    }
}

/// The address that brings a person into a conference.
pub fn join_url(public_url: &str, conference: &Conference) -> String {
    format!("{public_url}{}", join_path(conference.number, conference.settings.key.as_ref()))
}
