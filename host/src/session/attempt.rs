//! What a browser carries while it is away at WeCom: which sign-ins it began, and where each leads back to.
//!
//! Sealed in a cookie and kept nowhere else: whoever only knocks at the door costs no memory and no disk, every process that
//! has the settings can read it, and a restart in between does no harm. That a `state` is used once is the store's matter.
//!
//! # Invariants
//! * An attempt is as good as the cookie that it came in: another browser does not have it.
//! * At most three attempts a browser, each for ten minutes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::clock::{Rng, random_32};
use crate::wecom::Seal;

/// How long a person may take at WeCom.
pub(super) const ATTEMPT_MS: u64 = 600_000;
/// Attempts of a browser at a time: tabs, and the doubled requests of web views.
const ATTEMPTS_MAX: usize = 3;
/// What the cookie is sealed for.
const NAME: &str = "login cookie";

/// One sign-in that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempt {
    /// 32 hex digits.
    pub(super) state: String,
    /// A path of this site.
    pub(super) return_to: String,
    /// Known to this browser alone: the session's token is made with it.
    pub(super) nonce: String,
    /// Whether it was begun because an earlier one came back with a code that was no good.
    pub(super) again: bool,
    /// In milliseconds since 1970.
    pub(super) until_ms: u64,
}

impl Attempt {
    /// A new one.
    pub(super) fn new(return_to: &str, again: bool, now_ms: u64, rng: &dyn Rng) -> Self {
        Self {
            state: hex::encode(&random_32(rng)[..16]),
            return_to: return_to.to_owned(),
            nonce: hex::encode(random_32(rng)),
            again,
            until_ms: now_ms.saturating_add(ATTEMPT_MS),
        }
    }
}

/// The attempts of a browser, oldest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Attempts(Vec<Attempt>);

impl Attempts {
    /// Those that are in a cookie and still good. A cookie that was not sealed here holds none.
    pub(super) fn open(seal: &Seal, cookie: Option<&str>, now_ms: u64) -> Self {
        let opened =
            cookie.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).and_then(|sealed| seal.open(NAME, &sealed));
        let all: Vec<Attempt> = opened.and_then(|plain| serde_json::from_slice(&plain).ok()).unwrap_or_default();
        Self(all.into_iter().filter(|attempt| now_ms < attempt.until_ms).collect())
    }

    /// The one that this state belongs to.
    pub(super) fn find(&self, state: &str) -> Option<&Attempt> {
        self.0.iter().find(|attempt| bool::from(attempt.state.as_bytes().ct_eq(state.as_bytes())))
    }

    /// Takes one in, in place of the oldest where there are too many.
    pub(super) fn add(&mut self, attempt: Attempt) {
        self.0.push(attempt);
        let surplus = self.0.len().saturating_sub(ATTEMPTS_MAX);
        self.0.drain(..surplus);
    }

    /// Forgets one that has come to nothing.
    pub(super) fn remove(&mut self, state: &str) {
        self.0.retain(|attempt| attempt.state != state);
    }

    /// The cookie's value: printable, at most 4,000 characters.
    pub(super) fn close(mut self, seal: &Seal, rng: &dyn Rng) -> Option<String> {
        loop {
            let plain = serde_json::to_vec(&self.0).ok()?;
            let value = URL_SAFE_NO_PAD.encode(seal.close(NAME, &plain, rng)?);
            // Browsers drop a cookie of more than 4,096 bytes, name and attributes included.
            if value.len() <= 3_800 || self.0.len() <= 1 {
                return Some(value);
            }
            self.0.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;
    use crate::config::Secret;

    fn seal(secret: &str) -> Seal {
        Seal::new("ww1", 7, &Secret::new(secret), "login").expect("a key")
    }

    fn cookie(attempts: &[&Attempt]) -> String {
        let mut all = Attempts::default();
        attempts.iter().for_each(|attempt| all.add((*attempt).clone()));
        all.close(&seal("s"), &SystemRng).expect("a cookie")
    }

    #[test]
    fn a_state_is_hex_and_new_each_time() {
        let [one, other] = [(); 2].map(|()| Attempt::new("/", false, 0, &SystemRng));
        assert_ne!(one.state, other.state);
        assert!(one.state.len() == 32 && one.state.bytes().all(|byte| byte.is_ascii_hexdigit()), "{}", one.state);
    }

    #[test]
    fn only_this_browser_has_it_and_only_for_a_while() {
        let attempt = Attempt::new("/c/00042", false, 1_000, &SystemRng);
        let cookie = cookie(&[&attempt]);
        let found =
            |secret, cookie, now_ms| Attempts::open(&seal(secret), cookie, now_ms).find(&attempt.state).cloned();
        assert_eq!(found("s", Some(cookie.as_str()), 1_000).as_ref(), Some(&attempt));
        assert_eq!(found("s", None, 1_000), None);
        assert_eq!(found("s", Some("00ff"), 1_000), None);
        assert_eq!(found("s", Some("no base64"), 1_000), None);
        assert_eq!(found("t", Some(cookie.as_str()), 1_000), None);
        assert_eq!(found("s", Some(cookie.as_str()), 1_000 + ATTEMPT_MS), None);
        let opened = Attempts::open(&seal("s"), Some(&cookie), 1_000);
        assert_eq!(opened.find(""), None);
        assert_eq!(opened.find(&attempt.state[..31]), None);
    }

    #[test]
    fn tabs_do_not_push_each_other_out_and_the_cookie_stays_small() {
        let long = format!("/{}", "a".repeat(511));
        let tabs: Vec<Attempt> = (0..5).map(|_| Attempt::new(&long, false, 0, &SystemRng)).collect();
        let cookie = cookie(&tabs.iter().collect::<Vec<_>>());
        assert!(cookie.len() <= 3_800, "{}", cookie.len());
        let opened = Attempts::open(&seal("s"), Some(&cookie), 0);
        assert!(opened.find(&tabs[4].state).is_some() && opened.find(&tabs[3].state).is_some());
        assert!(opened.find(&tabs[0].state).is_none());
    }
}
