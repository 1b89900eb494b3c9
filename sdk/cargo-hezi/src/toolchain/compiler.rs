//! A compiler for plugins, wherever it comes from, and what it compiles them for.

use std::path::PathBuf;

/// What plugins are compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A compiler that can build plugins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toolchain {
    /// The cargo that goes with it.
    pub(crate) cargo: PathBuf,
    /// The compiler, if it is not the one that cargo would take by itself.
    pub(crate) rustc: Option<PathBuf>,
    /// The linker, if the compiler does not have one of its own.
    pub(crate) linker: Option<PathBuf>,
    /// The sources of the standard library, if it has to be built along.
    pub(crate) std_sources: Option<PathBuf>,
}
