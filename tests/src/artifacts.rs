//! Where the things under test lie: the server's binary, the built-in plugins, the hostile guests and the SDK's examples.
//!
//! Everything is found from the test executable's own place in the target directory, so that the tests run wherever the
//! workspace was built. `HEZI_BIN`, `HEZI_PLUGINS_DIR`, `HEZI_GUESTS_DIR`, `HEZI_EXAMPLES_DIR` and `HEZI_DISK_SHIM`
//! override it.

use std::env;
use std::path::{Path, PathBuf};

/// The `hezi` binary.
///
/// # Panics
/// When there is none: the tests never build it, `make test` does.
pub fn hezi_binary() -> PathBuf {
    let path = env::var_os("HEZI_BIN").map_or_else(|| profile_folder().join("hezi"), PathBuf::from);
    assert!(path.is_file(), "no server at {}: build it first (`make test` does) or set HEZI_BIN", path.display());
    path
}

/// The library that makes a server's disk fail.
///
/// # Panics
/// When it was not built.
pub(crate) fn disk_shim() -> PathBuf {
    let path =
        env::var_os("HEZI_DISK_SHIM").map_or_else(|| target_folder().join("hezi").join("disk.so"), PathBuf::from);
    assert!(path.is_file(), "no `{}`: build it first (`make shim` does) or set HEZI_DISK_SHIM", path.display());
    path
}

/// The authors' command, which stands beside the server's binary.
pub(crate) fn cargo_hezi_binary() -> PathBuf {
    let path = hezi_binary().with_file_name("cargo-hezi");
    assert!(path.is_file(), "no `cargo-hezi` at {}: build it first (`make test` does)", path.display());
    path
}

/// The workspace: the SDK lies in it.
pub(crate) fn workspace_folder() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests lie in the workspace").to_path_buf()
}

/// Where authors work in the tests.
pub(crate) fn author_folder() -> PathBuf {
    target_folder().join("hezi").join("author")
}

/// Where `cargo hezi build` built the built-in plugins, and with them nearly all that another plugin needs.
pub(crate) fn plugin_build_folder() -> PathBuf {
    target_folder().join("hezi").join("build")
}

/// The folder with the built-in plugins' components.
pub(crate) fn plugins_folder() -> PathBuf {
    env::var_os("HEZI_PLUGINS_DIR").map_or_else(|| target_folder().join("hezi").join("plugins"), PathBuf::from)
}

/// Where compiled code is kept between servers, so that only the first one of a build compiles the plugins.
pub(crate) fn code_cache_folder() -> PathBuf {
    target_folder().join("hezi").join("tests-code")
}

/// The component of a built-in plugin.
///
/// # Panics
/// When it was not built.
pub fn plugin(name: &str) -> Vec<u8> {
    component(&plugins_folder(), name, "HEZI_PLUGINS_DIR")
}

/// How many plugins a host begins with.
///
/// # Panics
/// When they were not built.
pub fn built_in_plugins() -> usize {
    let files = std::fs::read_dir(plugins_folder()).expect("the plugins were built: run `make plugins`");
    files
        .filter(|file| file.as_ref().is_ok_and(|file| file.path().extension().is_some_and(|end| end == "wasm")))
        .count()
}

/// The component of a hostile guest.
///
/// # Panics
/// When it was not built.
pub fn guest(name: &str) -> Vec<u8> {
    let folder =
        env::var_os("HEZI_GUESTS_DIR").map_or_else(|| target_folder().join("hezi").join("guests"), PathBuf::from);
    component(&folder, name, "HEZI_GUESTS_DIR")
}

/// The component with one text replaced by another one of the same length.
///
/// # Panics
/// When the text does not stand there exactly once, or the lengths differ.
pub fn altered(component: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len(), "what follows in the component must stay where it is");
    let places: Vec<usize> =
        component.windows(from.len()).enumerate().filter(|(_, bytes)| *bytes == from).map(|(at, _)| at).collect();
    let [at] = places[..] else { panic!("{:?} stands there {} times", String::from_utf8_lossy(from), places.len()) };
    let mut bytes = component.to_vec();
    bytes[at..at + to.len()].copy_from_slice(to);
    bytes
}

/// The folder with the components of the SDK's examples.
pub fn examples_folder() -> PathBuf {
    env::var_os("HEZI_EXAMPLES_DIR").map_or_else(|| target_folder().join("hezi").join("examples"), PathBuf::from)
}

/// The component of one of the SDK's examples.
///
/// # Panics
/// When it was not built.
pub fn example(name: &str) -> Vec<u8> {
    component(&examples_folder(), name, "HEZI_EXAMPLES_DIR")
}

fn component(folder: &Path, name: &str, variable: &str) -> Vec<u8> {
    let path = folder.join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("no component at {}: {error}; build it first (`make test` does) or set {variable}", path.display())
    })
}

/// `target/release`: the test executable lies in its `deps`, a benchmark in its `examples`.
fn profile_folder() -> PathBuf {
    let executable = env::current_exe().expect("the test executable has a path");
    let mut folder = executable.parent().expect("the test executable lies in a folder");
    if folder.ends_with("deps") || folder.ends_with("examples") {
        folder = folder.parent().expect("the folder lies in the profile's folder");
    }
    folder.to_path_buf()
}

fn target_folder() -> PathBuf {
    profile_folder().parent().expect("the profile's folder lies in the target directory").to_path_buf()
}
