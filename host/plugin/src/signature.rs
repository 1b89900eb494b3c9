//! How a component's signature travels: in which file, in which header, and how large it may be.
//!
//! The format is minisign's. Making one is the author's business and checking it the server's; here is what both sides, and
//! everybody in between, have to agree on.

use std::path::{Path, PathBuf};

/// The header of an upload that carries a signature: the base64 of the whole signature file.
pub const SIGNATURE_HEADER: &str = "hezi-signature";
/// Largest signature file, in bytes: one has about 300, and comments that are lines for people.
pub const SIGNATURE_BYTES_MAX: usize = 8 << 10;

/// Where minisign puts the signature of a file: beside it, as `NAME.minisig`.
#[must_use]
pub fn signature_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".minisig");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_lies_beside_its_file() {
        assert_eq!(signature_file(Path::new("a/quiz.wasm")), Path::new("a/quiz.wasm.minisig"));
    }
}
