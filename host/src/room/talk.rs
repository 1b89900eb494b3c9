//! What may be said, and how often: blocked words, slow mode, and which messages were deleted since the room was opened.
//!
//! Who may speak at all is for `people` to say; what was said is in `recent`.
//!
//! # Invariants
//! * Slow mode counts a message from when it has its place, also one that is not durable yet.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::recent::Recent;
use super::rule::RuleError;
use crate::domain::blocked_words::BlockedWords;
use crate::domain::entry::Happening;
use crate::domain::id::UserId;
use crate::domain::settings::ConferenceSettings;
use crate::domain::text::{fits, is_visible};

/// Longest notice in characters.
pub(super) const NOTICE_CHARS_MAX: usize = 500;

/// The rules of what is said.
pub(super) struct Talk {
    blocked: Arc<BlockedWords>,
    /// When somebody wrote last, in milliseconds since 1970.
    said_at_ms: HashMap<UserId, u64>,
    /// Messages that were deleted while the room was in memory.
    deleted: HashSet<u64>,
}

impl Talk {
    /// The rules, after these entries.
    pub(super) fn after(recent: &Recent, blocked: Arc<BlockedWords>) -> Self {
        let mut said_at_ms = HashMap::new();
        for entry in recent.newest_chat() {
            if let Happening::Chat { from, .. } = &entry.what {
                said_at_ms.entry(from.id.clone()).or_insert(entry.at_ms);
            }
        }
        Self { blocked, said_at_ms, deleted: HashSet::new() }
    }

    /// Whether this is a text that people can read and may write.
    ///
    /// # Errors
    /// [`RuleError::Length`], [`RuleError::BlockedWord`].
    pub(super) fn check_text(&self, field: &'static str, text: &str, chars_max: usize) -> Result<(), RuleError> {
        if !is_visible(text) || !fits(text, chars_max) {
            return Err(RuleError::Length { field, chars_max });
        }
        self.check_words(field, text)
    }

    /// Whether no blocked word is in the text.
    ///
    /// # Errors
    /// [`RuleError::BlockedWord`].
    pub(super) fn check_words(&self, field: &'static str, text: &str) -> Result<(), RuleError> {
        match self.blocked.find(text) {
            Some(word) => Err(RuleError::BlockedWord { field, word: word.to_owned() }),
            None => Ok(()),
        }
    }

    /// Whether this person may write again.
    ///
    /// # Errors
    /// [`RuleError::SlowMode`] with when they may.
    pub(super) fn check_pause(&self, by: &UserId, settings: &ConferenceSettings, now_ms: u64) -> Result<(), RuleError> {
        let (pause_s, Some(said_at_ms)) = (settings.slow_mode_s, self.said_at_ms.get(by)) else { return Ok(()) };
        // A clock that was set back makes nobody wait for longer than the pause.
        let passed_ms = now_ms.saturating_sub(*said_at_ms);
        match (u64::from(pause_s) * 1_000).saturating_sub(passed_ms) {
            0 => Ok(()),
            retry_after_ms => Err(RuleError::SlowMode { retry_after_ms, pause_s }),
        }
    }

    /// Somebody has written.
    pub(super) fn note(&mut self, by: &UserId, now_ms: u64) {
        self.said_at_ms.insert(by.clone(), now_ms);
    }

    /// Forgets when somebody wrote, where slow mode would not ask any more.
    pub(super) fn forget_old(&mut self, settings: &ConferenceSettings, now_ms: u64) {
        let pause_ms = u64::from(settings.slow_mode_s) * 1_000;
        self.said_at_ms.retain(|_, at_ms| now_ms.saturating_sub(*at_ms) < pause_ms);
    }

    /// Whether this message is being deleted, or was.
    pub(super) fn is_deleted(&self, message: u64) -> bool {
        self.deleted.contains(&message)
    }

    /// This message is being deleted.
    pub(super) fn delete(&mut self, message: u64) {
        self.deleted.insert(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk() -> Talk {
        let blocked = BlockedWords::new(&["赌博".to_owned()]).expect("a finder");
        Talk::after(&Recent::new(0, 10), Arc::new(blocked))
    }

    #[test]
    fn slow_mode_lets_one_message_through_in_its_time() {
        let (mut talk, li) = (talk(), UserId::parse("li").expect("an id"));
        let settings = ConferenceSettings { slow_mode_s: 10, ..ConferenceSettings::default() };
        assert!(talk.check_pause(&li, &settings, 1_000).is_ok());
        talk.note(&li, 1_000);
        let wait_ms = |now_ms| match talk.check_pause(&li, &settings, now_ms) {
            Err(RuleError::SlowMode { retry_after_ms, .. }) => retry_after_ms,
            _ => 0,
        };
        assert_eq!([1_000, 10_999, 11_000, 0].map(wait_ms), [10_000, 1, 0, 10_000]);
        let off = ConferenceSettings::default();
        assert!(talk.check_pause(&li, &off, 1_001).is_ok(), "once it is off nobody waits");
        talk.forget_old(&off, 1_001);
        assert!(talk.said_at_ms.is_empty());
    }

    #[test]
    fn texts_are_judged_by_length_and_words() {
        let talk = talk();
        assert!(talk.check_text("text", "你好", 2).is_ok());
        for text in ["", " ", "你好吗"] {
            assert!(matches!(talk.check_text("text", text, 2), Err(RuleError::Length { .. })), "{text}");
        }
        assert!(matches!(talk.check_text("text", "网络赌博", 9), Err(RuleError::BlockedWord { field: "text", .. })));
    }
}
