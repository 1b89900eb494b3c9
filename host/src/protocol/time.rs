//! Times as clients read them.
//!
//! What time it is, `clock` knows.

/// A time as text: RFC 3339 in UTC with milliseconds.
pub fn time_text(at_ms: u64) -> String {
    let at_ms = i64::try_from(at_ms).unwrap_or(i64::MAX);
    match jiff::Timestamp::from_millisecond(at_ms) {
        Ok(at) => format!("{at:.3}"),
        // Only a clock thousands of years ahead gets here; the number still tells what it said.
        Err(_) => at_ms.to_string(),
    }
}
