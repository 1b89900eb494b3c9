//! An activity: one running instance of a plugin in a conference, and the phases that it goes through.
//!
//! What an activity does is the plugin's business.
//!
//! # Invariants
//! * Phases only go forward: draft, open, closed.
//! * Whether an activity is anonymous is settled when it is made. Its veil is there from then on, until it is closed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::id::ActivityId;
use super::veil::Veil;

/// Where an activity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Prepared, not shown to participants as running.
    Draft,
    /// Members act.
    Open,
    /// Over; its view and report remain.
    Closed,
}

impl Phase {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Draft => "draft",
            Phase::Open => "open",
            Phase::Closed => "closed",
        }
    }
}

/// What happened to an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// An organizer prepared it.
    Created,
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

/// When an activity opens and closes by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    /// When it opens, in milliseconds since 1970; only for one that was not opened yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens_at_ms: Option<u64>,
    /// When it closes, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at_ms: Option<u64>,
    /// How long it will be open, in milliseconds; only for one that was not opened yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_for_ms: Option<u64>,
}

/// Longest time ahead, in milliseconds: a year and a day.
const AHEAD_MS_MAX: u64 = 366 * 86_400_000;

/// A schedule that cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSchedule {
    /// A time has passed.
    #[error("`{0}` lies in the past")]
    Past(&'static str),
    /// A time is too far ahead.
    #[error("`{0}` lies more than a year ahead")]
    TooFar(&'static str),
    /// It would close before it opens.
    #[error("`closes_at_ms` is not after `opens_at_ms`")]
    Backward,
    /// There are two ends.
    #[error("`closes_at_ms` and `open_for_ms` are two ends of one activity: give one of them")]
    TwoEnds,
    /// It was opened already.
    #[error("`opens_at_ms` is for an activity that was not opened yet")]
    Opened,
}

impl Schedule {
    /// Its times in one text, which is another one for every other schedule.
    pub fn fingerprint_text(&self) -> String {
        let text = |ms: Option<u64>| ms.map(|ms| ms.to_string()).unwrap_or_default();
        [self.opens_at_ms, self.closes_at_ms, self.open_for_ms].map(text).join(",")
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The schedule of an activity in this phase, as it is kept: an end that counts from now for one that is open is a time.
    ///
    /// # Errors
    /// [`BadSchedule`].
    pub fn check(mut self, phase: Phase, now_ms: u64) -> Result<Self, BadSchedule> {
        if self.closes_at_ms.is_some() && self.open_for_ms.is_some() {
            return Err(BadSchedule::TwoEnds);
        }
        if phase == Phase::Open {
            if self.opens_at_ms.is_some() {
                return Err(BadSchedule::Opened);
            }
            self = self.opened(now_ms);
        }
        for (name, at_ms) in [("opens_at_ms", self.opens_at_ms), ("closes_at_ms", self.closes_at_ms)] {
            match at_ms {
                Some(at_ms) if at_ms <= now_ms => return Err(BadSchedule::Past(name)),
                Some(at_ms) if at_ms - now_ms > AHEAD_MS_MAX => return Err(BadSchedule::TooFar(name)),
                _ => {}
            }
        }
        if self.open_for_ms.is_some_and(|ms| ms > AHEAD_MS_MAX) {
            return Err(BadSchedule::TooFar("open_for_ms"));
        }
        match (self.opens_at_ms, self.closes_at_ms) {
            (Some(opens_at_ms), Some(closes_at_ms)) if closes_at_ms <= opens_at_ms => Err(BadSchedule::Backward),
            _ => Ok(self),
        }
    }

    /// What is left of it when the activity opens.
    #[must_use]
    pub fn opened(self, now_ms: u64) -> Self {
        let ends = self.open_for_ms.map(|ms| now_ms.saturating_add(ms));
        Self { opens_at_ms: None, closes_at_ms: self.closes_at_ms.or(ends), open_for_ms: None }
    }

    /// When something happens by itself to an activity in this phase.
    pub fn next_ms(&self, phase: Phase) -> Option<u64> {
        match phase {
            Phase::Draft => self.opens_at_ms,
            Phase::Open => self.closes_at_ms,
            Phase::Closed => None,
        }
    }
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
            opens_at_ms: self.schedule.opens_at_ms,
            closes_at_ms: self.schedule.closes_at_ms,
            anonymous: self.anonymous,
        }
    }
}

/// One version of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginRef {
    /// Name of the plugin.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component, in hex.
    pub hash: String,
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: u64 = 1_000_000;

    fn schedule(opens_at_ms: Option<u64>, closes_at_ms: Option<u64>, open_for_ms: Option<u64>) -> Schedule {
        Schedule { opens_at_ms, closes_at_ms, open_for_ms }
    }

    #[test]
    fn a_schedule_lies_ahead_and_ends_after_it_begins() {
        let later = Some(NOW_MS + 1);
        for (bad, phase, expected) in [
            (schedule(Some(NOW_MS), None, None), Phase::Draft, BadSchedule::Past("opens_at_ms")),
            (schedule(None, Some(0), None), Phase::Open, BadSchedule::Past("closes_at_ms")),
            (schedule(None, None, Some(0)), Phase::Open, BadSchedule::Past("closes_at_ms")),
            (schedule(None, Some(u64::MAX), None), Phase::Open, BadSchedule::TooFar("closes_at_ms")),
            (schedule(None, None, Some(u64::MAX)), Phase::Draft, BadSchedule::TooFar("open_for_ms")),
            (schedule(later, later, None), Phase::Draft, BadSchedule::Backward),
            (schedule(None, later, Some(5)), Phase::Draft, BadSchedule::TwoEnds),
            (schedule(later, None, None), Phase::Open, BadSchedule::Opened),
        ] {
            assert_eq!(bad.check(phase, NOW_MS), Err(expected), "{bad:?}");
        }
        assert_eq!(schedule(later, None, Some(60)).check(Phase::Draft, NOW_MS), Ok(schedule(later, None, Some(60))));
    }

    #[test]
    fn an_end_that_counts_from_the_opening_becomes_a_time() {
        let in_a_minute = schedule(None, None, Some(60_000));
        assert_eq!(in_a_minute.check(Phase::Open, NOW_MS), Ok(schedule(None, Some(NOW_MS + 60_000), None)));
        assert_eq!(schedule(Some(5), None, Some(7)).opened(NOW_MS), schedule(None, Some(NOW_MS + 7), None));
        assert_eq!(in_a_minute.next_ms(Phase::Draft), None);
    }
}
