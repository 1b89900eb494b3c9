//! What a browser carries while it is away at WeCom: which sign-ins it began, and where each leads back to.
//!
//! Each is sealed in a cookie of its own, so that two that begin at the same moment do not overwrite each other, and kept
//! nowhere else: whoever only begins costs no memory and no disk, every process that has the settings can read it, and a
//! restart in between does no harm. That a `state` is used once is the store's matter.
//!
//! # Invariants
//! * An attempt is as good as the cookie that it came in: another browser does not have it, and under another name it does
//!   not open.
//! * Of a browser's attempts the newest are kept, each for ten minutes.

use std::cmp::Reverse;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::clock::{Rng, random_32};
use crate::seal::Seal;

/// How long a person may take at WeCom.
pub(super) const ATTEMPT_MS: u64 = 600_000;
/// Attempts of a browser that a new one leaves alone: tabs, and the doubled requests of web views.
const ATTEMPTS_KEPT: usize = 2;
/// Cookies that are cleared at a time: a browser that was filled with them must not fill the answer.
const CLEARED_MAX: usize = 32;
/// Digits of a state that its cookie is named by.
const MARK_CHARS: usize = 8;

/// An attempt as a browser carries it: what its cookie is named by, and the cookie's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    mark: String,
    value: String,
}

impl Carried {
    /// What a browser brought, if an attempt can be named so.
    pub fn new(mark: &str, value: &str) -> Option<Self> {
        let hex = mark.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (mark.len() == MARK_CHARS && hex).then(|| Self { mark: mark.to_owned(), value: value.to_owned() })
    }

    /// The first eight hex digits of the state.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Printable, at most 2,000 characters for an address of 512.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What it is sealed for: a cookie that was renamed is none.
    fn purpose(mark: &str) -> String {
        format!("login cookie {mark}")
    }
}

/// One sign-in that was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignInAttempt {
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

impl SignInAttempt {
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

    /// The attempt of this state among those that a browser brought, if it is still good.
    pub(super) fn find(seal: &Seal, carried: &[Carried], state: &str, now_ms: u64) -> Option<Self> {
        let mark = state.get(..MARK_CHARS)?;
        let mut found = carried.iter().filter(|carried| carried.mark == mark);
        let attempt = found.find_map(|carried| Self::open(seal, carried, now_ms))?;
        bool::from(attempt.state.as_bytes().ct_eq(state.as_bytes())).then_some(attempt)
    }

    fn open(seal: &Seal, carried: &Carried, now_ms: u64) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(&carried.value).ok()?;
        let plain = seal.open(&Carried::purpose(&carried.mark), &sealed)?;
        serde_json::from_slice(&plain).ok().filter(|attempt: &Self| now_ms < attempt.until_ms)
    }

    /// What its cookie is named by.
    pub(super) fn mark(&self) -> String {
        self.state.chars().take(MARK_CHARS).collect()
    }

    /// What the browser gets.
    pub(super) fn close(&self, seal: &Seal, rng: &dyn Rng) -> Option<Carried> {
        let mark = self.mark();
        let plain = serde_json::to_vec(self).ok()?;
        let value = URL_SAFE_NO_PAD.encode(seal.close(&Carried::purpose(&mark), &plain, rng)?);
        Some(Carried { mark, value })
    }
}

/// The marks of what a browser need not carry any more when it begins another attempt.
pub(super) fn surplus(seal: &Seal, carried: &[Carried], now_ms: u64) -> Vec<String> {
    let until_ms = |carried| SignInAttempt::open(seal, carried, now_ms).map_or(0, |attempt| attempt.until_ms);
    let mut newest_first: Vec<(u64, &Carried)> = carried.iter().map(|carried| (until_ms(carried), carried)).collect();
    newest_first.sort_by_key(|(until_ms, _)| Reverse(*until_ms));
    let kept = newest_first.iter().take(ATTEMPTS_KEPT).filter(|(until_ms, _)| *until_ms > 0).count();
    newest_first.iter().skip(kept).take(CLEARED_MAX).map(|(_, carried)| carried.mark.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRng;
    use crate::config::Secret;
    use crate::wecom::seal_of;

    fn seal(secret: &str) -> Seal {
        seal_of("ww1", 7, &Secret::new(secret), "login").expect("a key")
    }

    fn close(attempt: &SignInAttempt) -> Carried {
        attempt.close(&seal("s"), &SystemRng).expect("a cookie")
    }

    #[test]
    fn a_state_is_hex_and_new_each_time() {
        let [one, other] = [(); 2].map(|()| SignInAttempt::new("/", false, 0, &SystemRng));
        assert_ne!(one.state, other.state);
        assert!(one.state.len() == 32 && one.state.bytes().all(|byte| byte.is_ascii_hexdigit()), "{}", one.state);
    }

    #[test]
    fn only_this_browser_has_it_and_only_for_a_while() {
        let attempt = SignInAttempt::new("/c/00042", false, 1_000, &SystemRng);
        let state = attempt.state.as_str();
        let carried = close(&attempt);
        let found = |secret, carried: &[Carried], now_ms| SignInAttempt::find(&seal(secret), carried, state, now_ms);
        assert_eq!(found("s", std::slice::from_ref(&carried), 1_000).as_ref(), Some(&attempt));
        assert_eq!(found("s", &[], 1_000), None);
        for value in ["00ff", "no base64", ""] {
            assert_eq!(found("s", &[Carried { value: value.into(), ..carried.clone() }], 1_000), None, "{value}");
        }
        assert_eq!(found("t", std::slice::from_ref(&carried), 1_000), None);
        assert_eq!(found("s", std::slice::from_ref(&carried), 1_000 + ATTEMPT_MS), None);
        for other in ["", &state[..31], &format!("{}0", &state[..8]), "会议会议"] {
            assert_eq!(SignInAttempt::find(&seal("s"), std::slice::from_ref(&carried), other, 1_000), None, "{other}");
        }
    }

    #[test]
    fn a_cookie_under_another_name_is_none() {
        let [own, other] = [(); 2].map(|()| SignInAttempt::new("/", false, 0, &SystemRng));
        let renamed = Carried { mark: other.state[..8].to_owned(), ..close(&own) };
        assert_eq!(SignInAttempt::open(&seal("s"), &renamed, 0), None);
        assert!(Carried::new("0123abcd", "x").is_some());
        for mark in ["", "0123abc", "0123ABCD", "0123abcd0", "会会x"] {
            assert_eq!(Carried::new(mark, "x"), None, "{mark}");
        }
    }

    #[test]
    fn tabs_do_not_push_each_other_out_and_a_cookie_stays_small() {
        let long = format!("/{}", "a".repeat(511));
        let tabs: Vec<SignInAttempt> = (0..4).map(|n| SignInAttempt::new(&long, false, n, &SystemRng)).collect();
        let mut carried: Vec<Carried> = tabs.iter().map(close).collect();
        assert!(carried.iter().all(|carried| carried.value.len() <= 2_000), "{carried:?}");
        carried.push(Carried::new("00000000", "planted").expect("a name"));
        let mut cleared = surplus(&seal("s"), &carried, 5);
        cleared.sort();
        let mut expected = ["00000000", &tabs[0].state[..8], &tabs[1].state[..8]].map(str::to_owned);
        expected.sort();
        assert_eq!(cleared, expected, "all but the newest two");
        assert!(surplus(&seal("s"), &carried[2..4], 5).is_empty());
        let planted = vec![carried[4].clone(); 1_000];
        assert_eq!(surplus(&seal("s"), &planted, 5).len(), CLEARED_MAX);
    }
}
