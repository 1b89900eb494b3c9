//! The list: what hostile plugins do, and the stable word for what comes of it.

use hezi_tests::guest;

use super::story::liar;

/// What an action does: in words, to the guest, and the fault that ends the call.
pub(super) const ACTS: &[(&str, &str, &str)] = &[
    ("an endless loop", r#"{"do":"spin"}"#, "out_of_time"),
    ("an endless loop through memory", r#"{"do":"sort_for_ever"}"#, "out_of_time"),
    ("allocation to the limit", r#"{"do":"grow"}"#, "out_of_memory"),
    ("table growth", r#"{"do":"grow_table"}"#, "table_too_large"),
    ("deep recursion", r#"{"do":"recurse_lightly"}"#, "stack_overflow"),
    ("deep recursion with large frames", r#"{"do":"recurse"}"#, "trapped"),
    ("a trap", r#"{"do":"trap"}"#, "trapped"),
    ("a division by zero", r#"{"do":"divide_by_zero"}"#, "trapped"),
    ("a panic with a huge message", r#"{"do":"panic_huge"}"#, "trapped"),
    ("10^6 host calls in one call", r#"{"do":"million_host_calls"}"#, "host_calls"),
    ("10^4 emits", r#"{"do":"emit_many"}"#, "too_many_events"),
    ("an event of 20 kB", r#"{"do":"emit_large"}"#, "event_too_large"),
    ("an event that is no JSON", r#"{"do":"emit_bad_json"}"#, "event_not_json"),
    ("an event nested 5000 deep", r#"{"do":"emit_deep_json"}"#, "event_not_json"),
    ("a log flood", r#"{"do":"log_for_ever"}"#, "host_calls"),
    ("a reply of 64 MiB", r#"{"do":"reply_of","bytes":67108864}"#, "out_of_memory"),
    ("a reply of 40 MiB, which fits into the memory", r#"{"do":"reply_of","bytes":41943040}"#, "boundary_too_large"),
    ("a reply that is no JSON", r#"{"do":"bad_json_reply"}"#, "reply_not_json"),
    ("a reply with half a character", r#"{"do":"lone_surrogate_reply"}"#, "reply_not_json"),
    ("JSON nested 10^5 deep in a reply", r#"{"do":"deep_json_reply"}"#, "reply_not_json"),
    ("256 keys over quota", r#"{"do":"fill","from":0,"count":1256,"bytes":1}"#, "too_many_keys"),
    ("bytes over quota", r#"{"do":"over_quota"}"#, "state_quota"),
    ("endless writes to one key", r#"{"do":"overwrite_for_ever"}"#, "write_budget"),
    ("a key with a control character", r#"{"do":"control_key"}"#, "key_invalid"),
    ("an empty key", r#"{"do":"empty_key"}"#, "key_invalid"),
    ("a key of 257 bytes", r#"{"do":"long_key"}"#, "key_invalid"),
    ("a key of 2 MiB", r#"{"do":"big_key_to_host"}"#, "boundary_too_large"),
    ("a value of 64 KiB and a byte", r#"{"do":"large_value"}"#, "value_too_large"),
    ("a hundred timers", r#"{"do":"arm_many"}"#, "too_many_timers"),
    ("a timer with a long name", r#"{"do":"long_timer"}"#, "timer_invalid"),
    ("a question outside of a view", r#"{"do":"ask"}"#, "only_in_view"),
    ("4 GiB of randomness", r#"{"do":"random_flood"}"#, "too_much_random"),
];

/// What an export does when it is called: in words, which one, to the guest, and the fault that ends the call.
///
/// `describe` stands among the uploads, `migrate` among the migrations, `close` among what is closed all the same.
pub(super) const EXPORTS: &[(&str, &str, &str, &str)] = &[
    ("an endless loop in open", "open", "write_then_spin", "out_of_time"),
    ("an endless loop in act", "act", "write_then_spin", "out_of_time"),
    ("an endless loop in view", "view", "spin", "out_of_time"),
    ("an endless loop in tick", "tick", "write_then_spin", "out_of_time"),
    ("an endless loop in report", "report", "spin", "out_of_time"),
    ("writes in view", "view", "write_then_refuse", "read_only"),
    ("writes in report", "report", "write_then_refuse", "read_only"),
    ("emits in view", "view", "emit_many", "read_only"),
    ("emits in report", "report", "emit_many", "read_only"),
    ("timers in view", "view", "arm_many", "read_only"),
    ("timers in report", "report", "arm_many", "read_only"),
    ("randomness in view", "view", "random", "read_only"),
    ("randomness in report", "report", "random", "read_only"),
    ("a question in report", "report", "ask", "only_in_view"),
    ("a question before a form that is not there", "view", "ask", "view_invalid"),
    ("a question without words", "view", "ask_nothing", "view_invalid"),
    ("a view of 2 MiB", "view", "huge_text", "boundary_too_large"),
    ("a view of 200 kB", "view", "long_text", "view_invalid"),
    ("a view with too many bars", "view", "too_many_bars", "view_invalid"),
    ("a report with a ragged row", "report", "ragged", "report_invalid"),
    ("a report whose pages take too long together", "report", "slow_for_ever", "report_invalid"),
    ("a report whose summary is no JSON", "report", "bad_summary", "report_invalid"),
];

/// What `migrate` does: in words, to the guest, and what the administrator reads.
pub(super) const MIGRATIONS: &[(&str, &str, &str)] = &[
    ("an endless loop in migrate", "spin", "out_of_time: "),
    ("a trap in migrate", "trap", "trapped: "),
    ("a refusal in migrate", "refuse", "this layout cannot be read"),
];

/// What `describe` says or does: in words, to the guest, the reason of the refusal, and what stands in its text.
const DESCRIPTIONS: &[(&str, &str, &str, &str)] = &[
    ("an endless loop in describe", "spin", "component_describe_failed", "`call_fuel`"),
    ("a trap in describe", "trap", "component_describe_failed", "trapped"),
    ("a panic with a huge message in describe", "panic-huge", "component_describe_failed", "trapped"),
    ("state written in describe", "write", "component_describe_failed", "`state.set`"),
    ("an event emitted in describe", "emit", "component_describe_failed", "`room.emit`"),
    ("a description of 64 MiB", "huge", "component_describe_failed", "of memory"),
    ("a description of 2 MiB", "large", "component_describe_failed", "at once"),
    ("a description that changes from call to call", "counting", "component_description", "the same each time"),
    ("a name that is none", "name", "component_description", "`name`"),
    ("a version that is none", "version", "component_description", "`version`"),
    ("no title", "title", "component_description", "`title`"),
    ("a schema that is no JSON", "schema-no-json", "component_description", "`config-schema`"),
    ("a schema nested 60000 deep", "schema-deep", "component_description", "`config-schema`"),
    ("a schema that is no schema", "schema-wrong", "component_description", "`action-schema`"),
    ("a schema that is somewhere else", "schema-remote", "component_description", "leads out of the schema"),
    ("a schema that refers to itself", "schema-endless", "component_description", "`event-schema`"),
];

/// A component that must not pass.
pub(super) struct Upload {
    /// What it is.
    pub(super) item: &'static str,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// The stable word for what is wrong with it.
    pub(super) reason: &'static str,
    /// What the sentence about it has to name.
    pub(super) says: &'static str,
}

/// Everything that the gate has to refuse.
pub(super) fn uploads() -> Vec<Upload> {
    let described = DESCRIPTIONS.iter().map(|&(item, describe, reason, says)| {
        let bytes = liar(describe, "decent", "0.1.0", 1);
        Upload { item, bytes, reason, says }
    });
    let others = [
        ("10^5 functions", many_functions(), "component_too_complex", "functions"),
        ("imports WASI", with_wasi(), "component_foreign_import", "wasi:cli/environment@0.2.0"),
        ("exports half the world", guest("half-world"), "component_export_missing", "#describe"),
        ("a memory in each of two nested components", two_memories(), "component_export_missing", "activity@0.1.0"),
        ("a memory in each of four nested components", four_memories(), "component_does_not_fit", "4 memories"),
        ("an endless loop at its start", starting("(loop (br 0))"), "component_start_failed", "`call_fuel`"),
        ("a trap at its start", starting("unreachable"), "component_start_failed", "trapped"),
        ("table growth at its start", starting(GROW_TABLE), "component_start_failed", "elements"),
        ("memory growth at its start", starting(GROW_MEMORY), "component_start_failed", "of memory"),
        ("exports of other types", starting(""), "component_export_mismatch", "`describe`"),
    ];
    let others = others.into_iter().map(|(item, bytes, reason, says)| Upload { item, bytes, reason, says });
    described.chain(others).collect()
}

const GROW_TABLE: &str = "(loop (drop (table.grow (ref.null func) (i32.const 1000))) (br 0))";
const GROW_MEMORY: &str = "(loop (drop (memory.grow (i32.const 16))) (br 0))";

fn many_functions() -> Vec<u8> {
    component(&format!("(component (core module {}))", "(func)".repeat(100_000)))
}

/// Two components of which one calls the other with a text: the engine puts code between their memories.
fn two_memories() -> Vec<u8> {
    component(
        r#"(component
            (component $callee
                (core module $m
                    (memory (export "memory") 1)
                    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
                    (func (export "f") (param i32 i32)))
                (core instance $i (instantiate $m))
                (func (export "f") (param "text" string)
                    (canon lift (core func $i "f") (memory (core memory $i "memory"))
                        (realloc (core func $i "realloc")))))
            (component $caller
                (import "f" (func $f (param "text" string)))
                (core module $memory (memory (export "memory") 1))
                (core instance $memory (instantiate $memory))
                (core func $lowered (canon lower (func $f) (memory (core memory $memory "memory"))))
                (core module $m
                    (import "" "f" (func $f (param i32 i32))) (func (export "g") i32.const 0 i32.const 0 call $f))
                (core instance (instantiate $m (with "" (instance (export "f" (func $lowered)))))))
            (instance $callee (instantiate $callee))
            (instance (instantiate $caller (with "f" (func $callee "f")))))"#,
    )
}

fn four_memories() -> Vec<u8> {
    let nested = |n| {
        let module = "(core module $m (memory 1)) (core instance (instantiate $m))";
        format!("(component $c{n} {module}) (instance (instantiate $c{n}))")
    };
    component(&format!("(component {})", (0..4).map(nested).collect::<String>()))
}

fn with_wasi() -> Vec<u8> {
    component(r#"(component (import "wasi:cli/environment@0.2.0" (instance (export "get" (func (result string))))))"#)
}

/// A component with all exports by name, none of the right type, which does this as soon as it is instantiated.
fn starting(body: &str) -> Vec<u8> {
    let functions = ["describe", "open", "act", "view", "tick", "close", "report", "migrate"];
    let exports: String = functions.map(|name| format!(r#"(export "{name}" (func $f)) "#)).concat();
    component(&format!(
        r#"(component
            (core module $m
                (table 1 funcref) (memory 1) (func $start {body}) (start $start) (func (export "f")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (instance $all {exports})
            (export "hezi:activity/activity@0.1.0" (instance $all)))"#
    ))
}

fn component(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("a component in text form")
}
