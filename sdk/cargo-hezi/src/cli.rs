//! The arguments of the command: what can be typed.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::scenario;

const FIRST_STEPS: &str = "\
A plugin from nothing to a server:
  cargo hezi new quiz && cd quiz
  cargo test                                  the rules, natively
  cargo hezi test                             the component in the server's engine
  cargo hezi push --to http://127.0.0.1:4000  with the token in HEZI_ADMIN__TOKEN";

/// Make, build, check, test and upload plugins for Hezi.
#[derive(Debug, Parser)]
#[command(name = "cargo-hezi", bin_name = "cargo hezi", version, arg_required_else_help = true, after_help = FIRST_STEPS)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the crate of a new plugin, with a small activity that works.
    New(NewArgs),
    /// Build crates into checked components.
    Build(BuildArgs),
    /// Ask the gate about plugins, as the server does when they are uploaded.
    Check(CheckArgs),
    /// Play scenarios in the server's engine, and compare what the plugin used with what it may use.
    Test(TestArgs),
    /// Upload a plugin into a running server.
    Push(PushArgs),
    /// Make a component of a WebAssembly module that was written in another language than Rust.
    Component(ComponentArgs),
}

/// What to make.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo hezi new quiz
  cargo hezi new quiz --path plugins/quiz
  cargo hezi new quiz --sdk ../hezi/sdk       with the SDK of a checkout, and not a copy of it")]
pub struct NewArgs {
    /// Name of the activity type and of the crate: 1 to 40 of a-z, 0-9 and -, a letter first. It never changes.
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Folder to make, which must not be there yet [default: NAME in the current folder].
    #[arg(long, value_name = "DIR")]
    pub path: Option<PathBuf>,
    /// Folder of the SDK to build with [default: a copy in the new crate, of the SDK that this command was built with].
    #[arg(long, value_name = "DIR")]
    pub sdk: Option<PathBuf>,
}

/// What to build.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo hezi build                            the crate in the current folder
  cargo hezi build plugins --out components   all plugins of a workspace")]
pub struct BuildArgs {
    /// Crates to build, or workspaces to build all plugins of.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to build.
    #[command(flatten)]
    pub options: BuildOptions,
    /// Do not ask the gate. For components that are to be refused.
    #[arg(long)]
    pub no_check: bool,
}

impl BuildArgs {
    /// To build what lies in one folder.
    pub(crate) fn of(path: &Path, options: &BuildOptions) -> Self {
        Self { paths: vec![path.to_owned()], options: options.clone(), no_check: false }
    }
}

/// How to build.
#[derive(Debug, Clone, Default, Args)]
pub struct BuildOptions {
    /// Where to put the components [default: `hezi/plugins` in the workspace's target directory].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Where cargo works [default: `hezi/build` in the workspace's target directory].
    #[arg(long, value_name = "DIR")]
    pub target_dir: Option<PathBuf>,
    /// Cargo profile [default: `plugin` if the workspace has it, otherwise `release` tuned for size].
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Fail where Cargo.lock would have to change, as with cargo.
    #[arg(long)]
    pub locked: bool,
    /// Use only what is installed, instead of installing a missing compiler.
    #[arg(long)]
    pub no_install: bool,
}

/// What to check.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo hezi check                            builds the crate in the current folder and asks about it
  cargo hezi check target/hezi/plugins/quiz.wasm")]
pub struct CheckArgs {
    /// Components, or crates, which are built first.
    #[arg(value_name = "FILE.wasm|PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to build.
    #[command(flatten)]
    pub options: BuildOptions,
}

/// What to test.
#[derive(Debug, Clone, Args)]
#[command(after_help = "`cargo hezi test --help` explains how scenarios are written.", after_long_help = scenario::FORMAT)]
pub struct TestArgs {
    /// The plugin's folder: its crate, and its scenarios in the files `scenarios/*.toml`.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Scenarios to play, files or folders [default: `scenarios` in the plugin's folder].
    #[arg(long, value_name = "PATH")]
    pub scenario: Vec<PathBuf>,
    /// Test this component instead of building one. For plugins in other languages than Rust.
    #[arg(long, value_name = "FILE.wasm")]
    pub component: Option<PathBuf>,
    /// How to build.
    #[command(flatten)]
    pub options: BuildOptions,
}

/// What to upload, and where to.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  HEZI_ADMIN__TOKEN=… cargo hezi push --to https://hezi.example.com
  cargo hezi push --to https://hezi.example.com --token-file ~/.hezi-token
  cargo hezi push --to http://127.0.0.1:4000 --no-activate      tries it later, from the admin's side

A signature is sent along if the file `COMPONENT.wasm.minisig` lies beside the component, as
`minisign -Sm COMPONENT.wasm` makes it.")]
pub struct PushArgs {
    /// The plugin's crate.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// The server's address.
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// A file with the administrator's token, instead of HEZI_ADMIN__TOKEN in the environment. The token itself is no
    /// argument: every process on this machine can read those.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Load it without making it the version that new activities use.
    #[arg(long)]
    pub no_activate: bool,
    /// Make it the version that is used also where a later one is.
    #[arg(long, conflicts_with = "no_activate")]
    pub downgrade: bool,
    /// Upload this component instead of building one.
    #[arg(long, value_name = "FILE.wasm")]
    pub component: Option<PathBuf>,
    /// A signature in minisign's format [default: the component's file with `.minisig`, if it is there].
    #[arg(long, value_name = "FILE")]
    pub signature: Option<PathBuf>,
    /// Send the token over plain HTTP to another machine, where everybody on the way can read it.
    #[arg(long)]
    pub insecure: bool,
    /// How to build.
    #[command(flatten)]
    pub options: BuildOptions,
}

/// What to make a component of.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Example, with Debian's clang:
  clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry -o poll.core.wasm poll.c
  cargo hezi component poll.core.wasm --out poll.wasm
  cargo hezi test --component poll.wasm

The module exports its functions under the names of the canonical ABI (`hezi:activity/activity@0.1.0#act`) and imports
the host's likewise (module `hezi:activity/state@0.1.0`, name `get`). It may bring its own description of the interface
along, as `wit-bindgen` makes it; if it does not, this command adds the one of Hezi.")]
pub struct ComponentArgs {
    /// The core module.
    #[arg(value_name = "MODULE.wasm")]
    pub module: PathBuf,
    /// Where to put the component.
    #[arg(long, value_name = "FILE.wasm")]
    pub out: PathBuf,
    /// Do not ask the gate. For components that are to be refused.
    #[arg(long)]
    pub no_check: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_token_is_no_argument_and_its_file_is() {
        let push = ["cargo-hezi", "push", "--to", "http://127.0.0.1:4000"];
        assert!(Cli::try_parse_from([&push[..], &["--token", "a-very-secret-token"]].concat()).is_err());
        let cli = Cli::try_parse_from([&push[..], &["--token-file", "token"]].concat()).unwrap();
        let Command::Push(args) = cli.command else { panic!("it is a push") };
        assert_eq!(args.token_file.as_deref(), Some(Path::new("token")));
    }
}
