//! The command of plugin authors, `cargo hezi`, and the engine tests that it is made of.
//!
//! The way of a plugin is the order of the commands, each in a file of its own name:
//!
//! * `new` makes a crate from the files in `template/`.
//! * `build` makes checked components of crates, one cargo call a workspace: `crates` finds out which ones a path means,
//!   `toolchain` finds or installs a compiler for WebAssembly without WASI, `encode` makes the component of a core module
//!   and `stamp` remembers what need not be done again. `component` does the last step alone, for other languages.
//! * `check` asks the server's gate about a component.
//! * `test` plays scenarios: `scenario` reads and plays them in an [`EngineRoom`], which gathers [`Costs`] for the table
//!   that `budget_table` draws.
//! * `push` uploads a component into a running server.
//!
//! `cli` is what can be typed. A Rust test of a component uses [`EngineRoom`], or [`Scenario`], with a dev-dependency on
//! this crate; what they give and take is re-exported as [`hezi_plugin`].
//!
//! A module imports only modules of a lower rank; a test keeps it so.
//!
//! | rank | module | the only place that knows |
//! | --- | --- | --- |
//! | 6 | `component`, `test` | how a core module is made, checked and put down; how scenarios are chosen and told |
//! | 5 | `check`, `push` | what the gate is asked; how a server is |
//! | 4 | `build`, `new` | how crates become components; how a crate begins |
//! | 3 | `cli` | what can be typed |
//! | 2 | `crates`, `scenario` | which crates a path means; what a scenario says and how it is played |
//! | 1 | `engine_room`, `toolchain`, `budget_table` | a room for a component; which compiler; how costs look |
//! | 0 | `engine`, `costs`, `encode`, `stamp`, `process`, `output`, `bundled_sdk` | one thing each, and nothing of the others |
//!
//! # Invariants
//! * Nothing here needs a file of Hezi's repository: the template and the interface are in the binary.
//! * Only `push` talks to a server, and only to the one that it is told.

mod budget_table;
mod build;
mod bundled_sdk;
mod check;
pub mod cli;
mod component;
mod costs;
mod crates;
mod encode;
mod engine;
mod engine_room;
mod new;
mod output;
mod process;
mod push;
mod scenario;
mod stamp;
mod test;
mod toolchain;

use std::{
    ffi::{OsStr, OsString},
    process::ExitCode,
};

use clap::Parser;

pub use hezi_plugin;

pub use self::{
    build::{BuildError, Built, build},
    costs::{Costs, ExportCosts},
    engine_room::{Emitted, EngineRoom, Presence, RoomError, START_MS, Table, refusal_name},
    new::{NewError, new},
    scenario::{Mismatch, Played, Scenario, ScenarioError, ScenarioProblem},
};

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
        cli::Command::New(args) => new::run(&args),
        cli::Command::Build(args) => build::run(&args),
        cli::Command::Check(args) => check::run(&args),
        cli::Command::Test(args) => test::run(&args),
        cli::Command::Push(args) => push::run(&args),
        cli::Command::Component(args) => component::run(&args),
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
