//! The way of a component from bytes to a [`Plugin`], step by step.
//!
//! The author's command and the server ask the same questions in the same order, so a component that passes on the
//! author's machine is not refused on the server unless an operator has set lower limits. Cheap questions come first, and
//! each bounds what the next one can cost:
//!
//! | step | what is done | file |
//! | --- | --- | --- |
//! | 1 | the bytes are a valid component with a bounded number of parts | `gate/structure` |
//! | 2 | it is compiled, unless its machine code is in the cache | `compiled`, `cache` |
//! | 3 | it imports and exports what the interface says, fits into the engine, and is linked | `gate/world` |
//! | 4 | it starts, and says what it is within a call's budget | `gate/describe` |
//! | 5 | what it says is well-formed, its schemas too | `description`, `schema` |
//!
//! Step 2 can be done elsewhere. A few kilobytes of WebAssembly can keep a compiler busy for minutes and make it take
//! gigabytes, whatever is counted beforehand, so a server never compiles: it starts a process that is bounded from outside
//! and does nothing but [`precompile`], takes what comes back with [`Compiled::open`], and goes on with
//! [`Plugin::from_compiled`]. Limits may have been lowered since a component was uploaded, so all other steps are taken
//! each time; only compiling is saved.

use crate::{
    CodeCache, CodeKey, Compiled, Engine, GateError, Limits, Plugin, PrecompileError, component_hash,
    description::Described,
    engine,
    gate::{describe, structure, world},
};

impl Plugin {
    /// Takes all steps in this process. It may take minutes of processor time and gigabytes of memory if the component's
    /// author means harm, and it belongs on a blocking thread.
    ///
    /// # Errors
    /// With the first reason to refuse it, a sentence for the plugin's author.
    pub fn load(engine: &Engine, bytes: &[u8], cache: Option<&CodeCache>) -> Result<Self, GateError> {
        if let Some(compiled) = cache.and_then(|cache| cache.load(engine, &component_hash(bytes))) {
            return Self::from_compiled(engine, bytes, &compiled);
        }
        structure::check(engine.limits(), engine.wasmtime().get_wasm_features(), bytes)?;
        let compiled = Compiled::compile(engine.wasmtime(), bytes).map_err(|error| match error {
            PrecompileError::Refused(refused) => refused,
            PrecompileError::OutOfMemory => GateError::DoesNotCompile { message: error.to_string() },
        })?;
        let plugin = link_and_describe(engine, bytes, &compiled)?;
        if let Some(cache) = cache {
            // A cache that cannot be written costs time at the next start and nothing else.
            drop(cache.store(engine, &compiled));
        }
        Ok(plugin)
    }

    /// Takes all steps but compiling, for a component whose machine code is there. It takes no longer than a few calls,
    /// and belongs on a blocking thread.
    ///
    /// # Errors
    /// With the first reason to refuse it, a sentence for the plugin's author.
    pub fn from_compiled(engine: &Engine, bytes: &[u8], compiled: &Compiled) -> Result<Self, GateError> {
        if component_hash(bytes) != compiled.hash() {
            let message = "its machine code is that of another component".to_owned();
            return Err(GateError::DoesNotCompile { message });
        }
        structure::check(engine.limits(), engine.wasmtime().get_wasm_features(), bytes)?;
        link_and_describe(engine, bytes, compiled)
    }
}

/// Takes the first two steps in this process, on this thread, and gives the machine code for [`Compiled::open`], signed.
///
/// Nothing of the component is run. The first step is taken here, so that nobody else has to read bytes that were never
/// looked at.
///
/// # Errors
/// [`PrecompileError`] when the component does not pass, or memory runs out where that can be said. Most allocations
/// cannot fail gracefully: the process then ends by itself.
pub fn precompile(limits: &Limits, bytes: &[u8], key: &CodeKey) -> Result<Vec<u8>, PrecompileError> {
    let engine = engine::compiler(limits).map_err(|error| PrecompileError::from(&error))?;
    structure::check(limits, engine.get_wasm_features(), bytes)?;
    let compiled = Compiled::compile(&engine, bytes)?;
    // Here and not only where it is loaded: machine code that fits nowhere need not travel.
    world::check_resources(compiled.component())?;
    compiled.sign(key).map_err(|error| PrecompileError::from(&error))
}

fn link_and_describe(engine: &Engine, bytes: &[u8], compiled: &Compiled) -> Result<Plugin, GateError> {
    let linked = world::link(engine, compiled.component())?;
    let described = Described::read(describe::ask(engine, &linked)?)?;
    // Paid here once and not by the first call. Without the image a fresh instance only takes longer.
    drop(compiled.component().initialize_copy_on_write_image());
    Ok(Plugin::new(engine, linked, compiled.hash(), bytes.len(), described))
}
