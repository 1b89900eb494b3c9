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
    let Ok(engine) = engine::start().inspect_err(|error| output::error(error)) else { return false };
    args.paths.iter().filter(|path| !check_path(&engine, path, args)).count() == 0
}

fn check_path(engine: &Engine, path: &Path, args: &CheckArgs) -> bool {
    let is_crate = path.is_dir() || path.file_name().is_some_and(|name| name == "Cargo.toml");
    if !is_crate {
        return check(engine, path);
    }
    let built = build::build(&BuildArgs::of(path, &args.options)).inspect_err(|error| output::error(error));
    built.is_ok_and(|built| built.iter().filter(|built| !check(engine, &built.file)).count() == 0)
}

fn check(engine: &Engine, file: &Path) -> bool {
    let plugin = fs::read(file)
        .map_err(|error| error.to_string())
        .and_then(|bytes| Plugin::load(engine, &bytes, None).map_err(|error| error.to_string()));
    let plugin = plugin.map_err(|message| format!("{}: {message}", file.display()));
    output::outcome(plugin, |plugin| output::result(line(&plugin, file)))
}

/// What a plugin is, in a line.
pub(crate) fn line(plugin: &Plugin, file: &Path) -> String {
    let description = plugin.description();
    let (bytes, hash) = (plugin.component_bytes(), plugin.hash());
    format!("{} {}  {bytes} bytes  sha256:{hash}  {}", description.name, description.version, file.display())
}
