//! Every bound that the runtime puts on a plugin, in one place and with its unit in its name.
//!
//! The defaults are the ones that the interface documents to plugin authors, so raising one is always safe and lowering
//! one may break plugins that keep to the documentation. Bounds that are no business of an operator (how deep a JSON
//! text may nest, how long a page of a scan may get) are constants here.

use serde::{Deserialize, Serialize};

/// Deepest nesting of a JSON text, in arrays and objects around a value: what every common JSON library can read.
pub const JSON_DEPTH_MAX: usize = 127;
/// Most entries or members on a page of a scan.
pub const PAGE_ITEMS_MAX: u32 = 1_000;
/// Most bytes of keys and values on a page of a scan. One entry is always given, however long it is.
pub const PAGE_BYTES_MAX: usize = 256 * 1024;
/// Most random bytes a host call.
pub const RANDOM_BYTES_MAX: u32 = 64 * 1024;
/// Longest name of a timer.
pub const TIMER_NAME_BYTES_MAX: usize = 64;
/// Longest title of an activity, in characters: a title stands in lists and above the activity.
pub const ACTIVITY_TITLE_CHARS_MAX: usize = 1_000;
/// Longest text of a refusal that people are shown; the rest is cut off.
pub const REFUSAL_CHARS_MAX: usize = 1_000;
/// Most bytes of what a viewer asks for: which page or filter of a view.
pub const QUERY_BYTES_MAX: usize = 256;
/// Most bytes of a view as JSON: every member gets it, up to ten times a second.
pub const VIEW_BYTES_MAX: usize = 128 << 10;
/// Most pages of a report; a plugin that never comes to an end is stopped here.
pub const REPORT_PAGES_MAX: usize = 1_000;
/// Most bytes of a report's cells.
pub const REPORT_BYTES_MAX: usize = 16 << 20;
/// Shortest time between two runs of the same timer, in milliseconds.
pub const TICK_PACE_MS: u64 = 100;
/// Memories of one component: its own, and the empty ones of stand-ins that some tools nest beside it. Together they may
/// grow as large as the limit says. In the pool each is 4 GiB of address space and no memory until it is used.
pub(crate) const MEMORIES_MAX: u32 = 3;
/// Tables of one component: its own, and those that the component encoder puts around it.
pub(crate) const TABLES_MAX: u32 = 4;
/// Elements of a table, which are function pointers.
pub(crate) const TABLE_ELEMENTS_MAX: usize = 20_000;

/// What a plugin may use. Times are milliseconds, sizes are bytes; all of them can be set by the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Work of one call, in units of which a WebAssembly instruction takes one, and so does each byte that a bulk
    /// instruction moves. The host's functions may do as much again for the call. It is the same on every machine, so
    /// this is what calls are judged by: a slow machine takes longer and refuses nothing that a fast one lets pass.
    pub call_fuel: u64,
    /// Processor time of one call, in milliseconds: the bound behind `call_fuel`, for instructions that take unusually
    /// long. It is generous, since it depends on the machine.
    pub call_cpu_ms: u64,
    /// Wall time of one call, in milliseconds: the last bound, for systems without a clock of a thread's processor time.
    pub call_wall_ms: u64,
    /// Linear memory of an instance, in bytes.
    pub memory_bytes: usize,
    /// What may cross the boundary in one direction of one host call, or as the arguments or the answer of the call
    /// itself.
    pub boundary_bytes: usize,
    /// Keys and values written in one call, in bytes; writing a key twice counts twice.
    pub write_bytes: usize,
    /// Events emitted in one call.
    pub events: usize,
    /// One event, in bytes.
    pub event_bytes: usize,
    /// Writes, events and reply of one call together, in bytes: with what the call was given they go into one journal
    /// record, which has at most 1 MiB.
    pub outcome_bytes: usize,
    /// Events to everyone in any one second of an activity.
    pub broadcasts_per_s: usize,
    /// All keys and values of an activity, in bytes.
    pub state_bytes: usize,
    /// Keys of an activity.
    pub state_keys: usize,
    /// One key, in bytes.
    pub key_bytes: usize,
    /// One value, in bytes.
    pub value_bytes: usize,
    /// Timers armed at the same time.
    pub timers: usize,
    /// Log lines kept of one call.
    pub log_lines: usize,
    /// One log line, in bytes; the rest of a longer one is cut off.
    pub log_line_bytes: usize,
    /// Host functions called in one call. Each does a bounded amount of work that the time limit cannot interrupt.
    pub host_calls: u32,
    /// Calls after which an instance is replaced, so that no plugin comes to depend on its linear memory.
    pub calls_per_instance: u32,
    /// Steps that checking a configuration or an action against the plugin's schema may take: rules of the schema times
    /// what they apply to. The host does this work, on the thread that calls the plugin.
    pub schema_work: u64,
    /// Stack of the guest's code, in bytes.
    pub stack_bytes: usize,
    /// A component, in bytes.
    pub component_bytes: usize,
    /// Instances that may be alive at the same time in the whole engine.
    pub instances: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            call_fuel: 500_000_000,
            call_cpu_ms: 2_000,
            call_wall_ms: 20_000,
            memory_bytes: 64 << 20,
            boundary_bytes: 1 << 20,
            write_bytes: 256 << 10,
            events: 64,
            event_bytes: 16 << 10,
            outcome_bytes: 640 << 10,
            broadcasts_per_s: 20,
            state_bytes: 64 << 20,
            state_keys: 500_000,
            key_bytes: 256,
            value_bytes: 64 << 10,
            timers: 64,
            log_lines: 32,
            log_line_bytes: 1 << 10,
            host_calls: 200_000,
            calls_per_instance: 1_000,
            schema_work: 5_000_000,
            stack_bytes: 512 << 10,
            component_bytes: 4 << 20,
            instances: 1_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_name_a_few_limits_and_no_unknown_one() {
        let limits: Limits = serde_json::from_str(r#"{"call_cpu_ms":10}"#).unwrap();
        assert_eq!(limits, Limits { call_cpu_ms: 10, ..Limits::default() });
        assert!(serde_json::from_str::<Limits>(r#"{"call_ms":10}"#).is_err());
    }
}
