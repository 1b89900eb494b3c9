//! One engine for all plugins: the compiler's settings, the pool of memories, the linker and the ticker.
//!
//! The settings are about two things. *Determinism*: no threads, no relaxed SIMD, one bit pattern for NaN, so that a
//! recorded call gives the same bytes on any machine. *Bounds*: a limited stack, limited memories, fuel that counts a
//! call's work, and a tick that lets a running call look at its clocks.
//!
//! # Invariants
//! * Nothing but the interfaces of this project's WIT package is in the linker.
//! * The ticker's thread ends with the last handle on the engine.

use std::{
    hash::{Hash, Hasher},
    num::NonZeroUsize,
    sync::Arc,
    thread,
    time::Duration,
};

use sha2::{Digest, Sha256};
use thiserror::Error;
use wasmtime::{
    Config, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig,
    component::{HasSelf, Linker},
};

use crate::{
    Limits, bindings,
    host::Host,
    limits::{MEMORIES_MAX, TABLE_ELEMENTS_MAX, TABLES_MAX},
};

/// What the engine takes for its other kind of stack unless it is told otherwise, in bytes.
const ASYNC_STACK_BYTES: usize = 2 << 20;
/// How often a running call looks at its clocks: too rare to be felt, and a small part of what they allow.
const TICK: Duration = Duration::from_millis(5);
/// Frames of the guest's stack in the message of a trap.
const TRAP_FRAMES_MAX: NonZeroUsize = NonZeroUsize::new(16).unwrap();
/// Core instances of one component: the module itself and the small ones that the component encoder puts around it. An
/// interpreter that is linked with its bindings, and with stand-ins for what it would like to import, has 13 (JavaScript
/// by componentize-qjs 0.4). The pool only counts them: nothing is reserved for one.
const CORE_INSTANCES_PER_PLUGIN: u32 = 16;
/// Memory that a pooled instance keeps mapped between two uses instead of giving it back to the system.
const KEEP_RESIDENT_BYTES: usize = 256 << 10;

/// The engine could not be made.
#[derive(Debug, Error)]
#[error("cannot start the plugin engine: {message}")]
pub struct EngineError {
    message: String,
}

impl From<wasmtime::Error> for EngineError {
    fn from(error: wasmtime::Error) -> Self {
        Self { message: format!("{error:#}") }
    }
}

/// The engine. Clones share it.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<SharedEngine>,
}

struct SharedEngine {
    wasmtime: wasmtime::Engine,
    linker: Linker<Host>,
    limits: Arc<Limits>,
    compatibility: String,
    pooled: bool,
}

impl Engine {
    /// Makes an engine with these limits and starts its ticker.
    ///
    /// Memories come from a pool if the address space has room for one, which makes a fresh instance cheap; under a
    /// tight `ulimit -v` they are mapped one by one.
    ///
    /// # Errors
    /// When the compiler refuses its settings or the system gives no memory or no thread.
    pub fn new(limits: Limits) -> Result<Self, EngineError> {
        let (wasmtime, pooled) = match wasmtime::Engine::new(&pooled(&limits)) {
            Ok(engine) => (engine, true),
            Err(_) => (wasmtime::Engine::new(&plain(&limits))?, false),
        };
        let mut linker = Linker::new(&wasmtime);
        bindings::Plugin::add_to_linker::<_, HasSelf<Host>>(&mut linker, |host| host)?;
        start_ticker(&wasmtime).map_err(|error| EngineError { message: error.to_string() })?;
        let (limits, compatibility) = (Arc::new(limits), compatibility(&wasmtime));
        Ok(Self { shared: Arc::new(SharedEngine { wasmtime, linker, limits, compatibility, pooled }) })
    }

    /// The limits that all plugins of this engine keep.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Whether memories come from a pool.
    #[must_use]
    pub fn is_pooled(&self) -> bool {
        self.shared.pooled
    }

    /// Names the engine's version and settings: compiled code is good for the engine of the same name only.
    pub(crate) fn compatibility(&self) -> &str {
        &self.shared.compatibility
    }

    pub(crate) fn shared_limits(&self) -> Arc<Limits> {
        Arc::clone(&self.shared.limits)
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.shared.wasmtime
    }

    pub(crate) fn linker(&self) -> &Linker<Host> {
        &self.shared.linker
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("pooled", &self.shared.pooled).finish_non_exhaustive()
    }
}

/// An engine that compiles and never runs anything: no pool, no ticker, no threads. What it makes is good for every engine
/// with the same name of compatibility, pooled or not: where memory comes from is no part of machine code.
pub(crate) fn compiler(limits: &Limits) -> wasmtime::Result<wasmtime::Engine> {
    let mut config = plain(limits);
    // One core is enough for a compile; the others belong to the people in the meetings.
    config.parallel_compilation(false);
    wasmtime::Engine::new(&config)
}

/// The settings that do not depend on where memory comes from.
fn plain(limits: &Limits) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        // Plugins are plain functions, and a call costs a third less without the tables that asynchronous ones need.
        .concurrency_support(false)
        // What a call is judged by is the same on every machine; the ticks are for the clocks behind that.
        .consume_fuel(true)
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        .cranelift_opt_level(OptLevel::Speed)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        // For the code that the engine itself puts between two nested components, each with a memory of its own. A
        // plugin's own modules are not let through with two memories.
        .wasm_multi_memory(true)
        .wasm_gc(false)
        .max_wasm_stack(limits.stack_bytes)
        // Nothing of ours runs on such a stack, but the engine does not start where it is smaller than the other.
        .async_stack_size(limits.stack_bytes.max(ASYNC_STACK_BYTES))
        .wasm_backtrace_max_frames(Some(TRAP_FRAMES_MAX));
    config
}

fn pooled(limits: &Limits) -> Config {
    let count = limits.instances;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(count)
        // Every instance may have all that the gate allows one, so that no plugin can take another's share.
        .total_core_instances(count.saturating_mul(CORE_INSTANCES_PER_PLUGIN))
        .total_memories(count.saturating_mul(MEMORIES_MAX))
        .total_tables(count.saturating_mul(TABLES_MAX))
        .max_core_instances_per_component(CORE_INSTANCES_PER_PLUGIN)
        .max_memories_per_component(MEMORIES_MAX)
        .max_tables_per_component(TABLES_MAX)
        .max_memory_size(limits.memory_bytes)
        .table_elements(TABLE_ELEMENTS_MAX)
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        .table_keep_resident(KEEP_RESIDENT_BYTES);
    let mut config = plain(limits);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// A digest of all that compiled code depends on. The engine offers it for hashing only.
pub(crate) fn compatibility(engine: &wasmtime::Engine) -> String {
    let mut hasher = Digester(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hex::encode(&hasher.0.finalize()[..16])
}

/// A hasher whose result does not change from one build of the standard library to the next.
struct Digester(Sha256);

impl Hasher for Digester {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// Advances the epoch until the engine is gone.
fn start_ticker(engine: &wasmtime::Engine) -> std::io::Result<()> {
    let engine = engine.weak();
    thread::Builder::new().name("hezi-epoch".into()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled_without_a_pool_is_good_for_a_pool() {
        let limits = Limits { instances: 2, ..Limits::default() };
        let names = [
            compatibility(&compiler(&limits).unwrap()),
            compatibility(&wasmtime::Engine::new(&plain(&limits)).unwrap()),
            compatibility(&wasmtime::Engine::new(&pooled(&limits)).unwrap()),
        ];
        assert!(names.iter().all(|name| *name == names[0] && name.len() == 32), "{names:?}");
    }
}
