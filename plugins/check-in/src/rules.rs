//! The rules of a check-in: what a sensible configuration is, who is late, and how times are written.
//!
//! Pure: no state, no room, no clock. Times are milliseconds since 1970; the calendar is that of the `time` crate.
//!
//! # Invariants
//! * Whether somebody is late depends on nothing but when they came and when the check-in was opened.

use hezi_sdk::{Result, Texts as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, UtcOffset};

use crate::texts::Texts;

const TITLE_CHARS_MAX: usize = 200;
/// Most characters of a name that an organizer types.
pub const NAME_CHARS_MAX: usize = 40;
const LATE_AFTER_MIN_MAX: u32 = 1_440;
/// Fourteen hours: what the earth has, and a little.
const UTC_OFFSET_MIN_MAX: i32 = 840;
/// Bytes of a name that are compared: more than [`NAME_CHARS_MAX`] characters have.
const COMPARED_BYTES: usize = 200;

/// What an organizer chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What the list is called.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// How many minutes after the opening people are late; nobody is if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32", range(min = 1, max = 1_440))]
    pub late_after_min: Option<u32>,
    /// How many minutes clocks are ahead of UTC.
    #[serde(default = "in_china")]
    #[schemars(range(min = -840, max = 840), extend("x-unit" = "utc-offset-minutes"))]
    pub utc_offset_min: i32,
}

fn in_china() -> i32 {
    480
}

impl Config {
    /// Whether the configuration makes sense.
    ///
    /// # Errors
    /// [`hezi_sdk::Error::Invalid`] that says which field does not.
    pub fn check(&self, texts: Texts) -> Result<()> {
        texts.check_text("title", &self.title, TITLE_CHARS_MAX)?;
        if let Some(minutes) = self.late_after_min {
            texts.check_number("late_after_min", minutes, 1..=LATE_AFTER_MIN_MAX)?;
        }
        texts.check_number("utc_offset_min", self.utc_offset_min, -UTC_OFFSET_MIN_MAX..=UTC_OFFSET_MIN_MAX)
    }

    /// From when on people are late, if ever.
    pub fn late_at_ms(&self, opened_ms: u64) -> Option<u64> {
        self.late_after_min.map(|minutes| opened_ms + u64::from(minutes) * 60_000)
    }

    /// A time as people at the place read it: `09:03`.
    pub fn clock(&self, at_ms: u64) -> String {
        let at = self.local(at_ms);
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// A time with its date and its time zone: `2026-11-26T09:03:05+08:00`.
    pub fn stamp(&self, at_ms: u64) -> String {
        let (at, minutes) = (self.local(at_ms), self.utc_offset_min);
        let (sign, ahead) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
        let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        let zone = format!("{sign}{:02}:{:02}", ahead / 60, ahead % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
    }

    fn local(&self, at_ms: u64) -> OffsetDateTime {
        let seconds = i64::try_from(at_ms / 1_000).ok();
        let utc = seconds.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
        let offset = UtcOffset::from_whole_seconds(self.utc_offset_min * 60).unwrap_or(UtcOffset::UTC);
        utc.and_then(|utc| utc.checked_to_offset(offset)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// Whether somebody who came then is late.
pub fn is_late(at_ms: u64, late_at_ms: Option<u64>) -> bool {
    late_at_ms.is_some_and(|late_at_ms| at_ms >= late_at_ms)
}

/// A name as it is compared with others: without the white space around it, and with one space for each gap in it.
pub fn compared(name: &str) -> String {
    let mut words = name.split_whitespace().collect::<Vec<_>>().join(" ");
    words.truncate(words.floor_char_boundary(COMPARED_BYTES));
    words
}

#[cfg(test)]
mod tests {
    use hezi_sdk::Error;
    use proptest::prelude::*;

    use super::*;

    fn config(late_after_min: Option<u32>, utc_offset_min: i32) -> Config {
        Config { title: "早会".into(), late_after_min, utc_offset_min }
    }

    #[test]
    fn a_configuration_must_make_sense() {
        for good in [config(None, 480), config(Some(1), -840), config(Some(1_440), 840)] {
            assert_eq!(good.check(Texts::default()), Ok(()), "{good:?}");
        }
        let blank = Config { title: " ".into(), ..config(None, 0) };
        for bad in [config(Some(0), 0), config(Some(1_441), 0), config(None, 841), config(None, i32::MIN), blank] {
            assert!(matches!(bad.check(Texts::default()), Err(Error::Invalid(_))), "{bad:?}");
        }
    }

    #[test]
    fn times_are_those_of_the_place() {
        // 2026-11-25 23:30:05 UTC.
        let at_ms = 1_795_649_405_999;
        assert_eq!(config(None, 480).stamp(at_ms), "2026-11-26T07:30:05+08:00");
        assert_eq!(config(None, -210).stamp(at_ms), "2026-11-25T20:00:05-03:30");
        assert_eq!(config(None, 0).clock(at_ms), "23:30");
        assert_eq!(config(None, 0).stamp(0), "1970-01-01T00:00:00+00:00");
    }

    #[test]
    fn late_begins_with_the_minute() {
        let late_at_ms = config(Some(5), 0).late_at_ms(1_000);
        assert_eq!(late_at_ms, Some(301_000));
        assert_eq!([300_999, 301_000].map(|at_ms| is_late(at_ms, late_at_ms)), [false, true]);
        assert!(!is_late(u64::MAX, config(None, 0).late_at_ms(0)));
    }

    #[test]
    fn names_that_look_the_same_are_the_same() {
        assert_eq!(compared("  王  小明 "), compared("王 小明"));
        assert_ne!(compared("王小明"), compared("王 小明"));
        assert_eq!(compared(&"名".repeat(80)).chars().count(), 66);
    }

    proptest! {
        #[test]
        fn no_time_and_no_zone_panics(at_ms: u64, utc_offset_min in -840_i32..=840) {
            let config = config(None, utc_offset_min);
            prop_assert_eq!(config.clock(at_ms).len(), 5);
            config.stamp(at_ms);
        }
    }
}
