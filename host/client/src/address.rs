//! A server's address as somebody wrote it, and whether a token may go there.

use std::fmt;

use url::Url;

use crate::error::ClientError;
use crate::loopback::is_loopback;

/// Where a server is.
#[derive(Debug, Clone)]
pub struct Address(Url);

impl Address {
    /// Reads an address that the token may go to: over plain HTTP only where it stays on this machine.
    ///
    /// # Errors
    /// [`ClientError`] that says why not.
    pub fn secure(text: &str) -> Result<Self, ClientError> {
        let address = Self::insecure(text)?;
        if address.is_plain_text() && !address.is_loopback() {
            return Err(ClientError::PlainText(address.0.host_str().unwrap_or_default().to_owned()));
        }
        Ok(address)
    }

    /// Reads an address to which the token goes whoever is on the way.
    ///
    /// # Errors
    /// [`ClientError`] that says why not.
    pub fn insecure(text: &str) -> Result<Self, ClientError> {
        let url = Url::parse(text.trim()).map_err(|_| ClientError::NoAddress)?;
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(ClientError::NotAlone);
        }
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ClientError::NoAddress);
        }
        Ok(Self(url))
    }

    /// Whether the server is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Whether it is spoken to over plain HTTP.
    pub(crate) fn is_plain_text(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// An address below the server's `/api/admin`, each part of the path escaped.
    pub(crate) fn admin(&self, path: &[&str]) -> Url {
        let mut url = self.0.clone();
        // Only an address without a host has no segments, and such a one is refused before.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "admin"]).extend(path);
        }
        url
    }
}

/// The server as messages name it.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_put_behind_the_address_and_a_name_stays_one_part_of_it() {
        for (server, expected) in [
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/api/admin/plugins/a%2F..%2F%3Fb%20c"),
            ("http://127.0.0.1/hezi/", "http://127.0.0.1/hezi/api/admin/plugins/a%2F..%2F%3Fb%20c"),
        ] {
            let address = Address::secure(server).expect(server);
            assert_eq!(address.admin(&["plugins", "a/../?b c"]).as_str(), expected);
        }
    }

    #[test]
    fn what_is_no_server_is_refused_without_its_secrets() {
        for text in ["", "hezi.example.com", "127.0.0.1:4000", "ftp://example.com", "file:///etc", "https://"] {
            assert!(matches!(Address::secure(text), Err(ClientError::NoAddress)), "{text}");
        }
        for text in ["https://u:secret@x", "https://secret@x", "https://x/?token=secret", "https://x/#secret"] {
            let error = Address::secure(text).expect_err(text);
            assert!(matches!(error, ClientError::NotAlone) && !error.to_string().contains("secret"), "{text}");
        }
    }

    #[test]
    fn a_token_leaves_the_machine_only_encrypted() {
        for text in ["http://example.com", "http://192.168.1.7:4000", "http://hezi.localhost", "http://[fe80::1]"] {
            assert!(matches!(Address::secure(text), Err(ClientError::PlainText(_))), "{text}");
            assert!(Address::insecure(text).is_ok(), "{text}");
        }
        for text in ["https://example.com", "http://127.0.0.1", "http://localhost:4000"] {
            assert!(Address::secure(text).is_ok(), "{text}");
        }
    }
}
