//! A distribution's own compiler, which can build the standard library from its packaged sources.
//!
//! Building the standard library is a feature that the compiler calls unstable; `RUSTC_BOOTSTRAP` allows it, which is
//! what distributions themselves do.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::compiler::{TARGET, Toolchain};
use crate::{
    output,
    process::{answer, command, succeeds_within},
};

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
/// The `rust-version` of the SDK: an older compiler would be refused by cargo, after minutes of building the standard
/// library.
const MINOR_VERSION_MIN: u32 = 95;
const INSTALL_LIMIT: Duration = Duration::from_secs(600);

/// The distribution's compiler, if all that it needs is there.
pub(super) fn installed(folder: &Path) -> Option<Toolchain> {
    if !Path::new(CARGO).is_file() || minor_version(&answer(command(RUSTC, folder).arg("-V"))?)? < MINOR_VERSION_MIN {
        return None;
    }
    let sysroot = PathBuf::from(answer(command(RUSTC, folder).args(["--print", "sysroot"]))?);
    let sources = sysroot.join("lib/rustlib/src/rust/library");
    let has_target = sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir();
    if !has_target && !sources.join("std").is_dir() {
        return None;
    }
    let linker = linker(folder)?;
    Some(Toolchain {
        cargo: CARGO.into(),
        rustc: Some(RUSTC.into()),
        linker: Some(linker),
        std_sources: (!has_target).then_some(sources),
    })
}

/// Installs the distribution's packages, where that is allowed without asking for a password.
pub(super) fn install(folder: &Path) -> bool {
    let Some(privilege) = privilege(folder) else { return false };
    let apt = |args: &[&str]| {
        let mut apt = privilege.command(folder);
        apt.args(args);
        succeeds_within(&mut apt, INSTALL_LIMIT)
    };
    let install = |packages: &[&str]| {
        output::note(format_args!("installing {} to build WebAssembly with (once)", packages.join(" ")));
        let args = [&["install", "-y", "--no-install-recommends"], packages].concat();
        apt(&args) || (apt(&["update"]) && apt(&args))
    };
    let compiler = Path::new(CARGO).is_file() && has_sources(folder);
    if !compiler && !install(&PACKAGES) {
        return false;
    }
    if linker(folder).is_some() {
        return true;
    }
    llvm_version(folder).is_some_and(|llvm| install(&[&format!("lld-{llvm}")]))
}

fn has_sources(folder: &Path) -> bool {
    let sysroot = answer(command(RUSTC, folder).args(["--print", "sysroot"]));
    sysroot.is_some_and(|sysroot| Path::new(&sysroot).join("lib/rustlib/src/rust/library/std").is_dir())
}

/// How `apt-get` may be run.
enum Privilege {
    Root,
    Sudo,
}

impl Privilege {
    fn command(&self, folder: &Path) -> Command {
        let mut apt = match self {
            Self::Root => command("apt-get", folder),
            Self::Sudo => command("sudo", folder),
        };
        if matches!(self, Self::Sudo) {
            apt.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    }
}

fn privilege(folder: &Path) -> Option<Privilege> {
    answer(command("apt-get", folder).arg("--version"))?;
    if answer(command("id", folder).arg("-u"))? == "0" {
        return Some(Privilege::Root);
    }
    answer(command("sudo", folder).args(["-n", "true"])).map(|_| Privilege::Sudo)
}

/// A linker for WebAssembly: the distribution's of the compiler's LLVM, the one inside a rustup toolchain, or any.
fn linker(folder: &Path) -> Option<PathBuf> {
    let llvm = llvm_version(folder)?;
    let own = on_path(&format!("wasm-ld-{llvm}"));
    own.or_else(rust_lld).or_else(|| on_path("wasm-ld"))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn rust_lld() -> Option<PathBuf> {
    let home = env::var_os("RUSTUP_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".rustup")))?;
    let mut toolchains: Vec<PathBuf> = folders(&home.join("toolchains"));
    toolchains.sort();
    let hosts = toolchains.iter().flat_map(|toolchain| folders(&toolchain.join("lib/rustlib")));
    hosts.map(|host| host.join("bin/rust-lld")).find(|file| file.is_file())
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// The minor version in `rustc 1.96.0 (…)`.
fn minor_version(text: &str) -> Option<u32> {
    text.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

fn llvm_version(folder: &Path) -> Option<u32> {
    let verbose = answer(command(RUSTC, folder).arg("-vV"))?;
    verbose.lines().find_map(|line| line.strip_prefix("LLVM version: ")?.split('.').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compilers_version_is_read() {
        assert_eq!(minor_version("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"), Some(96));
        assert_eq!(minor_version("gcc"), None);
    }

    #[test]
    fn the_oldest_compiler_is_the_sdks() {
        assert_eq!(env!("CARGO_PKG_RUST_VERSION"), format!("1.{MINOR_VERSION_MIN}"));
    }
}
