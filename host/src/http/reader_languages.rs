//! What whoever asks reads, as their browser or their address says.

use axum::http::Uri;
use axum::http::header::{ACCEPT_LANGUAGE, HeaderMap};
use axum::http::request::Parts;

use crate::domain::language::{Language, Languages};

/// What whoever sent a request reads: `lang` in the query counts before `Accept-Language`, since a page cannot set that header
/// on a WebSocket.
pub(super) fn of(parts: &Parts) -> Languages {
    languages(&parts.headers, &parts.uri)
}

fn languages(headers: &HeaderMap, uri: &Uri) -> Languages {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok()).unwrap_or_default();
    let accepted = Languages::accepted(accepted);
    let mut query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    match query.find(|(name, _)| name == "lang").and_then(|(_, tag)| Language::parse(&tag).ok()) {
        Some(language) => accepted.preferring(language),
        None => accepted,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_address_counts_before_the_browser() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("zh-CN, en;q=0.5"));
        let first = |uri: &str| languages(&headers, &uri.parse().expect("an address")).as_slice()[0].to_string();
        assert_eq!(
            (first("/x"), first("/x?lang=en&a=b"), first("/x?lang=")),
            ("zh-CN".into(), "en".into(), "zh-CN".into())
        );
    }
}
