//! Machine code that another engine made: what is taken, and what is not.

use hezi_plugin::{
    CodeCache, CodeKey, Compiled, Engine, GateError, Limits, NotGenuine, Plugin, PrecompileError, component_hash,
    precompile,
};
use serde_json::json;

use crate::activity::{Activity, ENGINE, component, engine, limits};

const KEY: [u8; 32] = [5; 32];

fn signed(bytes: &[u8]) -> Vec<u8> {
    precompile(&Limits::default(), bytes, &CodeKey::new(KEY)).expect("the component compiles")
}

fn open(engine: &Engine, bytes: &[u8], signed: &[u8]) -> Result<Compiled, NotGenuine> {
    Compiled::open(engine, &component_hash(bytes), &CodeKey::new(KEY), signed)
}

#[test]
fn what_was_compiled_elsewhere_runs_in_a_pooled_engine() {
    assert!(ENGINE.is_pooled(), "this machine has room for a pool");
    let bytes = component("hostile");

    let compiled = open(&ENGINE, &bytes, &signed(&bytes)).expect("ours");
    let plugin = Plugin::from_compiled(&ENGINE, &bytes, &compiled).expect("it passes the gate");

    assert_eq!(plugin.hash(), component_hash(&bytes));
    Activity::with(&plugin, &json!({})).assert_works();
}

#[test]
fn the_machine_code_does_not_depend_on_who_compiles() {
    let (bytes, folder) = (component("half-world"), tempfile::tempdir().expect("a folder"));
    assert_eq!(signed(&bytes), signed(&bytes), "it is the same each time");
    let cache = CodeCache::open(folder.path(), KEY).expect("a cache");
    let bytes = component("hostile");
    Plugin::load(&ENGINE, &bytes, Some(&cache)).expect("it passes the gate");
    let file = std::fs::read_dir(folder.path()).expect("the folder").next().expect("a file").expect("a file").path();
    assert_eq!(std::fs::read(file).expect("the file"), signed(&bytes), "and the same as in a pooled engine");
}

#[test]
fn what_is_kept_is_found_and_never_compiled() {
    let (bytes, folder) = (component("hostile"), tempfile::tempdir().expect("a folder"));
    let cache = CodeCache::open(folder.path(), [6; 32]).expect("a cache");
    assert!(cache.load(&ENGINE, &component_hash(&bytes)).is_none());

    cache.store(&ENGINE, &open(&ENGINE, &bytes, &signed(&bytes)).expect("ours")).expect("stored");

    let found = cache.load(&ENGINE, &component_hash(&bytes)).expect("it is there");
    let plugin = Plugin::from_compiled(&ENGINE, &bytes, &found).expect("it passes the gate");
    Activity::with(&plugin, &json!({})).assert_works();
}

#[test]
fn anything_else_is_not_taken() {
    let (bytes, other) = (component("half-world"), component("hostile"));
    let genuine = signed(&bytes);
    assert!(open(&ENGINE, &bytes, &genuine).is_ok());

    for at in [0, 31, 32, genuine.len() / 2, genuine.len() - 1] {
        let mut altered = genuine.clone();
        altered[at] ^= 1;
        assert_eq!(open(&ENGINE, &bytes, &altered).err(), Some(NotGenuine), "byte {at} was altered");
    }
    for length in [0, 16, 32, genuine.len() - 1] {
        assert_eq!(open(&ENGINE, &bytes, &genuine[..length]).err(), Some(NotGenuine), "{length} bytes");
    }
    assert_eq!(open(&ENGINE, &other, &genuine).err(), Some(NotGenuine), "the code of another component");
    let foreign = Compiled::open(&ENGINE, &component_hash(&bytes), &CodeKey::new([1; 32]), &genuine);
    assert_eq!(foreign.err(), Some(NotGenuine), "another key");
}

#[test]
fn machine_code_stands_for_its_own_component_only() {
    let (bytes, other) = (component("hostile"), component("half-world"));
    let compiled = open(&ENGINE, &bytes, &signed(&bytes)).expect("ours");
    let error = Plugin::from_compiled(&ENGINE, &other, &compiled).expect_err("it is refused");
    assert_eq!(error.code(), "component_does_not_compile");
}

#[test]
fn limits_that_were_lowered_since_are_kept() {
    let bytes = component("hostile");
    let small = engine(Limits { component_bytes: 1_000, ..limits() });
    let compiled = open(&small, &bytes, &signed(&bytes)).expect("ours");
    let error = Plugin::from_compiled(&small, &bytes, &compiled).expect_err("it is refused");
    assert_eq!(error.code(), "component_too_large");
}

#[test]
fn the_first_questions_are_asked_before_compiling() {
    let refusal = |bytes: &[u8]| match precompile(&Limits::default(), bytes, &CodeKey::new(KEY)) {
        Err(PrecompileError::Refused(error)) => error,
        other => panic!("{} bytes or another error", other.map_or(0, |code| code.len())),
    };
    assert_eq!(refusal(b"garbage"), GateError::NotWasm);
    assert_eq!(refusal(b"\0asm\x01\0\0\0"), GateError::CoreModule);
    assert_eq!(refusal(&signed(&component("half-world"))[32..]), GateError::Precompiled);
    let functions = format!("(component (core module {}))", "(func)".repeat(100_000));
    let functions = wat::parse_str(functions).expect("a component in text form");
    assert_eq!(refusal(&functions).code(), "component_too_complex");
    assert_eq!(refusal(&vec![0; (4 << 20) + 1]).code(), "component_too_large");
}
