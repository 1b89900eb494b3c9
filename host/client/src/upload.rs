//! What is uploaded: a component, with its signature if it has one.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hezi_plugin::{SIGNATURE_BYTES_MAX, signature_file};

use crate::error::ClientError;
use crate::file;

/// Largest component that is read. The server's own limit is lower.
const COMPONENT_BYTES_MAX: usize = 64 << 20;

/// A component to upload.
#[derive(Debug)]
pub struct Upload {
    /// Where it was found.
    pub file: PathBuf,
    /// Its bytes, at most 64 MiB and not looked at.
    pub component: Vec<u8>,
    /// The signature file, in Base64.
    pub(crate) signature: Option<String>,
}

impl Upload {
    /// Reads a component, with the signature that is named or lies beside it.
    ///
    /// # Errors
    /// [`ClientError`] of the file that cannot be read. That no signature lies beside the component is no error.
    pub fn read(component: &Path, signature: Option<&Path>) -> Result<Self, ClientError> {
        let signature = match signature {
            Some(signature) => Some(file::read(signature, SIGNATURE_BYTES_MAX)?),
            None => read_if_there(&signature_file(component))?,
        };
        Ok(Self {
            file: component.to_owned(),
            component: file::read(component, COMPONENT_BYTES_MAX)?,
            signature: signature.map(|signature| STANDARD.encode(signature)),
        })
    }
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, ClientError> {
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        _ => file::read(path, SIGNATURE_BYTES_MAX).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_signature_is_taken_from_beside_the_component_or_from_where_it_is_said_to_be() {
        let home = tempfile::tempdir().expect("a folder");
        let [signed, bare, other] = ["a.wasm", "b.wasm", "other.sig"].map(|name| home.path().join(name));
        for (file, text) in [(&signed, "a"), (&home.path().join("a.wasm.minisig"), "??>"), (&bare, "b"), (&other, "o")]
        {
            fs::write(file, text).expect("a file");
        }
        let upload = Upload::read(&signed, None).expect("both are there");
        assert_eq!(upload.signature.as_deref(), Some("Pz8+"), "the standard alphabet");
        let upload = Upload::read(&bare, None).expect("no signature");
        assert_eq!((upload.signature.as_deref(), &upload.component[..]), (None, &b"b"[..]));
        let upload = Upload::read(&signed, Some(&other)).expect("the named one");
        assert_eq!(upload.signature.as_deref(), Some("bw=="));
        fs::write(&other, vec![b'o'; 8_192]).expect("a file");
        assert!(Upload::read(&signed, Some(&other)).is_ok(), "the server takes as much");
        fs::write(&other, vec![b'o'; 8_193]).expect("a file");
        let error = Upload::read(&signed, Some(&other)).expect_err("too large").to_string();
        assert!(error.contains("other.sig") && error.contains("8192"), "{error}");
        for (component, signature) in [("none.wasm", None), ("a.wasm", Some(home.path().join("none.sig")))] {
            let read = Upload::read(&home.path().join(component), signature.as_deref());
            assert!(matches!(read, Err(ClientError::Unreadable { .. })), "{component}");
        }
    }
}
