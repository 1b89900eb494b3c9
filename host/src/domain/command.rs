//! What tells one command of a conference from another: who sent it, and the id that they gave it.
//!
//! What a command says, and what came of it, is not known here.

use sha2::{Digest, Sha256};

use super::id::{CommandId, UserId};

/// Identifies a command: half of a SHA-256 over the member and the id, so that nobody can make two meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandKey([u8; 16]);

/// Hash of what a command says, to tell another command under the same id.
pub type Fingerprint = [u8; 8];

impl CommandKey {
    /// The key of the command that this member sent under this id.
    pub fn new(member: &UserId, id: &CommandId) -> Self {
        let hash = digest(&[member.as_str(), id.as_str()]);
        let mut key = [0; 16];
        key.copy_from_slice(&hash[..16]);
        Self(key)
    }

    /// The first half of the key, for an index: two keys may share it, so what is found by it must be compared.
    pub fn half(self) -> u64 {
        let mut half = [0; 8];
        half.copy_from_slice(&self.0[..8]);
        u64::from_be_bytes(half)
    }
}

/// The fingerprint of a command: its kind and what it is about.
pub fn fingerprint(parts: &[&str]) -> Fingerprint {
    let mut print = [0; 8];
    print.copy_from_slice(&digest(parts)[..8]);
    print
}

fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        // The length in front keeps ("ab","c") and ("a","bc") apart.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
    }
}
