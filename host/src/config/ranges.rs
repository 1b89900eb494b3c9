//! What each number among the settings may be. A server that is told nonsense says so at once, rather than to print that
//! it is ready and then never answer.
//!
//! What several settings promise together is checked where they are.
//!
//! # Invariants
//! * Every setting that is a number has its range here; a test finds one that is missing.

use std::ops::RangeInclusive;

use serde::Serialize;

use super::error::{ConfigError, refuse};

/// Ten years, in seconds: longer than anybody means.
const YEARS_S: u64 = 10 * 366 * 86_400;
/// A day, in milliseconds.
const DAY_MS: u64 = 86_400_000;
/// Far more of anything than a machine has.
const MANY: u64 = 1_000_000_000;
/// 1 TiB.
const HUGE_BYTES: u64 = 1 << 40;

/// Each setting with its least and its largest value.
const RANGES: &[(&str, u64, u64)] = &[
    ("surrealdb.block_cache_bytes", 1 << 20, HUGE_BYTES),
    ("surrealdb.memtable_bytes", 64 << 10, 4 << 30),
    // One takes writes while another is written to disk.
    ("surrealdb.memtables", 2, 32),
    ("surrealdb.open_files", 64, 65_536),
    ("surrealdb.query_timeout_ms", 100, 600_000),
    ("auth.session_idle_s", 60, YEARS_S),
    ("auth.session_max_s", 60, YEARS_S),
    ("wecom.timeout_ms", 100, 60_000),
    ("wecom.names_per_minute", 1, 10_000),
    ("wecom.name_ttl_s", 1, YEARS_S),
    ("conference.number_pool", 1, crate::domain::id::NUMBERS as u64),
    ("conference.number_cooldown_s", 0, YEARS_S),
    ("conference.idle_end_s", 1, YEARS_S),
    ("conference.activities", 1, 10_000),
    ("limits.http.connections", 1, MANY),
    ("limits.http.waiting_connections", 1, MANY),
    ("limits.http.body_bytes", 1 << 10, 1 << 30),
    ("limits.http.head_timeout_ms", 100, DAY_MS),
    ("limits.http.request_timeout_ms", 100, DAY_MS),
    ("limits.socket.message_bytes", 1 << 10, 16 << 20),
    ("limits.socket.queue_bytes", 64 << 10, 1 << 30),
    ("limits.socket.ping_interval_ms", 100, DAY_MS),
    ("limits.socket.idle_timeout_ms", 200, DAY_MS),
    ("limits.socket.write_timeout_ms", 100, DAY_MS),
    ("limits.room.commands_per_s", 1, MANY),
    ("limits.room.command_burst", 1, MANY),
    ("limits.room.chat_per_s", 1, MANY),
    ("limits.room.chat_chars", 1, 1_000_000),
    ("limits.room.member_bytes_per_s", 1, HUGE_BYTES),
    ("limits.room.member_bytes_burst", 1, HUGE_BYTES),
    ("limits.room.room_bytes_per_s", 1, HUGE_BYTES),
    ("limits.room.room_bytes_burst", 1, HUGE_BYTES),
    ("limits.room.server_bytes_per_s", 1, HUGE_BYTES),
    ("limits.room.server_bytes_burst", 1, HUGE_BYTES),
    ("limits.room.commands", 1, MANY),
    ("limits.room.resume_events", 1, MANY),
    ("limits.room.sockets_per_member", 1, MANY),
    ("limits.room.replies_in_memory", 1, MANY),
    ("limits.room.record_bytes", 64 << 10, 16 << 20),
    ("limits.room.view_interval_ms", 1, DAY_MS),
    ("limits.room.presence_interval_ms", 1, DAY_MS),
    ("limits.room.idle_unload_ms", 1, 366 * DAY_MS),
    ("limits.room.answer_timeout_ms", 100, DAY_MS),
    ("limits.person.open_conferences", 1, MANY),
    ("limits.person.conferences_per_hour", 1, MANY),
    ("limits.person.rejoins_per_minute", 1, MANY),
    ("limits.person.wrong_numbers_per_minute", 1, MANY),
    ("limits.address.wrong_numbers_per_minute", 1, MANY),
    ("limits.address.wrong_tokens_per_minute", 1, MANY),
    ("limits.quarantine.faults", 1, MANY),
    ("limits.quarantine.window_s", 1, YEARS_S),
    ("limits.quarantine.conferences", 1, MANY),
    ("limits.plugin.schema_work", 1_000, HUGE_BYTES),
    ("limits.plugin.call_fuel", 1_000, HUGE_BYTES),
    ("limits.plugin.call_cpu_ms", 1, DAY_MS),
    ("limits.plugin.call_wall_ms", 1, DAY_MS),
    ("limits.plugin.memory_bytes", 64 << 10, 4 << 30),
    ("limits.plugin.boundary_bytes", 1 << 10, 1 << 30),
    ("limits.plugin.write_bytes", 1, 1 << 30),
    ("limits.plugin.events", 1, MANY),
    ("limits.plugin.event_bytes", 1, 1 << 30),
    ("limits.plugin.outcome_bytes", 1 << 10, 1 << 30),
    ("limits.plugin.broadcasts_per_s", 1, MANY),
    ("limits.plugin.state_bytes", 1 << 10, HUGE_BYTES),
    ("limits.plugin.state_keys", 1, MANY),
    ("limits.plugin.key_bytes", 1, 64 << 10),
    ("limits.plugin.value_bytes", 1, 1 << 30),
    ("limits.plugin.timers", 1, MANY),
    ("limits.plugin.log_lines", 0, MANY),
    ("limits.plugin.log_line_bytes", 1, 1 << 20),
    ("limits.plugin.host_calls", 1, MANY),
    ("limits.plugin.calls_per_instance", 1, MANY),
    ("limits.plugin.stack_bytes", 64 << 10, 8 << 20),
    ("limits.plugin.component_bytes", 1 << 10, 1 << 30),
    ("limits.plugin.instances", 1, MANY),
    ("limits.compile.wall_ms", 1, DAY_MS),
    ("limits.compile.cpu_s", 1, DAY_MS),
    // The compiler itself needs some.
    ("limits.compile.memory_bytes", 64 << 20, HUGE_BYTES),
    ("limits.compile.output_bytes", 1, 1 << 34),
];

/// What the setting of this name may be, if it is a number; its name is the path to it, `limits.room.chat_per_s`.
pub fn range(key: &str) -> Option<RangeInclusive<u64>> {
    RANGES.iter().find(|(name, ..)| *name == key).map(|(_, least, largest)| *least..=*largest)
}

/// Checks every number by itself.
pub(super) fn check(settings: &impl Serialize) -> Result<(), ConfigError> {
    let settings = serde_json::to_value(settings).map_err(|error| ConfigError::Wrong(error.to_string()))?;
    for (key, least, largest) in RANGES {
        let value = key.split('.').fold(&settings, |value, part| &value[part]).as_u64();
        if let Some(value) = value.filter(|value| !(least..=largest).contains(&value)) {
            return refuse(key, format!("is between {least} and {largest}, not {value}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::config::Config;

    /// The names of all numbers below a value.
    fn numbers(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Number(_) => found.push(path.to_owned()),
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    numbers(value, &path, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_number_has_a_range_and_every_range_a_number() {
        let settings = serde_json::to_value(Config::default()).expect("settings");
        let mut named = Vec::new();
        numbers(&settings, "", &mut named);
        let ranged: Vec<&str> = RANGES.iter().map(|(key, ..)| *key).collect();
        let missing: Vec<&String> = named.iter().filter(|key| !ranged.contains(&key.as_str())).collect();
        assert!(missing.is_empty(), "give these a range: {missing:?}");
        let unknown: Vec<&&str> = ranged.iter().filter(|key| !named.iter().any(|name| name == **key)).collect();
        assert!(unknown.is_empty(), "no such settings: {unknown:?}");
    }

    #[test]
    fn what_is_out_of_range_is_refused_with_the_range_and_the_ends_are_taken() {
        for (key, least, largest) in RANGES {
            for value in [*least, *largest] {
                let config = with(key, value).unwrap_or_else(|| panic!("{key} cannot be {value}"));
                check(&config).unwrap_or_else(|error| panic!("{key}={value}: {error}"));
            }
            for value in [least.checked_sub(1), largest.checked_add(1)].into_iter().flatten() {
                let Some(config) = with(key, value) else { continue };
                let error = check(&config).expect_err(key).to_string();
                let said = error.contains(key) && error.contains(&least.to_string());
                assert!(said && error.contains(&largest.to_string()), "{key}={value}: {error}");
            }
        }
    }

    /// The settings with this one, unless its type cannot hold it: then it is refused as one of the wrong kind.
    fn with(key: &str, value: u64) -> Option<Config> {
        let mut settings = serde_json::to_value(Config::default()).expect("settings");
        *key.split('.').fold(&mut settings, |value, part| &mut value[part]) = value.into();
        serde_json::from_value(settings).ok()
    }
}
