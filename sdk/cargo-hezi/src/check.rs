//! `cargo hezi check`: asks the gate about components, and about crates, which are built first.

use std::{fs, path::Path};

use hezi_plugin::{Engine, Plugin};

use crate::{
    build,
    cli::{BuildArgs, CheckArgs},
    engine, output,
};

/// Checks everything; true if all passed.
pub(crate) fn run(args: &CheckArgs) -> bool {
    let engine = match engine::start() {
        Ok(engine) => engine,
        Err(error) => {
            output::error(error);
            return false;
        }
    };
    let passed: Vec<bool> = args.paths.iter().map(|path| check_path(&engine, path, args)).collect();
    passed.into_iter().all(|passed| passed)
}

fn check_path(engine: &Engine, path: &Path, args: &CheckArgs) -> bool {
    let is_crate = path.is_dir() || path.file_name().is_some_and(|name| name == "Cargo.toml");
    if !is_crate {
        return check(engine, path);
    }
    match build::build(&BuildArgs::of(path, &args.options)) {
        Ok(built) => built.iter().filter(|built| !check(engine, &built.file)).count() == 0,
        Err(error) => {
            output::error(error);
            false
        }
    }
}

fn check(engine: &Engine, file: &Path) -> bool {
    let plugin = fs::read(file)
        .map_err(|error| error.to_string())
        .and_then(|bytes| Plugin::load(engine, &bytes, None).map_err(|error| error.to_string()));
    match plugin {
        Ok(plugin) => output::result(line(&plugin, file)),
        Err(message) => {
            output::error(format_args!("{}: {message}", file.display()));
            return false;
        }
    }
    true
}

/// What a plugin is, in a line.
pub(crate) fn line(plugin: &Plugin, file: &Path) -> String {
    let description = plugin.description();
    let (bytes, hash) = (plugin.component_bytes(), plugin.hash());
    format!("{} {}  {bytes} bytes  sha256:{hash}  {}", description.name, description.version, file.display())
}
