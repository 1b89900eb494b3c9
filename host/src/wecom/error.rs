//! What WeCom's error codes mean, and what to do about each.
//!
//! Judged by `errcode` only: WeCom changes the wording of `errmsg` as it likes. The one thing read from it is the address
//! that it refuses, because nothing else tells it.
//!
//! # Invariants
//! * No error holds a token, a secret, a code or a URL.

use std::net::IpAddr;

use super::endpoint::Endpoint;

/// How long WeCom blocks a corp that asked too often in a minute.
const BLOCKED_MS: u64 = 60_000;
/// How long to wait when too many calls are under way.
const CROWDED_MS: u64 = 1_000;

/// Why WeCom did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WecomError {
    /// It is busy; worth a few more tries.
    #[error("WeCom is busy")]
    Busy,
    /// The access token is not good, or not any more.
    #[error("WeCom does not take the access token")]
    BadToken,
    /// The code of a sign-in is used up, too old or made up.
    #[error("WeCom does not know this sign-in: its code is used up, too old or made up")]
    BadCode,
    /// Asked too often.
    #[error("WeCom was asked too often; it answers again in {retry_after_ms} ms")]
    RateLimited {
        /// When to ask again, at the earliest.
        retry_after_ms: u64,
    },
    /// WeCom knows nobody by this id, or does not show them to the app.
    #[error("WeCom shows nobody by this id")]
    UnknownMember,
    /// Something is set up wrongly, here or in WeCom's console. Asking again does not help.
    #[error("{0}")]
    Configuration(Trouble),
    /// No answer that can be used: no connection, no answer in time, or one that is not WeCom's.
    #[error("WeCom gave no answer that can be used: {0}")]
    Unreachable(&'static str),
    /// A code that is not known here.
    #[error("WeCom answered with error {0}")]
    Unknown(i64),
}

/// What is set up wrongly, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The secret does not belong to the corp's app.
    #[error(
        "WeCom refuses the secret (error {0}): copy the Secret of the app whose AgentId is `wecom.agent_id` from the \
         console into `wecom.secret`"
    )]
    WrongSecret(i64),
    /// The corp's id is none.
    #[error(
        "WeCom knows no corp by `wecom.corp_id` (error {0}): copy 企业ID from the console, 我的企业, into `wecom.corp_id`"
    )]
    WrongCorp(i64),
    /// The app's id does not fit the secret.
    #[error(
        "WeCom knows no app by `wecom.agent_id` (error {0}): copy the AgentId from the page of the app in the console"
    )]
    WrongAgent(i64),
    /// This server's address is not among those that may use the app.
    #[error(
        "WeCom does not trust the address of this server, {}: add it to 企业可信IP on the page of the app in the console; \
         it takes about a minute to count",
        .0.map_or_else(|| "which it does not name".to_owned(), |ip| ip.to_string())
    )]
    UntrustedIp(Option<IpAddr>),
    /// The host that sign-in leads back to is not the app's trusted domain.
    #[error(
        "WeCom does not lead people back to the host of `public_url` (error {0}): make exactly that host, with its port, \
         the 可信域名 of the app in the console"
    )]
    WrongDomain(i64),
    /// The app may not use this part of the API.
    #[error("WeCom does not let the app use `{endpoint}` (error {code}): give the app this right in the console")]
    NotPermitted {
        /// The part of the API.
        endpoint: &'static str,
        /// WeCom's error.
        code: i64,
    },
}

impl Trouble {
    /// Whether nobody can be signed in while it lasts.
    pub(super) fn stops_everything(&self) -> bool {
        !matches!(self, Self::NotPermitted { .. })
    }

    /// The word for it in metrics and log lines.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::WrongSecret(_) => "wrong_secret",
            Self::WrongCorp(_) => "wrong_corp",
            Self::WrongAgent(_) => "wrong_agent",
            Self::UntrustedIp(_) => "untrusted_ip",
            Self::WrongDomain(_) => "wrong_domain",
            Self::NotPermitted { .. } => "not_permitted",
        }
    }
}

impl WecomError {
    /// When whoever needed the answer may come again, in milliseconds.
    pub fn retry_after_ms(&self) -> u64 {
        match self {
            Self::RateLimited { retry_after_ms } => *retry_after_ms,
            Self::Configuration(_) => 60_000,
            _ => 1_000,
        }
    }

    /// The word for it in metrics.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::BadToken => "bad_token",
            Self::BadCode => "bad_code",
            Self::RateLimited { .. } => "rate_limited",
            Self::UnknownMember => "unknown_member",
            Self::Configuration(trouble) => trouble.word(),
            Self::Unreachable(_) => "unreachable",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// What an `errcode` other than 0 means for this call.
pub(super) fn classify(endpoint: Endpoint, code: i64, message: &str) -> WecomError {
    use WecomError::{BadCode, BadToken, Busy, Configuration, RateLimited, Unknown, UnknownMember};
    match code {
        -1 => Busy,
        40001 if endpoint == Endpoint::GetToken => Configuration(Trouble::WrongSecret(code)),
        // Elsewhere the "credential" that is not good is the token.
        40001 | 40014 | 42001 => BadToken,
        40091 | 41004 => Configuration(Trouble::WrongSecret(code)),
        40013 | 41002 => Configuration(Trouble::WrongCorp(code)),
        40056 => Configuration(Trouble::WrongAgent(code)),
        60020 => Configuration(Trouble::UntrustedIp(refused_ip(message))),
        50001 => Configuration(Trouble::WrongDomain(code)),
        40029 | 42003 | 40078 | 41008 => BadCode,
        45009 => RateLimited { retry_after_ms: BLOCKED_MS },
        45033 => RateLimited { retry_after_ms: CROWDED_MS },
        // Of one member this says that the app may not see them; of anything else that it lacks a right.
        50002 | 60011 if endpoint == Endpoint::UserGet => UnknownMember,
        60111 | 40003 => UnknownMember,
        48002 | 50002 | 60011 => Configuration(Trouble::NotPermitted { endpoint: endpoint.name(), code }),
        code => Unknown(code),
    }
}

/// The address in `… from ip: 1.2.3.4, …`.
fn refused_ip(message: &str) -> Option<IpAddr> {
    let (_, rest) = message.split_once("from ip:")?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_hexdigit() && c != '.' && c != ':').unwrap_or(rest.len());
    rest[..end].trim_end_matches([':', '.']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_what_to_do() {
        for (code, word) in [
            (-1, "busy"),
            (40001, "bad_token"),
            (40014, "bad_token"),
            (42001, "bad_token"),
            (40029, "bad_code"),
            (42003, "bad_code"),
            (40078, "bad_code"),
            (41008, "bad_code"),
            (45009, "rate_limited"),
            (45033, "rate_limited"),
            (40013, "wrong_corp"),
            (40056, "wrong_agent"),
            (40091, "wrong_secret"),
            (60020, "untrusted_ip"),
            (50001, "wrong_domain"),
            (48002, "not_permitted"),
            (60011, "not_permitted"),
            (60111, "unknown_member"),
            (99999, "unknown"),
        ] {
            assert_eq!(classify(Endpoint::GetUserInfo, code, "").word(), word, "{code}");
        }
        assert_eq!(classify(Endpoint::GetToken, 40001, "").word(), "wrong_secret");
        assert_eq!(classify(Endpoint::UserGet, 60011, "").word(), "unknown_member");
    }

    #[test]
    fn the_refused_address_is_named() {
        let message = "not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at https://x";
        let error = classify(Endpoint::UserGet, 60020, message);
        assert!(error.to_string().contains("203.0.113.7"), "{error}");
        assert!(error.to_string().contains("企业可信IP"), "{error}");
        for (message, ip) in [
            ("from ip: 2001:db8::1, x", Some("2001:db8::1")),
            ("from ip: 1.2.3.4.", Some("1.2.3.4")),
            ("from ip: <script>", None),
            ("", None),
        ] {
            assert_eq!(refused_ip(message).map(|ip| ip.to_string()).as_deref(), ip, "{message}");
        }
    }
}
