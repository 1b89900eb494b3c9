//! Running other programs, with an environment that an outer cargo has not bent.
//!
//! `cargo hezi` is often run by cargo itself, by `make` or by a test, whose settings are about the outer build: another
//! toolchain, other flags, another target directory. None of them may leak into the build of a plugin.
//!
//! # Invariants
//! * No other program gets the administrator's token: cargo would hand it to every build script of every dependency.

use std::{
    env,
    ffi::OsStr,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

/// How often a program with a time limit is looked at.
const POLL: Duration = Duration::from_millis(50);

/// Settings of an outer build.
const OUTER: [&str; 12] = [
    "CARGO",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_RUSTC",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_TARGET_DIR",
    "RUSTC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTDOC",
    "RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
];
/// Beginnings of the names of more such settings.
const OUTER_PREFIXES: [&str; 5] =
    ["CARGO_PKG_", "CARGO_PROFILE_", "CARGO_TARGET_", "CARGO_MANIFEST_", "RUST_RECURSION_COUNT"];

/// The variable with the administrator's token, which is for the server alone.
pub(crate) const TOKEN_VARIABLE: &str = "HEZI_ADMIN__TOKEN";

/// A program in a folder.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    for name in OUTER.into_iter().chain([TOKEN_VARIABLE]) {
        command.env_remove(name);
    }
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if OUTER_PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    // Cargo points the loader at the outer toolchain's libraries when it runs a program that it has just built.
    if env::var_os("CARGO").is_some() {
        command.env_remove("LD_LIBRARY_PATH");
    }
    command
}

/// What a program printed, without the space around it; none if it failed.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = output.status.success().then_some(output.stdout)?;
    Some(String::from_utf8(text).ok()?.trim().to_owned())
}

/// Runs a program silently; true if it succeeded within the time.
pub(crate) fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return false };
    let mut waited = Duration::ZERO;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if waited < limit => {
                thread::sleep(POLL);
                waited += POLL;
            }
            _ => break,
        }
    }
    drop(child.kill());
    drop(child.wait());
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_is_given_up() {
        let here = Path::new(".");
        assert!(succeeds_within(&mut command("true", here), Duration::from_secs(10)));
        assert!(!succeeds_within(&mut command("false", here), Duration::from_secs(10)));
        assert!(!succeeds_within(command("sleep", here).arg("60"), Duration::from_millis(100)));
        assert!(!succeeds_within(&mut command("no-such-program", here), Duration::from_secs(10)));
    }

    #[test]
    fn an_outer_builds_settings_and_the_token_are_dropped() {
        let command = command("env", Path::new("."));
        let removed: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        for name in ["RUSTFLAGS", "RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR", "CARGO", "HEZI_ADMIN__TOKEN"] {
            assert!(removed.contains(&OsStr::new(name)), "{name}");
        }
    }
}
