//! Speaks with the server: the administrators' routes, with the token, and what the answers mean.
//!
//! # Invariants
//! * A redirect is not followed: the token is for the server that was named.
//! * An answer is read up to a bound, whoever sends it.

use std::error::Error as _;
use std::time::Duration;

use hezi_plugin::SIGNATURE_HEADER;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::{Method, RequestBuilder, Response, redirect};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::address::Address;
use crate::error::ClientError;
use crate::printable::Printable;
use crate::token::BearerToken;
use crate::upload::Upload;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for a whole answer. It outlasts the server, which by default gives a request half a minute and compiling
/// what was uploaded a whole one: whoever gives up first does not learn what became of it.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(180);
/// Largest answer that is read.
const ANSWER_BYTES_MAX: usize = 32 << 20;

/// Whether new calls go to a version as soon as it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivationPolicy {
    /// They do, unless a later version is active: the server refuses it then.
    AtOnce,
    /// They do, also when a later version is active.
    EvenIfEarlier,
    /// Not before somebody makes it active.
    Later,
}

impl ActivationPolicy {
    /// What a command's options `--no-activate` and `--downgrade` say together: what is not activated replaces nothing.
    pub fn of_options(no_activate: bool, downgrade: bool) -> Self {
        match (no_activate, downgrade) {
            (true, _) => Self::Later,
            (false, true) => Self::EvenIfEarlier,
            (false, false) => Self::AtOnce,
        }
    }
}

/// A server, and the right to administer it.
pub struct Client {
    http: reqwest::Client,
    server: Address,
}

/// Which lines of the audit log: those that fit all that is given, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditQuery {
    /// How many at most.
    pub limit: u16,
    /// Those before this place; the newest if none.
    pub before: Option<String>,
    /// By whom.
    pub who: Option<String>,
    /// What was done to this plugin.
    pub plugin: Option<String>,
    /// What was done so, by its word.
    pub code: Option<String>,
}

/// What the server answered when it did what it was asked.
#[derive(Debug)]
pub struct ServerAnswer {
    server: String,
    text: String,
}

impl Client {
    /// A client of this server. It asks nothing yet.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`] when the system has no certificates to tell the server by.
    pub fn new(server: Address, token: BearerToken) -> Result<Self, ClientError> {
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("hezi/", env!("CARGO_PKG_VERSION")))
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, token.into_header())]))
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT);
        if server.is_loopback() {
            // A proxy cannot reach what listens on this machine only, and has no business with the token.
            http = http.no_proxy();
        }
        if server.is_plain_text() {
            // Nothing is verified, so a machine without a store of certificates will do.
            http = http.tls_certs_only([]);
        }
        match http.build() {
            Ok(http) => Ok(Self { http, server }),
            Err(error) => Err(unheard(&server, error)),
        }
    }

    /// Gets what is at a path below `/api/admin`.
    ///
    /// # Errors
    /// [`ClientError`] that says why nothing came.
    pub async fn get(&self, path: &[&str]) -> Result<ServerAnswer, ClientError> {
        self.ask(self.request(Method::GET, path)).await
    }

    /// Has something done.
    ///
    /// # Errors
    /// [`ClientError`] that says why it was not, or is not known to have been.
    pub async fn post(&self, path: &[&str]) -> Result<ServerAnswer, ClientError> {
        self.ask(self.request(Method::POST, path)).await
    }

    /// Removes something.
    ///
    /// # Errors
    /// As [`Client::post`].
    pub async fn delete(&self, path: &[&str]) -> Result<ServerAnswer, ClientError> {
        self.ask(self.request(Method::DELETE, path)).await
    }

    /// Makes a version the active one.
    ///
    /// # Errors
    /// As [`Client::post`].
    pub async fn activate(&self, name: &str, version: &str) -> Result<ServerAnswer, ClientError> {
        let request = self.request(Method::POST, &["plugins", name, "activate"]);
        self.ask(request.json(&json!({ "version": version }))).await
    }

    /// Uploads a component.
    ///
    /// # Errors
    /// As [`Client::post`].
    pub async fn push(&self, upload: Upload, activation: ActivationPolicy) -> Result<ServerAnswer, ClientError> {
        let mut url = self.server.admin(&["plugins"]);
        let wish = match activation {
            ActivationPolicy::AtOnce => None,
            ActivationPolicy::EvenIfEarlier => Some(("downgrade", "true")),
            ActivationPolicy::Later => Some(("activate", "false")),
        };
        if let Some((name, value)) = wish {
            url.query_pairs_mut().append_pair(name, value);
        }
        let mut request = self.http.put(url).header(CONTENT_TYPE, "application/wasm");
        if let Some(signature) = upload.signature {
            request = request.header(SIGNATURE_HEADER, signature);
        }
        self.ask(request.body(upload.component)).await
    }

    /// Gets a page of the audit log.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn audit(&self, asked: &AuditQuery) -> Result<ServerAnswer, ClientError> {
        let AuditQuery { limit, before, who, plugin, code } = asked;
        let given = [("before", before), ("who", who), ("plugin", plugin), ("code", code)];
        let given = given.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
        let mut url = self.server.admin(&["audit"]);
        url.query_pairs_mut().append_pair("limit", &limit.to_string()).extend_pairs(given);
        self.ask(self.http.get(url)).await
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.http.request(method, self.server.admin(path))
    }

    async fn ask(&self, request: RequestBuilder) -> Result<ServerAnswer, ClientError> {
        let response = request.send().await.map_err(|error| unheard(&self.server, error))?;
        let server = self.server.to_string();
        let status = response.status();
        if status.is_redirection() {
            let reason = format!("it redirects to {}; if that is right, say so with --to", target(response.headers()));
            return Err(ClientError::NotHezi { server, reason });
        }
        let Some(bytes) = read(response).await.map_err(|error| unheard(&self.server, error))? else {
            let reason = format!("its answer is larger than {ANSWER_BYTES_MAX} bytes");
            return Err(ClientError::NotHezi { server, reason });
        };
        let text = String::from_utf8(bytes).unwrap_or_default();
        if status.is_success() {
            return Ok(ServerAnswer { server, text });
        }
        Err(refusal(server, status.as_u16(), &text))
    }
}

impl ServerAnswer {
    /// The JSON as it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The JSON as a value of this shape.
    ///
    /// # Errors
    /// [`ClientError::NotHezi`] when it has another one.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        serde_json::from_str(&self.text).map_err(|error| ClientError::NotHezi {
            server: self.server.clone(),
            reason: format!("its answer has another shape: {error}"),
        })
    }
}

fn refusal(server: String, status: u16, text: &str) -> ClientError {
    match serde_json::from_str(text) {
        Ok(problem) => ClientError::Refused(problem),
        Err(_) => ClientError::NotHezi { server, reason: format!("status {status} without a problem document") },
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

fn target(headers: &HeaderMap) -> Printable {
    let location = headers.get(LOCATION).and_then(|location| location.to_str().ok());
    location.unwrap_or("nowhere").to_owned().into()
}

/// What the transport failed with, and what caused it, on one line.
fn unheard(server: &Address, error: reqwest::Error) -> ClientError {
    let (server, was_asked) = (server.to_string(), !error.is_connect() && !error.is_builder());
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !reason.contains(&text) {
            reason = format!("{reason}: {text}");
        }
        cause = error.source();
    }
    match was_asked {
        true => ClientError::Unanswered { server, reason },
        false => ClientError::Unreachable { server, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_the_server_says() {
        let said = |status, text| refusal("http://x".into(), status, text);
        let refused = said(409, r#"{"code":"conflict","detail":"no earlier version\u001b[2J","status":409}"#);
        assert!(matches!(&refused, ClientError::Refused(problem) if problem.code() == "conflict"), "{refused:?}");
        assert_eq!(refused.to_string(), "no earlier version\\u{1b}[2J");
        let other = said(502, "<html>");
        assert!(matches!(&other, ClientError::NotHezi { reason, .. } if reason.contains("502")), "{other}");
    }

    #[test]
    fn a_server_that_is_not_there_is_named() {
        // A port that was just free is one on which nobody listens.
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let address = format!("http://127.0.0.1:{port}");
        let token = BearerToken::parse("a-secret-of-letters", "here").expect("a token");
        let client = Client::new(Address::secure(&address).expect("an address"), token).expect("a client");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let error = runtime.block_on(client.get(&["plugins"])).expect_err("nobody is there");
        assert!(matches!(error, ClientError::Unreachable { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(&address) && !text.contains("secret"), "{text}");
    }
}
