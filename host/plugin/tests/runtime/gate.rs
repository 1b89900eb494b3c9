//! What the gate says to components that must not pass, and to one that must.

use hezi_plugin::{CodeCache, CodeKey, GateError, Limits, Plugin, component_hash, precompile};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use serde_json::json;

use crate::activity::{Activity, ENGINE, HOSTILE, component, engine, limits, text, with_all_exports};

fn refusal(bytes: &[u8]) -> GateError {
    Plugin::load(&ENGINE, bytes, None).expect_err("the component is refused")
}

#[test]
fn a_plugin_passes_and_is_described() {
    let description = HOSTILE.description();
    assert_eq!((description.name.as_str(), description.version.to_string().as_str()), ("hostile", "0.1.0"));
    assert_eq!(HOSTILE.hash(), component_hash(&component("hostile")));
    assert_eq!(HOSTILE.check_action(&json!({"do": "vote"})), Ok(()));
    let problems = HOSTILE.check_action(&json!({"do": 1})).unwrap_err();
    assert_eq!(problems[0].path, "/do");
    assert!(HOSTILE.check_config(&json!([])).is_err());
}

#[test]
fn garbage_and_core_modules_are_refused() {
    assert_eq!(refusal(b"garbage"), GateError::NotWasm);
    assert_eq!(refusal(b"\0asm\x01\0\0\0"), GateError::CoreModule);
    assert!(refusal(b"\0asm\x01\0\0\0").to_string().contains("cargo hezi build"));
    let mut altered = component("hostile");
    altered.truncate(altered.len() / 2);
    assert_eq!(refusal(&altered).code(), "component_invalid");
}

/// Two components, each with a memory of its own, of which one calls the other with a text.
const TWO_MEMORIES: &str = r#"(component
    (component $callee
        (core module $m
            (memory (export "memory") 1)
            (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
            (func (export "f") (param i32 i32)))
        (core instance $i (instantiate $m))
        (func (export "f") (param "text" string)
            (canon lift (core func $i "f") (memory (core memory $i "memory")) (realloc (core func $i "realloc")))))
    (component $caller
        (import "f" (func $f (param "text" string)))
        (core module $memory (memory (export "memory") 1))
        (core instance $memory (instantiate $memory))
        (core func $lowered (canon lower (func $f) (memory (core memory $memory "memory"))))
        (core module $m (import "" "f" (func $f (param i32 i32))) (func (export "g") i32.const 0 i32.const 0 call $f))
        (core instance (instantiate $m (with "" (instance (export "f" (func $lowered)))))))
    (instance $callee (instantiate $callee))
    (instance (instantiate $caller (with "f" (func $callee "f")))))"#;

/// As many components as that, each with so many pages of memory.
fn memories(count: usize, pages: u32) -> String {
    let one = |n| {
        let module = format!("(core module $m (memory {pages})) (core instance (instantiate $m))");
        format!("(component $c{n} {module}) (instance (instantiate $c{n}))")
    };
    format!("(component {})", (0..count).map(one).collect::<String>())
}

#[test]
fn components_with_a_memory_each_pass_up_to_three() {
    // What is wrong with these is another thing.
    assert_eq!(refusal(&with_all_exports(TWO_MEMORIES)).code(), "component_export_mismatch");
    assert_eq!(refusal(&with_all_exports(&memories(3, 1))).code(), "component_export_mismatch");
    let error = refusal(&with_all_exports(&memories(4, 1)));
    assert_eq!(error.code(), "component_does_not_fit", "{error}");
    assert!(error.to_string().contains("4 Wasm linear memories"), "{error}");
    // The process that compiles for a server has no pool.
    let key = CodeKey::new([5; 32]);
    let error = precompile(&limits(), &text(&memories(4, 1)), &key).expect_err("it is refused").to_string();
    assert!(error.contains("4 memories"), "{error}");
    let two = "(component (core module (memory 1) (memory 1)))";
    assert_eq!(refusal(&text(two)).code(), "component_invalid");
}

#[test]
fn several_memories_share_one_limit() {
    let pages = u32::try_from(limits().memory_bytes / (64 << 10)).unwrap();
    assert_eq!(refusal(&with_all_exports(&memories(2, pages / 2))).code(), "component_export_mismatch");
    let error = refusal(&with_all_exports(&memories(2, pages / 2 + 1)));
    assert_eq!(error.code(), "component_start_failed", "{error}");
    assert!(error.to_string().contains("of memory"), "{error}");
}

/// Something was done to these bytes that a transfer, a tool or an attacker might do.
fn mutated(bytes: &[u8], rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut below = |bound: usize| usize::try_from(rng.next_u64()).unwrap_or(0) % bound.max(1);
    for _ in 0..=below(3) {
        let (at, len) = (below(bytes.len()), 1 + below(64));
        let end = (at + len).min(bytes.len());
        match below(5) {
            0 => bytes[at] ^= 1 << below(8),
            1 => bytes[at] = below(256) as u8,
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                let to = below(bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => bytes[at..end].rotate_left(1),
        }
        if bytes.len() < 16 {
            break;
        }
    }
    bytes
}

#[test]
fn no_bytes_make_the_gate_panic() {
    let mut rng = ChaCha20Rng::seed_from_u64(11);
    let small = [text(TWO_MEMORIES), with_all_exports(TWO_MEMORIES), with_all_exports("(component)")];
    let large = ["half-world", "liar", "tally"].map(component);
    for (seeds, cases) in [(&small[..], 1_500), (&large[..], 40)] {
        for seed in seeds {
            for _ in 0..cases {
                let refused = Plugin::load(&ENGINE, &mutated(seed, &mut rng), None).map_err(|error| error.to_string());
                assert!(!refused.is_err_and(|error| error.contains("gave up")), "the compiler panics");
            }
        }
    }
}

#[test]
fn every_truncation_and_many_alterations_are_survived() {
    let good = component("half-world");
    for len in (0..good.len()).step_by(31) {
        assert!(Plugin::load(&ENGINE, &good[..len], None).is_err(), "{len}");
    }
    for at in (0..good.len()).step_by(67) {
        let mut altered = good.clone();
        altered[at] ^= 0x55;
        drop(Plugin::load(&ENGINE, &altered, None));
    }
}

#[test]
fn wasi_is_named_with_advice() {
    let wasi = r#"(component (import "wasi:cli/environment@0.2.0" (instance (export "get" (func (result string))))))"#;
    let error = refusal(&text(wasi));
    assert_eq!(error.code(), "component_foreign_import");
    let message = error.to_string();
    assert!(message.contains("wasi:cli/environment@0.2.0") && message.contains("wasm32-unknown-unknown"), "{message}");
}

#[test]
fn other_imports_are_refused() {
    let foreign = r#"(component (import "evil:host/files@1.0.0" (instance (export "read" (func)))))"#;
    assert_eq!(refusal(&text(foreign)).code(), "component_foreign_import");
    let bare = r#"(component (import "read" (func)))"#;
    assert_eq!(refusal(&text(bare)).code(), "component_foreign_import");
    let lookalike = r#"(component (import "hezi:activity/files@0.1.0" (instance (export "read" (func)))) "#;
    let exports = r#"(instance $a) (export "hezi:activity/activity@0.1.0" (instance $a)))"#;
    assert_eq!(refusal(&text(&format!("{lookalike}{exports}"))).code(), "component_export_missing");
}

#[test]
fn another_version_of_the_interface_is_named() {
    let newer = r#"(component (import "hezi:activity/clock@0.2.0" (instance (export "now" (func (result u64))))))"#;
    let error = refusal(&text(newer));
    assert_eq!(error.code(), "component_other_version");
    assert!(error.to_string().contains("hezi:activity/clock@0.2.0"), "{error}");
    let export = r#"(component (instance $a) (export "hezi:activity/activity@9.0.0" (instance $a)))"#;
    assert_eq!(refusal(&text(export)).code(), "component_other_version");
}

#[test]
fn a_missing_export_is_named() {
    assert_eq!(refusal(&text("(component)")).code(), "component_export_missing");
    let error = refusal(&component("half-world"));
    assert_eq!(error.code(), "component_export_missing");
    assert!(error.to_string().contains("#describe"), "{error}");
}

#[test]
fn a_mistyped_import_is_named() {
    let mistyped = r#"(component
        (import "hezi:activity/clock@0.1.0" (instance (export "now" (func (result string)))))
        (import "hezi:activity/log@0.1.0" (instance)))"#;
    let error = refusal(&with_all_exports(mistyped));
    assert_eq!(error.code(), "component_import_mismatch");
    assert!(error.to_string().contains("now"), "{error}");
}

#[test]
fn a_mistyped_export_is_named() {
    let error = refusal(&with_all_exports("(component)"));
    assert_eq!(error.code(), "component_export_mismatch");
    assert!(error.to_string().contains("`describe`"), "{error}");
}

#[test]
fn a_component_that_is_too_large_for_the_limits_is_refused() {
    let small = engine(Limits { component_bytes: 1_000, ..limits() });
    assert_eq!(Plugin::load(&small, &component("hostile"), None).unwrap_err().code(), "component_too_large");
    let tight = engine(Limits { memory_bytes: 64 << 10, ..limits() });
    assert_eq!(Plugin::load(&tight, &component("hostile"), None).unwrap_err().code(), "component_does_not_fit");
}

#[test]
fn a_component_that_hangs_or_traps_while_starting_is_refused() {
    let starting = |body: &str| {
        let module = format!("(core module $m (func $start {body}) (start $start)) (core instance (instantiate $m))");
        with_all_exports(&format!("(component {module})"))
    };
    let error = refusal(&starting("(loop (br 0))"));
    assert!(matches!(&error, GateError::StartFailed { fault } if fault.code() == "out_of_time"), "{error}");
    let error = refusal(&starting("unreachable"));
    assert!(matches!(&error, GateError::StartFailed { fault } if fault.code() == "trapped"), "{error}");
}

#[test]
fn a_component_that_grows_without_end_while_starting_is_refused() {
    let growing = |grow: &str| {
        let start = format!("(func $start (loop (drop ({grow})) (br 0))) (start $start)");
        let module = format!("(core module $m (table 1 funcref) (memory 1) {start}) (core instance (instantiate $m))");
        with_all_exports(&format!("(component {module})"))
    };
    let error = refusal(&growing("table.grow (ref.null func) (i32.const 100)"));
    assert!(matches!(&error, GateError::StartFailed { fault } if fault.code() == "table_too_large"), "{error}");
    let error = refusal(&growing("memory.grow (i32.const 16)"));
    assert!(matches!(&error, GateError::StartFailed { fault } if fault.code() == "out_of_memory"), "{error}");
}

#[test]
fn a_description_that_changes_from_call_to_call_is_refused() {
    let mark = b"hezi-liar/decent............/".as_slice();
    let mut liar = component("liar");
    let at = liar.windows(mark.len()).position(|bytes| bytes == mark).expect("the liar's mark");
    assert!(Plugin::load(&ENGINE, &liar, None).is_ok());
    liar[at..at + mark.len()].copy_from_slice(b"hezi-liar/counting........../");
    let error = refusal(&liar);
    assert!(matches!(&error, GateError::Description { field: "describe", .. }), "{error}");
}

#[test]
fn compiled_code_is_taken_from_the_cache_and_from_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let cache = CodeCache::open(folder.path(), [3; 32]).unwrap();
    let bytes = component("hostile");
    Plugin::load(&ENGINE, &bytes, Some(&cache)).unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    let plugin = Plugin::load(&ENGINE, &bytes, Some(&cache)).unwrap();
    Activity::with(&plugin, &json!({})).assert_works();

    let artifact = std::fs::read(&files[0]).unwrap();
    assert_eq!(refusal(&artifact[32..]).code(), "component_precompiled");
    std::fs::write(&files[0], b"altered").unwrap();
    let plugin = Plugin::load(&ENGINE, &bytes, Some(&cache)).unwrap();
    Activity::with(&plugin, &json!({})).assert_works();
    assert_eq!(std::fs::read(&files[0]).unwrap().len(), artifact.len(), "it was compiled and stored again");
}
