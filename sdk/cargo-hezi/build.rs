//! Lists the files of the SDK that this command is built beside, so that it can bring them along.
//!
//! # Invariants
//! * Where the SDK does not lie beside it, as in a package of a registry, the list is empty and nothing fails.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let sdk = here.join("..");
    let workspace = here.join("../../Cargo.toml");
    let is_beside = fs::read_to_string(sdk.join("Cargo.toml")).is_ok_and(|text| text.contains("name = \"hezi-sdk\""));
    let mut files = Vec::new();
    if is_beside && workspace.is_file() {
        for folder in ["src", "wit"] {
            list(&sdk.join(folder), Path::new(folder), &mut files)?;
        }
        files.push((PathBuf::from("README.md"), sdk.join("README.md")));
        files.push((PathBuf::from("Cargo.toml"), sdk.join("Cargo.toml")));
        files.push((PathBuf::from("workspace"), workspace));
    }
    files.sort();
    let mut source = String::from("&[\n");
    for (place, file) in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        // Writing to a text does not fail.
        let _ = writeln!(source, "    ({:?}, include_str!({:?})),", place.to_string_lossy(), file.to_string_lossy());
    }
    source.push_str("]\n");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../src");
    println!("cargo::rerun-if-changed=../wit");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("sdk_files.rs"), source)
}

/// The files below a folder: where they go, and where they are.
fn list(folder: &Path, place: &Path, files: &mut Vec<(PathBuf, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, place) = (entry.path(), place.join(entry.file_name()));
        if path.is_dir() {
            list(&path, &place, files)?;
        } else {
            files.push((place, path));
        }
    }
    Ok(())
}
