//! Keys for what leaves the process: tokens in the store, and what a browser carries between two steps of a sign-in.
//!
//! They are derived from the app's secret, so that another process with the same settings can open what this one has
//! sealed, and whoever reads the store without knowing the secret cannot.
//!
//! # Invariants
//! * Each purpose has a key of its own.

use ring::hkdf::{HKDF_SHA256, Salt};

use crate::config::Secret;
use crate::seal::{KEY_LEN, Seal};

/// The seal of an account for this purpose.
pub fn seal_of(corp_id: &str, agent_id: u64, secret: &Secret, purpose: &str) -> Option<Seal> {
    Seal::of_key(&derive(corp_id, agent_id, secret, purpose)?)
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
        seal_of("ww1", 7, &Secret::new(secret), purpose).expect("a key")
    }

    #[test]
    fn another_process_with_the_secret_opens_it_and_nobody_else() {
        let sealed = seal("s", "tokens").close("a", b"value", &SystemRng).expect("sealed");
        assert_eq!(seal("s", "tokens").open("a", &sealed).as_deref(), Some(&b"value"[..]));
        assert_eq!(seal("t", "tokens").open("a", &sealed), None);
        assert_eq!(seal("s", "logins").open("a", &sealed), None);
    }
}
