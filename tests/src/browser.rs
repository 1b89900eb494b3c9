//! A browser in somebody's hands: it keeps cookies as browsers do and goes where it is sent, one step at a time.
//!
//! It reaches the server at its public address, as through a proxy that ends TLS: cookies are `Secure`, and the port that
//! the server really listens on is nobody's business. It has no scripts.
//!
//! # Invariants
//! * A cookie goes to the origin that set it and to no other, below its path, and a `SameSite=Strict` one not along with a
//!   navigation that another site began.
//! * A cookie that a browser would drop fails the test.

use std::sync::{Arc, Mutex};

use reqwest::Method;
use reqwest::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE, USER_AGENT};
use serde_json::Value;
use tokio::time::timeout;

use crate::caller::{Credential, Site};
use crate::wecom::{REFUSES, StandIn, WHO_COOKIE};
use crate::{Answer, Caller, DEADLINE, Host, User};

/// WeCom's own browser on a phone.
const IN_WECOM: &str = "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 \
                        Chrome/116.0.0.0 Mobile Safari/537.36 wxwork/4.1.22 MicroMessenger/7.0.1 Language/zh";
/// A browser on a desk.
const ON_A_DESK: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// Most redirects that a browser follows. Firefox and Chrome follow 20.
const REDIRECTS_MAX: usize = 20;

#[derive(Clone, Debug)]
struct Cookie {
    origin: String,
    name: String,
    value: String,
    path: String,
    strict: bool,
}

/// A browser. Clones are other browsers that begin with the same cookies.
#[derive(Debug)]
pub struct Browser {
    site: Arc<Site>,
    /// The server's address for people, and the stand-in's.
    public_url: String,
    wecom_url: String,
    agent: &'static str,
    cookies: Mutex<Vec<Cookie>>,
}

/// Where a browser ended up.
#[derive(Clone, Debug)]
pub struct Visit {
    /// What it shows now.
    pub answer: Answer,
    /// Every address on the way, the last one is where it is.
    pub trail: Vec<String>,
}

impl Visit {
    /// The address where it ended up.
    pub fn url(&self) -> &str {
        self.trail.last().expect("a visit begins somewhere")
    }

    /// The first address on the way with this path.
    ///
    /// # Panics
    /// When the way did not lead there.
    pub fn passed(&self, path: &str) -> &str {
        let found = self.trail.iter().find(|url| path_of(url).split(['?', '#']).next() == Some(path));
        found.unwrap_or_else(|| panic!("the way did not lead over {path}, but: {:#?}", self.trail))
    }
}

impl StandIn {
    /// WeCom's own browser on somebody's phone: it is signed in as this person without being asked.
    pub fn phone(&self, host: &Host, who: &str) -> Browser {
        self.browser(host, IN_WECOM, who)
    }

    /// A browser on a desk, in front of somebody who scans WeCom's code at once when asked to.
    pub fn desktop(&self, host: &Host, who: &str) -> Browser {
        self.browser(host, ON_A_DESK, who)
    }

    /// WeCom's own browser, where any server at `address` (`http://HOST:PORT`) takes the place of the site.
    pub fn phone_at(&self, address: &str, who: &str) -> Browser {
        self.browser_at(Arc::new(Site::new(address.to_owned())), IN_WECOM, who)
    }

    fn browser(&self, host: &Host, agent: &'static str, who: &str) -> Browser {
        self.browser_at(host.site(), agent, who)
    }

    fn browser_at(&self, site: Arc<Site>, agent: &'static str, who: &str) -> Browser {
        let browser =
            Browser { site, public_url: self.public_url(), wecom_url: self.url(), agent, cookies: Mutex::default() };
        browser.set_cookie(&self.url(), WHO_COOKIE, who);
        browser
    }
}

impl Clone for Browser {
    fn clone(&self) -> Self {
        let cookies = self.cookies.lock().expect("no test panics while it holds the cookies").clone();
        Browser {
            site: self.site.clone(),
            public_url: self.public_url.clone(),
            wecom_url: self.wecom_url.clone(),
            agent: self.agent,
            cookies: Mutex::new(cookies),
        }
    }
}

impl Browser {
    /// Another browser of the same kind in the same place, without cookies, in the hands of `who`. They share connections.
    pub fn another(&self, who: &str) -> Browser {
        let browser = Browser { cookies: Mutex::default(), ..self.clone() };
        browser.hand_to(who);
        browser
    }

    /// From now on it is in somebody else's hands.
    pub fn hand_to(&self, who: &str) {
        self.set_cookie(&self.wecom_url, WHO_COOKIE, who);
    }

    /// From now on the person does not agree to be signed in.
    pub fn refuse(&self) {
        self.hand_to(REFUSES);
    }

    /// Opens an address, or a path of the site, and goes on wherever it is sent.
    ///
    /// # Panics
    /// When it is sent around in circles.
    pub async fn visit(&self, url: &str) -> Visit {
        self.go_on(&self.absolute(url), false).await
    }

    /// Signs in from the home page, and gives where that led.
    pub async fn sign_in(&self) -> Visit {
        self.visit("/auth/login?return_to=/").await
    }

    /// Opens an address, or a path of the site, and stays there.
    pub async fn open(&self, url: &str) -> Answer {
        self.request(Method::GET, &self.absolute(url), false, None).await
    }

    /// Opens an address to which another site leads, and stays there.
    pub async fn open_from_elsewhere(&self, url: &str) -> Answer {
        self.request(Method::GET, &self.absolute(url), true, None).await
    }

    /// Begins to sign in and stops before WeCom leads back: gives the address that it would lead to.
    pub async fn callback(&self, return_to: &str) -> String {
        let login = self.open(&format!("/auth/login?return_to={return_to}")).await;
        assert_eq!(login.status, 302, "{login:?}");
        let gate = self.request(Method::GET, login.header("location"), true, None).await;
        assert_eq!(gate.status, 302, "the stand-in: {}", gate.text());
        gate.header("location").to_owned()
    }

    /// Sends JSON to a path of the site, as its own pages do.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request(Method::POST, &self.absolute(path), false, Some(body)).await
    }

    /// Goes on from an address.
    async fn go_on(&self, url: &str, mut from_elsewhere: bool) -> Visit {
        let mut trail = vec![url.to_owned()];
        loop {
            let url = trail.last().expect("it begins somewhere").clone();
            let answer = self.request(Method::GET, &url, from_elsewhere, None).await;
            if !(301..=308).contains(&answer.status) || answer.status == 304 {
                return Visit { answer, trail };
            }
            assert!(trail.len() <= REDIRECTS_MAX, "sent around in circles: {trail:#?}");
            let next = self.resolve(&url, answer.header("location"));
            // Once another site was on the way, the whole way is from another site.
            from_elsewhere |= origin_of(&next) != origin_of(&url);
            trail.push(next);
        }
    }

    /// The session cookie, as `name=value`.
    pub fn session(&self) -> Option<String> {
        let cookies = self.cookies.lock().expect("no test panics while it holds the cookies");
        let found = cookies.iter().find(|cookie| cookie.origin == self.public_url && is_session(&cookie.name));
        found.map(|cookie| format!("{}={}", cookie.name, cookie.value))
    }

    /// The cookies of the site, as `name=value`.
    pub fn site_cookies(&self) -> Vec<String> {
        let cookies = self.cookies.lock().expect("no test panics while it holds the cookies");
        let own = cookies.iter().filter(|cookie| cookie.origin == self.public_url);
        own.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect()
    }

    /// Puts a cookie `name=value` for the site there, as an attacker might.
    pub fn plant(&self, cookie: &str) {
        let (name, value) = cookie.split_once('=').expect("name=value");
        self.set_cookie(&self.public_url, name, value);
    }

    /// Whoever is signed in, to send requests without the browser.
    pub fn caller(&self) -> Caller {
        let credential = self.session().map_or(Credential::Nobody, Credential::Cookie);
        Caller::new(self.site.clone(), credential)
    }

    /// The person who is signed in.
    ///
    /// # Panics
    /// When nobody is.
    pub async fn user(&self) -> User {
        assert!(self.session().is_some(), "nobody is signed in; the cookies: {:?}", self.site_cookies());
        User::recognize(self.caller()).await
    }

    fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') { format!("{}{url}", self.public_url) } else { url.to_owned() }
    }

    /// Where a `location` leads, read as browsers read it: also what looks like a path and is another host.
    fn resolve(&self, from: &str, location: &str) -> String {
        let location = location.replace(['\t', '\r', '\n'], "").replace('\\', "/");
        let first = location.find([':', '/', '?', '#']).map(|at| &location[at..=at]);
        if first == Some(":") {
            return location;
        }
        match location.strip_prefix("//") {
            Some(rest) => format!("https://{rest}"),
            None if location.starts_with('/') => format!("{}{location}", origin_of(from)),
            None => panic!("{from} leads to {location:?}, which is neither an address nor a path"),
        }
    }

    async fn request(&self, method: Method, url: &str, from_elsewhere: bool, body: Option<&Value>) -> Answer {
        let origin = origin_of(url);
        let known = origin == self.public_url || origin == self.wecom_url;
        assert!(known, "the browser was sent away to {url}");
        let path = path_of(url).split('#').next().unwrap_or_default();
        let reached = if origin == self.public_url { self.site.address() } else { origin.to_owned() };
        let host = origin.split_once("://").expect("an origin has a scheme").1;
        let mut request = self.site.client().request(method.clone(), format!("{reached}{path}"));
        request = request.header(USER_AGENT, self.agent).header(HOST, host);
        request = request.header("sec-fetch-site", if from_elsewhere { "cross-site" } else { "same-origin" });
        if let Some(cookies) = self.cookies_for(origin, path, from_elsewhere) {
            request = request.header(COOKIE, cookies);
        }
        if let Some(body) = body {
            request = request.header(ORIGIN, origin).json(body);
        } else {
            request = request.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document");
        }
        self.receive(format!("{method} {url}"), origin, request).await
    }

    async fn receive(&self, what: String, origin: &str, request: reqwest::RequestBuilder) -> Answer {
        let answered = timeout(DEADLINE, async {
            let response = request.send().await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok::<_, reqwest::Error>((status, headers, response.bytes().await?))
        });
        let answered = answered.await.unwrap_or_else(|_| panic!("{what}: nothing within {DEADLINE:?}"));
        let (status, headers, body) = answered.unwrap_or_else(|error| panic!("{what}: no answer: {error:?}"));
        for cookie in headers.get_all(SET_COOKIE) {
            self.take_cookie(origin, cookie.to_str().expect("a cookie is text"));
        }
        let location = headers.get(LOCATION).map(|location| location.as_bytes());
        let clean = location.is_none_or(|bytes| bytes.iter().all(|byte| byte.is_ascii_graphic()));
        assert!(clean, "{what}: a location that is no address: {location:?}");
        Answer::new(what, status, headers, body.to_vec())
    }

    fn cookies_for(&self, origin: &str, path: &str, from_elsewhere: bool) -> Option<String> {
        let path = path.split('?').next().unwrap_or_default();
        let cookies = self.cookies.lock().expect("no test panics while it holds the cookies");
        let sent = cookies.iter().filter(|cookie| {
            let below = path == cookie.path
                || path
                    .strip_prefix(&cookie.path)
                    .is_some_and(|rest| cookie.path.ends_with('/') || rest.starts_with('/'));
            cookie.origin == origin && below && !(cookie.strict && from_elsewhere)
        });
        let sent: Vec<String> = sent.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!sent.is_empty()).then(|| sent.join("; "))
    }

    fn take_cookie(&self, origin: &str, header: &str) {
        let mut parts = header.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a cookie is name=value");
        let attributes: Vec<String> = parts.map(str::to_lowercase).collect();
        let has = |attribute: &str| attributes.iter().any(|text| text == attribute);
        let path = attributes.iter().find_map(|text| text.strip_prefix("path=")).unwrap_or("/");
        assert!(
            !has("secure") || origin.starts_with("https://"),
            "a browser drops a secure cookie of {origin}: {header}"
        );
        let whole_host = has("secure") && path == "/" && !attributes.iter().any(|text| text.starts_with("domain="));
        assert!(!name.starts_with("__Host-") || whole_host, "a browser drops this cookie: {header}");
        let mut cookies = self.cookies.lock().expect("no test panics while it holds the cookies");
        cookies.retain(|cookie| !(cookie.origin == origin && cookie.name == name && cookie.path == path));
        if !has("max-age=0") {
            let (origin, name, value) = (origin.to_owned(), name.to_owned(), value.to_owned());
            cookies.push(Cookie { origin, name, value, path: path.to_owned(), strict: has("samesite=strict") });
        }
    }

    fn set_cookie(&self, origin: &str, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().expect("no test panics while it holds the cookies");
        cookies.retain(|cookie| !(cookie.origin == origin && cookie.name == name));
        let (origin, name, value) = (origin.to_owned(), name.to_owned(), value.to_owned());
        cookies.push(Cookie { origin, name, value, path: "/".to_owned(), strict: false });
    }
}

fn is_session(name: &str) -> bool {
    name.trim_start_matches("__Host-") == "hezi_session"
}

/// `scheme://host:port`.
fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    &url[..end]
}

/// What stands behind the origin, with a slash at the least.
fn path_of(url: &str) -> &str {
    let rest = &url[origin_of(url).len()..];
    if rest.is_empty() { "/" } else { rest }
}
