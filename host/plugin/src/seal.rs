//! Machine code with a proof that we made it.
//!
//! Machine code runs without further checks, so it is taken only with an authentication code (HMAC with SHA-256) that
//! was made with a key which nobody else knows: the server's key for what lies in the cache's folder, a key for once for
//! what comes from a process that compiles.
//!
//! # Invariants
//! * The authentication code covers the component's hash and the engine's version and settings, so machine code cannot
//!   stand in for that of another component or engine.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

pub(crate) const CODE_BYTES: usize = 32;
const BLOCK_BYTES: usize = 64;

/// A key. Whoever knows it can have machine code run in this process: it is 32 random bytes and never written to a log.
#[derive(Clone)]
pub struct Seal {
    key: [u8; 32],
}

impl Seal {
    /// The seal with this key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The machine code behind its authentication code. `name` is that of [`name_of`].
    pub(crate) fn close(&self, name: &str, artifact: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(CODE_BYTES + artifact.len());
        sealed.extend_from_slice(&self.code(name, artifact));
        sealed.extend_from_slice(artifact);
        sealed
    }

    /// The machine code, if [`Self::close`] made this with the same key and name.
    pub(crate) fn open<'a>(&self, name: &str, sealed: &'a [u8]) -> Option<&'a [u8]> {
        let (code, artifact) = sealed.split_at_checked(CODE_BYTES)?;
        bool::from(code.ct_eq(&self.code(name, artifact))).then_some(artifact)
    }

    fn code(&self, name: &str, artifact: &[u8]) -> [u8; CODE_BYTES] {
        let length = (name.len() as u64).to_be_bytes();
        hmac_sha256(&self.key, &[&length, name.as_bytes(), artifact])
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

/// What machine code is known by: the component's hash and the engine's compatibility.
pub(crate) fn name_of(hash: &str, compatibility: &str) -> String {
    format!("{hash}-{compatibility}")
}

/// HMAC (RFC 2104) with SHA-256, over the parts as if they stood in one piece.
fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; CODE_BYTES] {
    let pad = |byte: u8| {
        let mut block = [byte; BLOCK_BYTES];
        block.iter_mut().zip(key).for_each(|(padded, key)| *padded ^= key);
        block
    };
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    parts.iter().for_each(|part| inner.update(part));
    let mut outer = Sha256::new();
    outer.update(pad(0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231's first case, whose key of 20 bytes is padded with zeros to a block, as ours is.
    #[test]
    fn the_code_is_the_standard_one() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let code = hmac_sha256(&key, &[b"Hi ", b"There"]);
        assert_eq!(hex::encode(code), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    #[test]
    fn only_the_same_key_and_name_open_what_was_closed() {
        let sealed = Seal::new([1; 32]).close("a", b"code");
        assert_eq!(Seal::new([1; 32]).open("a", &sealed), Some(b"code".as_slice()));
        assert_eq!(Seal::new([2; 32]).open("a", &sealed), None);
        assert_eq!(Seal::new([1; 32]).open("b", &sealed), None);
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(Seal::new([1; 32]).open("a", &altered), None, "byte {at}");
        }
        for length in [0, CODE_BYTES - 1, CODE_BYTES, sealed.len() - 1] {
            assert_eq!(Seal::new([1; 32]).open("a", &sealed[..length]), None, "{length} bytes");
        }
    }
}
