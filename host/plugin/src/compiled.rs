//! Machine code: how a component becomes it, in this process or in one made for that, and how it is taken in.
//!
//! A few kilobytes of WebAssembly can keep a compiler busy for minutes and make it take gigabytes, whatever is counted
//! beforehand. A server therefore never compiles: it starts a process that is bounded from outside and does nothing but
//! [`precompile`], and takes what comes back with [`Compiled::open`].
//!
//! # Invariants
//! * Machine code enters this process in one place, [`revive`], and only with an authentication code made by us.

use std::panic::{AssertUnwindSafe, catch_unwind};

use thiserror::Error;
use wasmtime::component::Component;

use crate::{
    Engine, GateError, Limits, component_hash,
    engine::{compatibility, compiler},
    gate,
    seal::{Seal, name_of},
};

/// The machine code of one component, ready to become a [`crate::Plugin`].
#[derive(Clone)]
pub struct Compiled {
    hash: String,
    component: Component,
}

/// Machine code that is not taken: it was not made for this component and engine by whoever has the key, or it is
/// damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the machine code is not what was ordered: it is for another component or engine, or it is damaged")]
pub struct NotOurs;

/// Why there is no machine code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PrecompileError {
    /// The component is to blame.
    #[error(transparent)]
    Refused(#[from] GateError),
    /// There was not enough memory.
    #[error("there was not enough memory")]
    OutOfMemory,
}

/// Compiles a component in this process, on this thread, and gives the sealed machine code for [`Compiled::open`].
///
/// Nothing of the component is run. The gate's first questions are asked here, so that nobody else has to read bytes
/// that were never looked at.
///
/// # Errors
/// [`PrecompileError`] when the component does not pass, or memory runs out where that can be said. Most allocations
/// cannot fail gracefully: the process then ends by itself.
pub fn precompile(limits: &Limits, bytes: &[u8], seal: &Seal) -> Result<Vec<u8>, PrecompileError> {
    let engine = compiler(limits).map_err(|error| judge(&error))?;
    gate::structure::check(limits, engine.get_wasm_features(), bytes)?;
    let component = guarded(|| Component::from_binary(&engine, bytes))?.map_err(|error| judge(&error))?;
    // Here and not only where it is loaded: machine code that fits nowhere need not travel.
    gate::world::check_resources(&component)?;
    let artifact = component.serialize().map_err(|error| judge(&error))?;
    Ok(seal.close(&name_of(&component_hash(bytes), &compatibility(&engine)), &artifact))
}

/// Runs the compiler. It must not panic, whatever it is given; where it does it is the component that is refused, and whoever
/// asked goes on.
fn guarded<T>(compile: impl FnOnce() -> T) -> Result<T, GateError> {
    // Nothing is used again that a panic could have left half done: the engine is only read.
    catch_unwind(AssertUnwindSafe(compile)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        let message = format!("the compiler gave up on it: {}", said.unwrap_or("it did not say why"));
        GateError::DoesNotCompile { message }
    })
}

fn judge(error: &wasmtime::Error) -> PrecompileError {
    match error.is::<wasmtime::OutOfMemory>() {
        true => PrecompileError::OutOfMemory,
        false => refusal(error).into(),
    }
}

/// What the compiler says to a component's author. A pooled engine compares what a component needs with what there is before
/// anybody else can; the engine has no public type for this error, and a test pins the text.
fn refusal(error: &wasmtime::Error) -> GateError {
    let message = format!("{error:#}");
    match message.contains("pooling allocator") {
        true => GateError::DoesNotFit { message },
        false => GateError::DoesNotCompile { message },
    }
}

impl Compiled {
    /// Takes the machine code of the component with this hash, as [`precompile`] gave it for this seal.
    ///
    /// # Errors
    /// [`NotOurs`] when it is anything else.
    pub fn open(engine: &Engine, hash: &str, seal: &Seal, sealed: &[u8]) -> Result<Self, NotOurs> {
        let component = revive(engine, hash, seal, sealed).ok_or(NotOurs)?;
        Ok(Self { hash: hash.to_owned(), component })
    }

    /// Compiles in this process.
    pub(crate) fn here(engine: &Engine, bytes: &[u8]) -> Result<Self, GateError> {
        let component =
            guarded(|| Component::from_binary(engine.wasmtime(), bytes))?.map_err(|error| refusal(&error))?;
        Ok(Self { hash: component_hash(bytes), component })
    }

    /// The SHA-256 of the component, in hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    pub(crate) fn component(&self) -> &Component {
        &self.component
    }

    /// The machine code, sealed.
    pub(crate) fn seal(&self, engine: &Engine, seal: &Seal) -> wasmtime::Result<Vec<u8>> {
        let artifact = self.component.serialize()?;
        Ok(seal.close(&name_of(&self.hash, engine.compatibility()), &artifact))
    }
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compiled").field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// Loads machine code, if it is genuine and made for this engine.
fn revive(engine: &Engine, hash: &str, seal: &Seal, sealed: &[u8]) -> Option<Component> {
    let artifact = seal.open(&name_of(hash, engine.compatibility()), sealed)?;
    #[expect(unsafe_code, reason = "loading compiled code is unsafe by nature")]
    // SAFETY: `deserialize` needs bytes that `Component::serialize` or `Engine::precompile_component` made. The
    // authentication code that was just compared is made with the seal's key only, and `Seal::close` has two callers:
    // `Compiled::seal` and `precompile`, each over bytes fresh from `serialize`. The key is known to those who may call
    // them: the server's own key never leaves its process, and a key for once is given to a process of this same program
    // over a pipe that nobody else holds. The code covers the name, which names the component and the engine's version and settings, so genuine machine code
    // cannot stand in for other, and what broke off or was altered on its way does not match. The bytes are this
    // process's own copy and cannot change now.
    let component = unsafe { Component::deserialize(engine.wasmtime(), artifact) };
    component.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_panics_is_a_refusal() {
        let refused = guarded(|| -> u8 { panic!("two of {}", "them") }).unwrap_err();
        assert_eq!(refused.code(), "component_does_not_compile");
        assert!(refused.to_string().contains("two of them"), "{refused}");
        assert_eq!(guarded(|| 7), Ok(7));
    }
}
