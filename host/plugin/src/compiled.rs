//! Machine code: how a component becomes it, and how it is taken in when it was made elsewhere.
//!
//! What has to be asked before and after is the pipeline's business.
//!
//! # Invariants
//! * Machine code enters this process in one place, [`revive`], and only with a signature made by us.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest, Sha256};
use thiserror::Error;
use wasmtime::component::Component;

use crate::{
    Engine, GateError,
    code_key::{CodeKey, name_of},
    engine::compatibility,
};

/// The SHA-256 of a component, in hexadecimal digits: its name in caches, journals and registries.
#[must_use]
pub fn component_hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

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
pub struct NotGenuine;

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

impl From<&wasmtime::Error> for PrecompileError {
    fn from(error: &wasmtime::Error) -> Self {
        match error.is::<wasmtime::OutOfMemory>() {
            true => Self::OutOfMemory,
            false => refusal(error).into(),
        }
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
    /// Takes the machine code of the component with this hash, as [`crate::precompile`] signed it with this key.
    ///
    /// # Errors
    /// [`NotGenuine`] when it is anything else.
    pub fn open(engine: &Engine, hash: &str, key: &CodeKey, signed: &[u8]) -> Result<Self, NotGenuine> {
        let component = revive(engine, hash, key, signed).ok_or(NotGenuine)?;
        Ok(Self { hash: hash.to_owned(), component })
    }

    /// Compiles a component in this process, on this thread. Nothing of it is run.
    pub(crate) fn compile(engine: &wasmtime::Engine, bytes: &[u8]) -> Result<Self, PrecompileError> {
        let component =
            guarded(|| Component::from_binary(engine, bytes))?.map_err(|error| PrecompileError::from(&error))?;
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

    /// The machine code behind its signature.
    pub(crate) fn sign(&self, key: &CodeKey) -> wasmtime::Result<Vec<u8>> {
        let artifact = self.component.serialize()?;
        Ok(key.sign(&name_of(&self.hash, &compatibility(self.component.engine())), &artifact))
    }
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compiled").field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// Loads machine code, if it is genuine and made for this engine.
fn revive(engine: &Engine, hash: &str, key: &CodeKey, signed: &[u8]) -> Option<Component> {
    let artifact = key.verify(&name_of(hash, engine.compatibility()), signed)?;
    #[expect(unsafe_code, reason = "loading compiled code is unsafe by nature")]
    // SAFETY: `deserialize` needs bytes that `Component::serialize` or `Engine::precompile_component` made. The
    // signature that was just compared is made with this key only, and `CodeKey::sign` has one caller, `Compiled::sign`,
    // which signs bytes fresh from `serialize`. The key is known to those who may call it: the server's own key never
    // leaves its process, and a key for once is given to a process of this same program over a pipe that nobody else
    // holds. The signature covers the name, which names the component and the engine's version and settings, so genuine
    // machine code cannot stand in for other, and what broke off or was altered on its way does not match. The bytes are
    // this process's own copy and cannot change now.
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
