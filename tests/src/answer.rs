//! What the server answered, with the two checks that nearly every test makes of it.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// A whole HTTP answer.
#[derive(Clone, Debug)]
pub struct Answer {
    what: String,
    /// The status code.
    pub status: u16,
    headers: HeaderMap,
    /// Its bytes, to the last one.
    pub body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(what: String, status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        Answer { what, status, headers, body }
    }

    /// A header's value; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Every value of a header.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text.
    ///
    /// # Panics
    /// When it is not UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|error| panic!("{}: not UTF-8: {error}", self.what))
    }

    /// The body as JSON, whatever the status.
    ///
    /// # Panics
    /// When it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{}: status {}, not JSON ({error}): {}", self.what, self.status, self.shown())
        })
    }

    /// Checks that the request succeeded with this status, and gives the JSON; null when the body is empty.
    ///
    /// # Panics
    /// When it did not.
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.what, self.shown());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Checks that the request failed with this status and code, in the shape that every error has, and gives it.
    ///
    /// # Panics
    /// When it did not.
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}: expected {code}, but: {}", self.what, self.shown());
        let kind = self.header("content-type");
        assert!(kind.starts_with("application/problem+json"), "{}: content type {kind:?}", self.what);
        let problem = self.json();
        assert_eq!(problem["code"], code, "{}: {problem}", self.what);
        assert_eq!(problem["status"], status, "{}: {problem}", self.what);
        for field in ["type", "title", "detail"] {
            let text = problem[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{}: a problem has a {field}: {problem}", self.what);
        }
        problem
    }

    /// Checks that the request was refused for being too fast, that it says when to come again and which setting says so,
    /// and gives the time in milliseconds.
    ///
    /// # Panics
    /// When it was not.
    pub fn too_fast(&self, setting: &str) -> u64 {
        let problem = self.problem(429, "rate_limited");
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(setting), "{}: names `{setting}`: {problem}", self.what);
        let wait_ms = problem["retry_after_ms"].as_u64().unwrap_or_default();
        let wait_s: u64 = self.header("retry-after").parse().unwrap_or_default();
        assert!(wait_ms > 0 && wait_s == wait_ms.div_ceil(1_000), "{}: {wait_s} s, {problem}", self.what);
        wait_ms
    }

    /// The session cookie that the answer sets, as `name=value`.
    ///
    /// # Panics
    /// When it sets none.
    pub fn session_cookie(&self) -> String {
        let cookie = self.headers("set-cookie").into_iter().find(|cookie| cookie.starts_with("hezi_session="));
        let cookie = cookie.unwrap_or_else(|| panic!("{}: no session cookie: {}", self.what, self.shown()));
        cookie.split(';').next().expect("a cookie has a value").to_owned()
    }

    fn shown(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(600).collect()
    }
}
