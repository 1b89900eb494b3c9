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
/// Most messages that are on the wall at a time: more than it has room for, so that something is left there when one is taken off.
pub const ON_WALL_MAX: usize = 12;
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

/// What the screen on the wall shows of what people write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WallChat {
    /// All of it.
    #[default]
    All,
    /// Only what an organizer has put there.
    Approved,
    /// Nothing of it.
    None,
}

impl WallChat {
    /// Whether nobody has chosen anything.
    fn is_all(&self) -> bool {
        *self == Self::All
    }
}

/// A message that an organizer has put on the wall. A copy: the message may be older than what is in memory, and whoever looks
/// at a wall reads no journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WallMessage {
    /// The message's place.
    pub seq: u64,
    /// Who said it.
    pub from: Person,
    /// What was said.
    pub text: String,
}

/// What everybody in the conference is to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Notice {
    /// What is pinned, in plain text; another notice takes its place.
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
    /// What it shows of what people write.
    #[serde(skip_serializing_if = "WallChat::is_all")]
    pub screen_chat: WallChat,
    /// The messages that an organizer has put there, in the order in which that was done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_wall: Vec<WallMessage>,
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

    /// Puts a message on the wall, where the one that has been there for longest makes room for it. False if it is there already.
    pub fn put_up(&mut self, message: WallMessage) -> bool {
        if self.on_wall.iter().any(|other| other.seq == message.seq) {
            return false;
        }
        self.on_wall.push(message);
        let surplus = self.on_wall.len().saturating_sub(ON_WALL_MAX);
        self.on_wall.drain(..surplus);
        true
    }

    /// Takes a message off the wall. False if it is not there.
    pub fn take_down(&mut self, message: u64) -> bool {
        let before = self.on_wall.len();
        self.on_wall.retain(|other| other.seq != message);
        self.on_wall.len() < before
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(seq: u64) -> WallMessage {
        let from = Person { id: UserId::parse("li").expect("an id"), name: "小李".into() };
        WallMessage { seq, from, text: format!("第 {seq} 句") }
    }

    fn places(settings: &ConferenceSettings) -> Vec<u64> {
        settings.on_wall.iter().map(|message| message.seq).collect()
    }

    proptest! {
        /// Whatever organizers do, the wall has what was put there last and not taken off, each once.
        #[test]
        fn the_wall_has_what_was_put_there_last(deeds in prop::collection::vec((1..30_u64, any::<bool>()), 0..80)) {
            let (mut settings, mut wall) = (ConferenceSettings::default(), Vec::new());
            for (seq, stands) in deeds {
                let was_there = wall.contains(&seq);
                let has_changed = if stands { settings.put_up(message(seq)) } else { settings.take_down(seq) };
                prop_assert_eq!(has_changed, was_there != stands);
                match stands {
                    true if !was_there => wall.push(seq),
                    true => {}
                    false => wall.retain(|other| *other != seq),
                }
                if wall.len() > ON_WALL_MAX {
                    wall.remove(0);
                }
                prop_assert_eq!(places(&settings), wall.clone());
            }
        }
    }

    #[test]
    fn the_store_gives_the_wall_back_and_knows_conferences_of_before_there_was_one() {
        let mut settings = ConferenceSettings { screen_chat: WallChat::Approved, ..ConferenceSettings::default() };
        settings.put_up(message(7));
        let kept = serde_json::to_string(&settings).expect("JSON");
        assert_eq!(serde_json::from_str::<ConferenceSettings>(&kept).expect("settings"), settings);
        let before = serde_json::from_str::<ConferenceSettings>(r#"{"is_locked":true}"#).expect("settings");
        assert_eq!((before.screen_chat, before.on_wall.len()), (WallChat::All, 0));
    }
}
