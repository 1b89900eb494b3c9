//! The SDK that this command was built beside: its sources, to be written into a new crate as long as no registry has them.
//!
//! # Invariants
//! * What is written depends on nothing that lies outside of it: what its manifest takes from our workspace stands in it.

use toml::{Table, Value};

/// The files of the SDK with their places in it, and as `workspace` the manifest of our workspace. Empty where this command
/// was built from a package of its own.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sdk_files.rs"));
/// The workspace's manifest among the files.
const WORKSPACE: &str = "workspace";
/// The SDK's manifest among the files.
const MANIFEST: &str = "Cargo.toml";

/// The files of the SDK: where they go, and what stands in them. None where this command has no SDK with it.
pub(crate) fn files() -> Option<Vec<(&'static str, String)>> {
    let find = |name| FILES.iter().find(|(place, _)| *place == name).map(|(_, text)| *text);
    let manifest = stand_alone(find(MANIFEST)?, find(WORKSPACE)?)?;
    let sources = FILES.iter().filter(|(place, _)| ![MANIFEST, WORKSPACE].contains(place));
    let mut files: Vec<_> = sources.map(|(place, text)| (*place, (*text).to_owned())).collect();
    files.push((MANIFEST, manifest));
    Some(files)
}

/// The manifest with what it takes from the workspace put in, and without what only tests and registries need.
fn stand_alone(manifest: &str, workspace: &str) -> Option<String> {
    let (mut manifest, workspace) = (manifest.parse::<Table>().ok()?, workspace.parse::<Table>().ok()?);
    let workspace = workspace.get("workspace")?.as_table()?;
    let package = manifest.get_mut("package")?.as_table_mut()?;
    for needless in ["readme", "include"] {
        package.remove(needless);
    }
    inherit(package, workspace.get("package")?.as_table()?);
    manifest.remove("dev-dependencies");
    let shared = workspace.get("dependencies")?.as_table()?;
    inherit(manifest.get_mut("dependencies")?.as_table_mut()?, shared);
    let targets = manifest.get_mut("target").and_then(Value::as_table_mut);
    for (_, target) in targets.into_iter().flatten() {
        if let Some(dependencies) = target.get_mut("dependencies").and_then(Value::as_table_mut) {
            inherit(dependencies, shared);
        }
    }
    toml::to_string(&manifest).ok()
}

/// Puts the workspace's values where a table says `workspace = true`. What stands beside that goes over them; features add up.
fn inherit(own: &mut Table, shared: &Table) {
    for (name, value) in own.iter_mut() {
        let Some(table) = value.as_table_mut() else { continue };
        if table.remove("workspace").is_none() {
            continue;
        }
        let Some(base) = shared.get(name) else { continue };
        *value = match base {
            Value::Table(base) => Value::Table(over(base, table)),
            text if table.is_empty() => text.clone(),
            text => Value::Table(over(&Table::from_iter([("version".to_owned(), text.clone())]), table)),
        };
    }
}

fn over(base: &Table, own: &Table) -> Table {
    let mut merged = base.clone();
    for (key, value) in own {
        match (merged.get_mut(key), value) {
            (Some(Value::Array(features)), Value::Array(more)) if key == "features" => features.extend(more.clone()),
            _ => drop(merged.insert(key.clone(), value.clone())),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_that_is_brought_along_needs_nothing_around_it() {
        let files = files().expect("it is built beside the SDK");
        let text = |name: &str| files.iter().find(|(place, _)| *place == name).map(|(_, text)| text.as_str());
        assert!(text("src/lib.rs").is_some() && text("wit/world.wit").is_some() && text(WORKSPACE).is_none());
        let manifest: Table = text(MANIFEST).expect("a manifest").parse().expect("TOML");
        assert!(!text(MANIFEST).expect("a manifest").contains("workspace"), "{manifest}");
        assert_eq!(manifest["package"]["name"].as_str(), Some("hezi-sdk"));
        assert_eq!(manifest["package"]["version"].as_str(), Some(env!("CARGO_PKG_VERSION")));
        assert!(manifest["dependencies"]["serde"]["version"].is_str() && !manifest.contains_key("dev-dependencies"));
    }

    #[test]
    fn what_stands_beside_goes_over_what_is_inherited() {
        let workspace = "[workspace.package]\nversion = \"1.2.3\"\n[workspace.dependencies]\na = \"1\"\n\
                         b = { version = \"2\", default-features = false, features = [\"x\"] }\n";
        let manifest = "[package]\nname = \"n\"\nversion.workspace = true\nreadme = \"R\"\n[dependencies]\na.workspace = true\n\
                        b = { workspace = true, features = [\"y\"], default-features = true }\nc = \"3\"\n";
        let alone: Table = stand_alone(manifest, workspace).expect("TOML").parse().expect("TOML");
        let expected: Table = "[package]\nname = \"n\"\nversion = \"1.2.3\"\n[dependencies]\na = \"1\"\nc = \"3\"\n\
             b = { version = \"2\", default-features = true, features = [\"x\", \"y\"] }\n"
            .parse()
            .expect("TOML");
        assert_eq!(alone, expected);
    }
}
