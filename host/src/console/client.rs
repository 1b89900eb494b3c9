//! Speaks with the server: the administrators' routes, with the token, and what the answers mean.
//!
//! # Invariants
//! * A redirect is not followed: the token is for the server that was named.
//! * An answer is read up to a bound, whoever sends it.

use std::error::Error;
use std::time::Duration;

use hezi_plugin::SIGNATURE_HEADER;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Method, RequestBuilder, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use url::Url;

use super::parcel::Parcel;
use super::table::plain;
use super::{ConsoleError, address};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait for a whole answer. It outlasts the server, which by default gives a request half a minute and compiling
/// what was uploaded a whole one: whoever gives up first does not learn what became of it.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(180);
/// Largest answer that is read.
const ANSWER_BYTES_MAX: usize = 32 << 20;

/// A server, and the right to administer it.
pub(super) struct Client {
    http: reqwest::Client,
    server: Url,
}

/// What the server answered when it did what it was asked.
#[derive(Debug)]
pub(super) struct Answer {
    address: String,
    text: String,
}

/// The part of a problem document that counts here.
#[derive(Deserialize)]
struct Problem {
    code: String,
    detail: String,
}

impl Client {
    pub(super) fn new(server: Url, credential: HeaderValue) -> Result<Self, ConsoleError> {
        let headers = HeaderMap::from_iter([(AUTHORIZATION, credential)]);
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("hezi/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT);
        if address::is_loopback(&server) {
            http = http.no_proxy();
        }
        if server.scheme() == "http" {
            // Nothing is verified, so a machine without a store of certificates will do.
            http = http.tls_certs_only([]);
        }
        match http.build() {
            Ok(http) => Ok(Self { http, server }),
            Err(error) => Err(ConsoleError::Unreachable { address: origin(&server), reason: causes(&error) }),
        }
    }

    pub(super) async fn get(&self, path: &[&str]) -> Result<Answer, ConsoleError> {
        self.ask(self.http.request(Method::GET, self.url(path))).await
    }

    pub(super) async fn post(&self, path: &[&str]) -> Result<Answer, ConsoleError> {
        self.ask(self.http.request(Method::POST, self.url(path))).await
    }

    pub(super) async fn delete(&self, path: &[&str]) -> Result<Answer, ConsoleError> {
        self.ask(self.http.request(Method::DELETE, self.url(path))).await
    }

    pub(super) async fn activate(&self, name: &str, version: &str) -> Result<Answer, ConsoleError> {
        let url = self.url(&["plugins", name, "activate"]);
        self.ask(self.http.request(Method::POST, url).json(&json!({ "version": version }))).await
    }

    pub(super) async fn push(&self, parcel: Parcel, activate: bool) -> Result<Answer, ConsoleError> {
        let mut url = self.url(&["plugins"]);
        if !activate {
            url.query_pairs_mut().append_pair("activate", "false");
        }
        let mut request = self.http.request(Method::PUT, url).header(CONTENT_TYPE, "application/wasm");
        if let Some(signature) = parcel.signature {
            request = request.header(SIGNATURE_HEADER, signature);
        }
        self.ask(request.body(parcel.bytes)).await
    }

    pub(super) async fn audit(&self, limit: u16, before: Option<&str>) -> Result<Answer, ConsoleError> {
        let mut url = self.url(&["audit"]);
        url.query_pairs_mut().append_pair("limit", &limit.to_string());
        if let Some(before) = before {
            url.query_pairs_mut().append_pair("before", before);
        }
        self.ask(self.http.request(Method::GET, url)).await
    }

    /// An address below `/api/admin`, each part escaped.
    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.server.clone();
        // Only an address without a host has no segments, and such a one is refused before.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "admin"]).extend(path);
        }
        url
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Answer, ConsoleError> {
        let address = origin(&self.server);
        let unreachable = |reason| ConsoleError::Unreachable { address: address.clone(), reason };
        let response = request.send().await.map_err(|error| unreachable(causes(&error.without_url())))?;
        let status = response.status();
        if status.is_redirection() {
            let reason = format!("it redirects to {}; if that is right, say so with --to", target(response.headers()));
            return Err(ConsoleError::NotHezi { address, reason });
        }
        let Some(bytes) = read(response).await.map_err(|error| unreachable(causes(&error.without_url())))? else {
            let reason = format!("its answer is larger than {ANSWER_BYTES_MAX} bytes");
            return Err(ConsoleError::NotHezi { address, reason });
        };
        let text = String::from_utf8(bytes).unwrap_or_default();
        if !status.is_success() {
            return Err(refusal(address, status.as_u16(), &text));
        }
        Ok(Answer { address, text })
    }
}

impl Answer {
    /// The JSON as it came.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The JSON as a value of this shape.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ConsoleError> {
        serde_json::from_str(&self.text).map_err(|error| ConsoleError::NotHezi {
            address: self.address.clone(),
            reason: format!("its answer has another shape: {error}"),
        })
    }
}

fn refusal(address: String, status: u16, text: &str) -> ConsoleError {
    match serde_json::from_str::<Problem>(text) {
        Ok(problem) if problem.code == "not_signed_in" => ConsoleError::TokenRefused,
        Ok(Problem { code, detail }) if code == "unavailable" => ConsoleError::Unavailable { file: None, detail },
        Ok(Problem { detail, .. }) => ConsoleError::Refused { file: None, detail },
        Err(_) => ConsoleError::NotHezi { address, reason: format!("status {status} without a problem document") },
    }
}

/// The whole body; none when it is too large.
async fn read(mut response: Response) -> reqwest::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len().saturating_add(chunk.len()) > ANSWER_BYTES_MAX {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

fn target(headers: &HeaderMap) -> String {
    plain(headers.get(LOCATION).and_then(|location| location.to_str().ok()).unwrap_or("nowhere"))
}

/// The server as it is named in messages.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// An error with what caused it, on one line.
fn causes(error: &dyn Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        cause = error.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(server: &str) -> Client {
        let server = Url::parse(server).expect("an address");
        Client::new(server, HeaderValue::from_static("Bearer x")).expect("a client")
    }

    #[test]
    fn a_name_stays_one_part_of_the_path() {
        for (server, expected) in [
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000/api/admin/plugins/a%2F..%2F%3Fb%20c"),
            ("http://127.0.0.1/hezi/", "http://127.0.0.1/hezi/api/admin/plugins/a%2F..%2F%3Fb%20c"),
        ] {
            assert_eq!(client(server).url(&["plugins", "a/../?b c"]).as_str(), expected);
        }
    }

    #[test]
    fn a_refusal_says_what_the_server_says() {
        let said = |status, text| refusal("http://x".into(), status, text);
        let refused = said(409, r#"{"code":"conflict","detail":"no earlier version\u001b[2J","status":409}"#);
        assert_eq!((refused.to_string().as_str(), refused.exit_code()), ("no earlier version\\u{1b}[2J", 1));
        let unknown = said(401, r#"{"code":"not_signed_in","detail":"sign in first"}"#);
        assert!(matches!(unknown, ConsoleError::TokenRefused) && unknown.exit_code() == 1);
        let unsure = said(503, r#"{"code":"unavailable","detail":"whether it had an effect is not known"}"#);
        assert_eq!((unsure.to_string().as_str(), unsure.exit_code()), ("whether it had an effect is not known", 2));
        assert_eq!(unsure.about("a.wasm").to_string(), "a.wasm: whether it had an effect is not known");
        let other = said(502, "<html>");
        assert!(matches!(other, ConsoleError::NotHezi { .. }) && other.exit_code() == 2, "{other}");
    }
}
