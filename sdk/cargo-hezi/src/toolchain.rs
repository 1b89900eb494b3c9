//! Finds a compiler for WebAssembly without WASI, and gets one if there is none.
//!
//! In this order, cheapest first:
//!
//! 1. the compiler of the workspace has the target installed;
//! 2. a distribution's compiler comes with the sources of the standard library, which is then built along;
//! 3. `rustup` can install the target;
//! 4. the distribution's packages can be installed.
//!
//! Steps 3 and 4 need a network; they are tried silently or with a word of what is going on, and given up in time.

mod compiler;
mod distribution;
mod rustup;

use std::path::Path;

use thiserror::Error;

pub(crate) use self::compiler::{TARGET, Toolchain};

/// There is no compiler for plugins, and none could be got.
#[derive(Debug, Error)]
#[error(
    "no Rust compiler for {TARGET} here: run `rustup target add {TARGET}`, or on Debian \
     `apt-get install rustc-web cargo-web rust-web-src` and the `lld` of the same LLVM"
)]
pub struct NoToolchain;

/// Finds the compiler for a folder, which may say itself which one it wants.
pub(crate) fn find(folder: &Path, install: bool) -> Result<Toolchain, NoToolchain> {
    let installed = || rustup::installed(folder).or_else(|| distribution::installed(folder));
    if let Some(toolchain) = installed() {
        return Ok(toolchain);
    }
    if install && (rustup::install(folder) || distribution::install(folder)) {
        return installed().ok_or(NoToolchain);
    }
    Err(NoToolchain)
}
