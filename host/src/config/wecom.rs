//! The settings of sign-in through WeCom, and what has to be there before it can work.
//!
//! # Invariants
//! * A secret does not show in debugging output.
//! * The API's address is HTTPS, or on this machine: the secret and the tokens stand in its URLs.

use std::fmt;

use hezi_client::is_loopback;
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use super::error::{ConfigError, refuse};

/// A text that nobody but its owner may see.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for where it has to go.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

struct SecretVisitor;

impl Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    // What the environment says is read as a number where it looks like one.
    fn visit_u64<E>(self, number: u64) -> Result<Secret, E> {
        Ok(Secret::new(number.to_string()))
    }

    // The value must not get into the message, as it would by serde's own.
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Secret, E> {
        Err(E::custom("a number is not a secret; put it in quotes"))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Secret, E> {
        Err(E::custom("a number is not a secret; put it in quotes"))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Secret, E> {
        Err(E::custom("`true` and `false` are not secrets; put them in quotes"))
    }
}

/// Longest text of the file for WeCom, which has 16 characters.
const DOMAIN_TEXT_BYTES_MAX: usize = 256;

/// What WeCom is asked to tell about a person who signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WecomScope {
    /// Who it is, without asking the person.
    #[serde(rename = "snsapi_base")]
    Base,
    /// Details, too: WeCom asks the person.
    #[serde(rename = "snsapi_privateinfo")]
    PrivateInfo,
}

impl fmt::Display for WecomScope {
    /// Writes the word that WeCom uses.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// Settings of WeCom.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WecomConfig {
    /// The corp's id, `ww…`.
    #[serde(deserialize_with = "text_or_number")]
    pub corp_id: Option<String>,
    /// The self-built app's id.
    pub agent_id: Option<u64>,
    /// The app's secret.
    pub secret: Option<Secret>,
    /// Where the API is.
    pub api_url: String,
    /// Where sign-in begins inside WeCom.
    pub authorize_url: String,
    /// Where sign-in begins in any other browser.
    pub login_url: String,
    /// What to ask for.
    pub scope: WecomScope,
    /// Longest wait for one answer of the API.
    pub timeout_ms: u64,
    /// Names that are asked for in a minute, at most. WeCom blocks a corp beyond 10,000.
    pub names_per_minute: u32,
    /// A name is asked for again after so long.
    pub name_ttl_s: u64,
    /// Name of the file by which WeCom finds out that the domain is ours, `WW_verify_….txt`.
    pub domain_file: Option<String>,
    /// What stands in that file.
    #[serde(deserialize_with = "text_or_number")]
    pub domain_text: Option<String>,
}

impl Default for WecomConfig {
    fn default() -> Self {
        Self {
            corp_id: None,
            agent_id: None,
            secret: None,
            api_url: "https://qyapi.weixin.qq.com".into(),
            authorize_url: "https://open.weixin.qq.com/connect/oauth2/authorize".into(),
            login_url: "https://login.work.weixin.qq.com/wwlogin/sso/login".into(),
            scope: WecomScope::Base,
            timeout_ms: 5_000,
            // A third of what WeCom allows: other programs of the corp share the allowance.
            names_per_minute: 3_000,
            name_ttl_s: 7 * 86_400,
            domain_file: None,
            domain_text: None,
        }
    }
}

fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Number(u64),
    }
    let either = Option::<Either>::deserialize(deserializer).map_err(|_| D::Error::custom("is a text"))?;
    Ok(either.map(|either| match either {
        Either::Text(text) => text,
        Either::Number(number) => number.to_string(),
    }))
}

impl WecomConfig {
    /// Whether anything says which corp, app or secret it is.
    pub(super) fn is_begun(&self) -> bool {
        self.corp_id.is_some() || self.agent_id.is_some() || self.secret.is_some()
    }

    /// Corp, app and secret, if all are there.
    pub fn account(&self) -> Option<(&str, u64, &Secret)> {
        Some((self.corp_id.as_deref()?, self.agent_id?, self.secret.as_ref()?))
    }

    /// The file by which WeCom finds out that the domain is ours: its name and what stands in it.
    pub fn domain_proof(&self) -> Option<(&str, &str)> {
        Some((self.domain_file.as_deref()?, self.domain_text.as_deref()?))
    }

    /// Checks the file for WeCom, whoever signs people in: the domain may be registered first.
    pub(super) fn check_domain_proof(&self) -> Result<(), ConfigError> {
        let (Some(name), Some(text)) = (&self.domain_file, &self.domain_text) else {
            return match (&self.domain_file, &self.domain_text) {
                (None, None) => Ok(()),
                (None, _) => {
                    refuse("wecom.domain_file", "is needed with `wecom.domain_text`: the name of WeCom's file")
                }
                _ => refuse("wecom.domain_text", "is needed with `wecom.domain_file`: what stands in WeCom's file"),
            };
        };
        let middle = name.strip_prefix("WW_verify_").and_then(|rest| rest.strip_suffix(".txt"));
        if middle.is_none_or(|middle| middle.is_empty() || !middle.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
            return refuse("wecom.domain_file", "is the name that WeCom gave its file: `WW_verify_….txt`");
        }
        if text.is_empty() || text.len() > DOMAIN_TEXT_BYTES_MAX || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refuse("wecom.domain_text", "is what stands in WeCom's file, a word without spaces");
        }
        Ok(())
    }

    /// Checks the settings that sign-in through WeCom needs.
    pub(super) fn check(&self, public_url: Option<&str>) -> Result<(), ConfigError> {
        let missing = "is needed to sign people in through WeCom";
        if self.corp_id.as_ref().is_none_or(|id| id.trim().is_empty()) {
            return refuse("wecom.corp_id", format!("{missing}: the corp's id in the console under 我的企业"));
        }
        if self.agent_id.is_none() {
            return refuse("wecom.agent_id", format!("{missing}: the AgentId on the app's page in the console"));
        }
        if self.secret.as_ref().is_none_or(|secret| secret.expose().trim().is_empty()) {
            return refuse("wecom.secret", format!("{missing}: the Secret on the app's page in the console"));
        }
        if public_url.is_none() {
            let reason =
                format!("{missing}: the address that people reach this server at, on the app's trusted domain");
            return refuse("public_url", reason);
        }
        check_url("wecom.api_url", &self.api_url)?;
        check_url("wecom.authorize_url", &self.authorize_url)?;
        check_url("wecom.login_url", &self.login_url)?;
        if !(100..=60_000).contains(&self.timeout_ms) {
            return refuse("wecom.timeout_ms", "is between 100 and 60000");
        }
        if !(1..=10_000).contains(&self.names_per_minute) {
            return refuse("wecom.names_per_minute", "is between 1 and 10000, which is where WeCom blocks the corp");
        }
        Ok(())
    }
}

fn check_url(key: &'static str, text: &str) -> Result<(), ConfigError> {
    let shape = "is an `https://` address without a query; `http://` only on this machine";
    let Ok(url) = Url::parse(text) else { return refuse(key, shape) };
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
    if plain && safe { Ok(()) } else { refuse(key, shape) }
}
