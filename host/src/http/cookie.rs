//! The session token on the wire: a cookie for browsers, a bearer token for programs.
//!
//! # Invariants
//! * The cookie is out of reach of scripts, is not sent along from other sites' forms, and over HTTPS carries the
//!   `__Host-` prefix, so that no neighbouring domain can plant one.

use axum::http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderValue};
use axum_extra::extract::cookie::CookieJar;

use super::Site;
use super::error::{ApiError, ApiResult};
use crate::session::Token;
use crate::sign_in::Carried;

/// What a request shows to be recognized.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Credential {
    /// From the header `Authorization: Bearer`: a session's token, or the administrators'.
    Bearer(String),
    /// From the cookie: a session's token.
    Cookie(Token),
}

/// What this request shows. A bearer token goes before a cookie: who sends one means it.
pub(super) fn credential(headers: &HeaderMap, site: &Site) -> Option<Credential> {
    match headers.get(AUTHORIZATION) {
        Some(value) => bearer(value).map(Credential::Bearer),
        None => token(headers, site).map(Credential::Cookie),
    }
}

fn bearer(value: &HeaderValue) -> Option<String> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The session cookie of this request.
pub(super) fn token(headers: &HeaderMap, site: &Site) -> Option<Token> {
    if !headers.contains_key(COOKIE) {
        return None;
    }
    Token::parse(CookieJar::from_headers(headers).get(name(site))?.value())
}

fn name(site: &Site) -> &'static str {
    if site.is_secure() { "__Host-hezi_session" } else { "hezi_session" }
}

/// The header that gives a browser its session.
pub(super) fn set(site: &Site, token: &Token, max_age_s: u64) -> ApiResult<HeaderValue> {
    write(site, name(site), &token.reveal(), "/", max_age_s)
}

/// The header that takes a browser's session away.
pub(super) fn clear(site: &Site) -> ApiResult<HeaderValue> {
    write(site, name(site), "", "/", 0)
}

fn write(site: &Site, name: &str, value: &str, path: &str, max_age_s: u64) -> ApiResult<HeaderValue> {
    let secure = if site.is_secure() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}");
    let mut cookie = HeaderValue::try_from(cookie).map_err(ApiError::internal)?;
    cookie.set_sensitive(true);
    Ok(cookie)
}

/// What a browser brings back from WeCom, as it was given: a cookie for each sign-in that it began.
pub(super) fn logins(headers: &HeaderMap, site: &Site) -> Vec<Carried> {
    let jar = CookieJar::from_headers(headers);
    let carried = |name: &str, value: &str| Carried::new(name.strip_prefix(login_prefix(site))?, value);
    jar.iter().filter_map(|cookie| carried(cookie.name(), cookie.value())).collect()
}

/// The header that gives a browser what it has to bring back. It comes along on the way back from WeCom, which
/// `SameSite=Strict` would prevent. Over HTTPS it carries the prefix `__Host-`, which asks for the path `/`: a neighbouring
/// domain could otherwise plant a sign-in that it began itself.
pub(super) fn set_login(site: &Site, carried: &Carried, max_age_s: u64) -> ApiResult<HeaderValue> {
    write_login(site, carried.mark(), carried.value(), max_age_s)
}

/// The header that takes a sign-in that was begun away from a browser.
pub(super) fn clear_login(site: &Site, mark: &str) -> ApiResult<HeaderValue> {
    write_login(site, mark, "", 0)
}

fn write_login(site: &Site, mark: &str, value: &str, max_age_s: u64) -> ApiResult<HeaderValue> {
    let path = if site.is_secure() { "/" } else { "/auth" };
    write(site, &format!("{}{mark}", login_prefix(site)), value, path, max_age_s)
}

fn login_prefix(site: &Site) -> &'static str {
    if site.is_secure() { "__Host-hezi_login_" } else { "hezi_login_" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.parse().expect("a name"), HeaderValue::from_str(value).expect("a value")));
        pairs.collect()
    }

    #[test]
    fn the_cookie_comes_back() {
        let token = Token::new([9; 32]);
        for (url, name) in [("http://127.0.0.1:4000", "hezi_session"), ("https://a.cn", "__Host-hezi_session")] {
            let site = Site::new(Some(url), "http://127.0.0.1:4000");
            let set = set(&site, &token, 60).expect("a header");
            let set = set.to_str().expect("text");
            assert!(set.starts_with(&format!("{name}=")), "{set}");
            assert!(set.contains("; HttpOnly; SameSite=Lax; Max-Age=60"), "{set}");
            assert_eq!(set.ends_with("; Secure"), url.starts_with("https"), "{set}");
            let cookie = format!("theme=dark; {}", set.split(';').next().expect("a pair"));
            let found = credential(&headers(&[("cookie", &cookie)]), &site);
            assert_eq!(found, Some(Credential::Cookie(token.clone())));
        }
    }

    #[test]
    fn what_has_to_be_brought_back_comes_back() {
        for (url, start) in [
            ("http://127.0.0.1:4000", "hezi_login_0123abcd=x; Path=/auth; HttpOnly; SameSite=Lax; Max-Age=600"),
            ("https://a.cn", "__Host-hezi_login_0123abcd=x; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure"),
        ] {
            let carried = Carried::new("0123abcd", "x").expect("a name");
            let site = Site::new(Some(url), "http://127.0.0.1:4000");
            let set = set_login(&site, &carried, 600).expect("a header");
            assert_eq!(set.to_str().expect("text"), start);
            let cleared = clear_login(&site, "0123abcd").expect("a header");
            assert_eq!(cleared.to_str().expect("text"), start.replace("=x;", "=;").replace("=600", "=0"));
            let pair = start.split(';').next().expect("a pair");
            let cookies = format!("{pair}; {}=y; other=z", pair.replace("0123abcd=x", "4567abcd"));
            let mut found = logins(&headers(&[("cookie", &cookies)]), &site);
            found.sort_by(|one, other| one.mark().cmp(other.mark()));
            assert_eq!(found, [carried, Carried::new("4567abcd", "y").expect("a name")]);
        }
        let site = Site::new(Some("https://a.cn"), "http://127.0.0.1:4000");
        let planted = headers(&[("cookie", "hezi_login_0123abcd=x")]);
        assert!(logins(&planted, &site).is_empty(), "planted without the prefix");
    }

    #[test]
    fn a_bearer_token_goes_first_and_other_schemes_are_nothing() {
        let site = Site::new(None, "http://127.0.0.1:4000");
        let cookie = format!("hezi_session={}", Token::new([9; 32]).reveal());
        let both = headers(&[("cookie", &cookie), ("authorization", "bearer abc")]);
        assert_eq!(credential(&both, &site), Some(Credential::Bearer("abc".into())));
        let basic = headers(&[("cookie", &cookie), ("authorization", "Basic abc")]);
        assert_eq!(credential(&basic, &site), None);
        assert_eq!(credential(&headers(&[("cookie", "hezi_session=short")]), &site), None);
    }
}
