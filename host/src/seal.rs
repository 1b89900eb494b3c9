//! Encryption with a key: for what the store, or somebody's browser, is to keep and not to know.
//!
//! Where the key comes from, and how long there is one, is the business of whoever makes the seal.
//!
//! # Invariants
//! * Each value has a random nonce, and opens only under the name it was sealed for.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::clock::Rng;

/// Bytes of a key.
pub const KEY_LEN: usize = 32;

/// Seals and opens values.
pub struct Seal(LessSafeKey);

impl Seal {
    /// The seal with this key. There always is one: the length is right.
    pub fn of_key(key: &[u8; KEY_LEN]) -> Option<Self> {
        UnboundKey::new(&CHACHA20_POLY1305, key).ok().map(|key| Self(LessSafeKey::new(key)))
    }

    /// Encrypts a value for this name. Gives none only for values too long to be one.
    pub fn close(&self, name: &str, value: &[u8], rng: &dyn Rng) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce);
        let mut sealed = value.to_vec();
        let aad = Aad::from(name.as_bytes());
        self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).ok()?;
        sealed.splice(0..0, nonce);
        Some(sealed)
    }

    /// The value, if it was sealed for this name by somebody who has the key, and not changed since.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut value = rest.to_vec();
        let len = self.0.open_in_place(nonce, Aad::from(name.as_bytes()), &mut value).ok()?.len();
        value.truncate(len);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    fn seal(key: u8) -> Seal {
        Seal::of_key(&[key; KEY_LEN]).expect("a key")
    }

    #[test]
    fn whoever_has_the_key_opens_it() {
        let sealed = seal(1).close("a", b"value", &SystemRng).expect("sealed");
        assert_eq!(seal(1).open("a", &sealed).as_deref(), Some(&b"value"[..]));
        assert!(!sealed.windows(5).any(|window| window == b"value"));
        let again = seal(1).close("a", b"value", &SystemRng).expect("sealed");
        assert_ne!(sealed, again, "the nonce is random");
    }

    #[test]
    fn nobody_else_does_and_no_changed_bit_goes_unnoticed() {
        let sealed = seal(1).close("a", b"value", &SystemRng).expect("sealed");
        assert_eq!(seal(2).open("a", &sealed), None);
        assert_eq!(seal(1).open("b", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal(1).open("a", &changed), None, "byte {at}");
        }
        for len in 0..sealed.len() {
            assert_eq!(seal(1).open("a", &sealed[..len]), None, "{len} bytes");
        }
    }
}
