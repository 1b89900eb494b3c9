//! What whoever asks reads, and in which language the server answers them.
//!
//! The query's `lang` counts first, since a page cannot set a header on a WebSocket; then the header `Accept-Language`. Where
//! the server speaks none of what somebody reads, the setting `language` decides.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::Uri;
use axum::http::header::{ACCEPT_LANGUAGE, HeaderValue};
use axum::http::request::Parts;

use super::AppState;
use crate::domain::language::{Language, Languages};
use crate::domain::tongue::Tongue;

/// The languages that whoever sent a request reads, the one they like best first. What is no language is not refused: it may
/// stand in a request that is refused for something else.
pub(super) fn of(parts: &Parts) -> Languages {
    languages(&parts.uri, parts.headers.get(ACCEPT_LANGUAGE))
}

/// The same, of what is left of a request that was handed on.
pub(super) fn languages(uri: &Uri, accept_language: Option<&HeaderValue>) -> Languages {
    let accepted = Languages::accepted(accept_language.and_then(|header| header.to_str().ok()).unwrap_or_default());
    let mut query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let asked = query.find(|(name, _)| name == "lang").and_then(|(_, tag)| Language::parse(&tag).ok());
    match asked {
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
        for (uri, header, expected) in [
            ("/x", "zh-CN, en;q=0.5", "zh-CN en"),
            ("/x?lang=en&since=1", "zh-CN", "en zh-CN"),
            ("/x?lang=zh-Hant-TW", "en", "zh-Hant-TW en"),
            ("/x?lang=no%20such", "zh", "zh"),
            ("/x?lang=", "de", "de"),
            ("/x", "", ""),
        ] {
            let (uri, header): (Uri, _) = (uri.parse().expect("an address"), HeaderValue::from_static(header));
            let read = languages(&uri, Some(&header));
            let tags: Vec<String> = read.as_slice().iter().map(Language::to_string).collect();
            assert_eq!(tags.join(" "), expected, "{uri} {header:?}");
        }
    }
}
