//! The key that machine code is signed with, so that it is taken only if we made it.
//!
//! Machine code runs without further checks, so it travels with an authentication code (HMAC with SHA-256) that was made
//! with a key which nobody else knows: the server's key for what lies in the cache's folder, a key for once for what comes
//! from a process that compiles. Signatures of people, which say whose component it is, are another thing.
//!
//! # Invariants
//! * The authentication code covers the component's hash and the engine's version and settings, so machine code cannot
//!   stand in for that of another component or engine.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What the signature adds to the machine code, in bytes.
pub const CODE_SIGNATURE_BYTES: usize = 32;
/// The block of SHA-256, which HMAC pads the key to.
const BLOCK_BYTES: usize = 64;

/// A key. Whoever knows it can have machine code run in this process: it is 32 random bytes and never written to a log.
#[derive(Clone)]
pub struct CodeKey {
    key: [u8; 32],
}

impl CodeKey {
    /// A key of these bytes.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The machine code behind its signature. `name` is that of [`name_of`].
    pub(crate) fn sign(&self, name: &str, artifact: &[u8]) -> Vec<u8> {
        let mut signed = Vec::with_capacity(CODE_SIGNATURE_BYTES + artifact.len());
        signed.extend_from_slice(&self.signature(name, artifact));
        signed.extend_from_slice(artifact);
        signed
    }

    /// The machine code, if [`Self::sign`] made this with the same key and name.
    pub(crate) fn verify<'a>(&self, name: &str, signed: &'a [u8]) -> Option<&'a [u8]> {
        let (signature, artifact) = signed.split_at_checked(CODE_SIGNATURE_BYTES)?;
        bool::from(signature.ct_eq(&self.signature(name, artifact))).then_some(artifact)
    }

    fn signature(&self, name: &str, artifact: &[u8]) -> [u8; CODE_SIGNATURE_BYTES] {
        let length = (name.len() as u64).to_be_bytes();
        hmac_sha256(&self.key, &[&length, name.as_bytes(), artifact])
    }
}

impl std::fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodeKey").finish_non_exhaustive()
    }
}

/// What machine code is known by: the component's hash and the engine's compatibility.
pub(crate) fn name_of(hash: &str, compatibility: &str) -> String {
    format!("{hash}-{compatibility}")
}

/// HMAC (RFC 2104) with SHA-256, over the parts as if they stood in one piece.
fn hmac_sha256(key: &[u8; 32], parts: &[&[u8]]) -> [u8; CODE_SIGNATURE_BYTES] {
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
    fn only_the_same_key_and_name_verify_what_was_signed() {
        let key = CodeKey::new([1; 32]);
        let signed = key.sign("a", b"code");
        assert_eq!(key.verify("a", &signed), Some(b"code".as_slice()));
        assert_eq!(CodeKey::new([2; 32]).verify("a", &signed), None);
        assert_eq!(key.verify("b", &signed), None);
        for at in 0..signed.len() {
            let mut altered = signed.clone();
            altered[at] ^= 1;
            assert_eq!(key.verify("a", &altered), None, "byte {at}");
        }
        for length in [0, CODE_SIGNATURE_BYTES - 1, CODE_SIGNATURE_BYTES, signed.len() - 1] {
            assert_eq!(key.verify("a", &signed[..length]), None, "{length} bytes");
        }
    }
}
