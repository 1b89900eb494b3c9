//! What `hezi plugin push` sends: a component, with its signature if it has one.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hezi_plugin::{SIGNATURE_BYTES_MAX, signature_file};

use super::ConsoleError;
use super::command::Push;

/// Largest component that is read. The server's own limit is lower; this one keeps a mistaken path from filling the memory.
const COMPONENT_BYTES_MAX: u64 = 64 << 20;

/// A component to send.
#[derive(Debug)]
pub(super) struct Parcel {
    /// Where it was found.
    pub(super) file: PathBuf,
    /// The component.
    pub(super) bytes: Vec<u8>,
    /// The signature file, in Base64.
    pub(super) signature: Option<String>,
}

/// Reads everything that is to be sent.
pub(super) fn pack(push: &Push) -> Result<Vec<Parcel>, ConsoleError> {
    if push.signature.is_some() && push.files.len() > 1 {
        return Err(ConsoleError::Usage(
            "--signature goes with one FILE: a signature is about the bytes of one component",
        ));
    }
    push.files.iter().map(|file| pack_file(file, push.signature.as_deref())).collect()
}

fn pack_file(file: &Path, signature: Option<&Path>) -> Result<Parcel, ConsoleError> {
    let bytes = read(file, COMPONENT_BYTES_MAX)?;
    let signature = match signature {
        Some(signature) => Some(read(signature, SIGNATURE_BYTES_MAX as u64)?),
        None => read_if_there(&signature_file(file))?,
    };
    Ok(Parcel { file: file.to_owned(), bytes, signature: signature.map(|signature| STANDARD.encode(signature)) })
}

fn read_if_there(file: &Path) -> Result<Option<Vec<u8>>, ConsoleError> {
    match std::fs::symlink_metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        _ => read(file, SIGNATURE_BYTES_MAX as u64).map(Some),
    }
}

fn read(file: &Path, bytes_max: u64) -> Result<Vec<u8>, ConsoleError> {
    let failed = |reason: String| ConsoleError::File { file: file.to_owned(), reason };
    let bytes = read_bounded(file, bytes_max).map_err(|error| failed(error.to_string()))?;
    bytes.ok_or_else(|| failed(format!("is larger than {bytes_max} bytes")))
}

fn read_bounded(file: &Path, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= bytes_max).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::clock::{SystemClock, SystemRng, new_id};

    fn push(files: &[&Path], signature: Option<&Path>) -> Push {
        let files = files.iter().map(|file| file.to_path_buf()).collect();
        Push { files, no_activate: false, signature: signature.map(Path::to_owned) }
    }

    #[test]
    fn a_signature_is_taken_from_beside_the_component_or_from_where_it_is_said_to_be() {
        let home = std::env::temp_dir().join(format!("hezi-parcel-{}", new_id(&SystemClock::new(), &SystemRng)));
        fs::create_dir_all(&home).expect("a folder");
        let (signed, bare, other) = (home.join("a.wasm"), home.join("b.wasm"), home.join("other.sig"));
        for (file, text) in [(&signed, "a"), (&home.join("a.wasm.minisig"), "??>"), (&bare, "b"), (&other, "o")] {
            fs::write(file, text).expect("a file");
        }
        let parcels = pack(&push(&[&signed, &bare], None)).expect("both");
        assert_eq!(parcels[0].signature.as_deref(), Some("Pz8+"), "the standard alphabet");
        assert_eq!((parcels[1].signature.as_deref(), &parcels[1].bytes[..]), (None, &b"b"[..]));
        let parcels = pack(&push(&[&signed], Some(&other))).expect("one");
        assert_eq!(parcels[0].signature.as_deref(), Some("bw=="));
        assert!(matches!(pack(&push(&[&signed, &bare], Some(&other))), Err(ConsoleError::Usage(_))));
        fs::write(&other, vec![b'o'; 8_192]).expect("a file");
        assert!(pack(&push(&[&signed], Some(&other))).is_ok(), "the server takes as much");
        fs::write(&other, vec![b'o'; 8_193]).expect("a file");
        let error = pack(&push(&[&signed], Some(&other))).expect_err("too large").to_string();
        assert!(error.contains("other.sig") && error.contains("8192"), "{error}");
        assert!(pack(&push(&[&home.join("none.wasm")], None)).is_err());
        fs::remove_dir_all(&home).expect("removed");
    }
}
