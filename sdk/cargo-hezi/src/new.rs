//! `cargo hezi new`: makes the crate of a new plugin from the files in `template/`.
//!
//! The files are as they stand there, with two words put in; nothing else happens to them, so whoever wants to know what
//! a new plugin looks like reads them. `Cargo.toml` and `.gitignore` have other names there, because packages and Git
//! would take them for their own.
//!
//! # Invariants
//! * The folder is there whole or not at all: it is made beside its place under another name, and moved.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{bundled_sdk, cli::NewArgs, output};

/// The files of a new crate: where they go, and what stands in them.
const FILES: [(&str, &str); 9] = [
    ("Cargo.toml", include_str!("../template/Cargo.toml.in")),
    (".gitignore", include_str!("../template/gitignore")),
    ("README.md", include_str!("../template/README.md")),
    ("src/lib.rs", include_str!("../template/src/lib.rs")),
    ("src/rules.rs", include_str!("../template/src/rules.rs")),
    ("src/texts.rs", include_str!("../template/src/texts.rs")),
    ("src/tests.rs", include_str!("../template/src/tests.rs")),
    ("scenarios/answers.toml", include_str!("../template/scenarios/answers.toml")),
    ("scenarios/time.toml", include_str!("../template/scenarios/time.toml")),
];
/// Stands for the plugin's name.
const NAME: &str = "{{name}}";
/// Stands for where the SDK comes from, in TOML.
const SDK: &str = "{{sdk}}";
/// Where the SDK goes that this command brings along: into the crate, so that the crate can be moved and handed on whole.
const SDK_FOLDER: &str = "hezi-sdk";
const NAME_CHARS_MAX: usize = 40;

/// Names that a crate cannot have, or with which it would be taken for another one.
const TAKEN: &str = "\
    abstract alloc as async await become box break build const continue core crate deps do dyn else enum \
    examples extern false final fn for gen hezi-sdk if impl in incremental let loop macro match mod move mut \
    override priv proc-macro pub ref return schemars self serde serde-json static std struct super test trait \
    true try type typeof unsafe unsized use virtual where while";

/// Why no crate was made.
#[derive(Debug, Error)]
#[allow(missing_docs, reason = "a field says in its name what it is, and the sentence above what it means")]
pub enum NewError {
    /// The name is malformed.
    #[error("`{name}` is no name for a plugin: take 1 to {NAME_CHARS_MAX} of a-z, 0-9 and -, beginning with a letter")]
    Name { name: String },
    /// The name means something else already.
    #[error("`{name}` is a word of Rust, of cargo or of the SDK: take another name")]
    Taken { name: String },
    /// There is something at the place.
    #[error("`{}` is there already: choose another folder with --path", path.display())]
    Exists { path: PathBuf },
    /// The folder for the crate is not there.
    #[error("the folder `{}` is not there: make it first", path.display())]
    NoParent { path: PathBuf },
    /// The SDK is not where it should be.
    #[error("`{}` is not the SDK: --sdk takes the folder with the Cargo.toml of `hezi-sdk`", path.display())]
    NoSdk { path: PathBuf },
    /// A file cannot be written.
    #[error("cannot write `{}`: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
}

/// Makes the crate and says what to do with it; true if all went well.
pub(crate) fn run(args: &NewArgs) -> bool {
    output::outcome(new(args), |folder| {
        output::result(format_args!("made `{}` in {}", args.name, folder.display()));
        output::note(format_args!("next: cd {} && cargo test && cargo hezi test", folder.display()));
    })
}

/// Makes the crate of a new plugin and gives its folder.
///
/// # Errors
/// When the name or the place will not do, or a file cannot be written; then nothing of it is there.
pub fn new(args: &NewArgs) -> Result<PathBuf, NewError> {
    check_name(&args.name)?;
    let folder = args.path.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let (sdk, sdk_files) = sdk(args.sdk.as_deref())?;
    let parent = match folder.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return Err(NewError::Exists { path: folder }),
    };
    if fs::symlink_metadata(&folder).is_ok() {
        return Err(NewError::Exists { path: folder });
    }
    if !parent.is_dir() {
        return Err(NewError::NoParent { path: parent.to_owned() });
    }
    let half = parent.join(format!(".{}.{}", args.name, std::process::id()));
    let made = write_files(&half, &args.name, &sdk)
        .and_then(|()| write_sdk(&half.join(SDK_FOLDER), sdk_files))
        .and_then(|()| fs::rename(&half, &folder).map_err(|source| NewError::File { path: folder.clone(), source }));
    if made.is_err() {
        drop(fs::remove_dir_all(&half));
    }
    made.map(|()| folder)
}

fn write_files(folder: &Path, name: &str, sdk: &str) -> Result<(), NewError> {
    for (place, text) in FILES {
        write_file(folder.join(place), &filled(text, name, sdk))?;
    }
    Ok(())
}

fn write_sdk(folder: &Path, files: SdkFiles) -> Result<(), NewError> {
    files.into_iter().try_for_each(|(place, text)| write_file(folder.join(place), &text))
}

fn write_file(path: PathBuf, text: &str) -> Result<(), NewError> {
    let parent = path.parent().unwrap_or(&path);
    let written = fs::create_dir_all(parent).and_then(|()| fs::write(&path, text));
    written.map_err(|source| NewError::File { path, source })
}

fn filled(text: &str, name: &str, sdk: &str) -> String {
    text.replace(NAME, name).replace(SDK, sdk)
}

fn check_name(name: &str) -> Result<(), NewError> {
    let mut letters = name.bytes();
    let begins = letters.next().is_some_and(|first| first.is_ascii_lowercase());
    let goes_on = letters.all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-');
    if !begins || !goes_on || name.len() > NAME_CHARS_MAX {
        return Err(NewError::Name { name: name.to_owned() });
    }
    if TAKEN.split(' ').any(|taken| taken == name) {
        return Err(NewError::Taken { name: name.to_owned() });
    }
    Ok(())
}

/// Files of the SDK: where they go in it, and what stands in them.
type SdkFiles = Vec<(&'static str, String)>;

/// Where the SDK comes from, in TOML, and what is to be written for it: the folder that was named, else what this command
/// has with it, else the published one.
fn sdk(folder: Option<&Path>) -> Result<(String, SdkFiles), NewError> {
    match (folder, bundled_sdk::files()) {
        (Some(folder), _) => Ok((path_to(folder)?, Vec::new())),
        (None, Some(files)) => Ok((format!("{{ path = \"{SDK_FOLDER}\" }}"), files)),
        (None, None) => Ok((published(), Vec::new())),
    }
}

/// The published SDK of this command's own minor version: they are published together.
fn published() -> String {
    format!("\"{}.{}\"", env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"))
}

/// The SDK in a folder, by its absolute path: the crate may be moved.
fn path_to(folder: &Path) -> Result<String, NewError> {
    let no_sdk = || NewError::NoSdk { path: folder.to_owned() };
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).map_err(|_| no_sdk())?;
    let manifest: toml::Table = manifest.parse().map_err(|_| no_sdk())?;
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    if name != Some("hezi-sdk") {
        return Err(no_sdk());
    }
    let folder = folder.canonicalize().map_err(|_| no_sdk())?;
    Ok(format!("{{ path = {} }}", toml::Value::from(folder.to_string_lossy().into_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(name: &str, path: &Path, sdk: Option<PathBuf>) -> NewArgs {
        NewArgs { name: name.into(), path: Some(path.to_owned()), sdk }
    }

    fn entries(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn names_are_what_the_gate_and_cargo_take() {
        for name in ["a", "quiz", "red-packet-2", "a123456789012345678901234567890123456789"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "A", "2a", "-a", "a_b", "a b", "投票", "../x", "a1234567890123456789012345678901234567890"] {
            assert!(matches!(check_name(name), Err(NewError::Name { .. })), "{name}");
        }
        for name in ["test", "match", "async", "serde", "hezi-sdk"] {
            assert!(matches!(check_name(name), Err(NewError::Taken { .. })), "{name}");
        }
        assert!(TAKEN.split(' ').is_sorted());
    }

    #[test]
    fn a_crate_has_all_files_with_the_name_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let made = new(&args("quiz", &folder.path().join("quiz"), None)).unwrap();
        assert_eq!(entries(folder.path()), ["quiz"], "nothing half-made stays");
        assert_eq!(entries(&made), [".gitignore", "Cargo.toml", "README.md", "hezi-sdk", "scenarios", "src"]);
        for (place, _) in FILES {
            let text = fs::read_to_string(made.join(place)).unwrap();
            assert!(!text.contains("{{"), "{place} has a word that was not put in");
        }
        let manifest: toml::Table = fs::read_to_string(made.join("Cargo.toml")).unwrap().parse().unwrap();
        assert_eq!(manifest["package"]["name"].as_str(), Some("quiz"));
        assert_eq!(manifest["dependencies"]["hezi-sdk"]["path"].as_str(), Some("hezi-sdk"));
        assert_eq!(entries(&made.join("hezi-sdk")), ["Cargo.toml", "README.md", "src", "wit"]);
        assert!(manifest.contains_key("workspace") && manifest["profile"]["plugin"].is_table());
    }

    #[test]
    fn an_sdk_in_a_folder_is_named_by_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let sdk = folder.path().join("s\"d k");
        fs::create_dir(&sdk).unwrap();
        let place = folder.path().join("quiz");
        assert!(matches!(new(&args("quiz", &place, Some(sdk.clone()))), Err(NewError::NoSdk { .. })));
        fs::write(sdk.join("Cargo.toml"), "[package]\nname = \"hezi-sdk\"\n").unwrap();
        let made = new(&args("quiz", &place, Some(sdk.clone()))).unwrap();
        let manifest: toml::Table = fs::read_to_string(made.join("Cargo.toml")).unwrap().parse().unwrap();
        let path = manifest["dependencies"]["hezi-sdk"]["path"].as_str().unwrap();
        assert_eq!(Path::new(path), sdk.canonicalize().unwrap());
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("quiz");
        fs::create_dir(&place).unwrap();
        assert!(matches!(new(&args("quiz", &place, None)), Err(NewError::Exists { .. })));
        assert_eq!(entries(&place), [""; 0]);
        let orphan = folder.path().join("no/such/quiz");
        assert!(matches!(new(&args("quiz", &orphan, None)), Err(NewError::NoParent { .. })));
        assert_eq!(entries(folder.path()), ["quiz"]);
    }
}
