//! `cargo hezi build`: makes checked components of crates.
//!
//! Crates of one workspace are built by one call of cargo, so that a standard library that has to be built is built
//! once. Cargo knows what has changed; what it did not change is not encoded and checked again either.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use hezi_plugin::{Engine, EngineError, GateError, Plugin, component_hash};
use serde::Deserialize;
use thiserror::Error;

use crate::{
    cli::{BuildArgs, BuildOptions},
    crates::{self, CratesError, Workspace},
    encode::{self, EncodeError},
    engine, output,
    process::command,
    stamp::{self, Stamp},
    toolchain::TARGET,
};

/// Stack of a plugin in its linear memory. The default of 1 MiB would have to be set up for each fresh instance; this
/// is enough to read a JSON text as deep as the host lets one through.
const STACK_BYTES: u32 = 128 << 10;
/// What `release` is tuned with if the workspace has no profile for plugins: what the built-in plugins are built with.
/// There a sum that overflows is a fault, and not a number that people see.
const SIZE_SETTINGS: [&str; 6] =
    ["opt-level=\"s\"", "lto=true", "codegen-units=1", "panic=\"abort\"", "strip=\"symbols\"", "overflow-checks=true"];

/// Why a build failed.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "a field says in its name what it is, and the sentence above what it means")]
pub enum BuildError {
    /// A path is no plugin, or there is no compiler.
    #[error(transparent)]
    Crates(#[from] CratesError),
    /// Cargo failed; it has said why.
    #[error("cargo could not build the plugins in `{}`", root.display())]
    Cargo { root: PathBuf },
    /// Cargo built no module for a crate.
    #[error("cargo built no WebAssembly module of `{package}`")]
    NoModule { package: String },
    /// A module does not become a component.
    #[error("{package}: {source}")]
    Encode { package: String, source: EncodeError },
    /// The gate refuses a component.
    #[error("{package}: {source}")]
    Refused { package: String, source: Box<GateError> },
    /// Two crates say that they are the same plugin.
    #[error("`{package}` and `{other}` are both named `{name}` in their descriptions")]
    SameName { package: String, other: String, name: String },
    /// One plugin is wanted, and there are several.
    #[error("`{}` has {count} plugins: name the folder of one of them", path.display())]
    Several { path: PathBuf, count: usize },
    /// A file cannot be read or written.
    #[error("cannot use `{}`: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    /// The engine does not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A component that was built.
#[derive(Debug, Clone)]
pub struct Built {
    /// The plugin's name; the crate's, if the gate was not asked.
    pub name: String,
    /// The plugin's version, if the gate was asked.
    pub version: Option<String>,
    /// Where the component lies.
    pub file: PathBuf,
    /// The size of the component.
    pub component_bytes: usize,
    /// The SHA-256 of the component, in hexadecimal digits.
    pub hash: String,
}

/// Builds and says what was built; true if all went well.
pub(crate) fn run(args: &BuildArgs) -> bool {
    output::outcome(build(args), |all| all.iter().for_each(|built| output::result(line(built))))
}

/// Builds all crates that the arguments name.
///
/// # Errors
/// With the first thing that goes wrong; components that were finished before stay.
pub fn build(args: &BuildArgs) -> Result<Vec<Built>, BuildError> {
    let mut all = Vec::new();
    let mut owners: BTreeMap<PathBuf, String> = BTreeMap::new();
    for workspace in crates::find(&args.paths, !args.options.no_install)? {
        let modules = compile(&args.options, &workspace)?;
        let options = &args.options;
        let (out, stamps) = (out(options, &workspace), work(options, &workspace));
        let mut maker = Maker { no_check: args.no_check, out, stamps, engine: None };
        for (package, module) in modules {
            let built = maker.make(&package, &module)?;
            if let Some(other) = owners.insert(built.file.clone(), package.clone()) {
                return Err(BuildError::SameName { package, other, name: built.name });
            }
            all.push(built);
        }
    }
    Ok(all)
}

/// Builds the one plugin that lies in a folder.
pub(crate) fn build_one(path: &Path, options: &BuildOptions) -> Result<Built, BuildError> {
    let mut all = build(&BuildArgs::of(path, options))?;
    match all.pop() {
        Some(built) if all.is_empty() => Ok(built),
        _ => Err(BuildError::Several { path: path.to_owned(), count: all.len() + 1 }),
    }
}

/// Turns modules into components.
struct Maker {
    no_check: bool,
    out: PathBuf,
    stamps: PathBuf,
    /// Made when the first component is to be checked: a build that changes nothing does without.
    engine: Option<Engine>,
}

impl Maker {
    fn make(&mut self, package: &str, module: &Path) -> Result<Built, BuildError> {
        let core = fs::read(module).map_err(|source| BuildError::File { path: module.to_owned(), source })?;
        let input = stamp::input(&core, self.no_check);
        let stamp_file = self.stamps.join("stamps").join(format!("{package}.json"));
        if let Some(stamp) = stamp::fresh(&stamp_file, &input, &self.out) {
            return self.built(stamp);
        }
        let component =
            encode::component(&core).map_err(|source| BuildError::Encode { package: package.to_owned(), source })?;
        let (name, version) = self.check(package, &component)?;
        let stamp = Stamp { input, hash: component_hash(&component), name, version };
        write(&stamp::file(&self.out, &stamp.name), &component)?;
        stamp::write(&stamp_file, &stamp).map_err(|source| BuildError::File { path: stamp_file, source })?;
        self.built(stamp)
    }

    /// The plugin's name and version, if the gate lets it through.
    fn check(&mut self, package: &str, component: &[u8]) -> Result<(String, Option<String>), BuildError> {
        if self.no_check {
            return Ok((package.to_owned(), None));
        }
        let engine = match &self.engine {
            Some(engine) => engine,
            None => self.engine.insert(engine::start()?),
        };
        match Plugin::load(engine, component, None) {
            Ok(plugin) => {
                let description = plugin.description();
                Ok((description.name.clone(), Some(description.version.to_string())))
            }
            Err(error) => Err(BuildError::Refused { package: package.to_owned(), source: Box::new(error) }),
        }
    }

    fn built(&self, stamp: Stamp) -> Result<Built, BuildError> {
        let file = stamp::file(&self.out, &stamp.name);
        let size = fs::metadata(&file).map_err(|source| BuildError::File { path: file.clone(), source })?.len();
        let component_bytes = usize::try_from(size).unwrap_or(usize::MAX);
        Ok(Built { name: stamp.name, version: stamp.version, file, component_bytes, hash: stamp.hash })
    }
}

/// The core modules of a workspace's crates, by crate.
fn compile(options: &BuildOptions, workspace: &Workspace) -> Result<BTreeMap<String, PathBuf>, BuildError> {
    let failed = || BuildError::Cargo { root: workspace.root.clone() };
    let output = cargo(options, workspace).stderr(Stdio::inherit()).output().map_err(|_| failed())?;
    if !output.status.success() {
        return Err(failed());
    }
    let mut modules = modules(&output.stdout);
    let module = |(id, package): (&String, &String)| match modules.remove(id) {
        Some(module) => Ok((package.clone(), module)),
        None => Err(BuildError::NoModule { package: package.clone() }),
    };
    workspace.packages.iter().map(module).collect()
}

fn cargo(options: &BuildOptions, workspace: &Workspace) -> Command {
    let toolchain = &workspace.toolchain;
    let mut cargo = command(&toolchain.cargo, &workspace.root);
    cargo.args(["build", "--lib", "--target", TARGET, "--message-format", "json-render-diagnostics"]);
    cargo.arg("--target-dir").arg(work(options, workspace));
    for package in workspace.packages.values() {
        cargo.args(["--package", package]);
    }
    if options.locked {
        cargo.arg("--locked");
    }
    // A manifest that cannot be read is refused by cargo, with its reasons.
    let manifest = fs::read_to_string(workspace.root.join("Cargo.toml")).unwrap_or_default();
    cargo.args(profile(options.profile.as_deref(), &manifest));
    cargo.args(["--config", &format!("target.{TARGET}.rustflags={}", toml_list(&flags(workspace)))]);
    if let Some(linker) = &toolchain.linker {
        let linker = toml_text(&linker.to_string_lossy());
        cargo.args(["--config", &format!("target.{TARGET}.linker={linker}")]);
    }
    if let Some(rustc) = &toolchain.rustc {
        cargo.env("RUSTC", rustc);
    }
    if toolchain.std_sources.is_some() {
        cargo.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
    }
    cargo
}

/// Cargo's arguments for the profile that is wanted, or else for the workspace's own for plugins, or for small plugins.
fn profile(wanted: Option<&str>, manifest: &str) -> Vec<String> {
    let manifest: toml::Table = toml::from_str(manifest).unwrap_or_default();
    let has_plugin = manifest.get("profile").is_some_and(|profiles| profiles.get("plugin").is_some());
    if let Some(profile) = wanted.or(has_plugin.then_some("plugin")) {
        return vec!["--profile".into(), profile.into()];
    }
    let settings = SIZE_SETTINGS.iter().flat_map(|setting| ["--config".into(), format!("profile.release.{setting}")]);
    std::iter::once("--release".into()).chain(settings).collect()
}

/// The compiler's flags: a small stack, and no path of this machine in the component, whose hash would differ
/// elsewhere. That is cargo's own folder, the standard library, and packages that lie beside the workspace; those in
/// the workspace cargo itself names from its root.
fn flags(workspace: &Workspace) -> Vec<String> {
    let mut flags = vec![format!("-Clink-arg=-zstack-size={STACK_BYTES}")];
    let mut remap = |from: &Path, to: &str| flags.push(format!("--remap-path-prefix={}={to}", from.display()));
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    if let Some(home) = home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))) {
        remap(&home, "/cargo");
    }
    if let Some(sources) = &workspace.toolchain.std_sources {
        remap(sources, "/rustc/library");
        if let Ok(real) = sources.canonicalize() {
            remap(&real, "/rustc/library");
        }
    }
    for (folder, package) in &workspace.beside {
        remap(folder, &format!("/path/{package}"));
    }
    flags
}

/// Where cargo works: not in the target directory itself, whose lock an outer build may hold.
fn work(options: &BuildOptions, workspace: &Workspace) -> PathBuf {
    let chosen = options.target_dir.clone().map(absolute);
    chosen.unwrap_or_else(|| base(workspace).join("hezi/build"))
}

fn out(options: &BuildOptions, workspace: &Workspace) -> PathBuf {
    options.out.clone().unwrap_or_else(|| base(workspace).join("hezi/plugins"))
}

/// The target directory that the user wants, who may have set it for this command as for cargo.
fn base(workspace: &Workspace) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.target_dir.clone(), |dir| absolute(dir.into()))
}

/// The same folder for cargo, which runs in the workspace's root and not where this command was typed.
fn absolute(folder: PathBuf) -> PathBuf {
    std::path::absolute(&folder).unwrap_or(folder)
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    package_id: Option<String>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// The modules that cargo says it made or found up to date, by package.
fn modules(messages: &[u8]) -> BTreeMap<String, PathBuf> {
    let messages =
        messages.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Message>(line).ok());
    let artifacts = messages.filter(|message| message.reason == "compiler-artifact");
    let is_module = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "wasm");
    artifacts
        .filter_map(|message| Some((message.package_id?, message.filenames.into_iter().find(is_module)?)))
        .collect()
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), BuildError> {
    stamp::write_whole(path, bytes).map_err(|source| BuildError::File { path: path.to_owned(), source })
}

/// A TOML text: JSON's notation of a text is one.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn toml_list(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

fn line(built: &Built) -> String {
    let version = built.version.as_deref().unwrap_or("(not checked)");
    format!(
        "{} {version}  {} bytes  sha256:{}  {}",
        built.name,
        built.component_bytes,
        built.hash,
        built.file.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toolchain::Toolchain;

    #[test]
    fn a_profile_for_plugins_is_used_however_it_is_written() {
        let own = ["--profile", "plugin"];
        for manifest in
            ["[profile.plugin]\ninherits = \"release\"", "[profile]\nplugin.lto = true", "[ profile . plugin ] # x"]
        {
            assert_eq!(profile(None, manifest), own, "{manifest}");
        }
        assert_eq!(profile(Some("dev"), "[profile.plugin]"), ["--profile", "dev"]);
        for manifest in ["", "[profile.release]", "description = \"\"\"\n[profile.plugin]\n\"\"\""] {
            let tuned = profile(None, manifest);
            assert_eq!(tuned.first().map(String::as_str), Some("--release"), "{manifest}");
            for setting in ["profile.release.strip=\"symbols\"", "profile.release.overflow-checks=true"] {
                assert!(tuned.iter().any(|argument| argument == setting), "{setting}");
            }
        }
    }

    #[test]
    fn a_package_beside_the_workspace_leaves_no_path_behind() {
        let workspace = Workspace {
            root: "/home/li/quiz".into(),
            target_dir: "/home/li/quiz/target".into(),
            toolchain: Toolchain { cargo: "cargo".into(), rustc: None, linker: None, std_sources: None },
            packages: BTreeMap::new(),
            beside: BTreeMap::from([("/home/li/hezi/sdk".into(), "hezi-sdk".into())]),
        };
        let wanted = "--remap-path-prefix=/home/li/hezi/sdk=/path/hezi-sdk";
        assert!(flags(&workspace).iter().any(|flag| flag == wanted), "{:?}", flags(&workspace));
    }

    #[test]
    fn a_folder_is_the_same_one_wherever_cargo_runs() {
        let here = env::current_dir().unwrap();
        assert_eq!(absolute("build/here".into()), here.join("build/here"));
        let options = BuildOptions { target_dir: Some("build".into()), ..BuildOptions::default() };
        assert_eq!(options.target_dir.map(absolute), Some(here.join("build")));
        assert_eq!(absolute("/tmp/x".into()), Path::new("/tmp/x"));
    }

    #[test]
    fn modules_are_found_in_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","package_id":"a","filenames":["/t/liba.rlib","/t/a.wasm"]}"#,
            "\nnot json\n",
            r#"{"reason":"compiler-artifact","package_id":"b","filenames":["/t/libb.rlib"]}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        let modules = modules(messages.as_bytes());
        assert_eq!(modules.into_iter().collect::<Vec<_>>(), [("a".into(), PathBuf::from("/t/a.wasm"))]);
    }
}
