//! The command line of `hezi plugin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Looks after the plugins of a running server, as an administrator of it.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    pub(super) command: PluginCommand,
    #[command(flatten)]
    pub(super) server: ServerArguments,
}

/// Which server, and who asks.
#[derive(Debug, Args)]
pub(super) struct ServerArguments {
    /// The server, instead of the settings `public_url` and `listen`.
    #[arg(long, value_name = "URL", global = true)]
    pub(super) to: Option<String>,
    /// The server's configuration file; only its address and the token are used.
    #[arg(long, value_name = "FILE", env = "HEZI_CONFIG", global = true)]
    pub(super) config: Option<PathBuf>,
    /// A file with the administrators' token, instead of the setting `admin.token`.
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) token_file: Option<PathBuf>,
    /// Sends the token over plain http to another machine, where everybody on the way can read it.
    #[arg(long, global = true)]
    pub(super) insecure: bool,
    /// Writes the server's JSON instead of tables.
    #[arg(long, global = true)]
    pub(super) json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum PluginCommand {
    /// Lists all plugins.
    List,
    /// Shows the versions of a plugin, how they do, and what they logged last.
    Show {
        /// Name of the plugin.
        #[arg(value_parser = part)]
        name: String,
    },
    /// Loads components, and activates them unless told not to.
    Push(Push),
    /// Makes a version the active one.
    Activate {
        /// Name of the plugin.
        #[arg(value_parser = part)]
        name: String,
        /// Number of the version, as `show` lists it.
        #[arg(value_parser = part)]
        version: String,
    },
    /// Makes the version active again that was active before.
    Rollback {
        /// Name of the plugin.
        #[arg(value_parser = part)]
        name: String,
    },
    /// Switches a plugin off: nobody can make activities with it.
    Disable {
        /// Name of the plugin.
        #[arg(value_parser = part)]
        name: String,
    },
    /// Removes a version that nothing uses.
    Remove {
        /// Name of the plugin.
        #[arg(value_parser = part)]
        name: String,
        /// Number of the version, as `show` lists it.
        #[arg(value_parser = part)]
        version: String,
    },
    /// Shows what administrators did, newest first.
    Audit(AuditFilter),
}

/// Which lines of the log.
#[derive(Debug, Args)]
pub(super) struct AuditFilter {
    /// How many lines.
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(super) limit: u16,
    /// Only what came before this place, which the page before names.
    #[arg(long, value_name = "PLACE")]
    pub(super) before: Option<String>,
    /// Only what they did: a user's id, `token`, `folder`, `watch`, `server` or `stranger`.
    #[arg(long, value_name = "WHO")]
    pub(super) who: Option<String>,
    /// Only what was done to this plugin.
    #[arg(long, value_name = "NAME")]
    pub(super) plugin: Option<String>,
    /// Only what was done so, by its word: `activated`, `refused`, `quarantined`, …
    #[arg(long, value_name = "WORD")]
    pub(super) code: Option<String>,
}

/// What to load.
#[derive(Debug, Args)]
pub(super) struct Push {
    /// Files of components to load, one after another; each says itself which plugin and version it is.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Stores the versions without making them active.
    #[arg(long)]
    pub(super) no_activate: bool,
    /// Makes them active also where a later version is.
    #[arg(long, conflicts_with = "no_activate")]
    pub(super) downgrade: bool,
    /// The signature of the component, instead of FILE.minisig; with one FILE only.
    #[arg(long, value_name = "FILE")]
    pub(super) signature: Option<PathBuf>,
}

/// A text that can be a part of a path of its own.
fn part(text: &str) -> Result<String, String> {
    match text {
        "" | "." | ".." => Err("nothing has this name".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn parse(line: &str) -> Result<Arguments, String> {
        let words = std::iter::once("plugin").chain(line.split(' '));
        Line::try_parse_from(words).map(|line| line.arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        for line in ["--json --to http://x list", "list --json --to http://x", "--json list --to http://x"] {
            let Arguments { command, server } = parse(line).expect(line);
            assert!(matches!(command, PluginCommand::List) && server.json, "{line}");
            assert_eq!(server.to.as_deref(), Some("http://x"));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for line in [
            "push",
            "show",
            "show ..",
            "remove vote",
            "audit --limit 0",
            "audit --limit 1001",
            "lst",
            "",
            "push a.wasm --downgrade --no-activate",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_push_takes_many_files() {
        let PluginCommand::Push(push) = parse("push a.wasm b.wasm --no-activate").expect("a line").command else {
            panic!("another command");
        };
        assert_eq!((push.files.len(), push.no_activate), (2, true));
    }
}
