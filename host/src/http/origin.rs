//! Where the site is reached, and whether a request comes from it.
//!
//! Cookies are `SameSite=Lax`, which keeps them out of other sites' forms; this is the second lock, and the only one for
//! WebSockets and for browsers with odd ideas of a site.
//!
//! # Invariants
//! * A request that names another origin changes nothing.
//! * Without a configured address only loopback names count as this site: a foreign name that resolves to this machine
//!   (DNS rebinding) does not.

use axum::http::header::{HOST, HeaderMap, ORIGIN};
use hezi_client::is_loopback_in_browsers;
use url::Url;

use super::error::{ApiError, ApiResult};
use crate::domain::sentence::Sentence;
use crate::protocol::code::Code;

/// Where the site is reached.
#[derive(Debug, Clone)]
pub struct Site {
    public_url: String,
    /// The configured origin, normalized; none when everything that leads here over loopback is the site.
    origin: Option<String>,
}

impl Site {
    /// The site at its configured address, or at the one it listens on.
    pub fn new(configured: Option<&str>, listening: &str) -> Self {
        let public_url = configured.unwrap_or(listening).trim_end_matches('/').to_owned();
        Self { public_url, origin: configured.map(normalize) }
    }

    /// The address that people reach the site at, without a slash at the end.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Whether people reach it over HTTPS.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The address of sockets: the same with the scheme of WebSocket.
    pub(super) fn socket_url(&self) -> String {
        self.public_url.replacen("http", "ws", 1)
    }

    /// Whether this is the site's origin, for a request to this host.
    fn is_ours(&self, origin: &str, host: Option<&str>) -> bool {
        let origin = normalize(origin);
        match (&self.origin, host) {
            (Some(ours), _) => origin == *ours,
            (None, Some(host)) => is_this_machine_in_browsers(host) && origin == normalize(&format!("http://{host}")),
            (None, None) => false,
        }
    }
}

/// Refuses a request that a browser sends on behalf of another site.
pub(super) fn check(headers: &HeaderMap, site: &Site) -> ApiResult<()> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let foreign_origin = text(ORIGIN.as_str()).is_some_and(|origin| !site.is_ours(origin, text(HOST.as_str())));
    if foreign_origin || text("sec-fetch-site") == Some("cross-site") {
        let ours = site.public_url.clone();
        return Err(ApiError::new(Code::ForeignOrigin, Sentence::ForeignOrigin { ours }));
    }
    Ok(())
}

/// Whether a request was sent to a name of this machine; one that does not say is taken for it.
pub(super) fn is_for_loopback(headers: &HeaderMap) -> bool {
    headers.get(HOST).is_none_or(|host| host.to_str().is_ok_and(is_this_machine_in_browsers))
}

/// Lower case, without the port that the scheme implies.
fn normalize(origin: &str) -> String {
    let origin = origin.trim_end_matches('/').to_ascii_lowercase();
    let implied = if origin.starts_with("https://") { ":443" } else { ":80" };
    origin.strip_suffix(implied).map(str::to_owned).unwrap_or(origin)
}

/// Whether a browser takes a `host` header, a name with or without a port, for its own machine. That is laxer than what programs
/// go by: names below `localhost` count, which browsers never ask a name server for, so no foreign page can have one.
fn is_this_machine_in_browsers(host: &str) -> bool {
    Url::parse(&format!("http://{host}")).is_ok_and(|url| is_loopback_in_browsers(&url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(site: &Site, pairs: &[(&'static str, &str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().expect("a header")));
        check(&headers.collect(), site).is_ok()
    }

    #[test]
    fn a_configured_address_is_the_only_origin() {
        let site = Site::new(Some("https://Meet.Example.com"), "http://127.0.0.1:4000");
        for (origin, ours) in [
            ("https://meet.example.com", true),
            ("https://meet.example.com:443", true),
            ("http://meet.example.com", false),
            ("https://meet.example.com.evil.cn", false),
            ("https://evil.cn", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(passes(&site, &[("origin", origin), ("host", "meet.example.com")]), ours, "{origin}");
        }
        assert!(!passes(&site, &[("origin", "http://127.0.0.1:4000"), ("host", "127.0.0.1:4000")]));
    }

    #[test]
    fn without_one_it_is_whatever_loopback_name_leads_here() {
        let site = Site::new(None, "http://127.0.0.1:4000");
        for (origin, host, ours) in [
            ("http://127.0.0.1:4000", "127.0.0.1:4000", true),
            ("http://localhost:4000", "localhost:4000", true),
            ("http://[::1]:4000", "[::1]:4000", true),
            ("http://localhost", "localhost:80", true),
            ("http://127.0.0.1:4001", "127.0.0.1:4000", false),
            ("http://evil.cn:4000", "127.0.0.1:4000", false),
            // The name resolves to this machine, but it is not ours.
            ("http://evil.cn:4000", "evil.cn:4000", false),
        ] {
            assert_eq!(passes(&site, &[("origin", origin), ("host", host)]), ours, "{origin} to {host}");
        }
    }

    #[test]
    fn programs_send_no_origin_and_browsers_tell_on_other_sites() {
        let site = Site::new(None, "http://127.0.0.1:4000");
        assert!(passes(&site, &[("host", "127.0.0.1:4000")]));
        assert!(passes(&site, &[("sec-fetch-site", "same-origin")]));
        assert!(!passes(&site, &[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn sockets_have_their_own_scheme() {
        assert_eq!(Site::new(Some("https://a.cn/"), "").socket_url(), "wss://a.cn");
        assert_eq!(Site::new(None, "http://127.0.0.1:4000").socket_url(), "ws://127.0.0.1:4000");
    }
}
