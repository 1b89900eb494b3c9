//! Which crates a path means, and which workspace they are in.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
};

use serde::Deserialize;
use thiserror::Error;

use crate::{
    process::command,
    toolchain::{self, NoToolchain, Toolchain},
};

/// Why a path is no plugin.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "a field says in its name what it is, and the sentence above what it means")]
pub enum CratesError {
    /// There is no crate.
    #[error("`{}` has no Cargo.toml: name the folder of a plugin's crate", path.display())]
    NoManifest { path: PathBuf },
    /// Cargo cannot read the crate.
    #[error("cargo cannot read `{}`: {message}", path.display())]
    Unreadable { path: PathBuf, message: String },
    /// The crate makes no WebAssembly.
    #[error("`{}` is no plugin: a plugin's Cargo.toml has `crate-type = [\"cdylib\"]` in its [lib]", path.display())]
    NoPlugin { path: PathBuf },
    /// There is no compiler.
    #[error(transparent)]
    Toolchain(#[from] NoToolchain),
}

/// Crates of one workspace, to be built together.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder with its manifest.
    pub(crate) root: PathBuf,
    /// Its target directory, as cargo has it.
    pub(crate) target_dir: PathBuf,
    /// The compiler for it.
    pub(crate) toolchain: Toolchain,
    /// The crates: cargo's identifier and the name.
    pub(crate) packages: BTreeMap<String, String>,
    /// Packages that a path leads to, out of the workspace: the folder as cargo writes it, and the name.
    pub(crate) beside: BTreeMap<PathBuf, String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    /// `dev` or `build`; none of what is built into the package.
    kind: Option<String>,
    /// The folder, if a path leads to it.
    path: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

impl Package {
    fn is_plugin(&self) -> bool {
        self.targets.iter().any(|target| target.kind.iter().any(|kind| kind == "cdylib"))
    }

    /// Folders of packages that are built into this one and lie outside of a folder.
    fn paths_out_of(&self, root: &Path) -> impl Iterator<Item = PathBuf> {
        let built_in = self.dependencies.iter().filter(|dependency| dependency.kind.is_none());
        built_in.filter_map(|dependency| dependency.path.clone()).filter(move |path| !path.starts_with(root))
    }
}

/// The plugins that the paths mean, by workspace.
pub(crate) fn find(paths: &[PathBuf], install: bool) -> Result<Vec<Workspace>, CratesError> {
    let mut workspaces: BTreeMap<PathBuf, Workspace> = BTreeMap::new();
    for path in paths {
        let manifest = manifest(path)?;
        let folder = manifest.parent().unwrap_or(Path::new("."));
        let toolchain = toolchain::find(folder, install)?;
        let metadata = metadata(&manifest, folder, &toolchain)?;
        let beside = beside(&metadata, folder, &toolchain)?;
        let packages = plugins(&manifest, metadata.packages)?;
        let workspace = workspaces.entry(metadata.workspace_root.clone()).or_insert_with(|| Workspace {
            root: metadata.workspace_root,
            target_dir: metadata.target_directory,
            toolchain,
            packages: BTreeMap::new(),
            beside: BTreeMap::new(),
        });
        workspace.packages.extend(packages);
        workspace.beside.extend(beside);
    }
    Ok(workspaces.into_values().collect())
}

fn manifest(path: &Path) -> Result<PathBuf, CratesError> {
    let file = if path.is_dir() { path.join("Cargo.toml") } else { path.to_owned() };
    let is_manifest = file.file_name().is_some_and(|name| name == "Cargo.toml");
    match file.canonicalize() {
        Ok(file) if is_manifest => Ok(file),
        _ => Err(CratesError::NoManifest { path: path.to_owned() }),
    }
}

fn metadata(manifest: &Path, folder: &Path, toolchain: &Toolchain) -> Result<Metadata, CratesError> {
    let unreadable = |message: String| CratesError::Unreadable { path: manifest.to_owned(), message };
    let mut cargo = command(&toolchain.cargo, folder);
    cargo.args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(manifest);
    let output = cargo.stderr(Stdio::piped()).output().map_err(|error| unreadable(error.to_string()))?;
    if !output.status.success() {
        return Err(unreadable(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| unreadable(error.to_string()))
}

/// The packages outside of the workspace that paths lead to from its packages, and from there. Nothing is resolved for
/// it, so it needs no network.
fn beside(metadata: &Metadata, folder: &Path, toolchain: &Toolchain) -> Result<BTreeMap<PathBuf, String>, CratesError> {
    let root = &metadata.workspace_root;
    let mut found = BTreeMap::new();
    let mut paths: Vec<PathBuf> = metadata.packages.iter().flat_map(|package| package.paths_out_of(root)).collect();
    while let Some(path) = paths.pop() {
        if found.contains_key(&path) {
            continue;
        }
        let manifest = path.join("Cargo.toml");
        let there = self::metadata(&manifest, folder, toolchain)?;
        if let Some(package) = there.packages.into_iter().find(|package| package.manifest_path == manifest) {
            paths.extend(package.paths_out_of(root));
            found.insert(path, package.name);
        }
    }
    Ok(found)
}

/// The package of the manifest; all plugins of the workspace if it has no package of its own.
fn plugins(manifest: &Path, packages: Vec<Package>) -> Result<BTreeMap<String, String>, CratesError> {
    let is_here = |package: &Package| package.manifest_path == manifest;
    let is_virtual = !packages.iter().any(is_here);
    let chosen = packages.into_iter().filter(|package| package.is_plugin() && (is_virtual || is_here(package)));
    let chosen: BTreeMap<_, _> = chosen.map(|package| (package.id, package.name)).collect();
    if chosen.is_empty() {
        return Err(CratesError::NoPlugin { path: manifest.to_owned() });
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Makes a package with these lines in its manifest, and gives the manifest.
    fn package(folder: &Path, name: &str, lines: &str) -> PathBuf {
        let package = folder.join(name);
        fs::create_dir_all(package.join("src")).unwrap();
        fs::write(package.join("src/lib.rs"), "").unwrap();
        let manifest = package.join("Cargo.toml");
        fs::write(&manifest, format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n{lines}")).unwrap();
        manifest
    }

    #[test]
    fn packages_that_paths_lead_to_are_found_wherever_they_lie() {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().canonicalize().unwrap();
        let toolchain = Toolchain { cargo: env!("CARGO").into(), rustc: None, linker: None, std_sources: None };
        let own = "[workspace]\nmembers = [\"inside\"]\n[dependencies]\ninside = { path = \"inside\" }\n\
                   sdk = { path = \"../sdk\" }\n[dev-dependencies]\nonly-tests = { path = \"../only-tests\" }";
        let manifest = package(&folder, "quiz", own);
        package(&folder.join("quiz"), "inside", "");
        // Two that need each other by way of their tests, as cargo allows.
        package(&folder, "sdk", "[dependencies]\ndeep = { path = \"../deep\" }");
        package(&folder, "deep", "[dev-dependencies]\nsdk = { path = \"../sdk\" }");
        package(&folder, "only-tests", "");

        let metadata = metadata(&manifest, &folder.join("quiz"), &toolchain).unwrap();
        let found = beside(&metadata, &folder.join("quiz"), &toolchain).unwrap();
        let wanted = ["deep", "sdk"].map(|name| (folder.join(name), name.to_owned()));
        assert_eq!(found.into_iter().collect::<Vec<_>>(), wanted);
    }
}
