//! What a server says of the open activities of a plugin when another version has taken over, for people.

use std::fmt;

use serde::Deserialize;

use crate::printable::Printable;

/// Where the open activities of a plugin stand a while after a version was activated.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct SwapReport {
    moved: u64,
    failed: Vec<StayedActivity>,
    waiting: u64,
}

/// An activity that stays on another version.
#[derive(Debug, Clone, Deserialize)]
struct StayedActivity {
    activity: Printable,
    why: Printable,
}

impl fmt::Display for SwapReport {
    /// Lines, each with its end; none where there is no open activity.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { moved, failed, waiting } = self;
        if *moved + *waiting == 0 && failed.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "  open activities: {moved} on this version, {} failed to move, {waiting} still to move",
            failed.len()
        )?;
        for StayedActivity { activity, why } in failed {
            writeln!(f, "  activity {activity} stays on its version: migrate failed: {why}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_told_and_nothing_is_nothing() {
        let said = |json| serde_json::from_str::<SwapReport>(json).expect("a report").to_string();
        assert_eq!(said(r#"{"moved":0,"failed":[],"waiting":0}"#), "");
        let text = said(r#"{"moved":2,"failed":[{"activity":"a1","why":"no\u001b"}],"waiting":1}"#);
        assert!(text.contains("2 on this version, 1 failed to move, 1 still to move"), "{text}");
        assert!(text.contains("activity a1 stays on its version") && !text.contains('\u{1b}'), "{text}");
    }
}
