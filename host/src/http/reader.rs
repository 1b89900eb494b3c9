//! What whoever asks reads, and in which language the server answers them.
//!
//! The query's `lang` counts first, since a page cannot set a header on a WebSocket; then, for pages, what somebody chose on
//! one, which keeps it in a cookie; then the header `Accept-Language`. Where the server speaks none of what somebody reads, the
//! setting `language` decides.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, HeaderMap, HeaderValue};
use axum::http::request::Parts;

use super::AppState;
use crate::domain::language::{Language, Languages};
use crate::domain::tongue::Tongue;

/// How the cookie begins that a page keeps the reader's choice in: `host/web/texts.js` sets it.
const CHOICE: &str = "hezi_language=";

/// The languages that whoever sent a request reads, the one they like best first. What is no language is not refused: it may
/// stand in a request that is refused for something else.
pub(super) fn of(parts: &Parts) -> Languages {
    languages(&parts.uri, parts.headers.get(ACCEPT_LANGUAGE), choice(&parts.uri, &parts.headers))
}

/// The cookie header in which the language stands that somebody chose on a page, where a page is asked for: a program says what
/// it reads with each request, and two tabs of one person may read two languages.
pub(super) fn choice<'a>(uri: &Uri, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
    let is_page = !uri.path().starts_with("/api/");
    headers.get_all(COOKIE).iter().filter(|_| is_page).find(|cookies| chosen(cookies).is_some())
}

/// The language that somebody chose.
fn chosen(cookies: &HeaderValue) -> Option<Language> {
    let pairs = cookies.to_str().ok()?.split(';');
    pairs.filter_map(|pair| pair.trim().strip_prefix(CHOICE)).find_map(|tag| Language::parse(tag).ok())
}

/// The same, of what is left of a request that was handed on.
pub(super) fn languages(uri: &Uri, accept_language: Option<&HeaderValue>, choice: Option<&HeaderValue>) -> Languages {
    let accepted = Languages::accepted(accept_language.and_then(|header| header.to_str().ok()).unwrap_or_default());
    let mut query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let asked = query.find(|(name, _)| name == "lang").and_then(|(_, tag)| Language::parse(&tag).ok());
    match asked.or_else(|| choice.and_then(chosen)) {
        Some(language) => accepted.preferring(language),
        None => accepted,
    }
}

/// The language that the server speaks to somebody who reads these.
pub(super) fn tongue(languages: &Languages, state: &AppState) -> Tongue {
    Tongue::for_reader(languages).unwrap_or(state.tongue)
}

/// The language that the server answers this request in, for what is said in an answer that is no refusal.
pub(super) struct ReadersTongue(pub(super) Tongue);

impl FromRequestParts<AppState> for ReadersTongue {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self(tongue(&of(parts), state)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_counts_before_the_browser() {
        for (uri, header, cookies, expected) in [
            ("/x", "zh-CN, en;q=0.5", "theme=dark", "zh-CN en"),
            ("/x?lang=en&since=1", "zh-CN", "", "en zh-CN"),
            ("/x?lang=zh-Hant-TW", "en", "hezi_language=en", "zh-Hant-TW en"),
            ("/x?lang=no%20such", "zh", "", "zh"),
            ("/x?lang=", "de", "", "de"),
            ("/x", "", "", ""),
            ("/x", "zh-CN", "a=b; hezi_language=en", "en zh-CN"),
            ("/x", "zh-CN", "hezi_language=no such", "zh-CN"),
            ("/api/x", "zh-CN", "hezi_language=en", "zh-CN"),
        ] {
            let (uri, header): (Uri, _) = (uri.parse().expect("an address"), HeaderValue::from_static(header));
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(cookies))]);
            let read = languages(&uri, Some(&header), choice(&uri, &headers));
            let tags: Vec<String> = read.as_slice().iter().map(Language::to_string).collect();
            assert_eq!(tags.join(" "), expected, "{uri} {header:?}");
        }
    }
}
