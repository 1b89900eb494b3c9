//! Encryption of what leaves the process: tokens in the store, and what a browser carries between two steps of a sign-in.
//!
//! The keys are derived from the app's secret, so that another process with the same settings can open what this one has
//! sealed, and whoever reads the store without knowing the secret cannot.
//!
//! # Invariants
//! * Each purpose has a key of its own, each value a random nonce, and a value opens only under the name it was sealed for.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};

use crate::clock::Rng;
use crate::config::Secret;

/// Bytes of a key.
const KEY_LEN: usize = 32;

/// Seals and opens values.
pub struct Seal(LessSafeKey);

impl Seal {
    /// The seal of an account for this purpose.
    pub fn new(corp_id: &str, agent_id: u64, secret: &Secret, purpose: &str) -> Option<Self> {
        let key = derive(corp_id, agent_id, secret, purpose)?;
        UnboundKey::new(&CHACHA20_POLY1305, &key).ok().map(|key| Self(LessSafeKey::new(key)))
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

    /// The value, if it was sealed for this name by somebody who knows the secret, and not changed since.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut value = rest.to_vec();
        let len = self.0.open_in_place(nonce, Aad::from(name.as_bytes()), &mut value).ok()?.len();
        value.truncate(len);
        Some(value)
    }
}

/// 32 bytes that only who knows the secret can work out.
pub(super) fn derive(corp_id: &str, agent_id: u64, secret: &Secret, purpose: &str) -> Option<[u8; KEY_LEN]> {
    let account = format!("{agent_id}/{corp_id}");
    let source = Salt::new(HKDF_SHA256, b"hezi").extract(secret.expose().as_bytes());
    let mut key = [0; KEY_LEN];
    let info = [purpose.as_bytes(), b"\0", account.as_bytes()];
    source.expand(&info, HKDF_SHA256).ok()?.fill(&mut key).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;

    fn seal(secret: &str, purpose: &str) -> Seal {
        Seal::new("ww1", 7, &Secret::new(secret), purpose).expect("a key")
    }

    #[test]
    fn another_process_with_the_secret_opens_it() {
        let sealed = seal("s", "tokens").close("a", b"value", &SystemRng).expect("sealed");
        assert_eq!(seal("s", "tokens").open("a", &sealed).as_deref(), Some(&b"value"[..]));
        assert!(!sealed.windows(5).any(|window| window == b"value"));
        let again = seal("s", "tokens").close("a", b"value", &SystemRng).expect("sealed");
        assert_ne!(sealed, again, "the nonce is random");
    }

    #[test]
    fn nobody_else_does_and_no_changed_bit_goes_unnoticed() {
        let sealed = seal("s", "tokens").close("a", b"value", &SystemRng).expect("sealed");
        assert_eq!(seal("t", "tokens").open("a", &sealed), None);
        assert_eq!(seal("s", "logins").open("a", &sealed), None);
        assert_eq!(seal("s", "tokens").open("b", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(seal("s", "tokens").open("a", &changed), None, "byte {at}");
        }
        for len in 0..sealed.len() {
            assert_eq!(seal("s", "tokens").open("a", &sealed[..len]), None, "{len} bytes");
        }
    }
}
