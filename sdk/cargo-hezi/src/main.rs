//! `cargo hezi`, the command of plugin authors. All of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cargo_hezi::run(std::env::args_os())
}
