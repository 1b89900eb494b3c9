//! The server's address as somebody typed it, and whether a token may go there.

use std::net::IpAddr;

use reqwest::Url;
use thiserror::Error;

/// Why nothing is sent to an address.
#[derive(Debug, Error)]
pub(super) enum AddressError {
    #[error("`{address}` is no address of a server: it looks like https://hezi.example.com or http://127.0.0.1:4000")]
    Malformed { address: String },
    #[error(
        "the address has a user, a password, a query or a fragment: give the server's address alone, and the token in HEZI_ADMIN__TOKEN"
    )]
    Extra,
    #[error(
        "plain HTTP to `{host}` would show the token to everybody on the way: use https, or --insecure if the way is \
         yours alone"
    )]
    Plain { host: String },
}

/// Where a server is.
#[derive(Debug)]
pub(super) struct Address {
    url: Url,
    is_loopback: bool,
}

impl Address {
    /// Reads an address, to which the token may go.
    pub(super) fn read(text: &str, insecure: bool) -> Result<Self, AddressError> {
        let malformed = || AddressError::Malformed { address: text.to_owned() };
        let url = Url::parse(text.trim()).map_err(|_| malformed())?;
        // What may be a secret is not repeated.
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(AddressError::Extra);
        }
        let is_http = url.scheme() == "http";
        let host = url.host_str().filter(|_| is_http || url.scheme() == "https").ok_or_else(malformed)?;
        let is_loopback = is_loopback(host);
        if is_http && !is_loopback && !insecure {
            return Err(AddressError::Plain { host: host.to_owned() });
        }
        Ok(Self { url, is_loopback })
    }

    /// Whether the server is on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Whether it is spoken to over plain HTTP.
    pub(super) fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    /// A path of the server, below the path that it may have behind a proxy.
    pub(super) fn at(&self, path: &str, query: Option<&str>) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{path}", self.url.path().trim_end_matches('/')));
        url.set_query(query);
        url
    }
}

/// Whether a host is this machine. Of names only `localhost` is: what is below it is resolved as whoever answers for it
/// likes.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host == "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_put_behind_the_address() {
        for (address, url) in [
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/api?activate=false"),
            ("http://localhost:4000/", "http://localhost:4000/api?activate=false"),
            ("https://example.com/hezi/", "https://example.com/hezi/api?activate=false"),
            ("http://[::1]:4000", "http://[::1]:4000/api?activate=false"),
        ] {
            let address = Address::read(address, false).unwrap_or_else(|error| panic!("{address}: {error}"));
            assert_eq!(address.at("/api", Some("activate=false")).as_str(), url);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "hezi.example.com", "127.0.0.1:4000", "ftp://example.com", "file:///etc", "unix:/run/hezi"] {
            assert!(matches!(Address::read(text, false), Err(AddressError::Malformed { .. })), "{text}");
        }
        for text in ["https://u:secret@example.com", "https://example.com/?token=secret", "https://example.com/#secret"]
        {
            let error = Address::read(text, false).unwrap_err();
            assert!(matches!(error, AddressError::Extra) && !error.to_string().contains("secret"), "{text}");
        }
    }

    #[test]
    fn a_token_leaves_the_machine_only_encrypted() {
        for text in [
            "http://example.com",
            "http://192.168.1.7:4000",
            "http://localhost.example.com",
            "http://hezi.localhost",
            "http://localhost.",
            "http://[fe80::1]",
            "http://[::ffff:192.168.1.7]",
        ] {
            assert!(matches!(Address::read(text, false), Err(AddressError::Plain { .. })), "{text}");
            assert!(Address::read(text, true).is_ok_and(|address| !address.is_loopback()), "{text}");
        }
        for text in
            ["http://127.0.0.1", "http://127.9.9.9", "http://[::1]", "http://[::ffff:127.0.0.1]", "http://LOCALHOST"]
        {
            assert!(Address::read(text, false).is_ok_and(|address| address.is_loopback()), "{text}");
        }
        let encrypted = Address::read("https://example.com", false).unwrap();
        assert!(!encrypted.is_loopback() && !encrypted.is_plain());
        assert!(Address::read("http://127.0.0.1", false).unwrap().is_plain());
    }
}
