//! Makes ready what browsers get of `host/web`: the modules of each page joined into one file, and a name for the whole.
//!
//! It does not compress and does not embed: `http::embedded` does.
//!
//! # Invariants
//! * Equal files give equal names, whatever machine they lie on; any change, of this program too, gives another one.

#![allow(clippy::print_stdout, reason = "a build script speaks with Cargo by its standard output")]

mod join;
mod module;

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=web");
    let folder = |variable| PathBuf::from(env::var_os(variable).unwrap_or_default());
    let (web, out) = (folder("CARGO_MANIFEST_DIR").join("web"), folder("OUT_DIR").join("pages"));
    let mut files = BTreeMap::new();
    list(&web, &web, &mut files)?;
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    // What a build before this one left would be embedded, too.
    let _none_yet = fs::remove_dir_all(&out);
    fs::create_dir_all(&out)?;
    // Each module in `pages` begins one.
    for page in files.keys().filter_map(|path| path.strip_prefix("pages/")?.strip_suffix(".js")) {
        for (name, text) in join::page(page, &files).map_err(io::Error::other)? {
            text.hash(&mut hasher);
            fs::write(out.join(name), text)?;
        }
    }
    println!("cargo::rustc-env=HEZI_WEB_BUILD={:016x}", hasher.finish());
    Ok(())
}

/// The files below a folder by their paths, with `/` between the parts.
fn list(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read(&path)?);
        }
    }
    Ok(())
}
