//! The one place where a call leaves the plugin: to the host on WebAssembly, to the test room anywhere else.
//!
//! Both sides have the same functions with the same signatures, one module for each import of the interface.

#[cfg(target_arch = "wasm32")]
pub(crate) use crate::bindings::hezi::activity::{clock, confirmation, locale, log, random, room, state, timer};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use crate::testing::imports::{clock, confirmation, locale, log, random, room, state, timer};
