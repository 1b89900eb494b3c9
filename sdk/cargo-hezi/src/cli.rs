//! The arguments of the command: what can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Build and check plugins for Hezi.
#[derive(Debug, Parser)]
#[command(name = "cargo-hezi", bin_name = "cargo hezi", version, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build crates into checked components.
    Build(BuildArgs),
    /// Check components as the server does when they are uploaded.
    Check(CheckArgs),
}

/// How to build.
#[derive(Debug, Clone, Args)]
pub struct BuildArgs {
    /// Crates to build, or workspaces to build all plugins of.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Where to put the components [default: `hezi/plugins` in the workspace's target directory].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Where cargo works [default: `hezi/build` in the workspace's target directory].
    #[arg(long, value_name = "DIR")]
    pub target_dir: Option<PathBuf>,
    /// Cargo profile [default: `plugin` if the workspace has it, otherwise `release` tuned for size].
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Do not ask the gate. For components that are to be refused.
    #[arg(long)]
    pub no_check: bool,
    /// Use only what is installed, instead of installing a missing compiler.
    #[arg(long)]
    pub no_install: bool,
}

/// What to check.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// Components.
    #[arg(value_name = "FILE.wasm", required = true)]
    pub files: Vec<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
