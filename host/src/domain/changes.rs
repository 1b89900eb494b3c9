//! What an organizer changes of a conference: only what is named is changed.
//!
//! # Invariants
//! * Changes that were checked can be carried out: texts are tidy, numbers within their ranges.

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::conference::{self, Conference};
use super::id::ActivityId;
use super::join_key::JoinKey;
use super::sentence::Sentence;
use super::settings::{Speakers, WallChat, WallShows};
use super::text;

/// Longest description in characters.
pub const DESCRIPTION_CHARS_MAX: usize = 2_000;
/// Longest pause between two messages of one person, in seconds.
pub const SLOW_MODE_S_MAX: u32 = 3_600;
/// Most members that a limit may name.
pub const MEMBERS_MAX: u32 = 1_000_000;

/// What is changed. What is left out stays; `null` takes away what may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConferenceChanges {
    /// What it is about, 1 to 120 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about, in more words: at most 2,000 characters, of several lines; empty to take it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it is planned to begin, RFC 3339; in the future.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "named")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Option<Timestamp>>,
    /// Whether the door is locked: who is not in does not get in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked: Option<bool>,
    /// How many members there may be. Nobody is sent away by it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "named")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1_000_000)]
    pub members_max: Option<Option<u32>>,
    /// Whether the number alone lets nobody in: the link carries a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Seconds that pass between two messages of one person who is no organizer; 0 for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 3_600)]
    pub slow_mode_s: Option<u32>,
    /// Who may write.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub chat: Option<Speakers>,
    /// What the screen on the wall shows: `follow`, `lobby`, `notice`, or an activity by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screen: Option<WallShows>,
    /// What it shows of what people write: `all`, `approved` (only what an organizer has put there) or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub screen_chat: Option<WallChat>,
    /// In which order the activities come that are prepared, by their ids. Those that are not named come after them, in the
    /// order in which they were made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<Vec<ActivityId>>,
}

/// What is there, also where it is `null`.
fn named<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl ConferenceChanges {
    /// The changes with tidy texts.
    ///
    /// # Errors
    /// What cannot be done, for people: it names the field.
    pub fn checked(mut self, now_ms: u64) -> Result<Self, Sentence> {
        if self == Self::default() {
            return Err(Sentence::NothingChanged {});
        }
        if let Some(title) = &mut self.title {
            *title = conference::title(title)?;
        }
        if let Some(description) = &mut self.description {
            *description = text::tidy(description.trim()).trim().to_owned();
            if !text::fits(description, DESCRIPTION_CHARS_MAX) {
                return Err(Sentence::BadDescription { chars_max: DESCRIPTION_CHARS_MAX });
            }
        }
        if self.starts_at.flatten().is_some_and(|at| milliseconds(at) <= now_ms) {
            return Err(Sentence::StartsInThePast {});
        }
        if self.members_max.flatten().is_some_and(|most| !(1..=MEMBERS_MAX).contains(&most)) {
            return Err(Sentence::BadMembersMax { most: u64::from(MEMBERS_MAX) });
        }
        if self.slow_mode_s.is_some_and(|pause_s| pause_s > SLOW_MODE_S_MAX) {
            return Err(Sentence::BadSlowMode { most_s: u64::from(SLOW_MODE_S_MAX) });
        }
        if self.queue.as_ref().is_some_and(|queue| has_twice(queue)) {
            return Err(Sentence::QueuedTwice {});
        }
        Ok(self)
    }

    /// Changes the conference. One that becomes private gets this key, unless it has one.
    pub fn apply(&self, conference: &mut Conference, key: impl FnOnce() -> JoinKey) {
        let Self { title, description, starts_at, locked, members_max, private, slow_mode_s, chat, .. } = self;
        let Self { screen, screen_chat, queue, .. } = self;
        let settings = &mut conference.settings;
        replace(&mut conference.title, title.clone());
        replace(&mut settings.description, description.clone());
        replace(&mut settings.starts_at_ms, starts_at.map(|at| at.map(milliseconds)));
        replace(&mut settings.is_locked, *locked);
        replace(&mut settings.members_max, *members_max);
        replace(&mut settings.slow_mode_s, *slow_mode_s);
        replace(&mut settings.speakers, *chat);
        replace(&mut settings.screen, screen.clone());
        replace(&mut settings.screen_chat, *screen_chat);
        replace(&mut settings.queue, queue.clone());
        match private {
            Some(true) if settings.key.is_none() => settings.key = Some(key()),
            Some(false) => settings.key = None,
            _ => {}
        }
    }
}

fn replace<T>(place: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *place = new;
    }
}

/// Whether an activity stands in it more than once.
fn has_twice(queue: &[ActivityId]) -> bool {
    let mut seen = HashSet::new();
    !queue.iter().all(|id| seen.insert(id))
}

/// A time in milliseconds since 1970; 0 for what was before.
fn milliseconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(json: &str) -> ConferenceChanges {
        serde_json::from_str(json).expect("changes")
    }

    #[test]
    fn what_is_null_is_taken_away_and_what_is_missing_stays() {
        assert_eq!(changes("{}").members_max, None);
        assert_eq!(changes(r#"{"members_max":null}"#).members_max, Some(None));
        assert_eq!(changes(r#"{"members_max":3}"#).members_max, Some(Some(3)));
        let kept = serde_json::to_string(&changes(r#"{"starts_at":null,"locked":true}"#)).expect("JSON");
        assert_eq!(kept, r#"{"starts_at":null,"locked":true}"#);
        for other in [r#"{"colour":"red"}"#, r#"{"screen_chat":true}"#, r#"{"screen_chat":"some"}"#] {
            assert!(serde_json::from_str::<ConferenceChanges>(other).is_err(), "{other}");
        }
        assert_eq!(changes(r#"{"screen_chat":"none"}"#).screen_chat, Some(WallChat::None));
    }

    #[test]
    fn changes_that_cannot_be_made_name_the_field() {
        let now_ms = 1_795_334_400_000;
        for (json, bad) in [
            ("{}", Sentence::NothingChanged {}),
            (r#"{"title":" "}"#, Sentence::BadTitle { chars_max: conference::TITLE_CHARS_MAX }),
            (r#"{"starts_at":"2026-11-22T08:00:00Z"}"#, Sentence::StartsInThePast {}),
            (r#"{"starts_at":"1960-01-01T00:00:00Z"}"#, Sentence::StartsInThePast {}),
            (r#"{"members_max":0}"#, Sentence::BadMembersMax { most: u64::from(MEMBERS_MAX) }),
            (r#"{"queue":["a","b","a"]}"#, Sentence::QueuedTwice {}),
            (r#"{"slow_mode_s":3601}"#, Sentence::BadSlowMode { most_s: u64::from(SLOW_MODE_S_MAX) }),
        ] {
            assert_eq!(changes(json).checked(now_ms), Err(bad), "{json}");
        }
        let long = format!(r#"{{"description":"{}"}}"#, "长".repeat(DESCRIPTION_CHARS_MAX + 1));
        assert_eq!(changes(&long).checked(now_ms), Err(Sentence::BadDescription { chars_max: DESCRIPTION_CHARS_MAX }));
        assert!(changes(r#"{"starts_at":"2026-11-22T08:00:00.001Z"}"#).checked(now_ms).is_ok());
    }

    #[test]
    fn the_journal_gives_changes_back() {
        let changes = changes(
            r#"{"starts_at":null,"members_max":5,"chat":"organizers","title":"周会","screen":{"activity":"a"},"queue":["a"]}"#,
        );
        let bytes = rmp_serde::to_vec_named(&changes).expect("encodes");
        assert_eq!(rmp_serde::from_slice::<ConferenceChanges>(&bytes).expect("decodes"), changes);
    }
}
