//! `cargo hezi check`: asks the gate about components.

use std::{fs, path::Path};

use hezi_plugin::{Engine, Limits, Plugin, gate};

use crate::{cli::CheckArgs, output};

/// Instances that a check needs at the same time.
const INSTANCES: u32 = 4;

/// Checks all files; true if all passed.
pub(crate) fn run(args: &CheckArgs) -> bool {
    let engine = match engine() {
        Ok(engine) => engine,
        Err(message) => {
            output::error(message);
            return false;
        }
    };
    let passed: Vec<bool> = args.files.iter().map(|file| check(&engine, file)).collect();
    passed.into_iter().all(|passed| passed)
}

/// The server's engine with the server's default limits, in a size for one command.
pub(crate) fn engine() -> Result<Engine, String> {
    Engine::new(Limits { instances: INSTANCES, ..Limits::default() }).map_err(|error| error.to_string())
}

fn check(engine: &Engine, file: &Path) -> bool {
    let plugin = fs::read(file)
        .map_err(|error| error.to_string())
        .and_then(|bytes| gate::check(engine, &bytes).map(|checked| checked.plugin).map_err(|error| error.to_string()));
    match plugin {
        Ok(plugin) => output::result(line(&plugin, file)),
        Err(message) => {
            output::error(format_args!("{}: {message}", file.display()));
            return false;
        }
    }
    true
}

fn line(plugin: &Plugin, file: &Path) -> String {
    let description = plugin.description();
    let (bytes, hash) = (plugin.component_bytes(), plugin.hash());
    format!("{} {}  {bytes} bytes  sha256:{hash}  {}", description.name, description.version, file.display())
}
