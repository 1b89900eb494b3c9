//! HTTP requests to a server, as nobody, as a person or as the administrator.
//!
//! The cookie is carried by hand: a test sees exactly what is sent, and the same person can be in two browsers.

use std::fmt;
use std::sync::{Arc, RwLock};

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, Method, redirect};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{Answer, DEADLINE};

/// Where the server is, for everybody who speaks to it: it moves to another port when it is started again.
pub(crate) struct Site {
    address: RwLock<String>,
    client: Client,
}

impl Site {
    pub(crate) fn new(address: String) -> Self {
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().expect("an HTTP client");
        Site { address: RwLock::new(address), client }
    }

    pub(crate) fn address(&self) -> String {
        self.address.read().expect("no test panics while it holds the address").clone()
    }

    /// The client that everybody shares, and with it its connections. It follows no redirect.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn move_to(&self, address: String) {
        *self.address.write().expect("no test panics while it holds the address") = address;
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Site").field(&self.address()).finish()
    }
}

/// How a caller says who they are.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    Nobody,
    Cookie(String),
    Bearer(String),
}

/// Somebody who sends requests.
#[derive(Clone, Debug)]
pub struct Caller {
    site: Arc<Site>,
    credential: Credential,
}

impl Caller {
    pub(crate) fn new(site: Arc<Site>, credential: Credential) -> Self {
        Caller { site, credential }
    }

    /// Nobody in particular, at another address of a server.
    pub fn at(address: &str) -> Caller {
        Caller::new(Arc::new(Site::new(address.to_owned())), Credential::Nobody)
    }

    /// The same site with this session cookie, `name=value`.
    pub fn with_cookie(&self, cookie: &str) -> Caller {
        Caller::new(self.site.clone(), Credential::Cookie(cookie.to_owned()))
    }

    /// The same site with this bearer token.
    pub fn with_bearer(&self, token: &str) -> Caller {
        Caller::new(self.site.clone(), Credential::Bearer(token.to_owned()))
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.site.address()
    }

    /// `127.0.0.1:PORT`.
    pub fn authority(&self) -> String {
        self.url().trim_start_matches("http://").to_owned()
    }

    /// The header that says who the caller is, if anything does.
    pub fn credential(&self) -> Option<(&'static str, String)> {
        match &self.credential {
            Credential::Nobody => None,
            Credential::Cookie(cookie) => Some(("cookie", cookie.clone())),
            Credential::Bearer(token) => Some(("authorization", format!("Bearer {token}"))),
        }
    }

    /// A request to be filled in.
    pub fn request(&self, method: &str, path: &str) -> Request {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let builder = self.site.client.request(method.clone(), format!("{}{path}", self.url()));
        let builder = match self.credential() {
            Some((name, value)) => builder.header(name, value),
            None => builder,
        };
        Request { builder, what: format!("{method} {path}") }
    }

    /// Asks for what is at this path.
    pub async fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send().await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path).json(body).send().await
    }

    /// POST without a body.
    pub async fn post_empty(&self, path: &str) -> Answer {
        self.request("POST", path).send().await
    }

    /// Has the server delete what is at this path.
    pub async fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path).send().await
    }

    /// Uploads a component, as an administrator does.
    pub async fn upload(&self, component: Vec<u8>) -> Answer {
        self.request("PUT", "/api/admin/plugins").bytes("application/wasm", component).send().await
    }

    /// Uploads a component that is to be activated later.
    pub async fn upload_inactive(&self, component: Vec<u8>) -> Answer {
        let upload = self.request("PUT", "/api/admin/plugins?activate=false");
        upload.bytes("application/wasm", component).send().await
    }

    /// Signs in over the development form; the answer carries the cookie.
    pub async fn sign_in(&self, form: &Value) -> Answer {
        self.post("/auth/dev", form).await
    }

    /// Asks for a WebSocket like a browser would, and gives the HTTP answer: 101, or why not.
    pub async fn knock(&self, path: &str, origin: Option<&str>) -> Answer {
        let request = self
            .request("GET", path)
            .header("connection", "Upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        match origin {
            Some(origin) => request.header("origin", origin).send().await,
            None => request.send().await,
        }
    }

    /// Waits until the server answers this GET in a way that the test accepts, asking again each time it does not.
    ///
    /// For the few things that no event announces. It asks as fast as the server answers and fails after [`DEADLINE`].
    pub async fn poll(&self, path: &str, what: &str, accept: impl Fn(&Value) -> bool) -> Value {
        let mut last = json!(null);
        let asked = timeout(DEADLINE, async {
            loop {
                last = self.get(path).await.ok(200);
                if accept(&last) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        });
        let accepted = asked.await.is_ok();
        assert!(accepted, "{what} did not happen within {DEADLINE:?}; the last answer was {last}");
        last
    }
}

/// A request that is being put together, to be sent once.
#[derive(Debug)]
pub struct Request {
    builder: reqwest::RequestBuilder,
    what: String,
}

impl Request {
    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        self.builder = self.builder.header(name, HeaderValue::from_str(value).expect("a header value"));
        self
    }

    /// Sends this JSON.
    pub fn json(mut self, body: &Value) -> Self {
        self.builder = self.builder.json(body);
        self
    }

    /// Sends these bytes.
    pub fn bytes(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.builder = self.builder.header("content-type", content_type).body(body.into());
        self
    }

    /// Sends the request and reads the whole answer.
    ///
    /// # Panics
    /// When there is no answer in time.
    pub async fn send(self) -> Answer {
        let what = self.what.clone();
        self.try_send().await.unwrap_or_else(|error| panic!("{what}: no answer: {error}"))
    }

    /// Sends the request to a server that may be gone.
    ///
    /// # Errors
    /// Why no answer came, as a sentence.
    pub async fn try_send(self) -> Result<Answer, String> {
        let answer = timeout(DEADLINE, async {
            let response = self.builder.send().await.map_err(|error| format!("{error:?}"))?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let body = response.bytes().await.map_err(|error| format!("{error:?}"))?;
            Ok(Answer::new(self.what, status, headers, body.to_vec()))
        });
        answer.await.unwrap_or_else(|_| Err(format!("nothing within {DEADLINE:?}")))
    }
}
