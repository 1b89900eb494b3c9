//! The key of a private conference: what its link carries, and without which its number lets nobody in.
//!
//! Who has to show it is `access`' business.
//!
//! # Invariants
//! * It is not written into logs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Length of a key in bytes, as it is made: 128 bits.
pub const KEY_BYTES: usize = 16;
/// Longest text that is looked at as a key.
const CHARS_MAX: usize = 64;

/// The key of a private conference.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JoinKey(String);

impl JoinKey {
    /// The key of these random bytes.
    pub fn new(random: [u8; KEY_BYTES]) -> Self {
        Self(hex::encode(random))
    }

    /// What somebody shows as a key; none where it cannot be one.
    pub fn parse(shown: &str) -> Option<Self> {
        let plain = !shown.is_empty() && shown.len() <= CHARS_MAX && shown.bytes().all(|b| b.is_ascii_alphanumeric());
        plain.then(|| Self(shown.to_owned()))
    }

    /// The text, for the link.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for JoinKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_fits_into_an_address_and_stays_out_of_logs() {
        let key = JoinKey::new([7; KEY_BYTES]);
        assert_eq!(JoinKey::parse(key.as_str()), Some(key.clone()));
        assert!(!format!("{key:?}").contains("07"));
        for shown in ["", "a b", "a&b", "钥匙", &"a".repeat(65)] {
            assert_eq!(JoinKey::parse(shown), None, "{shown}");
        }
    }
}
