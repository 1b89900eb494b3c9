//! The command of plugin authors: `cargo hezi build` makes checked components of crates, `cargo hezi check` asks the
//! server's gate about a component.
//!
//! It neither runs plugins nor talks to a server. In the order in which a build goes:
//!
//! * `cli`: what can be typed.
//! * `crates`: which crates a path means, and which workspace they are in.
//! * `toolchain`: a compiler for WebAssembly without WASI, found or installed.
//! * `build`: one cargo call a workspace, then a component of each crate.
//! * `encode`: the component of a core module. `stamp`: what need not be done again.
//! * `check`: the gate.

mod build;
mod check;
pub mod cli;
mod crates;
mod encode;
mod output;
mod process;
mod stamp;
mod toolchain;

use std::{
    ffi::{OsStr, OsString},
    process::ExitCode,
};

use clap::Parser;

pub use self::build::{BuildError, Built, build};

/// Runs the command with the arguments of the process.
///
/// Cargo runs its external commands with their own name as first argument, which is dropped: `cargo hezi build` and
/// `cargo-hezi build` are the same.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).map(OsString::as_os_str) == Some(OsStr::new("hezi")) {
        args.remove(1);
    }
    let done = match cli::Cli::parse_from(args).command {
        cli::Command::Build(args) => build::run(&args),
        cli::Command::Check(args) => check::run(&args),
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
