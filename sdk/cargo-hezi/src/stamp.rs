//! Remembers what was built, so that a build that changes nothing does nothing.
//!
//! A stamp lies beside cargo's own files and says which core module, handled by which build of this command, became
//! which component. Whatever cannot be read counts as not built.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use hezi_plugin::component_hash;
use serde::{Deserialize, Serialize};

/// What became of a crate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// The core module, this command, and how it was asked.
    pub(crate) input: String,
    /// The component's hash.
    pub(crate) hash: String,
    /// The plugin's name.
    pub(crate) name: String,
    /// Its version, if it was asked.
    pub(crate) version: Option<String>,
}

/// What a component depends on: the module, the command itself, and whether the gate was asked.
pub(crate) fn input(core: &[u8], no_check: bool) -> String {
    let command = env::current_exe().and_then(fs::metadata).and_then(|file| Ok((file.len(), file.modified()?)));
    let (len, modified) = command.map_or((0, 0), |(len, modified)| {
        (len, modified.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos()))
    });
    format!("{}-{len}-{modified}-{no_check}", component_hash(core))
}

/// The stamp, if the component that it speaks of still lies in `out` and was made of the same input.
pub(crate) fn fresh(stamp: &Path, input: &str, out: &Path) -> Option<Stamp> {
    let stamp: Stamp = serde_json::from_slice(&fs::read(stamp).ok()?).ok()?;
    let component = fs::read(file(out, &stamp.name)).ok()?;
    (stamp.input == input && component_hash(&component) == stamp.hash).then_some(stamp)
}

/// Writes a stamp.
pub(crate) fn write(path: &Path, stamp: &Stamp) -> io::Result<()> {
    write_whole(path, &serde_json::to_vec(stamp)?)
}

/// Where a plugin's component lies.
pub(crate) fn file(out: &Path, name: &str) -> PathBuf {
    out.join(format!("{name}.wasm"))
}

/// Writes a file whole or not at all, making its folder.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let half = folder.join(format!(".{name}.{}", std::process::id()));
    let written =
        fs::File::create(&half).and_then(|mut file| file.write_all(bytes)).and_then(|()| fs::rename(&half, path));
    written.inspect_err(|_| drop(fs::remove_file(&half)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_fresh_until_something_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (path, out) = (folder.path().join("stamps/vote.json"), folder.path().join("out"));
        let stamp = Stamp {
            input: input(b"core", false),
            hash: component_hash(b"component"),
            name: "vote".into(),
            version: Some("1.0.0".into()),
        };
        write(&path, &stamp).unwrap();
        assert_eq!(fresh(&path, &stamp.input, &out), None);
        write_whole(&file(&out, "vote"), b"component").unwrap();
        assert_eq!(fresh(&path, &stamp.input, &out), Some(stamp.clone()));
        assert_eq!(fresh(&path, &input(b"core", true), &out), None);
        write_whole(&file(&out, "vote"), b"other").unwrap();
        assert_eq!(fresh(&path, &stamp.input, &out), None);
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    }
}
