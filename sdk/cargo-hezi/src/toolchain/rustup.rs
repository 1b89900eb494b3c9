//! The compiler that the workspace uses anyway, usually installed by `rustup`.

use std::{
    env,
    net::{TcpStream, ToSocketAddrs},
    path::Path,
    time::Duration,
};

use super::compiler::{TARGET, Toolchain};
use crate::{
    output,
    process::{answer, command, succeeds_within},
};

/// A target is some 20 MB. Whoever needs longer can run `rustup` themselves.
const INSTALL_LIMIT: Duration = Duration::from_secs(60);
/// How long a server may take to answer before the machine counts as one without a network.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// Where `rustup` downloads from unless it is told otherwise.
const SERVER: &str = "static.rust-lang.org:443";
/// Settings that make `rustup` go another way, which it has to try by itself.
const OTHER_WAYS: [&str; 5] = ["RUSTUP_DIST_SERVER", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The compiler, if it has the target. Never downloads anything.
pub(super) fn installed(folder: &Path) -> Option<Toolchain> {
    let sysroot = answer(command("rustc", folder).env("RUSTUP_AUTO_INSTALL", "0").args(["--print", "sysroot"]))?;
    let target = Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib");
    let toolchain = || Toolchain { cargo: "cargo".into(), rustc: None, linker: None, std_sources: None };
    target.is_dir().then(toolchain)
}

/// Asks `rustup` for the target.
pub(super) fn install(folder: &Path) -> bool {
    if answer(command("rustup", folder).arg("-V")).is_none() || !has_network() {
        return false;
    }
    output::note(format_args!("installing {TARGET} with rustup (once)"));
    let mut rustup = command("rustup", folder);
    rustup.env("RUSTUP_MAX_RETRIES", "0").args(["target", "add", TARGET]);
    succeeds_within(&mut rustup, INSTALL_LIMIT)
}

/// A machine without a network must not wait for one.
fn has_network() -> bool {
    if OTHER_WAYS.iter().any(|name| env::var_os(name).is_some()) {
        return true;
    }
    let mut addresses = SERVER.to_socket_addrs().into_iter().flatten();
    addresses.any(|address| TcpStream::connect_timeout(&address, CONNECT_LIMIT).is_ok())
}
